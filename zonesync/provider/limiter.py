"""One token bucket for each provider account, shared by every thread that calls it.

Nobody sleeps with the lock held: a caller is given its moment, and waits for it alone.
"""

import threading
import time
import weakref
from collections.abc import Callable

_INSTANT = 0.001
"""Seconds by which a sleep may be short: clocks have their grain."""

Clock = Callable[[], float]
Sleep = Callable[[float], None]


class Bucket:
    """Lets *rate* calls a second through, and up to *burst* of them at once after a rest.

    A rate of 0 lets everything through, until :meth:`learn` has been told better.
    """

    def __init__(
        self, rate: float, burst: float = 1, *, clock: Clock = time.monotonic, sleep: Sleep = time.sleep
    ) -> None:
        self._rate = rate
        self._burst = max(1.0, burst)
        self._clock = clock
        self._sleep = sleep
        self._lock = threading.Lock()
        self._due = clock() - self._slack
        """When the next call would be due if none had ever been early (the generic cell rate algorithm)."""
        self._rested = self._due
        """Until when the service has asked for rest."""

    @property
    def rate(self) -> float:
        """Calls a second; 0 while there is no limit."""
        return self._rate

    def take(self) -> float:
        """Wait for this call's turn, and return the seconds waited."""
        waited = 0.0
        while True:
            with self._lock:
                wait = self._reserve()
            if wait > 0:
                self._sleep(wait)
                waited += wait
            # Whoever had a turn already when the service asked for rest queues again.
            if self._clock() >= self._rested - _INSTANT:
                return waited

    def _reserve(self) -> float:
        now = self._clock()
        if not self._rate:
            return max(0.0, self._due - now)
        start = max(self._due, now - self._slack)
        self._due = start + 1 / self._rate
        return max(0.0, start - now)

    def pause(self, seconds: float) -> None:
        """Let nobody through for *seconds*: the service has asked for rest."""
        with self._lock:
            self._rested = max(self._rested, self._clock() + seconds)
            self._due = max(self._due, self._rested)

    def learn(self, limit: float, period: float, remaining: float) -> None:
        """Take the service's own word: *limit* calls in *period* seconds, of which *remaining* are left now.

        Calls already let through and not answered yet are not in *remaining*, so the nearer of two views counts.
        """
        if limit <= 0 or period <= 0:
            return
        with self._lock:
            known = bool(self._rate)
            self._rate = limit / period
            self._burst = max(1.0, limit)
            due = self._clock() + (1 - max(0.0, min(remaining, limit))) / self._rate
            self._due = max(self._due, due) if known else due

    @property
    def _slack(self) -> float:
        """How early, in seconds, a call may be after a rest."""
        return (self._burst - 1) / self._rate if self._rate else 0.0


_accounts: weakref.WeakValueDictionary[str, Bucket] = weakref.WeakValueDictionary()
_accounts_lock = threading.Lock()


def shared(account: str, make: Callable[[], Bucket]) -> Bucket:
    """Return the one bucket of *account*; two providers of a configuration may be one account at the service."""
    with _accounts_lock:
        bucket = _accounts.get(account)
        if bucket is None:
            bucket = _accounts[account] = make()
        return bucket
