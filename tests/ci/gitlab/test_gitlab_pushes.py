"""Which service a job runs at, and which merge requests a push has merged there."""

from pathlib import Path

import pytest

from tests.ci.gitlab.asked import BASE, HEAD, MERGE, OLD, SQUASH, forge, job
from tests.fakes.kit import Answer
from zonesync.ci.forges import forge_of
from zonesync.ci.github_forge import GitHubForge
from zonesync.ci.gitlab_forge import GitLabForge
from zonesync.ci.job import Job
from zonesync.ci.merged import merged_by
from zonesync.workflow import RefusedError, UnknownNameError


@pytest.mark.parametrize(
    ("env", "kind"),
    [
        ({"GITHUB_ACTIONS": "true", "GITHUB_REPOSITORY": "acme/dns"}, GitHubForge),
        ({"GITHUB_REPOSITORY": "acme/dns", "GITLAB_CI": "true"}, GitHubForge),
        ({"GITLAB_CI": "true"}, GitLabForge),
        ({}, GitLabForge),
    ],
)
def test_the_service_is_told_by_the_runner_s_variables(env, kind):
    both = {
        "CI_API_V4_URL": "https://gitlab.example/api/v4",
        "CI_PROJECT_ID": "5",
        "ZONESYNC_GITLAB_TOKEN": "us",
        "GITHUB_TOKEN": "job",
    }
    assert isinstance(forge_of(Job.read(both | env)), kind)


@pytest.mark.parametrize("name", ["ZONESYNC_GITLAB_TOKEN", "CI_PROJECT_ID", "CI_API_V4_URL"])
def test_a_variable_that_is_missing_is_named(fake, name):
    with pytest.raises(UnknownNameError, match=name):
        forge(fake, **{name: ""})


def test_a_project_is_a_number(fake):
    with pytest.raises(UnknownNameError, match="CI_PROJECT_ID"):
        forge(fake, CI_PROJECT_ID="acme/dns")


@pytest.mark.parametrize(
    ("env", "head", "base"),
    [
        ({}, MERGE, OLD),
        ({"CI_MERGE_REQUEST_SOURCE_BRANCH_SHA": HEAD, "CI_MERGE_REQUEST_TARGET_BRANCH_SHA": BASE}, HEAD, BASE),
    ],
    ids=["detached", "of merged results"],
)
def test_a_merge_request_is_planned_from_its_base_and_named_by_its_head(fake, env, head, base):
    given = {"CI_MERGE_REQUEST_IID": "3", "CI_COMMIT_SHA": MERGE, "CI_MERGE_REQUEST_DIFF_BASE_SHA": OLD}
    ours = {"CI_MERGE_REQUEST_PROJECT_ID": "5", "CI_MERGE_REQUEST_SOURCE_PROJECT_ID": "5"}
    asked = job(fake, **given, **ours, **env)
    assert (asked.head, asked.base, str(asked.pull), asked.is_fork) == (head, base, "!3", False)
    assert job(fake, **given, **env, **ours | {"CI_MERGE_REQUEST_SOURCE_PROJECT_ID": "99"}).is_fork


@pytest.mark.parametrize(
    ("fields", "pushed", "found"),
    [
        ({"merge_commit_sha": MERGE}, [MERGE], [3]),
        ({"merge_commit_sha": MERGE, "squash_commit_sha": SQUASH}, [MERGE], [3]),
        ({"squash_commit_sha": SQUASH}, [SQUASH], [3]),
        ({"commits": [OLD, HEAD]}, [OLD, HEAD], [3]),
        ({"commits": [OLD, HEAD]}, [OLD], []),
        ({"merge_commit_sha": MERGE, "state": "locked"}, [MERGE], [3]),
        ({"merge_commit_sha": MERGE, "state": "opened"}, [MERGE], []),
        ({"merge_commit_sha": MERGE, "state": "closed"}, [MERGE], []),
        ({"merge_commit_sha": MERGE, "target_branch": "release"}, [MERGE], []),
    ],
    ids=[
        "by a merge", "squashed and merged", "squashed", "as it is", "on top of another, merged later",
        "GitLab has not said so yet", "open", "closed", "into another branch",
    ],
)  # fmt: skip
def test_a_push_has_merged_what_ends_in_it(fake, fields, pushed, found):
    fake.add_merge(3, HEAD, **{"state": "merged", **fields})
    event = {"CI_PIPELINE_SOURCE": "push", "CI_COMMIT_BRANCH": "main", "CI_COMMIT_SHA": pushed[-1]}
    before = {"CI_COMMIT_BEFORE_SHA": "0" * 40}
    asked = forge(fake)
    assert list(dict.fromkeys(one.number for sha in pushed for one in asked.merged(sha, pushed))) == found
    merged = merged_by(asked, job(fake, **event, **before), Path("/nowhere"))
    assert [one.number for one in merged.pulls] == found
    assert list(merged.alone) == ([] if found else pushed[-1:])


def test_a_merge_request_into_another_project_is_none_of_ours(fake):
    fake.add_merge(3, HEAD, state="merged")
    listing = [{**fake.shapes.merge(fake.merges[3]), "target_project_id": 6, "source_project_id": 6}]
    fake.fail(path="/merge_requests", answer=Answer.of(listing))
    assert forge(fake).merged(HEAD, [HEAD]) == []


def test_a_push_whose_commits_are_not_there_is_refused_before_anybody_is_asked(fake):
    event = {"CI_PIPELINE_SOURCE": "push", "CI_COMMIT_BRANCH": "main", "CI_COMMIT_SHA": MERGE}
    with pytest.raises(RefusedError, match="history"):
        merged_by(forge(fake), job(fake, **event, CI_COMMIT_BEFORE_SHA=BASE), Path("/nowhere"))
    assert not fake.log


@pytest.mark.parametrize(
    ("env", "words"),
    [
        ({"CI_PIPELINE_SOURCE": "push", "CI_COMMIT_BRANCH": "other"}, "a push to `refs/heads/other`"),
        ({"CI_PIPELINE_SOURCE": "web", "CI_COMMIT_BRANCH": "main"}, "no push"),
        ({"CI_PIPELINE_SOURCE": "push", "CI_COMMIT_TAG": "v1"}, "no push"),
    ],
)
def test_what_is_no_push_to_the_default_branch_is_refused(fake, env, words):
    with pytest.raises(RefusedError, match=words):
        merged_by(forge(fake), job(fake, CI_COMMIT_SHA=MERGE, **env), Path("/nowhere"))
