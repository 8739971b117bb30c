"""BIND's named and NSD load what zonesync wrote, and answer with what it wrote: the last word on every other test.

``ZONESYNC_STRESS=1`` asks for every accepted file of the corpus, 200 generated zones and 2,000 of their RRsets.
"""

import json
import os
import random
import shutil
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from tests.support.answers import Place, problem, standing
from tests.support.records import of_lines, of_rrset, without_serial
from tests.support.servers import Server, need, running_named, running_nsd
from tests.support.shared import ACCEPTED, needs_corpus, read_json
from tests.support.zonesets import Batch, batches, corpus_zones, generated_zones, sample
from zonesync import workflow
from zonesync.cli import run
from zonesync.model.rrset import Key, RRset
from zonesync.model.zone import Zone, ZoneId
from zonesync.run.context import Context

ROOT = Path(__file__).resolve().parents[2]
STRESS = os.environ.get("ZONESYNC_STRESS") == "1"
CORPUS = 1000 if STRESS else 20
GENERATED = 200 if STRESS else 20
QUESTIONS = 2000 if STRESS else 200
EXCEPTIONS = (
    read_json(ROOT / "tests" / "corpus" / "exceptions.json", {})
    | read_json(ROOT / "tests" / "load" / "zonefile_exceptions.json", {"bind": {}})["bind"]
)

Start = Callable[[Path, Mapping[str, Path]], AbstractContextManager[Server]]

STARTERS: dict[str, Start] = {"named": running_named, "nsd": running_nsd}

pytestmark = [pytest.mark.server, *([pytest.mark.stress] if STRESS else [])]


@pytest.fixture(params=STARTERS)
def start(request: pytest.FixtureRequest) -> Start:
    need(request.param)
    return STARTERS[request.param]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example project, applied to both its providers."""
    folder = tmp_path_factory.mktemp("demo")
    shutil.copy(ROOT / "zonesync.yaml", folder)
    shutil.copytree(ROOT / "zones", folder / "zones")
    assert run(["apply", "--yes", "--chdir", str(folder)]) == 0
    return folder


@pytest.fixture(scope="module")
def demo_zones(demo: Path) -> dict[str, Zone]:
    """What its files say, apex NS and SOA included."""
    project = workflow.open_project(demo / "zonesync.yaml")
    loaded = workflow.load(project, (), Context())
    return {str(zone.id): exported(project, zone.id) for zone in loaded.zones}


def exported(project: workflow.Project, zone: ZoneId) -> Zone:
    data = json.loads(workflow.export(project, str(zone), "desired", "json", Context()))
    rrsets = [RRset(one["name"], one["type"], one["ttl"], tuple(one["rdatas"])) for one in data["rrsets"]]
    return Zone(zone, {rrset.key: rrset for rrset in rrsets})


def ask_all(server: Server, questions: Iterable[tuple[Zone, RRset]]) -> tuple[Counter[Place], list[str]]:
    """Ask for each RRset; return how many of each place were answered right, and what was wrong."""
    right: Counter[Place] = Counter()
    wrong = []
    for zone, rrset in questions:
        place = standing(zone, rrset.key).place
        answer = server.ask(rrset.name, rrset.type, tcp=place is Place.GLUE)
        said = problem(zone, rrset, answer)
        if not said and rrset.name.startswith("*.") and place is Place.AUTHORITATIVE:
            # No name in any test begins like this, so the wildcard stands in for it (RFC 4592 section 2.2.1).
            owner = f"zonesync-no-such-name{rrset.name[1:]}"
            said = problem(zone, rrset, server.ask(owner, rrset.type), owner)
        if said:
            wrong.append(f"{rrset.name} {rrset.type} ({place}): {said}")
        else:
            right[place] += 1
    return right, wrong


@pytest.mark.parametrize("provider", ["primary", "secondary"])
def test_every_rrset_of_the_example_zones_is_answered(
    start: Start, demo: Path, demo_zones: dict[str, Zone], provider: str, tmp_path: Path
) -> None:
    files = {name: demo / "build" / provider / f"{name}.zone" for name in demo_zones}
    questions = [(zone, zone.rrsets[key]) for zone in demo_zones.values() for key in sorted(zone.rrsets)]
    with start(tmp_path, files) as server:
        right, wrong = ask_all(server, questions)
        dug = {(zone.apex, *rrset.key): of_lines(server.dig(*rrset.key)) for zone, rrset in questions}
    assert wrong == []
    assert right.total() == len(questions) > 40
    assert right[Place.CUT] == right[Place.GLUE] == 1
    for zone, rrset in questions:
        if standing(zone, rrset.key).place is Place.AUTHORITATIVE:
            assert without_serial(dug[zone.apex, *rrset.key]) == without_serial(of_rrset(rrset))


def test_named_loads_the_zones_of_its_own_fragment(demo: Path, demo_zones: dict[str, Zone], tmp_path: Path) -> None:
    need("named")
    configuration = (demo / "zonesync.yaml").read_text()
    other = configuration.replace("directory: build/primary", "directory: other\n    named_conf: other/named.conf")
    # A record of its own, too: this one has the zones applied to a folder that is not there.
    (demo / "other.yaml").write_text(other.replace("state: .zonesync", "state: .other"))
    assert run(["apply", "--yes", "--chdir", str(demo), "--config", "other.yaml", "--provider", "primary"]) == 0
    with running_named(tmp_path, {}, demo / "other" / "named.conf") as server:
        for zone in demo_zones.values():
            assert ask_all(server, [(zone, rrset) for rrset in zone.rrsets.values()])[1] == []


@pytest.fixture(scope="module")
def others(tmp_path_factory: pytest.TempPathFactory) -> list[Batch]:
    """Zones of the corpus and generated ones, as the BIND adapter wrote them."""
    keys = [key for key in ACCEPTED if key not in EXCEPTIONS]
    chosen = sorted(random.Random(20).sample(keys, min(CORPUS, len(keys))))
    folder = tmp_path_factory.mktemp("others")
    return batches(folder / "served", [*generated_zones(GENERATED), *corpus_zones(folder / "corpus", chosen)])


@needs_corpus
def test_zones_of_the_corpus_and_generated_ones_are_loaded_and_answered(
    start: Start, others: list[Batch], tmp_path: Path
) -> None:
    chosen = sample([zone for batch in others for zone in batch.zones.values()], QUESTIONS)
    total: Counter[Place] = Counter()
    wrong: list[str] = []
    for number, batch in enumerate(others):
        # A server that refused a zone answers the question for its SOA with REFUSED or SERVFAIL.
        apexes = [(zone, zone.rrsets[Key(zone.apex, "SOA")]) for zone in batch.zones.values()]
        mine = [(zone, rrset) for zone, rrset in chosen if any(zone is one for one in batch.zones.values())]
        with start(tmp_path / str(number), batch.files) as server:
            assert ask_all(server, apexes)[1] == []
            right, problems = ask_all(server, mine)
        total += right
        wrong += problems
    assert wrong == []
    assert total.total() == len(chosen) == QUESTIONS
