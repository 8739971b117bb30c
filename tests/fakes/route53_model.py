"""The service model that Amazon publishes: which request is which operation, and how its XML is read and written.

The model is the one that botocore bundles. What it does not say (conflicts, value syntax) is in the other modules.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from urllib.parse import unquote
from xml.etree import ElementTree as ET
from xml.sax.saxutils import escape

from botocore.loaders import Loader

NAMESPACE = "https://route53.amazonaws.com/doc/2013-04-01/"


class RefusalError(Exception):
    """The service refuses: a code of the model, the words, and what else the error holds."""

    def __init__(self, code: str, words: str, status: int | None = None, **more: Any) -> None:
        super().__init__(f"{code}: {words}")
        self.code = code
        self.words = words
        self.status = status or _status(code)
        self.more = more


def invalid(words: str) -> RefusalError:
    """Return the refusal of a request that is no valid XML of its operation."""
    return RefusalError("InvalidInput", words)


@cache
def _model() -> dict[str, Any]:
    model: dict[str, Any] = Loader().load_service_model("route53", "service-2", "2013-04-01")
    return model


def shape(name: str) -> dict[str, Any]:
    """Return the shape called *name*."""
    found: dict[str, Any] = _model()["shapes"][name]
    return found


def _status(code: str) -> int:
    # The model gives no status to errors that are a plain 400.
    known = _model()["shapes"].get(code, {})
    return int((known.get("error") or {}).get("httpStatusCode", 400))


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of the model."""

    name: str
    method: str
    path: re.Pattern[str]
    request: str
    """The shape of what comes in."""
    root: str
    """The root element of the body; empty where there is none."""
    response: str
    status: int


@cache
def operations() -> tuple[Operation, ...]:
    """Return all operations of the model."""
    found = []
    for name, each in _model()["operations"].items():
        uri = each["http"]["requestUri"].rstrip("/")
        pattern = re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>[^/]+)", re.escape(uri))
        found.append(
            Operation(
                name,
                each["http"]["method"],
                re.compile(pattern + "/?"),
                each["input"]["shape"],
                each["input"].get("locationName", ""),
                each["output"]["shape"],
                each["http"].get("responseCode", 200),
            )
        )
    return tuple(found)


def called(method: str, path: str) -> tuple[Operation, Mapping[str, str]]:
    """Return the operation that *method* and *path* call, and the parameters in the path."""
    for operation in operations():
        if operation.method == method and (match := operation.path.fullmatch(path)):
            return operation, {name: unquote(text) for name, text in match.groupdict().items()}
    raise RefusalError("UnknownOperationException", f"no operation at {method} {path}", 404)


def arguments(operation: Operation, uri: Mapping[str, str], query: Mapping[str, str], body: bytes) -> dict[str, Any]:
    """Return what a request asks, by the names of the model."""
    asked: dict[str, Any] = {}
    structure = shape(operation.request)
    for name, member in structure["members"].items():
        place, wire = member.get("location"), member.get("locationName", name)
        given = uri.get(wire) if place == "uri" else query.get(wire) if place == "querystring" else None
        if given is not None:
            asked[name] = _simple(given, member["shape"])
    if operation.root:
        root = _root(body, operation.root)
        hidden = {name for name, member in structure["members"].items() if "location" in member}
        asked |= _structure(root, operation.request, hidden)
    return asked


def _root(body: bytes, expected: str) -> ET.Element:
    try:
        root = ET.fromstring(body)
    except ET.ParseError as error:
        raise RefusalError("MalformedInput", f"Invalid XML ; {error}") from error
    if root.tag != f"{{{NAMESPACE}}}{expected}":
        raise RefusalError("MalformedInput", f"The request is not valid, expected {expected}")
    return root


def _read(element: ET.Element, name: str) -> Any:
    kind = shape(name)["type"]
    if kind == "structure":
        return _structure(element, name, set())
    if kind == "list":
        return _list(element, name)
    if len(element):
        words = "is a simple type, so it must have no element information item [children]."
        raise invalid(f"Invalid XML ; cvc-type.3.1.2: Element '{_tag(element)}' {words}")
    return _simple(element.text or "", name)


