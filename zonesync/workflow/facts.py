"""From a provider that can be called to the facts that a planner may know."""

from dataclasses import replace
from functools import partial

from zonesync.model.zone import DesiredZone
from zonesync.plan.facts import Facts
from zonesync.plan.rotation import Absence
from zonesync.provider.abilities import DeletesZones, HasNetworks, HasQuotas, Particular, Translates
from zonesync.provider.contract import LiveZone, Provider

_APEX = 2
"""RRsets that every zone has besides those of its file: NS and SOA."""


def facts_of(
    provider: Provider,
    zone: DesiredZone,
    live: LiveZone | None = None,
    configuration: str = "",
    absence: Absence | None = None,
    *,
    remembered: Absence | None = None,
    is_unread: bool = False,
) -> Facts:
    """Return what the planner needs to know of *provider* for *zone*, which is *live* there; asks no service.

    *absence* says that it is out of rotation, *remembered* what was known of it when it was, *is_unread* that it could
    not be asked.
    """
    known = remembered or absence
    has_networks = isinstance(provider, HasNetworks) and provider.capabilities.networks
    return Facts(
        provider.name,
        provider.capabilities,
        provider.nameservers,
        provider.target(zone.id),
        configuration,
        provider.normalise,
        live,
        partial(provider.translate, zone.id) if isinstance(provider, Translates) else None,
        partial(provider.refusal, zone.id) if isinstance(provider, Particular) else None,
        provider.networks if isinstance(provider, HasNetworks) and has_networks else (),
        provider.spell_network if isinstance(provider, HasNetworks) and has_networks else None,
        is_out=absence is not None,
        is_unread=is_unread,
        remembered=known.hosts if known else (),
        deletes=isinstance(provider, DeletesZones),
    )


def read(provider: Provider, zone: DesiredZone) -> LiveZone | None:
    """Return *zone* as *provider* has it, with what that one zone can hold. Raises ProviderError."""
    live = provider.read(zone.id)
    if live is None or not isinstance(provider, HasQuotas):
        return live
    rrsets = zone.at(provider.name)
    if isinstance(provider, Translates):
        rrsets = provider.translate(zone.id, rrsets)
    return replace(live, capabilities=provider.capabilities_for(live, len(rrsets) + len(live.kept) + _APEX))
