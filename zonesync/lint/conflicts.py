"""Rules on what may not stand together at one name: CNAME, DNAME and ALIAS."""

from collections.abc import Iterator

from zonesync.findings import Severity
from zonesync.lint.registry import Problem, rule
from zonesync.lint.view import ZoneView

_BESIDE_CNAME = frozenset({"KEY", "NSEC", "NXT", "RRSIG", "SIG"})
_ADDRESSES = ("A", "AAAA")


@rule(
    "cname-and-other-data",
    Severity.ERROR,
    why="A CNAME says that everything about the name is found elsewhere, so a resolver may never see the records "
    "beside "
    "it, and most providers refuse them. Only the DNSSEC records RRSIG and NSEC (and KEY) may stand beside a CNAME.",
    fix="Keep the CNAME and move the other records to its target, or replace the CNAME by A and AAAA (or by `ALIAS`).",
    example_bad="""
        www:
          CNAME: web.example.net.  # reported here
          TXT: hello
    """,
    example_good="""
        www:
          CNAME: web.example.net.
        web:
          TXT: hello
    """,
    reference="RFC 1034 section 3.6.2, RFC 2181 section 10.1",
    types=["CNAME"],
)
def cname_and_other_data(view: ZoneView) -> Iterator[Problem]:
    """A CNAME shares its name with other records."""
    cnames = view.owners("CNAME") - {view.apex}
    beside: dict[str, list[str]] = {}
    for rtype in sorted(view.types - _BESIDE_CNAME - {"CNAME"}):
        for rrset in view.of(rtype):
            if rrset.name in cnames:
                beside.setdefault(rrset.name, []).append(rtype)
    for name, types in beside.items():
        yield Problem(name, "CNAME", f"`{name}` has a CNAME beside {' and '.join(types)}")


@rule(
    "several-cname-values",
    Severity.ERROR,
    why="A name has one canonical name. Servers refuse to load a second one, and no resolver would know which to "
    "follow.",
    fix="Keep one target. To spread load, point at a name that has several addresses.",
    example_bad="""
        www:
          CNAME:
            - a.example.net.
            - b.example.net.  # reported here
    """,
    example_good="""
        www:
          CNAME: a.example.net.
        www2:
          CNAME: b.example.net.
    """,
    reference="RFC 2181 section 10.1",
    types=["CNAME"],
)
def several_cname_values(view: ZoneView) -> Iterator[Problem]:
    """A CNAME has more than one value."""
    return _several(view, "CNAME")


@rule(
    "several-dname-values",
    Severity.ERROR,
    why="A DNAME redirects the whole tree below its name to one other tree.",
    fix="Keep one target.",
    example_bad="""
        old:
          DNAME:
            - a.example.net.
            - b.example.net.  # reported here
    """,
    example_good="""
        old:
          DNAME: a.example.net.
    """,
    reference="RFC 6672 section 2.4",
    types=["DNAME"],
)
def several_dname_values(view: ZoneView) -> Iterator[Problem]:
    """A DNAME has more than one value."""
    return _several(view, "DNAME")


@rule(
    "several-alias-values",
    Severity.ERROR,
    why="An ALIAS answers with the addresses of one target; providers hold one.",
    fix="Keep one target.",
    example_bad="""
        "@":
          ALIAS:
            - a.example.net.
            - b.example.net.  # reported here
    """,
    example_good="""
        "@":
          ALIAS: a.example.net.
    """,
    reference="zonesync: the `ALIAS` type",
    types=["ALIAS"],
)
def several_alias_values(view: ZoneView) -> Iterator[Problem]:
    """An ALIAS has more than one value."""
    return _several(view, "ALIAS")


def _several(view: ZoneView, rtype: str) -> Iterator[Problem]:
    for rrset in view.of(rtype):
        if len(rrset.rdatas) > 1:
            yield Problem(rrset.name, rtype, f"`{rrset.name}` has {len(rrset.rdatas)} {rtype} values, not one", 1)


@rule(
    "cname-at-apex",
    Severity.ERROR,
    why="The apex always holds SOA and NS, and a CNAME may not stand beside other data: the whole zone would stop "
    "working with part of the resolvers, mail first.",
    fix="Use `ALIAS` at the apex, or write the target's addresses as A and AAAA.",
    example_bad="""
        "@":
          CNAME: web.example.net.  # reported here
    """,
    example_good="""
        "@":
          ALIAS: web.example.net.
    """,
    reference="RFC 1034 section 3.6.2, RFC 1912 section 2.4",
    types=["CNAME"],
)
def cname_at_apex(view: ZoneView) -> Iterator[Problem]:
    """The zone itself is a CNAME."""
    if view.has(view.apex, "CNAME"):
        yield Problem(view.apex, "CNAME", f"`{view.apex}` is the apex of the zone and cannot be a CNAME")


@rule(
    "dname-at-apex",
    Severity.WARNING,
    why="This is legal, and redirects every name below the apex: no other name of the zone can hold data then.",
    fix="Make sure that the whole zone is meant; otherwise put the DNAME at the name that is to move.",
    example_bad="""
        "@":
          DNAME: example.net.  # reported here
    """,
    example_good="""
        old:
          DNAME: example.net.
    """,
    reference="RFC 6672 section 2.3",
    types=["DNAME"],
)
def dname_at_apex(view: ZoneView) -> Iterator[Problem]:
    """The zone itself is a DNAME."""
    if view.has(view.apex, "DNAME"):
        yield Problem(view.apex, "DNAME", f"a DNAME at `{view.apex}` redirects every name of the zone")


@rule(
    "dname-and-delegation",
    Severity.ERROR,
    why="NS below the apex hands the name to other servers, DNAME redirects what is below it: a name cannot do both.",
    fix="Remove either the NS or the DNAME.",
    example_bad="""
        old:
          DNAME: example.net.  # reported here
          NS: [ns1.example.net., ns2.example.net.]
    """,
    example_good="""
        old:
          DNAME: example.net.
        new:
          NS: [ns1.example.net., ns2.example.net.]
    """,
    reference="RFC 6672 section 2.3",
    types=["DNAME"],
)
def dname_and_delegation(view: ZoneView) -> Iterator[Problem]:
    """A DNAME shares its name with a delegation."""
    for name in view.dnames & view.cuts.keys():
        yield Problem(name, "DNAME", f"`{name}` has a DNAME and is delegated with NS")


@rule(
    "alias-and-address",
    Severity.ERROR,
    why="An ALIAS answers A and AAAA queries with the addresses of its target, so addresses beside it contradict it.",
    fix="Keep either the ALIAS or the addresses.",
    example_bad="""
        "@":
          ALIAS: web.example.net.  # reported here
          A: 192.0.2.1
    """,
    example_good="""
        "@":
          ALIAS: web.example.net.
          TXT: hello
    """,
    reference="zonesync: the `ALIAS` type",
    types=["ALIAS"],
)
def alias_and_address(view: ZoneView) -> Iterator[Problem]:
    """An ALIAS shares its name with A or AAAA."""
    for rrset in view.of("ALIAS"):
        if beside := [rtype for rtype in _ADDRESSES if view.has(rrset.name, rtype)]:
            yield Problem(rrset.name, "ALIAS", f"`{rrset.name}` has an ALIAS beside {' and '.join(beside)}")
