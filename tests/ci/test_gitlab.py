"""The template for GitLab, copied: its pipelines are played, from an open merge request to what a provider serves."""

import io
import re
import zipfile

import pytest
import yaml

from tests.ci.gitlab_player import Player, UnsupportedError, Variable, holds
from tests.ci.gitlab_project import FORK, Project
from tests.ci.places import OTHER, TREE, ZONE, Place
from tests.fakes.gitlab import GitLabFake, User, zipped
from zonesync import __version__
from zonesync.model.change import Change
from zonesync.model.rrset import RRset
from zonesync.plan import planfile

TEMPLATE = (TREE / "examples" / "gitlab" / ".gitlab-ci.yml").read_text()
US, KIM = User(9, "project_5_bot"), User(8, "kim", "maintainer")
READS, WRITES, TOKEN = "the-key-that-reads", "the-key-that-writes", "glpat-zonesync"
VARIABLES = (
    Variable("ZONESYNC_GITLAB_TOKEN", TOKEN, "zonesync-*"),
    Variable("NS1_READ_KEY", READS, "zonesync-plan"),
    Variable("NS1_WRITE_KEY", WRITES, "zonesync-apply", protected=True),
)
API = {"zones/example.com.yaml": ZONE.replace("192.0.2.20", "192.0.2.21")}
ORG = {"zones/example.org.yaml": OTHER.replace("192.0.2.30", "192.0.2.31")}

pytestmark = pytest.mark.source


@pytest.fixture
def place(tmp_path):
    made = Place.made(tmp_path, {".gitlab-ci.yml": TEMPLATE, ".gitignore": "build/\n"})
    made.apply()
    return made


@pytest.fixture
def fake():
    with GitLabFake(tokens={TOKEN: US, "kim": KIM}) as made:
        yield made


@pytest.fixture
def project(place, fake):
    return project_of(place, fake)


def project_of(place, fake, text=TEMPLATE):
    player = Player(text, fake, place.folder / "builds", place.repository.folder, VARIABLES)
    return Project(place.repository, fake, player)


# The template


def test_what_is_installed_is_the_release_that_the_template_belongs_to():
    base = yaml.safe_load(TEMPLATE)[".zonesync"]
    assert re.fullmatch(rf'python -m pip install --quiet "zonesync\[[\w,]+\]=={__version__}"', *base["before_script"])


def test_applies_wait_for_each_other_and_none_is_cut_short(project):
    apply = project.player.jobs["apply"]
    assert apply["resource_group"]
    assert apply["interruptible"] is False
    assert project.player.auto_cancel == "none"


@pytest.mark.parametrize(
    "change", [{"needs": []}, {"rules": [{"changes": ["zones/*"]}]}, {"environment": {"name": "x", "url": "y"}}]
)
def test_what_the_player_does_not_know_it_does_not_overlook(project, change):
    text = yaml.safe_dump({**yaml.safe_load(TEMPLATE), "plan": {**yaml.safe_load(TEMPLATE)["plan"], **change}})
    with pytest.raises(UnsupportedError):
        Player(text, project.fake, project.player.folder, project.player.origin, ())


@pytest.mark.parametrize(
    ("condition", "is_met"),
    [
        ('$A == "a"', True),
        ('$A != "a"', False),
        ('$A == $B && $A == "a"', True),
        ('$A == "a" && $C == "c"', False),
        ('$D != "d"', True),
        ("$D == $E", True),
    ],
)
def test_a_condition_is_met_as_gitlab_has_it(condition, is_met):
    assert holds(condition, {"A": "a", "B": "a"}) is is_met


@pytest.mark.parametrize("condition", ["$A", "$A =~ /a/", '$A == "a" || $B == "b"', "$A == 1"])
def test_a_condition_that_nobody_reads_here_is_refused(condition):
    with pytest.raises(UnsupportedError):
        holds(condition, {"A": "a"})


# The three ways of use


