"""The fake of GitHub, proved with somebody else's client: PyGithub."""

import github
import github.Workflow
import pytest

from tests.fakes.github import GitHubFake
from tests.fakes.github_shapes import BOT, Token

ALL = {"issues": "write", "pull-requests": "write", "actions": "read", "contents": "read"}


@pytest.fixture
def fake():
    tokens = {
        "all": Token(permissions=ALL),
        "person": Token("kim", ALL, is_job=False),
        "read": Token(permissions=dict.fromkeys(ALL, "read")),
        "contents": Token(permissions={"contents": "read"}),
    }
    with GitHubFake(tokens=tokens, page=3) as made:
        yield made


def client(fake, token="all", *, lazy=False):
    return github.Github(
        base_url=fake.url, auth=github.Auth.Token(token), retry=None, seconds_between_requests=0, lazy=lazy
    )


def repository(fake, token="all"):
    return client(fake, token, lazy=True).get_repo("acme/dns")


def test_a_client_makes_edits_lists_and_deletes_comments(fake):
    fake.add_pull(1, "a" * 40)
    issue = client(fake).get_repo("acme/dns").get_issue(1)
    made = [issue.create_comment(f"words {number}") for number in range(7)]
    assert made[0].user.login == BOT
    made[1].edit("others")
    made[2].delete()
    assert [one.body for one in issue.get_comments()] == ["words 0", "others", *(f"words {n}" for n in range(3, 7))]


def test_a_client_opens_labels_lists_edits_and_closes_issues(fake):
    made = repository(fake).create_issue("title", body="body", labels=["one"])
    made.add_to_labels("two")
    assert [one.number for one in repository(fake).get_issues(labels=["one", "two"])] == [made.number]
    made.edit(title="another", state="closed", state_reason="completed")
    assert list(repository(fake).get_issues(state="open")) == []
    assert fake.issues[made.number].state == "closed"


def test_a_client_reads_pull_requests_runs_and_artefacts(fake):
    fake.add_pull(1, "a" * 40)
    fake.merge(1, "c" * 40)
    run = fake.add_run("a" * 40)
    fake.add_artifact(run, "plan", {"plan.json": "{}"})
    pull = repository(fake).get_pull(1)
    assert (pull.merged, pull.head.sha, pull.base.repo.full_name) == (True, "a" * 40, "acme/dns")
    [found] = fake.requests(path="/pulls/1")
    assert found.method == "GET"


def runs_of(fake, file, token="all"):
    """Return what a client makes of a workflow, without asking for it first."""
    requester = repository(fake, token)._requester
    return github.Workflow.Workflow(requester, {}, {"url": f"{fake.url}/repos/acme/dns/actions/workflows/{file}"})


def test_a_client_lists_the_runs_of_a_workflow_and_how_their_jobs_ended(fake):
    for number, branch in enumerate(["main", "other", *["main"] * 6], 1):
        fake.add_run(f"{number:040x}", ".github/workflows/apply.yml", event="push", head_branch=branch, number=number)
    fake.add_run("a" * 40, ".github/workflows/apply.yml", head_branch="main")
    last = fake.add_run("b" * 40, ".github/workflows/apply.yml", event="push", head_branch="main", conclusion=None)
    last.jobs = {"apply (1/2)": "cancelled", "apply (2/2)": None}
    found = list(runs_of(fake, "apply.yml").get_runs(branch="main", event="push"))
    assert [run.run_number for run in found] == [last.number, 8, 7, 6, 5, 4, 3, 1]
    assert [(job.name, job.conclusion) for job in found[0].jobs("latest")] == [*last.jobs.items()]
    with pytest.raises(github.GithubException) as refused:
        list(runs_of(fake, "apply.yml", "contents").get_runs())
    assert refused.value.status == 404
    with pytest.raises(github.GithubException) as refused:
        list(found[0].jobs("all"))
    assert refused.value.status == 422


@pytest.mark.parametrize(
    ("token", "status", "call"),
    [
        ("wrong", 401, lambda repo: repo.get_issue(1).title),
        ("contents", 404, lambda repo: repo.get_issue(1).title),
        ("read", 403, lambda repo: repo.get_issue(1).create_comment("words")),
        ("read", 403, lambda repo: repo.create_issue("title")),
        ("contents", 404, lambda repo: repo.get_pull(1).merged),
        ("all", 422, lambda repo: repo.get_issue(1).create_comment("x" * 65_537)),
        ("all", 422, lambda repo: repo.get_issue(1).create_comment(" ")),
        ("all", 404, lambda repo: repo.get_issue(99).title),
        ("all", 404, lambda repo: list(repo.get_branches())),
    ],
)
def test_what_a_token_may_not_or_nobody_documented_is_refused(fake, token, status, call):
    fake.add_pull(1, "a" * 40)
    with pytest.raises(github.GithubException) as refused:
        call(repository(fake, token))
    assert refused.value.status == status


def test_a_job_s_token_may_not_ask_who_it_is_and_a_person_s_may(fake):
    assert client(fake, "person").get_user().login == "kim"
    with pytest.raises(github.GithubException) as refused:
        _ = client(fake).get_user().login
    assert refused.value.status == 403


def test_the_rate_limit_tells_when_it_ends(fake):
    fake.remaining = 0
    with pytest.raises(github.RateLimitExceededException) as refused:
        _ = repository(fake).get_pull(1).merged
    assert refused.value.headers["x-ratelimit-remaining"] == "0"
