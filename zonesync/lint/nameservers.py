"""Rules on name servers: of the zone itself, and of what it delegates."""

from collections.abc import Iterator

from zonesync.findings import Severity
from zonesync.lint.registry import Problem, rule
from zonesync.lint.view import ZoneView


@rule(
    "ns-without-address",
    Severity.ERROR,
    why="Whoever wants to ask this name server needs its address from this zone, and the zone has none: for a "
    "delegation "
    "the server is unreachable, for the zone itself a part of the queries fails.",
    fix="Add A or AAAA records for the name server, or name a host that exists.",
    example_bad="""
        dev:
          NS:
            - ns1.dev  # reported here
            - ns2.example.net.
    """,
    example_good="""
        dev:
          NS:
            - ns1.dev
            - ns2.example.net.
        ns1.dev:
          A: 198.51.100.1
    """,
    reference="RFC 1034 section 4.2.1, RFC 1912 section 2.3",
    types=["NS"],
    allowable=True,
)
def ns_without_address(view: ZoneView) -> Iterator[Problem]:
    """A name server inside the zone has no address."""
    hosts = {host for host in view.inside(view.targets("NS")) if not _addressed(view, host)}
    for rrset, index, host in view.pointing_at(hosts, "NS"):
        cut = view.cut_over(host)
        if cut is not None and cut != rrset.name:
            continue  # the servers of that other delegation know the address
        yield Problem(rrset.name, "NS", f"name server `{host}` of `{rrset.name}` has no A or AAAA here", index)


def _addressed(view: ZoneView, host: str) -> bool:
    if view.has(host, "A", "AAAA", "ALIAS", "CNAME"):  # a CNAME is reported by its own rule
        return True
    if view.cut_over(host) is not None:
        return view.zone.unmanaged == "keep"
    return view.has_address(host) or (host not in view.names and view.unknowable(host))


@rule(
    "ns-is-cname",
    Severity.ERROR,
    why="The host in an NS record must have its addresses itself. Resolvers do not follow a CNAME there.",
    fix="Name the CNAME's target in the NS record, or give the name server A and AAAA records.",
    example_bad="""
        dev:
          NS:
            - ns1  # reported here
            - ns2.example.net.
        ns1:
          CNAME: host.example.net.
    """,
    example_good="""
        dev:
          NS:
            - ns1
            - ns2.example.net.
        ns1:
          A: 198.51.100.1
    """,
    reference="RFC 2181 section 10.3",
    types=["NS"],
)
def ns_is_cname(view: ZoneView) -> Iterator[Problem]:
    """A name server is a CNAME."""
    hosts = view.targets("NS") & view.owners("CNAME")
    for rrset, index, host in view.pointing_at(hosts, "NS"):
        yield Problem(rrset.name, "NS", f"name server `{host}` of `{rrset.name}` is a CNAME", index)


@rule(
    "one-name-server",
    Severity.WARNING,
    why="When that one is unreachable, the zone is gone. Registries ask for two at least, on different networks.",
    fix="Add a second name server.",
    example_bad="""
        nameservers:
          - ns1.example.net.  # reported here
    """,
    example_good="""
        nameservers:
          - ns1.example.net.
          - ns2.example.net.
    """,
    reference="RFC 1034 section 4.1, RFC 2182 section 5",
    types=["NS"],
)
def one_name_server(view: ZoneView) -> Iterator[Problem]:
    """The zone has one name server."""
    hosts = view.zone.nameservers.hosts
    if len(hosts) == 1:
        yield Problem(view.apex, "NS", f"`{hosts[0]}` is the only name server of the zone")


@rule(
    "one-name-server-delegated",
    Severity.INFO,
    why="When that one is unreachable, everything below the delegation is gone.",
    fix="Add a second name server to the delegation.",
    example_bad="""
        dev:
          NS: ns1.example.net.  # reported here
    """,
    example_good="""
        dev:
          NS: [ns1.example.net., ns2.example.net.]
    """,
    reference="RFC 2182 section 5",
    types=["NS"],
)
def one_name_server_delegated(view: ZoneView) -> Iterator[Problem]:
    """A delegation has one name server."""
    for name, rrset in view.cuts.items():
        if len(rrset.rdatas) == 1:
            yield Problem(name, "NS", f"`{rrset.rdatas[0]}` is the only name server of `{name}`")
