"""Carry out a plan: zone by zone in parallel, step by step within a zone, each outcome in the audit log.

What fails stops its own zone alone. Nothing here decides: it does what the plan says, or says why not.
"""

import secrets
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass, field, replace

from zonesync.model.zone import ZoneId
from zonesync.plan.plan import Plan, Step, StepKind
from zonesync.provider.contract import LiveZone, Outcome, Provider, Receipt
from zonesync.provider.errors import ProviderError, Unavailable
from zonesync.run.audit import AuditLog, Head
from zonesync.run.context import Context
from zonesync.run.entries import Recorder
from zonesync.run.resolve import UnresolvedError, resolve
from zonesync.run.store import StoreError

WORKERS = 4

Live = Mapping[tuple[ZoneId, str], LiveZone | None]


@dataclass(frozen=True, slots=True)
class StepResult:
    """What became of one step."""

    step: Step
    receipts: tuple[Receipt, ...] = ()
    problem: str = ""
    skipped: bool = False
    """Not begun, because an earlier step of the zone failed."""
    changed: bool = False
    """Whether the provider was changed, or may have been."""

    @property
    def is_done(self) -> bool:
        """Whether all of it was carried out."""
        return not self.problem and not self.skipped


@dataclass(frozen=True, slots=True)
class Run:
    """The outcome of one apply."""

    id: str
    results: tuple[StepResult, ...]
    head: Head | None
    problem: str = ""
    """Why the log could not be written, if so."""

    @property
    def is_complete(self) -> bool:
        """Whether all of the plan was carried out and recorded."""
        return not self.problem and all(result.is_done for result in self.results)

    @property
    def has_changed(self) -> bool:
        """Whether any provider was changed."""
        return any(result.changed for result in self.results)


def apply_plan(
    plan: Plan,
    providers: Mapping[str, Provider],
    live: Live,
    log: AuditLog,
    context: Context,
    *,
    done: Callable[[StepResult], None] = lambda _: None,
    workers: int = WORKERS,
) -> Run:
    """Carry out *plan*, whose ``before`` values were found to hold in *live*.

    Raises :class:`StoreError` when the start of the run cannot be recorded: then nothing was changed.
    """
    recorder = Recorder(log, context, f"{context.now():%Y%m%dT%H%M%SZ}-{secrets.token_hex(3)}", plan)
    recorder.start()
    zones: dict[ZoneId, list[Step]] = {}
    for step in plan.steps:
        zones.setdefault(step.zone, []).append(step)
    stop = threading.Event()
    with ThreadPoolExecutor(max_workers=workers) as pool:
        jobs = [
            pool.submit(_Zone(zone, providers, live, recorder, done, stop).run, steps) for zone, steps in zones.items()
        ]
        try:
            wait(jobs)
        except KeyboardInterrupt:
            # What is in flight is finished and recorded; nothing more is begun.
            stop.set()
            wait(jobs)
        results = tuple(result for job in jobs for result in job.result())
    complete = all(result.is_done for result in results)
    try:
        head = recorder.end(complete=complete, changed=any(result.changed for result in results))
    except StoreError as problem:
        return Run(recorder.run, results, None, str(problem))
    return Run(recorder.run, results, head)


class StopZone(Exception):  # noqa: N818 -- it ends a zone, and is not an error of its own
    """A step failed, with words for the reader."""


@dataclass(slots=True)
class _Progress:
    """What is known of a step while it runs."""

    receipts: list[Receipt] = field(default_factory=list)
    changed: bool = False


