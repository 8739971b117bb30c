"""A zone as it is to be verified: whose name servers there are, and what each is to answer."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from zonesync.findings import Finding
from zonesync.model.names import sort_key
from zonesync.model.rrset import RRset
from zonesync.model.zone import DesiredZone
from zonesync.run.asking.expected import Expected, Skipped

NOBODY = ""
"""Stands for the provider of name servers that belong to none of the zone's."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What is known of one zone before any name server is asked."""

    zone: DesiredZone
    expected: Mapping[str, Expected]
    """By provider."""
    own: Mapping[str, tuple[str, ...]]
    """The names of each provider's servers; empty where nobody could tell."""
    asked: frozenset[str]
    """The providers to be verified."""
    wanted: RRset | None = None
    """The apex NS set that all of them are to serve; None where it is not known, or left alone."""
    apex: tuple[str, ...] = ()
    """The name servers of the apex NS set, wanted or live; empty where nothing is known of it."""
    is_delegated: bool = True
    """Whether the zone is one that the public tree leads to: a view's may not be."""
    out: frozenset[str] = frozenset()
    """Providers that are out of rotation: the delegation need not know them."""
    notes: tuple[Finding, ...] = field(default=())
    """What was found on the way here."""


def hosts(subject: Subject, delegated: Iterable[str] = ()) -> dict[str, tuple[str, ...]]:
    """Return the name servers to be asked, by provider; *delegated* are those that the parent names.

    What the apex NS set or the parent names and belongs to no provider stands for the providers whose own names are
    not known, all of them together; where each is known, for :data:`NOBODY`: resolvers ask it all the same.
    """
    known = {name for names in subject.own.values() for name in names}
    found = {provider: names for provider, names in subject.own.items() if names and provider in subject.asked}
    rest = tuple(sorted({*subject.apex, *delegated} - known, key=sort_key))
    nobody_knows = unknown(subject)
    is_asked = subject.asked.intersection(nobody_knows) if nobody_knows else len(subject.asked) == len(subject.own)
    if rest and is_asked:
        found[stand_in(subject)] = rest
    return found


def stand_in(subject: Subject) -> str:
    """Return what the servers that belong to no known provider are listed under by :func:`hosts`."""
    return " or ".join(unknown(subject)) or NOBODY


def unknown(subject: Subject) -> list[str]:
    """Return the providers of which nobody could tell the name servers."""
    return [provider for provider, names in subject.own.items() if not names]


def expected_of(subject: Subject, provider: str) -> Expected:
    """Return what the servers under a key of :func:`hosts` are to answer: for several providers what all agree on."""
    if provider in subject.expected:
        return subject.expected[provider]
    names = unknown(subject) if provider != NOBODY else list(subject.expected)
    each = [subject.expected[name] for name in names or subject.expected if name in subject.expected]
    return _common(each)


def _common(each: Sequence[Expected]) -> Expected:
    if not each:
        return Expected(())
    first, others = each[0], [set(one.questions) for one in each[1:]]
    agreed = tuple(one for one in first.questions if all(one in other for other in others))
    differing = tuple(
        Skipped(one.key, "the zone's providers are to serve it differently, and whose server this is is not known")
        for one in first.questions
        if any(one not in other for other in others)
    )
    return Expected(agreed, (*first.skipped, *differing))
