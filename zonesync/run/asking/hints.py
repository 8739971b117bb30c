"""Where finding begins: the root's name servers, built in or from a file of hints."""

from pathlib import Path

from zonesync.load.zonefile import read_zonefile
from zonesync.model.rrset import Key
from zonesync.run.asking.messages import Server

_LETTERS = (
    ("a", "198.41.0.4", "2001:503:ba3e::2:30"),
    ("b", "170.247.170.2", "2801:1b8:10::b"),
    ("c", "192.33.4.12", "2001:500:2::c"),
    ("d", "199.7.91.13", "2001:500:2d::d"),
    ("e", "192.203.230.10", "2001:500:a8::e"),
    ("f", "192.5.5.241", "2001:500:2f::f"),
    ("g", "192.112.36.4", "2001:500:12::d0d"),
    ("h", "198.97.190.53", "2001:500:1::53"),
    ("i", "192.36.148.17", "2001:7fe::53"),
    ("j", "192.58.128.30", "2001:503:c27::2:30"),
    ("k", "193.0.14.129", "2001:7fd::1"),
    ("l", "199.7.83.42", "2001:500:9f::42"),
    ("m", "202.12.27.33", "2001:dc3::35"),
)
ROOT: tuple[Server, ...] = tuple(
    Server(f"{letter}.root-servers.net.", address) for letter, *pair in _LETTERS for address in pair
)
"""The thirteen root servers, IPv4 and IPv6, as IANA's ``named.root`` lists them since November 2023."""


def read_hints(path: Path, port: int = 53) -> tuple[Server, ...]:
    """Read a file of root hints: NS at the root, and A and AAAA for the hosts, as ``named.root`` has them.

    Every server gets *port*. Raises ValueError, with file, line and column where there are any: a file that cannot be
    read, that is no zone file, or that names no server with an address.
    """
    try:
        hints = read_zonefile(path, ".")
    except OSError as problem:
        raise ValueError(f"{path}: cannot be read: {problem.strerror or problem}") from None
    if hints.errors:
        first = hints.errors[0]
        more = f" (and {len(hints.errors) - 1} more)" if len(hints.errors) > 1 else ""
        raise ValueError(f"{first.place}: {first.message}{more}")
    if hints.nameservers is None:
        raise ValueError(f"{path}: no NS RRset at the root; each server takes `. NS HOST` and an A or AAAA of HOST")
    servers = [
        Server(host, address, port)
        for host in hints.nameservers.rdatas
        for rtype in ("A", "AAAA")
        if (rrset := hints.rrsets.get(Key(host, rtype)))
        for address in rrset.rdatas
    ]
    if not servers:
        place = hints.place(Key(".", "NS"))
        raise ValueError(f"{place}: none of the {len(hints.nameservers.rdatas)} root servers has an A or AAAA here")
    return tuple(servers)
