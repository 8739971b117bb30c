"""The pushes whose runs never came to an end: GitHub lets one run wait, and a later one pushes it out of the queue.

A pull request would be merged then, and never applied: so the run after it takes along what it should have done.
https://docs.github.com/en/actions/how-tos/write-workflows/choose-when-workflows-run/control-workflow-concurrency.
GitLab cancels pipelines that a newer one makes redundant, and lets jobs of a resource group run in any order:
https://docs.gitlab.com/ci/pipelines/settings/#auto-cancel-redundant-pipelines, https://docs.gitlab.com/ci/resource_groups/.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from zonesync.ci import history
from zonesync.ci.forge import End, Forge, Turn
from zonesync.ci.job import Job
from zonesync.findings import Finding, Severity
from zonesync.workflow import RefusedError

MAX_RUNS = 100
"""How many earlier runs are looked at."""
_BRANCH = "refs/heads/"


@dataclass(frozen=True, slots=True)
class Behind:
    """What earlier runs have left to this one."""

    runs: tuple[Turn, ...] = ()
    """Oldest first."""
    before: str = ""
    """The commit up to which everything was tried; empty where the event's own is right."""


def with_the_missed(forge: Forge, job: Job, root: Path) -> tuple[Job, Sequence[Turn]]:
    """Return *job* with a push that begins where the last run that was not cut short has ended, and the runs between.

    Raises :class:`RefusedError` where a later push has been applied already, and where it is not known what was
    missed; and :class:`~zonesync.ci.errors.ApiError`. Where nobody says which run this is, nothing is asked.
    """
    branch = str(job.event.get("ref", ""))
    if not branch.startswith(_BRANCH) or not forge.turn:
        return job, ()
    behind = _behind(_earlier(forge, branch.removeprefix(_BRANCH)), root)
    if not behind.runs:
        return job, ()
    after = str(job.event.get("after", ""))
    unknown = [one for one in (behind.before, *(run.head_sha for run in behind.runs)) if not _leads(root, one, after)]
    if unknown:
        words = f"{_told(behind.runs)} came to no end, and {unknown[0][:12]} is not in the history of this push"
        advice = "check the whole history out (`fetch-depth: 0`, `GIT_DEPTH: 0`); after it was rewritten, apply by hand"
        raise _refused("missed-unknown", words, advice)
    # What the event lists are its own commits alone: nothing stands in for the history.
    return replace(job, event={**job.event, "before": behind.before, "commits": None}), behind.runs


def _leads(root: Path, commit: str, after: str) -> bool:
    return commit == after or history.is_before(root, commit, after)


def _earlier(forge: Forge, branch: str) -> Iterator[Turn]:
    """Yield the runs before this one, newest first."""
    own = forge.turn
    for run in forge.turns(branch):
        if run.number > own and run.end is End.APPLIED:
            # The files of this run are older than what is served: what a later merge took back would come again.
            raise _refused(
                "run-outdated",
                f"{run.url} has applied a later push already, and this run has the files of an older one",
                "let the newest run of the workflow run again; what is still missing then, `zonesync plan` shows",
            )
        if run.number < own:
            yield run


def _behind(earlier: Iterator[Turn], root: Path) -> Behind:
    missed: list[Turn] = []
    before = ""
    for count, run in enumerate(earlier, 1):
        if count > MAX_RUNS:
            if before or not missed:
                break
            words = f"the last {MAX_RUNS} runs of this workflow came to no end, so what they missed is too much"
            raise _refused("missed-unknown", words, "look at what is left with `zonesync plan`, and apply by hand")
        if run.end is End.CUT_SHORT:
            missed.append(run)
            before = ""
            continue
        before = before or run.head_sha
        if run.end is not End.NOT_MEANT:
            break
    if missed and not before:
        # The first run of all: nothing tells where its push began, but that its last commit is one of it.
        before = history.parent(root, missed[-1].head_sha)
    return Behind(tuple(reversed(missed)), before)


def _told(runs: Sequence[Turn]) -> str:
    numbers = ", ".join(f"{run.number}" for run in runs[:5])
    return f"{'run' if len(runs) == 1 else 'runs'} {numbers}{', …' if len(runs) > 5 else ''} of this workflow"


def _refused(rule: str, words: str, advice: str) -> RefusedError:
    return RefusedError([Finding(rule, Severity.ERROR, words, help=advice)])
