"""Who of the others is dead? What one run sees of their sessions, by its own clock."""

import contextlib
from collections.abc import Callable
from dataclasses import dataclass

from zonesync.run import sessions
from zonesync.run.processes import Process
from zonesync.run.sessions import Clock
from zonesync.run.store import Store, StoreError, Versioned


@dataclass(frozen=True, slots=True)
class _Seen:
    version: str
    since: float


class Watch:
    """What one run sees of the sessions of others."""

    def __init__(self, store: Store, run: str, clock: Clock, is_gone: Callable[[Process], bool]) -> None:
        self._store = store
        self._run = run
        self._clock = clock
        self._is_gone = is_gone
        self._seen: dict[str, _Seen] = {}

    def is_over(self, run: str, process: Process, lease: float) -> bool:
        """Tell whether *run* has no session any more, having ended one whose holder is dead. Raises StoreError.

        Dead is a process that provably ended, and a session that this run has seen unchanged for a whole *lease*.
        """
        now = self._clock()
        return self._judge(run, self._store.fetch(sessions.name_of(run)), now, process, lease)

    def _judge(self, run: str, found: Versioned | None, now: float, process: Process, lease: float) -> bool:
        """Tell whether *run* is over, whose session was read as *found* at *now* or after it."""
        if found is None or sessions.is_ended(found):
            self._seen.pop(run, None)
            return True
        seen = self._seen.get(run)
        if seen is None or seen.version != found.version:
            # Counted from here, not from before the read: the beat that was read may have begun in between.
            self._seen[run] = seen = _Seen(found.version, self._clock())
        if now - seen.since < lease and not self._is_gone(process):
            return False
        return self._end(run, found.version)

    def look(self) -> None:
        """Note which sessions there are, and clear away those of dead processes of this machine.

        A run that takes a lock over ends its holder's session. What is cleared away here, and by :meth:`sweep`, is the
        rest: sessions of runs that died holding no lock, or locks that nobody ever wants again.
        """
        with contextlib.suppress(StoreError):
            for name in self._store.names(sessions.PREFIX):
                run = name.removeprefix(sessions.PREFIX).removesuffix(".json")
                if run != self._run:
                    self._clear(run)

    def sweep(self) -> None:
        """Clear away the sessions that have stood still for as long as this run has watched them."""
        with contextlib.suppress(StoreError):
            for run in list(self._seen):
                self._clear(run)

    def _clear(self, run: str) -> None:
        now = self._clock()
        found = self._store.fetch(sessions.name_of(run))
        if found is not None and sessions.is_ended(found):
            self._store.remove(sessions.name_of(run))
        else:
            process, lease = sessions.told(found)
            self._judge(run, found, now, process, lease)

    def _end(self, run: str, version: str) -> bool:
        """End a session that still has *version*; one that was renewed meanwhile lives."""
        if self._store.replace(sessions.name_of(run), sessions.ended(run, self._run), version) is None:
            return False
        self._store.remove(sessions.name_of(run))
        return True
