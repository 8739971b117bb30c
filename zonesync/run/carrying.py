"""Carry out the steps of one zone in order, as the plan has them, each outcome on record."""

import threading
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace

from zonesync.model.rrset import Key, RRset
from zonesync.model.zone import ZoneId
from zonesync.plan.networks import NETWORKS
from zonesync.plan.plan import Step, StepKind
from zonesync.provider.abilities import DeletesZones, HasNetworks
from zonesync.provider.contract import Creation, LiveZone, Outcome, Provider, Receipt
from zonesync.provider.deletion import left_in
from zonesync.provider.errors import ProviderError, Unavailable
from zonesync.provider.permit import NoLeaveError, asking
from zonesync.run.gate import SHUT, Gate, GateError
from zonesync.run.recorder import Recorder
from zonesync.run.resolve import UnresolvedError, resolve
from zonesync.run.results import StepResult
from zonesync.run.stepping import Progress, StopZone, require_applied, said
from zonesync.run.store import StoreError

Live = Mapping[tuple[ZoneId, str], LiveZone | None]
Conceal = Callable[[str, str], str]
"""From a provider's name and its words to words that hold no secret of its configuration."""
Leave = Callable[[ZoneId], None]
"""Raises :class:`NoLeaveError` where the zone may be written no more."""
Numbered = tuple[int, Step]
"""A step with its place in the plan."""


