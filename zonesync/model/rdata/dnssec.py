"""DNSSEC and zone integrity: DS, CDS, DNSKEY, CDNSKEY, CSYNC, ZONEMD."""

from typing import Annotated, Any, ClassVar

from pydantic import BeforeValidator, WithJsonSchema

from zonesync.model.rdata.base import Rdata, Spelling
from zonesync.model.rdata.fields import U8, U16, U32, Algorithm, Base64Data, HexData, text_of
from zonesync.model.rdata.rrtypes import type_name


def _types(value: Any) -> tuple[str, ...]:
    parts = value if isinstance(value, list | tuple) else text_of(value).split()
    return tuple(type_name(text_of(part)) for part in parts)


class DS(Rdata):
    """The digest of a child's key (RFC 4034 section 5)."""

    type_names: ClassVar = ("DS",)
    key_tag: U16
    algorithm: Algorithm
    digest_type: U8
    digest: HexData


class CDS(DS):
    """The DS that a child asks for (RFC 7344 section 3.1)."""

    type_names: ClassVar = ("CDS",)


class DNSKEY(Rdata):
    """A zone's public key (RFC 4034 section 2)."""

    type_names: ClassVar = ("DNSKEY",)
    flags: U16
    protocol: U8
    algorithm: Algorithm
    public_key: Base64Data


class CDNSKEY(DNSKEY):
    """The key whose DS a child asks for (RFC 7344 section 3.2)."""

    type_names: ClassVar = ("CDNSKEY",)


class CSYNC(Rdata):
    """Which types the parent is to copy from the child (RFC 7477 section 2.1)."""

    type_names: ClassVar = ("CSYNC",)
    soa_serial: U32
    flags: U16
    types: Annotated[
        tuple[str, ...],
        BeforeValidator(_types),
        Spelling(" ".join, lambda tokens: [token.text for token in tokens], rest=True, optional=True),
        WithJsonSchema({"type": "array", "items": {"type": "string"}}),
    ] = ()


class ZONEMD(Rdata):
    """A digest over the zone (RFC 8976 section 2.2)."""

    type_names: ClassVar = ("ZONEMD",)
    serial: U32
    scheme: U8
    hash_algorithm: U8
    digest: HexData
