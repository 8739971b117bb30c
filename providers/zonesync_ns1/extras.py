"""What a record of NS1 has that the model does not: told in a few words, so that a reader sees it."""

from collections.abc import Mapping, Sequence
from typing import Any

_NAMED = ("meta", "regions", "tags", "blocked_tags")


def counted(number: int, noun: str) -> str:
    """Return a number and its noun."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def filters(record: Mapping[str, Any]) -> str:
    """Describe a record whose answers a filter chain picks; empty where there is none."""
    chain = record.get("filters")
    if not chain:
        return ""
    names = [str(one.get("filter", "?")) if isinstance(one, Mapping) else "?" for one in chain]
    return f"filter chain {', '.join(names)} ({counted(len(answers(record)), 'answer')})"


def feeds(record: Mapping[str, Any]) -> str:
    """Describe a record with answers that a data feed steers; empty where there is none."""
    fed = [one for one in answers(record) if one.get("feeds") or _is_fed(one.get("meta"))]
    return f"data feed at {counted(len(fed), 'answer')}" if fed else ""


def _is_fed(meta: object) -> bool:
    return isinstance(meta, Mapping) and any(isinstance(value, Mapping) and "feed" in value for value in meta.values())


def answers(record: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    """Return the answers of a whole record."""
    found = record.get("answers")
    return [one for one in found if isinstance(one, Mapping)] if isinstance(found, list) else []


def words(record: Mapping[str, Any], zone: Mapping[str, Any]) -> str:
    """Describe what else a record of *zone* has: meta, regions, tags, and settings that are not the usual ones."""
    described = sum(bool(one.get("meta")) for one in answers(record))
    parts = [
        *(f"{field.replace('_', ' ')} {_names(record[field])}" for field in _NAMED if record.get(field)),
        f"meta at {counted(described, 'answer')}" if described else "",
        "client subnet not used" if record.get("use_client_subnet") is False else "",
        "TTL overridden" if record.get("override_ttl") and record.get("type") != "ALIAS" else "",
        _networks(record, zone),
    ]
    return "; ".join(filter(None, parts))


def _networks(record: Mapping[str, Any], zone: Mapping[str, Any]) -> str:
    own, usual = record.get("networks"), zone.get("networks")
    return f"networks {_names(own)}" if own and usual and _names(own) != _names(usual) else ""


def _names(value: object) -> str:
    return ", ".join(sorted(map(str, value))) if isinstance(value, Mapping | list) else str(value)
