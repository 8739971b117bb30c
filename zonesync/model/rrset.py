"""An RRset: every record at one owner name and type, the unit that providers change.

Its rdata is kept as canonical presentation text, sorted: one value has one spelling, so equality of RRsets is
equality of rdata, and a hundred thousand of them fit in little memory. The typed view is one call away.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from zonesync.model import rdata

if TYPE_CHECKING:
    from collections.abc import Iterable

    from zonesync.model.rdata import Rdata


class Key(NamedTuple):
    """What names an RRset within a zone."""

    name: str
    type: str


@dataclass(frozen=True, slots=True)
class RRset:
    """Every record of one type at one owner name.

    Built directly by code that holds canonical parts already (the loaders); everyone else uses :meth:`of`.
    """

    name: str
    """Canonical owner name: absolute, lower case."""
    type: str
    """RR type mnemonic, or ``TYPEnnn``."""
    ttl: int | None
    """Seconds; None exactly for a provider's alias that has no TTL of its own."""
    rdatas: tuple[str, ...]
    """Canonical presentation texts, sorted, without duplicates, never empty."""

    @classmethod
    def of(cls, name: str, rtype: str, ttl: int | None, values: "Iterable[str]") -> "RRset":
        """Build from any presentation text with absolute names. Raises ValueError for what is no rdata."""
        from zonesync.model.names import absolute  # noqa: PLC0415 -- kept out of the bulk path's namespace

        texts = tuple(sorted({rdata.canonical(rtype, value) for value in values}))
        if not texts:
            raise ValueError(f"{name} {rtype}: an RRset has at least one value")
        return cls(absolute(name), rtype, ttl, texts)

    @property
    def key(self) -> Key:
        """The name and type that identify this RRset in its zone."""
        return Key(self.name, self.type)

    @property
    def values(self) -> "tuple[Rdata, ...]":
        """The rdata as typed pydantic values, in the order of :attr:`rdatas`."""
        return tuple(rdata.parse(self.type, text) for text in self.rdatas)
