"""Names as octoDNS has them: relative to the zone, the apex empty."""

from octodns.zone import Zone

from zonesync.model.names import absolute


def relative(name: str, apex: str) -> str:
    """Return canonical *name*, which is within *apex*, as octoDNS names a record."""
    return "" if name == apex else name[: -len(apex) - 1]


def owner(name: str, apex: str) -> str:
    """Return the canonical owner of a record that octoDNS calls *name*. Raises ValueError for what is no name."""
    return absolute(f"{name}.{apex}" if name else apex)


def new_zone(apex: str) -> Zone:
    """Return an empty zone. Raises what octoDNS raises for a name that it has no spelling for."""
    return Zone(apex, [])
