"""How Cloud DNS spells names and rdata once it has them: lower-case hosts, short IPv6 addresses, quoted strings.

Everything raises ValueError for what the service refuses: host names without the final dot, rdata that does not parse.
https://cloud.google.com/dns/docs/records-overview lists the types.
"""

import ipaddress
import re
from collections.abc import Callable
from functools import lru_cache

import dns.exception
import dns.name
import dns.rdata
import dns.rdataclass
import dns.rdatatype

TYPES = frozenset(
    {
        *("A", "AAAA", "ALIAS", "CAA", "CNAME", "DNSKEY", "DS", "HTTPS", "IPSECKEY", "MX"),
        *("NAPTR", "NS", "PTR", "SOA", "SPF", "SRV", "SSHFP", "SVCB", "TLSA", "TXT"),
    }
)
SINGLE = frozenset({"ALIAS", "CNAME", "SOA"})
"""Types of which a set has exactly one record."""
POLICY_TYPES = frozenset({"A", "AAAA", "CNAME", "MX", "SRV", "TXT"})

_PLAIN = re.compile(r"(?:[a-z0-9_-]{1,63}\.)+")
_SIMPLE = re.compile(r'"[ !#-\[\]-~]{1,255}"')
_ESCAPED = re.compile(r"(?:\\[0-9]{3}|\\[!-/:-~]|[!#-'*-:<-~])+")
_UNBROKEN = dns.rdata.RdataStyle(base64_chunk_separator="", hex_chunk_separator="")


def dotted(text: str) -> str:
    """Return a name in lower case; it must be absolute, ASCII and within RFC 1035's lengths."""
    if len(text) <= 254 and _PLAIN.fullmatch(text):
        return text
    if not _ESCAPED.fullmatch(text):
        raise ValueError(text)
    try:
        name = dns.name.from_text(text, origin=None)
    except dns.exception.DNSException as problem:
        raise ValueError(text) from problem
    if not name.is_absolute():
        raise ValueError(text)
    return name.canonicalize().to_text()


@lru_cache(maxsize=1 << 16)
def stored(rtype: str, text: str) -> str:
    """Return how the service lists the rdata *text*."""
    return _PARSERS.get(rtype, _other)(rtype, text)


def _a(_: str, text: str) -> str:
    return str(ipaddress.IPv4Address(text))


def _aaaa(_: str, text: str) -> str:
    if "%" in text:
        raise ValueError(text)
    return str(ipaddress.IPv6Address(text))


def _host(_: str, text: str) -> str:
    return dotted(text)


def _numbers_and_host(rtype: str, text: str) -> str:
    *numbers, host = text.split()
    if len(numbers) != {"MX": 1, "SRV": 3}[rtype]:
        raise ValueError(text)
    return " ".join([*map(_u16, numbers), dotted(host)])


def _u16(text: str) -> str:
    if not re.fullmatch(r"[0-9]{1,5}", text) or int(text) > 65535:
        raise ValueError(text)
    return str(int(text))


def _strings(_: str, text: str) -> str:
    """Return quoted strings; unquoted words are one string each, whatever their author meant."""
    if _SIMPLE.fullmatch(text):
        return text
    parts = []
    place = 0
    while place < len(text):
        if text[place] in " \t":
            place += 1
            continue
        part, place = _string(text, place)
        if len(part) > 255:
            raise ValueError(text)
        parts.append(part)
    if not parts:
        raise ValueError(text)
    return " ".join(map(_quoted, parts))


def _string(text: str, place: int) -> tuple[bytes, int]:
    quoted = text[place] == '"'
    place += quoted
    part = bytearray()
    while place < len(text):
        char = text[place]
        place += 1
        if char == '"':
            if quoted:
                return bytes(part), place
            raise ValueError(text)
        if char in " \t" and not quoted:
            return bytes(part), place
        if char == "\\":
            escape = re.compile(r"[0-9]{3}|[^0-9]").match(text, place)
            if not escape or (escape[0].isdigit() and int(escape[0]) > 255):
                raise ValueError(text)
            place = escape.end()
            part += bytes([int(escape[0])]) if escape[0].isdigit() else escape[0].encode()
        elif char < " " and char != "\t":
            raise ValueError(text)
        else:
            part += char.encode()
    if quoted:
        raise ValueError(text)
    return bytes(part), place


def _quoted(part: bytes) -> str:
    return (
        '"' + "".join(_ESCAPES.get(byte) or (chr(byte) if 32 <= byte < 127 else f"\\{byte:03}") for byte in part) + '"'
    )


_ESCAPES = {ord('"'): '\\"', ord("\\"): "\\\\"}


def _other(rtype: str, text: str) -> str:
    """Return what dnspython makes of *text*, names in lower case; RFC 3597's generic form is refused."""
    if not text.isascii() or "\n" in text or text.lstrip().startswith("\\#"):
        raise ValueError(text)
    try:
        rdata = dns.rdata.from_text(dns.rdataclass.IN, rtype, _unquoted_semicolons(text), origin=None, relativize=False)
    except (dns.exception.DNSException, UnicodeError) as problem:
        raise ValueError(text) from problem
    names = {}
    for base in type(rdata).__mro__:
        for slot in vars(base).get("__slots__", ()):
            value = getattr(rdata, slot, None)
            if isinstance(value, dns.name.Name):
                if not value.is_absolute():
                    raise ValueError(text)
                names[slot] = value.canonicalize()
    return (rdata.replace(**names) if names else rdata).to_text(style=_UNBROKEN)


def _unquoted_semicolons(text: str) -> str:
    # A semicolon begins a comment in a zone file, and not in a JSON string.
    pieces = re.findall(r'\\.|"(?:\\.|[^"\\])*"|[^\\"]+|.', text)
    return "".join(piece if piece[0] in '\\"' else piece.replace(";", "\\;") for piece in pieces)


_PARSERS: dict[str, Callable[[str, str], str]] = {
    "A": _a,
    "AAAA": _aaaa,
    "ALIAS": _host,
    "CNAME": _host,
    "NS": _host,
    "PTR": _host,
    "MX": _numbers_and_host,
    "SRV": _numbers_and_host,
    "TXT": _strings,
    "SPF": _strings,
}
