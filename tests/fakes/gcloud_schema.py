"""The Cloud DNS v1 discovery document as JSON Schema, and a quick checker of values against it.

https://developers.google.com/discovery/v1/type-format says how formats travel: int64 as text, and a client may send any
integer as text. The checker decides as the `jsonschema` library does (a test holds it to that) in a fraction of the
time: a change has up to 2,000 record sets, and tests make many.
"""

import json
import re
from collections.abc import Callable, Mapping
from functools import cache
from importlib import resources
from typing import Any

Check = Callable[[Any], str | None]
"""Returns what is wrong, beginning with where; None where nothing is."""

BOUNDS = {"int32": (-(2**31), 2**31 - 1), "uint32": (0, 2**32 - 1)}
TEXT_NUMBER = {"int64": r"^-?[0-9]{1,19}$", "uint64": r"^[0-9]{1,20}$"}
KINDS: Mapping[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "boolean": (bool,),
    "integer": (int,),
    "number": (int, float),
}


@cache
def discovery() -> dict[str, Any]:
    """Return the document that google-api-python-client ships."""
    folder = resources.files("googleapiclient.discovery_cache") / "documents"
    document: dict[str, Any] = json.loads((folder / "dns.v1.json").read_text())
    return document


def converted(node: Mapping[str, Any], *, request: bool) -> dict[str, Any]:
    """Return the JSON Schema of a discovery schema: no unknown properties; in a *request* numbers may be text."""
    if "$ref" in node:
        return {"$ref": f"#/$defs/{node['$ref']}"}
    kind, form = node["type"], node.get("format")
    if kind == "any":
        return {}
    if kind == "object":
        more = node.get("additionalProperties")
        return {
            "type": "object",
            "properties": {
                name: converted(value, request=request) for name, value in node.get("properties", {}).items()
            },
            "additionalProperties": converted(more, request=request) if more else False,
        }
    if kind == "array":
        return {"type": "array", "items": converted(node["items"], request=request)}
    schema: dict[str, Any] = {"type": kind}
    if "enum" in node:
        schema["enum"] = list(node["enum"])
    if kind == "string" and form in TEXT_NUMBER:
        schema["pattern"] = TEXT_NUMBER[form]
    if form in BOUNDS:
        schema["minimum"], schema["maximum"] = BOUNDS[form]
    if request and kind == "integer":
        return {"anyOf": [schema, {"type": "string", "pattern": r"^-?[0-9]{1,10}$"}]}
    if request and kind == "number":
        return {"anyOf": [schema, {"type": "string", "pattern": r"^-?[0-9]+(\.[0-9]+)?$"}]}
    return schema


@cache
def schema(name: str, *, request: bool) -> dict[str, Any]:
    """Return the whole JSON Schema of the message *name*."""
    schemas = discovery()["schemas"]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$defs": {each: converted(node, request=request) for each, node in schemas.items()},
        "$ref": f"#/$defs/{name}",
    }


@cache
def checker(name: str, *, request: bool) -> Check:
    """Return the quick checker of the message *name*."""
    defs = schema(name, request=request)["$defs"]
    made: dict[str, Check] = {}

    def reference(target: str) -> Check:
        # Through the table, not the function: messages may hold themselves.
        if target not in made:
            made[target] = lambda value: f": `{target}` holds itself with {value!r}"
            made[target] = build(defs[target])
        return made[target]

    def build(node: Mapping[str, Any]) -> Check:
        if "$ref" in node:
            return reference(node["$ref"].removeprefix("#/$defs/"))
        if "anyOf" in node:
            first, second = map(build, node["anyOf"])
            return lambda value: first(value) and second(value) and first(value)
        if not node:
            return lambda _: None
        if node["type"] == "object":
            return _object({key: build(part) for key, part in node["properties"].items()}, _rest(node, build))
        if node["type"] == "array":
            return _array(build(node["items"]))
        return _scalar(node)

    return reference(name)


def _rest(node: Mapping[str, Any], build: Callable[[Mapping[str, Any]], Check]) -> Check | None:
    return build(node["additionalProperties"]) if node["additionalProperties"] else None


def _object(parts: Mapping[str, Check], rest: Check | None) -> Check:
    def check(value: Any) -> str | None:
        if type(value) is not dict:
            return f": {value!r} is not of type 'object'"
        for key, each in value.items():
            part = parts.get(key, rest)
            if part is None:
                return f': Unknown name "{key}": Cannot find field.'
            problem = part(each)
            if problem:
                return f".{key}{problem}"
        return None

    return check


def _array(item: Check) -> Check:
    def check(value: Any) -> str | None:
        if type(value) is not list:
            return f": {value!r} is not of type 'array'"
        for place, each in enumerate(value):
            problem = item(each)
            if problem:
                return f"[{place}]{problem}"
        return None

    return check


def _scalar(node: Mapping[str, Any]) -> Check:
    kinds, kind = KINDS[node["type"]], node["type"]
    enum, pattern = node.get("enum"), re.compile(node["pattern"]) if "pattern" in node else None
    low, high = node.get("minimum"), node.get("maximum")

    def check(value: Any) -> str | None:
        if type(value) not in kinds:
            # JSON has one kind of number: 1.0 is an integer.
            whole = kind == "integer" and type(value) is float and value.is_integer()
            if not whole:
                return f": {value!r} is not of type '{kind}'"
        if enum is not None and value not in enum:
            return f": {value!r} is not one of {enum}"
        if pattern is not None and not pattern.search(value):
            return f": {value!r} does not match {pattern.pattern!r}"
        if low is not None and not low <= value <= high:
            return f": {value!r} is not between {low} and {high}"
        return None

    return check
