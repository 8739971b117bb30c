"""What a run writes into the audit log."""

from collections.abc import Mapping
from typing import Any

from zonesync.model.change import Change, Computed
from zonesync.model.rrset import RRset
from zonesync.plan.plan import Plan, Step
from zonesync.provider.contract import Receipt
from zonesync.run.audit import AuditLog, Head
from zonesync.run.context import Context


class Recorder:
    """Writes the entries of one run."""

    def __init__(self, log: AuditLog, context: Context, run: str, plan: Plan) -> None:
        self._log = log
        self._context = context
        self._plan = plan
        self.run = run

    def start(self) -> Head:
        """Say who begins what; nothing is changed before this is durable."""
        return self._log.append(
            [
                self._entry(
                    "run_start",
                    zones=sorted({str(step.zone) for step in self._plan.steps}),
                    changes=sum(len(step.changes) for step in self._plan.steps),
                    allowances=[str(allowance) for allowance in self._plan.allowances],
                )
            ]
        )

    def receipt(self, step: Step, receipt: Receipt) -> Head:
        """Say what became of one batch of changes."""
        return self._log.append(
            [
                self._entry(
                    "change",
                    zone=str(step.zone),
                    provider=step.provider,
                    step=step.kind.value,
                    outcome=receipt.outcome.value,
                    change_id=receipt.change_id,
                    words=receipt.words,
                    **_sides(change),
                )
                for change in receipt.changes
            ]
        )

    def step(self, step: Step, problem: str) -> Head:
        """Say what became of a step that has no changes, or that failed."""
        outcome = "failed" if problem else "done"
        return self._log.append(
            [
                self._entry(
                    "step",
                    zone=str(step.zone),
                    provider=step.provider,
                    step=step.kind.value,
                    outcome=outcome,
                    words=problem,
                )
            ]
        )

    def end(self, *, complete: bool, changed: bool) -> Head:
        """Say how the run ended."""
        outcome = "complete" if complete else "incomplete" if changed else "failed"
        return self._log.append([self._entry("run_end", outcome=outcome)])

    def _entry(self, kind: str, **more: Any) -> dict[str, Any]:
        return {
            "kind": kind,
            "run": self.run,
            "time": self._context.time(),
            "actor": self._context.actor,
            "commit": self._context.commit,
            "run_url": self._context.url,
            "plan": self._plan.digest,
            **more,
        }


def _sides(change: Change) -> dict[str, Any]:
    return {
        "name": change.key.name,
        "type": change.key.type,
        "before": _data(change.before),
        "after": _data(change.after),
    }


def _data(rrset: RRset | Computed | None) -> Mapping[str, Any] | None:
    if rrset is None:
        return None
    if isinstance(rrset, Computed):
        return {"ttl": rrset.ttl, "computed": dict(rrset.computed)}
    return {"ttl": rrset.ttl, "rdatas": list(rrset.rdatas)}
