"""The one place where a call to a service is tried again.

A service that says "too many" took nothing, so the same call goes out again after the rest it asked for. A read that
failed goes out again, too. A write whose answer is lost does not: whether it took effect is found out by reading, by
the adapter, and never by sending it twice.
"""

import contextlib
import random
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import TypeVar

import stamina

from zonesync.provider.abilities import Counts
from zonesync.provider.errors import ProviderError, Throttled, Unavailable
from zonesync.provider.limiter import Bucket
from zonesync.provider.permit import require_leave

_JITTER = random.Random()  # noqa: S311 -- jitter, no secret

T = TypeVar("T")

# Retries are counted and shown at the end. A line for each would drown what matters, and where structlog is installed,
# stamina's own hook would write it between the lines of a JSON document on stdout.
stamina.instrumentation.set_on_retry_hooks(())


@dataclass(frozen=True, slots=True)
class Budget:
    """How long one call may be tried."""

    attempts: int = 8
    seconds: float = 120.0
    """In all, waits included."""
    first_wait: float = 0.25
    """Seconds at most, and half of that at least; each further wait is twice as long."""
    longest_wait: float = 20.0
    """Seconds; a service that names a time to wait is taken at its word."""


Explain = Callable[[Exception], ProviderError | None]
"""Turns what an SDK raises into the contract's errors; None for what is no answer of a service."""


@contextlib.contextmanager
def explaining(explain: Explain) -> Iterator[None]:
    """Let what goes through be one of the contract's errors, as far as *explain* knows it; a defect stays as it is."""
    try:
        yield
    except ProviderError:
        raise
    except Exception as problem:
        explained = explain(problem)
        if explained is None:
            raise
        raise explained from problem


class Calls:
    """Calls one account's service: within its rate, tried again where that is safe, counted.

    *explain* turns what the SDK raises into the contract's errors, and returns None for what is no answer of a service
    (a defect goes through as it is).
    """

    def __init__(self, bucket: Bucket, explain: Explain, budget: Budget | None = None) -> None:
        self.bucket = bucket
        self._explain = explain
        self._budget = budget or Budget()
        self._counts = Counts()
        self._lock = threading.Lock()

    @property
    def counts(self) -> Counts:
        """What was asked so far."""
        return self._counts

    def read(self, call: Callable[[], T], bucket: Bucket | None = None) -> T:
        """Return what *call* returns; it is tried again after a throttle or a failure. Raises ProviderError."""
        return self._try(call, (Throttled, Unavailable), bucket or self.bucket)

    def write(self, call: Callable[[], T], bucket: Bucket | None = None) -> T:
        """Return what *call* returns; it is tried again only where the service certainly did nothing.

        Raises ProviderError. :class:`Unavailable` with ``sent`` means: read, to learn whether it took effect. Raises
        :class:`~zonesync.provider.permit.NoLeaveError` where nothing more may be written.
        """

        def leave_and_call() -> T:
            require_leave()
            return call()

        return self._try(leave_and_call, (Throttled,), bucket or self.bucket)

    def _try(self, call: Callable[[], T], again: tuple[type[ProviderError], ...], bucket: Bucket) -> T:
        budget = self._budget
        tries = _Tries(budget, again)
        # What may be waited for, and for how long, is said by `tries` alone.
        attempts = stamina.retry_context(on=tries.rest, attempts=budget.attempts, timeout=None)
        for attempt in attempts:
            with attempt:
                if tries.failed_at is not None:
                    self._count(retries=1, waited=time.monotonic() - tries.failed_at)
                self._count(waited=bucket.take(), calls=1)
                tries.begin()
                try:
                    with explaining(self._explain):
                        return call()
                except Throttled as problem:
                    self._count(throttled=1)
                    rest = budget.first_wait if problem.retry_after is None else problem.retry_after
                    # Others need not wait for what this call gives up on: they are told the same.
                    if rest <= budget.seconds:
                        bucket.pause(rest)
                    raise
                finally:
                    tries.failed_at = time.monotonic()
        raise AssertionError("unreachable: the last failure is raised")

    def _count(self, *, calls: int = 0, retries: int = 0, throttled: int = 0, waited: float = 0.0) -> None:
        with self._lock:
            known = self._counts
            self._counts = replace(
                known,
                calls=known.calls + calls,
                retries=known.retries + retries,
                throttled=known.throttled + throttled,
                waited=known.waited + waited,
            )


class _Tries:
    """The tries of one call: which failure is followed by another, and after how many seconds."""

    def __init__(self, budget: Budget, again: tuple[type[ProviderError], ...]) -> None:
        self._budget = budget
        self._again = again
        self._count = 0
        self._start = 0.0
        self.failed_at: float | None = None

    def begin(self) -> None:
        """Count one more. Patience starts with the first: standing in line for a turn is no failure."""
        self._count += 1
        if self._count == 1:
            self._start = time.monotonic()

    def rest(self, problem: Exception) -> bool | float:
        """Return the seconds to wait before the next try, or False where there is to be none."""
        unsent = isinstance(problem, Unavailable) and not problem.sent
        if not (isinstance(problem, self._again) or unsent):
            return False
        wait = problem.retry_after if isinstance(problem, Throttled | Unavailable) else None
        if wait is None:
            longest = min(self._budget.longest_wait, self._budget.first_wait * 2 ** (self._count - 1))
            wait = _JITTER.uniform(longest / 2, longest)
        # Asked to rest for longer than there is patience: say so now, not after waiting in vain.
        return wait if time.monotonic() - self._start + wait <= self._budget.seconds else False
