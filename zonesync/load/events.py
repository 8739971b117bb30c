"""YAML as a stream of events with places, and the composing of a subtree where no faster reading applies.

Only libyaml's parser (or PyYAML's own, where libyaml is missing) is used, never its constructors: nothing is
guessed about types, and what could explode (aliases, depth, huge texts) is counted while it is read.
"""

from collections.abc import Callable
from functools import cache
from importlib import import_module
from typing import Any, NoReturn

import yaml
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)
from yaml.parser import Parser
from yaml.reader import Reader, ReaderError
from yaml.scanner import Scanner

from zonesync.load.nodes import Mapping, Node, Scalar, Sequence, kind, pack
from zonesync.load.report import Report, Unreadable, lines_of
from zonesync.model.names import shorten

MAX_FILE = 64 * 1024 * 1024
"""Bytes of one file."""
MAX_DEPTH = 32
MAX_TEXT = 1024 * 1024
MAX_ITEMS = 100_000
"""Of one list: far over what an RRset can hold."""
MAX_ALIASES = 100_000
MAX_EXPANDED = 500_000

_STRING_TAGS = frozenset({None, "!", "tag:yaml.org,2002:str"})
_SEQUENCE_TAGS = frozenset({None, "!", "tag:yaml.org,2002:seq"})
_MAPPING_TAGS = frozenset({None, "!", "tag:yaml.org,2002:map"})

_HELP = (
    ("mapping values are not allowed", "quote a value that holds `: `, and check the indentation"),
    ("while scanning an alias", 'a name that begins with `*` stands in quotes: `"*.dev"`'),
    (
        "cannot start any token",
        "quote a text that begins with `@`, `%` or a backquote, and indent with spaces, not tabs",
    ),
    ("did not find expected key", "check the indentation and the quotes of this line and the one before"),
    ("could not find expected ':'", "each line of a mapping is `key: value`"),
    ("while scanning a quoted scalar", "close the quote"),
)


class _PythonParser(Reader, Scanner, Parser):
    """PyYAML's own parser, which gives the same events some twenty times slower."""

    def __init__(self, stream: bytes) -> None:
        Reader.__init__(self, stream)
        Scanner.__init__(self)
        Parser.__init__(self)


@cache
def _libyaml() -> Any:
    """Return libyaml's parser; None where PyYAML was built without it."""
    try:
        return import_module("yaml.cyaml").CParser
    except ImportError:
        return None


