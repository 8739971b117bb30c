"""What every adapter promises. The duties are in the docstrings; :mod:`zonesync.provider.conformance` checks them."""

import enum
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

from zonesync.findings import Finding
from zonesync.model.change import Change
from zonesync.model.rrset import Key, RRset
from zonesync.model.ttl import MAX_TTL
from zonesync.model.zone import NOTHING, Kept, ZoneId


class ApexNs(enum.StrEnum):
    """How far a provider lets the apex NS RRset be edited."""

    FULL = "full"
    """Any content, absence included."""
    NON_EMPTY = "non_empty"
    """Any content, but the RRset always exists."""
    ADD_ONLY = "add_only"
    """The provider's own names are fixed, others may be added."""
    TTL_ONLY = "ttl_only"
    FIXED = "fixed"
    IGNORED = "ignored"
    """The API takes it, the servers answer with their own."""


class AliasSupport(enum.StrEnum):
    """Where a provider can hold the neutral ``ALIAS``."""

    NOWHERE = "nowhere"
    APEX = "apex"
    ANYWHERE = "anywhere"
    TRANSLATED = "translated"
    """It has none, and translates some into forms of its own (``abilities.Translates``); the rest cannot be held."""


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a provider can hold and do, as data that the planner reads, so that nothing is found out during apply."""

    types: frozenset[str] | None
    """RR types it can hold; None for every type there is, by RFC 3597. ALIAS is told apart, in :attr:`alias`."""
    apex_ns: ApexNs
    apex_ns_ttl: bool = True
    """Whether the TTL of the apex NS RRset can be set."""
    apex_ns_own: tuple[str, ...] = ()
    """Globs of the names it insists on, canonical (``*.azure-dns.com.``); a set that it can hold has one of each."""
    alias: AliasSupport = AliasSupport.NOWHERE
    provider_alias: bool = False
    """Whether it takes ``{alias: {target: ...}}``, an address RRset without a TTL."""
    min_ttl: int = 0
    max_ttl: int = MAX_TTL
    soa_fields: frozenset[str] = frozenset({"mname", "rname", "refresh", "retry", "expire", "minimum"})
    """The SOA fields that can be set."""
    soa_ttl: bool = True
    """Whether the TTL of the SOA can be set."""
    shows_soa: bool = True
    """Whether a read tells the SOA at all; if not, nobody asks for one."""
    keeps_txt_boundaries: bool = True
    premade_apex: bool = False
    """Whether a created zone comes with apex NS and SOA. If not, the plan supplies both with the first content."""
    assigns_nameservers: bool = False
    """Whether the names of its servers come from the provider with the zone, not from the configuration."""
    atomic: bool = False
    """Whether one batch is applied whole or not at all."""
    compare_and_swap: bool = False
    """Whether a change is refused by the provider itself when live data is not as before."""
    reloads: bool = False
    """Whether a written zone is served only after a reload, which is a step of its own."""
    isolates: bool = True
    """Whether a change that is refused leaves the changes at other names to go through."""
    networks: bool = False
    """Whether a zone is visible in the networks that it is told, and nowhere else (see ``HasNetworks``)."""
    lists_views: bool = False
    """Whether ``zones()`` tells the views of zones; a service knows their names alone."""
    lists_zones: bool = True
    """Whether ``zones()`` tells every zone; if not, it tells none, and a zone without a file is never seen there."""
    local: bool = False
    """Whether reading is file I/O, so that threads gain nothing."""
    max_rrsets: int | None = None
    max_values: int | None = None
    """Records in one RRset."""
    max_txt: int | None = None
    """Octets in one TXT value."""
    min_txt: int = 0
    """Octets that a TXT value has at least."""
    txt_octets: bool = True
    """Whether a text may hold any octets; else it is UTF-8."""
    documentation: str = ""
    """Where the vendor says so."""


@dataclass(frozen=True, slots=True)
class ZoneRef:
    """A zone that a provider hosts."""

    id: ZoneId
    provider_id: str


@dataclass(frozen=True, slots=True)
class LiveZone:
    """What a provider has: read whole, or not at all."""

    id: ZoneId
    provider_id: str
    """The provider's own id of the zone (a zone id, a file's path)."""
    rrsets: Mapping[Key, RRset]
    """Everything, apex NS and SOA included, spelled canonically."""
    nameservers: tuple[str, ...] = ()
    """The names that the provider assigned, never derived from the NS RRset."""
    kept: tuple[Kept, ...] = ()
    extras: Mapping[Key, str] = field(default_factory=lambda: NOTHING)
    """For an RRset with fields that the model does not know: what they are, in a few words. Updates preserve them."""
    networks: tuple[str, ...] = ()
    """Where a zone of :attr:`Capabilities.networks` is visible, spelled and sorted by the adapter."""
    signed: bool | None = None
    """Whether the provider signs the zone (DNSSEC); None where that cannot be told without asking more."""
    capabilities: Capabilities | None = None
    """What this one zone can hold, where that differs from the provider's: a signed zone, a quota of its own."""
    findings: tuple[Finding, ...] = ()
    """What a write would meet. An error refuses any step that writes, unless its rule is allowed (``adopt-file``)."""
    pending: str = ""
    """Why a ``reload`` step is due although the content may be equal; empty when none is."""
    token: object = field(default=None, compare=False, repr=False)
    """The adapter's native form for exact deletes. Never serialised, never looked into by others."""


