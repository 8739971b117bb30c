"""Where the plan of a merge request is taken from, and from where it is not."""

import pytest

from tests.ci.gitlab.asked import BASE, HEAD, MERGE, OLD, forge, job
from tests.fakes.gitlab_shapes import zipped
from tests.fakes.kit import Answer
from zonesync.ci import gitlab_reviewed
from zonesync.ci.errors import ApiError
from zonesync.ci.gitlab_forge import member
from zonesync.workflow import RefusedError, UnknownNameError

PLAN = "build/zonesync/plan.json"


def left(fake, content="{}", name="plan", path=PLAN, **fields):
    """Let a pipeline of the merge request have planned."""
    own = {key: fields.pop(key) for key in ("status", "archive", "expired", "retried") if key in fields}
    made = {"sha": HEAD, "ref": "refs/merge-requests/3/head", "source": "merge_request_event", "merge": 3, **fields}
    return fake.add_job(fake.add_pipeline(**made), name, None if "archive" in own else {path: content}, **own)


def ask(fake, **env):
    asked = forge(fake, **env)
    return asked.reviewed(asked.gitlab.merge_request(3).pull)


def test_the_plan_is_that_of_the_newest_pipeline_that_has_planned_the_last_head(fake):
    left(fake, "old", sha=OLD)
    left(fake, "first")
    job = left(fake, "reviewed")
    left(fake, "failed", status="failed")
    left(fake, "tests", name="tests")
    assert ask(fake) == (b"reviewed", f"https://gitlab.example/acme/dns/-/jobs/{job.id}")


def test_a_plan_of_merged_results_is_taken_where_their_second_parent_is_the_head(fake):
    left(fake, "reviewed", sha=MERGE, ref="refs/merge-requests/3/merge")
    assert ask(fake)[0] == b"reviewed"


def test_an_attempt_that_was_tried_again_does_not_count(fake):
    again = left(fake, "second")
    fake.add_job(fake.pipelines[again.pipeline], "plan", {PLAN: "first"}, retried=True)
    assert ask(fake)[0] == b"second"


def test_the_job_and_the_folder_may_have_other_names(fake):
    left(fake, "reviewed", name="dns 2/4", path="out/dns/plan.json")
    env = {"ZONESYNC_PLAN_JOB": "dns", "ZONESYNC_SHARD": "2/4", "ZONESYNC_OUT": "./out/dns/"}
    assert ask(fake, **env)[0] == b"reviewed"


OTHERS = [
    {"status": "failed"},
    {"status": "running"},
    {"status": "manual"},
    {"retried": True},
    {"name": "plan 1/4"},
    {"source": "push"},
    {"source": "api"},
    {"project": 99},
    {"merge": 4},
    {"sha": OLD},
    {"ref": "refs/merge-requests/4/head"},
    {"ref": "refs/merge-requests/3/train"},
    {"ref": "change"},
    {"sha": MERGE},
    {"ref": "refs/merge-requests/3/merge"},
    {"ref": "refs/merge-requests/3/merge", "sha": OLD},
    {"ref": "refs/merge-requests/3/merge", "sha": "9" * 40},
]


@pytest.mark.parametrize("change", OTHERS, ids=lambda one: "-".join(map(str, one.values())))
def test_a_plan_of_anything_else_is_not_taken(fake, change):
    left(fake, **change)
    with pytest.raises(RefusedError, match="has not succeeded for the last commit of !3"):
        ask(fake)
    assert not fake.store.log


@pytest.mark.parametrize("parents", [[BASE, OLD], [HEAD, BASE], [BASE, HEAD, OLD], [HEAD]])
def test_a_merge_of_another_head_is_not_the_head_s(fake, parents):
    fake.commits[MERGE] = parents
    left(fake, sha=MERGE, ref="refs/merge-requests/3/merge")
    with pytest.raises(RefusedError, match="has not succeeded"):
        ask(fake)


def test_a_job_of_another_pipeline_is_not_taken_where_gitlab_lists_it(fake):
    pipeline = fake.add_pipeline(HEAD, "refs/merge-requests/3/head", source="merge_request_event", merge=3)
    forged = left(fake, "forged", ref="change", source="push", merge=0)
    listing = [fake.shapes.job(forged, fake.pipelines[forged.pipeline])]
    fake.fail(path=f"/pipelines/{pipeline.id}/jobs", answer=Answer.of(listing))
    with pytest.raises(RefusedError, match="has not succeeded"):
        ask(fake)


@pytest.mark.parametrize("source", [99, None])
def test_a_fork_has_no_plan_and_nobody_is_asked_for_one(fake, source):
    left(fake)
    fake.merges[3].source_project = source
    with pytest.raises(RefusedError, match="fork"):
        ask(fake)
    assert [one.request.path for one in fake.log] == ["/api/v4/projects/5/merge_requests/3"]


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"expired": True}, "has expired, or was erased"),
        ({"archive": None}, "has left an artefact"),
        ({"archive": b"no zip"}, "no zip file"),
        ({"archive": zipped({"plan.json": "{}"})}, f"0 files named `{PLAN}`"),
        ({"archive": zipped({f"x/{PLAN}": "{}", "build/plan.json": "{}"})}, f"0 files named `{PLAN}`"),
        ({"archive": zipped({f"../{PLAN}": "{}", f"/{PLAN}": "{}"})}, f"0 files named `{PLAN}`"),
    ],
)
def test_what_cannot_be_used_is_refused_in_words(fake, fields, words):
    left(fake, **fields)
    with pytest.raises(RefusedError, match=words):
        ask(fake)


def test_of_two_files_of_one_name_neither_is_taken(fake):
    twice = zipped({PLAN: "{}", PLAN.replace("n.", "m."): "{ }"}).replace(b"plam.", b"plan.")
    left(fake, archive=twice)
    with pytest.raises(RefusedError, match="2 files"):
        ask(fake)


def test_an_archive_that_is_too_large_is_not_downloaded(fake, monkeypatch):
    left(fake)
    monkeypatch.setattr(gitlab_reviewed, "MAX_ZIP", 10)
    with pytest.raises(RefusedError, match="the limit is 10"):
        ask(fake)
    assert not fake.store.log


@pytest.mark.parametrize("has_store", [True, False])
def test_the_token_goes_to_gitlab_alone(fake, has_store):
    fake.has_store = has_store
    left(fake)
    ask(fake)
    assert all(one.headers["private-token"] == "us" for one in fake.requests())
    assert [sorted({"private-token", "authorization"} & set(one.headers)) for one in fake.store.requests()] == (
        [[]] if has_store else []
    )


def test_a_token_that_may_not_see_is_told_in_gitlab_s_words(fake):
    left(fake)
    with pytest.raises(ApiError, match="404"):
        ask(fake, ZONESYNC_GITLAB_TOKEN="guest")


def test_a_rate_limit_is_waited_for(fake):
    left(fake, "reviewed")
    fake.limited = 2
    assert ask(fake)[0] == b"reviewed"


@pytest.mark.parametrize(
    ("out", "found"),
    [
        ("", PLAN),
        ("out", "out/plan.json"),
        ("./a//b/", "a/b/plan.json"),
        ("/builds/dns/out", "out/plan.json"),
        ("/builds/other", None),
        ("a/../b", None),
    ],
)
def test_the_plan_is_where_zonesync_out_is_in_the_repository(fake, out, found):
    asked = job(fake, ZONESYNC_OUT=out, CI_PROJECT_DIR="/builds/dns")
    if found:
        assert member(asked) == found
    else:
        with pytest.raises(UnknownNameError, match="ZONESYNC_OUT"):
            member(asked)
