"""GitLab as the service of `ci apply` and `ci drift`."""

from collections.abc import Collection, Iterator
from pathlib import PurePosixPath

from zonesync.ci.artefacts import MEMBER
from zonesync.ci.forge import End, Turn
from zonesync.ci.gitlab import GitLab, Pipeline, PipelineJob, number_of
from zonesync.ci.gitlab_reviewed import reviewed_plan
from zonesync.ci.gitlab_words import Issues, MergeBoard
from zonesync.ci.job import Job, PullRequest
from zonesync.workflow import UnknownNameError

PLAN_JOB = "plan"
"""The name of the job that plans, unless ZONESYNC_PLAN_JOB gives another."""
_APPLIES = "apply"
_NEVER_BEGAN = frozenset({"created", "waiting_for_resource", "preparing", "pending", "manual", "scheduled"})
"""Of a job: its turn comes after ours or never, and by then its files are older than what is served."""
_DROPPED = frozenset({"canceled", "canceling", "skipped"})
_NO_JOBS = frozenset({"canceled", "skipped", "failed"})
"""Of a pipeline without a job: `[skip ci]`, cancelled at once, or a `.gitlab-ci.yml` that could not be read."""
_TOLD = "script_failure"
"""Why a job has failed that has said itself what is wrong; a runner that was lost, or time that was up, says nothing.

https://docs.gitlab.com/api/jobs/ has it as `failure_reason`.
"""


class GitLabForge:
    """One project at GitLab, as one of its jobs sees it."""

    def __init__(self, job: Job) -> None:
        self.gitlab = GitLab(job)
        self._job = job

    @property
    def turn(self) -> int:
        """Which turn this job's pipeline is."""
        return number_of(self._job, "CI_PIPELINE_ID")

    def turns(self, branch: str) -> Iterator[Turn]:
        """Yield the other pipelines for pushes to *branch*, newest first, as their job of this one's name has ended."""
        name = self._job.env.get("CI_JOB_NAME", "").strip() or _APPLIES
        for pipeline in self.gitlab.pushed_pipelines(branch):
            if pipeline.id == self.turn:
                continue
            jobs = self.gitlab.jobs(pipeline)
            end, words = _end(pipeline, [one for one in jobs if one.name == name], has_jobs=bool(jobs))
            yield Turn(pipeline.id, pipeline.sha, pipeline.url, end, words)

    def merged(self, commit: str, pushed: Collection[str]) -> list[PullRequest]:
        """Return the merge requests that came into the default branch with *commit*, which is one of *pushed*.

        GitLab names every merge request that has the commit, also one that was begun on top of it and is merged later.
        """
        branch = self._job.need("CI_DEFAULT_BRANCH")
        found = self.gitlab.merge_requests_of(commit)
        return [one.pull for one in found if one.target_branch == branch and one.ends & set(pushed) and one.is_merged]

    def queued(self) -> PullRequest:
        """Return the merge request whose turn it is in the merge train."""
        return self.gitlab.merge_request(number_of(self._job, "CI_MERGE_REQUEST_IID")).pull

    def reviewed(self, pull: PullRequest) -> tuple[bytes, str]:
        """Return the plan that the reviewers of *pull* have seen, and the page of the job that made it."""
        name = self._job.env.get("ZONESYNC_PLAN_JOB", "").strip() or PLAN_JOB
        if shard := self._job.shard:  # as `parallel:` calls them
            name = f"{name} {shard.index}/{shard.count}"
        return reviewed_plan(self.gitlab, pull, name, member(self._job))

    def board(self, number: int) -> MergeBoard:
        """Return the notes of the merge request *number*."""
        return MergeBoard(self.gitlab, number)

    @property
    def tracker(self) -> Issues:
        """The issues of the project."""
        return Issues(self.gitlab)


def member(job: Job) -> str:
    """Return where the plan is in an archive of artefacts: there paths begin at the top of the repository.

    Raises :class:`UnknownNameError` where ZONESYNC_OUT is outside of that.
    """
    path = PurePosixPath(job.out)
    if path.is_absolute():
        top = job.env.get("CI_PROJECT_DIR", "")
        if not top or not path.is_relative_to(top):
            raise UnknownNameError(f"ZONESYNC_OUT: `{path}` is outside of the repository, so no artefact has it")
        path = path.relative_to(top)
    if ".." in path.parts:
        raise UnknownNameError(f"ZONESYNC_OUT: write `{path}` without `..`")
    return str(path / MEMBER)


def _end(pipeline: Pipeline, jobs: Collection[PipelineJob], *, has_jobs: bool) -> tuple[End, str]:
    """Tell how the job that applies has ended in *pipeline*, and GitLab's word for it."""
    if not jobs:
        is_cut = not has_jobs and pipeline.status in _NO_JOBS
        return End.CUT_SHORT if is_cut else End.NOT_MEANT, pipeline.status
    newest = max(jobs, key=lambda one: one.id)
    if newest.status == "success":
        return End.APPLIED, newest.status
    if newest.status in _NEVER_BEGAN | _DROPPED:
        return End.CUT_SHORT, newest.status
    if newest.status == "failed" and newest.failure not in {_TOLD, ""}:
        return End.CUT_SHORT, newest.failure
    return End.OVER, newest.status
