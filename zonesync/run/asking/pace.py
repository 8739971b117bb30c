"""How often, and how many at once: what a server is asked to bear, and not more."""

import asyncio
import time
from collections import deque
from collections.abc import Callable
from typing import Protocol

Send = Callable[[], bool]
"""Sends a query, or finds that it need not: then False, and it does not count."""


_WHOLE = 1 - 1e-9
"""A token, less what sums of fractions lose: else the wait for the rest is too short for any clock to tell."""


class Timer(Protocol):
    """What will happen later, unless it is cancelled."""

    def cancel(self) -> object:
        """Let it not happen."""


class Pace:
    """Queries a second to one address, over every transport, repeats included.

    A bucket of tokens: in every stretch of *t* seconds at most ``rate * t`` queries and one burst are sent, however
    late the event loop comes to it. Who waits goes in the order of coming.
    """

    def __init__(
        self, rate: float, clock: Callable[[], float] = time.monotonic, later: Callable[..., Timer] | None = None
    ) -> None:
        self.rate = rate
        self.burst = max(1.0, rate / 10)
        self.sent = 0
        self._clock = clock
        self._later = asyncio.get_running_loop().call_later if later is None else later
        self._tokens = self.burst
        self._filled = clock()
        self._waiting: deque[Send] = deque()
        self._timer: Timer | None = None

    def submit(self, send: Send, *, first: bool = False) -> None:
        """Call *send* as soon as the pace allows: at once, where nobody waits, or where it goes *first*."""
        if first:
            self._waiting.appendleft(send)
        else:
            self._waiting.append(send)
        if self._timer is None:
            self._pump()

    def close(self) -> None:
        """Send nothing any more."""
        self._waiting.clear()
        if self._timer is not None:
            self._timer.cancel()

    def _pump(self) -> None:
        self._timer = None
        while self._waiting:
            # The clock is read for each: a process that is stopped in the middle must not send two bursts.
            now = self._clock()
            self._tokens = min(self.burst, self._tokens + (now - self._filled) * self.rate)
            self._filled = now
            if self._tokens < _WHOLE:
                wait = (1 - self._tokens) / self.rate
                self._timer = self._later(wait, self._pump)
                return
            if self._waiting.popleft()():
                self._tokens -= 1
                self.sent += 1


class Window:
    """How many questions are on the way to one server at once.

    It opens with every answer and closes with every question that got none, so that a silent server holds few sockets.
    """

    def __init__(self, least: int = 8, most: int = 64) -> None:
        self._least = least
        self._most = most
        self._size = least
        self._used = 0
        self._waiting: deque[asyncio.Future[None]] = deque()

    def limit(self, most: int) -> None:
        """Never let more than *most* in again."""
        self._most = min(self._most, most)
        self._least = min(self._least, most)
        self._size = min(self._size, most)

    async def enter(self) -> None:
        """Wait for a place."""
        if self._used < self._size and not self._waiting:
            self._used += 1
            return
        place: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(place)
        try:
            await place
        except asyncio.CancelledError:
            if place.done() and not place.cancelled():
                self._used -= 1
                self._admit()
            raise

    def leave(self, *, answered: bool) -> None:
        """Give the place back, and tell whether an answer had come."""
        self._used -= 1
        self._size = min(self._size + 1, self._most) if answered else max(self._size - self._least, self._least)
        self._admit()

    def _admit(self) -> None:
        while self._waiting and self._used < self._size:
            place = self._waiting.popleft()
            if not place.done():
                self._used += 1
                place.set_result(None)
