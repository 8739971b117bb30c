"""GitHub as the service of `ci apply` and `ci drift`."""

import re
from collections.abc import Collection, Iterator, Mapping

from zonesync.ci.forge import End, Turn
from zonesync.ci.github import GitHub, PullBoard, WorkflowRun
from zonesync.ci.job import Job, PullRequest
from zonesync.ci.reviewed import reviewed_plan
from zonesync.findings import Finding, Severity
from zonesync.workflow import RefusedError

WORKFLOW = ".github/workflows/plan.yml"
"""The workflow that plans, unless ZONESYNC_PLAN_WORKFLOW gives another."""
_CUT_SHORT = frozenset({"cancelled", "timed_out", "stale", "startup_failure"})
"""Of a run or a job that may have done nothing, or half of it. What was refused or has failed has told so."""
_queue = re.compile(r"refs/heads/gh-readonly-queue/.+/pr-(\d+)-[0-9a-f]{40}").fullmatch


class GitHubForge:
    """One repository at GitHub, as one of its jobs sees it."""

    def __init__(self, job: Job) -> None:
        self.github = GitHub(job)
        self._job = job

    @property
    def turn(self) -> int:
        """Which run of its workflow this job's is; 0 without ``GITHUB_WORKFLOW_REF``."""
        return self._job.run_number if self._job.workflow_file else 0

    def turns(self, branch: str) -> Iterator[Turn]:
        """Yield the other runs of this job's workflow for pushes to *branch*, newest first."""
        for run in self.github.pushed_runs(self._job.workflow_file, branch):
            if run.number != self.turn:
                yield Turn(run.number, run.head_sha, run.url, self._end(run), run.conclusion or "a job of it")

    def _end(self, run: WorkflowRun) -> End:
        if run.conclusion == "success":
            return End.APPLIED
        if run.conclusion == "skipped":
            return End.NOT_MEANT
        # Of a matrix one may fail, and others be cancelled.
        is_cut = run.conclusion in _CUT_SHORT or any(each in _CUT_SHORT for each in self.github.conclusions(run))
        return End.CUT_SHORT if is_cut else End.OVER

    def merged(self, commit: str, pushed: Collection[str]) -> list[PullRequest]:  # noqa: ARG002 -- GitLab needs the others
        """Return the pull requests that came into the default branch with *commit*."""
        return [pull for pull in self.github.pulls_of(commit) if self._is_merged(pull)]

    def _is_merged(self, pull: PullRequest) -> bool:
        repository = self._job.event.get("repository")
        branch = repository.get("default_branch") if isinstance(repository, Mapping) else None
        is_here = pull.base_repository.lower() == self.github.repository.lower()
        return pull.is_merged and pull.base_ref == branch and is_here

    def queued(self) -> PullRequest:
        """Return the pull request whose turn it is in the merge queue. Raises RefusedError."""
        group = self._job.event.get("merge_group")
        found = _queue(str(group.get("head_ref", ""))) if isinstance(group, Mapping) else None
        if found is None:
            words = "the event names no pull request in a merge queue"
            raise RefusedError([Finding("bad-event", Severity.ERROR, words)])
        return self.github.pull(int(found[1]))

    def reviewed(self, pull: PullRequest) -> tuple[bytes, str]:
        """Return the plan that the reviewers of *pull* have seen, and the page of the run that made it."""
        path = self._job.env.get("ZONESYNC_PLAN_WORKFLOW", "").strip() or WORKFLOW
        content, run = reviewed_plan(self.github, pull, path, self._job.artefact)
        return content, run.url

    def board(self, number: int) -> PullBoard:
        """Return the comments of the pull request *number*."""
        return PullBoard(self.github, number)

    @property
    def tracker(self) -> GitHub:
        """The issues of the repository."""
        return self.github
