"""The three ways of use, from the workflows as they are shipped to what a provider serves."""

import io
import re
import zipfile
from dataclasses import replace

import pytest

from tests.ci.forge import RunningFake
from tests.ci.places import OTHER, TREE, ZONE, Place, configuration
from tests.ci.runner.runner import Runner
from tests.ci.world import World
from tests.fakes.github_shapes import zipped
from tests.fakes.webhook import Webhook
from zonesync.model.change import Change
from zonesync.model.rrset import RRset
from zonesync.plan import planfile

TOOL = "zonesync/zonesync"
HASH = "4f1c0de4f1c0de4f1c0de4f1c0de4f1c0de4f1c0"
SECRET = "the-key-of-a-provider"
WORKFLOWS = ("plan", "apply", "drift")
PLAN = ".github/workflows/plan.yml"

pytestmark = pytest.mark.source


def own():
    """Return what this repository has for itself: its workflows, the action, and what there is to install."""
    paths = [*(f".github/workflows/{name}.yml" for name in WORKFLOWS), ".github/actions/zonesync/action.yml"]
    return {path: (TREE / path).read_text() for path in (*paths, "pyproject.toml")}


def calling():
    """Return workflows of another repository that call ours, pinned to a commit, with a secret of their own."""
    files = {}
    for name in WORKFLOWS:
        text = (TREE / ".github" / "workflows" / f"{name}.yml").read_text()
        job = f"""\
    permissions: {{contents: read, pull-requests: write, actions: read, issues: write, id-token: write}}
    uses: {TOOL}/.github/workflows/zonesync-{name}.yml@{HASH}
    with: {{extras: state}}
    secrets: {{NS1_API_KEY: "${{{{ secrets.NS1_API_KEY }}}}"}}
"""
        files[f".github/workflows/{name}.yml"] = text.partition("    name:")[0] + job
    return files


def world_of(place, forge):
    (place.folder / "runner").mkdir()
    secrets = {"": {"NS1_API_KEY": SECRET}}
    runner = Runner(place.folder / "runner", place.repository.folder, forge, {TOOL: TREE}, secrets=secrets)
    return World(place.repository, forge, runner)


@pytest.fixture
def forge():
    with RunningFake() as running:
        yield running


@pytest.fixture
def place(tmp_path):
    return Place.made(tmp_path, own())


@pytest.fixture
def world(place, forge):
    return world_of(place, forge)


def issues(forge):
    return [one for one in forge.issues.values() if not one.is_pull]


@pytest.mark.parametrize("files", [own, calling], ids=["the repository's own", "called from another repository"])
def test_a_change_is_reviewed_applied_watched_and_mended(files, forge, tmp_path):
    with Webhook() as hook:
        config = configuration(tmp_path, more=f"notify: {{url: '{hook.hook}'}}\n")
        place = Place.made(tmp_path, files(), config)
        world = world_of(place, forge)
        place.apply()
        known, hook.told[:] = len(place.audited), ()

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
        assert hook.told == []

        # merge: what was reviewed is served, and the log says from which commit and run
        merged = world.merge(7)
        assert merged.conclusion == "success", merged.told()
        assert "192.0.2.22" in place.served()
        audited = place.audited[known:]
        assert [(one["name"], one["outcome"]) for one in audited if one["kind"] == "change" and one["type"] == "A"] == [
            ("api.example.com.", "applied")
        ]
        page = f"https://github.com/acme/dns/actions/runs/{merged.id}"
        assert {entry["commit"] for entry in audited} == {world.repository.head}
        assert {entry["run_url"] for entry in audited} == {page}
        assert ["Applied" in body for body in forge.bodies(7)] == [False, True]
        (told,) = hook.told
        assert page in told["text"]
        assert "example.com" in told["text"]

        # a hand edit: one issue, at night
        place.edit("192.0.2.22", "192.0.2.66")
        first = world.night()
        assert first.commands["zonesync ci drift"].code == 2, first.told()
        (issue,) = issues(forge)
        assert issue.state == "open"
        assert "192.0.2.66" in issue.body
        world.night()
        assert len(issues(forge)) == 1
        assert [("drift" in one["text"], "api.example.com" in one["text"]) for one in hook.told[1:]] == [
            (True, True)
        ] * 2

        # mended: the issue is closed, and nobody is told
        place.edit("192.0.2.66", "192.0.2.22")
        last = world.night()
        assert last.conclusion == "success", last.told()
        assert issue.state == "closed"
        assert len(hook.told) == 3


def shown():
    """Return the workflows of a matrix that docs/ci.md shows, for half as many shards."""
    page = (TREE / "docs" / "ci.md").read_text().replace("OWNER/zonesync", TOOL).replace("COMMIT", HASH)
    texts = [text for text in re.findall(r"```yaml\n(name: .*?)```", page, re.DOTALL) if "matrix" in text]
    few = [text.replace("[1/4, 2/4, 3/4, 4/4]", "[1/2, 2/2]") for text in texts]
    return dict(zip((PLAN, ".github/workflows/apply.yml"), few, strict=True))


