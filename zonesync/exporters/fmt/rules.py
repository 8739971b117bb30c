"""What is spelled anew: the order of keys, TTLs, and owner names; never a value, nor the order of values or names."""

from contextlib import suppress

from zonesync.exporters.fmt.tree import Entry, Part, Source
from zonesync.load.rrset_forms import KEYS
from zonesync.load.shapes import AllowShape, IgnoreShape, SoaShape, ZoneShape
from zonesync.model.names import NameSyntaxError, absolute, is_within, relative
from zonesync.model.ttl import TtlSyntaxError, format_ttl, parse_ttl

ROOT = (*ZoneShape.model_fields, *ZoneShape.elsewhere)
"""The keys of a zone file in their order."""
TIMES = frozenset({"ttl", "refresh", "retry", "expire", "minimum"})
"""Keys whose values are times."""
_ORDERS = {
    "nameservers": ("ttl", "hosts", "auto"),
    "soa": tuple(SoaShape.model_fields),
    "ignore": tuple(IgnoreShape.model_fields),
    "allow": tuple(AllowShape.model_fields),
}


def canonicalise(source: Source, zone: str = "") -> None:
    """Bring the tree of *source* into canonical order and spelling.

    A file with anchors stays as it is in both: what an anchor names may stand in places of which each means another
    thing by it, and an alias has to stay below its anchor.
    """
    if source.has_anchors:
        return
    root = source.root
    for entry in root.entries:
        name = entry.key.text if entry.key else ""
        if name == "records":
            _records(entry.value, zone)
        elif name in _ORDERS:
            for part in (each.value for each in entry.value.entries) if entry.value.kind == "list" else (entry.value,):
                _order(part, _ORDERS[name])
                _times(part)
    _times(root, frozenset({"ttl"}))
    first = root.entries[0] if root.entries else None
    _order(root, ROOT)
    if first is not None and root.entries[0] is not first:
        # What stands above the first key is the file's, and so is the blank line below it.
        root.entries[0].is_after_blank, first.is_after_blank = first.is_after_blank, root.entries[0].is_after_blank


def _order(part: Part, keys: tuple[str, ...]) -> None:
    if part.kind == "map":
        rank = {key: index for index, key in enumerate(keys)}
        part.entries.sort(key=lambda entry: rank.get(entry.key.text if entry.key else "", len(rank)))


def _times(part: Part, keys: frozenset[str] = TIMES) -> None:
    for entry in part.entries if part.kind == "map" else ():
        if entry.key and entry.key.text in keys and entry.value.kind == "text" and not entry.value.source:
            try:
                entry.value.text = format_ttl(parse_ttl(entry.value.text))
            except TtlSyntaxError:
                continue
            entry.value.style = None


def _records(part: Part, zone: str) -> None:
    if part.kind != "map":
        return
    if zone:
        _names([entry.key for entry in part.entries if entry.key], zone)
    for owner in part.entries:
        for entry in owner.value.entries if owner.value.kind == "map" else ():
            _rrset(entry)


def _rrset(entry: Entry) -> None:
    part = entry.value
    keys = {each.key.text for each in part.entries if each.key} if part.kind == "map" else set()
    if keys.isdisjoint(KEYS):
        return
    _order(part, KEYS)
    _times(part, frozenset({"ttl"}))
    for each in part.entries:
        if each.key and each.key.text == "by_provider" and each.value.kind == "map":
            for form in each.value.entries:
                _rrset(form)


def _names(keys: list[Part], zone: str) -> None:
    """Make absolute owner names in *zone* relative, unless two keys would become one."""
    spelled = [_relative(key.text, zone) for key in keys]
    if len(set(spelled)) < len(spelled):
        return
    for key, text in zip(keys, spelled, strict=True):
        if text != key.text:
            key.text, key.style, key.source = text, key.style if not text.isascii() else '"', ""


def _relative(text: str, zone: str) -> str:
    if not text.endswith("."):
        return text
    try:
        name = absolute(text, zone)
    except NameSyntaxError:
        return text
    if not is_within(name, zone):
        return text
    if not text.isascii():
        # A label that people can read stays one: what is cut off is the zone alone, however that is spelled.
        shorter = text.rstrip(".").rsplit(".", zone.count("."))[0]
        with suppress(NameSyntaxError):
            if not shorter.isascii() and not shorter.endswith(".") and absolute(shorter, zone) == name:
                return shorter
    return relative(name, zone)
