"""Rules on reverse zones (``in-addr.arpa``, ``ip6.arpa``)."""

import re
from collections.abc import Iterator

from zonesync.findings import Severity
from zonesync.lint.registry import Problem, rule
from zonesync.lint.view import ZoneView

_PLAIN4 = re.compile(r"(?:[0-9]+\.)*in-addr\.arpa\.").fullmatch
_WHOLE4 = re.compile(r"(?:(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])\.){4}in-addr\.arpa\.").fullmatch
_PLAIN6 = re.compile(r"(?:[0-9a-z]+\.)*ip6\.arpa\.").fullmatch
_WHOLE6 = re.compile(r"(?:[0-9a-f]\.){32}ip6\.arpa\.").fullmatch


def _is_reverse(view: ZoneView) -> bool:
    return view.apex.endswith(("in-addr.arpa.", "ip6.arpa."))


@rule(
    "ptr-owner-shape",
    Severity.WARNING,
    why="In a reverse zone a PTR belongs at the whole address: four numbers up to 255 for IPv4, 32 hexadecimal "
    "digits for "
    "IPv6. At any other name it is never asked for; mostly the owner name is one part too long or too short.",
    fix="Count the parts: in `2.0.192.in-addr.arpa` the name of 192.0.2.9 is `9`.",
    example_bad="""
        zone: 2.0.192.in-addr.arpa
        records:
          "9.2":
            PTR: host.example.com.  # reported here
    """,
    example_good="""
        zone: 2.0.192.in-addr.arpa
        records:
          "9":
            PTR: host.example.com.
    """,
    reference="RFC 1035 section 3.5, RFC 3596 section 2.5",
    types=["PTR"],
)
def ptr_owner_shape(view: ZoneView) -> Iterator[Problem]:
    """A PTR at a name that stands for no address."""
    if not _is_reverse(view):
        return
    plain, whole = (_PLAIN4, _WHOLE4) if view.apex.endswith("in-addr.arpa.") else (_PLAIN6, _WHOLE6)
    for rrset in view.of("PTR"):
        if not whole(rrset.name) and plain(rrset.name):  # others are RFC 2317 ranges, DNS-SD, wildcards
            yield Problem(rrset.name, "PTR", f"`{rrset.name}` stands for no single address")


@rule(
    "address-in-reverse-zone",
    Severity.INFO,
    why="Reverse zones map addresses to names. Address records there are legal and hardly ever meant.",
    fix="Use PTR, or move the record to the forward zone.",
    example_bad="""
        zone: 2.0.192.in-addr.arpa
        records:
          "9":
            A: 198.51.100.1  # reported here
    """,
    example_good="""
        zone: 2.0.192.in-addr.arpa
        records:
          "9":
            PTR: host.example.com.
    """,
    reference="RFC 1912 section 2.3",
    types=["A", "AAAA"],
)
def address_in_reverse_zone(view: ZoneView) -> Iterator[Problem]:
    """A or AAAA in a reverse zone."""
    if not _is_reverse(view):
        return
    servers = view.targets("NS")
    for rrset in view.of("A", "AAAA"):
        if rrset.name not in servers:
            yield Problem(rrset.name, rrset.type, f"`{rrset.name}` has an {rrset.type} in a reverse zone")
