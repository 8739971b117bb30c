"""Whether two texts of a zone file, or of a fragment, say the same and hold the same comments."""

from collections import Counter
from dataclasses import fields
from typing import Any

from zonesync.exporters.fmt import comments_of
from zonesync.exporters.fmt.rules import TIMES
from zonesync.load.events import read_tree
from zonesync.load.nodes import Mapping, Node, Scalar, Sequence
from zonesync.load.report import Report
from zonesync.load.zones import LoadedZone
from zonesync.model.names import NameSyntaxError, absolute
from zonesync.model.ttl import TtlSyntaxError, parse_ttl

_PLACES = frozenset({"places", "network_places"})


def same_comments(before: bytes, after: bytes) -> bool:
    """Tell whether both have the same comments, each as often. Raises :class:`yaml.YAMLError`."""
    return _comments(before) == _comments(after)


def _comments(content: bytes) -> Counter[str]:
    return Counter(comment.text for comment in comments_of(content.decode("utf-8").removeprefix("\ufeff")))


def same_meaning(before: bytes, after: bytes, zone: str) -> bool:
    """Tell whether both are the same tree of texts but for the order of keys, times, and owner names in *zone*."""
    trees = [_tree(content, zone) for content in (before, after)]
    return trees[0] is not None and trees[0] == trees[1]


def _tree(content: bytes, zone: str) -> Any:
    report = Report("", content)
    tree = read_tree(content, report)
    if tree is None or report.errors:
        return None
    found = _data(tree, "")
    records = tree.get("records")
    if zone and isinstance(records, Mapping):
        found["records"] = [(_owner(owner, zone), types) for owner, types in found["records"].items()]
    return found


def _data(node: Node, key: str) -> Any:
    if isinstance(node, Mapping):
        return {name: _data(value, name) for name, (_, value) in node.entries.items()}
    if isinstance(node, Sequence):
        return [_data(item, "") for item in node.items]
    return _text(node, key)


def _text(node: Scalar, key: str) -> Any:
    if key in TIMES:
        try:
            return parse_ttl(node.text)
        except TtlSyntaxError:
            pass
    return node.text, node.is_null


def _owner(owner: str, zone: str) -> str:
    try:
        return absolute(owner, zone)
    except NameSyntaxError:
        return owner


def same_zone(before: LoadedZone, after: LoadedZone) -> bool:
    """Tell whether both loaded, to equal zones with the same findings; places may differ."""
    if before.zone is None or after.zone is None or before.id != after.id:
        return False
    names = [field.name for field in fields(before.zone) if field.name not in _PLACES]
    is_equal = all(getattr(before.zone, name) == getattr(after.zone, name) for name in names)
    return is_equal and list(before.zone.rrsets) == list(after.zone.rrsets) and _found(before) == _found(after)


def _found(loaded: LoadedZone) -> Counter[tuple[str, str, str, str]]:
    return Counter((one.rule, one.severity.value, one.name, one.type) for one in loaded.findings)
