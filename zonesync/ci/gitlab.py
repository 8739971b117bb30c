"""The part of GitLab's REST API (version 4) that the commands use, by what it means.

Merge requests: https://docs.gitlab.com/api/merge_requests/, and those of a commit
https://docs.gitlab.com/api/commits/#list-merge-requests-associated-with-a-commit; pipelines:
https://docs.gitlab.com/api/pipelines/; jobs and what they leave: https://docs.gitlab.com/api/jobs/,
https://docs.gitlab.com/api/job_artifacts/. All of it is there for a token with the role Reporter.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

from zonesync import __version__
from zonesync.ci.api import Api, Patience
from zonesync.ci.errors import ApiError
from zonesync.ci.job import Job, PullRequest, is_sha
from zonesync.workflow import UnknownNameError

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class MergeRequest:
    """A merge request into this project."""

    number: int
    head_sha: str
    state: str
    """``opened``, ``closed``, ``merged``, or ``locked`` while it is being merged."""
    source: int
    """The project that its commits come from; 0 where that fork was deleted."""
    target: int
    target_branch: str
    ends: frozenset[str]
    """The commits of the target branch by which it is told: its merge, its squashed commit, its last one."""

    @property
    def is_merged(self) -> bool:
        """Whether it is merged, or about to be: GitLab pushes before it says so."""
        return self.state in {"merged", "locked"}

    @property
    def pull(self) -> PullRequest:
        """The same, as the commands know it."""
        return PullRequest(
            number=self.number,
            head_sha=self.head_sha,
            base_sha="",
            base_ref=self.target_branch,
            head_repository=str(self.source or ""),
            base_repository=str(self.target),
            is_merged=self.is_merged,
            sign="!",
        )


@dataclass(frozen=True, slots=True)
class Pipeline:
    """One pipeline."""

    id: int
    project: int
    sha: str
    ref: str
    source: str
    status: str
    url: str


@dataclass(frozen=True, slots=True)
class PipelineJob:
    """The newest attempt of a job in a pipeline."""

    id: int
    name: str
    status: str
    pipeline: int
    failure: str
    """Why it has failed: ``script_failure`` where what it runs has ended so; empty where it has not."""
    url: str
    size: int
    """Bytes of its archive of artefacts; 0 where it has none, or none any more."""
    has_left: bool
    """Whether it has left artefacts at some time."""


class GitLab:
    """One project, with one token."""

    def __init__(self, job: Job, patience: Patience | None = None) -> None:
        headers = {"PRIVATE-TOKEN": job.need("ZONESYNC_GITLAB_TOKEN"), "User-Agent": f"zonesync/{__version__}"}
        self.api = Api(job.need("CI_API_V4_URL"), headers, "GitLab", patience)
        self.project = number_of(job, "CI_PROJECT_ID")
        self.root = f"/projects/{self.project}"
        self._user = 0

    @property
    def user(self) -> int:
        """Who the token is."""
        if not self._user:
            self._user = _read(lambda: int(self.api.get("/user")["id"]), "a user")
        return self._user

    def merge_request(self, number: int) -> MergeRequest:
        """Return a merge request as it is now."""
        return _merge_request(self.api.get(f"{self.root}/merge_requests/{number}"))

    def merge_requests_of(self, commit: str) -> list[MergeRequest]:
        """Return the merge requests into this project that have something to do with *commit*, whatever their state."""
        if not is_sha(commit):
            return []
        found = self.api.pages(f"{self.root}/repository/commits/{commit}/merge_requests")
        return [one for one in map(_merge_request, found) if one.target == self.project]

    def parents(self, commit: str) -> list[str]:
        """Return the parents of a commit, in their order; none of one that is not there any more."""
        if not is_sha(commit):
            return []
        try:
            told = self.api.get(f"{self.root}/repository/commits/{commit}")
        except ApiError as problem:
            if problem.status != 404:
                raise
            return []
        return _read(lambda: [str(one) for one in told["parent_ids"]], "a commit")

    def pipelines_of(self, number: int) -> list[Pipeline]:
        """Return the pipelines of a merge request; those of a fork's own project are among them."""
        return [_pipeline(each) for each in self.api.pages(f"{self.root}/merge_requests/{number}/pipelines")]

    def pushed_pipelines(self, branch: str) -> Iterator[Pipeline]:
        """Yield the pipelines for pushes to *branch*, newest first."""
        query: dict[str, str | int] = {"ref": branch, "source": "push", "order_by": "id", "sort": "desc"}
        for each in self.api.pages(f"{self.root}/pipelines", query=query):
            one = _pipeline(each)
            # A filter that a forge ignores would let any pipeline pass.
            if (one.project, one.ref, one.source) == (self.project, branch, "push"):
                yield one

    def jobs(self, pipeline: Pipeline) -> list[PipelineJob]:
        """Return the jobs of a pipeline, each in its newest attempt."""
        found = [_job(each) for each in self.api.pages(f"{self.root}/pipelines/{pipeline.id}/jobs")]
        return [one for one in found if one.pipeline == pipeline.id]

    def archive(self, job: PipelineJob, limit: int) -> bytes:
        """Return the zip file of a job's artefacts, of at most *limit* bytes."""
        return self.api.download(f"{self.root}/jobs/{job.id}/artifacts", limit)


def number_of(job: Job, name: str) -> int:
    """Return the variable *name*, a number. Raises :class:`UnknownNameError` where it is not set, or none."""
    text = job.need(name)
    if not (text.isascii() and text.isdigit()):
        raise UnknownNameError(f"{name} is a number, and not `{text}`")
    return int(text)


def _read(make: Callable[[], T], what: str) -> T:
    try:
        return make()
    except (KeyError, TypeError, ValueError, AttributeError):
        raise ApiError(f"GitLab answered with {what} that lacks what every one has") from None


def _merge_request(data: Any) -> MergeRequest:
    def make() -> MergeRequest:
        ends = (data.get("merge_commit_sha"), data.get("squash_commit_sha"), data["sha"])
        return MergeRequest(
            number=int(data["iid"]),
            head_sha=str(data["sha"]),
            state=str(data["state"]),
            source=int(data["source_project_id"] or 0),
            target=int(data["target_project_id"]),
            target_branch=str(data["target_branch"]),
            ends=frozenset(one for one in ends if isinstance(one, str) and is_sha(one)),
        )

    return _read(make, "a merge request")


def _pipeline(data: Any) -> Pipeline:
    def make() -> Pipeline:
        return Pipeline(
            id=int(data["id"]),
            project=int(data["project_id"]),
            sha=str(data["sha"]),
            ref=str(data["ref"]),
            source=str(data["source"]),
            status=str(data["status"]),
            url=str(data.get("web_url") or ""),
        )

    return _read(make, "a pipeline")


def _job(data: Any) -> PipelineJob:
    def make() -> PipelineJob:
        archives = [one for one in data.get("artifacts") or () if one["file_type"] == "archive"]
        file = data.get("artifacts_file") or (archives[0] if archives else {})
        return PipelineJob(
            id=int(data["id"]),
            name=str(data["name"]),
            status=str(data["status"]),
            pipeline=int(data["pipeline"]["id"]),
            failure=str(data.get("failure_reason") or ""),
            url=str(data.get("web_url") or ""),
            size=int(file.get("size") or 0),
            has_left=bool(file) or bool(data.get("artifacts_expire_at")),
        )

    return _read(make, "a job")
