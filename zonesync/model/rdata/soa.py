"""The start of a zone: SOA (RFC 1035 section 3.3.13)."""

from typing import ClassVar

from zonesync.model.rdata.base import Rdata
from zonesync.model.rdata.fields import U32, HostName, Interval


class SOA(Rdata):
    """The start of a zone of authority (RFC 1035 section 3.3.13); `minimum` is the negative TTL (RFC 2308)."""

    type_names: ClassVar = ("SOA",)
    mname: HostName
    rname: HostName
    serial: U32
    refresh: Interval
    retry: Interval
    expire: Interval
    minimum: Interval
