"""Zones for the lint tests, built from the same YAML that the rules show as examples."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
import yaml

from zonesync.lint import lint
from zonesync.model import rdata
from zonesync.model.names import absolute
from zonesync.model.rrset import Key, RRset
from zonesync.model.ttl import parse_ttl
from zonesync.model.zone import Allow, DesiredZone, Ignore, Nameservers, Overlay, ZoneId

TODAY = date(2026, 6, 1)
SECTIONS = {"zone", "view", "ttl", "records", "nameservers", "soa", "allow", "ignore", "unmanaged", "providers"}


class _Builder:
    """Reads the few forms that the examples use; the real loader has tests of its own."""

    def __init__(self, text: str, default_zone: str) -> None:
        root = yaml.compose(text, yaml.SafeLoader)
        top = self._mapping(root) if root is not None else {}
        if not SECTIONS & {key for key, _ in top.values()}:
            top = {0: ("records", root)} if root is not None else {}
        self.parts = dict(top.values()) if top else {}
        self.apex = absolute(f"{self._text('zone', default_zone).removesuffix('.')}.")
        self.ttl = parse_ttl(self._text("ttl", "1h"))
        self.rrsets: dict[Key, RRset] = {}
        self.places: dict[Key, tuple[str, tuple[int, ...]]] = {}
        self.overlays: dict[Key, Overlay] = {}
        self.comments: dict[Key, str] = {}
        self.hosts: tuple[str, ...] = ()

    @staticmethod
    def _mapping(node: yaml.Node) -> dict[int, tuple[str, yaml.Node]]:
        assert isinstance(node, yaml.MappingNode)
        return {at: (key.value, value) for at, (key, value) in enumerate(node.value)}

    def _text(self, part: str, default: str) -> str:
        node = self.parts.get(part)
        return default if node is None else node.value

    def _plain(self, part: str) -> Any:
        node = self.parts.get(part)
        return None if node is None else yaml.safe_load(yaml.serialize(node))

    def build(self) -> DesiredZone:
        for name, types in self._mapping(self.parts["records"]).values() if "records" in self.parts else ():
            for rtype, node in self._mapping(types).values():
                self._enter(Key(absolute(name, self.apex), rtype), node)
        if "nameservers" in self.parts:
            nodes = self.parts["nameservers"].value
            self.hosts = tuple(absolute(node.value, self.apex) for node in nodes)
            self.places[Key(self.apex, "NS")] = ("zone.yaml", tuple(self._spot(node) for node in nodes))
        soa = {field: parse_ttl(str(value)) for field, value in (self._plain("soa") or {}).items()}
        if soa:
            self.places[Key(self.apex, "SOA")] = ("zone.yaml", (self._spot(self.parts["soa"]),))
        return DesiredZone(
            ZoneId(self.apex, self._text("view", "")),
            self.rrsets,
            providers=tuple(self._plain("providers") or ()),
            ttl=self.ttl,
            nameservers=Nameservers("list", self.hosts, said=True) if self.hosts else Nameservers(),
            soa=soa,
            unmanaged=self._text("unmanaged", "delete"),
            ignore=tuple(Ignore(**entry) for entry in self._plain("ignore") or ()),
            allow=tuple(
                Allow(entry["rule"], entry.get("reason", ""), str(entry.get("until", "")))
                for entry in self._plain("allow") or ()
            ),
            overlays=self.overlays,
            comments=self.comments,
            file="zone.yaml",
            places=self.places,
        )

    @staticmethod
    def _spot(node: yaml.Node) -> int:
        return int(node.start_mark.line + 1) << 20 | int(node.start_mark.column + 1)

    def _enter(self, key: Key, node: yaml.Node) -> None:
        form = dict(self._mapping(node).values()) if isinstance(node, yaml.MappingNode) else {"values": node}
        if "comment" in form:
            self.comments[key] = form["comment"].value
        ttl = parse_ttl(form["ttl"].value) if "ttl" in form else self.ttl
        if "by_provider" in form:
            variants = dict(self._mapping(form["by_provider"]).values())
            default = variants.pop("default", None)
            self.overlays[key] = Overlay(
                by_provider={name: self._rrset(key, ttl, variant)[0] for name, variant in variants.items()}
            )
            form["values"] = default or yaml.SequenceNode("", [], node.start_mark, node.end_mark)
        rrset, spots = self._rrset(key, ttl, form["values"])
        self.places[key] = ("zone.yaml", spots or (self._spot(node),))
        if rrset is None:
            return
        if key == (self.apex, "NS"):
            self.hosts = rrset.rdatas
        else:
            self.rrsets[key] = rrset

    def _rrset(self, key: Key, ttl: int, node: yaml.Node) -> tuple[RRset | None, tuple[int, ...]]:
        nodes = node.value if isinstance(node, yaml.SequenceNode) else [node]
        spots = {self._rdata(key.type, value.value): self._spot(value) for value in nodes}
        texts = tuple(sorted(spots))
        return (RRset(key.name, key.type, ttl, texts) if texts else None), tuple(spots[text] for text in texts)

    def _rdata(self, rtype: str, text: str) -> str:
        if rtype in ("TXT", "SPF"):
            return rdata.txt_text(text.encode("latin-1"))
        if rtype == "ALIAS":
            return absolute(text, self.apex)
        return rdata.canonical(rtype, text, self.apex)


def build_zone(text: str, zone: str = "example.com") -> DesiredZone:
    return _Builder(text, zone).build()


@pytest.fixture(scope="session")
def zone_of() -> Callable[..., DesiredZone]:
    """Build a DesiredZone from a zone file's text, or from its records alone."""
    return build_zone


@pytest.fixture(scope="session")
def findings_of() -> Callable[..., list[Any]]:
    """Lint a zone given as text; addresses for documentation are left out unless asked for."""

    def run(text: str, *, ignore: tuple[str, ...] = ("documentation-address",), **options: str) -> list[Any]:
        return lint(build_zone(text, **options), ignore=ignore, today=TODAY)

    return run
