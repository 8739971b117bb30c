"""Records as written to the RRsets of a zone: names completed, values canonical."""

import re
from collections.abc import Sequence as Several
from dataclasses import dataclass, field
from operator import itemgetter

from zonesync.load.nodes import Node, Scalar, unpack
from zonesync.load.report import Report
from zonesync.load.rrset_forms import Forms, Reading, Spot
from zonesync.load.values import Quick, ValueProblem, canonical_value, never, owner_name, quick_reader, type_of
from zonesync.load.zone_yaml import Document, Value
from zonesync.model.names import PLAIN_NAME_PATTERN, shorten
from zonesync.model.rrset import Key, RRset
from zonesync.model.zone import Overlay

MAX_VALUES = 5461
"""A message has 65535 octets, and a record at least 12 beside its rdata (RFC 1035 sections 4.1.3, 4.1.4, 4.2.2)."""

_new = tuple.__new__
_plain = re.compile(PLAIN_NAME_PATTERN).fullmatch


@dataclass(slots=True)
class ZoneRecords:
    """The RRsets of a zone while its files are read."""

    apex: str
    ttl: int
    providers: tuple[str, ...]
    rrsets: dict[Key, RRset] = field(default_factory=dict)
    places: dict[Key, tuple[str, tuple[int, ...]]] = field(default_factory=dict)
    overlays: dict[Key, Overlay] = field(default_factory=dict)
    comments: dict[Key, str] = field(default_factory=dict)
    apex_ns: Reading | None = None
    _readers: dict[str, tuple[str, Quick]] = field(default_factory=dict)

    def add(self, document: Document) -> None:  # noqa: C901, PLR0912 -- the bulk path, kept free of calls
        """Add what *document* has; findings go to the document's report."""
        report, file = document.report, document.file
        apex, default_ttl, suffix = self.apex, self.ttl, "." if self.apex == "." else f".{self.apex}"
        readers, rrsets, place_map = self._readers, self.rrsets, self.places
        last_owner, name = None, ""
        for owner, owner_place, spelled, type_place, ttl, values, places in document.raws:
            if owner is not last_owner:
                last_owner = owner
                name = owner + suffix
                if owner[-1:] == "." or len(name) > 254 or not _plain(name):
                    name = self._owner(report, owner, owner_place)
            reader = readers.get(spelled) or self._reader(Spot(report, name, "", type_place), spelled)
            if reader is None:
                continue
            rtype, quick = reader
            if isinstance(values, list) and len(values) == 1:
                value = values[0]
                text = quick(value) if isinstance(value, str) else None
                if text is None:
                    text = self._value(Spot(report, name, rtype, places[0]), value)
                    if text is None:
                        continue
                rdatas: tuple[str, ...] = (text,)
                packed: tuple[int, ...] = (places[0],)
            elif isinstance(values, list):
                texts = [quick(value) if isinstance(value, str) else None for value in values]
                if None in texts or len(set(texts)) != len(texts) or len(texts) > MAX_VALUES:
                    rdatas, packed = self._values(Spot(report, name, rtype, type_place), quick, values, places)
                    if not rdatas:
                        continue
                else:
                    rdatas, packed = zip(*sorted(zip(texts, places, strict=True)), strict=True)
            else:
                self._add_node(Spot(report, name, rtype, type_place), document, owner, spelled, values)
                continue
            if not name:
                continue
            key = _new(Key, (name, rtype))
            if key in place_map:
                self._clash(Spot(report, name, rtype, type_place), document, owner, spelled)
                continue
            place_map[key] = (file, packed)
            if rtype == "NS" and name == apex:
                self.apex_ns = Reading(ttl, rdatas, packed)
            else:
                rrsets[key] = RRset(name, rtype, default_ttl if ttl is None else ttl, rdatas)

    def _owner(self, report: Report, owner: str, place: int) -> str:
        try:
            return owner_name(owner, self.apex)
        except ValueProblem as problem:
            report.error(place, problem.rule, str(problem), problem.help)
            return ""

    def _reader(self, spot: Spot, spelled: str) -> tuple[str, Quick] | None:
        try:
            rtype = type_of(spelled)
        except ValueProblem as problem:
            spot.error(problem)
            return None
        if rtype == "SOA":
            spot.error(
                ValueProblem(
                    "soa-in-records",
                    "an SOA stands under `records`",
                    "write its fields under `soa:` beside `records:`, without the serial",
                )
            )
            return None
        return self._readers.setdefault(spelled, (rtype, quick_reader(rtype, self.apex)))

    def _clash(self, spot: Spot, document: Document, owner: str, spelled: str) -> None:
        if owner in document.doubled or (owner, spelled) in document.doubled:
            return
        file, places = self.places[Key(spot.name, spot.type)]
        first = unpack(places[0], file)
        spot.error(
            ValueProblem(
                "duplicate-rrset",
                f"`{shorten(spot.name)}` has `{spot.type}` already, at {first}",
                "put all values of a name and type into one list",
            )
        )

    def _value(self, spot: Spot, value: Value) -> str | None:
        if isinstance(value, Scalar) and value.broken:
            return None
        try:
            return canonical_value(spot.type, value, self.apex)
        except ValueProblem as problem:
            spot.error(problem)
            return None

    def _values(
        self, spot: Spot, quick: Quick, values: Several[Value], places: Several[int]
    ) -> tuple[tuple[str, ...], tuple[int, ...]]:
        """Return the canonical values with their places, sorted; nothing where one of them is wrong."""
        if len(values) > MAX_VALUES:
            problem = f"{len(values)} values; no answer can hold more than {MAX_VALUES}"
            spot.error(ValueProblem("too-many-values", problem, "spread them over several names"))
            return (), ()
        found: list[tuple[str, int]] = []
        for value, place in zip(values, places, strict=True):
            text = quick(value) if isinstance(value, str) else None
            if text is None:
                text = self._value(spot._replace(place=place), value)
            if text is not None:
                found.append((text, place))
        found.sort(key=itemgetter(0))
        once = dict(reversed(found))  # where a value is there twice, its first place counts
        if len(once) != len(found):
            for text, place in found:
                if place != once[text]:
                    spot.warning(
                        place,
                        "duplicate-value",
                        f"`{shorten(text)}` is given twice, first in line {once[text] >> 20}",
                        "remove one of the two",
                    )
        if len(found) != len(values):
            return (), ()
        texts = tuple(sorted(once))
        return texts, tuple(once[text] for text in texts)

    def _add_node(self, spot: Spot, document: Document, owner: str, spelled: str, node: Node) -> None:
        """Add an RRset in any form."""
        reading = Forms(self.apex, self.ttl, self.providers, self._slow_values).read(spot, node)
        if reading is None or not spot.name:
            return
        key = Key(spot.name, spot.type)
        if key in self.places:
            self._clash(spot, document, owner, spelled)
            return
        self.places[key] = (document.file, reading.places)
        if reading.comment:
            self.comments[key] = reading.comment
        if spot.type == "NS" and spot.name == self.apex:
            self.apex_ns = reading
            return
        if reading.rdatas:
            self.rrsets[key] = reading.rrset(spot, self.ttl)
        if reading.overlay:
            self.overlays[key] = reading.overlay

    def _slow_values(
        self, spot: Spot, values: Several[Value], places: Several[int]
    ) -> tuple[tuple[str, ...], tuple[int, ...]]:
        return self._values(spot, never, values, places)
