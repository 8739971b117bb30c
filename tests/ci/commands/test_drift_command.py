"""ci drift: one issue for as long as there is drift."""

import pytest

from tests.ci.commands.conftest import FILES, JOB
from tests.fakes.github_shapes import BOT, Token
from tests.fakes.kit import Answer

MARK = "<!-- zonesync:drift:dns -->"


@pytest.fixture
def applied(stage):
    """The zones applied, and a job of the night."""
    for path, text in FILES.items():
        file = stage.work / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    stage.env = {"CI": "true"}
    done = stage.run("apply", "--yes")
    assert done.code == 0, done.err
    stage.job("schedule", {"schedule": "0 3 * * *"})
    return stage


def edit(stage, before="192.0.2.1", after="192.0.2.66"):
    file = stage.folder / "served/example.com.zone"
    text = file.read_text()
    assert before in text
    file.write_text(text.replace(before, after))


def issues(stage, state="open"):
    return [one for one in stage.github.issues.values() if one.state == state]


def test_a_hand_edit_opens_one_issue_and_its_end_closes_it(applied):
    assert applied.run("ci", "drift").code == 0
    assert not issues(applied)
    edit(applied)
    assert applied.run("ci", "drift").code == 2
    [issue] = issues(applied)
    assert issue.labels == ["zonesync-drift"]
    assert "192.0.2.66" in issue.body
    assert applied.outputs["issue"] == str(issue.number)
    edit(applied, "192.0.2.66", "192.0.2.67")
    assert applied.run("ci", "drift").code == 2
    assert issues(applied) == [issue]
    assert "192.0.2.67" in issue.body
    edit(applied, "192.0.2.67", "192.0.2.1")
    assert applied.run("ci", "drift").code == 0
    assert issues(applied) == []
    assert issue.state_reason == "completed"
    assert "no drift any more" in applied.github.bodies(issue.number)[0]
    assert applied.outputs["drift"] == "false"


def test_new_drift_after_a_closed_issue_opens_another(applied):
    edit(applied)
    applied.run("ci", "drift")
    edit(applied, "192.0.2.66", "192.0.2.1")
    applied.run("ci", "drift")
    edit(applied)
    assert applied.run("ci", "drift").code == 2
    assert len(issues(applied)) == 1
    assert len(issues(applied, "closed")) == 1


def test_issues_and_pull_requests_of_others_are_left_alone(applied):
    applied.github.add_pull(3, "a" * 40)
    applied.github.issues[3].labels.append("zonesync-drift")
    applied.github.issues[3].body = MARK
    theirs = applied.github.issues[4] = type(applied.github.issues[3])(
        4, "kim", "t", f"{MARK}\nmine", ["zonesync-drift"]
    )
    edit(applied)
    assert applied.run("ci", "drift").code == 2
    assert theirs.body == f"{MARK}\nmine"
    edit(applied, "192.0.2.66", "192.0.2.1")
    assert applied.run("ci", "drift").code == 0
    assert (theirs.state, applied.github.issues[3].state) == ("open", "open")


def test_two_issues_of_ours_become_one(applied):
    edit(applied)
    applied.run("ci", "drift")
    [first] = issues(applied)
    applied.github.issues[9] = type(first)(9, BOT, "DNS drift", f"{MARK}\nsecond", ["zonesync-drift"])
    applied.run("ci", "drift")
    assert issues(applied) == [first]


def test_what_could_not_be_read_leaves_the_issue_as_it_is(applied):
    edit(applied)
    applied.run("ci", "drift")
    [issue] = issues(applied)
    for name in ("example.com", "example.org"):
        (applied.folder / f"served/{name}.zone").write_text("no zone file")
    done = applied.run("ci", "drift")
    assert done.code == 1
    assert issue.state == "open"


def test_drift_is_told_on_the_run_s_page_also_where_no_issue_may_be_opened(applied):
    applied.github.tokens["job"] = Token(permissions={**JOB.permissions, "issues": "read"})
    edit(applied)
    done = applied.run("ci", "drift")
    assert done.code == 1
    assert "Resource not accessible by integration" in " ".join(done.err.split())
    assert "192.0.2.66" in (applied.folder / "summary").read_text()


def test_an_issue_that_nobody_may_comment_on_is_closed_all_the_same(applied):
    edit(applied)
    applied.run("ci", "drift")
    edit(applied, "192.0.2.66", "192.0.2.1")
    applied.github.fail(method="POST", path="/comments", times=9, answer=Answer.of({"message": "locked"}, 403))
    assert applied.run("ci", "drift").code == 1
    assert issues(applied) == []


def test_the_output_says_drift_also_where_the_issue_cannot_be_written(applied):
    edit(applied)
    applied.github.fail(method="POST", path="/issues", times=9, answer=Answer.of({"message": "no"}, 403))
    assert applied.run("ci", "drift").code == 1
    assert applied.outputs["drift"] == "true"


def test_an_app_that_nobody_named_is_told_what_to_set_and_not_a_new_issue_each_night(applied):
    applied.github.tokens["other"] = Token("our-app[bot]", JOB.permissions)
    applied.env["GITHUB_TOKEN"] = "other"
    edit(applied)
    done = applied.run("ci", "drift")
    assert done.code == 1
    assert "set ZONESYNC_LOGIN to `our-app[bot]`" in " ".join(done.err.split())
    applied.env["ZONESYNC_LOGIN"] = "our-app[bot]"
    assert applied.run("ci", "drift").code == 2
    assert len(issues(applied)) == 1


def test_a_label_that_github_would_take_for_two_is_refused(applied):
    applied.env["ZONESYNC_LABEL"] = "dns,drift"
    edit(applied)
    done = applied.run("ci", "drift")
    assert done.code == 64
    assert "ZONESYNC_LABEL" in done.err
