"""What does not let something come back in a zone that has moved on since."""

from collections.abc import Collection, Iterable, Iterator, Mapping

from zonesync.findings import Finding, Severity
from zonesync.model.change import Change
from zonesync.model.names import is_within
from zonesync.model.rrset import Key, RRset
from zonesync.model.zone import ZoneId
from zonesync.plan import apex_set
from zonesync.plan.facts import Facts
from zonesync.plan.plan import Step
from zonesync.run.reversals import Reversal, same

ADDRESSES = ("A", "AAAA")
_TEXTS = ("TXT", "SPF")


def finding(
    rule: str, severity: Severity, message: str, hint: str, zone: ZoneId, provider: str = "", key: Key | None = None
) -> Finding:
    """Return a finding about *key* of *zone*, or about the zone."""
    name, rtype = key or ("", "")
    return Finding(rule, severity, message, help=hint, zone=str(zone), provider=provider, name=name, type=rtype)


def obstacles(
    zone: ZoneId, fact: Facts, again: Mapping[Key, RRset | None], steps: Iterable[Step], refused: Collection[Key] = ()
) -> Iterator[Finding]:
    """Yield an error for each change of *steps* that cannot stand beside what was added since.

    *again* is what comes back, or goes. What is wrong in the zone already, and untouched, is no matter of a rollback;
    nor is what stays only because it was *refused* for a reason of its own.
    """
    assert fact.live is not None
    changes = [change for step in steps for change in step.changes]
    there = {key for key, rrset in {**fact.live.rrsets, **again}.items() if rrset is not None}
    there |= {Key(one.name, one.type) for one in fact.live.kept}
    yield from _beside_aliases(zone, fact, changes, there - set(refused))
    servers = again.get(apex_set.key(zone.name)) or fact.live.rrsets.get(apex_set.key(zone.name))
    touched = {change.key for change in changes}
    for host in servers.rdatas if servers else ():
        addresses = {Key(host, rtype) for rtype in ADDRESSES}
        if is_within(host, zone.name) and not addresses & there and touched & {apex_set.key(zone.name), *addresses}:
            message = f"the name server `{host}` is within the zone, and would have no A or AAAA there"
            hint = "take back the run that made it a name server, too, or give it an address first"
            yield _error(
                "ns-without-address", f"{message} (RFC 1912 section 2.3)", hint, zone, fact, apex_set.key(zone.name)
            )


def _beside_aliases(zone: ZoneId, fact: Facts, changes: Iterable[Change], there: Collection[Key]) -> Iterator[Finding]:
    comes = [change.key for change in changes if change.after is not None]
    touched = {key.name for key in comes}
    types: dict[str, set[str]] = {}
    for name, rtype in there:
        if name in touched:
            types.setdefault(name, set()).add(rtype)
    for key in comes:
        beside = types.get(key.name, set()) - {key.type}
        clash = beside if key.type == "CNAME" else beside & {"CNAME"}
        if clash:
            message = f"`{key.name} {key.type}` cannot stand beside {', '.join(sorted(clash))}, which is there by now"
            hint = "remove that first, or take back the run that added it"
            yield _error("rollback-conflict", f"{message} (RFC 1034 section 3.6.2)", hint, zone, fact, key)


def other_strings(zone: ZoneId, fact: Facts, reversal: Reversal, steps: Iterable[Step]) -> Iterator[Finding]:
    """Yield a warning for each text that comes back, though not in the strings that it was made of.

    A text without boundaries of its own equals any splitting of it, so no plan changes that back.
    """
    assert fact.live is not None
    spell = fact.normalise or (lambda rrset: rrset)
    after = {change.key: change.after for step in steps for change in step.changes}
    for key, (before, _) in reversal.rrsets.items():
        then = after.get(key, fact.live.rrsets.get(key))
        if key.type not in _TEXTS or before is None or not isinstance(then, RRset):
            continue
        if same(then, before, spell) and spell(then).rdatas != spell(before).rdatas:
            message = f"`{key.name} {key.type}` is the same text as before, in other strings (RFC 1035 section 3.3.14)"
            hint = "where a reader counts the strings, write them in the file as a list, and apply that"
            yield finding("txt-boundaries-differ", Severity.WARNING, message, hint, zone, fact.name, key)


def _error(rule: str, message: str, hint: str, zone: ZoneId, fact: Facts, key: Key) -> Finding:
    return finding(rule, Severity.ERROR, message, hint, zone, fact.name, key)
