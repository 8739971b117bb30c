"""Zones dealt to several jobs that run beside each other: each zone to one of them, whatever other zones there are."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from hashlib import sha256

from zonesync.load.zones import LoadedZone
from zonesync.model.zone import ZoneId
from zonesync.workflow.project import UnknownNameError

_form = re.compile(r"([1-9][0-9]{0,3})/([1-9][0-9]{0,3})").fullmatch


@dataclass(frozen=True, slots=True)
class Shard:
    """One of the jobs."""

    index: int
    """From 1 on."""
    count: int

    @classmethod
    def parse(cls, text: str) -> "Shard":
        """Read ``I/N``, 1/N to N/N. Raises :class:`~zonesync.workflow.UnknownNameError`."""
        found = _form(text)
        if not found:
            raise UnknownNameError(f"--shard: `{text[:40]}` is no shard: write I/N, from 1/N to N/N, N up to 9999")
        index, count = int(found[1]), int(found[2])
        if index > count:
            raise UnknownNameError(f"--shard {text}: there is no such shard: they are 1/{count} to {count}/{count}")
        return cls(index, count)

    def __str__(self) -> str:
        return f"{self.index}/{self.count}"

    @property
    def is_first(self) -> bool:
        """Whether it is the one that tells what is of no zone, which all of them find alike."""
        return self.index == 1

    def has(self, zone: LoadedZone) -> bool:
        """Tell whether *zone* is dealt to this shard: by its identity alone, with its view."""
        # The root stands in for a name that could not be read: such files go by their own name.
        is_known = zone.zone is not None or zone.id.name != "."
        return self._deals(str(zone.id) if is_known else f"file {zone.file}")

    def has_zone(self, zone: ZoneId) -> bool:
        """Tell whether the zone of this identity is dealt to this shard, as :meth:`has` does."""
        return self._deals(str(zone))

    def _deals(self, name: str) -> bool:
        return (
            int.from_bytes(sha256(name.encode("utf-8", "surrogateescape")).digest()[:8]) % self.count == self.index - 1
        )


def is_elsewhere(elsewhere: Mapping[ZoneId, Collection[str]], only: Collection[str]) -> bool:
    """Tell whether other shards look at something, so that it is well where this one has nothing.

    *elsewhere* is what is dealt to them with the providers, none where those are not known; *only* are the providers
    that were asked for, none for all.
    """
    return any(not only or not names or not set(only).isdisjoint(names) for names in elsewhere.values())
