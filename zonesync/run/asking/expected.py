"""What a provider's name servers are to answer: questions, and the RRsets that must come back.

Nothing here asks anybody. What cannot be compared with an answer is named, with the reason: silence about it would
read as proof.
"""

import enum
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from string import ascii_lowercase, digits

from zonesync.model import rdata
from zonesync.model.alias import PREFIX
from zonesync.model.names import MAX_NAME, is_within, octets, parent
from zonesync.model.rrset import Key, RRset
from zonesync.model.zone import NOTHING, DesiredZone
from zonesync.plan.scope import scope_of
from zonesync.provider.contract import LiveZone
from zonesync.run.asking.addresses import ADDRESSES
from zonesync.run.asking.messages import Question

PROBE = "zonesync-verify"
"""The label that stands in for a wildcard's asterisk; a number is added where the zone has it."""
_LETTERS = ascii_lowercase + digits
_SIGNATURES = frozenset({"RRSIG", "NSEC", "NSEC3", "NSEC3PARAM"})


class Shape(enum.StrEnum):
    """How an RRset shows itself in an answer."""

    ANSWER = "answer"
    """In the answer section, under the question's name."""
    WILDCARD = "wildcard"
    """As an answer, synthesised for a label that exists nowhere (RFC 4592)."""
    REFERRAL = "referral"
    """In the authority section of an answer that is not authoritative (RFC 1034 section 4.3.2)."""
    GLUE = "glue"
    """In the additional section of a referral (RFC 9471)."""
    SOA = "soa"
    """As an answer, with a serial of the server's own."""


@dataclass(frozen=True, slots=True)
class Expectation:
    """One question, and the RRset that has to come back. Several may share a question."""

    key: Key
    """The RRset of the zone that this is about."""
    question: Question
    shape: Shape
    ttl: int | None
    """Seconds; None where any is right."""
    texts: tuple[str, ...]
    """Canonical presentation texts; empty for an SOA, see :attr:`fields`."""
    rdatas: frozenset[bytes]
    """The same in wire form, names in lower case."""
    fields: tuple[tuple[str, str], ...] = ()
    """For an SOA: the fields that the zone file manages, in presentation form."""


@dataclass(frozen=True, slots=True)
class Skipped:
    """An RRset that no answer can be compared with."""

    key: Key
    why: str


@dataclass(frozen=True, slots=True)
class Expected:
    """Everything that one provider's name servers are to answer."""

    questions: tuple[Expectation, ...]
    """The SOA first, then in the order of the zone."""
    skipped: tuple[Skipped, ...] = ()


def expect(
    zone: DesiredZone,
    rrsets: Mapping[Key, RRset],
    nameservers: RRset | None = None,
    left_alone: Mapping[Key, str] = NOTHING,
) -> Expected:
    """Return what a provider that is to serve *rrsets* of *zone* has to answer.

    *rrsets* are those of the provider, in its own forms, apex NS and SOA apart; *nameservers* is the wanted apex NS
    set, None where it is not known; *left_alone* says why the zone file has no say (:func:`left_alone`).
    """
    apex = zone.apex
    cuts = {key.name for key in rrsets if key.type == "NS" and key.name != apex}
    dnames = {key.name for key in rrsets if key.type == "DNAME"}
    glue = _glue(rrsets, cuts)
    names = _Names(apex, rrsets)
    expectations = [_soa(zone)]
    skipped = [Skipped(key, why) for key, why in left_alone.items()]
    if nameservers is not None:
        expectations.append(_expectation(nameservers, Question(apex, "NS"), Shape.ANSWER))
    for key, rrset in rrsets.items():
        if key in left_alone:
            continue
        cut = _above(key.name, apex, cuts)
        dname = _above(parent(key.name), apex, dnames) if key.name != apex else ""
        owner = glue.get(key)
        why = _incomparable(key, rrset)
        if why:
            skipped.append(Skipped(key, why))
        elif dname:
            skipped.append(Skipped(key, f"occluded: `{dname}` is a DNAME, and answers for all names below it"))
        elif owner and cut == owner:
            expectations.append(_expectation(rrset, Question(owner, "NS"), Shape.GLUE))
        elif cut and not (cut == key.name and key.type in ("NS", "DS")):
            skipped.append(Skipped(key, f"occluded: `{cut}` is delegated, and this is no glue of it"))
        elif cut and key.type == "NS":
            expectations.append(_expectation(rrset, Question(key.name, "NS"), Shape.REFERRAL))
        elif key.name.startswith("*."):
            asked = Question(names.unused(key.name), key.type)
            expectations.append(_expectation(rrset, asked, Shape.WILDCARD))
        else:
            expectations.append(_expectation(rrset, Question(*key), Shape.ANSWER))
    return Expected(tuple(expectations), tuple(skipped))


