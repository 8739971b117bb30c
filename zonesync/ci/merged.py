"""Which pull requests a push to the default branch has merged."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from zonesync.ci import history
from zonesync.ci.github import GitHub
from zonesync.ci.job import Job, PullRequest, is_sha
from zonesync.findings import Finding, Severity
from zonesync.workflow import RefusedError

MAX_COMMITS = 250
"""GitHub asks about each commit by itself; a rebased pull request has at most so many."""
_queue = re.compile(r"refs/heads/gh-readonly-queue/.+/pr-(\d+)-[0-9a-f]{40}").fullmatch


@dataclass(frozen=True, slots=True)
class Merged:
    """What a push has brought."""

    pulls: tuple[PullRequest, ...]
    """In the order in which they were merged."""
    alone: tuple[str, ...] = ()
    """Commits that came by no pull request."""


def merged_by(github: GitHub, job: Job, root: Path) -> Merged:
    """Return the pull requests that the push of *job*'s event has merged into the default branch.

    Raises :class:`RefusedError` where it is no such push, and :class:`~zonesync.ci.errors.ApiError`.
    """
    branch = _default_branch(job.event)
    if job.event.get("ref") != f"refs/heads/{branch}":
        raise RefusedError(
            [
                Finding(
                    "not-default-branch",
                    Severity.ERROR,
                    f"this is a push to `{job.event.get('ref')}`, and what is applied is on `{branch}` alone",
                    help=f"let the workflow run on a push to `{branch}`",
                )
            ]
        )
    pulls: dict[int, PullRequest] = {}
    alone: list[str] = []
    for commit in _commits(job.event, root):
        found = [pull for pull in github.pulls_of(commit) if _is_merged(pull, github, branch)]
        pulls |= {pull.number: pull for pull in found if pull.number not in pulls}
        if not found:
            alone.append(commit)
    return Merged(tuple(pulls.values()), tuple(alone))


def queued(github: GitHub, job: Job) -> PullRequest:
    """Return the pull request whose turn it is in the merge queue. Raises :class:`RefusedError`."""
    group = job.event.get("merge_group")
    found = _queue(str(group.get("head_ref", ""))) if isinstance(group, Mapping) else None
    if found is None:
        raise RefusedError([Finding("bad-event", Severity.ERROR, "the event names no pull request in a merge queue")])
    return github.pull(int(found[1]))


def _is_merged(pull: PullRequest, github: GitHub, branch: str) -> bool:
    return pull.is_merged and pull.base_ref == branch and pull.base_repository.lower() == github.repository.lower()


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
    ids = [str(each.get("id")) for each in told if isinstance(each, Mapping)] if isinstance(told, list) else []
    return _bounded(list(dict.fromkeys([*(one for one in ids if is_sha(one)), after])))


def _bounded(commits: list[str]) -> list[str]:
    if len(commits) > MAX_COMMITS:
        words = f"there are more than {MAX_COMMITS} commits to apply, too many to ask for the pull request of each"
        raise RefusedError([Finding("too-many-commits", Severity.ERROR, words, help="apply by hand: `zonesync plan`")])
    return commits
