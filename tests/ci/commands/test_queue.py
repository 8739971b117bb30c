"""ci apply: a push whose run came to no end is made up for by the next one, and no older run undoes a later one."""

import pytest

from tests.ci.commands.conftest import JOB, ZONE
from tests.ci.commands.merging import ORG, comment, merged, planned, served
from tests.fakes.github_shapes import Token
from zonesync.ci import history

FILE = ".github/workflows/zonesync.yml"


def become(stage, number, **env):
    """Let the job be of the run *number* of a workflow at GitHub, which lists it, too."""
    if not any((run.path, run.number) == (FILE, number) for run in stage.github.runs.values()):
        ended(stage, number, None)
    stage.env |= {
        "GITHUB_WORKFLOW_REF": f"{stage.github.repository}/{FILE}@refs/heads/main",
        "GITHUB_RUN_NUMBER": str(number),
        **env,
    }


def ended(stage, which, conclusion, head="", **fields):
    """Let the run *which* of the workflow have ended, on the commit that `main` is at now unless another is given."""
    stage.github.workflows.add("zonesync.yml")
    status = fields.pop("status", "completed" if conclusion else "in_progress")
    more = {"event": "push", "head_branch": "main", "number": which, "status": status} | fields
    return stage.github.add_run(head or stage.repository.head, FILE, conclusion=conclusion, **more)


def two_merges(stage, *ends, **fields):
    """Merge one pull request after the other; the run of the first has ended so, and we are the second's, number 9."""
    planned(stage, 1)
    planned(stage, 2, ORG)
    base = stage.repository.head
    merged(stage, 1)
    for number, conclusion in enumerate(ends, 9 - len(ends)):
        ended(stage, number, conclusion, base if number < 8 else "", **(fields if number == 8 else {}))
    merged(stage, 2)
    become(stage, 9)


@pytest.mark.parametrize(
    ("ends", "fields"),
    [
        (("success", "cancelled"), {}),
        (("success", "timed_out"), {}),
        (("success", "startup_failure"), {}),
        (("failure", "cancelled"), {}),
        (("success", "failure"), {"jobs": {"apply (1/2)": "failure", "apply (2/2)": "cancelled"}}),
        (("success", None), {"jobs": {"apply (1/2)": None, "apply (2/2)": "cancelled"}}),
        (("cancelled",), {}),
    ],
    ids=[
        "pushed out of the queue",
        "out of time",
        "never begun",
        "after one that was refused",
        "of a matrix one failed and one was pushed out",
        "of a matrix one is at work and one was pushed out",
        "the first run of all",
    ],
)
def test_a_run_that_came_to_no_end_is_made_up_for_by_the_next(stage, ends, fields):
    two_merges(stage, *ends, **fields)
    done = stage.run("ci", "apply")
    assert done.code == 0, done.err
    assert "192.0.2.7" in served(stage)
    assert "192.0.2.9" in served(stage, "example.org")
    assert stage.outputs["applied"] == "2"
    assert "catches up for https://github.example/acme/dns/actions/runs/" in done.err
    assert "Applied" in comment(stage, 1)
    assert "Applied" in comment(stage, 2)


@pytest.mark.parametrize(
    "ends",
    [("cancelled", "success"), ("cancelled", "failure"), ("success", "skipped"), ("success", None), ()],
    ids=["done", "refused", "not to be done", "at work", "no run before"],
)
def test_what_came_to_its_end_is_not_tried_again(stage, ends):
    two_merges(stage, *ends)
    done = stage.run("ci", "apply")
    assert done.code == 0, done.err
    assert "catches up" not in done.err
    assert not served(stage)
    assert "192.0.2.9" in served(stage, "example.org")


def test_a_run_that_was_skipped_has_made_up_for_nobody(stage):
    planned(stage, 1)
    planned(stage, 2, ORG)
    ended(stage, 6, "success")
    merged(stage, 1)
    ended(stage, 7, "cancelled")
    stage.repository.commit({"README.md": "words"})
    ended(stage, 8, "skipped")
    merged(stage, 2)
    become(stage, 9)
    assert stage.run("ci", "apply").code == 0
    assert "192.0.2.7" in served(stage)


