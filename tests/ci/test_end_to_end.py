"""The three ways of use, from the workflows as they are shipped to what a provider serves."""

import io
import json
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from tests.ci.forge import RunningFake
from tests.ci.repository import Repository
from tests.ci.runner.runner import Runner
from tests.ci.world import World
from tests.fakes.github_shapes import zipped
from zonesync import cli
from zonesync.model.change import Change
from zonesync.model.rrset import RRset
from zonesync.plan import planfile

TREE = Path(__file__).resolve().parents[2]
TOOL = "zonesync/zonesync"
HASH = "4f1c0de4f1c0de4f1c0de4f1c0de4f1c0de4f1c0"
SECRET = "the-key-of-a-provider"

ZONE = """\
zone: example.com
nameservers: [ns1.example.net., ns2.example.net.]
records:
  www: {A: 192.0.2.10}
  api: {A: 192.0.2.20}
"""
OTHER = "zone: example.org\nnameservers: [ns1.example.net., ns2.example.net.]\nrecords: {www: {A: 192.0.2.30}}\n"

pytestmark = pytest.mark.source


def configuration(folder):
    return f"""\
zones: [zones/*.yaml]
state: {{url: {folder / "state"}, durable: true}}
defaults: {{ttl: 1h, providers: [primary]}}
providers:
  primary: {{type: bind, directory: {folder / "served"}, nameservers: [ns1.example.net., ns2.example.net.]}}
lint: {{ignore: [documentation-address]}}
"""


def callers():
    """Return the repository's own workflows, as another repository has them: pinned to a commit of ours."""
    files = {}
    for name in ("plan", "apply", "drift"):
        text = (TREE / ".github" / "workflows" / f"{name}.yml").read_text()
        files[f".github/workflows/{name}.yml"] = text.replace("uses: $/.github/", f"uses: {TOOL}/.github/").replace(
            f"zonesync-{name}.yml", f"zonesync-{name}.yml@{HASH}"
        )
    return files


def world_of(folder, forge, files, **more):
    (folder / "served").mkdir()
    project = {"zonesync.yaml": configuration(folder), "zones/example.com.yaml": ZONE, "zones/example.org.yaml": OTHER}
    repository = Repository.made(folder / "origin", {**project, **files})
    (folder / "runner").mkdir()
    runner = Runner(folder / "runner", repository.folder, forge, {TOOL: TREE}, **more)
    return World(repository, forge, runner)


@pytest.fixture
def forge():
    with RunningFake() as running:
        yield running


@pytest.fixture
def world(tmp_path, forge):
    return world_of(
        tmp_path, forge, callers(), secrets={"": {"NS1_API_KEY": SECRET}}, variables={"ZONESYNC_SERVED": "true"}
    )


def served(tmp_path, zone="example.com"):
    return next((tmp_path / "served").glob(f"{zone}*")).read_text()


def entries(tmp_path):
    found = []
    for file in sorted((tmp_path / "state" / "audit").glob("*.json")):
        found += json.loads(file.read_text())["entries"]
    return found


def apply_as_it_is(world):
    """Let the provider serve what `main` says."""
    assert cli.run(["--chdir", str(world.repository.folder), "--quiet", "apply", "--yes"]) == 0


def test_a_change_is_reviewed_applied_watched_and_mended(world, forge, tmp_path):
    apply_as_it_is(world)
    known = len(entries(tmp_path))

    # open: one comment
    opened = world.open(7, {"zones/example.com.yaml": ZONE.replace("192.0.2.20", "192.0.2.21")})
    assert opened.conclusion == "success", opened.told()
    (body,) = forge.bodies(7)
    assert "192.0.2.21" in body
    assert "example.org" not in body  # not touched by this change

    # push: the same comment, brought up to date
    pushed = world.push(7, {"zones/example.com.yaml": ZONE.replace("192.0.2.20", "192.0.2.22")})
    assert pushed.conclusion == "success", pushed.told()
    (body,) = forge.bodies(7)
    assert "192.0.2.22" in body
    assert "192.0.2.21" not in body

    # merge: what was reviewed is served, and the log says from which commit and run
    merged = world.merge(7)
    assert merged.conclusion == "success", merged.told()
    assert "192.0.2.22" in served(tmp_path)
    audited = entries(tmp_path)[known:]
    assert [(one["name"], one["outcome"]) for one in audited if one["kind"] == "change" and one["type"] == "A"] == [
        ("api.example.com.", "applied")
    ]
    assert {entry["commit"] for entry in audited} == {world.repository.head}
    assert {entry["run_url"] for entry in audited} == {f"https://github.com/acme/dns/actions/runs/{merged.id}"}
    assert len(forge.bodies(7)) in {1, 2}

    # a hand edit: one issue, at night
    file = next((tmp_path / "served").glob("example.com*"))
    file.write_text(file.read_text().replace("192.0.2.22", "192.0.2.66"))
    first = world.night()
    assert first.commands["zonesync ci drift"].code == 2, first.told()
    (issue,) = [one for one in forge.issues.values() if not one.is_pull]
    assert issue.state == "open"
    assert "192.0.2.66" in issue.body
    world.night()
    assert len([one for one in forge.issues.values() if not one.is_pull]) == 1

    # mended: the issue is closed
    file.write_text(file.read_text().replace("192.0.2.66", "192.0.2.22"))
    last = world.night()
    assert last.conclusion == "success", last.told()
    assert issue.state == "closed"


