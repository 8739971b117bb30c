"""The audit log: a row of immutable objects, each naming the digest of the one before it."""

import hashlib
import json
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from zonesync.run.store import Store, StoreError

PREFIX = "audit/"
FORMAT = 1
_GENESIS = "sha256:" + "0" * 64
_DIGITS = 12

Entry = Mapping[str, Any]


class AuditError(StoreError):
    """The log cannot be read as one."""


@dataclass(frozen=True, slots=True)
class Head:
    """The last object of the log; noted down after a run, it proves later that nothing before it was cut."""

    sequence: int
    digest: str

    def __str__(self) -> str:
        return f"{self.sequence}:{self.digest}"


EMPTY = Head(0, _GENESIS)


class AuditLog:
    """Appends batches of entries; safe from several threads and processes: a taken sequence is never rewritten."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._head: Head | None = None

    def append(self, entries: Sequence[Entry]) -> Head:
        """Write *entries* as the next object and return the new head. Raises :class:`StoreError`."""
        with self._lock:
            head = self._head or self.head()
            while True:
                sequence = head.sequence + 1
                data = _encode(
                    {"format": FORMAT, "sequence": sequence, "previous": head.digest, "entries": list(entries)}
                )
                if self._store.put_if_absent(_name(sequence), data):
                    self._head = Head(sequence, _digest(data))
                    return self._head
                head = self._next(head)

    def _next(self, head: Head) -> Head:
        """Step over the object that somebody else has put after *head*."""
        data = self._store.get(_name(head.sequence + 1))
        if data is None:
            raise AuditError(f"audit object {head.sequence + 1} is taken and cannot be read")
        return Head(head.sequence + 1, _digest(data))

    def head(self) -> Head:
        """Return the last object's sequence and digest."""
        names = self._store.names(PREFIX)
        if not names:
            return EMPTY
        data = self._store.get(names[-1])
        if data is None:
            raise AuditError(f"{names[-1]} has gone")
        return Head(_sequence(names[-1]), _digest(data))

    def entries(self) -> Iterator[dict[str, Any]]:
        """Yield every entry, oldest first. Raises :class:`AuditError` for an object that is none."""
        for name in self._store.names(PREFIX):
            data = self._store.get(name)
            try:
                document = json.loads(data or b"")
                entries = list(document["entries"])
            except (ValueError, KeyError, TypeError) as problem:
                raise AuditError(f"{name} is no audit object: {problem}") from problem
            for entry in entries:
                yield {"sequence": _sequence(name), **entry}


def _name(sequence: int) -> str:
    return f"{PREFIX}{sequence:0{_DIGITS}d}.json"


def _sequence(name: str) -> int:
    stem = name.removeprefix(PREFIX).removesuffix(".json")
    if len(stem) != _DIGITS or not stem.isdecimal():
        raise AuditError(f"`{name}` does not belong in the audit log")
    return int(stem)


def _encode(document: Mapping[str, Any]) -> bytes:
    # Half a surrogate pair, as undecodable file names have, becomes JSON's own escape of it.
    return json.dumps(document, indent=1, ensure_ascii=False).encode(errors="backslashreplace") + b"\n"


def _digest(data: bytes) -> str:
    return "sha256:" + hashlib.sha256(data).hexdigest()
