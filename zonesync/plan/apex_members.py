"""Who is in the apex NS set of a zone: every provider that is to be asked, and nobody else."""

from collections.abc import Iterator, Mapping, Sequence
from fnmatch import fnmatchcase

from zonesync.findings import Finding, Severity
from zonesync.model.change import Computed
from zonesync.model.names import is_within, sort_key
from zonesync.model.rrset import Key, RRset
from zonesync.model.zone import DesiredZone
from zonesync.plan import apex_set
from zonesync.plan.apex_findings import found
from zonesync.plan.apex_levels import STUCK
from zonesync.plan.facts import Facts
from zonesync.provider.contract import ApexNs


def check(
    zone: DesiredZone, facts: Sequence[Facts], want: RRset | Computed | None, *, was_read: bool
) -> Iterator[Finding]:
    """Yield what is wrong with who is in *want*, or in the sets that are served where the file leaves them alone."""
    public = [fact for fact in facts if not fact.able.networks]
    yield from _alone(zone, public)
    yield from _unassigned(zone, facts, want)
    if len(facts) < 2 or not zone.nameservers.said:
        return
    hosts: Sequence[str] = want.rdatas if isinstance(want, RRset) else ()
    if zone.nameservers.mode == "unmanaged":
        # Who serves its own names alone, whatever it is told, is told by its level.
        editable = [fact for fact in public if not fact.is_out and fact.able.apex_ns not in STUCK]
        served = _served(zone, editable)
        coming = [fact for fact in editable if was_read and fact.live is None and not fact.is_unread]
        differing = list(_differing(zone, served, coming))
        yield from differing
        if len(served) == len(editable) and not any(finding.is_error for finding in differing):
            hosts = next(iter(served.values())).rdatas if served else ()
    yield from _foreign(zone, public, hosts)
    yield from _left_out(zone, public, hosts, want)
    yield from _addresses(zone, facts, hosts)


def _alone(zone: DesiredZone, public: Sequence[Facts]) -> Iterator[Finding]:
    if len(zone.providers) == 1 and public:
        (name,) = zone.providers
        message = f"the zone is at `{name}` alone: when that provider fails, all of it fails"
        hint = f"`zonesync provider join {zone.id} PROVIDER` plans a second one"
        yield found(zone, "one-provider", name, message, hint, Severity.INFO)


def _unassigned(zone: DesiredZone, facts: Sequence[Facts], want: RRset | Computed | None) -> Iterator[Finding]:
    """Yield an error for each provider that ``auto`` asks for names, and that has none to give, now or ever.

    One that gives fewer than the file asks for is a warning.
    """
    if zone.nameservers.mode != "auto" or want is None:
        return
    counts = apex_set.counted(zone.nameservers, tuple(fact.name for fact in facts))
    for fact in facts:
        if fact.is_out or fact.name not in counts or fact.able.apex_ns in STUCK:
            continue
        own = len(fact.own_names)
        if not own and (fact.live is not None or not fact.able.assigns_nameservers):
            yield found(
                zone,
                "nameservers-unassigned",
                fact.name,
                f"`auto` takes the names of `{fact.name}`, which assigns none to the zone",
                f"list them under `nameservers:` of `{fact.name}` in the configuration, or list the set in the file",
            )
        elif 0 < own < zone.nameservers.auto.get(fact.name, 0):
            count = zone.nameservers.auto[fact.name]
            message = f"`auto` is to take {count} names of `{fact.name}`, which has {own} for the zone"
            hint = f"write `{fact.name}: {own}`, or `{fact.name}: 0` for all it has"
            yield found(zone, "nameservers-too-few", fact.name, message, hint, Severity.WARNING)


def _served(zone: DesiredZone, facts: Sequence[Facts]) -> Mapping[str, RRset]:
    """Return the sets that are served now, by provider."""
    at = apex_set.key(zone.apex)
    return {fact.name: fact.live.rrsets[at] for fact in facts if fact.live and at in fact.live.rrsets}