def test_a_fork_is_checked_and_gets_neither_credential_nor_comment(world, forge):
    forked = world.open(8, {"zones/example.com.yaml": ZONE.replace("192.0.2.20", "192.0.2.21")}, fork="stranger/dns")
    assert forked.conclusion == "success", forked.told()
    assert forge.bodies(8) == []
    (job,) = forked.jobs
    assert set(job.permissions.values()) == {"read"}
    for ran in forked.processes:
        # The token that the comment's step has is the fork's: it reads what everybody reads.
        given = {name: value for name, value in ran.env.items() if name != "GITHUB_TOKEN"}
        assert not {SECRET, *forge.issued} & set(given.values())
        assert not [name for name in given if name.startswith(("ACTIONS_ID_TOKEN", "AWS_", "GOOGLE_"))]
    planned = forked.commands["zonesync ci plan"]
    assert "fork" in planned.summary
    (artifact,) = forge.artifacts.values()
    with zipfile.ZipFile(io.BytesIO(artifact.content)) as archive:
        assert archive.namelist() == ["plan.md"]


def test_a_fork_with_a_mistake_is_told_on_the_line(world):
    forked = world.open(
        8, {"zones/example.com.yaml": ZONE + "  mail: {MX: 10 mail.example.net}\n"}, fork="stranger/dns"
    )
    assert forked.conclusion == "failure", forked.told()
    errors = [
        properties for level, properties, _ in forked.commands["zonesync ci plan"].annotations if level == "error"
    ]
    assert len(errors) == 1
    assert "file=zones/example.com.yaml,line=6,col=" in errors[0]


def test_a_refused_plan_fails_the_job_and_is_commented_all_the_same(world, forge):
    apply_as_it_is(world)
    refused = world.open(4, {"zones/example.com.yaml": ZONE.partition("records")[0] + "records: {}\n"})
    assert refused.conclusion == "failure"
    (body,) = forge.bodies(4)
    assert "empty-zone" in body


def smuggled(content):
    """Return the artefact *content* with one change more in its plan, and a digest that is right."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    plan = planfile.loads(files["plan.json"])
    more = Change(None, RRset.of("login.example.com.", "A", 60, ["203.0.113.66"]))
    steps = [
        step.model_copy(update={"changes": (*step.changes, more)}) if step.kind == "content" else step
        for step in plan.steps
    ]
    files["plan.json"] = planfile.dumps(planfile.sealed(plan.model_copy(update={"steps": tuple(steps)}))).encode()
    assert len(planfile.loads(files["plan.json"]).steps[-1].changes) >= 1
    return zipped(files)


def test_an_artefact_with_one_more_change_and_a_right_digest_is_refused_on_merge(world, forge, tmp_path):
    apply_as_it_is(world)
    world.open(4, {"zones/example.com.yaml": ZONE.replace("192.0.2.20", "192.0.2.21")})
    artifact = max(forge.artifacts.values(), key=lambda one: one.id)
    forge.artifacts[artifact.id] = replace(artifact, content=smuggled(artifact.content))
    before = served(tmp_path)
    merged = world.merge(4)
    assert merged.commands["zonesync ci apply"].code == 1, merged.told()
    assert served(tmp_path) == before
    planned, refused = forge.bodies(4)
    assert "login" not in planned
    assert "`plan-unasked`" in refused
    assert "login.example.com. A" in refused
    assert "203.0.113.66" in refused
    assert [one.name for one in forge.artifacts.values() if one.run == merged.id] == ["zonesync-now-dns"]


@pytest.mark.stress
def test_a_waiver_is_asked_for_where_it_was_planned_and_where_it_is_applied(world, forge, tmp_path):
    apply_as_it_is(world)
    world.runner.variables = {"ZONESYNC_SERVED": "true", "ZONESYNC_ALLOW": "empty-zone@example.com"}
    emptied = ZONE.partition("records")[0] + "records: {}\n"
    assert world.open(4, {"zones/example.com.yaml": emptied}).conclusion == "success"
    world.runner.variables = {"ZONESYNC_SERVED": "true"}
    refused = world.merge(4)
    assert refused.commands["zonesync ci apply"].code == 1, refused.told()
    assert "192.0.2.20" in served(tmp_path)
    assert "waiver-not-named" in forge.bodies(4)[-1]


def test_a_merge_queue_asks_whether_the_reviewed_plan_still_holds(world, forge, tmp_path):
    apply_as_it_is(world)
    world.open(4, {"zones/example.com.yaml": ZONE.replace("192.0.2.20", "192.0.2.21")})
    before = served(tmp_path)
    assert world.queue(4).conclusion == "success"
    assert served(tmp_path) == before
    next((tmp_path / "served").glob("example.com*")).write_text(before.replace("192.0.2.20", "192.0.2.66"))
    assert world.queue(4).conclusion == "failure"