class _Zone:
    """One zone while its steps are carried out."""

    def __init__(
        self,
        zone: ZoneId,
        providers: Mapping[str, Provider],
        live: Live,
        recorder: Recorder,
        done: Callable[[StepResult], None],
        stop: threading.Event,
    ) -> None:
        self.zone = zone
        self.stop = stop
        self.providers = providers
        self.live: dict[str, LiveZone] = {
            provider: found for (where, provider), found in live.items() if where == zone and found is not None
        }
        self.recorder = recorder
        self.done = done
        self.created: set[str] = set()
        self.written: dict[str, list[Receipt]] = {}

    def run(self, steps: Sequence[Step]) -> list[StepResult]:
        """Carry out the zone's steps until one fails."""
        results: list[StepResult] = []
        for step in steps:
            has_failed = bool(results) and not results[-1].is_done
            is_over = has_failed or self.stop.is_set()
            result = StepResult(step, skipped=True) if is_over else self._step(step)
            results.append(result)
            self.done(result)
        return results

    def _step(self, step: Step) -> StepResult:
        progress = _Progress()
        problem = ""
        try:
            self._carry_out(step, progress)
        except (StopZone, ProviderError, UnresolvedError, StoreError) as stop:
            problem = str(stop)
        except Exception as defect:  # noqa: BLE001 -- a defect must not take the record of other zones with it
            problem = f"a defect in zonesync or in the adapter: {type(defect).__name__}: {defect}"
        result = StepResult(step, tuple(progress.receipts), problem, changed=progress.changed)
        if problem or not step.changes:
            try:
                self.recorder.step(result.step, problem)
            except StoreError as unrecorded:
                result = replace(result, problem=problem or str(unrecorded))
        return result

    def _carry_out(self, step: Step, progress: _Progress) -> None:
        if step.kind is StepKind.BARRIER:
            for name, receipts in self.written.items():
                self.providers[name].wait(receipts)
            return
        provider = self.providers[step.provider]
        if step.kind is StepKind.CREATE_ZONE:
            # After a lost answer the zone may exist all the same.
            progress.changed = provider.capabilities.premade_apex
            try:
                self.live[step.provider] = provider.create(self.zone)
            except ProviderError as problem:
                progress.changed = progress.changed and isinstance(problem, Unavailable)
                raise
            self.created.add(step.provider)
        elif step.kind is StepKind.RELOAD:
            receipt = provider.reload(self._current(step.provider))
            progress.receipts.append(receipt)
            if receipt.outcome is not Outcome.APPLIED:
                raise StopZone(receipt.words or f"the reload was {receipt.outcome}")
            progress.changed = True
        elif step.kind in {StepKind.CONTENT, StepKind.APEX_NS}:
            self._write(step, provider, progress)
        else:
            raise StopZone(f"this version cannot carry out a step `{step.kind}`")

    def _write(self, step: Step, provider: Provider, progress: _Progress) -> None:
        live = self._current(step.provider)
        changes = resolve(step.changes, live, self.live, created=step.provider in self.created)
        receipts = self.written.setdefault(step.provider, [])
        for receipt in provider.apply(live, changes) if changes else ():
            progress.receipts.append(receipt)
            progress.changed |= receipt.outcome in {Outcome.APPLIED, Outcome.UNKNOWN}
            receipts.append(receipt)
            self.recorder.receipt(step, receipt)
        failed = [receipt for receipt in progress.receipts if receipt.outcome is not Outcome.APPLIED]
        if failed:
            raise StopZone("; ".join(_failure(receipt) for receipt in failed))
        missing = len(changes) - sum(len(receipt.changes) for receipt in progress.receipts)
        if missing:
            raise StopZone(f"the adapter gave no receipt for {missing} of {len(changes)} changes")

    def _current(self, provider: str) -> LiveZone:
        """Return the zone as it is: read again once this run has written it, since its token is spent."""
        if self.written.get(provider):
            found = self.providers[provider].read(self.zone)
            if found is None:
                raise StopZone("the zone has gone since its content was written")
            self.live[provider] = found
        if provider not in self.live:
            raise StopZone(f"the zone is not at `{provider}`")
        return self.live[provider]


def _failure(receipt: Receipt) -> str:
    keys = [f"{change.key.name} {change.key.type}" for change in receipt.changes[:3]]
    more = f" and {len(receipt.changes) - 3} more" if len(receipt.changes) > len(keys) else ""
    return f"{', '.join(keys)}{more}: {receipt.outcome}{': ' if receipt.words else ''}{receipt.words}"


def done_changes(results: Iterable[StepResult]) -> int:
    """Count the changes that providers acknowledged."""
    return sum(
        len(receipt.changes) for result in results for receipt in result.receipts if receipt.outcome is Outcome.APPLIED
    )
