"""A notice as a JSON document; docs/notify.md explains each key."""

import json
from dataclasses import asdict
from typing import Any

from zonesync.run.notice import Notice
from zonesync.views.plain import clean

FORMAT = 1
ROOM = 200
"""So many places, items and reasons are told; the rest is counted."""


def document(notice: Notice) -> dict[str, Any]:
    """Return *notice* as data: no text in it holds a control character, whoever shows it."""
    lists: dict[str, tuple[Any, ...]] = {"places": notice.places, "items": notice.items, "reasons": notice.reasons}
    return {
        "format": FORMAT,
        "event": notice.event.value,
        "outcome": notice.tenor.value,
        "command": notice.command,
        **{
            key: clean(getattr(notice, key))
            for key in ("summary", "project", "time", "actor", "commit", "url", "run", "audit_log")
        },
        "counts": {
            "creates": sum(place.creates for place in notice.places),
            "updates": sum(place.updates for place in notice.places),
            "deletes": sum(place.deletes for place in notice.places),
        },
        **{key: [_cleaned(asdict(one)) for one in found[:ROOM]] for key, found in lists.items()},
        "left_out": {key: max(0, len(found) - ROOM) for key, found in lists.items()},
    }


def dumps(notice: Notice) -> str:
    """Return the body of the request."""
    return json.dumps(document(notice), ensure_ascii=True)


def _cleaned(data: dict[str, Any]) -> dict[str, Any]:
    return {key: clean(value) if isinstance(value, str) else value for key, value in data.items()}
