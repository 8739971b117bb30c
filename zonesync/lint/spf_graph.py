"""The SPF records of a zone and how they include one another, followed as far as the zone itself goes."""

from typing import NamedTuple

from zonesync.lint.spf_syntax import SpfRecord, is_spf, parse_spf
from zonesync.lint.texts import versioned
from zonesync.lint.view import ZoneView


class Policy(NamedTuple):
    """One SPF record and the value it stands in."""

    name: str
    value: int
    text: str
    record: SpfRecord


def policies(view: ZoneView) -> list[Policy]:
    """Return every SPF record published as TXT; rules ask for it by ``view.once(policies)``."""
    return [Policy(name, index, text, parse_spf(text)) for name, index, text in view.once(versioned) if is_spf(text)]


def sound(view: ZoneView) -> dict[str, Policy]:
    """Return by name the records that a receiver can evaluate: one at the name, without a fault."""
    found: dict[str, Policy | None] = {}
    for policy in view.once(policies):
        found[policy.name] = None if policy.name in found or policy.record.faults else policy
    return {name: policy for name, policy in found.items() if policy}


def links(view: ZoneView) -> dict[str, list[str]]:
    """Return, for the sound records that lead to others of the zone, the owners of those."""
    records = view.once(sound)
    found: dict[str, list[str]] = {}
    for name, policy in records.items():
        for term in policy.record.followed:
            if term.target and view.is_near(term.target) and (source := view.source(term.target)) in records:
                found.setdefault(name, []).append(source)
    return found


def lookups(view: ZoneView, start: str) -> tuple[int, bool]:
    """Count the DNS lookups of the sound record at *start*, and tell whether records out of sight add to them.

    Follows what lies in the zone, each record once. RFC 7208 section 4.6.4.
    """
    records, near = view.once(sound), view.once(links)
    count, more = 0, False
    waiting, seen = [start], {start}
    while waiting:
        name = waiting.pop()
        record = records[name].record
        count += record.lookups
        more = more or len(record.followed) > len(near.get(name, ()))
        fresh = set(near.get(name, ())) - seen
        seen |= fresh
        waiting.extend(fresh)
    return count, more
