"""Time that passes only while everybody sleeps, so that hours of waiting are tested in milliseconds, always alike.

Real threads run, one at a time: whoever sleeps hands the turn to whoever wakes next, and the clock jumps there.
"""

import heapq
import itertools
import threading
from collections.abc import Callable


class VirtualTime:
    """A clock and a sleep for threads that :meth:`run` starts, or for the test's own alone."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.slept: list[float] = []
        self._sleepers: list[tuple[float, int, threading.Event]] = []
        self._order = itertools.count()
        self._problems: list[BaseException] = []

    def clock(self) -> float:
        """Return the moment, in seconds."""
        return self.now

    def sleep(self, seconds: float) -> None:
        """Let *seconds* pass, and others work meanwhile."""
        self.slept.append(seconds)
        turn = self._queue(seconds)
        self._wake_next()
        assert turn.wait(60), "nobody handed the turn on"

    def run(self, *workers: Callable[[], object]) -> float:
        """Run *workers* in a thread each until all are done, and return the seconds that passed."""
        start = self.now
        done = self._queue(float("inf"))
        threads = [threading.Thread(target=self._work, args=(worker, self._queue(0.0))) for worker in workers]
        for thread in threads:
            thread.start()
        self._wake_next()
        assert done.wait(60), "nobody came to an end"
        for thread in threads:
            thread.join(60)
        if self._problems:
            raise self._problems[0]
        return self.now - start

    def _work(self, worker: Callable[[], object], turn: threading.Event) -> None:
        turn.wait(60)
        try:
            worker()
        except BaseException as problem:  # noqa: BLE001 -- raised again by `run`, in the test's own thread
            self._problems.append(problem)
        finally:
            self._wake_next()

    def _queue(self, seconds: float) -> threading.Event:
        turn = threading.Event()
        heapq.heappush(self._sleepers, (self.now + seconds, next(self._order), turn))
        return turn

    def _wake_next(self) -> None:
        moment, _, turn = heapq.heappop(self._sleepers)
        self.now = self.now if moment == float("inf") else moment
        turn.set()
