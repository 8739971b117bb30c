"""An RRset in any form: one value, a list, or a mapping with TTL, comment and what differs by provider."""

from collections.abc import Callable, Collection
from collections.abc import Sequence as Several
from dataclasses import dataclass, replace
from typing import NamedTuple

from zonesync.load.nodes import Mapping, Node, Scalar, Sequence, kind
from zonesync.load.report import Report
from zonesync.load.suggest import did_you_mean
from zonesync.load.values import ValueProblem, alias_text
from zonesync.load.zone_yaml import Value, seconds
from zonesync.model.names import shorten
from zonesync.model.rrset import RRset
from zonesync.model.zone import Overlay

KEYS = ("ttl", "values", "only", "except", "by_provider", "alias", "comment")
_NESTED_KEYS = ("ttl", "values", "alias")
_BY_PROVIDER = ("only", "except", "by_provider")


class Spot(NamedTuple):
    """Which RRset is being read, and where its findings go."""

    report: Report
    name: str
    """Canonical; empty where the owner is no name, and the RRset is read for its findings alone."""
    type: str
    place: int
    """Where a finding points that has no better place."""

    def error(self, problem: ValueProblem) -> None:
        """Record *problem* about this RRset."""
        place = problem.place or self.place
        self.report.error(place, problem.rule, str(problem), problem.help, name=self.name, type=self.type)

    def warning(self, place: int, rule: str, message: str, help: str) -> None:  # noqa: A002 -- as in Finding
        """Record a warning about this RRset."""
        self.report.warning(place, rule, message, help, name=self.name, type=self.type)


@dataclass(frozen=True, slots=True)
class Reading:
    """One RRset as it was read."""

    ttl: int | None = None
    """Its own; None where it takes the zone's."""
    rdatas: tuple[str, ...] = ()
    places: tuple[int, ...] = ()
    is_alias: bool = False
    overlay: Overlay | None = None
    comment: str = ""

    def rrset(self, spot: Spot, default_ttl: int) -> RRset:
        """Return it as an RRset, with *default_ttl* where it has no TTL of its own."""
        ttl = None if self.is_alias else default_ttl if self.ttl is None else self.ttl
        return RRset(spot.name, spot.type, ttl, self.rdatas)