class Events:
    """The events of one file, and its anchors."""

    def __init__(self, content: bytes, report: Report, *, pure: bool = False) -> None:
        self.report = report
        self._content = content
        self._anchors: dict[str, Node] = {}
        self._aliases = 0
        self._expanded = 0
        self.next: Callable[[], Any]
        """Return the next event; what PyYAML raises is turned into a finding by :meth:`syntax_error`."""
        if content.startswith((b"\xff\xfe", b"\xfe\xff")):
            self.stop(pack(1, 1), "yaml-syntax", "the file is UTF-16, not UTF-8", "save it as UTF-8")
        try:
            parser = _PythonParser(content) if pure or _libyaml() is None else _libyaml()(content)
        except yaml.YAMLError as problem:  # PyYAML's own reader decodes at once
            self.syntax_error(problem)
        self.next = parser.get_event
        self._mark = getattr(parser, "get_mark", None)

    def stop(self, place: int, rule: str, message: str, help: str = "") -> NoReturn:  # noqa: A002 -- as Report.error
        """Record an error after which the file cannot be read on."""
        self.report.error(place, rule, message, help)
        self.report.broken = True
        raise Unreadable

    def syntax_error(self, problem: Exception) -> NoReturn:
        """Record what PyYAML raised."""
        if isinstance(problem, ReaderError):
            place = self._byte_place(problem)
            what = (
                f"the character U+{ord(problem.character):04X} is not allowed in YAML"
                if isinstance(problem.character, str)
                else f"{problem.reason} (0x{problem.character:02X})"
            )
            self.stop(
                place, "yaml-syntax", what, "save the file as UTF-8, and write control characters as escapes in quotes"
            )
        if not isinstance(problem, yaml.YAMLError):  # PyYAML's own parser calls chr() for any escape
            self.stop(
                self._here(), "yaml-syntax", "an escape stands for no character", "check the `\\U` escapes hereabouts"
            )
        mark = getattr(problem, "problem_mark", None)
        opened = getattr(problem, "context_mark", None)
        if opened and (mark is None or mark.index >= len(self._content.decode("utf-8", "ignore"))):
            mark = opened  # what was never closed helps more than the end of the file
        place = pack(1, 1)
        if mark:
            lines = lines_of(self._content)  # at its end libyaml counts a line that is not there
            past = mark.line >= len(lines)
            place = pack(len(lines), len(lines[-1]) + 1) if past else pack(mark.line + 1, mark.column + 1)
        text = getattr(problem, "problem", None) or str(problem) or "the file is no YAML"
        context = getattr(problem, "context", None)
        message = f"{text} {context}" if context else str(text)
        advice = next((help_ for sign, help_ in _HELP if sign in message), "")
        self.stop(place, "yaml-syntax", shorten(message, 200), advice)

    def _here(self) -> int:
        mark = self._mark() if self._mark else None
        return pack(mark.line + 1, mark.column + 1) if mark else pack(1, 1)

    def _byte_place(self, problem: ReaderError) -> int:
        # libyaml and PyYAML's bytes readers count octets, PyYAML's check for odd characters counts characters
        if isinstance(problem.character, str):
            before = self._content.decode("utf-8", "replace")[: problem.position]
        else:
            before = self._content[: problem.position].decode("utf-8", "ignore")
        before = before.removeprefix("\ufeff")
        return pack(before.count("\n") + 1, len(before) - before.rfind("\n"))

    def first(self) -> Any:
        """Return the event that opens the document's content, None where the file holds nothing."""
        self.next()
        if not isinstance(self.next(), DocumentStartEvent):
            return None
        event = self.next()
        return None if isinstance(event, ScalarEvent) and not event.value and event.implicit[0] else event

    def last(self) -> None:
        """Check that nothing follows the document."""
        self.next()
        event = self.next()
        if not isinstance(event, StreamEndEvent):
            self.stop(at(event), "yaml-syntax", "a second document begins here", "put each zone into a file of its own")

    def compose(self, event: Any, depth: int) -> Node:
        """Read the node that *event* opens, with everything in it."""
        if isinstance(event, AliasEvent):
            return self._alias(event)
        place = at(event)
        if depth > MAX_DEPTH:
            self.stop(place, "too-deep", f"nested more than {MAX_DEPTH} levels deep", "no part of a file needs that")
        node: Node
        if isinstance(event, ScalarEvent):
            node = self._scalar(event, place)
        elif isinstance(event, SequenceStartEvent):
            self._check_tag(event, _SEQUENCE_TAGS)
            node = sequence = Sequence([], place)
            self.fill_sequence(sequence, self.next(), depth)
        else:
            self.check_mapping_tag(event)
            node = mapping = Mapping({}, place)
            self.fill_mapping(mapping, self.next(), depth)
        if event.anchor is not None:
            self._anchors[event.anchor] = node
        return node

    def compose_root(self, event: Any) -> Node:
        """Read the mapping that *event* opens, whose tag was looked at."""
        root = Mapping({}, at(event))
        self.fill_mapping(root, self.next(), 1)
        return root

    def fill_sequence(self, node: Sequence, event: Any, depth: int) -> None:
        """Read on into *node*, from *event* to the end of the list."""
        while not isinstance(event, SequenceEndEvent):
            item = self.compose(event, depth + 1)
            node.items.append(item)
            node.size += item.size
            if len(node.items) > MAX_ITEMS:
                self.stop(node.place, "too-large", f"a list of over {MAX_ITEMS} items")
            event = self.next()

    def fill_mapping(self, node: Mapping, event: Any, depth: int, value_event: Any = None) -> None:
        """Read on into *node*, from the key *event* (and its value, if read) to the end; resolve its merge keys."""
        merged: list[Mapping] = []
        while not isinstance(event, MappingEndEvent):
            key = self.key(event, depth)
            value = self.compose(value_event or self.next(), depth + 1)
            value_event = None
            node.size += value.size
            if key is None:
                pass
            elif key.text == "<<" and key.plain:
                merged += self.merge(value)
            else:
                self.unique(node.entries, key)
                node.entries.setdefault(key.text, (key.place, value))
            event = self.next()
        for other in merged:
            for name, entry in other.entries.items():
                node.entries.setdefault(name, entry)

    def key(self, event: Any, depth: int) -> Scalar | None:
        """Return the key that *event* opens, None (and a finding) where it is no text."""
        node = self.compose(event, depth + 1)
        if isinstance(node, Scalar):
            return node if node.place == at(event) else Scalar(node.text, node.plain, at(event))
        self.report.error(
            at(event), "bad-key", "a key is a text, not a list or a mapping", "quote it if it is meant as text"
        )
        return None

    def unique(self, entries: "dict[str, tuple[int, Node]]", key: Scalar) -> None:
        """Record a finding where *key* is in *entries* already."""
        if key.text in entries:
            self.duplicate(key.text, key.place, entries[key.text][0])

    def duplicate(self, key: str, place: int, first: int) -> None:
        """Record that *key* was given before, at *first*."""
        self.report.error(
            place,
            "duplicate-key",
            f"`{shorten(key)}` is given twice, first in line {first >> 20}",
            f"merge it with line {first >> 20}, or remove one of the two",
        )

    def merge(self, value: Node) -> list[Mapping]:
        """Return the mappings that a merge key names, the first the strongest."""
        items = value.items if isinstance(value, Sequence) else [value]
        mappings = [item for item in items if isinstance(item, Mapping)]
        if len(mappings) != len(items):
            self.report.error(
                value.place, "bad-merge", "`<<` merges a mapping or a list of mappings", 'quote `"<<"` if it is a name'
            )
        return mappings

    def _scalar(self, event: Any, place: int) -> Scalar:
        self._check_tag(event, _STRING_TAGS)
        if len(event.value) > MAX_TEXT:
            self.stop(place, "too-large", f"a text of {len(event.value)} characters, at most {MAX_TEXT} are read")
        return Scalar(event.value, event.tag is None and event.implicit[0], place)

    def _check_tag(self, event: Any, known: frozenset[str | None]) -> None:
        if event.tag not in known:
            tag = event.tag.replace("tag:yaml.org,2002:", "!!")
            self.report.error(
                at(event), "yaml-tag", f"the tag `{shorten(tag)}` has no meaning here", "remove it: every value is text"
            )

    def check_mapping_tag(self, event: Any) -> None:
        """Record a finding where the mapping that *event* opens has a tag of its own."""
        self._check_tag(event, _MAPPING_TAGS)

    def _alias(self, event: Any) -> Node:
        node = self._anchors.get(event.anchor)
        if node is None:
            self.report.error(
                at(event),
                "unknown-anchor",
                f"`*{shorten(event.anchor)}` stands for nothing that was written before",
                f'quote it if it is a name: `"*{shorten(event.anchor)}"`, else define `&{shorten(event.anchor)}` first',
            )
            return Scalar(event.anchor, plain=False, place=at(event), broken=True)
        self._aliases += 1
        self._expanded += node.size
        if self._aliases > MAX_ALIASES or self._expanded > MAX_EXPANDED:
            self.stop(
                at(event),
                "alias-bomb",
                f"the aliases stand for more than {MAX_EXPANDED} values, or are more than {MAX_ALIASES}",
                "write the values out, or generate several files",
            )
        return node


