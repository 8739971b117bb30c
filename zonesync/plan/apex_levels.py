"""Whether each provider of a zone can hold the wanted apex NS set: its level, its own names, its TTL and its limits."""

from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase

from zonesync.findings import Finding
from zonesync.model.change import Computed
from zonesync.model.rrset import RRset
from zonesync.model.zone import DesiredZone
from zonesync.plan.apex_findings import found
from zonesync.plan.apex_set import key
from zonesync.plan.facts import Facts
from zonesync.provider.contract import ApexNs, Capabilities

STUCK = {
    ApexNs.TTL_ONLY: "of its set only the TTL can be changed",
    ApexNs.FIXED: "its set cannot be changed",
    ApexNs.IGNORED: "it takes a set, and serves its own all the same",
}
"""The levels of those that serve one set of names whatever they are told, and why."""


def check(
    zone: DesiredZone, facts: Sequence[Facts], want: RRset | Computed | None, *, was_read: bool
) -> Iterator[Finding]:
    """Yield an error for each provider in rotation that cannot hold *want*, or whose set nobody could live with."""
    for fact in facts:
        if fact.is_out:
            continue
        if fact.able.apex_ns not in STUCK:
            if want is not None:
                yield from _unable(zone, fact, want, was_read=was_read)
        elif len(facts) > 1:
            yield from _stuck(zone, fact, [other.name for other in facts if other is not fact])
        elif want is not None and was_read:
            yield from _stuck_alone(zone, fact, want)


def _stuck(zone: DesiredZone, fact: Facts, others: Sequence[str]) -> Iterator[Finding]:
    """Yield the error of a provider that serves its own names alone beside *others*, in every mode."""
    servers = zone.nameservers
    is_managed = servers.mode != "unmanaged"
    if fact.able.networks and not is_managed:
        return  # no resolver follows the NS set of a private zone
    level = f"its level is `{fact.able.apex_ns}`: {STUCK[fact.able.apex_ns]}"
    if is_managed or not servers.said:
        message = (
            f"`{fact.name}` cannot hold the wanted apex NS set, {level}, and all providers must serve the same one"
        )
        way = f"take `{fact.name}` out of `providers:`, or host the zone there alone with `nameservers: unmanaged`"
        if fact.able.networks:
            way = "write `nameservers: unmanaged`: no resolver follows the NS set of a private zone"
    else:
        names = ", ".join(f"`{name}`" for name in others)
        message = f"`{fact.name}` serves its own name servers alone, {level}; who asks it never learns of {names}"
        way = (
            f"take `{fact.name}` out of `providers:`; for the time of a move, "
            "`allow: [{rule: apex-ns-not-editable, until: DATE, reason: WHY}]` accepts it"
        )
    yield _rejected(zone, fact, message, way)


def _stuck_alone(zone: DesiredZone, fact: Facts, want: RRset | Computed) -> Iterator[Finding]:
    """Yield the error of a zone's only provider that serves another set than the one its file asks for."""
    level = fact.able.apex_ns
    if isinstance(want, Computed):
        if fact.own_names:
            return
        reason = "it assigns no name servers that a set could be made of"
    else:
        live = fact.live.rrsets.get(key(zone.apex)) if fact.live else None
        if live and live.rdatas == want.rdatas and (live.ttl == want.ttl or level is ApexNs.TTL_ONLY):
            return
        reason = "the wanted set is not the one it serves"
    message = f"`{fact.name}` cannot hold the wanted apex NS set, its level is `{level}`: {STUCK[level]}, and {reason}"
    yield _rejected(zone, fact, message, f"write `nameservers: unmanaged`, or take `{fact.name}` out of `providers:`")


def _unable(zone: DesiredZone, fact: Facts, want: RRset | Computed, *, was_read: bool) -> Iterator[Finding]:
    """Yield what an editable set cannot be at *fact*."""
    if fact.able.apex_ns is ApexNs.ADD_ONLY:
        lacking = _lacking(fact, want, was_read=was_read)
        if lacking:
            way = f"write `nameservers: {{auto: {{{fact.name}: 0, …}}}}`, which takes all its names"
            if zone.nameservers.mode == "list":
                way = "add them to `nameservers:`"
            level = "its level is `add_only`: its own names cannot be removed"
            message = f"`{fact.name}` cannot hold the wanted apex NS set, {level}, and {lacking}"
            yield _rejected(zone, fact, message, f"{way}, or take `{fact.name}` out of `providers:`")
    live = fact.live.rrsets.get(key(zone.apex)) if fact.live else None
    if live and live.ttl != want.ttl and not fact.able.apex_ns_ttl:
        yield found(
            zone,
            "apex-ns-ttl-not-editable",
            fact.name,
            f"`{fact.name}` cannot change the TTL of the apex NS set: it has {live.ttl}, and {want.ttl} is wanted"
            f"{_says(fact.able)}",
            f"write `ttl: {live.ttl}` under `nameservers:`, so that the set has this TTL at every provider",
        )
    if was_read or zone.nameservers.ttl is not None:  # else the TTL is one that nobody knows yet
        yield from _unfit(zone, fact, want)


def _lacking(fact: Facts, want: RRset | Computed, *, was_read: bool) -> str:
    """Say which of the names that *fact* insists on *want* lacks; empty for none, or where that is not known."""
    insists_on = fact.own_names or fact.able.apex_ns_own
    if isinstance(want, RRset):
        missing = sorted(name for name in insists_on if not any(fnmatchcase(host, name) for host in want.rdatas))
        return f"the wanted set lacks {', '.join(missing)}" if missing else ""
    if fact.live is not None and not fact.own_names:
        return ""  # that it has no names is told
    if fact.name not in want.computed:
        return "the wanted set takes none of them"
    count = int(want.computed[fact.name])
    is_sure = 0 < len(fact.own_names) <= count if was_read else len(insists_on) <= count
    if count == 0 or is_sure:
        return ""
    known = f", of at least {len(insists_on)}: {', '.join(insists_on)}" if insists_on else ""
    return f"the wanted set takes {count} of them{known}"


def _unfit(zone: DesiredZone, fact: Facts, want: RRset | Computed) -> Iterator[Finding]:
    able = fact.able
    if want.ttl is not None and not able.min_ttl <= want.ttl <= able.max_ttl:
        yield found(
            zone,
            "ttl-unsupported",
            fact.name,
            f"`{fact.name}` takes TTLs of {able.min_ttl} to {able.max_ttl} seconds, the apex NS set has {want.ttl}",
            "write another `ttl:` under `nameservers:`; it holds at every provider",
        )
    count = len(want.rdatas) if isinstance(want, RRset) else 0
    if able.max_values is not None and count > able.max_values:
        yield found(
            zone,
            "too-many-values",
            fact.name,
            f"the apex NS set has {count} names, `{fact.name}` holds {able.max_values}",
            "take fewer of each provider: `nameservers: {auto: {PROVIDER: COUNT, …}}`",
        )


def _rejected(zone: DesiredZone, fact: Facts, message: str, way: str) -> Finding:
    return found(zone, "apex-ns-not-editable", fact.name, message + _says(fact.able), way)


def _says(able: Capabilities) -> str:
    return f" ({able.documentation})" if able.documentation else ""
