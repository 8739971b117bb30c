r"""The syntax of a `Value`, type by type.

https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/ResourceRecordTypes.html
Escapes are octal here and decimal in dnspython, so every value is rewritten before dnspython sees it.
"""

import re
from functools import lru_cache

import dns.exception
import dns.name
import dns.rdata
import dns.rdataclass
import dns.rdatatype

from tests.fakes.route53_names import BadNameError, spelled

STRINGS = frozenset({"TXT", "SPF"})
HOSTS = {"CNAME": 0, "NS": 0, "PTR": 0, "MX": 1, "SRV": 3}
"""Types of plain fields, and which of these is a host name (the last one)."""
NUMBERS = {"CNAME": "One", "NS": "One", "PTR": "One", "MX": "Two", "SRV": "Four"}
# Of these the quotes are part of the syntax, which dnspython would not insist on.
_QUOTED = {
    "CAA": re.compile(r'\d+\s+[A-Za-z0-9]+\s+"(?:[^"\\]|\\.)*"'),
    "NAPTR": re.compile(r'\d+\s+\d+\s+(?:"(?:[^"\\]|\\.)*"\s+){3}\S+'),
}
_STRING = re.compile(r'\s*"((?:[^"\\]|\\.)*)"\s*', re.DOTALL)
_ESCAPE = re.compile(r"\\(?:([0-7]{3})|(.))", re.DOTALL)


class BadValueError(ValueError):
    """A value is none of its type; the message is the service's own."""

    def __init__(self, code: str, words: str, value: str) -> None:
        super().__init__(f"Invalid Resource Record: 'FATAL problem: {code} ({words}) encountered with '{value}''")


@lru_cache(maxsize=65536)
def meaning(kind: str, value: str) -> bytes:
    """Return what *value* means in a record set of the type *kind*: equal bytes are one record twice."""
    if kind in STRINGS:
        return repr(strings(value)).encode()
    if kind in ("A", "AAAA") and re.search(r"\s", value):
        raise BadValueError(f"{kind}RRDATANotSingleField", "Value contains spaces", value)
    if kind in HOSTS:
        return _host(kind, value)
    if kind in _QUOTED and not _QUOTED[kind].fullmatch(value):
        raise BadValueError(f"{kind}RRDATAInvalid", "Value should be enclosed in quotation marks", value)
    if re.search(r"[\n;()]|^\\#|^\s|\s$", re.sub(r'"(?:[^"\\]|\\.)*"', '""', value)):
        raise BadValueError(f"{kind}RRDATAInvalid", f"Value is not valid for type {kind}", value)
    return _parsed(kind, value)


def strings(value: str) -> tuple[bytes, ...]:
    """Return the character strings of a TXT value; each is in quotation marks and of at most 255 bytes."""
    found = []
    end = 0
    while match := _STRING.match(value, end):
        found.append(_unescaped(match[1], value))
        end = match.end()
    if not found or end != len(value):
        raise BadValueError("InvalidCharacterString", "Value should be enclosed in quotation marks", value)
    if any(len(each) > 255 for each in found):
        raise BadValueError("CharacterStringTooLong", "Value is too long", value)
    return tuple(found)


def _unescaped(text: str, value: str) -> bytes:
    if not all(" " <= char <= "~" for char in text):
        raise BadValueError("InvalidCharacterString", "Value contains unsupported characters", value)

    def replaced(match: re.Match[str]) -> str:
        octal, char = match.groups()
        if (char or "").isdigit() or int(octal or "0", 8) > 255:
            raise BadValueError("InvalidCharacterString", "Value contains an invalid escape sequence", value)
        return chr(int(octal, 8)) if octal else char

    return _ESCAPE.sub(replaced, text).encode("latin-1")


def _host(kind: str, value: str) -> bytes:
    *numbers, host = value.split(" ") if HOSTS[kind] == 0 else value.split()
    if len(numbers) != HOSTS[kind]:
        words = "Value contains spaces" if HOSTS[kind] == 0 else f"{kind} doesn't have {HOSTS[kind] + 1} fields"
        code = "NotSingleField" if HOSTS[kind] == 0 else f"Not{NUMBERS[kind]}Fields"
        raise BadValueError(f"{kind}RRDATA{code}", words, value)
    for number in numbers:
        if not re.fullmatch(r"\d{1,5}", number) or int(number) > 65535:
            raise BadValueError(f"{kind}RRDATAIllegalNumber", "Value is not a 16-bit number", value)
    try:
        name = spelled(host)
    except BadNameError as error:
        raise ValueError(f"Invalid Resource Record: '{error}'") from error
    return " ".join([*(str(int(number)) for number in numbers), name]).encode()


def _parsed(kind: str, value: str) -> bytes:
    try:
        rdata = dns.rdata.from_text(
            dns.rdataclass.IN, dns.rdatatype.from_text(kind), _decimal(value), origin=dns.name.root, relativize=False
        )
        return rdata.to_digestable(dns.name.root)
    except (dns.exception.DNSException, ValueError, UnicodeError) as error:
        family = {"A": "IPv4", "AAAA": "IPv6"}.get(kind)
        code = f"{kind}RRDATAIllegal{family}Address" if family else f"{kind}RRDATAInvalid"
        words = f"Value is not a valid {family} address" if family else f"Value is not valid for type {kind}"
        raise BadValueError(code, words, value) from error


def _decimal(value: str) -> str:
    return _ESCAPE.sub(lambda match: f"\\{int(match[1], 8):03d}" if match[1] else match[0], value)


def undotted(kind: str, value: str) -> str:
    """Return *value* without the final dot of a host name, which the service does not look at."""
    return value[:-1] if kind in HOSTS and value.endswith(".") and not value.endswith(" .") and value != "." else value