def test_a_change_is_reviewed_applied_watched_and_mended(place, project, fake):
    known = len(place.audited)

    opened = project.open(7, API)
    assert opened.jobs["plan"].code == 0, opened.told
    (body,) = fake.bodies(7)
    assert "192.0.2.21" in body
    assert "example.org" not in body
    assert f"for `{fake.merges[7].sha[:12]}`" in body
    assert set(opened.jobs["plan"].files) == {f"build/zonesync/plan.{kind}" for kind in ("html", "json", "md")}

    pushed = project.push(7, {"zones/example.com.yaml": ZONE.replace("192.0.2.20", "192.0.2.22")})
    assert pushed.jobs["plan"].code == 0, pushed.told
    (body,) = fake.bodies(7)
    assert ("192.0.2.22" in body, "192.0.2.21" in body) == (True, False)

    merged = project.merge(7)
    job = merged.jobs["apply"]
    assert job.code == 0, merged.told
    planned = next(one for one in fake.jobs.values() if one.pipeline == pushed.pipeline.id)
    assert f"The plan of !7 is that of https://gitlab.example/acme/dns/-/jobs/{planned.id}" in job.out
    assert "192.0.2.22" in place.served()
    audited = place.audited[known:]
    assert [(one["name"], one["outcome"]) for one in audited if one["kind"] == "change" and one["type"] == "A"] == [
        ("api.example.com.", "applied")
    ]
    assert {entry["commit"] for entry in audited} == {place.repository.head}
    assert {entry["run_url"] for entry in audited} == {job.env["CI_JOB_URL"]}
    assert ["Applied" in body for body in fake.bodies(7)] == [False, True]

    place.edit("192.0.2.22", "192.0.2.66")
    night = project.night()
    assert night.jobs["drift"].code == 2, night.told
    (issue,) = fake.issues.values()
    assert (issue.state, issue.labels, issue.author) == ("opened", ["zonesync-drift"], US)
    assert "192.0.2.66" in issue.description
    project.night()
    assert len(fake.issues) == 1

    place.edit("192.0.2.66", "192.0.2.22")
    night = project.night()
    assert night.jobs["drift"].code == 0, night.told
    assert issue.state == "closed"
    assert ["no drift any more" in note.body for note in issue.notes.values()] == [True]

    # each job had the keys of its own environment, and no other
    for played, key, other in (
        (opened.jobs["plan"], READS, WRITES),
        (merged.jobs["apply"], WRITES, READS),
        (night.jobs["drift"], READS, WRITES),
    ):
        assert {TOKEN, key} <= set(played.env.values())
        assert other not in played.env.values()


def test_a_plan_of_merged_results_is_that_of_the_head_that_was_merged(place, project, fake):
    project.has_results = True
    assert project.open(7, API).pipeline.sha != fake.merges[7].sha
    (body,) = fake.bodies(7)
    assert f"for `{fake.merges[7].sha[:12]}`" in body
    merged = project.merge(7)
    assert merged.jobs["apply"].code == 0, merged.told
    assert "192.0.2.21" in place.served()


@pytest.mark.stress
@pytest.mark.parametrize("how", ["squash", "ff"])
def test_a_merge_request_is_found_by_its_squashed_commit_and_by_its_own(place, project, how):
    project.open(7, API)
    merged = project.merge(7, how)
    assert merged.jobs["apply"].code == 0, merged.told
    assert "192.0.2.21" in place.served()


@pytest.mark.stress
def test_two_merge_requests_in_one_push_are_both_applied(place, project, fake):
    project.open(7, API)
    project.open(8, ORG)
    before = place.repository.head
    project.merged(7)
    project.merged(8)
    merged = project.player.play(project.pushed(before))
    assert merged.jobs["apply"].code == 0, merged.told
    assert "192.0.2.21" in place.served()
    assert "192.0.2.31" in place.served("example.org")
    assert all("Applied" in fake.bodies(number)[-1] for number in (7, 8))


@pytest.mark.stress
def test_a_merge_request_on_top_of_another_is_not_applied_before_it_is_merged_itself(place, project, fake):
    project.open(7, API)
    place.repository.git("branch", "change-8", "change-7")
    project.open(8, ORG)
    first, second = project.merged(7, "ff"), project.merged(8, "ff")
    merged = project.player.play(first)
    assert merged.jobs["apply"].code == 0, merged.told
    assert len(fake.bodies(8)) == 1
    assert "192.0.2.31" not in place.served("example.org")
    assert project.player.play(second).jobs["apply"].code == 0
    assert "192.0.2.31" in place.served("example.org")


# What is refused


def smuggled(archive):
    """Return the artefacts with one change more in the plan, and a digest that is right."""
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        files = {name: opened.read(name) for name in opened.namelist() if not name.endswith("/")}
    plan = planfile.loads(files["build/zonesync/plan.json"])
    more = Change(None, RRset.of("login.example.com.", "A", 60, ["203.0.113.66"]))
    steps = [
        step.model_copy(update={"changes": (*step.changes, more)}) if step.kind == "content" else step
        for step in plan.steps
    ]
    forged = planfile.sealed(plan.model_copy(update={"steps": tuple(steps)}))
    return zipped({**files, "build/zonesync/plan.json": planfile.dumps(forged)})


def test_an_artefact_with_one_more_change_and_a_right_digest_is_refused(place, project, fake):
    opened = project.open(7, API)
    (job,) = (one for one in fake.jobs.values() if one.pipeline == opened.pipeline.id)
    job.archive = smuggled(job.archive)
    before = place.served()
    merged = project.merge(7)
    assert merged.jobs["apply"].code == 1, merged.told
    assert place.served() == before
    planned, refused = fake.bodies(7)
    assert "login" not in planned
    assert "`plan-unasked`" in refused
    assert "login.example.com. A" in refused
    assert "build/zonesync/plan.json" in merged.jobs["apply"].files


