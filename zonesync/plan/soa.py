"""The SOA: only the fields that the file names are managed, and the serial never is."""

from collections.abc import Mapping

from zonesync.model.names import absolute
from zonesync.model.rrset import Key, RRset

FIELDS = ("mname", "rname", "serial", "refresh", "retry", "expire", "minimum")
TIMERS = {"refresh": 3600, "retry": 900, "expire": 1209600, "minimum": 300}
"""What a zone gets where neither the file nor the provider says (design of the BIND adapter, RFC 1912 section 2.2)."""


def fields_of(soa: RRset) -> dict[str, str]:
    """Return the seven fields of a canonical SOA."""
    return dict(zip(FIELDS, soa.rdatas[0].split(" "), strict=True))


def with_fields(soa: RRset, wanted: Mapping[str, str | int], serial: str | None = None) -> RRset:
    """Return *soa* with the *wanted* fields set; ``ttl`` among them is the RRset's."""
    fields = fields_of(soa) | {name: str(value) for name, value in wanted.items() if name != "ttl"}
    if serial is not None:
        fields["serial"] = serial
    ttl = int(wanted["ttl"]) if "ttl" in wanted else soa.ttl
    return RRset(soa.name, "SOA", ttl, (" ".join(fields[name] for name in FIELDS),))


def without_serial(soa: RRset) -> RRset:
    """Return *soa* with serial 0, the form in which two are compared."""
    return with_fields(soa, {}, serial="0")


def initial(apex: str, mname: str, ttl: int, wanted: Mapping[str, str | int]) -> RRset:
    """Return the SOA of a zone that is about to be created where the provider makes none; its serial is 0."""
    timers = " ".join(str(TIMERS[name]) for name in FIELDS[3:])
    rname = absolute("hostmaster", apex)
    return with_fields(RRset(apex, "SOA", ttl, (f"{mname} {rname} 0 {timers}",)), wanted)


def same(one: RRset, other: RRset) -> bool:
    """Tell whether two SOAs are equal but for the serial."""
    return without_serial(one) == without_serial(other)


def key(apex: str) -> Key:
    """Return the key of the zone's SOA."""
    return Key(apex, "SOA")
