"""The expressions of a workflow that are played: names, texts, `==`, `!=`, `!`, `&&`, `||`, `always()`; no other.

https://docs.github.com/en/actions/reference/workflows-and-actions/expressions
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

_TOKEN = re.compile(
    r"\s*(?:(?P<text>'(?:[^']|'')*')|(?P<sign>==|!=|&&|\|\||[!()])|(?P<name>[A-Za-z_][\w-]*(?:\.[A-Za-z_][\w-]*)*))"
)
_HOLE = re.compile(r"\$\{\{(.*?)\}\}", re.DOTALL)
_WORDS: Mapping[str, object] = {"true": True, "false": False}

Contexts = Mapping[str, Any]
"""By name, `github`, `inputs` and so on: trees of mappings."""


class UnsupportedError(Exception):
    """The workflow uses what is not played; a test must not guess what GitHub would do."""


def interpolate(text: str, contexts: Contexts) -> str:
    """Return *text* with each ``${{ … }}`` replaced by its value."""
    return _HOLE.sub(lambda found: _spelled(evaluate(found[1], contexts)), text)


def holds(condition: str, contexts: Contexts, *, so_far: bool) -> bool:
    """Tell whether a step with this ``if:`` runs; without a word about status only while all went well *so_far*."""
    if not condition:
        return so_far
    inside = _HOLE.fullmatch(condition.strip())
    text = inside[1] if inside else condition
    if "${{" in text:
        raise UnsupportedError(f"a condition with text around an expression is always true: {condition}")
    value = bool(evaluate(text, contexts))
    return value if re.search(r"\balways\(\)", text) else so_far and value


def evaluate(text: str, contexts: Contexts) -> object:
    """Return the value of the expression *text*."""
    tokens = list(_tokens(text))
    value, rest = _either(tokens, contexts)
    if rest:
        raise UnsupportedError(f"`{rest[0]}` in the expression `{text}`")
    return value


def _tokens(text: str) -> Iterator[str]:
    at = 0
    stripped = text.rstrip()
    while at < len(stripped):
        found = _TOKEN.match(stripped, at)
        if found is None:
            raise UnsupportedError(f"the expression `{text}`, from `{stripped[at:]}`")
        yield found[0].strip()
        at = found.end()


def _either(tokens: list[str], contexts: Contexts) -> tuple[object, list[str]]:
    value, rest = _both(tokens, contexts)
    while rest[:1] == ["||"]:
        other, rest = _both(rest[1:], contexts)
        value = value or other
    return value, rest


def _both(tokens: list[str], contexts: Contexts) -> tuple[object, list[str]]:
    value, rest = _comparison(tokens, contexts)
    while rest[:1] == ["&&"]:
        other, rest = _comparison(rest[1:], contexts)
        value = value and other
    return value, rest


def _comparison(tokens: list[str], contexts: Contexts) -> tuple[object, list[str]]:
    value, rest = _single(tokens, contexts)
    if rest[:1] in (["=="], ["!="]):
        other, after = _single(rest[1:], contexts)
        is_equal = _comparable(value) == _comparable(other)
        return is_equal is (rest[0] == "=="), after
    return value, rest


def _single(tokens: list[str], contexts: Contexts) -> tuple[object, list[str]]:
    if not tokens:
        raise UnsupportedError("an expression ends early")
    first, rest = tokens[0], tokens[1:]
    if first == "!":
        value, rest = _single(rest, contexts)
        return not value, rest
    if first == "(":
        value, rest = _either(rest, contexts)
        if rest[:1] != [")"]:
            raise UnsupportedError("a bracket that is not closed")
        return value, rest[1:]
    if first.startswith("'"):
        return first[1:-1].replace("''", "'"), rest
    if first == "always" and rest[:2] == ["(", ")"]:
        return True, rest[2:]
    if rest[:1] == ["("]:
        raise UnsupportedError(f"the function `{first}`")
    if first in _WORDS:
        return _WORDS[first], rest
    return _looked_up(first, contexts), rest


def _looked_up(path: str, contexts: Contexts) -> object:
    """Return what *path* leads to. Only below an event may it lead nowhere: there GitHub has null, here empty."""
    value: Any = contexts
    for index, part in enumerate(path.split(".")):
        if isinstance(value, Mapping) and part in value:
            value = value[part]
        elif path.startswith("github.event.") and index > 1:
            return ""
        elif path.startswith(("steps.", "secrets.")) and index > 0:
            if path.startswith("steps.") and index == 1:
                raise UnsupportedError(f"`{path}` names a step that did not come before")
            return ""
        else:
            raise UnsupportedError(f"`{path}` is nothing that is known here")
    return "" if value is None else value


def _comparable(value: object) -> object:
    return value.casefold() if isinstance(value, str) else value


def _spelled(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping | list):
        raise UnsupportedError("a whole context as text")
    return str(value)