@dataclass(frozen=True, slots=True)
class Forms:
    """Reads RRsets in any form, for one zone."""

    apex: str
    ttl: int
    providers: tuple[str, ...]
    read_values: Callable[[Spot, "Several[Value]", "Several[int]"], tuple[tuple[str, ...], tuple[int, ...]]]

    def read(self, spot: Spot, node: Node) -> Reading | None:
        """Read the RRset in *node*; None where nothing of it can be used, with findings that say why."""
        if isinstance(node, Mapping) and not node.entries.keys().isdisjoint(KEYS):
            return self._mapping(spot, node)
        return self._listed(spot, node)

    def _listed(self, spot: Spot, node: Node) -> Reading | None:
        """Read values without more: one, or a list."""
        items = node.items if isinstance(node, Sequence) else [node]
        if not items:
            spot.error(
                ValueProblem("empty-rrset", "an RRset without a value", "write one, or remove the type", node.place)
            )
            return None
        rdatas, places = self.read_values(spot, items, [item.place for item in items])
        return Reading(rdatas=rdatas, places=places) if rdatas else None

    def _mapping(self, spot: Spot, node: Mapping) -> Reading | None:
        before = spot.report.errors
        self._check_keys(spot, node, KEYS)
        reading = self._content(spot, node)
        comment = self._text(spot, node, "comment")
        overlay = self._overlay(spot, node)
        if spot.report.errors > before:
            return None
        if overlay and overlay.by_provider and not comment:
            spot.warning(
                node.entries["by_provider"][0],
                "differs-by-provider",
                f"`{spot.name}` `{spot.type}` differs by provider, and no comment says why",
                "add `comment:` beside `by_provider:`",
            )
        if reading is None:
            if "by_provider" not in node.entries:
                return None  # an alias of nothing, which is said where it stands
            reading = Reading(places=(node.entries["by_provider"][1].place,))
        return replace(reading, overlay=overlay, comment=comment)

    @staticmethod
    def _check_keys(spot: Spot, node: Mapping, known: Collection[str]) -> None:
        for key, (place, _) in node.entries.items():
            if key in known:
                continue
            if key in KEYS:
                spot.error(
                    ValueProblem(
                        "misplaced-key",
                        f"`{key}` cannot stand within `by_provider`",
                        f"put `{key}` beside `by_provider`",
                        place,
                    )
                )
            else:
                spot.error(
                    ValueProblem(
                        "unknown-key", f"`{shorten(key)}` is no key of an RRset", did_you_mean(key, known), place
                    )
                )

    def _content(self, spot: Spot, node: Mapping) -> Reading | None:
        """Read ``ttl`` with ``values``, ``alias`` or the default of ``by_provider``."""
        given = [key for key in ("values", "alias", "by_provider") if key in node.entries]
        if len(given) != 1:
            problem = (
                ValueProblem(
                    "bad-value",
                    f"`{given[0]}` and `{given[1]}` stand beside each other",
                    "with `by_provider`, what all others serve goes under its `default`"
                    if "by_provider" in given
                    else "keep one",
                    node.entries[given[1]][0],
                )
                if given
                else ValueProblem(
                    "empty-rrset",
                    "an RRset without `values`",
                    "write `values: [...]` beside the other keys",
                    node.place,
                )
            )
            spot.error(problem)
            for key in given:
                self._listed(spot, node.entries[key][1]) if key == "values" else None
            return None
        ttl = seconds(node.entries["ttl"][1], spot.report) if "ttl" in node.entries else None
        value = node.entries[given[0]][1]
        if given == ["alias"]:
            return self._alias(spot, node, value)
        if given == ["values"]:
            reading = self._listed(spot, value)
            return reading and replace(reading, ttl=ttl)
        if isinstance(value, Mapping) and "default" in value.entries:
            return self._nested(spot, value.entries["default"][1], ttl)
        return None

    def _alias(self, spot: Spot, node: Mapping, value: Node) -> Reading | None:
        if spot.type in {"NS", "SOA"}:
            spot.error(ValueProblem("bad-value", f"`{spot.type}` cannot be an alias", "", node.entries["alias"][0]))
            return None
        if "ttl" in node.entries:
            spot.warning(
                node.entries["ttl"][1].place,
                "alias-ttl",
                "an alias has no TTL of its own: its target's counts",
                "remove `ttl`",
            )
        try:
            return Reading(rdatas=(alias_text(value, self.apex),), places=(value.place,), is_alias=True)
        except ValueProblem as problem:
            spot.error(problem)
            return None

    def _nested(self, spot: Spot, node: Node, ttl: int | None) -> Reading | None:
        """Read an RRset within ``by_provider``, which *ttl* beside that may serve."""
        if not isinstance(node, Mapping) or node.entries.keys().isdisjoint(KEYS):
            reading = self._listed(spot, node)
        else:
            self._check_keys(spot, node, _NESTED_KEYS)
            if "by_provider" in node.entries:
                return None
            reading = self._content(spot, node)
        return replace(reading, ttl=ttl) if reading and reading.ttl is None else reading

    def _overlay(self, spot: Spot, node: Mapping) -> Overlay | None:
        """Read how the RRset differs by provider."""
        given = [key for key in _BY_PROVIDER if key in node.entries]
        if not given:
            return None
        if spot.type == "NS" and spot.name == self.apex:
            spot.error(
                ValueProblem(
                    "apex-ns-by-provider",
                    f"`{given[0]}` on the apex NS RRset, which every provider serves alike",
                    "remove it, and see `nameservers:`",
                    node.entries[given[0]][0],
                )
            )
            return None
        only, excluded = self._providers(spot, node, "only"), self._providers(spot, node, "except")
        if "only" in given and "except" in given:
            problem = "`only` and `except` stand beside each other"
            spot.error(ValueProblem("bad-value", problem, "keep one of the two", node.entries["except"][0]))
        if "by_provider" not in given:
            return Overlay(only, excluded)
        ttl_node = node.get("ttl")
        ttl = seconds(ttl_node, spot.report) if ttl_node else None
        table = node.entries["by_provider"][1]
        if not isinstance(table, Mapping) or not table.entries:
            spot.error(
                ValueProblem(
                    "bad-value",
                    "`by_provider` is a mapping of providers",
                    "write `{PROVIDER: [...], default: [...]}`",
                    table.place,
                )
            )
            return None
        forms: dict[str, RRset | None] = {}
        for provider, (place, value) in table.entries.items():
            if provider != "default" and self._is_known(spot, provider, place):
                reading = self._nested(spot, value, ttl)
                forms[provider] = reading.rrset(spot, self.ttl) if reading else None
        return Overlay(only, excluded, forms)

    def _providers(self, spot: Spot, node: Mapping, key: str) -> tuple[str, ...]:
        value = node.get(key)
        if value is None:
            return ()
        items = value.items if isinstance(value, Sequence) else [value]
        texts = [item for item in items if isinstance(item, Scalar) and not item.is_null]
        if len(texts) != len(items) or not items:
            spot.error(
                ValueProblem("bad-value", f"`{key}` is a list of providers", f"write `{key}: [NAME]`", value.place)
            )
        return tuple(item.text for item in texts if self._is_known(spot, item.text, item.place))

    def _is_known(self, spot: Spot, provider: str, place: int) -> bool:
        if provider in self.providers:
            return True
        spot.error(
            ValueProblem(
                "unknown-provider",
                f"`{shorten(provider)}` is no provider of this zone",
                did_you_mean(provider, self.providers) or "name the zone's providers under `providers:`",
                place,
            )
        )
        return False

    @staticmethod
    def _text(spot: Spot, node: Mapping, key: str) -> str:
        value = node.get(key)
        if value is None:
            return ""
        if isinstance(value, Scalar) and not value.is_null:
            return value.text
        spot.error(ValueProblem("bad-value", f"`{key}` is a text, not {kind(value)}", "", value.place))
        return ""
