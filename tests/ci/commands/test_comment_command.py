"""ci comment: one comment of ours, brought up to date in place, whatever others and GitHub do meanwhile."""

import pytest

from tests.ci.commands.conftest import JOB
from tests.fakes.github_shapes import BOT, Token
from tests.fakes.kit import Answer
from zonesync.ci.comment import OUTDATED

MARK = "<!-- zonesync:plan:dns -->"


def planned(stage, text="192.0.2.7", head="a" * 40, **fields):
    """Become the job of a pull request, which has planned."""
    if 1 in stage.github.pulls:
        stage.github.pulls[1].head_sha = head
    else:
        stage.github.add_pull(1, head, **fields)
    env = stage.env
    stage.job("pull_request", stage.github.event(1))
    stage.env |= {name: env[name] for name in ("GITHUB_TOKEN", "ZONESYNC_LOGIN") if name in env}
    stage.write(text)


def ours(stage):
    return [body for body in stage.github.bodies(1) if body.startswith(MARK)]


def test_the_comment_is_made_once_and_then_updated_in_place(stage):
    planned(stage)
    assert stage.run("ci", "comment").code == 0
    [first] = stage.github.comments.values()
    assert "192.0.2.7" in first.body
    planned(stage, "192.0.2.8", "b" * 40)
    assert stage.run("ci", "comment").code == 0
    assert list(stage.github.comments) == [first.id]
    assert "192.0.2.8" in first.body
    assert "192.0.2.7" not in first.body


def test_what_is_as_it_should_be_is_not_written_again(stage):
    planned(stage)
    stage.run("ci", "comment")
    assert stage.run("ci", "comment").code == 0
    assert len(stage.github.requests("POST|PATCH|DELETE")) == 1


def test_an_edited_comment_is_rewritten_and_a_deleted_one_made_again(stage):
    planned(stage)
    stage.run("ci", "comment")
    [comment] = stage.github.comments.values()
    comment.body = f"{MARK}\nnothing to see here"
    stage.run("ci", "comment")
    assert "192.0.2.7" in comment.body
    stage.github.comments.clear()
    stage.run("ci", "comment")
    assert len(ours(stage)) == 1


@pytest.mark.parametrize("login", ["stranger", "dependabot[bot]"])
def test_a_comment_of_somebody_else_is_left_alone_whatever_it_holds(stage, login):
    planned(stage)
    theirs = stage.github.add_comment(1, login, f"{MARK}\nmine")
    assert stage.run("ci", "comment").code == 0
    assert theirs.body == f"{MARK}\nmine"
    assert len(ours(stage)) == 2


def test_our_comment_is_found_behind_a_hundred_others(stage):
    planned(stage)
    for number in range(230):
        stage.github.add_comment(1, "engineer", f"words {number}")
    stage.run("ci", "comment")
    planned(stage, "192.0.2.8", "b" * 40)
    stage.run("ci", "comment")
    assert len(ours(stage)) == 1


def test_two_comments_of_ours_become_one(stage):
    planned(stage)
    first = stage.github.add_comment(1, BOT, f"{MARK}\nold")
    stage.github.add_comment(1, BOT, f"{MARK}\nolder")
    stage.github.add_comment(1, BOT, "<!-- zonesync:plan:other -->\nof another configuration")
    assert stage.run("ci", "comment").code == 0
    assert [one.id for one in stage.github.comments.values() if one.body.startswith(MARK)] == [first.id]
    assert len(stage.github.comments) == 2


def test_an_older_head_does_not_write(stage):
    planned(stage)
    stage.github.add_comment(1, BOT, f"{MARK}\nof the newer push")
    stage.github.pulls[1].head_sha = "f" * 40
    done = stage.run("ci", "comment")
    assert done.code == 0
    assert "newer push" in done.err
    assert ours(stage) == [f"{MARK}\nof the newer push"]


