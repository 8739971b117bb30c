"""A store that is only looked at, and asks for no object twice: one in the cloud is some way off."""

from collections.abc import Sequence
from typing import Never

from zonesync.run.store.contract import Row, Store, StoreError, Versioned


class ReadOnce:
    """What *store* has, as it was when it was first asked for. Whatever would write raises :class:`StoreError`."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._names: dict[str, list[str]] = {}
        self._objects: dict[str, bytes | None] = {}

    @property
    def is_local(self) -> bool:
        """Whether it is a folder of this machine."""
        return self._store.is_local

    def get(self, name: str) -> bytes | None:
        """Return the object, None where there is none."""
        if self._store.is_local:
            return self._store.get(name)
        if name not in self._objects:
            self._objects[name] = self._store.get(name)
        return self._objects[name]

    def fetch(self, name: str) -> Versioned | None:
        """Return the object with its version, as it is now."""
        return self._store.fetch(name)

    def names(self, prefix: str) -> list[str]:
        """Return the names that start with *prefix*."""
        if prefix not in self._names:
            self._names[prefix] = self._store.names(prefix)
        return self._names[prefix]

    def rows(self, prefix: str) -> list[str]:
        """Return the names of the rows that start with *prefix*."""
        return self._store.rows(prefix)

    def row(self, name: str) -> Row:
        """Return the row *name*, to be read."""
        return _ReadRow(self._store.row(name))

    def put_if_absent(self, name: str, data: bytes) -> bool:
        """Refuse."""
        _refuse(name, data)

    def replace(self, name: str, data: bytes, expected: str | None) -> str | None:
        """Refuse."""
        _refuse(name, data, expected)

    def remove(self, name: str) -> None:
        """Refuse."""
        _refuse(name)


class _ReadRow:
    def __init__(self, row: Row) -> None:
        self._row = row

    def append(self, record: bytes) -> None:
        _refuse("row", record)

    def records(self) -> Sequence[bytes]:
        return self._row.records()

    def remove(self) -> None:
        _refuse("row")


def _refuse(name: str, *_: object) -> Never:
    raise StoreError(f"`{name}` is only looked at here")
