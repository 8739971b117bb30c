"""Rules on the spelling of host names and wildcards. Whole sets of names are searched at once."""

from collections.abc import Iterator

from zonesync.findings import Severity
from zonesync.lint.registry import Problem, rule
from zonesync.lint.view import ZoneView

_OWNERS = ("A", "AAAA", "MX")
_TARGETS = ("MX", "NS")
_LDH = b"abcdefghijklmnopqrstuvwxyz0123456789-.*\n_"  # the underscore has a rule of its own


@rule(
    "underscore-in-host-name",
    Severity.WARNING,
    why="Host names are letters, digits and hyphens. Browsers and resolvers put up with an underscore, certificate "
    "authorities, mail servers and some libraries do not.",
    fix="Use a hyphen.",
    example_bad="""
        my_host:
          A: 198.51.100.1  # reported here
    """,
    example_good="""
        my-host:
          A: 198.51.100.1
        _dmarc:
          TXT: v=DMARC1; p=none
    """,
    reference="RFC 952, RFC 1123 section 2.1",
    types=[*_OWNERS, *_TARGETS],
)
def underscore_in_host_name(view: ZoneView) -> Iterator[Problem]:
    """An underscore in a host name."""
    for rtype in _OWNERS:
        for rrset in view.of(rtype):
            if "_" in rrset.name:
                yield Problem(rrset.name, rtype, f"`{rrset.name}` is a host name with an underscore")
    for rtype in _TARGETS:
        for rrset, index, host in view.pointing_at([host for host in view.targets(rtype) if "_" in host], rtype):
            yield Problem(rrset.name, rtype, f"`{rrset.name}` {rtype} names host `{host}` with an underscore", index)


@rule(
    "bad-host-name",
    Severity.WARNING,
    why="The DNS carries any octet, but a host name is letters, digits and hyphens, and no label begins or ends with a "
    "hyphen. Most programs refuse to connect to anything else.",
    fix="Rename the host.",
    example_bad="""
        -www:
          A: 198.51.100.1  # reported here
    """,
    example_good="""
        w-ww:
          A: 198.51.100.1
    """,
    reference="RFC 952, RFC 1123 section 2.1",
    types=["A", "AAAA"],
)
def bad_host_name(view: ZoneView) -> Iterator[Problem]:
    """A host name with characters that no host name has."""
    whole = view.written
    if not (_odd_octets(whole) or "-." in whole or ".-" in whole or "\n-" in whole):
        return
    for rrset in view.of("A", "AAAA"):
        name = rrset.name
        if _odd_octets(name) or name.startswith("-") or "-." in name or ".-" in name:
            yield Problem(name, rrset.type, f"`{name}` is no host name")


def _odd_octets(names: str) -> bytes:
    """Return every octet of *names* that no host name has."""
    return names.encode().translate(None, _LDH)


@rule(
    "misplaced-wildcard",
    Severity.WARNING,
    why="Only a leftmost label of a single `*` is a wildcard. Anywhere else the asterisk stands for itself: "
    "`api.*.example.com` matches exactly that text.",
    fix="Write one name for each case, or a wildcard one level up.",
    example_bad="""
        api.*:
          CNAME: www.example.net.  # reported here
    """,
    example_good="""
        "*.api":
          CNAME: www.example.net.
    """,
    reference="RFC 4592 section 2.1.1",
)
def misplaced_wildcard(view: ZoneView) -> Iterator[Problem]:
    """An asterisk that is no wildcard."""
    if "*" not in view.written:
        return
    for name in view.names:
        if "*" in name.removeprefix("*."):
            yield Problem(name, view.types_at(name)[0], f"the asterisk in `{name}` is no wildcard")
