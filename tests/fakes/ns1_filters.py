"""Filter chains and what belongs to them: known filters, the defaults the server adds, meta and regions."""

from typing import Any

from tests.fakes.ns1_refusals import bad, check, invalid

BARE = (
    "additional_metadata",
    "cost",
    "geotarget_country",
    "geotarget_latlong",
    "geotarget_regional",
    "ipv4_prefix_shuffle",
    "pulsar_sort",
    "select_first_region",
    "shuffle",
    "sticky",
    "up",
    "weighted_shuffle",
)
"""Filters without a configuration."""

DEFAULTS: dict[str, dict[str, Any]] = {
    **{name: {} for name in BARE},
    "geofence_country": {"remove_no_location": False},
    "geofence_regional": {"remove_no_georegion": False},
    "netfence_asn": {"remove_no_asn": False},
    "netfence_prefix": {"remove_no_ip_prefixes": False},
    "priority": {"eliminate": "0"},
    "select_first_n": {"N": "1"},
    "shed_load": {"metric": "loadavg"},
    "sticky_region": {"sticky_by_network": False},
    "weighted_sticky": {"sticky_by_network": False},
}
"""Filters, and the keys that the server adds under `config` where the client sent none."""


def check_filters(filters: list[Any]) -> None:
    """Refuse *filters* that are no objects, lack a name or name a filter that is not there."""
    for number, item in enumerate(filters):
        check(item, f"filters[{number}]", "object")
        if "filter" not in item:
            raise invalid(f"Required field 'filter' is missing in '<obj>.filters[{number}]'")
        if item["filter"] not in DEFAULTS:
            raise bad(f"unknown filter {item['filter']!r}")
        check(item.get("config", {}), f"filters[{number}].config", "object")


def completed(filters: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return *filters* with the server's own keys added."""
    return [
        {**item, "config": {**DEFAULTS.get(item.get("filter", ""), {}), **(item.get("config") or {})}}
        for item in filters
    ]


def check_regions(regions: dict[str, Any], answers: list[dict[str, Any]]) -> None:
    """Refuse regions that are no objects, and answers in a region that is not there."""
    for name, region in regions.items():
        check(region, f"regions.{name}", "object")
        check(region.get("meta", {}), f"regions.{name}.meta", "object")
    for answer in answers:
        region = answer.get("region")
        if region is not None and region not in regions:
            raise bad(f"answer is in region {region!r}, which the record does not have")
