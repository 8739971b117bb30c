"""JSON Schemas (draft 2020-12) of zone files and the configuration, for editors; made from what the loaders check."""

from typing import Any, Literal

from zonesync.load.shapes import ConfigShape, ZoneShape
from zonesync.load.values import TEXT_TYPES
from zonesync.model import rdata
from zonesync.model.alias import AliasTarget

DRAFT = "https://json-schema.org/draft/2020-12/schema"
_SCALAR = {"type": ["string", "number", "boolean"]}
_PROVIDERS = {"oneOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}, "minItems": 1}]}


def schema(what: Literal["zone", "config"]) -> dict[str, Any]:
    """Return the schema of a zone file or of the configuration."""
    return _zone() if what == "zone" else _titled(ConfigShape.model_json_schema(), "zonesync configuration")


def _titled(shape: dict[str, Any], title: str) -> dict[str, Any]:
    return {"$schema": DRAFT, **_without_null(shape), "title": title}


def _without_null(part: Any) -> Any:
    """Drop pydantic's null alternatives: in our files a key without a value is an error."""
    if isinstance(part, list):
        return [_without_null(item) for item in part]
    if not isinstance(part, dict):
        return part
    kept = {key: _without_null(value) for key, value in part.items() if not (key == "default" and value is None)}
    if kept.get("anyOf", [])[1:] == [{"type": "null"}]:
        kept |= {key: value for key, value in kept.pop("anyOf")[0].items() if key not in kept}
    return kept


def _zone() -> dict[str, Any]:
    zone = _titled(ZoneShape.model_json_schema(), "zonesync zone")
    definitions = zone.setdefault("$defs", {})
    definitions["alias"] = AliasTarget.model_json_schema() | {
        "title": "alias",
        "description": "Route 53's own alias; the RRset has no TTL",
    }
    for rtype in sorted(rdata.TYPES):
        if rtype != "SOA":
            definitions[f"{rtype} value"] = _value(rtype)
            definitions[f"{rtype} RRset"] = _rrset(f"{rtype} value", rtype)
    definitions["value"] = {
        "title": "value",
        "description": "Presentation format (RFC 1035)",
        "type": ["string", "object"],
    }
    definitions["RRset"] = _rrset("value", "any other type")
    definitions["types"] = {
        "title": "types",
        "description": "Values by type",
        "type": "object",
        "properties": {rtype: _ref(f"{rtype} RRset") for rtype in sorted(rdata.TYPES) if rtype != "SOA"},
        "patternProperties": {"^(?!SOA$)[A-Za-z0-9-]+$": {}},
        "additionalProperties": False,
    }
    zone["properties"]["records"] = {
        "title": "records",
        "description": "Owner names relative to the zone (`@` is the zone itself), then types, then values",
        "type": "object",
        "additionalProperties": _ref("types"),
    }
    return zone


def _ref(name: str) -> dict[str, str]:
    return {"$ref": "#/$defs/" + name.replace(" ", "%20")}


def _value(rtype: str) -> dict[str, Any]:
    title = {"title": f"{rtype} value"}
    if rtype in TEXT_TYPES:
        base64 = {
            "type": "object",
            "properties": {"base64": {"type": "string", "description": "Any bytes, in base64"}},
            "required": ["base64"],
            "additionalProperties": False,
        }
        strings = {"type": "array", "items": _SCALAR, "minItems": 1, "description": "One value in several strings"}
        return title | {"description": "The text itself, without DNS quoting", "anyOf": [_SCALAR, strings, base64]}
    fields = {key: value for key, value in rdata.rdata_schema(rtype).items() if key != "$schema"}
    about = (rdata.TYPES[rtype].__doc__ or "").partition("\n")[0]
    text = _SCALAR | {"description": f"{rtype} in presentation format"}
    return title | {"description": about, "anyOf": [text, fields]}


def _rrset(value: str, title: str) -> dict[str, Any]:
    one_or_list = {"anyOf": [_ref(value), {"type": "array", "items": _ref(value), "minItems": 1}]}
    ttl = {"type": ["integer", "string"], "description": "TTL of this RRset: seconds, or units (1h30m)"}
    content = {"ttl": ttl, "values": one_or_list, "alias": _ref("alias")}
    nested = {"type": "object", "properties": content, "additionalProperties": False}
    mapping = {
        "type": "object",
        "properties": content
        | {
            "only": _PROVIDERS | {"description": "Providers that serve it; the others do not"},
            "except": _PROVIDERS | {"description": "Providers that do not serve it"},
            "by_provider": {
                "type": "object",
                "description": "What each provider serves; `default` is for those not named",
                "additionalProperties": {"anyOf": [*one_or_list["anyOf"], nested]},
                "minProperties": 1,
            },
            "comment": {"type": "string", "description": "Why it is so"},
        },
        "additionalProperties": False,
    }
    return {"title": f"{title} RRset", "anyOf": [*one_or_list["anyOf"], mapping]}
