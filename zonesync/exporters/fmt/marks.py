"""What stands between YAML's tokens, which the events of its parsers do not tell: comments, and the dashes of lists."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import yaml
from yaml.tokens import BlockEntryToken, ScalarToken

LOADER: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
"""libyaml's parser, PyYAML's own where that is missing."""
_comment = re.compile("#[^\r\n\x85\u2028\u2029]*")
_head = re.compile("[^\r\n\x85\u2028\u2029]*").match


@dataclass(frozen=True, slots=True)
class Marks:
    """Where things stand in a text, in order."""

    comments: tuple[tuple[int, int], ...]
    """Where each comment begins, and where it ends."""
    dashes: tuple[int, ...]
    """Where each item of a list in lines begins."""


@lru_cache(maxsize=2)  # a text and its canonical form are looked at in turn, several times each
def marks_of(text: str) -> Marks:
    """Return what stands between the tokens of *text*. Raises :class:`yaml.YAMLError`."""
    comments: list[tuple[int, int]] = []
    dashes: list[int] = []
    done = 0
    for token in yaml.scan(text, Loader=LOADER):
        start, end = token.start_mark.index, token.end_mark.index
        if start > done:
            comments += _within(text, done, start)
        if isinstance(token, BlockEntryToken):
            dashes.append(start)
        elif isinstance(token, ScalarToken) and token.style in {"|", ">"} and (head := _head(text, start)):
            comments += _within(text, start, head.end())
        done = max(done, end)
    comments += _within(text, done, len(text))
    return Marks(tuple(comments), tuple(dashes))


def _within(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    if text.find("#", start, end) >= 0:
        yield from (found.span() for found in _comment.finditer(text, start, end))
