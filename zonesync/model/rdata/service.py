"""Where services are: SRV (RFC 2782), NAPTR (RFC 3403) and URI (RFC 7553)."""

from typing import Annotated, Any, ClassVar

from pydantic import AfterValidator

from zonesync.model.rdata.base import Rdata
from zonesync.model.rdata.fields import U16, CharString, HostName, LongString


def _not_empty(value: bytes) -> Any:
    if not value:
        raise ValueError("a URI target is never empty (RFC 7553 section 4.4)")
    return value


class SRV(Rdata):
    """A server of a service (RFC 2782); target `.` means that there is none."""

    type_names: ClassVar = ("SRV",)
    priority: U16
    weight: U16
    port: U16
    target: HostName


class NAPTR(Rdata):
    """A rewrite rule of the Dynamic Delegation Discovery System (RFC 3403 section 4.1)."""

    type_names: ClassVar = ("NAPTR",)
    order: U16
    preference: U16
    flags: CharString
    service: CharString
    regexp: CharString
    replacement: HostName


class URI(Rdata):
    """A URI of a service (RFC 7553 section 4)."""

    type_names: ClassVar = ("URI",)
    priority: U16
    weight: U16
    target: Annotated[LongString, AfterValidator(_not_empty)]
