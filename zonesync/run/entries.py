"""What a run writes into the audit log."""

import hashlib
from collections.abc import Mapping
from typing import Any

from zonesync.model.change import Change, Computed
from zonesync.model.rrset import RRset
from zonesync.plan.plan import Plan, Setting, Step
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

    def reference(self, step: Step) -> str:
        """Name the creation of a zone: alike whenever the same saved plan is applied, else of this run alone."""
        text = f"{self._plan.digest or self.run} {step.zone} {step.provider}"
        return f"zonesync-{hashlib.sha256(text.encode()).hexdigest()[:40]}"

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

    def setting(self, step: Step, setting: Setting, receipt: Receipt) -> Head:
        """Say what became of a part of a change to what is no RRset."""
        return self._log.append(
            [
                self._entry(
                    "setting",
                    zone=str(step.zone),
                    provider=step.provider,
                    step=step.kind.value,
                    outcome=receipt.outcome.value,
                    change_id=receipt.change_id,
                    words=receipt.words,
                    **setting.model_dump(mode="json"),
                )
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
                    **_settings(step),
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


def _settings(step: Step) -> dict[str, Any]:
    return {"settings": [one.model_dump(mode="json") for one in step.settings]} if step.settings else {}


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