@dataclass(frozen=True, slots=True)
class Creation:
    """What a provider is told when a zone is created, besides its name."""

    reference: str = ""
    """The same for the same plan, so that creating again after a lost answer makes no second zone."""
    networks: tuple[str, ...] = ()
    """Where the zone is to be visible, for :attr:`Capabilities.networks`."""


NO_WISHES = Creation()


class Outcome(enum.StrEnum):
    """What became of one change."""

    APPLIED = "applied"
    REJECTED = "rejected"
    CONFLICT = "conflict"
    UNKNOWN = "unknown"
    """The call may or may not have taken effect; the next plan will tell."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of some changes: one batch, durable before it is handed out."""

    changes: tuple[Change, ...]
    outcome: Outcome
    change_id: str = ""
    """The provider's own id of the batch."""
    words: str = ""
    """The provider's own words, when it has any."""


@runtime_checkable
class Provider(Protocol):
    """Hosts zones. One object per configured provider; several threads may call it, each for another zone."""

    name: str
    """The configuration's name for it."""

    @property
    def capabilities(self) -> Capabilities:
        """What it can hold and do; known without any call to the service."""
        ...

    @property
    def nameservers(self) -> tuple[str, ...]:
        """Canonical names of its servers where the configuration gives them; empty where the provider assigns them."""
        ...

    def target(self, zone: ZoneId) -> str:
        """Name what a plan for *zone* is bound to: account or project, endpoint, zone id; never a secret."""
        ...

    def zones(self) -> Iterator[ZoneRef]:
        """Yield every zone hosted here."""
        ...

    def read(self, zone: ZoneId) -> LiveZone | None:
        """Return everything served for *zone*, None where it is not hosted here.

        An incomplete read raises :class:`~zonesync.provider.errors.Unavailable`; it never gives a shorter zone.
        """
        ...

    def create(self, zone: ZoneId, how: Creation = NO_WISHES) -> LiveZone:
        """Create *zone* and return it as it is then. Raises :class:`Conflict` where it exists.

        A provider without ``premade_apex`` may make nothing durable before the first :meth:`apply`.
        """
        ...

    def normalise(self, rrset: RRset) -> RRset:
        """Return *rrset* as this provider would spell it. Never changes what is answered."""
        ...

    def apply(self, live: LiveZone, changes: Sequence[Change]) -> Iterator[Receipt]:
        """Carry out *changes*, yielding a receipt once each batch is durable.

        Every change is covered by exactly one receipt. A ``before`` that is no longer live gives ``CONFLICT`` and is
        not overwritten. What the provider refuses gives ``REJECTED``; after a lost answer, ``UNKNOWN``. Deletes come
        before creates at one name. The serial of an SOA is compared nowhere: the provider's own goes on.

        Where :attr:`Capabilities.isolates`, a refusal or conflict at one name leaves the changes at other names to go
        through. After ``UNKNOWN`` the rest is not tried, and has ``REJECTED`` with words that say so. ``UNKNOWN`` is
        for what reading could not settle either: a lost answer is followed by a read, never by the same write.

        Right before each write :func:`~zonesync.provider.permit.require_leave` is asked, and what it raises is let
        through. Whoever iterates may stop after any receipt: nothing more is sent then.

        Raises :class:`~zonesync.provider.errors.ProviderError` only where it is certain that no change without a
        receipt took effect (denied, throttled, unreadable before the first write).
        """
        ...

    def reload(self, live: LiveZone) -> Receipt:
        """Make the servers serve what was written, where :attr:`Capabilities.reloads`; a receipt without changes."""
        ...

    def wait(self, receipts: Sequence[Receipt]) -> None:
        """Return once the provider says that *receipts* are served. Raises :class:`Unavailable` when it does not."""
        ...
