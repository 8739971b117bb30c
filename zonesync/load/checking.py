"""A tree of YAML against a pydantic shape: every mismatch becomes a finding at its value."""

from collections.abc import Iterator
from collections.abc import Sequence as Several
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ValidationError

from zonesync.load.nodes import Mapping, Node, Scalar, Sequence, data, kind
from zonesync.load.report import Report, redacted
from zonesync.load.shapes import TAGS
from zonesync.load.suggest import closest, did_you_mean
from zonesync.model.names import shorten
from zonesync.model.ttl import TtlSyntaxError

M = TypeVar("M", bound=BaseModel)

_ROUNDS = 5


def check(shape: type[M], node: Mapping, report: Report, what: str) -> tuple[M | None, Mapping]:
    """Return *node* as *shape*, and the tree without what is wrong in it; findings about *what* tell that.

    So what is right in one part is looked at further although another part is wrong. None is for a tree of which
    nothing can be used.
    """
    report_nulls(node, report)
    for _ in range(_ROUNDS):
        try:
            return shape.model_validate(data(node)), node
        except ValidationError as problem:
            errors = problem.errors(include_url=False)
        unknown = [error["loc"] for error in errors if error["type"] == "extra_forbidden"]
        for error in errors:
            if error["type"] == "missing" and any(_is_meant(error["loc"], loc) for loc in unknown):
                continue
            if error["type"] == "too_short" and any(_is_below(one["loc"], error["loc"]) for one in errors):
                continue
            _record(shape, node, report, what, error)
        paths = [_steps(error["loc"])[: -1 if error["type"] == "missing" else None] for error in errors]
        if () in paths:
            break
        pruned = _pruned(node, [_whole_item(path) for path in paths])
        node = pruned if isinstance(pruned, Mapping) else Mapping({}, node.place)
    return None, node


def _steps(loc: Several[int | str]) -> tuple[int | str, ...]:
    return tuple(step for step in loc if step not in TAGS)


def _is_meant(missing: Several[int | str], unknown: Several[int | str]) -> bool:
    """Tell whether the *unknown* key is the *missing* one, mistyped: one problem, told once."""
    return missing[:-1] == unknown[:-1] and bool(closest(str(unknown[-1]), [str(missing[-1])]))


def _is_below(loc: Several[int | str], outer: Several[int | str]) -> bool:
    """Tell whether *loc* is within *outer*: a list of which an item is wrong has too few only because of that."""
    return len(loc) > len(outer) and loc[: len(outer)] == outer


def _whole_item(path: tuple[int | str, ...]) -> tuple[int | str, ...]:
    """Cut *path* after its first step into a list: half an item is of no use."""
    return next((path[: index + 1] for index, step in enumerate(path) if isinstance(step, int)), path)


def _pruned(node: Node, paths: Several[tuple[int | str, ...]]) -> Node | None:
    """Return a copy of *node* without what *paths* lead to; None where nothing is left."""
    below: dict[int | str, list[tuple[int | str, ...]]] = {}
    for path in paths:
        if not path:
            return None
        below.setdefault(path[0], []).append(path[1:])
    if isinstance(node, Mapping):
        entries = {
            key: (place, kept)
            for key, (place, value) in node.entries.items()
            if (kept := _pruned(value, below.get(key, ()))) is not None
        }
        return Mapping(entries, node.place) if entries or not paths else None
    if isinstance(node, Sequence):
        items = [_pruned(item, below.get(index, ())) for index, item in enumerate(node.items)]
        kept_items = [item for item in items if item is not None]
        return Sequence(kept_items, node.place) if kept_items or not paths else None
    return node


def report_nulls(node: Node, report: Report, key: str = "") -> None:
    """Record a finding for every key, and every item of a list, that has no value."""
    if isinstance(node, Mapping):
        for name, (_, value) in node.entries.items():
            report_nulls(value, report, name)
    elif isinstance(node, Sequence):
        for item in node.items:
            report_nulls(item, report, key)
    elif node.is_null:
        report.error(node.place, "empty-value", f"`{shorten(key)}` has no value", "write one, or remove the key")