def test_an_older_head_that_wrote_last_says_that_it_is_out_of_date(stage):
    planned(stage)
    newer = stage.github.add_comment(1, BOT, f"{MARK}\nbefore")

    def push():
        stage.github.pulls[1].head_sha = "f" * 40
        newer.body = f"{MARK}\nof the newer push"

    stage.github.fail(method="PATCH", path="/comments/", run=push)
    assert stage.run("ci", "comment").code == 0
    [body] = ours(stage)
    assert body.startswith(f"{MARK}\n{OUTDATED}")


def test_an_older_head_that_made_a_second_comment_takes_it_away(stage):
    planned(stage)

    def push():
        stage.github.pulls[1].head_sha = "f" * 40
        stage.github.add_comment(1, BOT, f"{MARK}\nof the newer push")

    stage.github.fail(method="POST", path="/comments", run=push)
    assert stage.run("ci", "comment").code == 0
    assert ours(stage) == [f"{MARK}\nof the newer push"]


def test_the_newest_head_writes_over_what_an_older_one_put_there_meanwhile(stage):
    planned(stage)
    comment = stage.github.add_comment(1, BOT, f"{MARK}\nbefore")
    stage.github.fail(
        method="GET",
        path="/issues/1/comments",
        skip=1,
        run=lambda: setattr(comment, "body", f"{MARK}\nof an older push"),
    )
    assert stage.run("ci", "comment").code == 0
    assert "192.0.2.7" in comment.body
    assert comment.edits == 2


def test_a_comment_that_is_deleted_while_it_is_updated_is_made_again(stage):
    planned(stage)
    stage.github.add_comment(1, BOT, f"{MARK}\nbefore")
    stage.github.fail(method="PATCH", path="/comments/", run=stage.github.comments.clear)
    assert stage.run("ci", "comment").code == 0
    assert len(ours(stage)) == 1


@pytest.mark.parametrize("fault", [{"answer_after": Answer(502, b"<html>")}, {"drop": "after"}], ids=["502", "cut"])
def test_a_comment_whose_answer_was_lost_is_not_made_twice(stage, fault):
    planned(stage)
    stage.github.fail(method="POST", **fault)
    assert stage.run("ci", "comment").code == 0
    assert len(ours(stage)) == 1


@pytest.mark.parametrize(
    "answer",
    [
        Answer(502, b"<html>"),
        Answer(500, b""),
        Answer.of({"message": "You have exceeded a secondary rate limit."}, 403),
        Answer.of({"message": "slow down"}, 403, **{"Retry-After": "2"}),
        Answer.of({"message": "Too many"}, 429),
        Answer.of({"message": "API rate limit"}, 429, **{"x-ratelimit-remaining": "0", "x-ratelimit-reset": "1"}),
    ],
    ids=["502", "500", "403 secondary", "403 retry-after", "429", "429 reset"],
)
@pytest.mark.parametrize("method", ["GET", "PATCH"])
def test_what_passes_is_tried_again(stage, answer, method):
    planned(stage)
    stage.github.add_comment(1, BOT, f"{MARK}\nbefore")
    stage.github.fail(method=method, answer=answer)
    done = stage.run("ci", "comment")
    assert done.code == 0, done.err
    assert "192.0.2.7" in ours(stage)[0]


@pytest.mark.parametrize(
    ("status", "message"),
    [(403, "Resource not accessible by integration"), (401, "Bad credentials"), (422, "Validation Failed")],
)
def test_what_does_not_pass_is_told_at_once_in_github_s_words(stage, status, message):
    planned(stage)
    refusal = Answer.of({"message": message, "errors": [{"field": "body", "message": "too long"}]}, status)
    stage.github.fail(method="POST", answer=refusal, times=9)
    done = stage.run("ci", "comment")
    assert done.code == 1
    assert message in done.err
    assert "body too long" in " ".join(done.err.split())
    assert len(stage.github.requests("POST")) == 1


def test_a_limit_that_ends_in_an_hour_is_not_waited_for(stage):
    planned(stage)
    stage.github.remaining, stage.github.reset_after = 0, 3600.0
    done = stage.run("ci", "comment")
    assert done.code == 1
    assert "rate limit" in done.err
    assert len(stage.github.log) == 1


