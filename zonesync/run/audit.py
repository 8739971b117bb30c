"""The audit log: a row of immutable objects, each naming the digest of the one before it."""

import hashlib
import json
import re
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from zonesync.run.store import Store, StoreError

PREFIX = "audit/"
FORMAT = 1
_GENESIS = "sha256:" + "0" * 64
_DIGITS = 12
_is_digest = re.compile("sha256:[0-9a-f]{64}").fullmatch

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
        return self._head_at(_name(head.sequence + 1))

    def head(self) -> Head:
        """Return the last object's sequence and digest. Raises :class:`AuditError` for an object that is none."""
        names = self._store.names(PREFIX)
        return self._head_at(names[-1]) if names else EMPTY

    def _head_at(self, name: str) -> Head:
        data = self._data(name)
        return Head(document(name, data)["sequence"], _digest(data))

    def _data(self, name: str) -> bytes:
        data = self._store.get(name)
        if data is None:
            raise AuditError(f"{name} has gone")
        return data

    def entries(self) -> Iterator[dict[str, Any]]:
        """Yield every entry, oldest first. Raises :class:`AuditError` for an object that is none."""
        for name in self._store.names(PREFIX):
            found = document(name, self._data(name))
            for entry in found["entries"]:
                yield {"sequence": found["sequence"], **entry}


def document(name: str, data: bytes) -> dict[str, Any]:
    """Return the object *name*, which holds *data*. Raises :class:`AuditError` for what this log has not written."""
    sequence = _sequence(name)
    try:
        found = json.loads(data)
    except (ValueError, RecursionError) as problem:
        raise _no_object(name, str(problem)) from problem
    if not isinstance(found, dict):
        raise _no_object(name, "it is no mapping")
    if not _is_number(found.get("format"), FORMAT):
        raise _no_object(name, f"its `format` is not {FORMAT}")
    if not _is_number(found.get("sequence"), sequence):
        raise _no_object(name, f"its `sequence` is not {sequence}")
    previous = found.get("previous")
    if not isinstance(previous, str) or not _is_digest(previous):
        raise _no_object(name, "its `previous` is no digest")
    entries = found.get("entries")
    if not isinstance(entries, list) or not all(map(_is_entry, entries)):
        raise _no_object(name, "its `entries` are no list of entries")
    return found


def _is_number(value: object, wanted: int) -> bool:
    # JSON's true equals 1.
    return type(value) is int and value == wanted


def _is_entry(entry: object) -> bool:
    return (
        isinstance(entry, dict) and isinstance(entry.get("run", ""), str) and isinstance(entry.get("zones", []), list)
    )


def _no_object(name: str, why: str) -> AuditError:
    return AuditError(f"{name} is no audit object: {why}; move it out of the log's folder, or restore it from a copy")


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
