"""Contenders for locks with a clock that a test turns, over a store that a test disturbs."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from zonesync.model.zone import ZoneId
from zonesync.run.context import Context
from zonesync.run.locks import Locks
from zonesync.run.processes import Process
from zonesync.run.store import MemoryStore

LEASE = 60.0
CONTEXT = Context(
    "ada@example.com",
    "c0ffee1234567890",
    "https://ci.example/1",
    now=lambda: datetime(2026, 11, 22, 2, 3, 4, tzinfo=UTC),
    user="ci",
    host="runner-17",
)


def zones(*names: str) -> list[ZoneId]:
    """Return the zones of these names."""
    return [ZoneId.parse(name) for name in names]


class Clock:
    """A clock that goes when somebody sleeps, or when it is turned; what is to happen meanwhile happens then."""

    def __init__(self) -> None:
        self.now = 5000.0
        self.slept: list[float] = []
        self.meanwhile: list[Callable[[], object]] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        """Let *seconds* pass."""
        self.slept.append(seconds)
        self.now += seconds
        for happens in list(self.meanwhile):
            happens()


class Disturbed:
    """A store that tells *before* and *after* each call what is called; what they raise, the caller gets."""

    def __init__(self, *, is_local: bool = True) -> None:
        self.real = MemoryStore()
        self.is_local = is_local
        self.calls: list[tuple[str, str]] = []
        self.before: Callable[[str, str], None] = lambda _operation, _name: None
        self.after: Callable[[str, str], None] = lambda _operation, _name: None

    def __getattr__(self, operation: str) -> Any:
        def call(name: str, *more: Any) -> Any:
            self.calls.append((operation, name))
            self.before(operation, name)
            result = getattr(self.real, operation)(name, *more)
            self.after(operation, name)
            return result

        return call

    def calm(self) -> None:
        """Disturb nothing from here on."""
        self.before = self.after = lambda _operation, _name: None


class Contender:
    """A run that wants locks, on a machine and in a process of its own; a test beats for it."""

    def __init__(
        self,
        store: Any,
        clock: Clock,
        run: str,
        *,
        gone: Callable[[Process], bool] = lambda _: False,
        lease: float = LEASE,
    ) -> None:
        self.told: list[str] = []
        self.sessions: list[Any] = []
        self.locks = Locks(
            store,
            run,
            CONTEXT,
            lease=lease,
            clock=clock,
            sleep=clock.sleep,
            process=Process("boot", "pid:[1]", 100, run),
            is_gone=gone,
            keep=self.sessions.append,
        )

    @property
    def session(self) -> Any:
        """What the thread of the heartbeat would keep."""
        return self.sessions[0]

    def beat(self) -> object:
        """Do what that thread would do."""
        return self.session.beat()

    def take(self, *names: str, timeout: float = 0.0) -> dict[str, str]:
        """Acquire the locks of these zones; return by name the run that each was taken over from."""
        taken = self.locks.acquire(zones(*names), timeout, lambda holder: self.told.append(holder.run))
        return {str(zone): run for zone, run in taken.items()}

    def check(self, name: str) -> None:
        """Check the lock of one zone."""
        self.locks.check(ZoneId.parse(name))
