r"""Records of octoDNS to RRsets and back.

A text is kept by octoDNS in a form between presentation format and octets: a semicolon has a backslash before it, and
whether another backslash or a quote means itself is left to each package. So only texts of printable ASCII without
either are converted; others have no sure spelling, and are kept as they are.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from octodns.record import Record
from octodns.zone import Zone

from zonesync.model.rdata import RdataError, txt_strings, txt_text
from zonesync.model.rdata.tokens import Token, tokenise
from zonesync.model.rrset import RRset
from zonesync_octodns import svcb
from zonesync_octodns.names import owner, relative

TEXTS = frozenset({"TXT", "SPF"})
_SINGLE = frozenset({"ALIAS", "CNAME", "DNAME"})
_WORDS = frozenset({"A", "AAAA", "NS", "OPENPGPKEY", "PTR"}) | _SINGLE
_PARAMETERS = frozenset({"HTTPS", "SVCB"})

FIELDS: Mapping[str, Mapping[str, str]] = {
    "CAA": {"flags": "n", "tag": "w", "value": "t"},
    "DS": {"key_tag": "n", "algorithm": "n", "digest_type": "n", "digest": "w"},
    "LOC": {
        "lat_degrees": "n",
        "lat_minutes": "n",
        "lat_seconds": "d",
        "lat_direction": "w",
        "long_degrees": "n",
        "long_minutes": "n",
        "long_seconds": "d",
        "long_direction": "w",
        **dict.fromkeys(("altitude", "size", "precision_horz", "precision_vert"), "m"),
    },
    "MX": {"preference": "n", "exchange": "w"},
    "NAPTR": {"order": "n", "preference": "n", "flags": "s", "service": "s", "regexp": "s", "replacement": "w"},
    "SRV": {"priority": "n", "weight": "n", "port": "n", "target": "w"},
    "SSHFP": {"algorithm": "n", "fingerprint_type": "n", "fingerprint": "w"},
    "TLSA": {"certificate_usage": "n", "selector": "n", "matching_type": "n", "certificate_association_data": "w"},
    "URI": {"priority": "n", "weight": "n", "target": "s"},
}
"""The fields by type, as octoDNS calls them, in the order of rdata: a number (n), a word (w), a quoted string without
blanks (s) or with them (t), seconds (d), metres (m)."""

_LOC_DEFAULTS = ("1.00m", "10000.00m", "10.00m")
"""Size and precisions that a LOC may leave out (RFC 1876 section 3)."""

TYPES = frozenset({*FIELDS, *_WORDS, *_PARAMETERS, *TEXTS})
"""What the model and octoDNS both have."""

_sure = re.compile(r"[ !#-\[\]-~]*").fullmatch
"""Printable ASCII without quote and backslash."""


def record(zone: Zone, rrset: RRset, *, lenient: bool) -> Record:
    """Return *rrset* as a record of *zone*. Raises ValueError for what has no form, and what octoDNS raises."""
    if rrset.type not in TYPES:
        raise RdataError(f"octoDNS has no records of type {rrset.type}")
    if rrset.ttl is None:
        raise RdataError("a provider's own alias has no form at octoDNS")
    data: dict[str, Any] = {"type": rrset.type, "ttl": rrset.ttl}
    values = [_value(rrset.type, text) for text in rrset.rdatas]
    if rrset.type not in _SINGLE:
        data["values"] = values
    elif len(values) == 1:
        data["value"] = values[0]
    else:
        raise RdataError(f"{len(values)} values, where {rrset.type} has one")
    return Record.new(zone, relative(rrset.name, zone.name), data, lenient=lenient)


def _value(rtype: str, text: str) -> object:
    if rtype in TEXTS:
        raw = b"".join(txt_strings(text)).decode("latin-1")
        if not _sure(raw):
            raise RdataError("a text with a quote, a backslash or other than printable ASCII has no sure spelling")
        return raw.replace(";", "\\;")
    if text.startswith("\\#"):
        raise RdataError("rdata in the generic form of RFC 3597 has no form at octoDNS")
    if "\\" in text:
        raise RdataError("a value with an escape (`\\`) has no sure spelling at octoDNS")
    tokens = tokenise(text, attributes=rtype in _PARAMETERS)
    if rtype in _PARAMETERS:
        return svcb.fields(tokens)
    if rtype in _WORDS:
        return "".join(token.text for token in tokens)
    layout = FIELDS[rtype]
    tokens += [Token(metres) for metres in _LOC_DEFAULTS[len(tokens) - 9 :]] if rtype == "LOC" else []
    last = len(layout) - 1
    parts = [tokens[at:] if at == last else tokens[at : at + 1] for at in range(len(layout))]
    return {name: _field(kind, part) for (name, kind), part in zip(layout.items(), parts, strict=True)}


def _field(kind: str, tokens: Sequence[Token]) -> object:
    word = "".join(token.text for token in tokens)
    match kind:
        case "n":
            return int(word)
        case "d":
            return float(word)
        case "m":
            return float(word.removesuffix("m"))
        case "s" if " " in word:
            raise RdataError("a value with a blank in it has no sure spelling at octoDNS")
    return word


def type_of(found: Any) -> str:
    """Return the type of *found*, which for what a package has of its own begins with a name and a slash."""
    return str(found._type)  # noqa: SLF001 -- octoDNS has no other name for it, and its packages use this one


def rrset(found: Any) -> RRset:
    """Return the RRset that *found* is. Raises ValueError for what is none, or for what has no sure reading."""
    rtype = type_of(found)
    if rtype not in TYPES:
        raise RdataError(f"type {rtype} is octoDNS's own")
    values = found.values if hasattr(found, "values") else [found.value]
    return RRset.of(owner(found.name, found.zone.name), rtype, found.ttl, [_text(rtype, value) for value in values])


def _text(rtype: str, value: Any) -> str:
    if rtype in TEXTS:
        raw = str(value).replace("\\;", ";")
        if not _sure(raw):
            raise RdataError("a text with a quote, a backslash or other than printable ASCII has no sure reading")
        return txt_text(raw.encode())
    if rtype in _PARAMETERS:
        return svcb.text(value)
    if rtype in _WORDS:
        return str(value)
    return " ".join(_word(kind, getattr(value, name)) for name, kind in FIELDS[rtype].items())


def _word(kind: str, field: Any) -> str:
    match kind:
        case "d":
            return f"{float(field):.3f}"
        case "m":
            return f"{float(field):.2f}m"
        case "s" | "t" if not _sure(str(field)):
            raise RdataError("a value with a quote, a backslash or other than printable ASCII has no sure reading")
        case "s" | "t":
            return f'"{field}"'
    return str(field)


def normalised(rrset: RRset) -> RRset:
    """Return *rrset* as octoDNS gives it back: without the boundaries within a text."""
    if rrset.type not in TEXTS:
        return rrset
    return replace(rrset, rdatas=tuple(sorted({txt_text(b"".join(txt_strings(one))) for one in rrset.rdatas})))
