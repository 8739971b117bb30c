"""What an adapter may do besides :class:`~zonesync.provider.contract.Provider`: one small protocol for each ability.

An adapter has an ability by having its methods; whoever needs one asks with ``isinstance``.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from zonesync.model.rrset import Key, RRset
from zonesync.model.zone import ZoneId
from zonesync.provider.contract import Capabilities, LiveZone, Receipt


@runtime_checkable
class Translates(Protocol):
    """A provider that holds some RRsets of the model in a form of its own."""

    def translate(self, zone: ZoneId, rrsets: Mapping[Key, RRset]) -> Mapping[Key, RRset]:
        """Return *rrsets*, the whole desired zone, as this provider is to have them.

        Pure, and known offline. What has no form here stays as it is, and the planner refuses it.
        """
        ...


@runtime_checkable
class Particular(Protocol):
    """A provider that refuses some values for reasons that :class:`Capabilities` cannot tell as data."""

    def refusal(self, zone: ZoneId, rrset: RRset) -> str:
        """Say why it could not hold *rrset*, in lower case with numbers; empty where it can. Pure, known offline."""
        ...


@runtime_checkable
class HasQuotas(Protocol):
    """A provider whose limits are told by the service."""

    def capabilities_for(self, live: LiveZone, rrsets: int) -> Capabilities:
        """Return what *live* can hold when it is to have *rrsets* RRsets; asks the service only where that matters."""
        ...


@runtime_checkable
class HasNetworks(Protocol):
    """A provider with private zones: each is visible in some networks."""

    @property
    def networks(self) -> tuple[str, ...]:
        """The networks of every private zone here that has none of its own in its file, spelled and sorted."""
        ...

    def spell_network(self, text: str) -> str:
        """Return the one spelling of a network. Raises ValueError that says how it is written."""
        ...

    def set_networks(self, live: LiveZone, networks: Sequence[str]) -> Iterator[Receipt]:
        """Make *live* visible in *networks* and nowhere else: what comes first, what goes last, never in none.

        Receipts have no changes. A zone whose networks are no longer those of *live* gives ``CONFLICT``.
        """
        ...


@runtime_checkable
class DeletesZones(Protocol):
    """A provider that can take a whole zone away. Nothing but an explicit leave asks for it."""

    def delete(self, live: LiveZone) -> Receipt:
        """Delete the zone *live*, which was found to hold nothing but its apex NS and SOA.

        One that holds more by now gives ``CONFLICT``, one that has gone already ``APPLIED``; what the service refuses
        gives ``REJECTED``, a lost answer that no read could settle ``UNKNOWN``. Where a zone has to have the addresses
        of its own name servers, those may be left (:func:`~zonesync.provider.deletion.left_in`). Right before the write
        :func:`~zonesync.provider.permit.require_leave` is asked. The receipt has no changes.

        Raises ProviderError where it is certain that nothing was deleted (denied, throttled, unreadable).
        """
        ...


@dataclass(frozen=True, slots=True)
class Counts:
    """What a provider's service was asked so far."""

    calls: int = 0
    """Requests sent, the repeated ones included."""
    retries: int = 0
    throttled: int = 0
    """Answers that asked for fewer calls."""
    waited: float = 0.0
    """Seconds spent waiting for a turn, or between two tries."""


@runtime_checkable
class Counted(Protocol):
    """A provider that counts what it asks of its service."""

    @property
    def counts(self) -> Counts:
        """Calls, retries and waits so far."""
        ...


@dataclass(frozen=True, slots=True)
class Credentials:
    """Whether there are credentials, and where from; never what they are."""

    found: bool
    source: str


@dataclass(frozen=True, slots=True)
class Quota:
    """A limit of the service, as it says itself."""

    name: str
    limit: int
    used: int | None = None
    """None where the service does not tell."""
    zone: str = ""


@dataclass(frozen=True, slots=True)
class Permissions:
    """What the service's own access control calls the actions that are needed."""

    plan: tuple[str, ...]
    apply: tuple[str, ...]
    """What an apply needs besides."""
    delete: tuple[str, ...] = ()
    """What deleting a zone, which only leaving a provider does, needs besides those."""


@runtime_checkable
class Account(Protocol):
    """A provider behind credentials."""

    @property
    def permissions(self) -> Permissions:
        """What a plan needs, what an apply adds, and what deleting a zone adds to that."""
        ...

    def credentials(self) -> Credentials:
        """Look for credentials without asking the service."""
        ...

    def quotas(self) -> Iterator[Quota]:
        """Ask the service for its limits. Raises ProviderError."""
        ...
