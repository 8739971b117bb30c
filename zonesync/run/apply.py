"""Carry out a plan: zone by zone in parallel, step by step within a zone, each outcome in the audit log.

What fails stops its own zone alone. Nothing here decides: it does what the plan says, or says why not.
"""

import secrets
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass, field, replace

from zonesync.model.zone import ZoneId
from zonesync.plan.networks import NETWORKS
from zonesync.plan.plan import Plan, Step, StepKind
from zonesync.provider.abilities import HasNetworks
from zonesync.provider.contract import Creation, LiveZone, Outcome, Provider, Receipt
from zonesync.provider.errors import ProviderError, Unavailable
from zonesync.run.audit import AuditLog, Head
from zonesync.run.context import Context
from zonesync.run.entries import Recorder
from zonesync.run.resolve import UnresolvedError, resolve
from zonesync.run.store import StoreError

WORKERS = 4

Live = Mapping[tuple[ZoneId, str], LiveZone | None]
Conceal = Callable[[str, str], str]
"""From a provider's name and its words to words that hold no secret of its configuration."""


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
    conceal: Conceal = lambda _, words: words,
) -> Run:
    """Carry out *plan*, whose ``before`` values were found to hold in *live*, *workers* zones at a time.

    *conceal* takes the secrets of a provider out of its words before they are shown or recorded. Raises
    :class:`StoreError` when the start of the run cannot be recorded: then nothing was changed.
    """
    recorder = Recorder(log, context, f"{context.now():%Y%m%dT%H%M%SZ}-{secrets.token_hex(3)}", plan)
    recorder.start()
    zones: dict[ZoneId, list[Step]] = {}
    for step in plan.steps:
        zones.setdefault(step.zone, []).append(step)
    stop = threading.Event()
    with ThreadPoolExecutor(max_workers=workers) as pool:
        jobs = [
            pool.submit(_Zone(zone, providers, live, recorder, done, stop, conceal).run, steps)
            for zone, steps in zones.items()
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
    begun: bool = False
    """Whether the adapter was told to write."""


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
        conceal: Conceal,
    ) -> None:
        self.zone = zone
        self.stop = stop
        self.conceal = conceal
        self.providers = providers
        self.live: dict[str, LiveZone] = {
            provider: found for (where, provider), found in live.items() if where == zone and found is not None
        }
        self.recorder = recorder
        self.done = done
        self.created: set[str] = set()
        self.spent: set[str] = set()
        """Providers whose zone was written since it was read, so that its token is of no use any more."""
        self.awaited: dict[str, list[Receipt]] = {}
        """What was written since the last wait, by provider."""

    def run(self, steps: Sequence[Step]) -> list[StepResult]:
        """Carry out the zone's steps until one fails."""
        results: list[StepResult] = []
        for step in steps:
            has_failed = bool(results) and not results[-1].is_done
            is_over = has_failed or self.stop.is_set()
            is_last = len(results) == len(steps) - 1
            result = StepResult(step, skipped=True) if is_over else self._step(step, is_last=is_last)
            results.append(result)
            self.done(result)
        return results

    def _step(self, step: Step, *, is_last: bool) -> StepResult:
        progress = _Progress()
        problem = ""
        try:
            self._carry_out(step, progress)
            if is_last:
                self._confirm(progress)
        except (StopZone, ProviderError, UnresolvedError, StoreError) as stop:
            problem = self.conceal(step.provider, _said(stop))
        except Exception as defect:  # noqa: BLE001 -- a defect must not take the record of other zones with it
            words = self.conceal(step.provider, f"{type(defect).__name__}: {defect}")
            problem = f"a defect in zonesync or in the adapter: {words}"
            # Nobody knows what was sent before it.
            progress.changed |= progress.begun
        result = StepResult(step, tuple(progress.receipts), problem, changed=progress.changed)
        if problem or not step.changes:
            try:
                self.recorder.step(result.step, problem)
            except StoreError as unrecorded:
                result = replace(result, problem=problem or str(unrecorded))
        return result

    def _carry_out(self, step: Step, progress: _Progress) -> None:
        if step.kind is StepKind.BARRIER:
            self._wait()
            return
        provider = self.providers[step.provider]
        if step.kind is StepKind.CREATE_ZONE:
            self._create(step, provider, progress)
        elif step.kind is StepKind.METADATA:
            self._set(step, provider, progress)
        elif step.kind is StepKind.RELOAD:
            live = self._current(step.provider)
            progress.begun = True
            receipt = self._concealed(step, provider.reload(live))
            progress.receipts.append(receipt)
            if receipt.outcome is not Outcome.APPLIED:
                raise StopZone(receipt.words or f"the reload was {receipt.outcome}")
            progress.changed = True
        elif step.kind in {StepKind.CONTENT, StepKind.APEX_NS}:
            self._write(step, provider, progress)
        else:
            raise StopZone(f"this version cannot carry out a step `{step.kind}`")

    def _create(self, step: Step, provider: Provider, progress: _Progress) -> None:
        visible = next((setting.after for setting in step.settings if setting.name == NETWORKS), ())
        how = Creation(self.recorder.reference(step), visible)
        # After a lost answer the zone may exist all the same.
        progress.changed = provider.capabilities.premade_apex
        try:
            self.live[step.provider] = provider.create(self.zone, how)
        except ProviderError as problem:
            progress.changed = progress.changed and isinstance(problem, Unavailable) and problem.sent
            raise
        self.created.add(step.provider)

    def _set(self, step: Step, provider: Provider, progress: _Progress) -> None:
        """Carry out the settings of *step*; networks are the only ones there are."""
        live = self._current(step.provider)
        for setting in step.settings:
            if setting.name != NETWORKS or not isinstance(provider, HasNetworks):
                raise StopZone(f"`{step.provider}` has no setting `{setting.name}`")
            if live.networks != setting.before:
                raise StopZone(f"{Outcome.CONFLICT}: `{setting.name}` is no longer as the plan shows it")
            progress.begun = True
            for receipt in provider.set_networks(live, setting.after):
                self.recorder.setting(step, setting, self._received(step, receipt, progress))
        _require_applied(progress)

    def _write(self, step: Step, provider: Provider, progress: _Progress) -> None:
        live = self._current(step.provider)
        servers = {name: one.nameservers or self.providers[name].nameservers for name, one in self.live.items()}
        changes = resolve(step.changes, live, servers, created=step.provider in self.created)
        progress.begun = bool(changes)
        for receipt in provider.apply(live, changes) if changes else ():
            self.recorder.receipt(step, self._received(step, receipt, progress))
        _require_applied(progress)
        missing = len(changes) - sum(len(receipt.changes) for receipt in progress.receipts)
        if missing:
            raise StopZone(f"the adapter gave no receipt for {missing} of {len(changes)} changes")

    def _received(self, step: Step, receipt: Receipt, progress: _Progress) -> Receipt:
        """Note what became of a part of *step* that writes, and return it without secrets."""
        receipt = self._concealed(step, receipt)
        progress.receipts.append(receipt)
        progress.changed |= receipt.outcome in {Outcome.APPLIED, Outcome.UNKNOWN}
        self.spent.add(step.provider)
        if receipt.outcome is Outcome.APPLIED and receipt.change_id:
            self.awaited.setdefault(step.provider, []).append(receipt)
        return receipt

    def _concealed(self, step: Step, receipt: Receipt) -> Receipt:
        return replace(receipt, words=self.conceal(step.provider, receipt.words))

    def _confirm(self, progress: _Progress) -> None:
        """Wait for what the zone's last steps have written: until then nobody knows that it is served."""
        try:
            self._wait()
        except Exception as problem:
            progress.changed = True
            if isinstance(problem, StopZone):
                raise StopZone(f"written, not confirmed as served: {problem}") from problem
            raise

    def _wait(self) -> None:
        """Wait until what was written is served at every provider."""
        awaited, self.awaited = self.awaited, {}
        for name, receipts in awaited.items():
            try:
                self.providers[name].wait(receipts)
            except ProviderError as problem:
                raise StopZone(self.conceal(name, _said(problem))) from problem

    def _current(self, provider: str) -> LiveZone:
        """Return the zone as it is: read again once this run has written it, since its token is spent."""
        if provider in self.spent:
            found = self.providers[provider].read(self.zone)
            if found is None:
                raise StopZone("the zone has gone since its content was written")
            self.live[provider] = found
            self.spent.discard(provider)
        if provider not in self.live:
            raise StopZone(f"the zone is not at `{provider}`")
        return self.live[provider]


def _said(problem: Exception) -> str:
    """Return the words of *problem*, with what to do next where a provider knows that."""
    hint = problem.hint if isinstance(problem, ProviderError) else ""
    return f"{problem} ({hint})" if hint else str(problem)


def _require_applied(progress: _Progress) -> None:
    failed = [receipt for receipt in progress.receipts if receipt.outcome is not Outcome.APPLIED]
    if failed:
        raise StopZone("; ".join(_failure(receipt) for receipt in failed))


def _failure(receipt: Receipt) -> str:
    keys = [f"{change.key.name} {change.key.type}" for change in receipt.changes[:3]]
    more = f" and {len(receipt.changes) - 3} more" if len(receipt.changes) > len(keys) else ""
    return ": ".join(filter(None, (f"{', '.join(keys)}{more}", receipt.outcome.value, receipt.words)))


def done_changes(results: Iterable[StepResult]) -> int:
    """Count the changes that providers acknowledged."""
    return sum(
        len(receipt.changes) for result in results for receipt in result.receipts if receipt.outcome is Outcome.APPLIED
    )
