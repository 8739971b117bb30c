"""What a state store promises."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


class StoreError(Exception):
    """The state cannot be read or written."""


@dataclass(frozen=True, slots=True)
class Versioned:
    """An object, and which version of it this is."""

    data: bytes
    version: str
    """Opaque; another one whenever the object was written again with other data."""


class Row(Protocol):
    """Records in order, each durable before :meth:`append` returns; written by one run, read by any.

    Threads of the run may share one, and :meth:`append` may be called by several at a time.
    """

    def append(self, record: bytes) -> None:
        """Add *record*, which has no line break in it. Raises :class:`StoreError`: then it may be there, or not."""
        ...

    def records(self) -> Sequence[bytes]:
        """Return the records that were written whole; one that a loss of power cut short is none.

        A row whose removal was begun has none.
        """
        ...

    def remove(self) -> None:
        """Take the whole row away; one that is not there is gone already."""
        ...


class Store(Protocol):
    """Named objects; names are paths with ``/`` of letters, digits and ``%+=@_~.-``.

    Every method raises :class:`StoreError`. A write that does may have been done, or be done yet, where the answer of a
    service was lost. A lost answer that is noticed is looked into: the object is ours when it is byte for byte what we
    wrote. Two that want to know who of them was first must therefore not write the same bytes: put the run's id in.
    """

    @property
    def is_local(self) -> bool:
        """Whether it is a folder of this machine, and ends with it."""
        ...

    def put_if_absent(self, name: str, data: bytes) -> bool:
        """Write *data* durably and whole under *name*; return False, changing nothing, where the name is taken."""
        ...

    def get(self, name: str) -> bytes | None:
        """Return the object, None where there is none."""
        ...

    def fetch(self, name: str) -> Versioned | None:
        """Return the object with its version, None where there is none."""
        ...

    def replace(self, name: str, data: bytes, expected: str | None) -> str | None:
        """Write *data* durably and whole where the object's version is *expected* (None: where there is none).

        Returns the new version, or None, changing nothing, where the object is another one by now.
        """
        ...

    def remove(self, name: str) -> None:
        """Take an object away; one that is not there is gone already."""
        ...

    def names(self, prefix: str) -> list[str]:
        """Return the names of all objects in the folder *prefix*, given with its slash, sorted; none from deeper."""
        ...

    def row(self, name: str) -> Row:
        """Return the row *name*, which need not exist yet."""
        ...

    def rows(self, prefix: str) -> list[str]:
        """Return the names of all rows in the folder *prefix*, given with its slash, sorted."""
        ...
