"""One lock per zone identity, held by one run at a time, with a number that grows whenever it changes hands.

A lock names its holder; the holder's session (:mod:`zonesync.run.sessions`) says that it is alive. Every change is a
compare-and-swap, so that of several contenders one wins. An object is never removed: its fence number must not begin
again. A run that dies between any two of these steps leaves at worst locks whose session stands still or has gone.
"""

import random
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from zonesync.model.zone import ZoneId
from zonesync.provider.permit import NoLeaveError
from zonesync.run import lockfiles, processes
from zonesync.run.context import Context
from zonesync.run.holders import AT_ONCE, LockedError, break_lock, each, holder, locked, lost, seen, told
from zonesync.run.lockfiles import Holder, UnreadableLockError, name_of
from zonesync.run.processes import Process
from zonesync.run.sessions import Clock, Session
from zonesync.run.store import Store, StoreError, Versioned
from zonesync.run.watching import Watch

_JITTER = random.Random()  # noqa: S311 -- jitter, no secret

LEASE = 60.0
_POLL = 1.0

__all__ = ["LEASE", "Holder", "LockedError", "Locks", "UnreadableLockError", "break_lock", "holder", "seen", "told"]


@dataclass(frozen=True, slots=True)
class _Mine:
    """A lock that this run has written, or has tried to write."""

    data: bytes
    fence: int
    version: str | None
    """None while nobody knows whether it was written."""


