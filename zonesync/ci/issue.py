"""One issue for as long as something is wrong: opened, brought up to date in place, closed once nothing is."""

import enum
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol


class Told(enum.Enum):
    """What became of the issue."""

    OPENED = "opened"
    UPDATED = "updated"
    AS_IT_WAS = "left as it was"
    CLOSED = "closed"
    NONE = "not needed"


@dataclass(frozen=True, slots=True)
class Ticket:
    """An open issue of ours."""

    number: int
    title: str
    body: str


class Tracker(Protocol):
    """The issues of a repository. What it does raises :class:`~zonesync.ci.errors.ApiError`."""

    def tickets(self, label: str) -> Iterator[Ticket]:
        """Yield our own open issues with *label*, oldest first."""
        ...

    def open(self, title: str, body: str, label: str) -> Ticket:
        """Open an issue."""
        ...

    def rewrite(self, ticket: Ticket, title: str, body: str) -> None:
        """Replace title and text of an issue."""
        ...

    def close(self, ticket: Ticket, words: str) -> None:
        """Close an issue, and say why."""
        ...


def raise_issue(tracker: Tracker, mark: str, label: str, title: str, text: str) -> tuple[Told, int]:
    """Let there be exactly one open issue with *mark*; return what was done, and its number.

    The oldest stays, others are closed. Raises :class:`~zonesync.ci.errors.ApiError`.
    """
    body = text if text.startswith(mark) else f"{mark}\n{text}"
    mine = _marked(tracker, mark, label)
    if not mine:
        return Told.OPENED, tracker.open(title, body, label).number
    first, *others = mine
    for other in others:
        tracker.close(other, f"The same is told in #{first.number}.")
    if first.title == title and first.body.replace("\r\n", "\n").strip() == body.strip():
        return Told.AS_IT_WAS, first.number
    tracker.rewrite(first, title, body)
    return Told.UPDATED, first.number


def settle_issue(tracker: Tracker, mark: str, label: str, words: str) -> Told:
    """Close every open issue with *mark*, saying *words*. Raises :class:`~zonesync.ci.errors.ApiError`."""
    mine = _marked(tracker, mark, label)
    for ticket in mine:
        tracker.close(ticket, words)
    return Told.CLOSED if mine else Told.NONE


def _marked(tracker: Tracker, mark: str, label: str) -> list[Ticket]:
    return [ticket for ticket in tracker.tickets(label) if ticket.body.startswith(mark)]
