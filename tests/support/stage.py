"""Processes on a stage: real threads, of which one runs at a time, from one call of the store to the next.

Who runs next, how long that takes, whose process dies and whose call fails is the director's choice: a test's. So every
order of calls can be played, and the same choices always play the same.
"""

import threading
from collections.abc import Callable
from typing import Any

from zonesync.run.store import MemoryStore, StoreError

_here = threading.local()


class Killed(BaseException):
    """The process ends here."""


class Player:
    """One thread."""

    def __init__(self, play: Callable[[], object]) -> None:
        self.is_over = False
        self.problem: BaseException | None = None
        self.fault = ""
        self.is_doomed = False
        self._turn = threading.Semaphore(0)
        self._rest = threading.Semaphore(0)
        self._thread = threading.Thread(target=self._run, args=(play,), daemon=True)
        self._thread.start()

    @staticmethod
    def current() -> "Player":
        """Return the player whose thread this is."""
        player: Player = _here.player
        return player

    def step(self) -> None:
        """Let it run up to its next pause."""
        if not self.is_over:
            self._turn.release()
            assert self._rest.acquire(timeout=60), "a player waits for what never comes"

    def kill(self) -> None:
        """End it where it stands."""
        self.is_doomed = True
        while not self.is_over:
            self.step()
        self._thread.join(60)

    def pause(self, where: str = "") -> None:
        """Stand still until the next step. Called by the player itself."""
        self._rest.release()
        self._turn.acquire()
        if self.is_doomed:
            raise Killed
        if where and self.fault == where:
            self.fault = ""
            raise StoreError("the store is away")

    def _run(self, play: Callable[[], object]) -> None:
        _here.player = self
        self._turn.acquire()
        try:
            if not self.is_doomed:
                play()
        except Killed:
            pass
        except BaseException as problem:  # noqa: BLE001 -- raised again by the test, in its own thread
            self.problem = problem
        self.is_over = True
        self._rest.release()


class StagedLock:
    """A lock among players: whoever waits for it stands still, so that the others go on."""

    def __init__(self) -> None:
        self._is_taken = False

    def __enter__(self) -> None:
        while self._is_taken:
            Player.current().pause()
        self._is_taken = True

    def __exit__(self, *_: object) -> None:
        self._is_taken = False


class StagedStore:
    """A store whose callers stand still before and after each call; a fault after one is a lost answer."""

    is_local = True

    def __init__(self) -> None:
        self.real = MemoryStore()
        self.count = 0
        """Of all calls so far: the order in which they took effect."""
        self.last: dict[tuple[Player, str, str], int] = {}
        """When a player last made a call of that kind for that object."""

    def __getattr__(self, operation: str) -> Any:
        def call(name: str, *more: Any) -> Any:
            player = Player.current()
            player.pause("before")
            result = getattr(self.real, operation)(name, *more)
            self.count += 1
            self.last[player, operation, name] = self.count
            player.pause("after")
            return result

        return call
