"""Adds up what one command does, as it does it. Nothing here decides, prints or writes."""

import bisect
import contextlib
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from zonesync import __version__
from zonesync.findings import Finding
from zonesync.model.change import Change
from zonesync.plan.plan import Plan
from zonesync.provider.abilities import Counts
from zonesync.provider.observing import Request
from zonesync.run.results import StepResult
from zonesync.run.summary import (
    BOUNDS,
    Asked,
    Changes,
    Drift,
    Durations,
    Findings,
    Looked,
    Phase,
    Requests,
    Summary,
)


@dataclass(slots=True)
class _Sum:
    """Requests of one kind so far."""

    count: int = 0
    seconds: float = 0.0
    sent: int = 0
    received: int = 0


@dataclass(slots=True)
class _Spread:
    """How long requests took so far."""

    buckets: list[int] = field(default_factory=lambda: [0] * (len(BOUNDS) + 1))
    seconds: float = 0.0


class Metrics:
    """One command's numbers. Its methods may be called by several threads."""

    def __init__(
        self, command: str, now: Callable[[], float] = time.time, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._command = command
        self._clock = clock
        self._started = now()
        self._start = clock()
        self._lock = threading.Lock()
        self._phases: dict[str, float] = {}
        self._looked: dict[tuple[str, str], bool] = {}
        self._planned: dict[str, Counter[tuple[str, str, str]]] = {}
        self._changes: Counter[tuple[str, str, str, str]] = Counter()
        self._drift: Counter[tuple[str, str, str]] = Counter()
        self._findings: Counter[tuple[str, str]] = Counter()
        self._counts: Callable[[], Mapping[str, Counts]] = dict
        self._requests: dict[tuple[str, str, str, str], _Sum] = {}
        self._durations: dict[tuple[str, str], _Spread] = {}

    @contextlib.contextmanager
    def phase(self, name: str) -> Iterator[None]:
        """Add the time spent within to *name*, ``plan`` or ``apply``."""
        start = self._clock()
        try:
            yield
        finally:
            with self._lock:
                self._phases[name] = self._phases.get(name, 0.0) + self._clock() - start

    def requested(self, request: Request) -> None:
        """Count *request*; an observer for :func:`zonesync.provider.observing.observing`."""
        with self._lock:
            key = (request.provider, request.zone, request.operation, _class(request))
            sums = self._requests.setdefault(key, _Sum())
            sums.count += 1
            sums.seconds += request.seconds
            sums.sent += request.sent
            sums.received += request.received
            spread = self._durations.setdefault((request.provider, request.operation), _Spread())
            spread.buckets[bisect.bisect_left(BOUNDS, request.seconds)] += 1
            spread.seconds += request.seconds

    def counted(self, counts: Callable[[], Mapping[str, Counts]]) -> None:
        """Ask *counts*, at the end, what the providers' retry layers counted."""
        self._counts = counts

    def planned(self, plan: Plan) -> None:
        """Count what *plan* looked at and would change; where a zone is planned again, its last plan counts."""
        looked = {(str(target.zone), target.provider): True for target in plan.targets}
        looked |= {(str(one.zone), one.provider): False for one in plan.unread}
        planned: dict[str, Counter[tuple[str, str, str]]] = {zone: Counter() for zone, _ in looked}
        for step in plan.steps:
            zone = str(step.zone)
            planned.setdefault(zone, Counter()).update(
                (zone, step.provider, _action(change)) for change in step.changes
            )
        with self._lock:
            self._looked |= looked
            self._planned |= planned

    def stepped(self, result: StepResult) -> None:
        """Count what became of the changes of one step."""
        step = result.step
        where = (str(step.zone), step.provider)
        outcomes = {change.key: receipt.outcome.value for receipt in result.receipts for change in receipt.changes}
        with self._lock:
            self._changes.update(
                (*where, _action(change), outcomes.get(change.key, "not-done")) for change in step.changes
            )

    def found(self, findings: Iterable[Finding]) -> None:
        """Count *findings*."""
        with self._lock:
            self._findings.update((finding.severity.value, finding.rule) for finding in findings)

    def drifted(self, items: Iterable[tuple[str, str, str]]) -> None:
        """Count what differs: zone, provider and kind of each item."""
        with self._lock:
            self._drift.update(items)

    def summary(self, exit_code: int, project: str = "") -> Summary:
        """Return what was counted so far."""
        counts = self._counts()
        with self._lock:
            return Summary(
                command=self._command,
                project=project,
                version=__version__,
                started=self._started,
                seconds=self._clock() - self._start,
                exit_code=exit_code,
                phases=tuple(Phase(*one) for one in sorted(self._phases.items())),
                zones=tuple(_looked(self._looked)),
                planned=tuple(
                    Changes(*key, "planned", count)
                    for _, counts_of in sorted(self._planned.items())
                    for key, count in sorted(counts_of.items())
                ),
                changes=tuple(Changes(*key, count) for key, count in sorted(self._changes.items())),
                drift=tuple(Drift(*key, count) for key, count in sorted(self._drift.items())),
                findings=tuple(Findings(*key, count) for key, count in sorted(self._findings.items())),
                calls=tuple(
                    Asked(name, one.calls, one.retries, one.throttled, one.waited)
                    for name, one in sorted(counts.items())
                ),
                requests=tuple(
                    Requests(*key, one.count, one.seconds, one.sent, one.received)
                    for key, one in sorted(self._requests.items())
                ),
                durations=tuple(
                    Durations(*key, _cumulated(one.buckets), one.seconds)
                    for key, one in sorted(self._durations.items())
                ),
            )


def _looked(looked: Mapping[tuple[str, str], bool]) -> Iterator[Looked]:
    counts = Counter((provider, is_read) for (_, provider), is_read in looked.items())
    for provider in sorted({provider for provider, _ in counts}):
        yield Looked(provider, counts[provider, True], counts[provider, False])


def _class(request: Request) -> str:
    if request.status:
        return f"{request.status[0]}xx"
    return "failed" if request.problem else "ok"


def _action(change: Change) -> str:
    return change.action.name.lower()


def _cumulated(buckets: Iterable[int]) -> tuple[int, ...]:
    total = 0
    found = []
    for count in buckets:
        total += count
        found.append(total)
    return tuple(found)
