"""Rules on A and AAAA values, told by how their canonical text begins."""

import re
from collections.abc import Callable, Iterator

from zonesync.findings import Severity
from zonesync.lint.registry import Problem, rule
from zonesync.lint.view import ZoneView

_FIRST_PRIVATE = ("10.", "127.", "192.168.", "169.254.", "172.", "100.")
_private4 = re.compile(
    r"10\.|127\.|192\.168\.|169\.254\.|172\.(?:1[6-9]|2[0-9]|3[01])\.|100\.(?:6[4-9]|[7-9][0-9]|1[01][0-9]|12[0-7])\."
).match
_FIRST_PRIVATE6 = ("fc", "fd", "fe8", "fe9", "fea", "feb", "::1")
_private6 = re.compile(r"f[cd][0-9a-f]{2}:|fe[89ab][0-9a-f]:|::1$").match
_FIRST_UNROUTABLE = ("0.", "22", "23", "24", "25")
_unroutable4 = re.compile(r"0\.|22[4-9]\.|23[0-9]\.|24[0-9]\.|25[0-5]\.").match
_FIRST_UNROUTABLE6 = ("ff", "::")
_unroutable6 = re.compile(r"ff[0-9a-f]{2}:|::$|::ffff:").match
_FIRST_EXAMPLE = ("192.0.2.", "198.51.100.", "203.0.113.")
_FIRST_EXAMPLE6 = ("2001:db8:", "3fff:")
_example6 = re.compile(r"2001:db8:|3fff:[0-9a-f]{1,3}:|3fff::").match

# The first three characters of whatever one of the rules may want: one look-up for each address that they do not.
_BEGINS = {
    "A": frozenset(
        ["10.", "127", "169", "172", "192", "198", "203"]
        + [f"{first}" for first in (100, *range(224, 256))]
        + [f"0.{digit}" for digit in range(10)]
    ),
    "AAAA": frozenset(
        ["fe8", "fe9", "fea", "feb", "::", "::1", "::f", "200", "3ff"]
        + [f"{first}{digit}" for first in ("fc", "fd", "ff") for digit in "0123456789abcdef"]
    ),
}

Match = Callable[[str], object]


@rule(
    "private-address",
    Severity.WARNING,
    why="Nobody outside can reach the host, its name and address are published all the same, and resolvers with "
    "rebinding "
    "protection drop the answer. These are the private, shared, loopback and link-local ranges.",
    fix="Publish the public address, or keep the record in a private view of the zone (`view: internal`).",
    example_bad="""
        intranet:
          A: 10.0.0.1  # reported here
    """,
    example_good="""
        view: internal
        records:
          intranet:
            A: 10.0.0.1
    """,
    reference="RFC 1918, RFC 4193, RFC 6598, RFC 6303",
    types=["A", "AAAA"],
)
def private_address(view: ZoneView) -> Iterator[Problem]:
    """A private address in a public zone."""
    if not view.zone.id.view:
        yield from _report(view, "A", _FIRST_PRIVATE, _private4, "not reachable from outside")
        yield from _report(view, "AAAA", _FIRST_PRIVATE6, _private6, "not reachable from outside")


@rule(
    "unroutable-address",
    Severity.WARNING,
    why="The unspecified address, multicast, reserved and IPv4-mapped addresses are not the address of any host.",
    fix="Correct the address; to say that there is none, remove the record.",
    example_bad="""
        www:
          A: 0.0.0.0  # reported here
    """,
    example_good="""
        www:
          A: 1.0.0.1
    """,
    reference="RFC 6890",
    types=["A", "AAAA"],
)
def unroutable_address(view: ZoneView) -> Iterator[Problem]:
    """An address that no host can have."""
    yield from _report(view, "A", _FIRST_UNROUTABLE, _unroutable4, "the address of no host")
    yield from _report(view, "AAAA", _FIRST_UNROUTABLE6, _unroutable6, "the address of no host")


def _report(view: ZoneView, rtype: str, first: tuple[str, ...], match: Match, words: str) -> Iterator[Problem]:
    for name, index, text in _matching(view, rtype, first, match):
        yield Problem(name, rtype, f"`{text}` of `{name}` is {words}", index)


def _matching(view: ZoneView, rtype: str, first: tuple[str, ...], match: Match) -> Iterator[tuple[str, int, str]]:
    for name, index, text in view.once(_special)[rtype]:
        if text.startswith(first) and match(text):
            yield name, index, text


def _special(view: ZoneView) -> dict[str, list[tuple[str, int, str]]]:
    """Return the few values that any of the rules may want, in one pass over all."""
    return {
        rtype: [
            (rrset.name, rrset.rdatas.index(text), text)
            for rrset in view.of(rtype)
            for text in rrset.rdatas
            if text[:3] in begins
        ]
        for rtype, begins in _BEGINS.items()
    }


@rule(
    "documentation-address",
    Severity.INFO,
    why="These ranges are for examples and are routed nowhere. It is one finding for the whole zone.",
    fix="Replace them by real addresses before the zone goes live.",
    example_bad="""
        www:
          A: 192.0.2.1  # reported here
    """,
    example_good="""
        www:
          A: 193.0.2.1
    """,
    reference="RFC 5737, RFC 3849, RFC 9637",
    types=["A", "AAAA"],
)
def documentation_address(view: ZoneView) -> Iterator[Problem]:
    """Addresses from the ranges for documentation."""
    found = [("A", *hit) for hit in _matching(view, "A", _FIRST_EXAMPLE, lambda _: True)]
    found += [("AAAA", *hit) for hit in _matching(view, "AAAA", _FIRST_EXAMPLE6, _example6)]
    if found:
        rtype, name, index, text = min(found, key=lambda hit: (hit[1], hit[0], hit[2]))
        more = len(found) - 1
        others = f", as {'is 1 other' if more == 1 else f'are {more} others'}" if more else ""
        yield Problem(name, rtype, f"`{text}` of `{name}` is from a range for documentation{others}", index)
