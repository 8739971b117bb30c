"""What one command did and what it took, as numbers: the run summary that ``--metrics`` writes."""

from dataclasses import dataclass

BOUNDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)
"""Upper bounds, in seconds, of the buckets that requests are counted in; the last bucket has none."""


@dataclass(frozen=True, slots=True)
class Requests:
    """Requests of one kind at one provider."""

    provider: str
    zone: str
    """Empty where they were for no zone in particular, or for several."""
    operation: str
    status: str
    """``2xx`` to ``5xx``; ``ok`` or ``failed`` where no HTTP is spoken, and where no answer came."""
    count: int
    seconds: float
    """All of them added up, whatever ran at the same time."""
    sent: int
    """Octets."""
    received: int


@dataclass(frozen=True, slots=True)
class Durations:
    """How long the requests for one operation took."""

    provider: str
    operation: str
    buckets: tuple[int, ...]
    """Requests up to each of :data:`BOUNDS`, and then all: each bucket has those of the one before."""
    seconds: float
    """All of them added up."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the retry layer of one provider counted; see :class:`zonesync.provider.abilities.Counts`."""

    provider: str
    calls: int
    retries: int
    throttled: int
    waited: float
    """Seconds waited for a turn, or between two tries."""


@dataclass(frozen=True, slots=True)
class Looked:
    """Zones at one provider."""

    provider: str
    read: int
    unread: int


@dataclass(frozen=True, slots=True)
class Changes:
    """Changes of RRsets of one zone at one provider."""

    zone: str
    provider: str
    action: str
    """``create``, ``update`` or ``delete``."""
    outcome: str
    """``planned``; or what became of them: ``applied``, ``rejected``, ``conflict``, ``unknown`` or ``not-done``."""
    count: int


@dataclass(frozen=True, slots=True)
class Findings:
    """Findings of one rule."""

    severity: str
    rule: str
    count: int


@dataclass(frozen=True, slots=True)
class Drift:
    """What differs, of one kind, in one zone at one provider."""

    zone: str
    provider: str
    kind: str
    count: int


@dataclass(frozen=True, slots=True)
class Phase:
    """A part of the command."""

    name: str
    """``plan`` or ``apply``."""
    seconds: float


@dataclass(frozen=True, slots=True)
class Summary:
    """One command."""

    command: str
    project: str
    """Name of the folder of the configuration."""
    version: str
    """Of zonesync."""
    started: float
    """Seconds since 1970-01-01 UTC."""
    seconds: float
    exit_code: int
    phases: tuple[Phase, ...] = ()
    zones: tuple[Looked, ...] = ()
    planned: tuple[Changes, ...] = ()
    changes: tuple[Changes, ...] = ()
    drift: tuple[Drift, ...] = ()
    findings: tuple[Findings, ...] = ()
    calls: tuple[Asked, ...] = ()
    requests: tuple[Requests, ...] = ()
    durations: tuple[Durations, ...] = ()
