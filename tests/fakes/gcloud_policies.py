"""Routing policies as Cloud DNS takes, keeps and compares them: weighted, by location, primary with backup.

https://cloud.google.com/dns/docs/routing-policies-overview
"""

from collections.abc import Iterator, Mapping
from typing import Any

from tests.fakes.gcloud_errors import invalid, missing, over_quota
from tests.fakes.gcloud_rdata import POLICY_TYPES, stored
from tests.fakes.gcloud_schema import discovery

OUTPUT_ONLY = ("kind", "signatureRrdatas")
KINDS = ("wrr", "geo", "primaryBackup")
ITEM_KEYS = {"wrr": "weight", "geo": "location"}


def bare(value: Any) -> Any:
    """Return *value* without what the service adds: two policies are the same where this is."""
    if isinstance(value, Mapping):
        return {key: bare(each) for key, each in value.items() if key not in OUTPUT_ONLY}
    return [bare(each) for each in value] if isinstance(value, list) else value


def completed(value: Any, node: Mapping[str, Any]) -> Any:
    """Return *value* as the service lists it: with the kind of each part, and numbers as numbers."""
    if "$ref" in node:
        node = discovery()["schemas"][node["$ref"]]
    if node["type"] == "array":
        return [completed(each, node["items"]) for each in value]
    if node["type"] == "number":
        return float(value)
    if node["type"] != "object":
        return value
    parts = node["properties"]
    kind = {"kind": parts["kind"]["default"]} if "kind" in parts else {}
    return {**kind, **{key: completed(each, parts[key]) for key, each in value.items() if key not in OUTPUT_ONLY}}


def same(one: Any, other: Any) -> bool:
    """Tell whether two policies, or two absences of one, are the same."""
    node = {"$ref": "RRSetRoutingPolicy"}
    if not one or not other:
        return not one and not other
    return bool(bare(completed(one, node)) == bare(completed(other, node)))


def accepted(policy: Mapping[str, Any], rtype: str, where: str, most: int) -> dict[str, Any]:
    """Return how *policy* is kept; raise :class:`Refused` for what the service does not take."""
    if rtype not in POLICY_TYPES:
        raise invalid(f"{where}.routingPolicy", rtype)
    chosen = [kind for kind in KINDS if kind in policy]
    if len(chosen) != 1:
        raise invalid(f"{where}.routingPolicy", ", ".join(chosen))
    kept: dict[str, Any] = completed(policy, {"$ref": "RRSetRoutingPolicy"})
    for path, group, items in _groups(kept, f"{where}.routingPolicy"):
        _check_group(path, group, items, rtype, most)
    return kept


def _groups(policy: Mapping[str, Any], where: str) -> Iterator[tuple[str, str, list[dict[str, Any]]]]:
    if "primaryBackup" in policy:
        backup, path = policy["primaryBackup"], f"{where}.primaryBackup"
        if "primaryTargets" not in backup:
            raise missing(f"{path}.primaryTargets")
        if "backupGeoTargets" not in backup:
            raise missing(f"{path}.backupGeoTargets")
        yield f"{path}.backupGeoTargets", "geo", backup["backupGeoTargets"].get("items", [])
    else:
        kind = "wrr" if "wrr" in policy else "geo"
        yield f"{where}.{kind}", kind, policy[kind].get("items", [])


def _check_group(path: str, kind: str, items: list[dict[str, Any]], rtype: str, most: int) -> None:
    if not items:
        raise missing(f"{path}.items")
    if len(items) > most:
        raise over_quota("items per routing policy")
    for place, item in enumerate(items):
        here, key = f"{path}.items[{place}]", ITEM_KEYS[kind]
        if key not in item:
            raise missing(f"{here}.{key}")
        _check_item(here, item, rtype)
    locations = [item["location"] for item in items if "location" in item]
    for place, location in enumerate(locations):
        if location in locations[:place]:
            raise invalid(f"{path}.items[{place}].location", location)


def _check_item(here: str, item: dict[str, Any], rtype: str) -> None:
    if item.get("weight", 0) < 0:
        raise invalid(f"{here}.weight", item["weight"])
    if "healthCheckedTargets" in item and rtype not in {"A", "AAAA"}:
        raise invalid(f"{here}.healthCheckedTargets", rtype)
    if not item.get("rrdatas") and "healthCheckedTargets" not in item:
        raise missing(f"{here}.rrdatas")
    if "rrdatas" in item:
        item["rrdatas"] = spelled(item["rrdatas"], rtype, f"{here}.rrdata")


def spelled(rrdatas: list[str], rtype: str, where: str) -> list[str]:
    """Return *rrdatas* as the service spells them; raise ``Refused`` for the first wrong or doubled."""
    kept: list[str] = []
    for place, text in enumerate(rrdatas):
        try:
            value = stored(rtype, text)
        except ValueError as problem:
            raise invalid(f"{where}[{place}]", text) from problem
        # RFC 2181 section 5: a set holds a record once.
        if value in kept:
            raise invalid(f"{where}[{place}]", text)
        kept.append(value)
    return kept
