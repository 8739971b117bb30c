"""Fill in what a plan could not know: the apex NS set and SOA of a zone that was created a moment ago."""

from collections.abc import Iterable, Mapping, Sequence

from zonesync.model.change import Change, Computed
from zonesync.model.rrset import RRset
from zonesync.plan import apex, soa
from zonesync.plan.diff import settle
from zonesync.provider.contract import LiveZone


class UnresolvedError(Exception):
    """A computed RRset cannot be worked out from what the providers say."""


def resolve(
    changes: Iterable[Change], live: LiveZone, servers: Mapping[str, Sequence[str]], *, created: bool
) -> list[Change]:
    """Return *changes* with nothing computed left in them, and without those that are there already.

    Where this run *created* the zone, its pre-made apex NS and SOA are the ``before`` that the plan could not show.
    *servers* are each provider's own name servers for the zone. Raises :class:`UnresolvedError`.
    """
    resolved = []
    for change in changes:
        after = change.after
        before = change.before
        if created and before is None and change.key.type in {"NS", "SOA"} and change.key.name == live.id.name:
            before = live.rrsets.get(change.key)
        if isinstance(after, Computed):
            after = _computed(after, live, servers)
        if before is not None and after is not None and settle(before, after) is None:
            continue
        resolved.append(Change(before, after, change.why))
    return resolved


def _computed(wanted: Computed, live: LiveZone, servers: Mapping[str, Sequence[str]]) -> RRset:
    if wanted.type == "SOA":
        premade = live.rrsets.get(wanted.key)
        if premade is None:
            raise UnresolvedError(f"the provider made no SOA for {live.id}")
        return soa.with_fields(premade, wanted.computed)
    for provider in wanted.computed:
        if not servers.get(provider):
            raise UnresolvedError(f"`{provider}` assigned no name servers to {live.id}")
    counts = {provider: int(count) for provider, count in wanted.computed.items()}
    hosts = apex.chosen(counts, servers, frozenset())
    return RRset(wanted.name, "NS", wanted.ttl, tuple(sorted(set(hosts))))
