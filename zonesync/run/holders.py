"""Locks seen from outside: who holds one, whether it changed hands, and how it is broken."""

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import TypeVar

from zonesync.model.zone import ZoneId
from zonesync.run import lockfiles, sessions
from zonesync.run.context import Context
from zonesync.run.lockfiles import Holder, UnreadableLockError, name_of
from zonesync.run.store import Store, StoreError, Versioned

AT_ONCE = 16
"""How many objects of a distant store are read or written at the same time."""

In = TypeVar("In")
Out = TypeVar("Out")


class LockedError(Exception):
    """Another run holds the lock on a zone."""

    def __init__(self, zone: ZoneId, holder: Holder) -> None:
        beat = f"last sign of life {holder.beat}" if holder.beat else "its session has gone"
        super().__init__(f"`{zone}` is locked by {told(holder)}, {beat}")
        self.zone = zone
        self.holder = holder


@dataclass(frozen=True, slots=True)
class Found:
    """A lock as it was found."""

    version: str
    fence: int
    holder: Holder | None
    """None for nobody, and where :attr:`problem` says that the object is no lock."""
    problem: str = ""


def find(store: Store, zone: ZoneId) -> Found | None:
    """Return the lock on *zone* as it is, None where there never was one. Raises :class:`StoreError`."""
    there = store.fetch(name_of(zone))
    if there is None:
        return None
    try:
        lock = lockfiles.read(zone, there.data)
    except UnreadableLockError as problem:
        return Found(there.version, lockfiles.salvaged_fence(there.data), None, str(problem))
    shown = replace(lock.holder, beat=sessions.last_beat(store, lock.holder.run)) if lock.holder else None
    return Found(there.version, lock.fence, shown)


def holder(store: Store, zone: ZoneId) -> Holder | None:
    """Return who holds the lock on *zone*, None for nobody.

    Raises :class:`StoreError`, and :class:`UnreadableLockError` for an object that is no lock.
    """
    found = find(store, zone)
    if found and found.problem:
        raise UnreadableLockError(found.problem)
    return found.holder if found else None


def seen(store: Store, zones: Iterable[ZoneId]) -> dict[ZoneId, str]:
    """Return by zone the version of its lock as it is now, empty where there is none yet. Raises :class:`StoreError`.

    Hold it against ``Locks.before``: alike means that nobody has held the lock in between. What is held right now is
    like nothing that will be found later, since its holder goes on writing.
    """
    wanted = sorted(set(zones))
    found = each(store, lambda zone: store.fetch(name_of(zone)), wanted)
    return {zone: _seen(zone, there) for zone, there in zip(wanted, found, strict=True)}


def _seen(zone: ZoneId, there: Versioned | None) -> str:
    if there is None:
        return ""
    try:
        found = lockfiles.read(zone, there.data).holder
    except UnreadableLockError:
        return there.version
    return f"{there.version} held by {found.run}" if found else there.version


def break_lock(store: Store, zone: ZoneId, context: Context, version: str = "") -> Found | None:
    """Free the lock on *zone*, whoever holds it: its holder's next check refuses. Its other locks stay.

    With *version*, break only the lock that was found so. Returns what was broken, None where nobody had the lock; an
    object that was no lock is a free one from here on. Raises :class:`StoreError`, and :class:`LockedError` where
    another run has the lock by now.
    """
    while True:
        found = find(store, zone)
        if found is None or not (found.holder or found.problem):
            return None
        if version not in {"", found.version}:
            if found.holder:
                raise LockedError(zone, found.holder)
            raise StoreError(f"{name_of(zone)} was written while it was looked at; look again")
        by = f"{context.actor or 'somebody'} at {context.time()}"
        if store.replace(name_of(zone), lockfiles.free(zone, found.fence + 1, by), found.version) is not None:
            return found


def told(holder: Holder) -> str:
    """Say in a line who *holder* is, and since when."""
    who = " on ".join(filter(None, (holder.actor or holder.user, holder.host)))
    commit = f" at commit {holder.commit[:12]}" if holder.commit else ""
    url = f", {holder.run_url}" if holder.run_url else ""
    return f"run {holder.run}{f' ({who})' if who else ''}{commit}{url}, begun {holder.started}"


def locked(store: Store, zone: ZoneId, found: Holder) -> LockedError:
    """Return the error that says who has the lock on *zone*, last sign of life included."""
    return LockedError(zone, replace(found, beat=sessions.last_beat(store, found.run)))


def lost(zone: ZoneId, there: Versioned | None) -> str:
    """Say what became of a lock that was somebody's and is *there* now."""
    if there is None:
        return f"the lock on `{zone}` has gone from the state store"
    try:
        lock = lockfiles.read(zone, there.data)
    except UnreadableLockError as problem:
        return str(problem)
    if lock.holder:
        return f"the lock on `{zone}` was taken over by {told(lock.holder)}"
    return f"the lock on `{zone}` was {f'broken by {lock.broken}' if lock.broken else 'freed by somebody else'}"


def each(store: Store, do: Callable[[In], Out], items: Sequence[In]) -> list[Out]:
    """Call *do* for each of *items*, several at once where each takes a journey. Raises what the first of them raised.

    Others may have been done by then, though they come later.
    """
    if store.is_local or len(items) < 2:
        return [do(item) for item in items]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(do, items))
