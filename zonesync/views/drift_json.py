"""Drift as JSON; docs/drift.md explains each key."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from zonesync.model.change import Computed
from zonesync.model.rrset import RRset
from zonesync.model.zone import NOTHING
from zonesync.plan.plan import Plan
from zonesync.provider.abilities import Counts
from zonesync.run.drift import DriftItem
from zonesync.run.traces import Trace
from zonesync.views import drift_summary

_NO_CHANGE = {"before": None, "after": None, "why": ""}


def drift(
    items: Sequence[DriftItem],
    plan: Plan,
    calls: Mapping[str, Counts] = NOTHING,
    *,
    unlisted: Mapping[str, str] = NOTHING,
    is_whole: bool = True,
) -> dict[str, Any]:
    """Return what differs and why, what is kept as it is, and what was not read.

    *plan* is what would end the drift, *calls* counts what each service was asked. Without *is_whole* more was not
    looked at; *unlisted* are providers that did not say which zones they host, and why.
    """
    data = plan.to_data()
    is_whole = is_whole and not plan.unread and not unlisted
    return {
        "in_step": not items and plan.is_empty and is_whole,
        "summary": {
            "line": drift_summary.line(items, plan, unlisted=unlisted, is_whole=is_whole),
            **drift_summary.counts(items, plan, unlisted),
        },
        "items": [_item(item) for item in items],
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
        "unlisted": [{"provider": name, "words": words} for name, words in unlisted.items()],
        "calls": {name: asdict(counts) for name, counts in calls.items()},
    }


def _item(item: DriftItem) -> dict[str, Any]:
    change, setting = item.change, item.setting
    return {
        "kind": item.kind.value,
        "subject": item.subject.value,
        "zone": str(item.zone),
        "provider": item.provider,
        "name": item.key.name if item.key else None,
        "type": item.key.type if item.key else None,
        "set_identifier": item.set_identifier or None,
        "event": item.event.value if item.event else None,
        "live": _side(change.before) if change else list(setting.before) if setting else None,
        "files": _side(change.after) if change else list(setting.after) if setting else None,
        "setting": setting.name if setting else None,
        "cause_known": item.is_known,
        "files_changed_too": item.is_file_ahead,
        "last": _last(item.last),
        "words": item.words or None,
    }


def _side(rrset: RRset | Computed | None) -> dict[str, Any] | None:
    if rrset is None:
        return None
    if isinstance(rrset, Computed):
        return {"ttl": rrset.ttl, "computed": dict(rrset.computed)}
    return {"ttl": rrset.ttl, "rdatas": list(rrset.rdatas)}


def _last(last: Trace | None) -> dict[str, Any] | None:
    if last is None:
        return None
    return {
        "run": last.run,
        "time": last.time,
        "did": "left" if not last.is_change else "deleted" if last.is_delete else "set",
        "certain": last.is_certain,
        "actor": last.actor or None,
        "author": last.author or None,
        "commit": last.commit or None,
        "run_url": last.run_url or None,
    }
