"""Write a zone file: the same RRsets give the same bytes, and BIND, NSD and Knot DNS all load them.

The form: ``$ORIGIN`` and ``$TTL`` at the top, then one record a line, its owner always written, relative to the
origin. A record without a TTL has the TTL of ``$TTL`` (RFC 2308 section 4), which is the one most RRsets have.
Names within rdata are absolute. SOA first, then the apex NS, the rest of the apex, and the other names in
canonical order (RFC 4034 section 6.1).
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping

import dns.rdatatype

from zonesync.model import rdata
from zonesync.model.names import absolute, is_within, relative, split
from zonesync.model.rrset import Key, RRset

_APEX_FIRST = {"SOA": 0, "NS": 1}
_MAX_OWNER_COLUMN = 32
_SOA_FIELDS = ("serial", "refresh", "retry", "expire", "minimum")
NATIVE = frozenset(
    {
        *("A", "AAAA", "AFSDB", "APL", "CAA", "CDNSKEY", "CDS", "CERT", "CNAME", "CSYNC", "DHCID", "DNAME", "DNSKEY"),
        *("DS", "EUI48", "EUI64", "HINFO", "HTTPS", "IPSECKEY", "KX", "L32", "L64", "LOC", "LP", "MX", "NAPTR", "NID"),
        *("NS", "NSEC", "NSEC3", "NSEC3PARAM", "OPENPGPKEY", "PTR", "RP", "RRSIG", "SMIMEA", "SOA", "SPF", "SRV"),
        *("SSHFP", "SVCB", "TLSA", "TXT", "URI", "ZONEMD"),
    }
)
"""Types that the servers of recent years all read by name; every other is written as RFC 3597 has it."""
_ATTRIBUTES = frozenset({"mandatory", "alpn", "no-default-alpn", "port", "ipv4hint", "ech", "ipv6hint"})
"""The SvcParamKeys of RFC 9460 itself: servers differ on later ones."""


def _has_known_attributes(words: list[str]) -> bool:
    return all(word.partition("=")[0] in _ATTRIBUTES for word in words[2:])


_PICKY: dict[str, Callable[[list[str]], bool]] = {
    "SVCB": _has_known_attributes,
    "HTTPS": _has_known_attributes,
    # NSD 4.6 takes tags in lower case alone, and no NUL in the name of a gateway.
    "CAA": lambda words: words[1].lower() == words[1],
    "IPSECKEY": lambda words: "\\" not in words[3],
}
"""Types of which not every server reads every text by name, with what tells a text that they all read."""


def write_zonefile(rrsets: Mapping[Key, RRset] | Iterable[RRset], origin: str, *, header: str = "") -> str:
    """Return the text of the zone *origin* with *rrsets*. The lines of *header* come first, as comments.

    Raises ValueError for what a zone file cannot hold: an ALIAS, an RRset without TTL, a name outside the zone.
    """
    apex = absolute(origin)
    found = list(rrsets.values() if isinstance(rrsets, Mapping) else rrsets)
    owners = [_checked_owner(rrset, apex) for rrset in found]
    order = sorted(range(len(found)), key=_sort_keys(found, owners).__getitem__)
    counts = Counter(rrset.ttl for rrset in found)
    default = max(counts, key=lambda ttl: (counts[ttl], ttl or 0), default=None)
    width = min(_MAX_OWNER_COLUMN, max(map(len, owners), default=1))
    ttl_width = max((len(str(ttl)) + 1 for ttl in counts if ttl != default), default=0)
    lines = [line if line.startswith(";") else f"; {line}".rstrip() for line in header.splitlines()]
    lines.append(f"$ORIGIN {apex}")
    if default is not None:
        lines.append(f"$TTL {default}")
    blank = " " * ttl_width
    for at in order:
        rrset, owner = found[at], owners[at]
        ttl = blank if rrset.ttl == default else f" {rrset.ttl}".ljust(ttl_width)
        start = f"{owner:<{width}}{ttl} IN "
        rtype = rrset.type
        if rtype == "SOA":
            lines.extend(start + text for text in map(_soa, rrset.rdatas))
        elif rtype not in NATIVE or rtype in _PICKY:
            lines.extend(start + _careful(rtype, text) for text in rrset.rdatas)
        else:
            start = f"{start}{rtype:<5} "
            lines.extend([start + text for text in rrset.rdatas])
    return "\n".join(lines) + "\n"


def _checked_owner(rrset: RRset, apex: str) -> str:
    name = rrset.name
    if rrset.type == "ALIAS":
        raise ValueError(f"`{name}` ALIAS: zone files have no such type; write A and AAAA for it")
    if rrset.ttl is None:
        raise ValueError(f"`{name}` {rrset.type} has no TTL, and a record of a zone file needs one")
    if not is_within(name, apex):
        raise ValueError(f"`{name}` is not in zone `{apex}`")
    return relative(name, apex)


def _sort_keys(found: list[RRset], owners: list[str]) -> list[tuple[tuple[str, ...], int, str]]:
    # As strings, one character an octet, which compare like the octets and cost less to make.
    keys: list[tuple[tuple[str, ...], int, str]] = []
    for rrset, owner in zip(found, owners, strict=True):
        rtype = rrset.type
        if owner == "@":
            keys.append(((), _APEX_FIRST.get(rtype, 2), rtype))
        elif "\\" in owner:
            keys.append((tuple(label.decode("latin-1") for label in split(owner)[0][::-1]), 2, rtype))
        else:
            keys.append((tuple(owner.removesuffix(".").split(".")[::-1]), 2, rtype))
    return keys


def _soa(text: str) -> str:
    mname, rname, *numbers = text.split(" ")
    width = max(map(len, numbers))
    labelled = [f"    {number:<{width}} ; {field}" for number, field in zip(numbers, _SOA_FIELDS, strict=True)]
    return "\n".join([f"SOA   {mname} {rname} (", *labelled, "    )"])


def _careful(rtype: str, text: str) -> str:
    if rtype in NATIVE and _PICKY[rtype](text.split(" ")):
        return f"{rtype:<5} {text}"
    wire = rdata.to_wire(rtype, text)
    return f"TYPE{dns.rdatatype.from_text(rtype)} \\# {len(wire)} {wire.hex()}".rstrip()