@pytest.mark.parametrize(
    "change",
    [{"event": "pull_request"}, {"head_branch": "other"}, {"head_repository": "stranger/dns"}, {"number": 10}],
    ids=["of a pull request", "of another branch", "of another repository", "of a later push"],
)
def test_a_cancelled_run_of_something_else_is_none_of_ours(stage, change):
    two_merges(stage, "success", "cancelled", **change)
    assert stage.run("ci", "apply").code == 0
    assert not served(stage)


def test_outside_github_nobody_is_asked_for_earlier_runs(stage):
    two_merges(stage, "success", "cancelled")
    del stage.env["GITHUB_WORKFLOW_REF"]
    assert stage.run("ci", "apply").code == 0
    assert not served(stage)
    assert not stage.github.requests(path="/zonesync.yml/runs")


def refused(stage, rule):
    done = stage.run("ci", "apply")
    assert done.code == 1
    assert rule in done.err
    assert not served(stage)
    assert not served(stage, "example.org")


@pytest.mark.parametrize("at", [7, 8])
def test_without_the_history_of_what_was_missed_nothing_is_applied(stage, at):
    two_merges(stage, "success", "cancelled")
    (run,) = (run for run in stage.github.runs.values() if run.path == FILE and run.number == at)
    run.head_sha = "7" * 40
    refused(stage, "missed-unknown")


def test_more_runs_than_are_looked_at_are_too_many(stage):
    two_merges(stage, "success", *["cancelled"] * 100)
    for run in stage.github.runs.values():
        run.number += 200
    become(stage, 209)
    refused(stage, "missed-unknown")


def test_a_token_that_may_not_see_the_runs_applies_nothing(stage):
    two_merges(stage, "success", "cancelled")
    stage.github.tokens["job"] = Token(permissions={**JOB.permissions, "actions": "none"})
    done = stage.run("ci", "apply")
    assert done.code == 1
    assert "404" in done.err
    assert not served(stage)


def test_an_older_run_that_runs_again_after_a_later_one_has_applied_is_refused(stage):
    two_merges(stage, "success", "cancelled")
    ended(stage, 10, "success")
    become(stage, 9, GITHUB_RUN_ATTEMPT="2")
    refused(stage, "run-outdated")


def test_what_a_later_merge_took_back_does_not_come_again_with_an_older_run(stage):
    planned(stage, 1)
    merged(stage, 1)
    old, sha, event = dict(stage.env), stage.repository.head, (stage.folder / "event.json").read_text()
    ended(stage, 8, "success")
    assert stage.run("ci", "apply").code == 0
    planned(stage, 2, {"zones/example.com.yaml": ZONE})
    merged(stage, 2)
    assert stage.run("ci", "apply").code == 0
    ended(stage, 9, "success")
    assert "192.0.2.7" not in served(stage)
    stage.repository.git("checkout", "--quiet", "--detach", sha)
    stage.env = old
    (stage.folder / "event.json").write_text(event)
    become(stage, 8, GITHUB_RUN_ATTEMPT="2")
    assert stage.run("ci", "apply").code == 1
    assert "192.0.2.7" not in served(stage)


@pytest.mark.parametrize("later", ["failure", "cancelled", None])
def test_an_older_run_goes_on_while_the_later_ones_have_applied_nothing(stage, later):
    two_merges(stage, "success", "success")
    ended(stage, 10, later)
    assert stage.run("ci", "apply").code == 0
    assert "192.0.2.9" in served(stage, "example.org")


def test_what_was_missed_is_not_lost_where_git_falls_silent(stage, monkeypatch):
    two_merges(stage, "success", "cancelled")
    monkeypatch.setattr(history, "commits", lambda *_: [])
    refused(stage, "history-missing")
