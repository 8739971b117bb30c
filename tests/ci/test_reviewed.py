"""Where the plan of a pull request is taken from, and from where it is not."""

import io
import zipfile

import pytest
import stamina

from tests.fakes.github import GitHubFake
from tests.fakes.github_shapes import Token, zipped
from tests.fakes.kit import Answer
from zonesync.ci import artefacts
from zonesync.ci.errors import ApiError
from zonesync.ci.github import GitHub
from zonesync.ci.job import Job, PullRequest
from zonesync.ci.reviewed import reviewed_plan
from zonesync.workflow import RefusedError

HEAD = "a" * 40
PATH = ".github/workflows/plan.yml"
PULL = PullRequest(1, HEAD, "b" * 40, "main", "acme/dns", "acme/dns", is_merged=True)


@pytest.fixture
def fake():
    job = Token(permissions={"actions": "read", "contents": "read"})
    with GitHubFake(tokens={"job": job}) as made, stamina.set_testing(testing=True, attempts=4, cap=True):
        yield made


def ask(fake, pull=PULL):
    job = Job({"GITHUB_REPOSITORY": "acme/dns", "GITHUB_API_URL": fake.url, "GITHUB_TOKEN": "job"})
    return reviewed_plan(GitHub(job), pull, PATH, "zonesync-plan-dns")


def left(fake, content="{}", head=HEAD, **fields):
    run = fake.add_run(head, fields.pop("path", PATH), **fields)
    fake.add_artifact(run, "zonesync-plan-dns", {"plan.json": content})
    return run


def test_the_plan_is_that_of_the_successful_run_for_the_last_head(fake):
    left(fake, "old", head="c" * 40)
    run = left(fake, "reviewed")
    left(fake, "failed", conclusion="failure")
    content, found = ask(fake)
    assert (content, found.id) == (b"reviewed", run.id)


def test_of_several_runs_the_newest_that_has_left_a_plan_counts(fake):
    left(fake, "first", number=1)
    left(fake, "second", number=2)
    left(fake, "second again", number=2, attempt=2)
    fake.add_run(HEAD, PATH, number=3)
    assert ask(fake)[0] == b"second again"


def test_a_path_with_the_ref_that_github_adds_is_the_same_path(fake):
    left(fake, path=f"{PATH}@refs/pull/1/merge")
    assert ask(fake)[0] == b"{}"


OTHERS = [
    {"conclusion": "failure"},
    {"conclusion": None, "status": "in_progress"},
    {"event": "push"},
    {"event": "pull_request_target"},
    {"path": ".github/workflows/other/plan.yml"},
    {"path": ".github/workflows/apply.yml"},
    {"head": "c" * 40},
    {"head_repository": "stranger/dns"},
]


@pytest.mark.parametrize("run", OTHERS, ids=lambda run: "-".join(map(str, run.values())))
@pytest.mark.parametrize("ignores", [False, True], ids=["filtered", "filters ignored"])
def test_a_plan_of_another_run_is_not_taken_even_where_the_forge_filters_nothing(fake, run, ignores):
    left(fake, **run)
    if ignores:
        listing = [fake._shapes().run(one) for one in fake.runs.values()]
        fake.fail(path="/workflows/", answer=Answer.of({"total_count": 1, "workflow_runs": listing}))
    with pytest.raises(RefusedError, match="no successful run"):
        ask(fake)
    assert not fake.store.log


def test_an_artefact_of_another_run_is_not_taken_where_the_forge_lists_it(fake):
    run = fake.add_run(HEAD, PATH)
    other = left(fake, "forged", event="push")
    artifact = next(one for one in fake.artifacts.values() if one.run == other.id)
    listing = {"total_count": 1, "artifacts": [fake._shapes().artifact(artifact, other)]}
    fake.fail(path=f"/runs/{run.id}/artifacts", answer=Answer.of(listing))
    with pytest.raises(RefusedError, match="has left an artefact"):
        ask(fake)


def test_a_fork_has_no_plan_and_nobody_is_asked_for_one(fake):
    with pytest.raises(RefusedError, match="fork"):
        ask(fake, PullRequest(1, HEAD, "b" * 40, "main", "stranger/dns", "acme/dns", is_merged=True))
    assert not fake.log


def test_an_expired_plan_says_so(fake):
    fake.add_artifact(fake.add_run(HEAD, PATH), "zonesync-plan-dns", {"plan.json": "{}"}, expired=True)
    with pytest.raises(RefusedError, match="expired"):
        ask(fake)


def test_the_token_does_not_go_to_where_the_artefact_is(fake):
    left(fake)
    ask(fake)
    [request] = fake.store.requests()
    assert "authorization" not in request.headers
    assert all("authorization" in one.headers for one in fake.requests())


def test_a_download_that_fails_once_is_tried_again(fake):
    left(fake)
    fake.store.fail(answer=Answer(503, b""))
    assert ask(fake)[0] == b"{}"


def test_a_download_larger_than_expected_is_not_read_to_its_end(fake, monkeypatch):
    left(fake)
    monkeypatch.setattr("zonesync.ci.reviewed.MAX_ZIP", 1 << 10)
    fake.store.fail(answer=Answer(200, b"0" * (1 << 20), content_type="application/zip"))
    with pytest.raises(ApiError, match="larger than"):
        ask(fake)


def _packed(method):
    """Return a zip file that is packed as nobody packs artefacts."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        archive.writestr("plan.json", "{}" * 100)
    return stream.getvalue()


def _damaged(content):
    """Return a zip file whose compressed data has a wrong byte."""
    return content[:40] + bytes([content[40] ^ 0xFF]) + content[41:]


@pytest.mark.parametrize(
    "content",
    [
        b"not a zip file",
        zipped({"other.json": "{}"}),
        zipped({"a/plan.json": "{}"}),
        zipped({"../plan.json": "{}"}),
        zipped({f"{number}": "" for number in range(101)}),
        zipped({"plan.json": "{}"})[:-30],
        _damaged(zipped({"plan.json": "{}" * 100})),
        _damaged(_packed(zipfile.ZIP_LZMA)),
        _packed(zipfile.ZIP_BZIP2),
    ],
    ids=["no zip", "no plan", "in a folder", "a path upwards", "too many", "cut", "damaged", "damaged LZMA", "bzip2"],
)
def test_a_zip_file_that_no_plan_workflow_leaves_is_refused(content):
    with pytest.raises(artefacts.ArtefactError):
        artefacts.plan_in(content)


def test_a_file_that_grows_when_it_is_unpacked_is_refused(monkeypatch):
    monkeypatch.setattr(artefacts, "MAX_PLAN", 1 << 16)
    with pytest.raises(artefacts.ArtefactError, match="larger than"):
        artefacts.plan_in(zipped({"plan.json": b"0" * (1 << 20)}))
    # One whose directory understates it: 4 bytes there, a million inside.
    liar = bytearray(zipped({"plan.json": b"0" * (1 << 20)}))
    at = liar.rfind(b"PK\x01\x02") + 24
    liar[at : at + 4] = (4).to_bytes(4, "little")
    with pytest.raises(artefacts.ArtefactError):
        artefacts.plan_in(bytes(liar))


def test_two_plans_in_one_artefact_are_refused():
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("plan.json", "{}")
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("plan.json", "[]")
    with pytest.raises(artefacts.ArtefactError, match="2 files"):
        artefacts.plan_in(stream.getvalue())


def test_what_was_downloaded_has_to_have_its_digest():
    with pytest.raises(artefacts.ArtefactError, match="digest"):
        artefacts.plan_in(zipped({"plan.json": "{}"}), f"sha256:{'0' * 64}")
