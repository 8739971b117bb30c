"""The pushes whose runs never came to an end: GitHub lets one run wait, and a later one pushes it out of the queue.

A pull request would be merged then, and never applied: so the run after it takes along what it should have done.
https://docs.github.com/en/actions/how-tos/write-workflows/choose-when-workflows-run/control-workflow-concurrency
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from zonesync.ci import history
from zonesync.ci.github import GitHub, WorkflowRun
from zonesync.ci.job import Job
from zonesync.findings import Finding, Severity
from zonesync.workflow import RefusedError

MAX_RUNS = 100
"""How many earlier runs are looked at."""
_BRANCH = "refs/heads/"
_CUT_SHORT = frozenset({"cancelled", "timed_out", "stale", "startup_failure"})
"""Of a run or a job that may have done nothing, or half of it. What was refused or has failed has told so, and is not
tried again by a later run; what was skipped was not to be done, and has caught up for nobody."""
_SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Behind:
    """What earlier runs have left to this one."""

    runs: tuple[WorkflowRun, ...] = ()
    """Oldest first."""
    before: str = ""
    """The commit up to which everything was tried; empty where the event's own is right."""


def with_the_missed(github: GitHub, job: Job, root: Path) -> tuple[Job, Sequence[WorkflowRun]]:
    """Return *job* with a push that begins where the last run that was not cut short has ended, and the runs between.

    Raises :class:`RefusedError` where a later push has been applied already, and where it is not known what was
    missed; and :class:`~zonesync.ci.errors.ApiError`. Without ``GITHUB_WORKFLOW_REF`` nothing is asked.
    """
    branch = str(job.event.get("ref", ""))
    if not job.workflow_file or not job.run_number or not branch.startswith(_BRANCH):
        return job, ()
    behind = _behind(_earlier(github, job, branch.removeprefix(_BRANCH)), github, root)
    if not behind.runs:
        return job, ()
    after = str(job.event.get("after", ""))
    unknown = [one for one in (behind.before, *(run.head_sha for run in behind.runs)) if not _leads(root, one, after)]
    if unknown:
        words = f"{_told(behind.runs)} came to no end, and {unknown[0][:12]} is not in the history of this push"
        advice = "check the whole history out (`fetch-depth: 0`); after a push that rewrote it, apply by hand"
        raise _refused("missed-unknown", words, advice)
    # What the event lists are its own commits alone.
    return replace(job, event={**job.event, "before": behind.before, "commits": []}), behind.runs


def _leads(root: Path, commit: str, after: str) -> bool:
    return commit == after or history.is_before(root, commit, after)


def _earlier(github: GitHub, job: Job, branch: str) -> Iterator[WorkflowRun]:
    """Yield the runs before this one, newest first."""
    for run in github.pushed_runs(job.workflow_file, branch):
        if run.number > job.run_number and run.conclusion == "success":
            # The files of this run are older than what is served: what a later merge took back would come again.
            raise _refused(
                "run-outdated",
                f"{run.url} has applied a later push already, and this run has the files of an older one",
                "let the newest run of the workflow run again; what is still missing then, `zonesync plan` shows",
            )
        if run.number < job.run_number:
            yield run


def _behind(earlier: Iterator[WorkflowRun], github: GitHub, root: Path) -> Behind:
    missed: list[WorkflowRun] = []
    before = ""
    for count, run in enumerate(earlier, 1):
        if count > MAX_RUNS:
            if before or not missed:
                break
            words = f"the last {MAX_RUNS} runs of this workflow came to no end, so what they missed is too much"
            raise _refused("missed-unknown", words, "look at what is left with `zonesync plan`, and apply by hand")
        if _is_cut_short(run, github):
            missed.append(run)
            before = ""
            continue
        before = before or run.head_sha
        if run.conclusion != _SKIPPED:
            break
    if missed and not before:
        # The first run of all: nothing tells where its push began, but that its last commit is one of it.
        before = history.parent(root, missed[-1].head_sha)
    return Behind(tuple(reversed(missed)), before)


def _is_cut_short(run: WorkflowRun, github: GitHub) -> bool:
    """Tell whether *run*, or one of its jobs, came to no end: of a matrix one may fail, and others be cancelled."""
    if run.conclusion in {"success", _SKIPPED}:
        return False
    return run.conclusion in _CUT_SHORT or any(each in _CUT_SHORT for each in github.conclusions(run))


def _told(runs: Sequence[WorkflowRun]) -> str:
    numbers = ", ".join(f"{run.number}" for run in runs[:5])
    return f"{'run' if len(runs) == 1 else 'runs'} {numbers}{', …' if len(runs) > 5 else ''} of this workflow"


def _refused(rule: str, words: str, advice: str) -> RefusedError:
    return RefusedError([Finding(rule, Severity.ERROR, words, help=advice)])
