"""Which pull requests a push has merged."""

from pathlib import Path

import pytest

from tests.fakes.github import GitHubFake
from tests.fakes.github_shapes import Token
from zonesync.ci.github_forge import GitHubForge
from zonesync.ci.job import Job
from zonesync.ci.merged import MAX_COMMITS, merged_by
from zonesync.workflow import RefusedError

BEFORE, AFTER = "b" * 40, "f" * 40


def sha(number):
    return f"{number:040x}"


@pytest.fixture
def fake():
    with GitHubFake(tokens={"job": Token(permissions={"contents": "read", "pull-requests": "read"})}) as made:
        yield made


def ask(fake, event, root=Path("/nowhere")):
    env = {"GITHUB_REPOSITORY": "acme/dns", "GITHUB_API_URL": fake.url, "GITHUB_TOKEN": "job"}
    job = Job(env, event)
    return merged_by(GitHubForge(job), job, root)


def test_without_the_history_the_event_s_commits_are_asked_for(fake):
    fake.add_pull(1, sha(1))
    fake.merge(1, sha(11), sha(12))  # rebased: two commits
    fake.add_pull(2, sha(2))
    fake.merge(2, sha(13))  # squashed
    found = ask(fake, fake.push_event(BEFORE, sha(13), [sha(11), sha(12), sha(13)]))
    assert [pull.number for pull in found.pulls] == [1, 2]
    assert found.alone == ()


def test_a_commit_that_came_alone_is_told(fake):
    fake.add_pull(1, sha(1))
    fake.merge(1, sha(11))
    found = ask(fake, fake.push_event(BEFORE, sha(12), [sha(11), sha(12)]))
    assert ([pull.number for pull in found.pulls], found.alone) == ([1], (sha(12),))


@pytest.mark.parametrize("change", [{"merged_at": None}, {"base_ref": "release"}])
def test_a_pull_request_that_was_not_merged_into_the_branch_has_no_say(fake, change):
    fake.add_pull(1, sha(1))
    fake.merge(1, sha(11))
    for name, value in change.items():
        setattr(fake.pulls[1], name, value)
    assert ask(fake, fake.push_event(BEFORE, sha(11))).pulls == ()


@pytest.mark.parametrize(
    "change",
    [{"ref": "refs/heads/other"}, {"ref": "refs/tags/main"}, {"after": "0" * 40}, {"after": "words"}, {"after": None}],
)
def test_what_is_no_push_to_the_default_branch_is_refused(fake, change):
    with pytest.raises(RefusedError):
        ask(fake, fake.push_event(BEFORE, AFTER) | change)


def test_more_commits_than_can_be_asked_for_are_refused_before_any_is(fake):
    with pytest.raises(RefusedError, match="more than"):
        ask(fake, fake.push_event(BEFORE, AFTER, [sha(number) for number in range(MAX_COMMITS + 1)]))
    assert not fake.log


@pytest.mark.parametrize("ref", ["refs/heads/main", "refs/heads/gh-readonly-queue/main/pr-x-1", None])
def test_an_event_of_no_merge_queue_is_refused(fake, ref):
    job = Job(
        {"GITHUB_REPOSITORY": "acme/dns", "GITHUB_API_URL": fake.url, "GITHUB_TOKEN": "job"},
        {"merge_group": {"head_ref": ref}},
    )
    with pytest.raises(RefusedError, match="merge queue"):
        GitHubForge(job).queued()
