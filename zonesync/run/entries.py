"""What an audit entry says: plain data, the same whether a run writes it or a later one that found it killed."""

from collections.abc import Mapping, Sequence
from typing import Any

from zonesync.model.change import Change, Computed
from zonesync.model.rrset import RRset
from zonesync.plan.plan import Plan, Setting, Step
from zonesync.provider.contract import Receipt
from zonesync.run.context import Context

Entry = Mapping[str, Any]


def of_run(context: Context, run: str, plan: str) -> dict[str, Any]:
    """Return what every entry of *run* says: who, from which commit, for which plan (its digest)."""
    return {
        "run": run,
        "actor": context.actor,
        "author": context.author,
        "user": context.user,
        "host": context.host,
        "commit": context.commit,
        "run_url": context.url,
        "plan": plan,
    }


def started(plan: Plan, took_over: Mapping[str, str]) -> Entry:
    """Say what a run is about to do; *took_over* names the dead runs whose locks it has, by zone."""
    more: dict[str, Any] = {"took_over": dict(took_over)} if took_over else {}
    if plan.rollback:
        more["rollback_of"] = plan.rollback
    if plan.move:
        more["move"] = str(plan.move)
    return {
        "kind": "run_start",
        "zones": sorted({str(step.zone) for step in plan.steps}),
        "changes": sum(len(step.changes) for step in plan.steps),
        "allowances": [str(allowance) for allowance in plan.allowances],
        **more,
    }


def place(number: int, step: Step) -> dict[str, Any]:
    """Return where an entry belongs: the zone, the provider, and the step with its *number* in the plan."""
    return {"zone": str(step.zone), "provider": step.provider, "step": step.kind.value, "number": number}


def told(receipt: Receipt) -> dict[str, Any]:
    """Return what a provider said of a part of a step."""
    return {"outcome": receipt.outcome.value, "change_id": receipt.change_id, "words": receipt.words}


def change(where: Mapping[str, Any], sides: Mapping[str, Any], said: Mapping[str, Any]) -> Entry:
    """Say what became of one change."""
    return {"kind": "change", **where, **said, **sides}


def setting(where: Mapping[str, Any], changed: Setting, said: Mapping[str, Any]) -> Entry:
    """Say what became of a part of a change to what is no RRset."""
    return {"kind": "setting", **where, **said, **changed.model_dump(mode="json")}


def step(where: Mapping[str, Any], settings: Sequence[Setting], outcome: str, words: str, target: str = "") -> Entry:
    """Say what became of a step that has no changes, or that failed; *target* is what a created zone is called."""
    more: dict[str, Any] = {"settings": [one.model_dump(mode="json") for one in settings]} if settings else {}
    if target:
        more["target"] = target
    return {"kind": "step", **where, "outcome": outcome, "words": words, **more}


def whole(zone: str, provider: str, snapshot: str) -> Entry:
    """Say that a zone has all of its plan at a provider, and what it has there from now on."""
    return {"kind": "zone", "zone": zone, "provider": provider, "snapshot": snapshot}


def late(entry: Entry) -> Entry:
    """Mark what its run writes down only after it has lost its lock: entries of other runs before it may be newer."""
    return {**entry, "late": True}


def ended(outcome: str) -> Entry:
    """Say how a run ended."""
    return {"kind": "run_end", "outcome": outcome}


def sides(changed: Change) -> dict[str, Any]:
    """Return the RRset that changes, before and after, in full."""
    return {
        "name": changed.key.name,
        "type": changed.key.type,
        "before": _data(changed.before),
        "after": _data(changed.after),
    }


def _data(rrset: RRset | Computed | None) -> Mapping[str, Any] | None:
    if rrset is None:
        return None
    if isinstance(rrset, Computed):
        return {"ttl": rrset.ttl, "computed": dict(rrset.computed)}
    return {"ttl": rrset.ttl, "rdatas": list(rrset.rdatas)}
