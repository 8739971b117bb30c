"""Zones: their identity, what the files want (desired) and what a provider has (live)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from zonesync.model.names import absolute, display
from zonesync.model.rrset import Key, RRset

NOTHING: Mapping[Any, Any] = MappingProxyType({})


@dataclass(frozen=True, slots=True, order=True)
class ZoneId:
    """A zone's identity: public and private zones share names, so a view is part of it."""

    name: str
    """Canonical apex name, with the final dot."""
    view: str = ""

    @classmethod
    def parse(cls, text: str) -> "ZoneId":
        """Read ``example.com`` or ``example.com@internal``. Raises :class:`NameSyntaxError`."""
        name, _, view = text.partition("@")
        return cls(absolute(name), view)

    def __str__(self) -> str:
        name = self.name if self.name == "." else self.name[:-1]
        return f"{name}@{self.view}" if self.view else name

    @property
    def display(self) -> str:
        """The identity with U-labels, for a reader."""
        return display(str(self))


@dataclass(frozen=True, slots=True)
class Kept:
    """An RRset that the model cannot hold, shown and never touched; it blocks a desired one of its name and type."""

    name: str
    type: str
    description: str
    """One line for the reader."""
    digest: str
    """Changes when the RRset changes, so that drift sees it."""
    set_identifier: str = ""


@dataclass(frozen=True, slots=True)
class Zone:
    """A zone's RRsets by name and type."""

    id: ZoneId
    rrsets: Mapping[Key, RRset]

    @property
    def apex(self) -> str:
        """The canonical apex name."""
        return self.id.name


@dataclass(frozen=True, slots=True)
class Nameservers:
    """What the file says of the apex NS RRset: left alone, listed, or taken from what the providers assigned."""

    mode: str = "unmanaged"
    """``unmanaged``, ``list`` or ``auto``."""
    hosts: tuple[str, ...] = ()
    auto: Mapping[str, int] = field(default_factory=lambda: NOTHING)
    """For ``auto``: how many name servers of which provider; empty means two of each, or all of a single one."""
    ttl: int | None = None
    said: bool = False
    """Whether the file says it; several providers demand that."""


@dataclass(frozen=True, slots=True)
class Ignore:
    """A rule for RRsets that are neither changed nor reported."""

    name: str = ""
    """A glob over the name relative to the zone (``_acme-challenge.*``); empty when the rule is an owner's."""
    type: str = ""
    """A type, several with commas, or empty for all."""
    owner: str = ""
    """``external-dns``: names that its TXT registry marks as its own."""


@dataclass(frozen=True, slots=True)
class Overlay:
    """How one RRset differs by provider."""

    only: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    by_provider: Mapping[str, RRset | None] = field(default_factory=lambda: NOTHING)

    def at(self, provider: str, default: RRset | None) -> RRset | None:
        """Return what *provider* is to serve: *default* unless this says otherwise, None for nothing."""
        if (self.only and provider not in self.only) or provider in self.excluded:
            return None
        return self.by_provider.get(provider, default)


@dataclass(frozen=True, slots=True)
class Allow:
    """A finding that the file accepts, with a reason and an end."""

    rule: str
    reason: str = ""
    until: str = ""
    """ISO date after which it no longer counts."""


@dataclass(frozen=True, slots=True)
class DesiredZone(Zone):
    """A zone as its file describes it.

    ``rrsets`` never holds the apex NS RRset or the SOA: those are :attr:`nameservers` and :attr:`soa`. Where
    :attr:`overlays` has a key, ``rrsets`` holds the default form, or lacks the key where there is none.
    """

    providers: tuple[str, ...] = ()
    ttl: int = 3600
    nameservers: Nameservers = Nameservers()
    soa: Mapping[str, str | int] = field(default_factory=lambda: NOTHING)
    """The SOA fields that the file manages; never a serial."""
    networks: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: NOTHING)
    """Per provider of private zones, where the zone is to be visible: as the file writes it."""
    unmanaged: str = "delete"
    ignore: tuple[Ignore, ...] = ()
    allow: tuple[Allow, ...] = ()
    lint_ignore: tuple[str, ...] = ()
    overlays: Mapping[Key, Overlay] = field(default_factory=lambda: NOTHING)
    comments: Mapping[Key, str] = field(default_factory=lambda: NOTHING)
    file: str = ""
    places: Mapping[Key, tuple[str, tuple[int, ...]]] = field(default_factory=lambda: NOTHING)
    """Per RRset its file, and per value (in ``rdatas`` order) its place packed as ``line << 20 | column``."""
    network_places: Mapping[str, tuple[int, ...]] = field(default_factory=lambda: NOTHING)
    """Per key of :attr:`networks` the places of its values in :attr:`file`, packed alike."""

    def at(self, provider: str) -> Mapping[Key, RRset]:
        """Return the RRsets that *provider* is to serve, apex NS and SOA apart."""
        if not self.overlays:
            return self.rrsets
        rrsets = dict(self.rrsets)
        for key, overlay in self.overlays.items():
            rrset = overlay.at(provider, self.rrsets.get(key))
            if rrset is None:
                rrsets.pop(key, None)
            else:
                rrsets[key] = rrset
        return rrsets
