"""Answers of NS1 records: one array of fields per answer, its shape given by the record's type."""

from collections.abc import Sequence
from typing import Any

import dns.exception
import dns.name
import dns.rdata

from tests.fakes.ns1_refusals import RefusedError, bad, invalid

TEXTS = frozenset({"TXT", "SPF"})
SINGLE = frozenset({"CNAME", "ALIAS", "DNAME"})
"""One answer at most, unless a filter chain picks one."""
DNSSEC = frozenset({"DNSKEY", "NSEC", "NSEC3", "NSEC3PARAM", "RRSIG"})
"""Made by the service alone."""

ARITY: dict[str, tuple[int, ...]] = {
    **dict.fromkeys(("A", "AAAA", "ALIAS", "CNAME", "DHCID", "DNAME", "NS", "PTR"), (1,)),
    **dict.fromkeys(("AFSDB", "HINFO", "MX", "RP"), (2,)),
    **dict.fromkeys(("CAA",), (3,)),
    **dict.fromkeys(("HTTPS", "SVCB"), (2, 3)),
    **dict.fromkeys(("CDNSKEY", "CDS", "CERT", "DS", "SMIMEA", "SRV", "TLSA"), (4,)),
    **dict.fromkeys(("REDIRECT", "URLFWD"), (5,)),
    "CSYNC": tuple(range(2, 34)),
    "NAPTR": (6,),
}
CREATABLE = frozenset(ARITY) | TEXTS

HOSTS: dict[str, tuple[int, ...]] = {
    **dict.fromkeys(("ALIAS", "CNAME", "DNAME", "NS", "PTR"), (0,)),
    **dict.fromkeys(("AFSDB", "HTTPS", "MX", "SVCB"), (1,)),
    "NAPTR": (5,),
    "RP": (0, 1),
    "SRV": (3,),
}
"""Which fields are host names."""

NUMBERS: dict[str, tuple[int, ...]] = {
    **dict.fromkeys(("AFSDB", "CAA", "HTTPS", "MX", "SVCB"), (0,)),
    **dict.fromkeys(("CSYNC", "NAPTR"), (0, 1)),
    **dict.fromkeys(("CDNSKEY", "CDS", "DS", "SMIMEA", "SRV", "TLSA"), (0, 1, 2)),
}
"""Which fields are integers, sent and returned as numbers or as text."""
FORWARDS = {"REDIRECT": (2, 3, 4), "URLFWD": (2, 3, 4)}
"""Which fields are always JSON integers."""

QUOTED: dict[str, tuple[int, ...]] = {"CAA": (2,), "HINFO": (0, 1), "NAPTR": (2, 3, 4)}
"""Which fields are character strings, sent raw."""
SPACED: dict[str, tuple[int, ...]] = {**QUOTED, "HTTPS": (2,), "SVCB": (2,), "CSYNC": tuple(range(2, 34))}


def check_fields_of(rtype: str, fields: Any, place: str) -> None:
    """Refuse the array *fields* unless it is an answer of *rtype*; *place* names it in the message."""
    if not isinstance(fields, list):
        raise invalid(f"Value {fields!r} for field '<obj>.{place}' is not of type array")
    for item in fields:
        if not isinstance(item, str | int) or isinstance(item, bool):
            raise invalid(f"Value {item!r} for field '<obj>.{place}' is not of type string or integer")
    if rtype in TEXTS:
        _check_text(rtype, fields)
        return
    _check_shape(rtype, fields)
    if rtype in FORWARDS:
        return
    try:
        dns.rdata.from_text(
            "IN", "CNAME" if rtype == "ALIAS" else rtype, presentation(rtype, fields), dns.name.root, relativize=False
        )
    except (dns.exception.DNSException, ValueError) as error:
        raise _wrong(rtype, fields, str(error)) from None


def _check_shape(rtype: str, fields: Sequence[Any]) -> None:
    if len(fields) not in ARITY[rtype]:
        raise _wrong(rtype, fields, f"{len(fields)} fields, expected {ARITY[rtype][-1]}")
    for number, item in enumerate(fields):
        text = str(item)
        if number not in SPACED.get(rtype, ()) and (not text or any(char.isspace() for char in text)):
            raise _wrong(rtype, fields, f"field {number} is {text!r}")
    if not all(isinstance(fields[number], int) for number in FORWARDS.get(rtype, ())):
        raise _wrong(rtype, fields, "code, masking and query are integers")


def _check_text(rtype: str, strings: Sequence[Any]) -> None:
    if not all(isinstance(item, str) for item in strings):
        raise _wrong(rtype, strings, "not text")
    if not "".join(strings):
        raise _wrong(rtype, strings, "text is empty")
    try:
        "".join(strings).encode()
    except UnicodeEncodeError as error:
        raise _wrong(rtype, strings, f"not UTF-8: {error.reason}") from None


def _wrong(rtype: str, fields: Sequence[Any], why: str) -> RefusedError:
    return bad(f"invalid {rtype} answer {list(fields)!r}: {why}")


def presentation(rtype: str, fields: Sequence[Any]) -> str:
    """Return the answer *fields* as a zone file has them; not for text."""
    quoted = QUOTED.get(rtype, ())
    return " ".join(_quote(str(item)) if number in quoted else str(item) for number, item in enumerate(fields))


def _quote(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def fields_of(rtype: str, text: str) -> list[Any]:
    """Return the fields of one answer from the short spelling, as ``short_answers`` has them."""
    if rtype in TEXTS or rtype not in ARITY:
        return [text]
    fields: list[Any] = list(text.split(" ", ARITY[rtype][-1] - 1))
    for number in (*NUMBERS.get(rtype, ()), *FORWARDS.get(rtype, ())):
        if number < len(fields) and fields[number].isdigit():
            fields[number] = int(fields[number])
    return fields


def undotted(rtype: str, fields: Sequence[Any]) -> list[Any]:
    """Return *fields* with the dot of each host name taken off; the root stays."""
    hosts = HOSTS.get(rtype, ())
    return [
        item[:-1] if number in hosts and isinstance(item, str) and len(item) > 1 and item.endswith(".") else item
        for number, item in enumerate(fields)
    ]


def numbered(rtype: str, fields: Sequence[Any], as_text: bool) -> list[Any]:
    """Return *fields* with their integers as text or as numbers."""
    numbers = NUMBERS.get(rtype, ())
    return [_number(item, as_text) if number in numbers else item for number, item in enumerate(fields)]


def _number(item: Any, as_text: bool) -> Any:
    if as_text:
        return str(item)
    return int(item) if isinstance(item, str) and item.isdigit() else item