def locate(node: Node, path: Several[int | str]) -> tuple[Node, int]:
    """Return the node that *path* leads to, as far as it goes, and the place of its key."""
    key_place = node.place
    for step in path:
        if isinstance(node, Mapping) and step in node.entries:
            key_place, node = node.entries[str(step)]
        elif isinstance(node, Sequence) and isinstance(step, int) and step < len(node.items):
            node = node.items[step]
            key_place = node.place
    return node, key_place


_MESSAGES = {
    "missing": ("`{key}` is missing", "add `{key}:`"),
    "too_short": ("`{key}` is empty", "give it a value, or remove it"),
    "string_too_short": ("`{key}` is empty", "give it a value, or remove it"),
    "string_type": ("`{key}` is a text", "write one text, without brackets"),
    "tuple_type": ("`{key}` is a list", "write `{key}: [...]`"),
    "model_type": ("`{key}` is a mapping", "write its keys as `key: value` below `{key}:`"),
    "dict_type": ("`{key}` is a mapping", "write its keys as `key: value` below `{key}:`"),
    "int_parsing": ("`{key}` is {given}, not a whole number", ""),
    "int_type": ("`{key}` is {given}, not a whole number", ""),
}


def _record(shape: type[BaseModel], root: Mapping, report: Report, what: str, error: Any) -> None:
    """Record one of pydantic's errors in our words."""
    path = _steps(error["loc"])
    node, key_place = locate(root, path)
    if isinstance(node, Scalar) and node.is_null:
        return
    key = shorten(next((str(step) for step in reversed(path) if isinstance(step, str)), ""))
    given = f"`{shorten(node.text)}`" if isinstance(node, Scalar) else kind(node)
    if error["type"] == "extra_forbidden":
        within = [step for step in path[:-1] if isinstance(step, str)]
        outer = f"`{within[-1]}`" if within else what
        known = _known(shape, error["loc"][:-1])
        report.error(key_place, "unknown-key", f"`{redacted(key)}` is no key of {outer}", did_you_mean(key, known))
    elif error["type"] == "value_error":
        reason = error["ctx"]["error"]
        report.error(node.place, "bad-ttl" if isinstance(reason, TtlSyntaxError) else "bad-value", str(reason))
    elif error["type"] == "literal_error":
        words = str(error["ctx"]["expected"]).replace("'", "`")
        known = [word for word in words.split("`")[1::2] if word]
        other = " or a list of hosts" if key == "nameservers" else ""
        report.error(
            node.place, "bad-value", f"`{key}` is {given}, not {words}{other}", did_you_mean(node_text(node), known)
        )
    else:
        reason = str(error["msg"])
        message, advice = _MESSAGES.get(
            error["type"], (f"`{{key}}` is {{given}}: {reason[:1].lower()}{reason[1:]}", "")
        )
        message = message.replace("{given}", given).replace("{key}", key)
        report.error(node.place, "bad-value", message, advice.replace("{key}", key))


def node_text(node: Node) -> str:
    """Return the text of a scalar, nothing for others."""
    return node.text if isinstance(node, Scalar) else ""


def _known(shape: type[BaseModel], path: Several[int | str]) -> list[str]:
    """Return the keys of the model that *path* leads to within *shape*."""
    models = [shape]
    for step in path:
        if step in TAGS:
            models = [model for model in models if TAGS[str(step)] in {None, model}]
        elif isinstance(step, str):
            models = [
                model
                for outer in models
                if step in outer.model_fields
                for model in _models(outer.model_fields[step].annotation)
            ]
    return [
        name
        for model in models
        for name in (
            *(field.alias or key for key, field in model.model_fields.items()),
            *getattr(model, "elsewhere", ()),
        )
    ]


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in get_args(annotation):
        yield from _models(inner)
