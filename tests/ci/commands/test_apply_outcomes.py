"""ci apply: what was done is told and decides the exit code, whatever fails meanwhile; and what was not done, too."""

import os
import signal
import subprocess

import pytest

from tests.ci.commands.conftest import ZONE
from tests.ci.commands.merging import API, ORG, comment, merged, planned, served, upload
from tests.ci.commands.test_apply_command import resealed
from tests.fakes.kit import Answer
from zonesync import workflow
from zonesync.ci import history

NOWHERE = "/nowhere/at/all"


def two(stage):
    """Merge two pull requests that were planned, in one push."""
    planned(stage, 1)
    planned(stage, 2, ORG)
    merged(stage, 1, 2)


def at_second(monkeypatch, act):
    """Do something in place of planning anew for the second plan."""
    real, calls = workflow.replan, []

    def replan(*arguments, **more):
        calls.append(arguments)
        return act(real, *arguments, **more) if len(calls) == 2 else real(*arguments, **more)

    monkeypatch.setattr(workflow, "replan", replan)


def test_where_github_falls_silent_after_the_first_plan_what_was_applied_is_told(stage):
    two(stage)
    stage.github.fail(path="/workflows/", skip=1, times=99, answer=Answer(502, b""))
    done = stage.run("ci", "apply")
    assert done.code == 3, done.err
    assert (stage.outputs["outcome"], stage.outputs["applied"]) == ("partial", "1")
    assert "Applied" in comment(stage, 1)
    assert "with 502" in comment(stage, 2)


def test_a_plan_workflow_that_there_is_not_is_told_where_it_was_merged(stage):
    planned(stage)
    merged(stage, 1)
    stage.env["ZONESYNC_PLAN_WORKFLOW"] = ".github/workflows/nothing.yml"
    assert stage.run("ci", "apply").code == 1
    assert stage.outputs["outcome"] == "refused"
    assert "workflows/nothing.yml" in comment(stage)


def test_a_defect_after_the_first_plan_is_not_told_as_nothing_changed(stage, monkeypatch):
    def fails(*_arguments, **_more):
        raise RuntimeError("a defect")

    two(stage)
    at_second(monkeypatch, fails)
    done = stage.run("ci", "apply")
    assert done.code == 3, done.err
    assert "RuntimeError" in done.err
    assert "Applied" in comment(stage, 1)


@pytest.mark.parametrize("variable", ["GITHUB_STEP_SUMMARY", "GITHUB_OUTPUT"])
def test_what_the_runner_does_not_take_down_is_applied_all_the_same(stage, variable):
    two(stage)
    stage.env[variable] = NOWHERE
    done = stage.run("ci", "apply")
    assert done.code == 0, done.err
    assert NOWHERE in done.err
    assert "192.0.2.7" in served(stage)
    assert "192.0.2.9" in served(stage, "example.org")
    assert "Applied" in comment(stage, 2)


@pytest.mark.parametrize("body", [b"[]", b'"text"', b'{"id": "words"}', b"null"])
def test_an_answer_to_the_comment_that_makes_no_sense_changes_no_outcome(stage, body):
    planned(stage)
    merged(stage, 1)
    stage.github.fail(method="POST", path="/comments", answer_after=Answer(201, body))
    done = stage.run("ci", "apply")
    assert done.code == 0, done.err
    assert stage.outputs["outcome"] == "applied"
    assert "Applied" in comment(stage)


def test_a_job_that_is_told_to_stop_begins_with_no_other_plan(stage, monkeypatch):
    planned(stage, 1)
    planned(stage, 2, ORG)
    planned(stage, 3, {"zones/example.edu.yaml": ZONE})
    merged(stage, 1, 2, 3)

    def stops(real, *arguments, **more):
        os.kill(os.getpid(), signal.SIGTERM)
        return real(*arguments, **more)

    at_second(monkeypatch, stops)
    done = stage.run("ci", "apply")
    assert done.code == 3, done.err
    assert "#3 were not tried" in " ".join(done.err.split())
    assert [bool(served(stage, zone)) for zone in ("example.com", "example.org", "example.edu")] == [True, False, False]


