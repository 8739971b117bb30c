"""Drift as JSON; a plan's JSON is the plan file itself."""

from typing import Any

from zonesync.plan.plan import Plan


def drift(plan: Plan, *, is_whole: bool = True) -> dict[str, Any]:
    """Return what differs, and what was not read; without *is_whole* more than this was not looked at."""
    data = plan.to_data()
    return {
        "in_step": plan.is_empty and not plan.unread and is_whole,
        "checked": [{"zone": one["zone"], "provider": one["provider"]} for one in data["targets"]],
        "differences": [
            {"zone": step["zone"], "provider": step["provider"], "kind": step["kind"], "note": step["note"], **change}
            for step in data["steps"]
            for change in step["changes"] or [{"before": None, "after": None, "why": ""}]
            if step["provider"]
        ],
        "unread": data["unread"],
    }
