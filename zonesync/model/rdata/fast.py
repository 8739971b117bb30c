"""Quick recognisers of rdata that is canonical already, for zones of a hundred thousand records.

Each takes one text and returns its canonical form, or None for "ask :func:`canonical`": None says nothing about
validity, a result says that :func:`canonical` would return just that. Only absolute names in plain letters
are recognised, upper case included where the whole rdata may be folded. The numeric ranges are part of the patterns,
so that one match in C decides.
"""

import re
import socket
from collections.abc import Callable, Mapping
from types import MappingProxyType

from zonesync.model.names import PLAIN_NAME_PATTERN

Recogniser = Callable[[str], str | None]

_U8 = r"(?:0|[1-9][0-9]?|1[0-9]{2}|2[0-4][0-9]|25[0-5])"
_U16 = r"(?:0|[1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5])"
_U32 = (
    r"(?:0|[1-9][0-9]{0,8}|[1-3][0-9]{9}|4[01][0-9]{8}|42[0-8][0-9]{7}|429[0-3][0-9]{6}|4294[0-8][0-9]{5}"
    r"|42949[0-5][0-9]{4}|429496[0-6][0-9]{3}|4294967[01][0-9]{2}|42949672[0-8][0-9]|429496729[0-5])"
)
_HOST = rf"(?:{PLAIN_NAME_PATTERN}|\.)"
_MAX_HOST = 254
_plain_relative = re.compile(r"[A-Za-z0-9_*/-]{1,63}(?:\.[A-Za-z0-9_*/-]{1,63})*").fullmatch
# One canonical octet of a character-string: printable, an escaped quote or backslash, \DDD for all others.
_ESCAPED = r'\\(?:["\\]|0(?:[0-2][0-9]|3[01])|12[7-9]|1[3-9][0-9]|2[0-4][0-9]|25[0-5])'
_LONG = rf'"(?:[ !#-\[\]-~]++|{_ESCAPED})*+"'
_STRING = rf'"(?:[ !#-\[\]-~]|{_ESCAPED}){{0,255}}+"'
# Over this, a character-string might have more than 255 octets and its octets must be counted.
_SHORT_TEXT = 257
_MAX_TEXT = 60000
_HEX = {octets: rf"[0-9a-f]{{{2 * octets}}}" for octets in (20, 32, 48, 64)}


def _matching(pattern: str, limit: int) -> Recogniser:
    """Recognise what *pattern* matches as a whole, up to *limit* characters; what follows a name keeps it short."""
    match = re.compile(pattern).fullmatch

    def recognise(text: str) -> str | None:
        return text if len(text) <= limit and match(text) else None

    return recognise


def _folding(pattern: str, limit: int) -> Recogniser:
    """As :func:`_matching`, and lower-case what matches then: for rdata of numbers, names and hex alone."""
    match = re.compile(pattern).fullmatch

    def recognise(text: str) -> str | None:
        if len(text) > limit:
            return None
        if match(text):
            return text
        # Some letters outside ASCII have an ASCII lower case.
        return lower if text.isascii() and match(lower := text.lower()) else None

    return recognise


def _a(text: str) -> str | None:
    try:
        # Spelled back, so that no platform's leniency (leading zeros) passes.
        return text if socket.inet_ntop(socket.AF_INET, socket.inet_pton(socket.AF_INET, text)) == text else None
    except (OSError, ValueError):
        return None


def _aaaa(text: str) -> str | None:
    try:
        spelled = socket.inet_ntop(socket.AF_INET6, socket.inet_pton(socket.AF_INET6, text))
    except (OSError, ValueError):
        return None
    # C libraries differ on addresses with leading zero groups and on embedded IPv4; dnspython decides those.
    return None if spelled[0] == ":" or "." in text else spelled


_short_strings = re.compile(rf"{_LONG}(?: {_LONG})*+").fullmatch
_counted_strings = re.compile(rf"{_STRING}(?: {_STRING})*+").fullmatch


def _txt(text: str) -> str | None:
    if len(text) <= _SHORT_TEXT:
        return text if _short_strings(text) else None
    return text if len(text) <= _MAX_TEXT and _counted_strings(text) else None


_host = _folding(_HOST, _MAX_HOST)
_ds = _folding(rf"{_U16} {_U8} (?:1 {_HEX[20]}|[23] {_HEX[32]}|4 {_HEX[48]})", 200)
_tlsa = _folding(rf"{_U8} {_U8} (?:0 (?:[0-9a-f]{{2}})++|1 {_HEX[32]}|2 {_HEX[64]})", _MAX_TEXT)

FAST: Mapping[str, Recogniser] = MappingProxyType(
    {
        "A": _a,
        "AAAA": _aaaa,
        "ALIAS": _host,
        "CAA": _matching(rf"{_U8} [0-9A-Za-z]{{1,255}} {_LONG}", _MAX_TEXT),
        "CDS": _ds,
        "CNAME": _host,
        "DNAME": _host,
        "DS": _ds,
        # 253 characters at most come with preference and blank: the name among them is short enough.
        "MX": _folding(rf"{_U16} {_HOST}", _MAX_HOST),
        "NAPTR": _matching(rf"{_U16} {_U16} {_LONG} {_LONG} {_LONG} {_HOST}", _MAX_HOST),
        "NS": _host,
        "PTR": _host,
        "SMIMEA": _tlsa,
        "SOA": _folding(rf"{_HOST} {_HOST}(?: {_U32}){{5}}", _MAX_HOST),
        "SPF": _txt,
        "SRV": _folding(rf"{_U16} {_U16} {_U16} {_HOST}", _MAX_HOST),
        "SSHFP": _folding(rf"{_U8} (?:1 {_HEX[20]}|2 {_HEX[32]})", 100),
        "TLSA": _tlsa,
        "TXT": _txt,
    }
)
"""Per type its recogniser."""

_HOST_IS_LAST = frozenset({"ALIAS", "CNAME", "DNAME", "MX", "NAPTR", "NS", "PTR", "SRV"})


def completed(rtype: str, text: str, origin: str, *, strict_hosts: bool) -> str | None:
    """Recognise what only lacks its *origin*: a plain relative name, or ``@``, at the end."""
    if rtype not in _HOST_IS_LAST:
        return None
    head, blank, tail = text.rpartition(" ")
    if tail == "@":
        return FAST[rtype](f"{head}{blank}{origin}")
    if not _plain_relative(tail) or (strict_hosts and "." in tail):
        return None
    return FAST[rtype](f"{head}{blank}{tail}.{'' if origin == '.' else origin}")