def beside(stage, files):
    """Merge a planned pull request, in a push with a commit that came by none."""
    planned(stage)
    stage.repository.git("checkout", "--quiet", "main")
    before, alone = stage.repository.head, stage.repository.commit(files)
    commit = stage.repository.merge(1, stage.github.pulls[1].head_sha)
    stage.github.merge(1, commit)
    stage.job("push", stage.github.push_event(before, commit, [alone, commit]))


def test_what_nobody_reviewed_is_refused_beside_what_somebody_did(stage):
    beside(stage, ORG)
    done = stage.run("ci", "apply")
    assert done.code == 3, done.err
    assert "error[push-not-reviewed]" in done.err
    assert stage.outputs["outcome"] == "partial"
    assert "192.0.2.7" in served(stage)
    assert not served(stage, "example.org")
    assert "192.0.2.9" in stage.text("plan.md")
    assert "Applied" in comment(stage)


def test_a_commit_without_a_pull_request_that_changes_no_zone_stops_nobody(stage):
    beside(stage, {"README.md": "words"})
    done = stage.run("ci", "apply")
    assert done.code == 0, done.err
    assert "warning[push-not-reviewed]" in done.err


def test_a_plan_that_lacks_a_zone_of_its_pull_request_is_not_told_as_all_there_is(stage):
    run = planned(stage)
    stage.github.artifacts.clear()
    # As one is that was made for another branch, which has the change already.
    upload(stage, run, resealed(lambda data: data.update(steps=[], targets=[])))
    merged(stage, 1)
    done = stage.run("ci", "apply")
    assert done.code == 1, done.err
    assert not served(stage)
    assert "zone-not-reviewed" in comment(stage)
    assert "192.0.2.7" in comment(stage)


def test_a_push_that_rewrites_history_is_refused(stage):
    two(stage)
    assert stage.run("ci", "apply").code == 0
    after, before = stage.repository.git("rev-parse", "main~1"), stage.repository.head
    stage.repository.git("reset", "--quiet", "--hard", after)
    stage.job("push", stage.github.push_event(before, after) | {"forced": True, "commits": []})
    done = stage.run("ci", "apply")
    assert done.code == 1
    assert "history-rewritten" in done.err


def test_a_fork_s_change_that_touches_no_zone_needs_no_plan(stage):
    stage.open(1, {"README.md": "words"}, head_repository="stranger/dns")
    merged(stage, 1)
    done = stage.run("ci", "apply")
    assert done.code == 0, done.err
    assert stage.outputs["outcome"] == "nothing"
    assert "nothing that one would change" in comment(stage)


@pytest.mark.parametrize(("files", "code"), [({"README.md": "words"}, 0), (API, 1)], ids=["no zone", "a zone"])
def test_in_the_merge_queue_a_fork_s_change_passes_where_it_touches_no_zone(stage, files, code):
    stage.open(1, files, head_repository="stranger/dns")
    group = stage.repository.git("rev-parse", "HEAD")
    stage.job("merge_group", stage.github.merge_group_event(1, group, stage.repository.head))
    done = stage.run("ci", "apply")
    assert done.code == code, done.err
    assert stage.outputs["outcome"] == ("refused" if code else "holds")


def test_what_the_merge_queue_refuses_promises_no_file_that_its_run_does_not_keep(stage):
    planned(stage, conclusion="failure")
    group = stage.repository.git("rev-parse", "HEAD")
    stage.job("merge_group", stage.github.merge_group_event(1, group, stage.repository.head))
    assert stage.run("ci", "apply").code == 1
    assert "192.0.2.7" in comment(stage)
    assert "keeps the whole plan" not in comment(stage)


@pytest.mark.parametrize("problem", [FileNotFoundError("git"), subprocess.TimeoutExpired("git", 60)])
def test_a_git_that_does_not_answer_knows_nothing(tmp_path, monkeypatch, problem):
    def run(*_arguments, **_more):
        raise problem

    monkeypatch.setattr(subprocess, "run", run)
    assert history.commits(tmp_path, "a" * 40, "b" * 40, 9) == []
    assert not history.is_before(tmp_path, "a" * 40, "b" * 40)
