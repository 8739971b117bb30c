"""Rules on zone cuts and redirections: what lies below a delegation or a DNAME is never answered."""

from collections.abc import Iterator
from collections.abc import Set as AbstractSet

from zonesync.findings import Severity
from zonesync.lint.registry import Problem, rule
from zonesync.lint.view import ZoneView

_AT_CUT = frozenset({"CNAME", "DNAME", "DS", "NS", "NSEC", "NSEC3", "RRSIG"})  # CNAME, DNAME: rules of their own
_GLUE = frozenset({"A", "AAAA"})


@rule(
    "occluded-data",
    Severity.ERROR,
    why="NS records below the apex hand the name and everything below it to other servers. What this zone holds there, "
    "other than glue (A and AAAA of the name servers) and DS, is never answered.",
    fix="Move the records to the delegated zone, or remove the NS records of the delegation.",
    example_bad="""
        dev:
          NS: [ns1.example.net., ns2.example.net.]
        www.dev:
          TXT: hello  # reported here
    """,
    example_good="""
        dev:
          NS: [ns1.dev, ns2.example.net.]
          DS: 12345 13 2 e2d3c916f6deeac73294e8268fb5885044a833fc5459588f4a9184cfc41a5766
        ns1.dev:
          A: 198.51.100.1
    """,
    reference="RFC 1034 section 4.2.1, RFC 9499 (occluded name)",
    types=["NS"],
)
def occluded_data(view: ZoneView) -> Iterator[Problem]:
    """Records at or below a delegation."""
    for name, cut in _below(view):
        types = [rtype for rtype in view.types_at(name) if rtype not in _GLUE]
        for rtype in types:
            if name == cut and rtype in _AT_CUT:
                continue
            where = "delegated" if name == cut else f"below the delegation `{cut}`"
            yield Problem(name, rtype, f"`{name}` {rtype} is never answered: `{name}` is {where}")


@rule(
    "unused-glue",
    Severity.WARNING,
    why="Addresses below a delegation are only sent along as glue for its name servers. These belong to no name server "
    "that the zone names, so nobody ever gets them.",
    fix="Move the address to the delegated zone, or name the host in the NS records.",
    example_bad="""
        dev:
          NS: [ns1.example.net., ns2.example.net.]
        www.dev:
          A: 198.51.100.1  # reported here
    """,
    example_good="""
        dev:
          NS: [www.dev, ns2.example.net.]
        www.dev:
          A: 198.51.100.1
    """,
    reference="RFC 9471",
    types=["NS"],
)
def unused_glue(view: ZoneView) -> Iterator[Problem]:
    """An address at or below a delegation that no name server has."""
    servers: AbstractSet[str] | None = None
    for name, cut in _below(view):
        if servers is None:
            servers = view.targets("NS")
        if name in servers:
            continue
        for rtype in ("A", "AAAA"):
            if view.has(name, rtype):
                yield Problem(name, rtype, f"`{name}` {rtype} is never answered: `{cut}` is delegated elsewhere")


def _below(view: ZoneView) -> Iterator[tuple[str, str]]:
    """Yield every owner name at or below a cut, with the topmost cut."""
    cuts = view.cuts
    below = dict(view.under(cuts))
    yield from ((name, below.get(name, name)) for name in cuts)
    yield from ((name, cut) for name, cut in below.items() if name not in cuts)


@rule(
    "below-dname",
    Severity.ERROR,
    why="A DNAME redirects every name below its own to another tree, so records there are never answered.",
    fix="Move the records to the DNAME's target, or remove the DNAME.",
    example_bad="""
        old:
          DNAME: example.net.
        www.old:
          TXT: hello  # reported here
    """,
    example_good="""
        old:
          DNAME: example.net.
          TXT: hello
    """,
    reference="RFC 6672 section 2.4",
    types=["DNAME"],
)
def below_dname(view: ZoneView) -> Iterator[Problem]:
    """Records below a DNAME."""
    for name, top in view.under(view.dnames):
        for rtype in view.types_at(name):
            yield Problem(name, rtype, f"`{name}` {rtype} is never answered: `{top}` is a DNAME")