@pytest.mark.stress
def test_a_plan_that_no_longer_holds_is_refused_with_the_difference(place, project, fake):
    project.open(7, API)
    place.edit("192.0.2.20", "192.0.2.99")
    assert project.merge(7).jobs["apply"].code == 1
    assert "192.0.2.99" in place.served()
    assert "192.0.2.99" in fake.bodies(7)[-1]


@pytest.mark.stress
def test_a_plan_of_an_older_head_is_not_taken(place, project, fake):
    project.open(7, API)
    fake.merges[7].sha = place.repository.commit({"README.md": "words"}, "change-7")
    merged = project.merge(7)
    assert merged.jobs["apply"].code == 1
    assert "plan-not-reviewed" in fake.bodies(7)[-1]
    assert "192.0.2.21" not in place.served()


@pytest.mark.stress
def test_an_expired_plan_says_so(place, project, fake):
    opened = project.open(7, API)
    for job in fake.jobs.values():
        job.expired = job.pipeline == opened.pipeline.id
    assert project.merge(7).jobs["apply"].code == 1
    assert "plan-expired" in fake.bodies(7)[-1]
    assert "192.0.2.21" not in place.served()


def test_a_fork_gets_neither_key_nor_note_and_nothing_of_it_is_applied(place, project, fake):
    forked = project.open(7, API, fork=FORK)
    assert forked.jobs["plan"].code == 0, forked.told
    assert "fork" in forked.jobs["plan"].out
    assert not {TOKEN, READS, WRITES} & set(forked.jobs["plan"].env.values())
    assert set(forked.jobs["plan"].files) == {"build/zonesync/plan.md"}
    assert not fake.log
    merged = project.merge(7)
    assert merged.jobs["apply"].code == 1
    assert "a fork sees no credential" in fake.bodies(7)[-1]
    assert "192.0.2.21" not in place.served()


def test_a_direct_push_that_would_change_a_zone_is_refused(place, project):
    before = place.repository.head
    place.repository.commit(API)
    pushed = project.player.play(project.pushed(before))
    assert pushed.jobs["apply"].code == 1
    assert "came without a merge request" in " ".join(pushed.told.split())
    assert "192.0.2.21" not in place.served()


@pytest.mark.stress
def test_a_push_whose_history_was_rewritten_is_refused(place, project):
    project.open(7, API)
    project.merged(7)
    pushed = project.player.play(project.pushed("7" * 40))
    assert pushed.jobs["apply"].code == 1
    assert "history-missing" in pushed.told
    assert "192.0.2.21" not in place.served()


@pytest.mark.stress
def test_a_merge_train_asks_whether_the_reviewed_plan_still_holds(place, project, fake):
    project.open(7, API)
    before = place.served()
    held = project.player.play(project.planned(7, "merge_train"))
    assert held.jobs["queue"].code == 0, held.told
    place.edit("192.0.2.20", "192.0.2.66")
    held = project.player.play(project.planned(7, "merge_train"))
    assert held.jobs["queue"].code == 1
    assert "192.0.2.66" in fake.bodies(7)[-1]
    assert WRITES not in held.jobs["queue"].env.values()
    assert place.served() == before.replace("192.0.2.20", "192.0.2.66")


# What was missed


@pytest.mark.stress
def test_merges_in_a_rush_are_all_applied_though_the_jobs_run_in_any_order(place, project, fake):
    new = OTHER.replace("example.org", "example.edu").replace("192.0.2.30", "192.0.2.40")
    for number, files in ((1, API), (2, ORG), (3, {"zones/example.edu.yaml": new})):
        assert project.open(number, files).jobs["plan"].code == 0
    first, second, third = project.player.rush([project.merged(number) for number in (1, 2, 3)], order=[2, 1])
    assert (first.jobs["apply"].code, third.jobs["apply"].code) == (0, 0), third.told
    assert f"catches up for {fake.shapes.page(f'pipelines/{second.pipeline.id}')}" in third.told
    assert second.jobs["apply"].code == 1
    assert "run-outdated" in second.told
    for number in (1, 2, 3):
        assert ["Applied" in body for body in fake.bodies(number)] == [False, True]
    assert "192.0.2.31" in place.served("example.org")
    assert "192.0.2.40" in place.served("example.edu")


def test_a_merge_whose_pipeline_was_cancelled_is_applied_by_the_next_one(place, fake):
    project = project_of(place, fake, TEMPLATE.replace("on_new_commit: none", "on_new_commit: conservative"))
    for number, files in ((1, {"README.md": "words"}), (2, API), (3, ORG)):
        assert project.open(number, files).jobs["plan"].code == 0
    _, second, third = project.player.rush([project.merged(number) for number in (1, 2, 3)])
    assert (second.pipeline.status, second.jobs) == ("canceled", {})
    assert third.jobs["apply"].code == 0, third.told
    assert "192.0.2.21" in place.served()
    assert "192.0.2.31" in place.served("example.org")