def left_alone(zone: DesiredZone, rrsets: Mapping[Key, RRset], live: LiveZone | None) -> dict[Key, str]:
    """Return what the file of *zone* does not decide at a provider that has *live*, and why."""
    if live is None:
        scope = scope_of(zone, NOTHING, rrsets, ())
        return dict.fromkeys(sorted(scope.ignored), "an `ignore:` rule leaves it alone")
    scope = scope_of(zone, live.rrsets, rrsets, live.kept)
    why = dict.fromkeys(sorted(scope.ignored), "an `ignore:` rule leaves it alone")
    why |= dict.fromkeys(sorted(scope.unmanaged), "`unmanaged: keep` leaves it alone")
    for kept in live.kept:
        why[Key(kept.name, kept.type)] = f"kept as it is: {kept.description}"
    for key, extras in live.extras.items():
        if key in rrsets:
            why[key] = f"it has fields that zonesync does not model: {extras}"
    return why


def _incomparable(key: Key, rrset: RRset) -> str:
    """Return why the answer to *key* is not the RRset itself; empty where it is."""
    if key.type == "ALIAS":
        return "ALIAS: the provider answers with the addresses of its target"
    if rrset.ttl is None or rrset.rdatas[0].startswith(PREFIX):
        return "a provider's alias: it answers with what its target has"
    if key.type in _SIGNATURES:
        return "made by a server that signs the zone"
    if key.name.startswith("*.") and key.type in ("NS", "DNAME"):
        return f"{key.type} at a wildcard: what it answers is not defined (RFC 4592 section 4)"
    return ""


def _expectation(rrset: RRset, question: Question, shape: Shape) -> Expectation:
    wires = frozenset(rdata.to_wire(rrset.type, text) for text in rrset.rdatas)
    return Expectation(rrset.key, question, shape, rrset.ttl, rrset.rdatas, wires)


def _soa(zone: DesiredZone) -> Expectation:
    fields = tuple((name, str(value)) for name, value in zone.soa.items() if name != "ttl")
    ttl = int(zone.soa["ttl"]) if "ttl" in zone.soa else None
    return Expectation(
        Key(zone.apex, "SOA"), Question(zone.apex, "SOA"), Shape.SOA, ttl, (), frozenset(), fields=fields
    )


def _glue(rrsets: Mapping[Key, RRset], cuts: set[str]) -> dict[Key, str]:
    """Return the addresses that a referral has to bring, with the cut: those of name servers below it (RFC 9471)."""
    return {
        Key(host, rtype): cut
        for cut in cuts
        for host in rrsets[Key(cut, "NS")].rdatas
        if is_within(host, cut)
        for rtype in ADDRESSES
        if Key(host, rtype) in rrsets
    }


def _above(name: str, apex: str, marks: set[str]) -> str:
    """Return the one of *marks* nearest to *apex* that is *name* or above it, empty for none."""
    found = ""
    while marks:
        if name in marks:
            found = name
        if name in (apex, "."):
            break
        name = parent(name)
    return found


class _Names:
    """The names that exist in a zone, empty non-terminals included."""

    def __init__(self, apex: str, rrsets: Mapping[Key, RRset]) -> None:
        self._apex = apex
        self._rrsets = rrsets
        self._known: frozenset[str] | None = None

    def unused(self, wildcard: str) -> str:
        """Return a name that *wildcard* answers for: no such name exists beside it."""
        below = wildcard[2:]
        return next(name for name in _probes(below) if name not in self._existing())

    def _existing(self) -> frozenset[str]:
        if self._known is None:
            self._known = frozenset(self._all())
        return self._known

    def _all(self) -> Iterator[str]:
        for key in self._rrsets:
            name = key.name
            while name not in (self._apex, "."):
                yield name
                name = parent(name)


def _probes(below: str) -> Iterator[str]:
    """Yield names below *below*: :data:`PROBE`, then with a number, then as short as the asterisk, which has room."""
    labels = chain((PROBE,), (f"{PROBE}{number}" for number in range(1, 1000)), _LETTERS)
    return (name for label in labels if octets(name := f"{label}.{below}") <= MAX_NAME)