class Locks:
    """The locks of one run, taken once and together. Only :meth:`check` may be called by several threads."""

    def __init__(
        self,
        store: Store,
        run: str,
        context: Context,
        *,
        lease: float = LEASE,
        clock: Clock = processes.boottime,
        sleep: Callable[[float], object] = time.sleep,
        process: Process | None = None,
        is_gone: Callable[[Process], bool] = processes.is_gone,
        keep: Callable[[Session], None] = Session.keep,
    ) -> None:
        """Prepare to lock as *run*, whose name is its own for all time. *lease* is in seconds.

        *clock* and *sleep* are told apart from the machine's for tests, and so are *process*, this one, *is_gone*,
        which tells whether another has ended, and *keep*, which sees to it that a session beats.
        """
        if not lockfiles.is_run(run):
            raise ValueError(f"`{run}` cannot name a run")
        process = process or processes.this_process()
        self.run = run
        self.before: dict[ZoneId, str] = {}
        """By zone the version in which its lock was found: not the one that :func:`seen` gave, where another run has
        held it in between."""
        self._store = store
        self._clock = clock
        self._sleep = sleep
        self._keep = keep
        self._holder = Holder.of(run, context, process, lease)
        self._session = Session(store, run, context, process, lease, clock)
        # Machines that were resumed from one snapshot, as some CI runners are, take each other's processes for their
        # own. Where several machines may share the store, only the lease counts.
        self._watch = Watch(store, run, clock, is_gone if store.is_local else lambda _: False)
        self._mine: dict[ZoneId, _Mine] = {}
        self._given_back: dict[ZoneId, str] = {}
        """Versions in which this run has left locks that it had taken too early."""
        self._took_over: dict[ZoneId, str] = {}
        self._is_begun = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, at: TracebackType | None) -> None:
        self.release()

    def acquire(
        self, zones: Iterable[ZoneId], timeout: float = 0.0, waiting: Callable[[Holder], None] = lambda _: None
    ) -> dict[ZoneId, str]:
        """Take the locks on all *zones*, waiting up to *timeout* seconds for those who have them; 0 looks once.

        *waiting* is told each holder once. Returns by zone the dead run whose lock was taken over, empty for none.
        Raises :class:`LockedError` and :class:`StoreError`; this run holds nothing then.
        """
        if self._is_begun:
            raise ValueError("locks are taken once")
        wanted = sorted(set(zones))
        self._is_begun = bool(wanted)
        until = self._clock() + timeout
        announced: set[str] = set()
        try:
            if wanted:
                self._session.begin()
                self._keep(self._session)
                self._watch.look()
            while len(self._mine) < len(wanted):
                obstacle = self._take_some(wanted)
                self._hold_on()
                if obstacle:
                    self._wait(obstacle, until, announced, waiting)
        except BaseException:
            self.release()
            raise
        return {zone: self._took_over.get(zone, "") for zone in wanted}

    def check(self, zone: ZoneId) -> None:
        """Return where *zone* may be written right now: the lock is still this run's, and will be for a while.

        One read of the store. Raises :class:`~zonesync.provider.permit.NoLeaveError`.
        """
        mine = self._mine.get(zone)
        if mine is None:
            raise NoLeaveError(f"the lock on `{zone}` is not held")
        self._require(zone)
        try:
            found = self._store.fetch(name_of(zone))
        except StoreError as problem:
            raise NoLeaveError(f"nobody can tell whether the lock on `{zone}` is still held: {problem}") from problem
        if found is None or found.data != mine.data:
            raise NoLeaveError(lost(zone, found))
        # Asked last: reading may have taken long.
        self._require(zone)

    def release(self) -> str:
        """Free every lock that is still this run's, for good; the fence numbers stay.

        Returns words for what could not be freed, which lapses with the lease; empty for nothing. Never raises: what
        was written is written, and others have ways to find out.
        """
        if not self._is_begun:
            return ""
        problems = []
        try:
            problems = [words for words in each(self._store, self._free, sorted(self._mine)) if words]
        finally:
            self._mine.clear()
            ended = self._session.end()
        self._watch.sweep()
        # Without its session a lock is anybody's.
        return problems[0] if ended and problems else ended

    def _require(self, zone: ZoneId) -> None:
        words = self._session.stopped()
        if words:
            raise NoLeaveError(f"the lock on `{zone}` {words}")

    def _hold_on(self) -> None:
        words = self._session.lost()
        if words:
            raise StoreError(f"this run's hold on its locks {words}; nothing was written yet, so run it again")

    def _wait(
        self, obstacle: LockedError, until: float, announced: set[str], waiting: Callable[[Holder], None]
    ) -> None:
        left = until - self._clock()
        if left <= 0:
            raise obstacle
        if obstacle.holder.run not in announced:
            announced.add(obstacle.holder.run)
            waiting(obstacle.holder)
        self._sleep(min(left, _JITTER.uniform(0.7, 1.3) * _POLL))

    def _take_some(self, wanted: Sequence[ZoneId]) -> LockedError | None:
        """Take the next few locks of *wanted* up to the first that somebody holds, and return what stands in the way.

        What this run has are always the first of *wanted*, which is sorted. While it waits for a zone it holds only
        zones that sort before it: that is why runs never wait in a circle.
        """
        have = len(self._mine)
        some = wanted[have : have + (1 if self._store.is_local else AT_ONCE)]
        found = each(self._store, lambda zone: self._store.fetch(name_of(zone)), some)
        free: list[tuple[ZoneId, Versioned | None]] = []
        obstacle = None
        for zone, there in zip(some, found, strict=True):
            obstacle = self._obstacle(zone, there)
            if obstacle:
                break
            free.append((zone, there))
        taken = each(self._store, lambda pair: self._take(*pair), free)
        missed = next((zone for (zone, _), got in zip(free, taken, strict=True) if not got), None)
        if missed is None:
            return obstacle
        # Somebody was quicker. What sorts after it was taken too early.
        early = [zone for zone, _ in free if zone > missed and zone in self._mine]
        each(self._store, self._give_back, early)
        return None

    def _obstacle(self, zone: ZoneId, there: Versioned | None) -> LockedError | None:
        """Return why the lock on *zone*, found as *there*, cannot be taken; None where it can."""
        found = lockfiles.read(zone, there.data).holder if there else None
        if found is None or found.run == self.run or self._watch.is_over(found.run, found.process, found.lease):
            return None
        return locked(self._store, zone, found)

    def _take(self, zone: ZoneId, there: Versioned | None) -> bool:
        """Take the lock on *zone*, found as *there*; False where it is another one by now."""
        lock = lockfiles.read(zone, there.data) if there else None
        fence = lock.fence + 1 if lock else 1
        data = lockfiles.held(zone, self._holder, fence)
        version = there.version if there else None
        # Noted first: a lock whose answer never comes is to be freed, too.
        self._mine[zone] = _Mine(data, fence, None)
        taken = self._store.replace(name_of(zone), data, version)
        if taken is None:
            now = self._store.fetch(name_of(zone))
            if now is None or now.data != data:
                del self._mine[zone]
                return False
            taken = now.version
        self._mine[zone] = _Mine(data, fence, taken)
        if zone not in self.before or version != self._given_back.get(zone):
            self.before[zone] = version or ""
        if lock and lock.holder and lock.holder.run != self.run:
            self._took_over[zone] = lock.holder.run
        return True

    def _give_back(self, zone: ZoneId) -> None:
        version = self._freed(zone)
        if version:
            self._given_back[zone] = version
        del self._mine[zone]

    def _free(self, zone: ZoneId) -> str:
        try:
            self._freed(zone)
        except StoreError as problem:
            return f"the lock on `{zone}` was not freed: {problem}"
        return ""

    def _freed(self, zone: ZoneId) -> str | None:
        """Free the lock on *zone* where it is still this run's, and return its version."""
        mine = self._mine[zone]
        version = mine.version
        if version is None:
            found = self._store.fetch(name_of(zone))
            version = found.version if found is not None and found.data == mine.data else None
        return version and self._store.replace(name_of(zone), lockfiles.free(zone, mine.fence), version)
