"""Which pull requests a push to the default branch has merged."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from zonesync.ci import history
from zonesync.ci.forge import Forge
from zonesync.ci.job import Job, PullRequest, is_sha
from zonesync.findings import Finding, Severity
from zonesync.workflow import RefusedError

MAX_COMMITS = 250
"""Each commit is asked about by itself; a rebased pull request of GitHub has at most so many."""


@dataclass(frozen=True, slots=True)
class Merged:
    """What a push has brought."""

    pulls: tuple[PullRequest, ...]
    """In the order in which they were merged."""
    alone: tuple[str, ...] = ()
    """Commits that came by no pull request."""


def merged_by(forge: Forge, job: Job, root: Path) -> Merged:
    """Return the pull requests that the push of *job*'s event has merged into the default branch.

    Raises :class:`RefusedError` where it is no such push, and :class:`~zonesync.ci.errors.ApiError`.
    """
    branch = _default_branch(job.event)
    if job.event.get("ref") != f"refs/heads/{branch}":
        what = f"this is a push to `{job.event['ref']}`" if job.event.get("ref") else "this is no push to a branch"
        raise RefusedError(
            [
                Finding(
                    "not-default-branch",
                    Severity.ERROR,
                    f"{what}, and what is applied is on {f'`{branch}`' if branch else 'the default branch'} alone",
                    help="let the job run on a push to that alone",
                )
            ]
        )
    if job.event.get("forced") is True:
        words = f"this push has rewritten the history of `{branch}`: no pull request speaks for what it took away"
        advice = "look at `zonesync plan`, and apply by hand; protect the branch against forced pushes"
        raise RefusedError([Finding("history-rewritten", Severity.ERROR, words, help=advice)])
    pulls: dict[int, PullRequest] = {}
    alone: list[str] = []
    commits = _commits(job.event, root)
    for commit in commits:
        found = forge.merged(commit, commits)
        pulls |= {pull.number: pull for pull in found if pull.number not in pulls}
        if not found:
            alone.append(commit)
    return Merged(tuple(pulls.values()), tuple(alone))


def _default_branch(event: Mapping[str, Any]) -> str:
    repository = event.get("repository")
    return str(repository.get("default_branch", "")) if isinstance(repository, Mapping) else ""


def _commits(event: Mapping[str, Any], root: Path) -> list[str]:
    """Return the commits of the branch itself, oldest first: those of a merged branch belong to its merge."""
    before, after = str(event.get("before", "")), str(event.get("after", ""))
    if not is_sha(after) or not after.strip("0"):
        raise RefusedError([Finding("bad-event", Severity.ERROR, "the event is no push, or one that deletes")])
    if is_sha(before) and before.strip("0") and (found := history.commits(root, before, after, MAX_COMMITS + 1)):
        return _bounded(found)
    told = event.get("commits")
    if told is None and before.strip("0"):
        words = f"the history of this push is not there: {before[:12]} is what was pushed to"
        advice = 'check the whole history out (`GIT_DEPTH: "0"`); after a push that rewrote it, apply by hand'
        raise RefusedError([Finding("history-missing", Severity.ERROR, words, help=advice)])
    ids = [str(each.get("id")) for each in told if isinstance(each, Mapping)] if isinstance(told, list) else []
    return _bounded(list(dict.fromkeys([*(one for one in ids if is_sha(one)), after])))


def _bounded(commits: list[str]) -> list[str]:
    if len(commits) > MAX_COMMITS:
        words = f"there are more than {MAX_COMMITS} commits to apply, too many to ask for the pull request of each"
        raise RefusedError([Finding("too-many-commits", Severity.ERROR, words, help="apply by hand: `zonesync plan`")])
    return commits
