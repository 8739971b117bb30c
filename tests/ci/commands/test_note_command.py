"""ci note: the comment as GitLab has it."""

import pytest

from tests.fakes.gitlab import GitLabFake, User
from tests.fakes.kit import Answer

MARK = "<!-- zonesync:plan:dns -->"
US = User(7, "project_5_bot")


@pytest.fixture
def gitlab():
    with GitLabFake(tokens={"secret": US, "look": User(8, "looker", scopes=frozenset({"read_api"}))}) as made:
        yield made


@pytest.fixture
def job(stage, gitlab):
    stage.env = {
        "CI": "true",
        "CI_API_V4_URL": gitlab.url,
        "CI_PROJECT_ID": "5",
        "CI_MERGE_REQUEST_IID": "3",
        "CI_MERGE_REQUEST_PROJECT_ID": "5",
        "CI_MERGE_REQUEST_SOURCE_PROJECT_ID": "5",
        "CI_COMMIT_SHA": gitlab.sha,
        "CI_JOB_URL": "https://gitlab.example/acme/dns/-/jobs/9",
        "ZONESYNC_GITLAB_TOKEN": "secret",
    }
    stage.write("the plan")
    return stage


def bodies(gitlab):
    return [note.body for note in gitlab.notes.values()]


def test_the_note_is_made_once_and_then_updated_in_place(job, gitlab):
    assert job.run("ci", "note").code == 0
    assert bodies(gitlab) == [f"{MARK}\nthe plan"]
    job.write("another")
    assert job.run("ci", "note").code == 0
    assert bodies(gitlab) == [f"{MARK}\nanother"]


def test_notes_of_others_and_of_gitlab_itself_are_left_alone(job, gitlab):
    for number in range(130):
        gitlab.add_note(User(9, "kim"), f"{MARK}\n{number}")
    gitlab.add_note(US, f"{MARK} changed the description", system=True)
    assert job.run("ci", "note").code == 0
    job.write("another")
    assert job.run("ci", "note").code == 0
    mine = [note.body for note in gitlab.notes.values() if note.author == US and not note.system]
    assert mine == [f"{MARK}\nanother"]
    assert len(gitlab.notes) == 132


def test_an_older_commit_does_not_write(job, gitlab):
    gitlab.sha = "b" * 40
    assert job.run("ci", "note").code == 0
    assert bodies(gitlab) == []


def test_the_head_of_a_merged_results_pipeline_is_the_branch_s(job, gitlab):
    job.env |= {"CI_COMMIT_SHA": "c" * 40, "CI_MERGE_REQUEST_SOURCE_BRANCH_SHA": gitlab.sha}
    job.run("ci", "note")
    assert bodies(gitlab) == [f"{MARK}\nthe plan"]


def test_a_rate_limit_is_waited_for(job, gitlab):
    gitlab.limited = 2
    assert job.run("ci", "note").code == 0
    assert bodies(gitlab) == [f"{MARK}\nthe plan"]


def test_a_note_whose_answer_was_lost_is_not_made_twice(job, gitlab):
    gitlab.fail(method="POST", answer_after=Answer(502, b""))
    assert job.run("ci", "note").code == 0
    assert len(bodies(gitlab)) == 1


@pytest.mark.parametrize(("token", "words"), [("look", "insufficient_scope"), ("wrong", "401 Unauthorized")])
def test_a_token_that_may_not_write_is_told_in_gitlab_s_words(job, gitlab, token, words):
    job.env["ZONESYNC_GITLAB_TOKEN"] = token
    done = job.run("ci", "note")
    assert done.code == 1
    assert words in " ".join(done.err.split())


def test_a_fork_s_job_asks_nothing(job, gitlab):
    job.env["CI_MERGE_REQUEST_SOURCE_PROJECT_ID"] = "99"
    assert job.run("ci", "note").code == 0
    assert not gitlab.log


def test_outside_a_merge_request_there_is_nothing_to_do(job, gitlab):
    del job.env["CI_MERGE_REQUEST_IID"]
    assert job.run("ci", "note").code == 0
    assert not gitlab.log


def test_a_merge_request_is_planned_from_its_base(stage):
    base = stage.repository.head
    head = stage.repository.commit({"zones/example.org.yaml": "records:\n  www: {A: 192.0.2.5}\n"}, "change")
    stage.repository.git("checkout", "--quiet", head)
    stage.env = {
        "CI": "true",
        "CI_MERGE_REQUEST_IID": "3",
        "CI_MERGE_REQUEST_DIFF_BASE_SHA": base,
        "CI_COMMIT_SHA": head,
    }
    assert stage.run("ci", "plan").code == 0
    assert '"example.org"' in stage.text("plan.json")
    assert '"example.com"' not in stage.text("plan.json")