def test_a_fork_s_job_asks_nothing_of_github(stage):
    planned(stage, head_repository="stranger/dns")
    del stage.env["GITHUB_TOKEN"]
    done = stage.run("ci", "comment")
    assert done.code == 0
    assert "fork" in done.err
    assert not stage.github.log


def test_outside_a_pull_request_there_is_nothing_to_do(stage):
    stage.job("push", {})
    assert stage.run("ci", "comment").code == 0
    assert not stage.github.log


def test_a_missing_token_is_named(stage):
    planned(stage)
    del stage.env["GITHUB_TOKEN"]
    done = stage.run("ci", "comment")
    assert done.code == 64
    assert "GITHUB_TOKEN" in done.err


def test_without_a_plan_the_comment_says_so_and_not_what_held_before(stage):
    planned(stage)
    stage.run("ci", "comment")
    (stage.work / "build/zonesync/plan.md").unlink()
    assert stage.run("ci", "comment").code == 1
    [body] = ours(stage)
    assert "No plan could be made" in body
    assert "192.0.2.7" not in body


@pytest.mark.parametrize(
    ("token", "login"),
    [
        (Token("robot", JOB.permissions, is_job=False), "robot"),
        (Token("our-app[bot]", JOB.permissions), "our-app[bot]"),
    ],
    ids=["a person's token is asked who it is", "an app's is told by ZONESYNC_LOGIN"],
)
def test_who_we_are(stage, token, login):
    stage.github.tokens["other"] = token
    planned(stage)
    stage.env |= {"GITHUB_TOKEN": "other"} | ({"ZONESYNC_LOGIN": login} if token.is_job else {})
    stage.run("ci", "comment")
    planned(stage, "192.0.2.8", "b" * 40)
    assert stage.run("ci", "comment").code == 0
    [comment] = stage.github.comments.values()
    assert comment.login == login
    assert "192.0.2.8" in comment.body


def test_an_app_that_nobody_named_is_told_what_to_set(stage):
    stage.github.tokens["other"] = Token("our-app[bot]", JOB.permissions)
    planned(stage)
    stage.env["GITHUB_TOKEN"] = "other"
    done = stage.run("ci", "comment")
    assert done.code == 1
    assert "set ZONESYNC_LOGIN to `our-app[bot]`" in " ".join(done.err.split())


def test_the_token_is_in_nothing_that_is_printed(stage):
    stage.github.tokens["secret-of-the-job"] = JOB
    planned(stage)
    stage.env["GITHUB_TOKEN"] = "secret-of-the-job"
    stage.github.fail(method="POST", answer=Answer.of({"message": "no"}, 403))
    done = stage.run("ci", "comment")
    assert "secret-of-the-job" not in done.out + done.err


@pytest.mark.parametrize("url", ["http://github.example", "http://10.0.0.1/api"])
def test_no_token_goes_where_it_would_be_seen(stage, url):
    planned(stage)
    stage.env["GITHUB_API_URL"] = url
    done = stage.run("ci", "comment")
    assert done.code == 1
    assert "https" in done.err


def test_who_is_asked_to_wait_does_not_take_itself_for_another(stage):
    stage.github.tokens["other"] = Token("robot", JOB.permissions, is_job=False)
    planned(stage)
    stage.env["GITHUB_TOKEN"] = "other"
    stage.github.add_comment(1, "robot", f"{MARK}\nbefore")
    stage.github.fail(path="/user", times=4, answer=Answer.of({"message": "rate limit"}, 403))
    assert stage.run("ci", "comment").code == 1
    assert len(ours(stage)) == 1


@pytest.mark.parametrize("listed", [[1], [{"id": "words"}], [{"user": "kim"}], {}], ids=str)
def test_comments_that_make_no_sense_are_told_as_such(stage, listed):
    planned(stage)
    stage.github.fail(method="GET", path="/comments", times=9, answer=Answer.of(listed))
    done = stage.run("ci", "comment")
    assert done.code == 1
    assert "forge-failed" in done.err
