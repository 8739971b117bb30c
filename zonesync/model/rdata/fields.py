"""The kinds of field that rdata is made of: numbers with their range, names, addresses, octets.

Each reads a Python value, the text of a YAML scalar, or presentation text; each gives the message that a reader of a
zone file needs, and its part of the JSON Schema.
"""

import base64
import binascii
import socket
from collections.abc import Callable, Sequence
from functools import partial
from typing import Annotated, Any

import dns.dnssectypes
import dns.exception
import dns.ipv6
from pydantic import BeforeValidator, WithJsonSchema

from zonesync.model.names import NameSyntaxError, absolute, shorten
from zonesync.model.rdata.base import Spelling
from zonesync.model.rdata.tokens import MAX_STRING, Token, octets_of, quote
from zonesync.model.ttl import MAX_INTERVAL, TtlSyntaxError, parse_interval


def integer(limit: int, value: Any) -> int:
    """Read an unsigned number of at most *limit* from an int or its decimal digits."""
    if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) <= 20:
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        # ValueError, as pydantic turns no TypeError into a message.
        raise ValueError(f"`{shorten(str(value))}` is no whole number from 0 to {limit}")  # noqa: TRY004
    if not 0 <= value <= limit:
        raise ValueError(f"`{value}` is over {limit}" if value > 0 else f"`{value}` is below 0")
    return int(value)


def _interval(value: Any) -> int:
    if isinstance(value, str) and not value.isdecimal():
        try:
            return parse_interval(value)
        except TtlSyntaxError as problem:
            raise ValueError(str(problem)) from None
    return integer(MAX_INTERVAL, value)


def _algorithm(value: Any) -> int:
    if isinstance(value, str) and not value.isdecimal():
        try:
            return int(dns.dnssectypes.Algorithm.from_text(value))
        except (dns.exception.DNSException, ValueError):
            raise ValueError(f"`{shorten(value)}` is no DNSSEC algorithm: a number, or a name as `RSASHA256`") from None
    return integer(255, value)


def _host(value: Any) -> str:
    try:
        return absolute(text_of(value))
    except NameSyntaxError as problem:
        raise ValueError(str(problem)) from None


def text_of(value: Any) -> str:
    """Take text as it is and a number as its digits, as YAML gives either; anything else is a ValueError."""
    if isinstance(value, str):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    raise ValueError(f"`{shorten(str(value))}` is no text")


def _ipv4(value: Any) -> str:
    text = text_of(value)
    try:
        if socket.inet_ntop(socket.AF_INET, socket.inet_pton(socket.AF_INET, text)) == text:
            return text
    except (OSError, ValueError):
        pass
    raise ValueError(f"`{shorten(text)}` is no IPv4 address: four numbers from 0 to 255, without leading zeros")


def _ipv6(value: Any) -> str:
    text = text_of(value)
    try:
        return dns.ipv6.canonicalize(text)
    except (dns.exception.DNSException, ValueError):
        raise ValueError(f"`{shorten(text)}` is no IPv6 address") from None


def _hex(value: Any) -> bytes:
    if isinstance(value, bytes):
        return value
    text = "".join(text_of(value).split())
    try:
        return binascii.unhexlify(text)
    except ValueError:
        raise ValueError(f"`{shorten(text)}` is no hex: pairs of 0-9 and a-f") from None


def _base64(value: Any) -> bytes:
    if isinstance(value, bytes):
        return value
    text = "".join(text_of(value).split())
    try:
        return base64.b64decode(text, validate=True)
    except ValueError:
        raise ValueError(f"`{shorten(text)}` is no base64 (RFC 4648 section 4)") from None


def octets(value: Any, limit: int | None = None) -> bytes:
    """Take bytes as they are and text as UTF-8; a backslash in it is a plain character."""
    try:
        data = value if isinstance(value, bytes) else text_of(value).encode()
    except UnicodeEncodeError:
        raise ValueError("the text holds a lone surrogate, which no encoding can write") from None
    if limit is not None and len(data) > limit:
        raise ValueError(f"{len(data)} octets are over {limit} (RFC 1035 section 3.3)")
    return data


def _joined(tokens: Sequence[Token]) -> str:
    return "".join(token.text for token in tokens)


def _string(tokens: Sequence[Token]) -> bytes:
    return octets_of(tokens[0])


def _number(limit: int, read: Callable[[Any], int]) -> Any:
    schema = {"type": "integer", "minimum": 0, "maximum": limit}
    return (BeforeValidator(read), Spelling(), WithJsonSchema(schema))


_STRING = WithJsonSchema({"type": "string"})
_INTERVAL_SCHEMA = {
    "oneOf": [
        {"type": "integer", "minimum": 0, "maximum": MAX_INTERVAL},
        {"type": "string", "pattern": "^([0-9]+[wW])?([0-9]+[dD])?([0-9]+[hH])?([0-9]+[mM])?([0-9]+[sS])?$"},
    ]
}

U8 = Annotated[int, *_number(0xFF, partial(integer, 0xFF))]
U16 = Annotated[int, *_number(0xFFFF, partial(integer, 0xFFFF))]
U32 = Annotated[int, *_number(0xFFFFFFFF, partial(integer, 0xFFFFFFFF))]
Interval = Annotated[int, BeforeValidator(_interval), Spelling(), WithJsonSchema(_INTERVAL_SCHEMA)]
"""Seconds in 32 bits, also written with units (``1h30m``)."""
Algorithm = Annotated[
    int,
    BeforeValidator(_algorithm),
    Spelling(),
    WithJsonSchema({"oneOf": [{"type": "integer", "minimum": 0, "maximum": 255}, {"type": "string"}]}),
]
"""A DNSSEC algorithm number; its mnemonic (RFC 4034 appendix A.1) is read too."""
HostName = Annotated[str, BeforeValidator(_host), Spelling(host=True), _STRING]
"""A canonical absolute name."""
Ipv4 = Annotated[str, BeforeValidator(_ipv4), Spelling(), WithJsonSchema({"type": "string", "format": "ipv4"})]
Ipv6 = Annotated[str, BeforeValidator(_ipv6), Spelling(), WithJsonSchema({"type": "string", "format": "ipv6"})]
HexData = Annotated[
    bytes,
    BeforeValidator(_hex),
    Spelling(bytes.hex, _joined, rest=True),
    WithJsonSchema({"type": "string", "pattern": "^[0-9A-Fa-f\\s]+$"}),
]
Base64Data = Annotated[
    bytes,
    BeforeValidator(_base64),
    Spelling(lambda data: base64.b64encode(data).decode(), _joined, rest=True),
    WithJsonSchema({"type": "string", "pattern": "^[0-9A-Za-z+/=\\s]+$"}),
]
CharString = Annotated[bytes, BeforeValidator(partial(octets, limit=MAX_STRING)), Spelling(quote, _string), _STRING]
"""A character-string of at most 255 octets (RFC 1035 section 3.3)."""
LongString = Annotated[bytes, BeforeValidator(octets), Spelling(quote, _string), _STRING]
"""Octets to the end of the rdata, spelled as one quoted string (CAA, URI)."""
