"""The addresses that zone files give: for a name server within a zone of ours nobody else need be asked."""

from collections.abc import Iterable, Iterator, Mapping

from zonesync.model.rrset import Key
from zonesync.model.zone import DesiredZone

ADDRESSES = ("A", "AAAA")


class Addresses(Mapping[str, tuple[str, ...]]):
    """IPv4 and IPv6 addresses by canonical name, looked up in zones as they are; an alias is none.

    Of *zones* those without a view count, and before them those of *view*: what another network sees is no address
    here.
    """

    def __init__(self, zones: Iterable[DesiredZone], view: str = "") -> None:
        seen = [zone for zone in zones if zone.id.view in ("", view)]
        self._zones = tuple(sorted(seen, key=lambda zone: zone.id.view == ""))

    def __getitem__(self, name: str) -> tuple[str, ...]:
        """Return the addresses of *name*. Raises KeyError where no zone has any."""
        found: dict[str, None] = {}
        view = ""
        for zone in self._zones:
            if found and zone.id.view != view:
                break
            for rtype in ADDRESSES:
                rrset = zone.rrsets.get(Key(name, rtype))
                if rrset is not None and rrset.ttl is not None:
                    found |= dict.fromkeys(rrset.rdatas)
                    view = zone.id.view
        if not found:
            raise KeyError(name)
        return tuple(found)

    def __iter__(self) -> Iterator[str]:
        """Yield every name that has an address."""
        names = {key.name for zone in self._zones for key in zone.rrsets if key.type in ADDRESSES}
        return (name for name in sorted(names) if name in self)

    def __len__(self) -> int:
        """Count the names."""
        return sum(1 for _ in self)
