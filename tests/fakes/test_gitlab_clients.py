"""The fake of GitLab, proved with somebody else's client: python-gitlab."""

import io
import zipfile

import gitlab
import pytest

from tests.fakes.gitlab import GitLabFake, User
from tests.fakes.kit import Answer

US, KIM, LOOKER = User(7, "bot"), User(8, "kim", role="guest"), User(9, "looker", scopes=frozenset({"read_api"}))
HEAD, MERGE = "a" * 40, "c" * 40


@pytest.fixture
def fake():
    with GitLabFake(tokens={"us": US, "kim": KIM, "look": LOOKER}, sha=HEAD) as made:
        made.page = 3
        made.commits = {HEAD: ["b" * 40], MERGE: ["b" * 40, HEAD]}
        yield made


def project(fake, token="us"):
    client = gitlab.Gitlab(fake.url.removesuffix("/api/v4"), private_token=token, retry_transient_errors=False)
    return client.projects.get(5, lazy=True)


def test_a_client_makes_edits_lists_and_deletes_notes(fake):
    notes = project(fake).mergerequests.get(3).notes
    first, second = notes.create({"body": "words"}), notes.create({"body": "more"})
    first.body = "others"
    first.save()
    second.delete()
    for number in range(25):
        fake.add_note(KIM, f"{number}")
    assert next(one.body for one in notes.list(sort="asc", get_all=True)) == "others"
    assert len(notes.list(get_all=True)) == 26


def test_a_client_opens_labels_lists_edits_notes_and_closes_issues(fake):
    issues = project(fake).issues
    for number in range(7):
        fake.add_issue(KIM, f"{number}", "words", ["one"])
    made = issues.create({"title": "title", "description": "body", "labels": "one,two"})
    assert made.labels == ["one", "two"]
    assert len(issues.list(labels="one", state="opened", get_all=True)) == 8
    assert [one.iid for one in issues.list(labels="one", state="opened", author_id=US.id, get_all=True)] == [made.iid]
    made.title = "another"
    made.notes.create({"body": "why"})
    made.state_event = "close"
    made.save()
    assert (fake.issues[made.iid].title, fake.issues[made.iid].state) == ("another", "closed")


def test_a_client_finds_merge_requests_by_each_of_their_commits_and_reads_pipelines_and_jobs(fake):
    fake.merges[3].merge_commit_sha = MERGE
    commit = project(fake).commits.get(MERGE)
    assert commit.parent_ids == ["b" * 40, HEAD]
    (found,) = commit.merge_requests()
    assert (found["iid"], found["sha"], found["source_project_id"]) == (3, HEAD, 5)
    pipeline = fake.add_pipeline(HEAD, "refs/merge-requests/3/head", source="merge_request_event", merge=3)
    fake.add_job(pipeline, "plan", status="failed", retried=True)
    fake.add_job(pipeline, "plan", {"build/plan.json": "{}"})
    assert [one.id for one in project(fake).mergerequests.get(3).pipelines.list(get_all=True)] == [pipeline.id]
    jobs = project(fake).pipelines.get(pipeline.id).jobs
    assert [one.status for one in jobs.list(get_all=True)] == ["success"]
    assert len(jobs.list(get_all=True, include_retried="true")) == 2
    assert jobs.list(get_all=True, scope="failed") == []


@pytest.mark.parametrize("has_store", [True, False])
def test_a_client_downloads_artefacts_until_they_expire(fake, has_store):
    fake.has_store = has_store
    job = fake.add_job(fake.add_pipeline(HEAD), "plan", {"build/zonesync/plan.json": "{}"})
    found = project(fake).jobs.get(job.id)
    assert found.artifacts_file["size"] == len(job.archive or b"")
    if has_store:  # this client takes its token along to where it is redirected, and the store takes none
        with pytest.raises(gitlab.GitlabGetError):
            found.artifacts()
        assert fake.store.log[-1].status == 400
    else:
        with zipfile.ZipFile(io.BytesIO(found.artifacts())) as archive:
            assert archive.read("build/zonesync/plan.json") == b"{}"
    job.expired = True
    with pytest.raises(gitlab.GitlabGetError) as refused:
        found.artifacts()
    assert refused.value.response_code == 404
    assert not hasattr(project(fake).jobs.get(job.id), "artifacts_file")


