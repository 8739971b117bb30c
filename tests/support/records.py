"""Records as dnspython alone reads them, names in lower case and all else to the octet: what ours are compared with."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import dns.name
import dns.rdata
import dns.rdataclass
import dns.rdatatype
import dns.rrset
import dns.zone
from dns.rdtypes.ANY.LOC import LOC

from zonesync.model.rrset import RRset

_CENTIMETRES = ("altitude", "size", "horizontal_precision", "vertical_precision")


class Record(NamedTuple):
    """One record, comparable."""

    owner: bytes
    type: int
    ttl: int
    rdata: bytes


def lowered(rdata: dns.rdata.Rdata) -> bytes:
    """Return the wire form of *rdata* with its names, and nothing else, in lower case."""
    if isinstance(rdata, LOC):
        # Centimetres, which dnspython multiplies out in floating point and cuts off when it writes them.
        lengths = [float(round(getattr(rdata, slot))) for slot in _CENTIMETRES]
        rdata = LOC(rdata.rdclass, rdata.rdtype, rdata.latitude, rdata.longitude, *lengths)
    names: dict[str, object] = {}
    for slot in rdata._get_all_slots():
        value = getattr(rdata, slot)
        if isinstance(value, dns.name.Name):
            names[slot] = value.canonicalize()
        elif isinstance(value, tuple) and value and all(isinstance(part, dns.name.Name) for part in value):
            names[slot] = tuple(part.canonicalize() for part in value)
    wire = (rdata.replace(**names) if names else rdata).to_wire()
    assert wire is not None
    return wire


def record(owner: str | dns.name.Name, ttl: int, rtype: str, text: str) -> Record:
    """Return the record that presentation text with absolute names spells."""
    name = dns.name.from_text(owner) if isinstance(owner, str) else owner
    number = dns.rdatatype.from_text(rtype)
    value = dns.rdata.from_text(dns.rdataclass.IN, number, text, dns.name.root, relativize=False)
    return Record(name.canonicalize().to_wire() or b"", int(number), ttl, lowered(value))


def of_lines(text: str) -> set[Record]:
    """Return the records of text with one absolute record a line, as BIND and dig print it."""
    found = set()
    for line in text.splitlines():
        if line and line[0] not in ";$":
            owner, ttl, _, rtype, *rest = line.split(None, 4)
            found.add(record(owner, int(ttl), rtype, "".join(rest)))
    return found


def of_zone_file(text: str, origin: str) -> set[Record]:
    """Return the records of a whole zone file, read by dnspython."""
    zone = dns.zone.from_text(text, origin, relativize=False, check_origin=False)
    return {
        Record(name.canonicalize().to_wire() or b"", int(rdata.rdtype), ttl, lowered(rdata))
        for name, ttl, rdata in zone.iterate_rdatas()
    }


def of_answer(rrsets: Iterable[dns.rrset.RRset]) -> Iterator[Record]:
    """Yield the records of dnspython's RRsets."""
    for rrset in rrsets:
        owner = rrset.name.canonicalize().to_wire() or b""
        for rdata in rrset:
            yield Record(owner, int(rrset.rdtype), rrset.ttl, lowered(rdata))


def of_rrset(rrset: RRset, owner: str | dns.name.Name = "") -> set[Record]:
    """Return the records of one of our RRsets, at *owner* where that is another."""
    assert rrset.ttl is not None
    return {record(owner or rrset.name, rrset.ttl, rrset.type, text) for text in rrset.rdatas}


def without_serial(records: Iterable[Record]) -> set[Record]:
    """Return *records* with serial 0 in every SOA, the form in which two zones are compared."""
    return {
        one._replace(rdata=one.rdata[:-20] + bytes(4) + one.rdata[-16:]) if one.type == dns.rdatatype.SOA else one
        for one in records
    }
