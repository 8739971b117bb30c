"""Reads a zone file's text: its settings as a tree, its records straight from the parser's events.

Nothing here knows the zone: names and values stay as written, so a fragment is read once for all zones that
include it. The loop over the records is one function on purpose: at a hundred thousand RRsets, what is called
per event decides how long a load takes.
"""

from dataclasses import dataclass, field
from functools import lru_cache, partial
from typing import Any, TypeAlias

from yaml.events import (
    AliasEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from zonesync.load.events import MAX_ITEMS, Events, at, read_mapping
from zonesync.load.nodes import NULLS, Mapping, Node, Scalar, Sequence, kind, pack
from zonesync.load.report import Report
from zonesync.model.ttl import TtlSyntaxError, parse_ttl

Value: TypeAlias = str | Node
Raw: TypeAlias = tuple[str, int, str, int, int | None, list[Value] | Node, list[int]]
"""An RRset as written: owner and its place, type and its place, TTL, values (or the whole, where it has more to
say) and their places."""


@dataclass(slots=True)
class Document:
    """One file, read."""

    report: Report
    settings: Mapping = field(default_factory=lambda: Mapping({}, pack(1, 1)))
    """Every key of the file but ``records``."""
    raws: list[Raw] = field(default_factory=list)
    doubled: set[str | tuple[str, str]] = field(default_factory=set)
    """Owners, and owners with a type, that the file has twice as keys: reported already."""

    @property
    def file(self) -> str:
        """The file's name as places show it."""
        return self.report.file


def read_document(content: bytes, file: str, *, pure: bool = False) -> Document:
    """Read the text of a zone file or a fragment; all that is wrong with it is in the document's report.

    *pure* reads with PyYAML's own parser even where libyaml is there.
    """
    document = Document(Report(file, content))
    read_mapping(content, document.report, partial(_read, document), pure=pure)
    return document


def _read(document: Document, events: Events, event: Any) -> None:
    document.settings.place = at(event)
    merged: list[Mapping] = []
    seen: dict[str, tuple[int, Node]] = {}
    while not isinstance(event := events.next(), MappingEndEvent):
        key = events.key(event, 1)
        event = events.next()
        if key is None:
            events.compose(event, 2)
            continue
        if key.text == "<<" and key.plain:
            merged += events.merge(events.compose(event, 2))
            continue
        events.unique(seen, key)
        seen.setdefault(key.text, (key.place, key))
        if key.text != "records":
            document.settings.entries.setdefault(key.text, (key.place, events.compose(event, 2)))
        elif isinstance(event, MappingStartEvent) and event.anchor is None and event.tag is None:
            read_records(events, document.raws, document.doubled)
        else:
            node_records(events.compose(event, 2), events, document.raws)
    for other in merged:
        for name, (place, node) in other.entries.items():
            if name not in seen:
                seen[name] = (place, node)
                if name == "records":
                    node_records(node, events, document.raws)
                else:
                    document.settings.entries[name] = (place, node)


def node_records(node: Node, events: Events, raws: list[Raw]) -> None:
    """Read the records in *node*, which an anchor or a merge key brought."""
    records = _mapping(node, events, "`records` is a mapping of names", "write `records: {}` for none")
    for owner, (place, types) in records.entries.items():
        _node_owner(owner, place, types, events, raws)


def _node_owner(owner: str, owner_place: int, node: Node, events: Events, raws: list[Raw]) -> None:
    types = _mapping(node, events, "below a name stand types", "write `{A: 192.0.2.1}`")
    for rtype, (place, values) in types.entries.items():
        raws.append((owner, owner_place, rtype, place, None, values, []))


def _mapping(node: Node, events: Events, what: str, advice: str) -> Mapping:
    """Return *node*, or an empty mapping and a finding where it is none."""
    if isinstance(node, Mapping):
        return node
    if isinstance(node, Scalar) and node.broken:
        pass
    elif isinstance(node, Scalar) and node.is_null:
        events.report.error(node.place, "empty-value", f"there is no value: {what}", advice)
    else:
        events.report.error(node.place, "bad-value", f"this is {kind(node)}: {what}", advice)
    return Mapping({}, node.place)


def read_records(  # noqa: C901, PLR0912, PLR0915 -- see the module's docstring
    events: Events, raws: list[Raw], doubled: set[str | tuple[str, str]]
) -> None:
    """Read the mapping of names that has just begun, to its end, onto *raws*."""
    following = events.next
    compose = events.compose
    append = raws.append
    mark: Any
    owners: dict[str, int] = {}
    first_place = owners.setdefault
    merged: list[Mapping] = []
    while True:
        event = following()
        if event.__class__ is not ScalarEvent or event.anchor is not None or event.tag is not None:
            if event.__class__ is MappingEndEvent:
                break
            key = events.key(event, 2)
            if key is None:
                compose(following(), 3)
                continue
            owner, owner_place, plain = key.text, key.place, False
        else:
            owner = event.value
            mark = event.start_mark
            owner_place = mark.line + 1 << 20 | mark.column + 1
            plain = event.implicit[0]
        if (first := first_place(owner, owner_place)) != owner_place:
            events.duplicate(owner, owner_place, first)
            doubled.add(owner)
        event = following()
        if event.__class__ is not MappingStartEvent or event.anchor is not None or event.tag is not None:
            node = compose(event, 3)
            if owner == "<<" and plain:
                merged += events.merge(node)
            else:
                _node_owner(owner, owner_place, node, events, raws)
            continue
        if owner == "<<" and plain:
            merged += events.merge(compose(event, 3))
            continue
        begun = len(raws)
        beneath: list[Mapping] | None = None
        while True:
            event = following()
            if event.__class__ is not ScalarEvent or event.anchor is not None or event.tag is not None:
                if event.__class__ is MappingEndEvent:
                    break
                key = events.key(event, 3)
                if key is None:
                    compose(following(), 4)
                    continue
                rtype, type_place = key.text, key.place
            else:
                rtype = event.value
                mark = event.start_mark
                type_place = mark.line + 1 << 20 | mark.column + 1
                if rtype == "<<" and event.implicit[0]:
                    beneath = (beneath or []) + events.merge(compose(following(), 4))
                    continue
            event = following()
            kind_ = event.__class__
            if kind_ is ScalarEvent and event.anchor is None and event.tag is None and event.value not in NULLS:
                mark = event.start_mark
                place = mark.line + 1 << 20 | mark.column + 1
                append((owner, owner_place, rtype, type_place, None, [event.value], [place]))
            elif kind_ is SequenceStartEvent and event.anchor is None and event.tag is None:
                values: list[Value] = []
                places: list[int] = []
                opening = event
                while (event := following()).__class__ is not SequenceEndEvent:
                    if (
                        event.__class__ is ScalarEvent
                        and event.anchor is None
                        and event.tag is None
                        and event.value not in NULLS
                    ):
                        values.append(event.value)
                        mark = event.start_mark
                        places.append(mark.line + 1 << 20 | mark.column + 1)
                    else:
                        values.append(node := compose(event, 5))
                        places.append(node.place)
                    if len(values) > MAX_ITEMS:
                        events.stop(places[0], "too-many-values", f"a list of over {MAX_ITEMS} values")
                if values:
                    append((owner, owner_place, rtype, type_place, None, values, places))
                else:
                    append((owner, owner_place, rtype, type_place, None, Sequence([], at(opening)), places))
            elif kind_ is MappingStartEvent and event.anchor is None and event.tag is None:
                _read_rrset(events, event, (owner, owner_place, rtype, type_place), raws)
            else:
                append((owner, owner_place, rtype, type_place, None, compose(event, 4), []))
        if len(raws) - begun > 1:
            types: dict[str, int] = {}
            for raw in raws[begun:]:
                if (first := types.setdefault(raw[2], raw[3])) != raw[3]:
                    events.duplicate(raw[2], raw[3], first)
                    doubled.add((owner, raw[2]))
        if beneath:
            explicit = {raw[2] for raw in raws[begun:]}
            for other in beneath:
                for rtype, (type_place, node) in other.entries.items():
                    if rtype not in explicit:
                        explicit.add(rtype)
                        append((owner, owner_place, rtype, type_place, None, node, []))
    for other in merged:
        for owner, (owner_place, node) in other.entries.items():
            if owner not in owners:
                owners[owner] = owner_place
                _node_owner(owner, owner_place, node, events, raws)


def _read_rrset(  # noqa: C901, PLR0912 -- as read_records
    events: Events, opening: Any, head: tuple[str, int, str, int], raws: list[Raw]
) -> None:
    """Read a mapping below a type: the quick way while it is ``ttl`` and a list of ``values``, else as a tree."""
    following = events.next
    mark: Any
    ttl_key = ttl = values_key = list_event = value_event = None
    values: list[Value] = []
    places: list[int] = []
    while (event := following()).__class__ is ScalarEvent and event.anchor is None and event.tag is None:
        key = event.value
        value_event = following()
        kind_ = value_event.__class__
        if value_event.__class__ is AliasEvent or value_event.anchor is not None or value_event.tag is not None:
            break
        if key == "ttl" and ttl is None and kind_ is ScalarEvent:
            ttl_key, ttl = event, value_event
        elif key == "values" and list_event is None and kind_ is ScalarEvent and value_event.value not in NULLS:
            values_key, list_event = event, value_event
            values.append(value_event.value)
            mark = value_event.start_mark
            places.append(mark.line + 1 << 20 | mark.column + 1)
        elif key == "values" and list_event is None and kind_ is SequenceStartEvent:
            values_key, list_event = event, value_event
            while (event := following()).__class__ is not SequenceEndEvent:
                if (
                    event.__class__ is ScalarEvent
                    and event.anchor is None
                    and event.tag is None
                    and event.value not in NULLS
                ):
                    values.append(event.value)
                    mark = event.start_mark
                    places.append(mark.line + 1 << 20 | mark.column + 1)
                else:
                    values.append(node := events.compose(event, 6))
                    places.append(node.place)
                if len(values) > MAX_ITEMS:
                    events.stop(places[0], "too-many-values", f"a list of over {MAX_ITEMS} values")
        else:
            break
        value_event = None
    if event.__class__ is MappingEndEvent and values:
        if ttl is None:
            raws.append((*head, None, values, places))
            return
        seconds_ = _quick_ttl(ttl.value)
        if seconds_ is not None:
            raws.append((*head, seconds_, values, places))
            return
    tree = Mapping({}, at(opening))
    if ttl is not None:
        tree.entries["ttl"] = at(ttl_key), events.compose(ttl, 5)
    if list_event is not None:
        one = list_event.__class__ is ScalarEvent
        found = events.compose(list_event, 5) if one else Sequence(_nodes(values, places), at(list_event))
        tree.entries["values"] = at(values_key), found
    events.fill_mapping(tree, event, 4, value_event)
    raws.append((*head, None, tree, []))


def _nodes(values: list[Value], places: list[int]) -> list[Node]:
    return [
        Scalar(value, plain=False, place=place) if isinstance(value, str) else value
        for value, place in zip(values, places, strict=True)
    ]


def seconds(node: Node, report: Report) -> int | None:
    """Return the TTL in *node*; None, and a finding, where it is none."""
    if isinstance(node, Scalar):
        if node.broken:
            return None
        if not node.is_null:
            try:
                return parse_ttl(node.text)
            except TtlSyntaxError as problem:
                report.error(node.place, "bad-ttl", str(problem), "write seconds (`3600`) or units in order (`1h30m`)")
                return None
    report.error(
        node.place, "bad-ttl", "a TTL is seconds (`3600`) or units in order (`1h30m`)", "write it, or leave out `ttl`"
    )
    return None


@lru_cache(maxsize=256)
def _quick_ttl(text: str) -> int | None:
    try:
        return parse_ttl(text)
    except TtlSyntaxError:
        return None