def _structure(element: ET.Element, name: str, hidden: set[str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    members = shape(name)["members"]
    for child in element:
        tag = _tag(child)
        if tag not in members or tag in hidden or tag in found:
            raise _unexpected(tag)
        found[tag] = _read(child, members[tag]["shape"])
    for needed in shape(name).get("required", ()):
        if needed not in found and needed not in hidden:
            raise _incomplete(_tag(element), needed)
    return found


def _list(element: ET.Element, name: str) -> list[Any]:
    described = shape(name)
    member = described["member"].get("locationName", "member")
    for child in element:
        if _tag(child) != member:
            raise _unexpected(_tag(child))
    if len(element) < described.get("min", 0):
        raise _incomplete(_tag(element), member)
    return [_read(child, described["member"]["shape"]) for child in element]


def _unexpected(tag: str) -> RefusalError:
    return invalid(f"Invalid XML ; cvc-complex-type.2.4.a: Invalid content was found starting with element '{tag}'.")


def _incomplete(parent: str, child: str) -> RefusalError:
    return invalid(
        f"Invalid XML ; cvc-complex-type.2.4.b: The content of element '{parent}' is not complete. "
        f"One of '{{\"{NAMESPACE}\":{child}}}' is expected."
    )


def _simple(text: str, name: str) -> Any:
    described = shape(name)
    kind = described["type"]
    if kind == "boolean":
        if text not in ("true", "false"):
            raise _facet("datatype", f"'{text}' is not a valid value for 'boolean'.")
        return text == "true"
    if kind in ("long", "integer"):
        if not re.fullmatch(r"[-+]?\d+", text):
            raise _facet("datatype", f"'{text}' is not a valid value for '{kind}'.")
        _bounded(text, int(text), "Inclusive", name)
        return int(text)
    _worded(text, name)
    return text


def _worded(text: str, name: str) -> None:
    described = shape(name)
    if "enum" in described and text not in described["enum"]:
        values = ", ".join(described["enum"])
        words = f"with respect to enumeration '[{values}]'. It must be a value from the enumeration."
        raise _facet("enumeration-valid", f"Value '{text}' is not facet-valid {words}")
    _bounded(text, len(text), "Length", name)
    if "pattern" in described and not re.fullmatch(described["pattern"], text):
        words = f"with respect to pattern '{described['pattern']}' for type '{name}'."
        raise _facet("pattern-valid", f"Value '{text}' is not facet-valid {words}")


def _bounded(text: str, number: int, facet: str, name: str) -> None:
    described = shape(name)
    for side, bad in (
        ("min", number < described.get("min", number)),
        ("max", number > described.get("max", number)),
    ):
        if bad:
            length = f" with length = '{number}'" if facet == "Length" else ""
            words = f"with respect to {side}{facet} '{described[side]}' for type '{name}'."
            raise _facet(f"{side}{facet}-valid", f"Value '{text}'{length} is not facet-valid {words}")


def _facet(facet: str, words: str) -> RefusalError:
    return invalid(f"Invalid XML ; cvc-{facet}: {words}")


def _tag(element: ET.Element) -> str:
    return element.tag.removeprefix(f"{{{NAMESPACE}}}")


def written(tag: str, name: str, value: Any) -> str:
    """Return *value*, of the shape *name*, as the element *tag*."""
    out: list[str] = []
    _write(out, tag, name, value)
    return "".join(out)


def _write(out: list[str], tag: str, name: str, value: Any) -> None:
    described = shape(name)
    if described["type"] == "structure":
        out.append(f"<{tag}>")
        for member, its in described["members"].items():
            if value.get(member) is not None and its.get("location") is None:
                _write(out, member, its["shape"], value[member])
        out.append(f"</{tag}>")
    elif described["type"] == "list":
        item, its = described["member"].get("locationName", "member"), described["member"]["shape"]
        out.append(f"<{tag}>")
        for each in value:
            _write(out, item, its, each)
        out.append(f"</{tag}>")
    elif described["type"] == "boolean":
        out.append(f"<{tag}>{'true' if value else 'false'}</{tag}>")
    else:
        out.append(f"<{tag}>{escape(str(value))}</{tag}>")


@dataclass(frozen=True, slots=True)
class Written:
    """A response in the service's XML."""

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


def answered(operation: Operation, value: Mapping[str, Any]) -> Written:
    """Return what *operation* answers."""
    members = shape(operation.response)["members"]
    headers = {
        its["locationName"]: value[name]
        for name, its in members.items()
        if its.get("location") == "header" and name in value
    }
    text = written(operation.response, operation.response, value)
    return Written(operation.status, _document(text.replace(">", f' xmlns="{NAMESPACE}">', 1)), headers)


def refused(refusal: RefusalError) -> Written:
    """Return the XML of an error, of the only form that clients read."""
    sender = "Sender" if refusal.status < 500 else "Receiver"
    more = "".join(
        written(name, shape(refusal.code)["members"][name]["shape"], value) for name, value in refusal.more.items()
    )
    return Written(
        refusal.status,
        _document(
            f'<ErrorResponse xmlns="{NAMESPACE}"><Error><Type>{sender}</Type><Code>{refusal.code}</Code>'
            f"<Message>{escape(refusal.words)}</Message>{more}</Error><RequestId>fake</RequestId></ErrorResponse>"
        ),
    )


def _document(text: str) -> bytes:
    return f'<?xml version="1.0"?>\n{text}'.encode()
