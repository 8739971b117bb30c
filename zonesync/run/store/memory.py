"""State in memory, for a program that keeps no record, and for tests of thousands of runs."""

import threading
from collections.abc import Sequence

from zonesync.run.store.contract import Row, Versioned


class MemoryStore:
    """Ends with the process."""

    is_local = True

    def __init__(self) -> None:
        self._objects: dict[str, Versioned] = {}
        self._rows: dict[str, list[bytes]] = {}
        self._count = 0
        self._lock = threading.Lock()

    def put_if_absent(self, name: str, data: bytes) -> bool:
        """Keep *data* under *name*, unless something is there."""
        return self.replace(name, data, None) is not None

    def get(self, name: str) -> bytes | None:
        """Return what is under *name*."""
        found = self._objects.get(name)
        return found.data if found else None

    def fetch(self, name: str) -> Versioned | None:
        """Return what is under *name*, with its version."""
        return self._objects.get(name)

    def replace(self, name: str, data: bytes, expected: str | None) -> str | None:
        """Keep *data* under *name* where what is there has the version *expected*."""
        with self._lock:
            there = self._objects.get(name)
            if (there.version if there else None) != expected:
                return None
            self._count += 1
            self._objects[name] = Versioned(data, str(self._count))
            return str(self._count)

    def remove(self, name: str) -> None:
        """Forget what is under *name*."""
        self._objects.pop(name, None)

    def names(self, prefix: str) -> list[str]:
        """Return the names that start with *prefix*, sorted."""
        return sorted(name for name in list(self._objects) if name.startswith(prefix))

    def row(self, name: str) -> Row:
        """Return a list of records."""
        return _MemoryRow(self._rows, name)

    def rows(self, prefix: str) -> list[str]:
        """Return the names of rows that start with *prefix*, sorted."""
        return sorted(name for name in list(self._rows) if name.startswith(prefix))


class _MemoryRow:
    def __init__(self, rows: dict[str, list[bytes]], name: str) -> None:
        self._rows = rows
        self._name = name

    def append(self, record: bytes) -> None:
        self._rows.setdefault(self._name, []).append(record)

    def records(self) -> Sequence[bytes]:
        return tuple(self._rows.get(self._name, ()))

    def remove(self) -> None:
        self._rows.pop(self._name, None)
