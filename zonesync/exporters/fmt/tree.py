"""YAML as a tree that remembers how it was written: where, in which style, under which anchor."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import yaml
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from zonesync.exporters.fmt.marks import LOADER, marks_of


@dataclass(slots=True)
class Comment:
    """One comment, from its ``#`` to the end of its line."""

    at: int
    text: str
    is_alone: bool
    """Nothing else stands on its line."""
    column: int
    gap: int
    """How many columns it stands behind what is left of it."""
    is_after_blank: bool
    """The line above is blank."""
    is_aligned: bool = False
    """The comment behind the line above, or below, stands in the same column."""


@dataclass(slots=True)
class Part:
    """A text, a list, a mapping or an alias."""

    kind: str
    start: int
    end: int
    text: str = ""
    style: str | None = None
    """Of a text: its quote, ``|`` or ``>``; None where it is plain."""
    anchor: str = ""
    source: str = ""
    """Of a text as a block: how it was written."""
    is_flow: bool = False
    is_block: bool = False
    """A list or mapping of which each entry has a line of its own."""
    entries: "list[Entry]" = field(default_factory=list)


@dataclass(slots=True)
class Entry:
    """An item of a list, or a key with its value."""

    start: int
    column: int
    key: Part | None
    value: Part
    parent: "Entry | None" = None
    is_after_blank: bool = False
    before: list[Comment] = field(default_factory=list)
    beside: Comment | None = None
    after: list[Comment] = field(default_factory=list)
    """Comments below all that it holds."""


@dataclass(slots=True)
class Source:
    """A text, and its tree."""

    text: str
    root: Part
    start: int
    """Where ``---`` stands; -1 where it does not."""
    has_anchors: bool = False

    def column(self, at: int) -> int:
        """Return the column of *at*, from 0."""
        return at - self.text.rfind("\n", 0, at) - 1


def blank_above(text: str, at: int) -> bool:
    """Tell whether the line above that of *at* in *text* is blank."""
    end = text.rfind("\n", 0, at)
    return end > 0 and not text[text.rfind("\n", 0, end) + 1 : end].strip()


def read(text: str) -> Source:
    """Read *text*, one document that is a mapping. Raises :class:`yaml.YAMLError` and ValueError."""
    dashes = marks_of(text).dashes
    events: Iterator[Any] = iter(yaml.parse(text, Loader=LOADER))
    start = -1
    for event in events:
        if isinstance(event, DocumentStartEvent):
            start = _index(event.start_mark) if event.explicit else -1
            break
    else:
        raise ValueError("the file is empty")
    source = Source(text, Part("map", 0, 0), start)
    source.root = _part(next(events), events, source, dashes)
    if source.root.kind != "map":
        raise ValueError("the file is no mapping")
    return source


def _part(event: Any, events: Iterator[Any], source: Source, dashes: Sequence[int]) -> Part:
    start, end = event.start_mark.index, event.end_mark.index
    if getattr(event, "anchor", None) is not None:
        source.has_anchors = True
    if isinstance(event, AliasEvent):
        return Part("alias", start, end, event.anchor or "")
    anchor = event.anchor or ""
    if isinstance(event, ScalarEvent):
        style = event.style if event.style in {"'", '"', "|", ">"} else None
        if style is None and event.tag is not None:
            style = '"'
        written = source.text[start:end] if style in {"|", ">"} else ""
        return Part("text", start, end, event.value, style, anchor, written)
    part = Part("map" if isinstance(event, MappingStartEvent) else "list", start, end, anchor=anchor)
    part.is_flow = bool(event.flow_style)
    part.is_block = not part.is_flow
    if isinstance(event, SequenceStartEvent):
        while not isinstance(event := next(events), SequenceEndEvent):
            value = _part(event, events, source, dashes)
            at = value.start if part.is_flow else dashes[bisect_left(dashes, value.start) - 1]
            part.entries.append(Entry(at, source.column(at), None, value))
    else:
        while not isinstance(event := next(events), MappingEndEvent):
            key = _part(event, events, source, dashes)
            if key.text == "<<" and key.style is None:
                source.has_anchors = True
            value = _part(next(events), events, source, dashes)
            part.entries.append(Entry(key.start, source.column(key.start), key, value))
    part.end = _index(event.end_mark)
    return part


def _index(mark: Any) -> int:
    """Return where *mark* is; PyYAML's types allow for none, its parsers always set it."""
    return int(mark.index)
