"""Faults to order from the in-memory service: lost calls, lost answers, throttling, cut-off lists."""

import enum
from dataclasses import dataclass, field
from threading import Lock

from zonesync.provider.errors import Throttled, Unavailable


class Fault(enum.StrEnum):
    """What goes wrong at a call."""

    BEFORE = "before"
    """The call never arrives: nothing happens, and the caller does not know."""
    AFTER = "after"
    """The call takes effect, its answer is lost."""
    THROTTLE = "throttle"
    """The service refuses for now, and says so: nothing happens."""
    TRUNCATE = "truncate"
    """A list ends early, with the mark that there is more."""


@dataclass(slots=True)
class Faults:
    """What is to go wrong, and at which call. Every fault happens once."""

    _armed: list[tuple[Fault, str, int]] = field(default_factory=list)
    _lock: Lock = field(default_factory=Lock)

    def arm(self, fault: Fault, call: str = "commit", nth: int = 1) -> None:
        """Order *fault* for the *nth* next *call*.

        The calls are ``commit``, ``read``, ``get`` (one RRset), ``create``, ``delete``, ``zones``, ``wait``, ``show``
        and ``hide``.
        """
        with self._lock:
            self._armed.append((fault, call, nth))

    def repair(self) -> None:
        """Forget what was ordered and has not happened."""
        with self._lock:
            self._armed = []

    def strike(self, fault: Fault, call: str) -> bool:
        """Count one call, and tell whether *fault* is due at it."""
        with self._lock:
            counted = [(f, c, n - 1 if (f, c) == (fault, call) else n) for f, c, n in self._armed]
            self._armed = [armed for armed in counted if armed[2] > 0]
            return len(self._armed) < len(counted)

    def arriving(self, call: str) -> None:
        """Stand where a call reaches the service."""
        if self.strike(Fault.THROTTLE, call):
            problem = Throttled(f"too many calls of `{call}`")
            problem.retry_after = 1.0
            raise problem
        if self.strike(Fault.BEFORE, call):
            raise Unavailable(f"the connection broke in `{call}`")

    def answering(self, call: str) -> None:
        """Stand where the answer to a call leaves the service."""
        if self.strike(Fault.AFTER, call):
            raise Unavailable(f"the answer to `{call}` was lost")
