"""What a webhook is told of a run: plain data, which knows neither how it is rendered nor how it is sent.

Values of records are left out: names and types tell a reader what to look at, and a chat is no place for the rest.
"""

import enum
from dataclasses import dataclass


class Event(enum.StrEnum):
    """What a webhook can be told of; the configuration's ``on:`` chooses."""

    APPLY = "apply"
    DRIFT = "drift"
    REFUSED = "refused"


class Tenor(enum.StrEnum):
    """How something ended."""

    APPLIED = "applied"
    """All of the plan was carried out."""
    INCOMPLETE = "incomplete"
    """A provider was changed, and not all of the plan was carried out."""
    FAILED = "failed"
    """Nothing was changed."""
    DRIFT = "drift"
    """Providers serve other than what the files say."""
    UNKNOWN = "unknown"
    """Not everything could be looked at, and nothing is known to differ."""
    REFUSED = "refused"
    """Nothing was begun."""


@dataclass(frozen=True, slots=True)
class At:
    """One zone at one provider."""

    zone: str
    provider: str
    creates: int = 0
    updates: int = 0
    deletes: int = 0
    problem: str = ""
    """Why something of it was not done or not read, or how much of it differs."""


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that changed, or that differs."""

    zone: str
    provider: str
    what: str
    """``create``, ``update`` or ``delete`` where it was changed; a kind of drift where it differs."""
    name: str = ""
    """Owner name; empty where it is no RRset."""
    type: str = ""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why something is refused, or not known."""

    rule: str
    message: str
    zone: str = ""
    provider: str = ""


@dataclass(frozen=True, slots=True)
class Notice:
    """One message."""

    event: Event
    tenor: Tenor
    command: str
    """The command that ran: ``apply``, ``rollback``, ``drift``."""
    summary: str
    """One line."""
    project: str = ""
    """Name of the folder of the configuration."""
    time: str = ""
    """UTC, ISO 8601."""
    actor: str = ""
    commit: str = ""
    url: str = ""
    """Of the CI run."""
    run: str = ""
    audit_log: str = ""
    """The head of the audit log after the run, ``sequence:digest``."""
    places: tuple[At, ...] = ()
    items: tuple[Item, ...] = ()
    reasons: tuple[Reason, ...] = ()
