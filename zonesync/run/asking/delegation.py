"""What is wrong with a delegation: what the parent's servers say, against the apex NS set and the addresses we know.

A pure function over what :class:`zonesync.run.asking.finding.Finder` brings.
"""

import ipaddress
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping

from zonesync.findings import Finding, Severity
from zonesync.model.names import display, is_within
from zonesync.model.ttl import format_ttl
from zonesync.model.zone import NOTHING
from zonesync.run.asking.found import UNDELEGATED, Delegated, Said
from zonesync.run.asking.messages import Server

_REGISTRAR = "where the domain is registered"
_WAYS = 3
"""How many different answers one message spells out."""


def check(
    zone: str,
    delegated: Delegated,
    wanted: Collection[str],
    *,
    ttl: int | None = None,
    known: Mapping[str, Collection[str]] = NOTHING,
    identity: str = "",
) -> list[Finding]:
    """Return what is wrong with the delegation of *zone*, a canonical name.

    *wanted* are the hosts of the apex NS set and *ttl* its TTL in seconds, desired or else as served; empty and None
    where nobody knows, and then they are not compared. *known* are the right addresses of hosts that the caller can
    vouch for. *identity* is what findings call the zone; without it, its name.

    Errors are what gives some resolver a wrong answer or none; a warning costs redundancy; INFO is no fault. Rules:
    ``not-delegated``, ``parent-unreachable`` (nobody, or INFO: some, answered), ``delegation-missing``,
    ``delegation-extra``, ``delegation-differs``, ``glue-missing`` (RFC 9471), ``glue-differs``,
    ``delegation-ttl-differs`` (INFO).
    """
    if not delegated.parent and not delegated.rule:
        return []
    if delegated.rule:
        found = [_none(delegated)]
    else:
        found = [*_hosts(delegated, frozenset(wanted)), *_glue(delegated, known), *_differences(delegated)]
        found += [*_silent(delegated), *_ttl(delegated, ttl)]
    name = identity or (zone if zone == "." else zone[:-1])
    return [
        Finding(rule, severity, message, help=hint, zone=name, name=zone, type="NS")
        for rule, severity, message, hint in found
    ]


_Told = tuple[str, Severity, str, str]
"""Rule, severity, message, help."""


def _none(delegated: Delegated) -> _Told:
    if delegated.rule == UNDELEGATED:
        hint = f"no resolver finds the zone: have it delegated to its apex NS set, {_REGISTRAR}"
    else:
        hint = "see that this host may send to port 53 of any address; `--root-hints FILE` begins elsewhere"
    return delegated.rule, Severity.ERROR, delegated.problem, hint


def _hosts(delegated: Delegated, wanted: frozenset[str]) -> Iterator[_Told]:
    """Compare the NS set at the parent with the *wanted* one."""
    if not wanted:
        return
    there = frozenset(delegated.hosts)
    above = display(delegated.parent)
    for host in sorted(wanted - there):
        if there & wanted:
            severity, then = Severity.WARNING, "resolvers come to know it only from the zone itself"
        else:
            severity, then = Severity.ERROR, "none of the set is there, so no resolver comes to this zone"
        glue = ", with its addresses as glue" if is_within(host, delegated.zone) else ""
        message = f"`{display(host)}` is in the apex NS set, and `{above}` does not delegate to it: {then}"
        yield "delegation-missing", severity, message, f"add `{display(host)}`{glue} to the delegation, {_REGISTRAR}"
    for host in sorted(there - wanted):
        message = (
            f"`{above}` delegates to `{display(host)}`, which is not in the apex NS set: resolvers ask it all the same"
        )
        hint = (
            f"take `{display(host)}` out of the delegation, {_REGISTRAR}; or into `nameservers:`, if it has this zone"
        )
        yield "delegation-extra", Severity.ERROR, message, hint


