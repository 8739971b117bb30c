"""The SOA of a zone, which at NS1 is no record but fields of the zone.

https://developer.ibm.com/apis/catalog/ns1--ibm-ns1-connect-api
"""

import re
from collections.abc import Mapping
from typing import Any

from zonesync.model.names import absolute, escape, join, split
from zonesync.model.rrset import RRset
from zonesync_ns1.names import bare, canonical

FIELDS = frozenset({"mname", "rname", "refresh", "retry", "expire", "minimum"})
# An escaped one is part of a name, as master files write it.
_AT = re.compile(r"(?<!\\)@")
_NAMES = ("primary_master", "hostmaster")
_NUMBERS = ("refresh", "retry", "expiry", "nx_ttl")


def soa(name: str, zone: Mapping[str, Any]) -> RRset:
    """Return the SOA of the zone *name* from its fields. Raises ValueError where they are not all there.

    Its TTL is the zone's default TTL, so it cannot be set apart.
    """
    servers = zone.get("dns_servers") or [""]
    master = zone.get("primary_master") or servers[0]
    if not master:
        raise ValueError("the zone has no primary master")
    numbers = [_number(zone, field) for field in ("serial", *_NUMBERS)]
    mname, rname = canonical(str(master)), rname_of(str(zone.get("hostmaster") or ""))
    return RRset.of(name, "SOA", _number(zone, "ttl"), [" ".join((mname, rname, *map(str, numbers)))])


def changed(before: RRset, after: RRset) -> dict[str, str | int]:
    """Return the zone fields that turn one SOA into the other. Raises ValueError for a name that is no mailbox."""
    old, new = _fields(before), _fields(after)
    return {field: value for field, value in new.items() if value != old[field]}


def _fields(rrset: RRset) -> dict[str, str | int]:
    mname, rname, _, *numbers = rrset.rdatas[0].split(" ")
    if mname == ".":
        raise ValueError("the root is no primary master at NS1")
    names = (bare(mname), mailbox_of(rname))
    return {**dict(zip(_NAMES, names, strict=True)), **dict(zip(_NUMBERS, map(int, numbers), strict=True))}


def _number(zone: Mapping[str, Any], field: str) -> int:
    value = zone.get(field)
    if not isinstance(value, int) or isinstance(value, bool):
        raise ValueError(f"the zone's `{field}` is {value!r}, no number")  # noqa: TRY004 -- the data, not the call
    return value


def rname_of(hostmaster: str) -> str:
    """Return the name that stands for a mailbox (RFC 1035 section 8); one that is a name already stays."""
    local, *host = _AT.split(hostmaster, maxsplit=1)
    if not host:
        return canonical(hostmaster)
    return absolute(f"{escape(local.lower().encode())}.{canonical(host[0])}")


def mailbox_of(rname: str) -> str:
    """Return the mailbox that a name stands for. Raises ValueError for one that stands for none."""
    labels = split(rname)[0]
    local = labels[0].decode("ascii", "replace") if labels else ""
    if len(labels) < 2 or not local.isprintable() or not local.isascii() or set(local) & set(' "\\@(),:;<>[]'):
        raise ValueError(f"`{rname}` stands for no mailbox, which is how NS1 takes it")
    return f"{local}@{bare(join(labels[1:]))}"
