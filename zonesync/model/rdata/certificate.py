"""Certificates and keys: CAA, CERT, DHCID, IPSECKEY, OPENPGPKEY, SMIMEA, SSHFP, TLSA."""

from collections.abc import Sequence
from typing import Annotated, Any, ClassVar

from pydantic import BeforeValidator, WithJsonSchema

from zonesync.model.rdata.base import Rdata, Spelling
from zonesync.model.rdata.fields import U8, U16, Base64Data, HexData, LongString, text_of
from zonesync.model.rdata.tokens import Token

_WORD = WithJsonSchema({"oneOf": [{"type": "string"}, {"type": "integer"}]})


def _tag(value: Any) -> str:
    text = text_of(value)
    if not (text.isascii() and text.isalnum() and len(text) <= 255):
        raise ValueError("a CAA tag is letters and digits, at most 255 (RFC 8659 section 4.1)")
    return text


class CAA(Rdata):
    """Who may issue certificates (RFC 8659 section 4.1)."""

    type_names: ClassVar = ("CAA",)
    flags: U8
    tag: Annotated[str, BeforeValidator(_tag), Spelling(), WithJsonSchema({"type": "string"})]
    value: LongString


class TLSA(Rdata):
    """A TLS server's certificate or key (RFC 6698 section 2.1)."""

    type_names: ClassVar = ("TLSA",)
    certificate_usage: U8
    selector: U8
    matching_type: U8
    certificate_association_data: HexData


class SMIMEA(TLSA):
    """A mailbox's S/MIME certificate (RFC 8162 section 2)."""

    type_names: ClassVar = ("SMIMEA",)


class SSHFP(Rdata):
    """The fingerprint of an SSH host key (RFC 4255 section 3.1)."""

    type_names: ClassVar = ("SSHFP",)
    algorithm: U8
    fp_type: U8
    fingerprint: HexData


class CERT(Rdata):
    """A certificate or revocation list (RFC 4398 section 2). Type and algorithm are mnemonics where they have one."""

    type_names: ClassVar = ("CERT",)
    certificate_type: Annotated[str, BeforeValidator(text_of), Spelling(), _WORD]
    key_tag: U16
    algorithm: Annotated[str, BeforeValidator(text_of), Spelling(), _WORD]
    certificate: Base64Data


class OPENPGPKEY(Rdata):
    """A mailbox's OpenPGP key (RFC 7929 section 2)."""

    type_names: ClassVar = ("OPENPGPKEY",)
    public_key: Base64Data


class DHCID(Rdata):
    """The DHCP client that holds a name (RFC 4701 section 3)."""

    type_names: ClassVar = ("DHCID",)
    data: Base64Data


class IPSECKEY(Rdata):
    """A key for IPsec, and the gateway to reach (RFC 4025 section 2)."""

    type_names: ClassVar = ("IPSECKEY",)
    precedence: U8
    gateway_type: U8
    algorithm: U8
    gateway: Annotated[str, BeforeValidator(text_of), Spelling(), WithJsonSchema({"type": "string"})]
    """`.` for type 0, an address for types 1 and 2, a name for type 3."""
    public_key: Base64Data

    @classmethod
    def host_indexes(cls, tokens: Sequence[Token]) -> Sequence[int]:
        """Return the gateway's place when its type says that it is a name."""
        return [3] if len(tokens) > 3 and tokens[1].text.lstrip("0") == "3" else []
