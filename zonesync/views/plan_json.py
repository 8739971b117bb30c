"""Drift as JSON; a plan's JSON is the plan file itself."""

from typing import Any

from zonesync.plan.plan import Plan


def drift(plan: Plan) -> dict[str, Any]:
    """Return what differs, and what was not read."""
    data = plan.to_data()
    return {
        "in_step": plan.is_empty and not plan.unread,
        "checked": [{"zone": one["zone"], "provider": one["provider"]} for one in data["targets"]],
        "differences": [
            {"zone": step["zone"], "provider": step["provider"], "kind": step["kind"], "note": step["note"], **change}
            for step in data["steps"]
            for change in step["changes"] or [{"before": None, "after": None, "why": ""}]
            if step["provider"]
        ],
        "unread": data["unread"],
    }
