"""What `ci apply` and `ci drift` need of the service that a repository is kept at, and nothing more."""

import enum
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Protocol

from zonesync.ci.comment import Board
from zonesync.ci.issue import Tracker
from zonesync.ci.job import PullRequest


class End(enum.Enum):
    """How a run for a push has ended, as far as what it had to apply goes."""

    APPLIED = "applied"
    OVER = "over"
    """Refused or failed, and it has told so; or at work. Nobody tries it again."""
    CUT_SHORT = "cut short"
    """It may have done nothing, or half of it: the next one takes its push along."""
    NOT_MEANT = "not meant"
    """It was not to apply anything, and has caught up for nobody."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One run for a push to the default branch."""

    number: int
    """A later push has a larger one; the same when it runs again."""
    head_sha: str
    url: str
    end: End
    words: str
    """How it has ended, as the service says it."""


class Forge(Protocol):
    """GitHub or GitLab, as one job sees it. What it does raises :class:`~zonesync.ci.errors.ApiError`."""

    @property
    def turn(self) -> int:
        """Which turn this job's run is; 0 where the service does not say."""
        ...

    def turns(self, branch: str) -> Iterator[Turn]:
        """Yield the other runs for pushes to *branch*, newest first, later ones too."""
        ...

    def merged(self, commit: str, pushed: Collection[str]) -> list[PullRequest]:
        """Return the pull requests that came into the default branch with *commit*, which is one of *pushed*."""
        ...

    def queued(self) -> PullRequest:
        """Return the pull request whose turn it is in the queue. Raises RefusedError where there is none."""
        ...

    def reviewed(self, pull: PullRequest) -> tuple[bytes, str]:
        """Return the plan that the reviewers of *pull* have seen, and the address of the run that made it.

        Raises :class:`~zonesync.workflow.RefusedError` where there is none that could be believed.
        """
        ...

    def board(self, number: int) -> Board:
        """Return the comments of the pull request *number*."""
        ...

    @property
    def tracker(self) -> Tracker:
        """The issues of the repository."""
        ...