@rule(
    "wildcard-ns",
    Severity.ERROR,
    why="What NS records at a wildcard mean is undefined, and servers differ.",
    fix="Delegate each name by itself, or answer the wildcard from this zone.",
    example_bad="""
        "*.dev":
          NS: [ns1.example.net., ns2.example.net.]  # reported here
    """,
    example_good="""
        dev:
          NS: [ns1.example.net., ns2.example.net.]
    """,
    reference="RFC 4592 section 4.2",
    types=["NS"],
)
def wildcard_ns(view: ZoneView) -> Iterator[Problem]:
    """A wildcard is delegated."""
    for name in view.cuts:
        if name.startswith("*."):
            yield Problem(name, "NS", f"`{name}` is a wildcard and cannot be delegated")


@rule(
    "wildcard-dname",
    Severity.WARNING,
    why="Which names a DNAME at a wildcard redirects is not defined, and caches disagree about it.",
    fix="Put the DNAME at the name itself, or use a wildcard CNAME.",
    example_bad="""
        "*.old":
          DNAME: example.net.  # reported here
    """,
    example_good="""
        "*.old":
          CNAME: www.example.net.
    """,
    reference="RFC 4592 section 4.4",
    types=["DNAME"],
)
def wildcard_dname(view: ZoneView) -> Iterator[Problem]:
    """A wildcard is a DNAME."""
    for name in view.dnames:
        if name.startswith("*."):
            yield Problem(name, "DNAME", f"a DNAME at the wildcard `{name}` means nothing definite")


@rule(
    "ds-without-ns",
    Severity.ERROR,
    why="DS vouches for the keys of a delegated zone. Without NS at the same name there is no such zone.",
    fix="Add the NS records of the delegation, or remove the DS.",
    example_bad="""
        dev:
          DS: 12345 13 2 e2d3c916f6deeac73294e8268fb5885044a833fc5459588f4a9184cfc41a5766  # reported here
    """,
    example_good="""
        dev:
          NS: [ns1.example.net., ns2.example.net.]
          DS: 12345 13 2 e2d3c916f6deeac73294e8268fb5885044a833fc5459588f4a9184cfc41a5766
    """,
    reference="RFC 4035 section 2.4",
    types=["DS"],
)
def ds_without_ns(view: ZoneView) -> Iterator[Problem]:
    """A DS without a delegation."""
    for rrset in view.of("DS"):
        if rrset.name != view.apex and rrset.name not in view.cuts:
            yield Problem(rrset.name, "DS", f"`{rrset.name}` has a DS and no NS")


@rule(
    "ds-at-apex",
    Severity.ERROR,
    why="The DS of a zone lives in the zone above it. At its own apex it is not found, and servers refuse it.",
    fix="Give the DS to the parent zone (for a domain: to its registrar) and remove it here.",
    example_bad="""
        "@":
          DS: 12345 13 2 e2d3c916f6deeac73294e8268fb5885044a833fc5459588f4a9184cfc41a5766  # reported here
    """,
    example_good="""
        "@":
          CDS: 12345 13 2 e2d3c916f6deeac73294e8268fb5885044a833fc5459588f4a9184cfc41a5766
    """,
    reference="RFC 4035 section 2.4",
    types=["DS"],
)
def ds_at_apex(view: ZoneView) -> Iterator[Problem]:
    """A DS at the apex."""
    if view.has(view.apex, "DS"):
        yield Problem(view.apex, "DS", f"`{view.apex}` is the apex: its DS belongs to the parent zone")


@rule(
    "weak-ds-digest",
    Severity.WARNING,
    why="Validators are told to stop accepting SHA-1 digests; the delegated zone then turns insecure.",
    fix="Publish a DS with digest type 2 (SHA-256) for the same key.",
    example_bad="""
        dev:
          NS: [ns1.example.net., ns2.example.net.]
          DS: 12345 13 1 123456789abcdef67890123456789abcdef67890  # reported here
    """,
    example_good="""
        dev:
          NS: [ns1.example.net., ns2.example.net.]
          DS:
            - 12345 13 1 123456789abcdef67890123456789abcdef67890
            - 12345 13 2 e2d3c916f6deeac73294e8268fb5885044a833fc5459588f4a9184cfc41a5766
    """,
    reference="RFC 8624 section 3.3, RFC 9905",
    types=["DS"],
)
def weak_ds_digest(view: ZoneView) -> Iterator[Problem]:
    """A delegation is vouched for by SHA-1 alone."""
    for rrset in view.of("DS"):
        if all(text.split(" ", 3)[2] == "1" for text in rrset.rdatas):
            yield Problem(rrset.name, "DS", f"`{rrset.name}` has only SHA-1 digests in its DS")
