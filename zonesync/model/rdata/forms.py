"""The forms a record is written in, and the way from each to the canonical text and to the typed value."""

import difflib
from collections.abc import Mapping
from typing import Any

from zonesync.model.names import shorten
from zonesync.model.rdata import engine
from zonesync.model.rdata.base import Rdata, RdataError, validated
from zonesync.model.rdata.fast import FAST, completed
from zonesync.model.rdata.fields import text_of
from zonesync.model.rdata.hosts import host_fields, host_in_file
from zonesync.model.rdata.opaque import Opaque
from zonesync.model.rdata.registry import TYPES
from zonesync.model.rdata.rrtypes import type_name
from zonesync.model.rdata.tokens import tokenise

_ATTRIBUTES = ("SVCB", "HTTPS")


def canonical(rtype: str, text: str, origin: str = ".", *, strict_hosts: bool = False) -> str:
    """Return the canonical text of presentation *text* (RFC 1035 section 5.1, and each type's RFC).

    Relative names are completed with canonical *origin*. With *strict_hosts*, one with a dot inside is refused, as
    in our own zone files (:func:`host_in_file`). Raises :class:`RdataError` and nothing else.
    """
    rtype = type_name(rtype)
    fast = FAST.get(rtype)
    known = (fast(text) or completed(rtype, text, origin, strict_hosts=strict_hosts)) if fast else None
    return engine.spell(rtype, text, origin, strict_hosts=strict_hosts) if known is None else known


def parse(rtype: str, text: str, origin: str = ".") -> Rdata:
    """Return the typed value of presentation *text*: the type's class of :data:`TYPES`, else :class:`Opaque`.

    Rdata whose canonical text is the generic form is :class:`Opaque` whatever its type. Raises :class:`RdataError`.
    """
    rtype = type_name(rtype)
    text = canonical(rtype, text, origin)
    cls = TYPES.get(rtype)
    if cls is None or text.startswith("\\#"):
        return Opaque(type=rtype, text=text)
    return cls.from_tokens(tokenise(text, attributes=rtype in _ATTRIBUTES))


def from_fields(rtype: str, fields: Mapping[str, Any], origin: str = ".") -> str:
    """Return the canonical text of the mapping form, ``{preference: 10, exchange: mail}``.

    Numbers may be text, as YAML scalars are; host names follow :func:`host_in_file`; character-strings are the text
    itself, in which a backslash is a plain character; a type without a class has the one field ``data``, in hex.
    Raises :class:`RdataError` that names the field.
    """
    rtype = type_name(rtype)
    cls = TYPES.get(rtype)
    if cls is None:
        return _from_data(rtype, fields)
    values = dict(cls.prepare({str(name): value for name, value in fields.items()}))
    _refuse_unknown(rtype, cls, values)
    for name in host_fields(rtype):
        if name in values:
            values[name] = _completed(name, values[name], origin)
    value = validated(cls, values)
    try:
        return canonical(rtype, value.to_text(), origin, strict_hosts=True)
    except RdataError as problem:
        raise RdataError(f"{rtype}: {problem}") from None


def rdata_schema(rtype: str) -> dict[str, Any]:
    """Return the JSON Schema of the mapping form of *rtype*. Raises :class:`RdataError` for an unknown type."""
    rtype = type_name(rtype)
    cls = TYPES.get(rtype)
    if cls is None:
        hexadecimal = {"type": "string", "pattern": "^[0-9A-Fa-f\\s]*$"}
        return {
            "type": "object",
            "properties": {"data": hexadecimal},
            "required": ["data"],
            "additionalProperties": False,
        }
    return cls.json_schema()


def _completed(name: str, value: Any, origin: str) -> str:
    try:
        return host_in_file(text_of(value), origin)
    except ValueError as problem:
        raise RdataError(f"`{name}`: {problem}") from None


def _refuse_unknown(rtype: str, cls: type[Rdata], values: Mapping[str, Any]) -> None:
    for name in values:
        if name not in cls.model_fields:
            near = difflib.get_close_matches(name[:60], cls.model_fields, n=1)
            hint = f"did you mean `{near[0]}`?" if near else f"the fields are {', '.join(cls.model_fields)}"
            raise RdataError(f"`{shorten(name)}` is no field of {rtype}; {hint}")


def _from_data(rtype: str, fields: Mapping[str, Any]) -> str:
    data = fields.get("data")
    if set(fields) != {"data"} or not isinstance(data, str):
        raise RdataError(f"{rtype} has no fields of its own here; write `{{data: hex}}`, or presentation format")
    try:
        octets = bytes.fromhex(data)
    except ValueError:
        raise RdataError(f"`data`: `{shorten(data)}` is no hex: pairs of 0-9 and a-f") from None
    return engine.from_wire(rtype, octets)


def to_wire(rtype: str, text: str) -> bytes:
    """Return the uncompressed wire form of presentation *text* with absolute names. Raises :class:`RdataError`."""
    rtype = type_name(rtype)
    return engine.to_wire(rtype, canonical(rtype, text))


def from_wire(rtype: str, data: bytes) -> str:
    """Return the canonical text of rdata in uncompressed wire form. Raises :class:`RdataError`."""
    return engine.from_wire(type_name(rtype), data)