def test_pipelines_are_listed_newest_first_and_by_what_made_them(fake):
    pushed = [fake.add_pipeline(HEAD).id for _ in range(4)]
    fake.add_pipeline(HEAD, source="schedule")
    found = project(fake).pipelines.list(ref="main", source="push", order_by="id", sort="desc", get_all=True)
    assert [one.id for one in found] == pushed[::-1]


REFUSED = [
    ("wrong", 401, lambda it: it.mergerequests.get(3)),
    ("look", 403, lambda it: it.issues.create({"title": "title"})),
    ("kim", 404, lambda it: it.mergerequests.get(3)),
    ("kim", 404, lambda it: it.pipelines.list(get_all=True)),
    ("kim", 403, lambda it: it.issues.update(1, {"state_event": "close"})),
    ("us", 404, lambda it: it.issues.get(99)),
    ("us", 404, lambda it: it.branches.list(get_all=True)),
    ("us", 404, lambda it: it.pipelines.create({"ref": "main"})),
    ("us", 405, lambda it: it.pipelines.delete(1)),
    ("us", 405, lambda it: it.pipelines.list(pagination="keyset", get_all=True)),
    ("us", 400, lambda it: it.issues.create({"title": "x" * 256})),
    ("us", 400, lambda it: it.issues.create({"title": "title", "weight": 3})),
    ("us", 400, lambda it: it.issues.list(search="words", get_all=True)),
    ("us", 400, lambda it: it.mergerequests.get(3).notes.create({"body": " "})),
    ("us", 400, lambda it: it.mergerequests.get(3).notes.create({"body": "x" * 1_000_001})),
    ("us", 400, lambda it: it.mergerequests.get(3).notes.create({"body": "words\n/close\n"})),
]


@pytest.mark.parametrize(("token", "status", "call"), REFUSED, ids=range(len(REFUSED)))
def test_what_a_token_may_not_or_nobody_documented_is_refused(fake, token, status, call):
    fake.add_issue(US, "title", "words")
    with pytest.raises((gitlab.GitlabError, gitlab.GitlabHttpError)) as refused:
        call(project(fake, token))
    assert refused.value.response_code == status


def test_another_s_note_may_be_read_and_not_edited(fake):
    theirs = fake.add_note(KIM, "words")
    found = project(fake).mergerequests.get(3).notes.get(theirs.id)
    found.body = "others"
    with pytest.raises(gitlab.GitlabUpdateError) as refused:
        found.save()
    assert (refused.value.response_code, theirs.body) == (403, "words")


@pytest.mark.parametrize(
    "body", ["```\n/close\n```", "  \n`/close`", "a /close", "~~~~diff\n/close\n~~~\n/close\n~~~~"]
)
def test_a_slash_in_code_is_no_quick_action(fake, body):
    assert project(fake).mergerequests.get(3).notes.create({"body": body}).body == body


def test_the_rate_limit_says_when_to_come_again(fake):
    fake.limited = 1
    client = gitlab.Gitlab(fake.url.removesuffix("/api/v4"), private_token="us")
    with pytest.raises(gitlab.GitlabHttpError) as refused:
        client.http_get("/user", obey_rate_limit=False)
    assert refused.value.response_code == 429


def test_faults_can_be_ordered_as_with_every_fake(fake):
    fake.fail(path="/notes", answer=Answer(502, b""))
    with pytest.raises(gitlab.GitlabError):
        project(fake).mergerequests.get(3).notes.list(get_all=True)
