"""Keeps the record of one run: the journal ahead of each write, the audit log a zone at a time."""

import hashlib
import threading
from collections.abc import Callable, Mapping, Sequence

from zonesync.model.change import Change
from zonesync.model.rrset import Key, RRset
from zonesync.model.zone import Kept, ZoneId
from zonesync.plan.plan import Plan, Setting, Step
from zonesync.provider.contract import Outcome, Receipt
from zonesync.provider.permit import NoLeaveError
from zonesync.run import entries, snapshots
from zonesync.run.audit import AuditLog, Head
from zonesync.run.context import Context
from zonesync.run.journal import Journal
from zonesync.run.store import Store, StoreError

_MOST = 1000
"""Entries after which a zone's are written, though it is not done yet."""


class Recorder:
    """Writes the entries of one run. Without a *store* there is no journal, and nobody learns what zones had after."""

    def __init__(self, log: AuditLog, context: Context, run: str, plan: Plan, store: Store | None = None) -> None:
        self.run = run
        self._log = log
        self._context = context
        self._plan = plan
        self._store = store
        self._journal = Journal.of(store, run) if store else None
        self._of_run = entries.of_run(context, run, plan.digest)
        self._unwritten = ""
        self._lock = threading.Lock()

    def reference(self, step: Step) -> str:
        """Name the creation of a zone: alike whenever the same saved plan is applied, else of this run alone."""
        text = f"{self._plan.digest or self.run} {step.zone} {step.provider}"
        return f"zonesync-{hashlib.sha256(text.encode()).hexdigest()[:40]}"

    def start(self, took_over: Mapping[str, str]) -> Head:
        """Say who begins what; nothing is changed before this is durable. Raises :class:`StoreError`."""
        if self._journal:
            self._journal.begin(self._of_run)
        return self._append([entries.started(self._plan, took_over)])

    def zone(self, zone: ZoneId, leave: Callable[[ZoneId], None] = lambda _: None) -> "ZoneRecord":
        """Return what keeps the record of one zone; *leave* raises NoLeaveError once the zone may be another run's."""
        return ZoneRecord(self, zone, leave)

    def end(self, *, complete: bool, changed: bool) -> Head:
        """Say how the run ended, and throw its journal away. Raises :class:`StoreError`; the journal stays then."""
        outcome = "complete" if complete else "incomplete" if changed else "failed"
        if self._journal:
            self._journal.end(outcome)
        if self._unwritten:
            raise StoreError(self._unwritten)
        head = self._append([entries.ended(outcome)])
        if self._journal:
            self._journal.remove()
        return head

    def _append(self, found: Sequence[entries.Entry]) -> Head:
        return self._log.append([{**one, **self._of_run, "time": self._context.time()} for one in found])

    def write(self, found: Sequence[entries.Entry]) -> None:
        """Append entries. Raises :class:`StoreError`, and remembers that the log lacks them."""
        try:
            self._append(found)
        except StoreError as problem:
            with self._lock:
                self._unwritten = self._unwritten or str(problem)
            raise

    @property
    def journal(self) -> Journal | None:
        """The journal, where there is one."""
        return self._journal

    def snapshot(self, zone: ZoneId, provider: str, rrsets: Mapping[Key, RRset], kept: Sequence[Kept]) -> str:
        """Keep what *zone* has at *provider*, and return its name; empty where nothing is kept."""
        if self._store is None:
            return ""
        return snapshots.save(self._store, snapshots.of_live(str(zone), provider, rrsets, kept))


class ZoneRecord:
    """The record of one zone, written by the thread that carries it out. Every method raises :class:`StoreError`."""

    def __init__(self, recorder: Recorder, zone: ZoneId, leave: Callable[[ZoneId], None]) -> None:
        self._recorder = recorder
        self._zone = zone
        self._leave = leave
        self._entries: list[entries.Entry] = []

    def intend(self, number: int, step: Step, changes: Sequence[Change], settings: Sequence[Setting] = ()) -> None:
        """Note what is about to be written; it must not be written before this has returned."""
        if self._recorder.journal:
            self._recorder.journal.intend(number, step, changes, settings)

    def receipt(self, number: int, step: Step, receipt: Receipt) -> None:
        """Say what became of one batch of changes."""
        said, where = entries.told(receipt), entries.place(number, step)
        self._entries += [entries.change(where, entries.sides(change), said) for change in receipt.changes]
        self._told(number, receipt)
        if len(self._entries) >= _MOST:
            self.flush()

    def setting(self, number: int, step: Step, setting: Setting, receipt: Receipt) -> None:
        """Say what became of a part of a change to what is no RRset."""
        self._entries.append(entries.setting(entries.place(number, step), setting, entries.told(receipt)))
        self._told(number, receipt)

    def step(self, number: int, step: Step, problem: str, target: str = "", words: str = "") -> None:
        """Say what became of a step that has no changes, or that failed.

        *target* is what a created zone is called; *words* are the provider's own where all went well.
        """
        outcome = "failed" if problem else "done"
        where = entries.place(number, step)
        self._entries.append(entries.step(where, step.settings, outcome, problem or words, target))
        self._told(number, Receipt((), Outcome.REJECTED if problem else Outcome.APPLIED, words=problem))

    def whole(self, provider: str, rrsets: Mapping[Key, RRset], kept: Sequence[Kept]) -> None:
        """Say that all of the plan was carried out at *provider*, which has *rrsets* now."""
        snapshot = self._recorder.snapshot(self._zone, provider, rrsets, kept)
        if snapshot:
            self._entries.append(entries.whole(str(self._zone), provider, snapshot))

    def flush(self) -> None:
        """Write what was said so far into the audit log.

        Another run may have written the zone since this one lost its lock, and said so already. Then this is marked
        as late, and what the zone has "from here on" is not for this run to say.
        """
        found, self._entries = self._entries, []
        if not found:
            return
        try:
            self._leave(self._zone)
        except NoLeaveError:
            found = [entries.late(one) for one in found if one["kind"] != "zone"]
        self._recorder.write(found)

    def _told(self, number: int, receipt: Receipt) -> None:
        if self._recorder.journal:
            self._recorder.journal.told(number, receipt)
