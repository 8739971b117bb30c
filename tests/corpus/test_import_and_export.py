"""Zone files of other projects, through YAML and back: what comes out is what the servers read in the first place.

The servers' verdicts and BIND's own dumps tell what a file holds; dnspython reads both those and what we wrote.
"""

import random
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from tests.support.examples import several
from tests.support.projects import one_zone_project
from tests.support.records import of_lines, of_zone_file, without_serial
from tests.support.shared import ACCEPTED, BIND, MALFORMED, VERDICTS, canonical_text, needs_corpus, read_json, zone_name
from zonesync import workflow
from zonesync.cli import run
from zonesync.load import load_zone
from zonesync.run.context import Context

HERE = Path(__file__)
_ORACLE = "loc-rounding"
"""Where dnspython rounds, it does so alike on both sides of the comparison made here."""
READER: dict[str, dict[str, str]] = {
    key: exception
    for key, exception in read_json(HERE.parents[1] / "load" / "zonefile_exceptions.json", {"bind": {}})["bind"].items()
    if exception["class"] != _ORACLE
}
"""The exceptions of the zone file reader itself."""
OWN: dict[str, dict[str, str]] = read_json(HERE.with_name("exceptions.json"), {})
"""Those of the way through YAML and back."""
EXCEPTIONS = READER | OWN

pytestmark = needs_corpus


def round_trip(key: str, folder: Path) -> str:
    """Import, load and export the corpus file *key*, and say how it went."""
    path = BIND / key
    imported = workflow.import_zonefile(path, zone_name(key))
    if imported.text is None:
        return "refused"
    project = one_zone_project(folder, imported)
    (file,) = (folder / "zones").iterdir()
    zone, findings = load_zone(file, root=folder, defaults=project.config.defaults)
    if zone is None:
        return f"unloadable: {'; '.join(finding.message for finding in findings)}"
    try:
        text = workflow.export(project, str(zone.id), "desired", "zonefile", Context())
    except workflow.RefusedError as problem:
        return f"unexportable: {', '.join(sorted({finding.rule for finding in problem.findings}))}"
    exported = without_serial(of_zone_file(text, zone.apex))
    return "equal" if exported == without_serial(of_lines(canonical_text(key))) else "differs"


@pytest.mark.parametrize("key", ACCEPTED)
def test_a_zone_file_comes_back_from_yaml_as_the_servers_read_it(key: str, tmp_path: Path) -> None:
    expected = EXCEPTIONS.get(key, {"outcome": "equal"})["outcome"]
    assert round_trip(key, tmp_path) == expected


@pytest.mark.parametrize("key", MALFORMED)
def test_a_malformed_zone_file_is_refused_with_file_and_line(key: str) -> None:
    imported = workflow.import_zonefile(BIND / key, zone_name(key))
    if EXCEPTIONS.get(key, {"outcome": "refused"})["outcome"] == "read":
        assert imported.text is not None
        return
    assert imported.text is None
    errors = [finding for finding in imported.findings if finding.is_error]
    assert errors
    for finding in errors:
        assert finding.place is not None
        assert Path(finding.place.file).is_file()
        lines = Path(finding.place.file).read_bytes().count(b"\n") + 1
        assert 1 <= finding.place.line <= lines


@pytest.mark.parametrize("key", sorted(VERDICTS))
def test_the_command_imports_or_refuses_with_a_place_and_never_fails(
    key: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = run(["import", "zonefile", str(BIND / key), "--zone", zone_name(key), "--out", str(tmp_path)])
    _judge(key, code, *capsys.readouterr(), written=any(tmp_path.iterdir()))


def _judge(key: str, code: int, out: str, err: str, *, written: bool) -> None:
    assert "Traceback" not in out + err
    assert written == (code == 0)
    if key in MALFORMED and key not in EXCEPTIONS:
        assert code == 1
    if key in ACCEPTED and key not in EXCEPTIONS:
        assert code == 0
    if code:
        assert code == 1
        assert re.search(rf"{re.escape(str(BIND))}/\S+:[1-9]\d*", err)


SAMPLE = random.Random(293).sample(sorted(VERDICTS), min(several(20, 6), len(VERDICTS)))


@pytest.mark.parametrize("key", SAMPLE)
def test_a_process_of_its_own_imports_or_refuses_with_a_place_and_never_fails(key: str, tmp_path: Path) -> None:
    command = ["import", "zonefile", str(BIND / key), "--zone", zone_name(key), "--out", str(tmp_path / "out")]
    done = subprocess.run(
        [sys.executable, "-c", "from zonesync.cli import main; main()", *command],
        capture_output=True,
        text=True,
        check=False,
    )
    _judge(key, done.returncode, done.stdout, done.stderr, written=(tmp_path / "out").is_dir())


def test_every_exception_is_of_a_corpus_file_and_cites_an_rfc_section() -> None:
    assert EXCEPTIONS.keys() <= VERDICTS.keys()
    assert not READER.keys() & OWN.keys()
    for exception in EXCEPTIONS.values():
        assert re.match(r"RFC \d+ section [\d.]+", exception["rfc"])
        assert exception["reason"]


def test_no_class_of_exceptions_grows_beyond_five() -> None:
    classes = Counter(exception["class"] for exception in EXCEPTIONS.values())
    assert max(classes.values()) <= 5


def test_an_exception_that_is_not_needed_any_more_is_noticed() -> None:
    assert not [key for key in ACCEPTED if EXCEPTIONS.get(key, {}).get("outcome") == "equal"]
    assert not [key for key in MALFORMED if EXCEPTIONS.get(key, {}).get("outcome") == "refused"]
    assert OWN.keys() <= {*ACCEPTED, *MALFORMED}
