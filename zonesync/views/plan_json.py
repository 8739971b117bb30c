"""Drift as JSON; a plan's JSON is the plan file itself."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from zonesync.plan.plan import Plan
from zonesync.provider.abilities import Counts

_NO_CHANGE = {"before": None, "after": None, "why": ""}


def drift(plan: Plan, calls: Mapping[str, Counts] | None = None, *, is_whole: bool = True) -> dict[str, Any]:
    """Return what differs, what is kept as it is, and what was not read; without *is_whole* more was not looked at.

    *calls* counts what each service was asked.
    """
    data = plan.to_data()
    return {
        "in_step": plan.is_empty and not plan.unread and is_whole,
        "checked": [{"zone": one["zone"], "provider": one["provider"]} for one in data["targets"]],
        "differences": [
            {
                "zone": step["zone"],
                "provider": step["provider"],
                "kind": step["kind"],
                "note": step["note"],
                "settings": step["settings"],
                **change,
            }
            for step in data["steps"]
            for change in step["changes"] or [_NO_CHANGE]
            if step["provider"]
        ],
        "kept": [
            {"zone": one["zone"], "provider": one["provider"], **kept}
            for one in data["targets"]
            for kept in one["kept"]
        ],
        "unread": data["unread"],
        "calls": {name: asdict(counts) for name, counts in (calls or {}).items()},
    }
