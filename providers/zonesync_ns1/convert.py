r"""Answers of NS1 to canonical rdata and back.

An answer is an array of fields whose shape the type gives: numbers as JSON integers or as text, host names with or
without their final dot, and character-strings raw, in which a quote or backslash means itself.
https://www.ibm.com/docs/en/ns1-connect?topic=records-supported-dns-record-types
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from zonesync.model import rdata
from zonesync.model.rdata import RdataError, txt_strings, txt_text
from zonesync.model.rdata.tokens import Token, octets_of, quote, tokenise
from zonesync.model.rrset import RRset
from zonesync_ns1.names import dotted

Field = str | int

TEXTS = frozenset({"TXT", "SPF"})
"""Types whose answer is one raw text of any length, which NS1 cuts into strings itself."""
_ATTRIBUTES = frozenset({"SVCB", "HTTPS"})

LAYOUT: Mapping[str, str] = {
    **dict.fromkeys(("A", "AAAA", "DHCID"), "w"),
    **dict.fromkeys(("ALIAS", "CNAME", "DNAME", "NS", "PTR"), "h"),
    **dict.fromkeys(("AFSDB", "MX"), "nh"),
    **dict.fromkeys(("CDNSKEY", "CDS", "DS", "SMIMEA", "TLSA"), "nnnw"),
    **dict.fromkeys(("HTTPS", "SVCB"), "nhw"),
    **dict.fromkeys(("SPF", "TXT"), "s"),
    "CAA": "nws",
    "CERT": "nnnw",
    "CSYNC": "nnw",
    "HINFO": "ss",
    "NAPTR": "nnsssh",
    "RP": "hh",
    "SRV": "nnnh",
}
"""The fields by type: a number or mnemonic (n), a host name (h), a raw string (s), a word or the rest of them (w)."""


def answer(rtype: str, text: str) -> list[Field]:
    """Return the answer array of canonical rdata *text*. Raises ValueError for what has no form at NS1."""
    if rtype in TEXTS:
        return [b"".join(txt_strings(text)).decode()]
    tokens = tokenise(text, attributes=rtype in _ATTRIBUTES)
    if text.startswith("\\#"):
        raise RdataError("rdata in the generic form of RFC 3597 has no form at NS1")
    layout = LAYOUT[rtype]
    last = len(layout) - 1
    parts = [tokens[at:] if at == last else tokens[at : at + 1] for at in range(len(layout))]
    return [_encoded(kind, part) for kind, part in zip(layout, parts, strict=True) if part]


def _encoded(kind: str, tokens: Sequence[Token]) -> Field:
    match kind:
        case "s":
            return octets_of(tokens[0]).decode()
        case "n" if tokens[0].text.isdecimal():
            return int(tokens[0].text)
    return " ".join(token.raw for token in tokens)


def text(rtype: str, fields: Sequence[object]) -> str:
    """Return the canonical rdata of an answer array. Raises ValueError for what is no rdata of *rtype*."""
    known = [_field(field) for field in fields]
    if rtype in TEXTS:
        return txt_text("".join(known).encode())
    layout = LAYOUT[rtype]
    if len(known) == 1:
        known = split(rtype, known[0]) or known
    last = len(layout) - 1
    if len(known) > len(layout):
        known[last:] = [" ".join(known[last:])]
    return rdata.canonical(rtype, " ".join(map(_decoded, layout, known)))


def _field(field: object) -> str:
    if isinstance(field, str | int) and not isinstance(field, bool):
        return str(field)
    raise RdataError(f"an answer holds {type(field).__name__}, where text or a number is due")


def _decoded(kind: str, field: str) -> str:
    match kind:
        case "s":
            return quote(field.encode())
        case "h":
            return dotted(field)
    return field


def split(rtype: str, short: str) -> list[str] | None:
    """Cut an entry of ``short_answers``, fields with blanks between, into its fields; None where that is ambiguous.

    An empty field shows as two blanks. A text is one field with blanks of its own, and so is what comes last.
    """
    layout = LAYOUT[rtype]
    if len(layout) == 1:
        return [short]
    if "s" not in layout[:-1]:
        return short.split(" ", len(layout) - 1)
    parts = short.split(" ")
    return parts if len(parts) == len(layout) else None


def listed(rtype: str, fields: Sequence[object]) -> str:
    """Return the canonical rdata as a zone's listing would have it, which puts blanks between the strings of a text."""
    return text(rtype, [" ".join(map(str, fields))] if rtype in TEXTS else fields)


def normalised(rrset: RRset) -> RRset:
    """Return *rrset* as NS1 gives it back: without the boundaries within a text."""
    if rrset.type not in TEXTS:
        return rrset
    return replace(rrset, rdatas=tuple(sorted({txt_text(b"".join(txt_strings(one))) for one in rrset.rdatas})))