def at(event: Any) -> int:
    """Return the packed place where *event* begins."""
    mark = event.start_mark
    return pack(mark.line + 1, mark.column + 1)


def read_mapping(content: bytes, report: Report, read: Callable[[Events, Any], None], *, pure: bool = False) -> None:
    """Read the one mapping that *content* is: *read* is given its first event, and takes all up to its end.

    What is wrong goes to *report*. *pure* uses PyYAML's own parser even where libyaml is there.
    """
    try:
        if len(content) > MAX_FILE:
            report.too_large(len(content), MAX_FILE)
            return
        events = Events(content, report, pure=pure)
        try:
            event = events.first()
            if event is None:
                events.stop(pack(1, 1), "empty-file", "the file is empty", "write its keys as `key: value`")
            if not isinstance(event, MappingStartEvent):
                node = events.compose(event, 1)
                events.stop(
                    node.place, "bad-file", f"the file is {kind(node)}, not a mapping", "write its keys as `key: value`"
                )
            events.check_mapping_tag(event)
            read(events, event)
            events.last()
        except (yaml.YAMLError, ValueError, OverflowError) as problem:
            events.syntax_error(problem)
    except Unreadable:
        pass


def read_tree(content: bytes, report: Report) -> Mapping | None:
    """Return the mapping that *content* is as a tree; None where it cannot be read."""
    tree: list[Node] = []
    read_mapping(content, report, lambda events, event: tree.append(events.compose_root(event)))
    return tree[0] if tree and isinstance(tree[0], Mapping) and not report.broken else None
