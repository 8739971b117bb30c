"""The apex NS RRset: which set every provider of a zone is to serve."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from zonesync.model.change import Computed
from zonesync.model.names import sort_key
from zonesync.model.rrset import Key, RRset
from zonesync.model.zone import DesiredZone, Nameservers
from zonesync.plan.facts import Facts

DEFAULT_TTL = 86400
PER_PROVIDER = 2
"""Of several providers two names each: what Stack Overflow settled on after breaking one on purpose."""


def key(apex: str) -> Key:
    """Return the key of the zone's apex NS RRset."""
    return Key(apex, "NS")


def wanted(zone: DesiredZone, facts: Sequence[Facts]) -> RRset | Computed | None:
    """Return the set that every provider is to serve; None where it is left alone, or nobody would be left in it.

    Who is out of rotation has no name in it. It is :class:`Computed` while a provider of a zone that exists nowhere yet
    has not assigned its names.
    """
    servers = zone.nameservers
    if servers.mode == "unmanaged":
        return None
    ttl = servers.ttl if servers.ttl is not None else _live_ttl(zone.apex, facts)
    if servers.mode == "list":
        stay = tuple(sorted(set(servers.hosts) - absent_names(servers.hosts, facts)))
        return RRset(zone.apex, "NS", ttl, stay) if stay else None
    out = {fact.name for fact in facts if fact.is_out}
    counts = counted(servers, tuple(fact.name for fact in facts))
    counts = {provider: count for provider, count in counts.items() if provider not in out}
    if not counts:
        return None
    names = {fact.name: fact.own_names for fact in facts}
    if any(not names.get(provider) for provider in counts):
        return Computed(zone.apex, "NS", ttl, counts)
    hosts = chosen(counts, names, _live_names(zone.apex, facts))
    return RRset(zone.apex, "NS", ttl, tuple(sorted(set(hosts))))


def with_absent_out(facts: Iterable[Facts], coming: Collection[str]) -> list[Facts]:
    """Return *facts* with those as out of rotation that do not have the zone, nor get it now.

    *coming* are those where it may be created. To the others nobody may be sent yet, whatever the file lists.
    """
    return [
        replace(fact, is_out=True)
        if fact.live is None and not fact.is_unread and fact.name not in coming and not fact.is_out
        else fact
        for fact in facts
    ]


def absent_names(hosts: Iterable[str], facts: Sequence[Facts]) -> frozenset[str]:
    """Return those of *hosts* that belong to providers which are out of rotation.

    Where one of those does not tell its names, they are what belongs to nobody else, if everybody else tells theirs.
    """
    here = {host for fact in facts if not fact.is_out for host in fact.own_names}
    absent = {host for fact in facts if fact.is_out for host in fact.own_names}
    if any(fact.is_out and not fact.own_names for fact in facts) and all(
        fact.own_names for fact in facts if not fact.is_out
    ):
        absent |= set(hosts)
    return frozenset(absent - here).intersection(hosts)


def names_of(fact: Facts, hosts: Iterable[str], facts: Sequence[Facts]) -> tuple[str, ...]:
    """Return the name servers of one of *facts*: as it tells them, or those of *hosts* that belong to nobody else.

    Empty where somebody else does not tell its own, either.
    """
    if fact.own_names:
        return tuple(sorted(fact.own_names))
    others = [other for other in facts if other.name != fact.name]
    if not all(other.own_names for other in others):
        return ()
    return tuple(sorted(set(hosts).difference(*(other.own_names for other in others))))


def counted(servers: Nameservers, providers: Sequence[str]) -> Mapping[str, int]:
    """Return how many names of which provider ``auto`` takes; 0 stands for all."""
    if servers.auto:
        return servers.auto
    return dict.fromkeys(providers, PER_PROVIDER if len(providers) > 1 else 0)


def chosen(counts: Mapping[str, int], names: Mapping[str, Sequence[str]], live: frozenset[str]) -> list[str]:
    """Take *counts* of each provider's *names*: those served now first, then in name order, to keep a choice stable."""
    hosts: list[str] = []
    for provider, count in counts.items():
        ordered = sorted(names[provider], key=lambda host: (host not in live, sort_key(host)))
        hosts += ordered[: count or None]
    return hosts


def _live_ttl(apex: str, facts: Sequence[Facts]) -> int:
    ttls = {rrset.ttl for fact in facts if fact.live and (rrset := fact.live.rrsets.get(key(apex)))}
    (ttl,) = ttls if len(ttls) == 1 else (DEFAULT_TTL,)
    return DEFAULT_TTL if ttl is None else ttl


def _live_names(apex: str, facts: Sequence[Facts]) -> frozenset[str]:
    return frozenset(
        host for fact in facts if fact.live and (rrset := fact.live.rrsets.get(key(apex))) for host in rrset.rdatas
    )
