"""The run summary as JSON: versioned, described by a JSON Schema, safe to keep."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

from zonesync.run.summary import BOUNDS, Durations, Summary

FORMAT = 1
"""The version of the summary's JSON. It changes when a reader of the old one would go wrong; fields may be added."""


def text(summary: Summary) -> str:
    """Render *summary* as a JSON document in ASCII."""
    return json.dumps(data(summary), indent=1, ensure_ascii=True).replace("\x7f", "\\u007f") + "\n"


def data(summary: Summary) -> dict[str, Any]:
    """Return *summary* as JSON data. Seconds and octets, all of them numbers."""
    started = datetime.fromtimestamp(summary.started, UTC).isoformat(timespec="milliseconds")
    return {
        "format": FORMAT,
        "command": summary.command,
        "project": summary.project,
        "version": summary.version,
        "started": started.replace("+00:00", "Z"),
        "seconds": _rounded(summary.seconds),
        "exit_code": summary.exit_code,
        "phases": {phase.name: _rounded(phase.seconds) for phase in summary.phases},
        "zones": _rows(summary.zones),
        "planned": [_without(row, "outcome") for row in _rows(summary.planned)],
        "changes": _rows(summary.changes),
        "drift": _rows(summary.drift),
        "findings": _rows(summary.findings),
        "calls": _rows(summary.calls),
        "requests": _rows(summary.requests),
        "durations": [_durations(one) for one in summary.durations],
    }


def _rows(items: Iterable[Any]) -> list[dict[str, Any]]:
    return [
        {key: _rounded(value) if isinstance(value, float) else value for key, value in asdict(item).items()}
        for item in items
    ]


def _without(row: Mapping[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in row.items() if key != name}


def _durations(one: Durations) -> dict[str, Any]:
    own = [one.buckets[0], *(after - before for before, after in pairwise(one.buckets))]
    buckets = [{"up_to": bound, "count": count} for bound, count in zip((*BOUNDS, None), own, strict=True)]
    return {
        "provider": one.provider,
        "operation": one.operation,
        "count": one.buckets[-1],
        "seconds": _rounded(one.seconds),
        "buckets": buckets,
    }


def _rounded(seconds: float) -> float:
    return round(seconds, 6)


def schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of the summary."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Run summary of zonesync",
        "type": "object",
        "required": [*_TOP, *_TABLES, "phases", "durations"],
        "properties": {
            **_TOP,
            "phases": {"type": "object", "additionalProperties": _SECONDS, "description": "`plan` and `apply`"},
            **{name: _table(fields) for name, fields in _TABLES.items()},
            "durations": _table(
                {**_of(_PROVIDER, operation=_OPERATION), "count": _COUNT, "seconds": _SECONDS, "buckets": _BUCKETS}
            ),
        },
    }


def _table(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": {"type": "object", "required": [*fields], "properties": dict(fields)}}


def _of(*fields: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    return {key: value for one in (*fields, more) for key, value in one.items()}


def _said(description: str, **of: Any) -> dict[str, Any]:
    return {**of, "description": description}


_TEXT = {"type": "string"}
_COUNT = {"type": "integer", "minimum": 0}
_SECONDS = {"type": "number", "minimum": 0}
_OCTETS = _said("octets of bodies", **_COUNT)
_ZONE = {"zone": _said("`example.com` or `example.com@view`; empty for none in particular", **_TEXT)}
_PROVIDER = {"provider": _said("the configuration's name for it", **_TEXT)}
_ACTION = {"enum": ["create", "update", "delete"]}
_OUTCOME = {"enum": ["applied", "rejected", "conflict", "unknown", "not-done"]}
_OPERATION = _said("the service's own word, or `read file` and the like", **_TEXT)
_STATUS = _said("`2xx` to `5xx`; `ok` or `failed` without HTTP or an answer", **_TEXT)
_BUCKETS = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["up_to", "count"],
        "properties": {
            "up_to": _said("seconds; null for all that took longer", type=["number", "null"]),
            "count": _said("in this bucket alone", **_COUNT),
        },
    },
}
_TOP = {
    "format": {"const": FORMAT},
    "command": {"enum": ["plan", "apply", "drift", "rollback"]},
    "project": _said("name of the configuration's folder", **_TEXT),
    "version": _said("of zonesync", **_TEXT),
    "started": _said("UTC", type="string", format="date-time"),
    "seconds": _SECONDS,
    "exit_code": {"type": "integer"},
}
_TABLES = {
    "zones": _of(_PROVIDER, read=_COUNT, unread=_COUNT),
    "planned": _of(_ZONE, _PROVIDER, action=_ACTION, count=_COUNT),
    "changes": _of(_ZONE, _PROVIDER, action=_ACTION, outcome=_OUTCOME, count=_COUNT),
    "drift": _of(_ZONE, _PROVIDER, kind=_TEXT, count=_COUNT),
    "findings": {"severity": {"enum": ["error", "warning", "info"]}, "rule": _TEXT, "count": _COUNT},
    "calls": _of(_PROVIDER, calls=_COUNT, retries=_COUNT, throttled=_COUNT, waited=_SECONDS),
    "requests": _of(
        _PROVIDER,
        _ZONE,
        operation=_OPERATION,
        status=_STATUS,
        count=_COUNT,
        seconds=_SECONDS,
        sent=_OCTETS,
        received=_OCTETS,
    ),
}
