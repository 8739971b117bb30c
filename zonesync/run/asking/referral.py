"""What a parent's servers say of one delegation, read from their answers and put together."""

from collections.abc import Mapping

from zonesync.model.names import display
from zonesync.run.asking.found import UNDELEGATED, UNREACHABLE, Delegated, Said
from zonesync.run.asking.meaning import Kind, Meaning
from zonesync.run.asking.messages import Server

_TOLD = 3
_DENIALS = frozenset({Kind.NODATA, Kind.NXDOMAIN, Kind.ALIAS})


def said(ns: Meaning, ds: Meaning, zone: str) -> Said:
    """Return what one server of the parent says: its answers to questions for the NS and the DS of *zone*."""
    signed = _ds(ds, zone)
    if ns.kind is Kind.REFERRAL and ns.owner == zone:
        return Said(ns.hosts, ns.records.ttl if ns.records else None, ns.glue, ds=signed)
    if ns.kind is Kind.ANSWER and ns.authoritative:
        return Said(ns.hosts, ns.records.ttl if ns.records else None, ns.glue, authoritative=True, ds=signed)
    if ns.kind is Kind.ANSWER:
        return Said(problem="answers without being authoritative, for the parent or for the zone", ds=signed)
    if ns.kind is Kind.REFERRAL:
        return Said(problem=f"refers to the servers of `{display(ns.owner)}`, of which its parent knows nothing")
    return Said(problem=ns.words, denied=ns.kind in _DENIALS, ds=signed)


def _ds(told: Meaning, zone: str) -> frozenset[bytes] | None:
    """Return the DS rdatas, of which a server of the parent is the authority (RFC 4035 section 3.1.4.1).

    None for an answer from the child's side: an old server that has both zones gives that.
    """
    if told.kind is Kind.ANSWER and told.records is not None and told.authoritative:
        return told.records.rdatas
    if told.kind in {Kind.NODATA, Kind.NXDOMAIN} and told.soa != zone:
        return frozenset()
    return None


def combined(zone: str, parent: str, by_server: Mapping[Server, Said], unresolved: Mapping[str, str]) -> Delegated:
    """Put together what each server of *parent* said of *zone*.

    Referrals go before the answers of servers that have the child too, which count where there is no referral.
    """
    giving = [one for one in by_server.values() if one.hosts and not one.authoritative]
    giving = giving or [one for one in by_server.values() if one.hosts]
    glue: dict[str, set[str]] = {}
    for one in giving:
        for host, found in one.glue.items():
            glue.setdefault(host, set()).update(found)
    signed = [one.ds for one in by_server.values() if one.ds is not None]
    rule, problem = "", ""
    if not giving:
        rule, problem = _why(zone, parent, by_server, unresolved)
    return Delegated(
        zone,
        parent,
        tuple(by_server),
        tuple(sorted({host for one in giving for host in one.hosts})),
        max((one.ttl for one in giving if one.ttl is not None), default=None),
        {host: tuple(sorted(found, key=lambda one: (":" in one, one))) for host, found in sorted(glue.items())},
        frozenset().union(*signed) if signed else None,
        by_server,
        unresolved,
        rule,
        problem,
    )


def _why(zone: str, parent: str, by_server: Mapping[Server, Said], unresolved: Mapping[str, str]) -> tuple[str, str]:
    """Return the rule and the problem where no server gives a delegation."""
    denying = [f"{server} {one.problem}" for server, one in by_server.items() if one.denied]
    if denying:
        words = _some(denying)
        return UNDELEGATED, f"`{display(parent)}` does not delegate `{display(zone)}`: {words}"
    silent = [f"{server} {one.problem}" for server, one in by_server.items()]
    words = _some([*silent, *unresolved.values()]) or "it has none"
    return UNREACHABLE, f"no name server of `{display(parent)}` says who serves `{display(zone)}`: {words}"


def _some(words: list[str]) -> str:
    more = f"; and {len(words) - _TOLD} more" if len(words) > _TOLD else ""
    return "; ".join(words[:_TOLD]) + more
