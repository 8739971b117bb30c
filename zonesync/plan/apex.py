"""Whether the providers of a zone can hold the apex NS set that they are to serve, and whether it makes sense."""

from collections.abc import Collection, Iterator, Mapping, Sequence

from zonesync.findings import Finding, Place, Severity
from zonesync.model.change import Computed
from zonesync.model.names import is_within
from zonesync.model.rrset import Key, RRset
from zonesync.model.zone import DesiredZone
from zonesync.plan.apex_set import PER_PROVIDER, key
from zonesync.plan.facts import Facts
from zonesync.provider.contract import ApexNs, Capabilities

_EDITABLE = frozenset({ApexNs.FULL, ApexNs.NON_EMPTY})
_CHOICES = "write `nameservers: auto` (two of each provider), a list of hosts, or `unmanaged`"


def check_said(zone: DesiredZone) -> Iterator[Finding]:
    """Yield an error where several providers share a zone and its file does not say which name servers it has."""
    if len(zone.providers) > 1 and not zone.nameservers.said:
        yield _error(
            zone,
            "nameservers-unsaid",
            "",
            f"the zone is at {len(zone.providers)} providers ({', '.join(zone.providers)}), and its file does not say "
            "which name servers its apex NS RRset holds",
            _CHOICES,
        )


def check_levels(zone: DesiredZone, capabilities: Mapping[str, Capabilities]) -> Iterator[Finding]:
    """Yield an error for each provider whose API cannot hold any wanted set, known without asking it."""
    if zone.nameservers.mode == "unmanaged" or len(zone.providers) < 2:
        return
    for provider in zone.providers:
        capability = capabilities.get(provider)
        if capability is not None and capability.apex_ns not in _EDITABLE | {ApexNs.ADD_ONLY}:
            yield _rejected(zone, provider, capability, "every provider of the zone must serve the same set")


def check_wanted(zone: DesiredZone, facts: Sequence[Facts], want: RRset | Computed | None) -> Iterator[Finding]:
    """Yield an error for each provider that cannot hold *want*, and one for a set that leaves its own servers out."""
    if isinstance(want, Computed):
        yield from _check_computed(zone, facts, want)
        return
    if want is None:
        return
    hosts = set(want.rdatas)
    for fact in facts:
        own = set(fact.own_names)
        level = fact.able.apex_ns
        if level is ApexNs.ADD_ONLY and own - hosts:
            yield _rejected(
                zone,
                fact.name,
                fact.able,
                f"the wanted set lacks its fixed names {', '.join(sorted(own - hosts))}",
            )
        elif level not in _EDITABLE | {ApexNs.ADD_ONLY} and len(facts) == 1:
            live = fact.live.rrsets.get(key(zone.apex)) if fact.live else None
            if live is None or live.rdatas != want.rdatas or (live.ttl != want.ttl and level is not ApexNs.TTL_ONLY):
                yield _rejected(zone, fact.name, fact.able, "the wanted set is not the one it serves")
        if len(facts) > 1 and own and not own & hosts:
            yield _error(
                zone,
                "nameservers-leave-provider-out",
                fact.name,
                f"no name server of `{fact.name}` is in the apex NS set, so nobody would ask it",
                f"add one of {', '.join(sorted(own))}, or take `{fact.name}` out of `providers:`",
                severity=Severity.WARNING,
            )


def _check_computed(zone: DesiredZone, facts: Sequence[Facts], want: Computed) -> Iterator[Finding]:
    """Yield an error for each provider whose fixed names a set that is not known yet may leave out.

    So does one that takes no set: for names that nobody assigns, a second plan would wait in vain.
    """
    for fact in facts:
        if len(facts) == 1 and fact.able.apex_ns not in _EDITABLE | {ApexNs.ADD_ONLY} and not fact.own_names:
            yield _rejected(zone, fact.name, fact.able, "it assigns no name servers that a set could be made of")
        if fact.able.apex_ns is ApexNs.ADD_ONLY and want.computed.get(fact.name, PER_PROVIDER) != 0:
            if 0 < len(fact.own_names) <= int(want.computed.get(fact.name, -1)):
                continue
            reason = f"its own names are fixed, and the set takes some of them (`auto: {{{fact.name}: 0}}` takes all)"
            yield _rejected(zone, fact.name, fact.able, reason)


def check_addresses(
    zone: DesiredZone, provider: str, hosts: Sequence[str], there: Collection[Key]
) -> Iterator[Finding]:
    """Yield an error for each of *hosts* within the zone that has no address *there*: no server loads such a zone."""
    for host in hosts:
        if is_within(host, zone.apex) and Key(host, "A") not in there and Key(host, "AAAA") not in there:
            yield _error(
                zone,
                "ns-without-address",
                provider,
                f"the name server `{host}` is within the zone, and has no A or AAAA there (RFC 1912 section 2.3)",
                f"add its address under `records:`, or change the name servers of `{provider}`",
            )


def _rejected(zone: DesiredZone, provider: str, capability: Capabilities, reason: str) -> Finding:
    says = f" ({capability.documentation})" if capability.documentation else ""
    return _error(
        zone,
        "apex-ns-not-editable",
        provider,
        f"`{provider}` cannot hold the wanted apex NS set, its level is `{capability.apex_ns}`: {reason}{says}",
        f"take `{provider}` out of `providers:`, or host the zone there alone with `nameservers: unmanaged`",
    )


def _error(
    zone: DesiredZone, rule: str, provider: str, message: str, hint: str, severity: Severity = Severity.ERROR
) -> Finding:
    place = Place(zone.file, 1, 1) if zone.file else None
    return Finding(
        rule, severity, message, place, hint, zone=str(zone.id), provider=provider, name=zone.apex, type="NS"
    )
