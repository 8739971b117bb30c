r"""dnspython at work: wire format, and the canonical text of every type that has no shorter way.

Canonical text is what dnspython spells from the *wire* form, since the wire has no freedom of spelling. Names are
completed, converted by IDNA 2008 and lower-cased beforehand: dnspython would apply IDNA 2003 and keep the case.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import dns.exception
import dns.name
import dns.rdata
import dns.rdataclass
import dns.rdatatype

from zonesync.model.rdata.hosts import host, host_in_file, host_indexes
from zonesync.model.rdata.loc import LOC
from zonesync.model.rdata.registry import TYPES
from zonesync.model.rdata.rrtypes import ALIAS
from zonesync.model.rdata.tokens import (
    MAX_RDATA,
    RdataError,
    Token,
    octets_of,
    tokenise,
    txt_from_strings,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

# dnspython leaves these two without annotations.
_wrap: "Callable[[type[dns.exception.DNSException]], AbstractContextManager[object]]" = dns.exception.ExceptionWrapper
_class_of: "Callable[..., object]" = dns.rdata.get_rdata_class
_STYLE = dns.rdata.RdataStyle(base64_chunk_size=0, hex_chunk_size=0)
_GENERIC = "\\#"


def spell(rtype: str, text: str, origin: str, *, strict_hosts: bool = False) -> str:
    """Return the canonical text of presentation *text*; *rtype* is a :func:`type_name`. Raises :class:`RdataError`."""
    tokens = tokenise(text, attributes=rtype in ("SVCB", "HTTPS"))
    if tokens and tokens[0] == (_GENERIC, False):
        return from_wire(rtype, _generic_data(tokens))
    complete: Callable[[str, str], str] = host_in_file if strict_hosts else host
    for index in host_indexes(rtype, tokens):
        if tokens[index].quoted:
            raise RdataError(f"{tokens[index].brief} is a name, and names are written without quotes")
        tokens[index] = Token(complete(tokens[index].text, origin))
    if rtype == ALIAS:
        return TYPES[ALIAS].from_tokens(tokens).to_text()
    if rtype == "LOC":
        return LOC.from_tokens(tokens).to_text()
    if rtype in ("TXT", "SPF"):
        return txt_from_strings([octets_of(token) for token in tokens])
    return _text(rtype, _decode(rtype, _encode(rtype, tokens)))


def to_wire(rtype: str, text: str) -> bytes:
    """Return the uncompressed wire form of canonical *text*. Raises :class:`RdataError`, as ALIAS has none."""
    if rtype == ALIAS:
        raise RdataError("ALIAS is no type of the DNS and has no wire form")
    tokens = tokenise(text, attributes=rtype in ("SVCB", "HTTPS"))
    if tokens and tokens[0] == (_GENERIC, False):
        return _generic_data(tokens)
    if rtype == "LOC":
        return LOC.from_tokens(tokens).to_wire()
    return _encode(rtype, tokens)


def from_wire(rtype: str, data: bytes) -> str:
    """Return the canonical text of rdata in uncompressed wire form. Raises :class:`RdataError`."""
    if rtype == ALIAS:
        raise RdataError("ALIAS is no type of the DNS and has no wire form")
    native = _text(rtype, _decode(rtype, data))
    if native.startswith(_GENERIC):
        return native
    try:
        text = spell(rtype, native, ".")
        if to_wire(rtype, text).lower() == data.lower():
            return text
    except RdataError:
        pass
    # Some legal rdata has no presentation format of its own that reads back: IPSECKEY without a key, an empty APL.
    return _generic_text(data)


def _generic_text(data: bytes) -> str:
    return f"{_GENERIC} {len(data)} {data.hex()}".rstrip()


def _generic_data(tokens: Sequence[Token]) -> bytes:
    digits = "".join(token.raw for token in tokens[2:])
    length = tokens[1].text if len(tokens) > 1 else ""
    if not (length.isascii() and length.isdecimal() and len(length) <= 5 and int(length) <= MAX_RDATA):
        raise RdataError(f"`\\#` is followed by the number of octets, at most {MAX_RDATA} (RFC 3597 section 5)")
    try:
        data = bytes.fromhex(digits)
    except ValueError:
        raise RdataError("`\\#` and the number of octets are followed by hex alone (RFC 3597 section 5)") from None
    if len(data) != int(length):
        raise RdataError(f"`\\# {length}` announces {length} octets, {len(data)} follow")
    return data


def _rdatatype(rtype: str) -> dns.rdatatype.RdataType:
    return dns.rdatatype.from_text(rtype)


def _encode(rtype: str, tokens: Sequence[Token]) -> bytes:
    number = _rdatatype(rtype)
    if _class_of(dns.rdataclass.IN, number) is dns.rdata.GenericRdata:
        raise RdataError(f"{rtype} has no text form here; write it as `\\# length hex` (RFC 3597 section 5)")
    text = " ".join(token.raw for token in tokens)
    try:
        with _wrap(dns.exception.SyntaxError):
            rdata = dns.rdata.from_text(dns.rdataclass.IN, number, text, dns.name.root, relativize=False)
            data = rdata.to_wire() or b""
    except dns.exception.DNSException as problem:
        raise RdataError(_reason(rtype, tokens, problem)) from None
    if len(data) > MAX_RDATA:
        raise RdataError(f"{len(data)} octets of rdata are over {MAX_RDATA} (RFC 1035 section 3.2.1)")
    return data


def _decode(rtype: str, data: bytes) -> dns.rdata.Rdata:
    try:
        with _wrap(dns.exception.FormError):
            rdata = dns.rdata.from_wire(dns.rdataclass.IN, _rdatatype(rtype), data, 0, len(data))
            again = rdata.to_wire()
    except dns.exception.DNSException as problem:
        raise RdataError(f"{len(data)} octets are no {rtype} rdata: {_words(problem)}") from None
    if again != data:
        raise RdataError(f"{len(data)} octets are no {rtype} rdata: a name in it is compressed")
    return rdata


def _text(rtype: str, rdata: dns.rdata.Rdata) -> str:
    if isinstance(rdata, dns.rdata.GenericRdata):
        return _generic_text(rdata.data)
    try:
        with _wrap(dns.exception.FormError):
            text = rdata.to_styled_text(_STYLE).strip(" ")
    except dns.exception.DNSException as problem:
        raise RdataError(f"the octets are no {rtype} rdata: {_words(problem)}") from None
    return text or _generic_text(b"")


def _reason(rtype: str, tokens: Sequence[Token], problem: dns.exception.DNSException) -> str:
    """Say what is wrong: in the words of the type's class where it finds the fault, else in dnspython's."""
    cls = TYPES.get(rtype)
    if cls:
        try:
            cls.from_tokens(tokens)
        except RdataError as fault:
            return str(fault)
    return f"no {rtype} rdata: {_words(problem)}"


def _words(problem: dns.exception.DNSException) -> str:
    text = str(problem).removesuffix(".") or "malformed"
    return text[:1].lower() + text[1:200]
