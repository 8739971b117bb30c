"""The audit log: a row of immutable objects, each naming the digest of the one before it."""

import threading
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from zonesync.run import chain
from zonesync.run.chain import EMPTY, FORMAT, PREFIX, AuditError, AuditObject, Entry, Head
from zonesync.run.store import Store, StoreError
from zonesync.run.verification import Verdict, examine

__all__ = ["EMPTY", "FORMAT", "PREFIX", "AuditError", "AuditLog", "AuditObject", "Entry", "Head", "Verdict"]

_AHEAD = 8
"""Objects that are fetched at once from a store which answers in tens of milliseconds."""


class AuditLog:
    """Appends batches of entries; safe from several threads and processes: a taken sequence is never rewritten.

    Only the first look for the log's end lists it; from there on it is followed object by object.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._head: Head | None = None

    def append(self, entries: Sequence[Entry]) -> Head:
        """Write *entries* as the next object and return the new head. Raises :class:`StoreError`."""
        with self._lock:
            head = self._head or self._listed_head()
            while True:
                name = chain.name_of(head.sequence + 1)
                data = chain.encode(head.sequence + 1, head.digest, entries)
                if self._put(name, data):
                    self._head = Head(head.sequence + 1, chain.digest_of(data))
                    return self._head
                found = self._data(name)
                # Where the answer to a put was lost and it was sent again, what has taken the name is our own.
                head = self._head = _following(head, name, found)
                if found == data:
                    return head

    def _put(self, name: str, data: bytes) -> bool:
        try:
            return self._store.put_if_absent(name, data)
        except StoreError:
            if self._store.is_local or self._store.get(name) != data:
                # What a folder could not sync is not durable, although it may be there.
                raise
            return True

    def head(self) -> Head:
        """Return the last object's sequence and digest. Raises :class:`AuditError` for an object that is none."""
        with self._lock:
            head = self._head or self._listed_head()
            while (data := self._store.get(name := chain.name_of(head.sequence + 1))) is not None:
                head = _following(head, name, data)
            self._head = head if head.sequence else None
            return head

    def _listed_head(self) -> Head:
        names = self._store.names(PREFIX)
        return chain.read(names[-1], self._data(names[-1])).head if names else EMPTY

    def _data(self, name: str) -> bytes:
        chain.sequence_of(name)
        data = self._store.get(name)
        if data is None:
            raise AuditError(f"{name} has gone")
        return data

    def objects(self, *, backwards: bool = False) -> Iterator[AuditObject]:
        """Yield every object, oldest first, or newest first. Raises :class:`AuditError` for one that is none.

        Each is held against its own digest; whether the chain is whole is what :meth:`verify` tells.
        """
        names = self._names()
        for name, data in self._fetched(reversed(names) if backwards else names):
            chain.sequence_of(name)
            if data is None:
                raise AuditError(f"{name} has gone")
            yield chain.read(name, data)

    def entries(self) -> Iterator[dict[str, Any]]:
        """Yield every entry, oldest first, with its object's ``sequence``. Raises :class:`AuditError`."""
        for found in self.objects():
            yield from found.entries

    def entries_backwards(self) -> Iterator[dict[str, Any]]:
        """Yield every entry, newest first. Raises :class:`AuditError`."""
        for found in self.objects(backwards=True):
            yield from reversed(found.entries)

    def verify(self, head: Head | None = None) -> Verdict:
        """Tell whether the log is whole, as far as that can be known; *head* was noted down earlier."""
        return examine(self._fetched(self._names()), head)

    def _names(self) -> list[str]:
        """Return the names in the log's folder, and of objects beyond them which the listing has left out.

        Something between here and a bucket may answer a listing with what reads as an empty one, and a folder may
        hold what is no file in the place of an object: neither is the end of the log.
        """
        names = self._store.names(PREFIX)
        following = max(map(_number, names), default=0) + 1
        while self._get(chain.name_of(following)) is not None:
            names.append(chain.name_of(following))
            following += 1
        return names

    def _get(self, name: str) -> bytes | None:
        # What no object is called may be a name that no store would read.
        return self._store.get(name) if _number(name) else None

    def _fetched(self, names: Iterable[str]) -> Iterator[tuple[str, bytes | None]]:
        """Yield *names* with their data, None where it has gone; far away ones are fetched ahead."""
        if self._store.is_local:
            for name in names:
                yield name, self._get(name)
            return
        pool = ThreadPoolExecutor(max_workers=_AHEAD)
        try:
            waiting: deque[tuple[str, Future[bytes | None]]] = deque()
            for name in names:
                waiting.append((name, pool.submit(self._get, name)))
                if len(waiting) > _AHEAD:
                    first, data = waiting.popleft()
                    yield first, data.result()
            while waiting:
                first, data = waiting.popleft()
                yield first, data.result()
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def _number(name: str) -> int:
    """Return the sequence that *name* stands for, 0 where it is no object's."""
    try:
        return chain.sequence_of(name)
    except AuditError:
        return 0


def _following(head: Head, name: str, data: bytes) -> Head:
    """Return the head after somebody else's object. Raises :class:`AuditError` where it does not follow *head*."""
    found = chain.read(name, data)
    if found.previous != head.digest:
        raise AuditError(
            f"{name} does not follow the object before it: the log was altered; `zonesync audit verify` tells where"
        )
    return found.head
