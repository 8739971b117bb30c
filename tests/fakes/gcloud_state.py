"""What the fake of Cloud DNS remembers: zones, their record sets, changes and operations."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

Key = tuple[str, str]
"""Owner name and type."""
Rrset = dict[str, Any]
"""As the API lists it; never changed in place."""


@dataclass(slots=True)
class Change:
    """A change that was made: the record sets have it already, its status says when the name servers do."""

    resource: dict[str, Any]
    left: int
    """So many polls until it is done."""

    def polled(self) -> dict[str, Any]:
        """Return the resource as one more poll sees it."""
        self.left -= 1
        return self.seen()

    def seen(self) -> dict[str, Any]:
        """Return the resource without counting."""
        return {**self.resource, "status": "pending" if self.left > 0 else "done"}


@dataclass(slots=True)
class Operation:
    """A patch of a zone: it takes effect when it is done."""

    resource: dict[str, Any]
    left: int
    """So many requests about the zone until it is done."""
    effect: Callable[[], None]

    def seen(self) -> dict[str, Any]:
        """Return the resource with its status."""
        return {**self.resource, "status": "pending" if self.left > 0 else "done"}


@dataclass(slots=True)
class Zone:
    """One managed zone."""

    resource: dict[str, Any]
    rrsets: dict[Key, Rrset]
    changes: list[Change] = field(default_factory=list)
    operations: list[Operation] = field(default_factory=list)
    _ordered: tuple[dict[Key, Rrset], list[tuple[tuple[str, ...], Key]]] | None = None

    @property
    def apex(self) -> str:
        """The zone's DNS name."""
        return str(self.resource["dnsName"])

    @property
    def private(self) -> bool:
        """Whether it is seen in networks alone."""
        return bool(self.resource["visibility"] == "private")

    @property
    def dnssec(self) -> str:
        """``off``, ``on`` or ``transfer``."""
        return str(self.resource.get("dnssecConfig", {}).get("state", "off"))

    def passes(self) -> None:
        """Let time pass by one request about the zone: operations come to their end."""
        for operation in self.operations:
            if operation.left > 0:
                operation.left -= 1
                if operation.left == 0:
                    operation.effect()

    def ordered(self) -> list[tuple[tuple[str, ...], Key]]:
        """Return (place, key) of every record set in the order of the listing: from the apex down, then by type."""
        if self._ordered is None or self._ordered[0] is not self.rrsets:
            self._ordered = self.rrsets, sorted((place(key), key) for key in self.rrsets)
        return self._ordered[1]


@lru_cache(maxsize=1 << 17)
def place(key: Key) -> tuple[str, ...]:
    """Return what the listing sorts by."""
    return (*reversed(key[0].split(".")), "", key[1])