def _glue(delegated: Delegated, known: Mapping[str, Collection[str]]) -> Iterator[_Told]:
    """Compare the addresses at the parent with the *known* ones; a server that has the child too needs none."""
    above = display(delegated.parent)
    if any(one.hosts and not one.authoritative for one in delegated.by_server.values()):
        for host in delegated.hosts:
            if is_within(host, delegated.zone) and host not in delegated.glue:
                message = (
                    f"`{display(host)}` is within the zone, and `{above}` gives no address of it (glue, RFC 9471): "
                    "no resolver can ask it"
                )
                right = f": {_listed(_sorted(known[host]))}" if known.get(host) else ""
                yield "glue-missing", Severity.ERROR, message, f"add its addresses, {_REGISTRAR}{right}"
    for host, there in delegated.glue.items():
        if host not in known:
            continue
        wrong = [address for address in there if _address(address) not in set(map(_address, known[host]))]
        lacking = [address for address in _sorted(known[host]) if _address(address) not in set(map(_address, there))]
        if wrong or lacking:
            ways = [f"it has {_listed(wrong)} too much"] if wrong else []
            ways += [f"it lacks {_listed(lacking)}"] if lacking else []
            message = (
                f"the addresses (glue) of `{display(host)}` at `{above}` differ from the zone's: {', '.join(ways)}"
            )
            severity = Severity.ERROR if wrong else Severity.WARNING
            hint = f"make them {_listed(_sorted(known[host]))}, {_REGISTRAR}"
            yield "glue-differs", severity, message, hint


def _differences(delegated: Delegated) -> Iterator[_Told]:
    """Compare what the parent's servers say with each other."""
    said = delegated.by_server
    giving = {server: one for server, one in said.items() if one.hosts}
    referring = {server: one for server, one in giving.items() if not one.authoritative} or giving
    denying = [server for server, one in said.items() if one.denied]
    shadowing = [server for server in giving if server not in referring and giving[server].hosts != delegated.hosts]
    signed = {server: one for server, one in said.items() if one.ds is not None}
    ways = [
        _ways("name servers", referring, lambda one: one.hosts, lambda one: _listed(one.hosts)),
        _ways("glue", referring, lambda one: tuple(sorted(one.glue.items())), lambda one: _spelled(one.glue)),
        _ways("DS records", signed, lambda one: one.ds, lambda one: f"{len(one.ds or ())} of them"),
    ]
    if denying:
        ways.append(f"{_names(denying)} {said[denying[0]].problem}, the others delegate")
    if shadowing:
        listed = _listed(giving[shadowing[0]].hosts)
        ways.append(f"{_names(shadowing)} answers for the zone itself, with other name servers: {listed}")
    for way in filter(None, ways):
        hint = "a change may be on its way there: ask again later, then ask the registry"
        message = f"the servers of `{display(delegated.parent)}` do not agree: {way}"
        yield "delegation-differs", Severity.WARNING, message, hint


def _ways(what: str, said: Mapping[Server, Said], key: Callable[[Said], Hashable], spell: Callable[[Said], str]) -> str:
    """Spell how *said* differs in its *key*; empty where all agree."""
    groups: dict[Hashable, list[Server]] = {}
    for server, one in said.items():
        groups.setdefault(key(one), []).append(server)
    if len(groups) < 2:
        return ""
    ways = [f"{_names(servers)}: {spell(said[servers[0]])}" for servers in groups.values()]
    return f"{what} of {'; '.join(ways[:_WAYS])}" + (f"; and {len(ways) - _WAYS} more" if len(ways) > _WAYS else "")


def _silent(delegated: Delegated) -> Iterator[_Told]:
    """Name the parent's servers that were of no use, where others were: for the reader, it is nobody's fault here."""
    for server, one in delegated.by_server.items():
        if one.problem and not one.denied:
            message = f"{server}, a name server of `{display(delegated.parent)}`, {one.problem}; others answered"
            yield "parent-unreachable", Severity.INFO, message, ""
    for problem in delegated.unresolved.values():
        message = f"a name server of `{display(delegated.parent)}` was not asked: {problem}; others answered"
        yield "parent-unreachable", Severity.INFO, message, ""


def _ttl(delegated: Delegated, ttl: int | None) -> Iterator[_Told]:
    if ttl is not None and delegated.ttl is not None and ttl != delegated.ttl:
        there = f"{format_ttl(delegated.ttl)} at `{display(delegated.parent)}`"
        message = (
            f"the NS TTL is {format_ttl(ttl)} in the zone and {there}: some resolvers go by the one, some by the other"
        )
        hint = "a change of name servers has come to all only after the larger one; leaving a provider waits for it"
        yield "delegation-ttl-differs", Severity.INFO, message, hint


def _names(servers: Iterable[Server]) -> str:
    return ", ".join(str(server) for server in servers)


def _listed(words: Iterable[str]) -> str:
    return ", ".join(f"`{display(word)}`" for word in words)


def _spelled(glue: Mapping[str, tuple[str, ...]]) -> str:
    return ", ".join(f"`{display(host)}` {_listed(found)}" for host, found in glue.items()) or "none"


def _sorted(addresses: Iterable[str]) -> list[str]:
    return sorted(addresses, key=lambda address: (":" in address, address))


def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    return ipaddress.ip_address(text)
