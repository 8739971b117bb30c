"""Which pipelines have come to no end, and the one issue at GitLab."""

import pytest

from tests.ci.gitlab.asked import BASE, KIM, MERGE, US, forge
from tests.fakes.kit import Answer
from zonesync.ci.errors import ApiError
from zonesync.ci.forge import End
from zonesync.ci.issue import Told, raise_issue, settle_issue


@pytest.mark.parametrize(
    ("pipeline", "jobs", "end"),
    [
        ("success", {"apply": "success"}, End.APPLIED),
        ("failed", {"apply": "success", "tests": "failed"}, End.APPLIED),
        ("failed", {"apply": "failed"}, End.OVER),
        ("running", {"apply": "running"}, End.OVER),
        ("failed", {"apply": "runner_system_failure"}, End.CUT_SHORT),
        ("failed", {"apply": "job_execution_timeout"}, End.CUT_SHORT),
        ("failed", {"apply": "forward_deployment_failure"}, End.CUT_SHORT),
        ("failed", {"apply": "skipped", "tests": "failed"}, End.CUT_SHORT),
        ("canceled", {"apply": "canceled"}, End.CUT_SHORT),
        ("waiting_for_resource", {"apply": "waiting_for_resource"}, End.CUT_SHORT),
        ("manual", {"apply": "manual"}, End.CUT_SHORT),
        ("skipped", {}, End.CUT_SHORT),
        ("failed", {}, End.CUT_SHORT),
        ("success", {"tests": "success"}, End.NOT_MEANT),
        ("created", {}, End.NOT_MEANT),
    ],
)
def test_a_pipeline_has_ended_as_its_job_that_applies(fake, pipeline, jobs, end):
    made = fake.add_pipeline(MERGE, status=pipeline)
    for name, status in jobs.items():
        failed = status.endswith(("failure", "timeout"))
        fake.add_job(made, name, status="failed" if failed else status, failure_reason=status if failed else None)
    (turn,) = forge(fake).turns("main")
    assert (turn.number, turn.head_sha, turn.end) == (made.id, MERGE, end)


def test_only_other_pipelines_for_pushes_to_the_branch_are_turns_newest_first(fake):
    first, second = fake.add_pipeline(BASE), fake.add_pipeline(MERGE)
    fake.add_pipeline(MERGE, "other")
    fake.add_pipeline(MERGE, source="schedule")
    fake.page = 1
    own = forge(fake, CI_PIPELINE_ID=str(fake.add_pipeline(MERGE).id))
    assert [one.number for one in own.turns("main")] == [second.id, first.id]
    listing = [fake.shapes.pipeline(one) for one in fake.pipelines.values()]
    fake.fail(path="/pipelines", answer=Answer.of(listing))
    assert {one.number for one in own.turns("main")} == {first.id, second.id}


def test_one_issue_of_ours_is_kept_and_others_are_left_alone(fake):
    mark, label = "<!-- zonesync:drift:dns -->", "zonesync-drift"
    for number in range(4):
        fake.add_issue(KIM, f"{number}", f"{mark}\nwords", [label])
    fake.add_issue(US, "ours, of another name", "<!-- zonesync:drift:other -->\nwords", [label])
    tracker, known = forge(fake).tracker, len(fake.issues)
    assert raise_issue(tracker, mark, label, "DNS drift", "one")[0] is Told.OPENED
    assert raise_issue(tracker, mark, label, "DNS drift", "one")[0] is Told.AS_IT_WAS
    told, number = raise_issue(tracker, mark, label, "DNS drift", "two")
    assert (told, fake.issues[number].description) == (Told.UPDATED, f"{mark}\ntwo")
    assert settle_issue(tracker, mark, label, "none any more") is Told.CLOSED
    assert settle_issue(tracker, mark, label, "none any more") is Told.NONE
    assert len(fake.issues) == known + 1
    assert [one.state for one in fake.issues.values()] == ["opened"] * known + ["closed"]
    assert [note.body for note in fake.issues[number].notes.values()] == ["none any more"]


def test_an_issue_of_somebody_else_is_not_ours_where_gitlab_filters_nothing(fake):
    fake.add_issue(KIM, "theirs", "words", ["zonesync-drift"])
    fake.fail(path="/issues", answer=Answer.of([fake.shapes.issue(one) for one in fake.issues.values()]))
    assert list(forge(fake).tracker.tickets("zonesync-drift")) == []


@pytest.mark.parametrize(
    ("path", "call"),
    [
        ("/merge_requests/3", lambda it: it.board(3).head()),
        ("/merge_requests/3/pipelines", lambda it: it.gitlab.pipelines_of(3)),
        ("/pipelines", lambda it: list(it.turns("main"))),
        ("/issues", lambda it: it.tracker.open("title", "words", "label")),
        ("/merge_requests/3/notes", lambda it: list(it.board(3).notes())),
        ("/issues", lambda it: list(it.tracker.tickets("label"))),
        ("/user", lambda it: it.gitlab.user),
    ],
)
@pytest.mark.parametrize("answer", [[{}], {"id": "x"}, ["words"], None, [[]]])
def test_an_answer_that_lacks_what_every_one_has_is_an_error_in_words(fake, path, call, answer):
    fake.fail(path=rf"{path}$", answer=Answer.of(answer), times=9)
    with pytest.raises(ApiError, match="GitLab answered"):
        call(forge(fake))
