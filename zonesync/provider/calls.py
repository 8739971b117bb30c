"""The one place where a call to a service is tried again.

A service that says "too many" took nothing, so the same call goes out again after the rest it asked for. A read that
failed goes out again, too. A write whose answer is lost does not: whether it took effect is found out by reading, by
the adapter, and never by sending it twice.
"""

import contextlib
import logging
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import TypeVar

import stamina

from zonesync.provider.abilities import Counts
from zonesync.provider.errors import ProviderError, Throttled, Unavailable
from zonesync.provider.limiter import Bucket

T = TypeVar("T")

# Retries are counted and shown at the end; a line of logging for each would drown what matters.
logging.getLogger("stamina").addHandler(logging.NullHandler())


@dataclass(frozen=True, slots=True)
class Budget:
    """How long one call may be tried."""

    attempts: int = 8
    seconds: float = 120.0
    """In all, waits included."""
    first_wait: float = 0.25
    """Seconds; each further wait is up to twice as long, with jitter."""
    longest_wait: float = 20.0


class Calls:
    """Calls one account's service: within its rate, tried again where that is safe, counted.

    *explain* turns what the SDK raises into the contract's errors, and returns None for what is no answer of a service
    (a defect goes through as it is).
    """

    def __init__(
        self, bucket: Bucket, explain: Callable[[Exception], ProviderError | None], budget: Budget | None = None
    ) -> None:
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

        Raises ProviderError. :class:`Unavailable` with ``sent`` means: read, to learn whether it took effect.
        """
        return self._try(call, (Throttled,), bucket or self.bucket)

    def _try(self, call: Callable[[], T], again: tuple[type[ProviderError], ...], bucket: Bucket) -> T:
        budget = self._budget
        start = time.monotonic()

        def backoff(problem: Exception) -> bool | float:
            unsent = isinstance(problem, Unavailable) and not problem.sent
            if not (isinstance(problem, again) or unsent):
                return False
            asked = problem.retry_after if isinstance(problem, Throttled | Unavailable) else None
            if asked is None:
                return True
            # Asked to rest for longer than there is patience: say so now, not after waiting in vain.
            return asked if time.monotonic() - start + asked <= budget.seconds else False

        attempts = stamina.retry_context(
            on=backoff,
            attempts=budget.attempts,
            timeout=budget.seconds,
            wait_initial=budget.first_wait,
            wait_max=budget.longest_wait,
            wait_jitter=budget.first_wait,
        )
        failed_at: float | None = None
        for attempt in attempts:
            with attempt:
                if failed_at is not None:
                    self._count(retries=1, waited=time.monotonic() - failed_at)
                self._count(waited=bucket.take(), calls=1)
                try:
                    with self._explained():
                        return call()
                except Throttled as problem:
                    self._count(throttled=1)
                    bucket.pause(problem.retry_after or budget.first_wait)
                    raise
                finally:
                    failed_at = time.monotonic()
        raise AssertionError("unreachable: the last failure is raised")

    @contextlib.contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except ProviderError:
            raise
        except Exception as problem:
            explained = self._explain(problem)
            if explained is None:
                raise
            raise explained from problem

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