def _differing(zone: DesiredZone, served: Mapping[str, RRset], coming: Sequence[Facts]) -> Iterator[Finding]:
    """Yield an error where the providers serve different names, a warning where only the TTLs differ.

    Where the zone is yet to come it is created with the provider's own names, and nobody would change that.
    """
    way = (
        "write `nameservers: auto` or a list, so that zonesync makes them equal; for the time of a move, "
        "`allow: [{rule: nameservers-differ, until: DATE, reason: WHY}]` accepts it"
    )
    names = {name: set(rrset.rdatas) for name, rrset in served.items()}
    names |= {fact.name: set(fact.own_names) for fact in coming}
    common = set.intersection(*names.values()) if names else set()
    if len(names) > 1 and (not common or any(hosts != common for hosts in names.values())):
        assigned = {fact.name for fact in coming if not fact.own_names}
        odd = "; ".join(
            f"`{name}` {'those that it will assign' if name in assigned else _words(hosts - common)}"
            for name, hosts in names.items()
        )
        beside = f"beside {_words(common)}: " if common else ""
        message = f"the providers serve different apex NS sets, and nobody makes them equal: {beside}{odd}"
        yield found(zone, "nameservers-differ", "", message, way)
    elif len({rrset.ttl for rrset in served.values()}) > 1:
        ttls = ", ".join(f"`{name}` {rrset.ttl}" for name, rrset in served.items())
        message = f"the providers serve the apex NS set with different TTLs: {ttls}"
        yield found(zone, "nameservers-differ", "", message, way, Severity.WARNING)


def _foreign(zone: DesiredZone, public: Sequence[Facts], hosts: Sequence[str]) -> Iterator[Finding]:
    """Yield an error for *hosts* that belong to no provider; only where everybody's names are known."""
    if not public or not all(fact.own_names for fact in public):
        return
    foreign = {host for host in hosts if not any(_owns(fact, host) for fact in public)}
    if foreign:
        yield found(
            zone,
            "foreign-nameserver",
            "",
            f"the apex NS set names {_words(foreign)}, which no provider of the zone has: who asks there gets no "
            "answer, or an old one",
            "take them out, or add their provider to `providers:`; names of your own for a provider's servers are "
            "accepted with `allow: [{rule: foreign-nameserver, reason: WHY}]`",
        )


def _left_out(
    zone: DesiredZone, public: Sequence[Facts], hosts: Sequence[str], want: RRset | Computed | None
) -> Iterator[Finding]:
    """Yield an error for each provider in rotation that nobody would ask, since none of its names is in the set."""
    counts = apex_set.counted(zone.nameservers, [fact.name for fact in public])
    for fact in public:
        if fact.is_out or (fact.able.apex_ns is ApexNs.ADD_ONLY and want is not None) or fact.able.apex_ns in STUCK:
            continue  # its level says it already
        if zone.nameservers.mode == "auto":
            is_left_out = want is not None and fact.name not in counts
        else:
            is_known = bool(hosts) and bool(fact.own_names or fact.able.apex_ns_own)
            is_left_out = is_known and not any(_owns(fact, host) for host in hosts)
        if is_left_out:
            names = _words(fact.own_names) if fact.own_names else "its names"
            yield found(
                zone,
                "nameservers-leave-provider-out",
                fact.name,
                f"no name server of `{fact.name}` is in the apex NS set, so nobody asks it",
                f"add one of {names}, or take `{fact.name}` out of `providers:`; a hidden primary is accepted with "
                "`allow: [{rule: nameservers-leave-provider-out, reason: WHY}]`",
            )


def _addresses(zone: DesiredZone, facts: Sequence[Facts], hosts: Sequence[str]) -> Iterator[Finding]:
    """Yield an error for each of *hosts* within the zone that has other addresses at one provider than at another.

    The parent has one set of glue (RFC 1034 section 4.2.1). What a provider has beside the file, nobody knows here.
    """
    for host in sorted(hosts, key=sort_key):
        if not is_within(host, zone.apex) or zone.unmanaged == "keep":
            continue
        by_provider = {fact.name: _addresses_of(zone, fact.name, host) for fact in facts if not fact.is_out}
        if len(set(by_provider.values())) > 1:
            odd = "; ".join(f"`{name}` {_words(addresses)}" for name, addresses in by_provider.items())
            message = f"the name server `{host}` has different addresses at the providers: {odd}"
            hint = "give it the same A and AAAA everywhere, without `only:`, `except:` and `by_provider:`"
            yield found(zone, "ns-address-differs", "", message, hint)


def _addresses_of(zone: DesiredZone, provider: str, host: str) -> frozenset[str]:
    rrsets = zone.at(provider)
    return frozenset(text for rtype in ("A", "AAAA") if (one := rrsets.get(Key(host, rtype))) for text in one.rdatas)


def _owns(fact: Facts, host: str) -> bool:
    return host in fact.own_names or any(fnmatchcase(host, glob) for glob in fact.able.apex_ns_own)


def _words(names: Sequence[str] | set[str] | frozenset[str]) -> str:
    return ", ".join(f"`{name}`" for name in sorted(names)) or "none"
