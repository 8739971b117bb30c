"""What a name server has to answer for an RRset of a zone: the record itself, a referral, or the DNAME above it."""

import enum
from dataclasses import dataclass

import dns.flags
import dns.message
import dns.rcode

from tests.support.records import Record, of_answer, of_rrset, without_serial
from zonesync.model.names import parent
from zonesync.model.rrset import Key, RRset
from zonesync.model.zone import Zone

HIDDEN = frozenset({"RRSIG", "NSEC", "NSEC3"})
"""Types that come with other answers, and not for a question of their own (RFC 4035 section 3.1)."""


class Place(enum.StrEnum):
    """Where an RRset stands, as a server sees it."""

    AUTHORITATIVE = "answered"
    CUT = "delegation"
    """The NS RRset of a delegation: it comes in the authority section (RFC 1034 section 4.3.2)."""
    GLUE = "glue"
    """An address of a delegation's name server, below the cut."""
    OCCLUDED = "occluded"
    """Other data below a cut, never seen."""
    BELOW_DNAME = "below DNAME"
    """Data below a DNAME, which the DNAME hides (RFC 6672 section 3.2)."""


@dataclass(frozen=True, slots=True)
class Standing:
    """An RRset's place, and the owner of the delegation or DNAME above it."""

    place: Place
    above: str = ""


def standing(zone: Zone, key: Key) -> Standing:
    """Work out where *key* of *zone* stands, from the apex down."""
    path = [key.name]
    while path[-1] != zone.apex:
        path.append(parent(path[-1]))
    for name in reversed(path[:-1]):
        if Key(name, "NS") in zone.rrsets:
            if name == key.name and key.type == "DS":
                return Standing(Place.AUTHORITATIVE)
            if name == key.name and key.type == "NS":
                return Standing(Place.CUT, name)
            hosts = zone.rrsets[Key(name, "NS")].rdatas
            is_glue = key.type in {"A", "AAAA"} and key.name in hosts
            return Standing(Place.GLUE if is_glue else Place.OCCLUDED, name)
        if name != key.name and Key(name, "DNAME") in zone.rrsets:
            return Standing(Place.BELOW_DNAME, name)
    return Standing(Place.AUTHORITATIVE)


def problem(zone: Zone, rrset: RRset, answer: dns.message.Message, owner: str = "") -> str:
    """Say what is wrong with *answer* to a question for *rrset*, asked of *owner* where that is another; or nothing."""
    where = standing(zone, rrset.key)
    # What a DNAME leads to need not exist (RFC 6672 section 3.2).
    if answer.rcode() != dns.rcode.NOERROR and where.place is not Place.BELOW_DNAME:
        return f"rcode {dns.rcode.to_text(answer.rcode())}"
    if where.place is Place.AUTHORITATIVE:
        if not answer.flags & dns.flags.AA:
            return "not authoritative"
        return _difference(set(of_answer(answer.answer)), of_rrset(rrset, owner))
    if where.place is Place.BELOW_DNAME:
        return _lacking(set(of_answer(answer.answer)), of_rrset(zone.rrsets[Key(where.above, "DNAME")]))
    if answer.flags & dns.flags.AA or answer.answer:
        return "no referral"
    wrong = _lacking(set(of_answer(answer.authority)), of_rrset(zone.rrsets[Key(where.above, "NS")]))
    if not wrong and where.place is Place.GLUE:
        wrong = _lacking(set(of_answer(answer.additional)), of_rrset(rrset))
    return wrong


def _difference(got: set[Record], wanted: set[Record]) -> str:
    got, wanted = without_serial(got), without_serial(wanted)
    return "" if got == wanted else f"got {sorted(got - wanted)}, lacks {sorted(wanted - got)}"


def _lacking(got: set[Record], wanted: set[Record]) -> str:
    return "" if wanted <= got else f"lacks {sorted(wanted - got)} of {sorted(got)}"
