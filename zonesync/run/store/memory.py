"""State in memory, for a program that keeps no record, and for tests of thousands of runs."""

import threading
from collections.abc import Iterable, Sequence

from zonesync.run.store.contract import Row, Versioned
from zonesync.run.store.names import checked, checked_folder, one_line


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
        found = self.fetch(name)
        return found.data if found else None

    def fetch(self, name: str) -> Versioned | None:
        """Return what is under *name*, with its version."""
        return self._objects.get(checked(name))

    def replace(self, name: str, data: bytes, expected: str | None) -> str | None:
        """Keep *data* under *name* where what is there has the version *expected*."""
        with self._lock:
            there = self._objects.get(checked(name))
            if (there.version if there else None) != expected:
                return None
            self._count += 1
            self._objects[name] = Versioned(bytes(data), str(self._count))
            return str(self._count)

    def remove(self, name: str) -> None:
        """Forget what is under *name*."""
        with self._lock:
            self._objects.pop(checked(name), None)

    def names(self, prefix: str) -> list[str]:
        """List a folder's objects."""
        return _within(checked_folder(prefix), list(self._objects))

    def row(self, name: str) -> Row:
        """Return a list of records."""
        return _MemoryRow(self._rows, checked(name))

    def rows(self, prefix: str) -> list[str]:
        """List a folder's rows."""
        return _within(checked_folder(prefix), list(self._rows))


def _within(folder: str, names: Iterable[str]) -> list[str]:
    return sorted(name for name in names if name.startswith(folder) and "/" not in name.removeprefix(folder))


class _MemoryRow:
    def __init__(self, rows: dict[str, list[bytes]], name: str) -> None:
        self._rows = rows
        self._name = name

    def append(self, record: bytes) -> None:
        line = one_line(record)
        self._rows.setdefault(self._name, []).append(line)

    def records(self) -> Sequence[bytes]:
        return tuple(self._rows.get(self._name, ()))

    def remove(self) -> None:
        self._rows.pop(self._name, None)