def test_the_jobs_of_a_matrix_plan_and_apply_what_is_dealt_to_each(forge, tmp_path):
    place = Place.made(tmp_path, shown())
    world = world_of(place, forge)
    opened = world.open(5, {"zones/example.com.yaml": f"{ZONE}  new: {{A: 192.0.2.21}}\n"})
    assert opened.conclusion == "success", opened.told()
    assert [job.name for job in opened.jobs] == ["plan (1/2) / plan", "plan (2/2) / plan"]
    names = {artifact.name for artifact in forge.artifacts.values()}
    assert names == {"zonesync-plan-dns-1of2", "zonesync-plan-dns-2of2"}
    assert ["192.0.2.21" in body for body in forge.bodies(5)] == [False, True]
    merged = world.merge(5)
    assert merged.conclusion == "success", merged.told()
    assert len({job.group for job in merged.jobs}) == 2
    assert "192.0.2.21" in place.served()
    assert ["Applied" in body for body in forge.bodies(5)] == [False, False, False, True]


def test_a_merge_that_was_pushed_out_of_the_queue_is_applied_by_the_next_one(place, world, forge):
    place.apply()
    known = len(place.audited)
    new = OTHER.replace("example.org", "example.edu").replace("192.0.2.30", "192.0.2.40")
    opening = {
        1: {"zones/example.com.yaml": ZONE.replace("192.0.2.20", "192.0.2.21")},
        2: {"zones/example.org.yaml": OTHER.replace("192.0.2.30", "192.0.2.31")},
        3: {"zones/example.edu.yaml": new},
    }
    for number, files in opening.items():
        opened = world.open(number, files)
        assert opened.conclusion == "success", opened.told()
    first, second, third = world.merge_in_a_rush(1, 2, 3)
    assert [run.conclusion for run in (first, second, third)] == ["success", "cancelled", "success"], third.told()
    assert list(second.processes) == []
    assert f"catches up for https://github.example/acme/dns/actions/runs/{second.id}" in third.told()
    changes = [entry for entry in place.audited[known:] if entry["kind"] == "change"]
    runs = dict.fromkeys((entry["zone"], int(entry["run_url"].rpartition("/")[2])) for entry in changes)
    assert list(runs) == [("example.com", first.id), ("example.org", third.id), ("example.edu", third.id)]
    for number in (1, 2, 3):
        assert ["Applied" in body for body in forge.bodies(number)] == [False, True]


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


def test_a_refused_plan_fails_the_job_and_is_commented_all_the_same(world, place, forge):
    place.apply()
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


def test_an_artefact_with_one_more_change_and_a_right_digest_is_refused_on_merge(world, place, forge):
    place.apply()
    world.open(4, {"zones/example.com.yaml": ZONE.replace("192.0.2.20", "192.0.2.21")})
    artifact = max(forge.artifacts.values(), key=lambda one: one.id)
    forge.artifacts[artifact.id] = replace(artifact, content=smuggled(artifact.content))
    before = place.served()
    merged = world.merge(4)
    assert merged.commands["zonesync ci apply"].code == 1, merged.told()
    assert place.served() == before
    planned, refused = forge.bodies(4)
    assert "login" not in planned
    assert "`plan-unasked`" in refused
    assert "login.example.com. A" in refused
    assert "203.0.113.66" in refused
    assert [one.name for one in forge.artifacts.values() if one.run == merged.id] == ["zonesync-now-dns"]


@pytest.mark.stress
def test_a_waiver_is_asked_for_where_it_was_planned_and_where_it_is_applied(world, place, forge):
    place.apply()
    waived = own()[PLAN].replace('allow: ""', "allow: empty-zone@example.com")
    emptied = ZONE.partition("records")[0] + "records: {}\n"
    assert world.open(4, {"zones/example.com.yaml": emptied, PLAN: waived}).conclusion == "success"
    refused = world.merge(4)
    assert refused.commands["zonesync ci apply"].code == 1, refused.told()
    assert "192.0.2.20" in place.served()
    assert "waiver-not-named" in forge.bodies(4)[-1]


def test_a_merge_queue_asks_whether_the_reviewed_plan_still_holds(world, place, forge):
    place.apply()
    world.open(4, {"zones/example.com.yaml": ZONE.replace("192.0.2.20", "192.0.2.21")})
    before = place.served()
    assert world.queue(4).conclusion == "success"
    assert place.served() == before
    place.edit("192.0.2.20", "192.0.2.66")
    assert world.queue(4).conclusion == "failure"
