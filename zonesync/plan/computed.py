"""What a plan could not know: the apex NS set and the SOA of a zone that its provider makes."""

from collections.abc import Mapping, Sequence

from zonesync.model.change import Computed
from zonesync.model.rrset import RRset
from zonesync.plan import apex_set, soa
from zonesync.provider.contract import LiveZone


def settled(wanted: Computed, live: LiveZone, servers: Mapping[str, Sequence[str]]) -> RRset:
    """Return the RRset that *wanted* stands for, now that the zone is *live*.

    *servers* are each provider's own name servers for the zone. Raises ValueError where something is not there yet.
    """
    if wanted.type == "SOA":
        premade = live.rrsets.get(wanted.key)
        if premade is None:
            raise ValueError(f"the provider made no SOA for {live.id}")
        return soa.with_fields(premade, wanted.computed)
    for provider in wanted.computed:
        if not servers.get(provider):
            raise ValueError(f"`{provider}` assigned no name servers to {live.id}")
    counts = {provider: int(count) for provider, count in wanted.computed.items()}
    hosts = apex_set.chosen(counts, servers, frozenset())
    return RRset(wanted.name, "NS", wanted.ttl, tuple(sorted(set(hosts))))
