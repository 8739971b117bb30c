"""One comment of ours on a pull request: made once, brought up to date in place, and never by an older push.

Neither GitHub nor GitLab can write a comment on a condition. So the head is looked at before and after each write, and
what was written is read again: of two runs at once the one of the newer push has the last word, and where the older one
comes last all the same, what it leaves says that it is out of date.
"""

import enum
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

from zonesync.ci.errors import ApiError

ROUNDS = 4
"""How often another writer is written over."""
SETTLE = 1.0
"""Seconds after which a comment is read again."""
LIMIT = 65_536
"""Characters of a comment on GitHub; GitLab takes a million."""
OUTDATED = "> **Out of date**: a newer push has come, and its plan is on its way.\n\n"


class Written(enum.Enum):
    """What became of a comment."""

    CREATED = "created"
    UPDATED = "updated"
    AS_IT_WAS = "as it was"
    SUPERSEDED = "superseded"
    """A newer push has come; the comment is its run's to write."""


@dataclass(frozen=True, slots=True)
class Note:
    """A comment of ours."""

    id: int
    body: str


class Board(Protocol):
    """The comments of one pull request or merge request. What it does raises :class:`~zonesync.ci.errors.ApiError`."""

    def head(self) -> str:
        """Return the newest commit of the pull request."""
        ...

    def notes(self) -> Iterator[Note]:
        """Yield our own comments, oldest first: nobody else's counts, whatever it holds."""
        ...

    def create(self, body: str) -> Note:
        """Add a comment."""
        ...

    def update(self, note: Note, body: str) -> None:
        """Replace the text of a comment."""
        ...

    def remove(self, note: Note) -> None:
        """Remove a comment."""
        ...


def marker(kind: str, name: str) -> str:
    """Return the HTML comment by which the comment of *kind* (``plan``, ``apply``) is found again."""
    return f"<!-- zonesync:{kind}:{name} -->"


def keep(
    board: Board,
    mark: str,
    text: str,
    head: str = "",
    settle: float = SETTLE,
    nap: Callable[[float], None] = time.sleep,
) -> Written:
    """Let the pull request have exactly one comment with *mark*: *text*.

    *head* is the commit that it is about; empty where it holds whatever is pushed. Raises
    :class:`~zonesync.ci.errors.ApiError`.
    """
    body = text if text.startswith(mark) else f"{mark}\n{text}"
    outcome = Written.AS_IT_WAS
    for _ in range(ROUNDS):
        mine = list(_marked(board, mark))
        if head and board.head() != head:
            return _leave(board, mark, body, mine, wrote=outcome is not Written.AS_IT_WAS)
        if len(mine) == 1 and _same(mine[0].body, body):
            return outcome
        written = _write(board, mine, body)
        if written is not None:
            outcome = Written.CREATED if Written.CREATED in (outcome, written) else written
            nap(settle)
    raise ApiError(f"somebody else has written the comment `{mark}` {ROUNDS} times meanwhile")


def _marked(board: Board, mark: str) -> Iterator[Note]:
    for note in board.notes():
        if note.body.startswith(mark):
            yield note


def _write(board: Board, mine: list[Note], body: str) -> Written | None:
    """Write the comment, and remove all but the oldest; None where it has to be looked at again."""
    try:
        if not mine:
            board.create(body)
            return Written.CREATED
        if not _same(mine[0].body, body):
            board.update(mine[0], body)
        for other in mine[1:]:
            board.remove(other)
    except ApiError as problem:
        # Deleted meanwhile, or written although no answer came: the next look tells.
        if problem.status in {404, 410} and mine:
            return None
        if problem.sent and not mine:
            return None
        raise
    return Written.UPDATED


def _leave(board: Board, mark: str, body: str, mine: list[Note], *, wrote: bool) -> Written:
    """Leave the comment to the run of the newer push; what we have put there does not stand as if it were newest."""
    if wrote:
        ours = [note for note in mine if _same(note.body, body)]
        for note in ours if len(mine) > len(ours) else ():
            board.remove(note)
        if ours and len(mine) == len(ours):
            board.update(ours[0], _out_of_date(body, mark))
    return Written.SUPERSEDED


def _out_of_date(body: str, mark: str) -> str:
    rest = body.removeprefix(mark).lstrip("\n")
    return f"{mark}\n{OUTDATED}{rest}"[:LIMIT]


def _same(one: str, other: str) -> bool:
    """Compare as a forge keeps texts: it may trim them, and turn their ends of line."""
    return one.replace("\r\n", "\n").strip() == other.replace("\r\n", "\n").strip()