class ZoneRun:
    """One zone while its steps are carried out."""

    def __init__(
        self,
        zone: ZoneId,
        providers: Mapping[str, Provider],
        live: Live,
        recorder: Recorder,
        leave: Leave,
        stop: threading.Event,
        conceal: Conceal,
        created: Collection[str] = (),
        gate: Gate = SHUT,
    ) -> None:
        self.zone = zone
        self.gate = gate
        self.stop = stop
        self.conceal = conceal
        self.providers = providers
        self.live: dict[str, LiveZone] = {
            provider: found for (where, provider), found in live.items() if where == zone and found is not None
        }
        self.recorder = recorder
        self.record = recorder.zone(zone, leave)
        self.leave = leave
        self.created = set(created)
        """Providers where this plan has created the zone."""
        self.deleted: set[str] = set()
        """Providers where the zone has gone."""
        self.spent: set[str] = set()
        """Providers whose zone was written since it was read, so that its token is of no use any more."""
        self.awaited: dict[str, list[Receipt]] = {}
        """What was written since the last wait, by provider."""
        self.had: dict[str, dict[Key, RRset]] = {name: dict(found.rrsets) for name, found in self.live.items()}
        """What each provider has, kept up with every receipt."""
        self.granted = 0
        """How often a write was let go out."""
        self.stops_at_once = False
        """Whether a stop comes between two writes although the adapter tells of no batches."""

    def run(
        self, steps: Sequence[Numbered], providers: Sequence[str], done: Callable[[StepResult], None]
    ) -> list[StepResult]:
        """Carry out the zone's steps until one fails, and write them into the audit log.

        *providers* are all that the plan has brought in step with the zone's file.
        """
        results: list[StepResult] = []
        with asking(self._grant):
            for number, step in steps:
                has_failed = bool(results) and not results[-1].is_done
                is_over = has_failed or self.stop.is_set()
                is_last = len(results) == len(steps) - 1
                result = StepResult(step, skipped=True) if is_over else self._step(number, step, is_last=is_last)
                if is_last:
                    result = self._recorded(result, providers)
                results.append(result)
                done(result)
        return results

    def _grant(self) -> None:
        """Let one more write go out, or raise NoLeaveError."""
        if self.stops_at_once and self.stop.is_set():
            raise NoLeaveError("stopped: the rest was not begun")
        self.leave(self.zone)
        self.granted += 1

    def _recorded(self, last: StepResult, providers: Sequence[str]) -> StepResult:
        """Write what is left to write, and return the zone's last result with what went wrong in that."""
        try:
            if last.is_done:
                for provider in providers:
                    if provider in self.deleted:
                        continue
                    kept = self.live[provider].kept if provider in self.live else ()
                    self.record.whole(provider, self.had.get(provider, {}), kept)
            self.record.flush()
        except StoreError as unrecorded:
            return replace(last, problem=last.problem or f"not recorded: {unrecorded}", skipped=False)
        return last

    def _step(self, number: int, step: Step, *, is_last: bool) -> StepResult:
        progress = Progress()
        problem = ""
        granted = self.granted
        try:
            self._carry_out(number, step, progress)
            if is_last:
                self._confirm(progress)
        except (StopZone, GateError, ProviderError, UnresolvedError, StoreError) as stop:
            problem = self.conceal(step.provider, said(stop))
        except NoLeaveError as refused:
            problem = said(refused)
            # A write that went out before this one, and of which no receipt tells, may have taken effect.
            if self.granted - granted > len(progress.receipts):
                progress.changed |= progress.begun
                self._doubt(number, step, progress, problem)
        except Exception as defect:  # noqa: BLE001 -- a defect must not take the record of other zones with it
            words = self.conceal(step.provider, f"{type(defect).__name__}: {defect}")
            problem = f"a defect in zonesync or in the adapter: {words}"
            # Nobody knows what was sent before it.
            progress.changed |= progress.begun
            self._doubt(number, step, progress, problem)
        result = StepResult(step, tuple(progress.receipts), problem, changed=progress.changed)
        if problem or not step.changes:
            try:
                self.record.step(number, step, problem, "" if problem else self._target(step), result.words)
            except StoreError as unrecorded:
                result = replace(result, problem=problem or str(unrecorded))
        return result

    def _target(self, step: Step) -> str:
        """Return what the provider calls the zone that *step* has created, so that another of its name is none."""
        if step.kind is not StepKind.CREATE_ZONE:
            return ""
        return self.conceal(step.provider, self.providers[step.provider].target(self.zone))

    def _doubt(self, number: int, step: Step, progress: Progress, problem: str) -> None:
        """Record that nobody knows what became of the changes without a receipt."""
        unanswered = progress.unanswered() if progress.begun else ()
        if unanswered:
            try:
                self.record.receipt(number, step, Receipt(unanswered, Outcome.UNKNOWN, words=problem))
            except StoreError:
                # The step's own entry, which comes next, meets the same and says so.
                return

    def _carry_out(self, number: int, step: Step, progress: Progress) -> None:
        if step.kind is StepKind.BARRIER:
            self._wait()
            self.gate.barrier(self.zone, step)
            return
        if step.kind is StepKind.MANUAL:
            return
        if step.kind is StepKind.WAIT:
            self._wait()
            self.gate.wait(self.zone, step)
            return
        self.leave(self.zone)
        if step.kind is StepKind.ROTATION:
            self.gate.rotate(self.zone, step)
            return
        provider = self.providers[step.provider]
        if step.kind is StepKind.CREATE_ZONE:
            self._create(number, step, provider, progress)
        elif step.kind is StepKind.METADATA:
            self._set(number, step, provider, progress)
        elif step.kind is StepKind.RELOAD:
            self._reload(number, step, provider, progress)
        elif step.kind in {StepKind.CONTENT, StepKind.APEX_NS}:
            self._write(number, step, provider, progress)
        elif step.kind is StepKind.DELETE_ZONE:
            self._delete(number, step, provider, progress)
        else:
            raise StopZone(f"this version cannot carry out a step `{step.kind}`")

    def _create(self, number: int, step: Step, provider: Provider, progress: Progress) -> None:
        visible = next((setting.after for setting in step.settings if setting.name == NETWORKS), ())
        how = Creation(self.recorder.reference(step), visible)
        self.record.intend(number, step, ())
        # After a lost answer the zone may exist all the same.
        progress.changed = progress.begun = provider.capabilities.premade_apex
        try:
            made = provider.create(self.zone, how)
        except ProviderError as problem:
            progress.changed = progress.changed and isinstance(problem, Unavailable) and problem.sent
            raise
        except NoLeaveError:
            progress.changed = False
            raise
        self.live[step.provider] = made
        self.had[step.provider] = dict(made.rrsets)
        self.created.add(step.provider)

    def _set(self, number: int, step: Step, provider: Provider, progress: Progress) -> None:
        """Carry out the settings of *step*; networks are the only ones there are."""
        live = self._current(step.provider)
        for setting in step.settings:
            if setting.name != NETWORKS or not isinstance(provider, HasNetworks):
                raise StopZone(f"`{step.provider}` has no setting `{setting.name}`")
            if live.networks != setting.before:
                raise StopZone(f"{Outcome.CONFLICT}: `{setting.name}` is no longer as the plan shows it")
            self.record.intend(number, step, (), (setting,))
            progress.begun = True
            self.stops_at_once = True
            try:
                for receipt in provider.set_networks(live, setting.after):
                    self.record.setting(number, step, setting, self._received(step, receipt, progress))
            finally:
                self.stops_at_once = False
        require_applied(progress)

    def _reload(self, number: int, step: Step, provider: Provider, progress: Progress) -> None:
        live = self._current(step.provider)
        self.record.intend(number, step, ())
        progress.begun = True
        receipt = self._concealed(step, provider.reload(live))
        progress.receipts.append(receipt)
        if receipt.outcome is not Outcome.APPLIED:
            raise StopZone(receipt.words or f"the reload was {receipt.outcome}")
        progress.changed = True

    def _delete(self, number: int, step: Step, provider: Provider, progress: Progress) -> None:
        """Delete the zone, of which all but apex NS and SOA has gone: that was shown, change by change."""
        if not isinstance(provider, DeletesZones):
            raise StopZone(f"zonesync cannot delete zones at `{step.provider}`: delete it there by hand")
        live = self._current(step.provider)
        more = left_in(live, addresses=not provider.capabilities.premade_apex)
        if more:
            raise StopZone(f"{more}, which the plan does not show")
        self.record.intend(number, step, ())
        progress.begun = True
        receipt = self._concealed(step, provider.delete(live))
        progress.receipts.append(receipt)
        progress.changed = receipt.outcome in {Outcome.APPLIED, Outcome.UNKNOWN}
        if receipt.outcome is not Outcome.APPLIED:
            raise StopZone(receipt.words or f"the deletion was {receipt.outcome}")
        self.deleted.add(step.provider)
        del self.live[step.provider]
        self.had.pop(step.provider, None)

    def _write(self, number: int, step: Step, provider: Provider, progress: Progress) -> None:
        live = self._current(step.provider)
        servers = {name: one.nameservers or self.providers[name].nameservers for name, one in self.live.items()}
        changes = resolve(step.changes, live, servers, created=step.provider in self.created)
        if changes:
            self.record.intend(number, step, changes)
            progress.intended, progress.begun = changes, True
        for receipt in provider.apply(live, changes) if changes else ():
            self.record.receipt(number, step, self._received(step, receipt, progress))
            if self.stop.is_set() and progress.unanswered():
                self._require_no_stop(progress)
        require_applied(progress)
        missing = len(progress.unanswered())
        if missing:
            raise StopZone(f"the adapter gave no receipt for {missing} of {len(changes)} changes")

    def _require_no_stop(self, progress: Progress) -> None:
        if self.stop.is_set():
            left = len(progress.unanswered())
            raise StopZone(f"stopped: {left} of {len(progress.intended)} changes were not begun")

    def _received(self, step: Step, receipt: Receipt, progress: Progress) -> Receipt:
        """Note what became of a part of *step* that writes, and return it without secrets."""
        receipt = self._concealed(step, receipt)
        progress.receipts.append(receipt)
        progress.changed |= receipt.outcome in {Outcome.APPLIED, Outcome.UNKNOWN}
        self.spent.add(step.provider)
        if receipt.outcome is Outcome.APPLIED:
            if receipt.change_id:
                self.awaited.setdefault(step.provider, []).append(receipt)
            self._keep_up(step.provider, receipt)
        return receipt

    def _keep_up(self, provider: str, receipt: Receipt) -> None:
        had = self.had.setdefault(provider, {})
        for change in receipt.changes:
            if isinstance(change.after, RRset):
                had[change.key] = change.after
            else:
                had.pop(change.key, None)

    def _concealed(self, step: Step, receipt: Receipt) -> Receipt:
        return replace(receipt, words=self.conceal(step.provider, receipt.words))

    def _confirm(self, progress: Progress) -> None:
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
                raise StopZone(self.conceal(name, said(problem))) from problem

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
