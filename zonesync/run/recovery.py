"""Bring into the audit log what a killed run left in its journal."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from zonesync.run import entries, journal
from zonesync.run.audit import AuditLog
from zonesync.run.context import Context
from zonesync.run.store import Store, StoreError


def recover(store: Store, log: AuditLog, dead: Iterable[str], run: str, context: Context) -> list[str]:
    """Record what the runs *dead* have done, as *run*, and return those of which something was left to record.

    A change whose answer was not noted is recorded as unknown: the next plan shows what became of it. Raises
    :class:`~zonesync.run.store.StoreError`; whatever was not recorded yet is still in the journal then.
    """
    found = []
    for name in sorted(set(dead)):
        row = store.row(journal.PREFIX + name)
        notes = journal.notes(row)
        if notes.of_run is None and row.records():
            # What a loss of power cut short is no record; this is.
            words = "does not say whose it is; look at it, move it elsewhere, and apply again"
            raise StoreError(f"the journal {journal.PREFIX}{name} {words}")
        if notes.of_run is not None:
            known = _Known.of(log, name)
            missing = list(_missing(notes, known))
            if missing:
                by = {"recovered_by": run, "time": context.time()}
                try:
                    log.append([{**entry, **notes.of_run, **by} for entry in missing])
                except ValueError as problem:
                    words = "holds what zonesync has not written; move it elsewhere, and apply again"
                    raise StoreError(f"the journal {journal.PREFIX}{name} {words}") from problem
                found.append(name)
        row.remove()
    return found


def left_behind(store: Store) -> list[str]:
    """Return the runs whose journals are still there: under way, or killed."""
    return [name.removeprefix(journal.PREFIX) for name in store.rows(journal.PREFIX)]


class _Known:
    """What the audit log has of a run already."""

    def __init__(self) -> None:
        self.has_start = False
        self.has_end = False
        self.changes: set[tuple[Any, Any, Any]] = set()
        self.steps: set[Any] = set()

    @classmethod
    def of(cls, log: AuditLog, run: str) -> "_Known":
        known = cls()
        for entry in log.entries_backwards():
            if entry.get("run") != run:
                continue
            kind = entry.get("kind")
            known.has_end |= kind == "run_end"
            if kind == "change":
                known.changes.add((entry.get("number"), entry.get("name"), entry.get("type")))
            elif kind in {"step", "setting"}:
                known.steps.add(entry.get("number"))
            elif kind == "run_start":
                known.has_start = True
                break
        return known


def _missing(notes: journal.Notes, known: _Known) -> Iterator[Mapping[str, Any]]:
    """Yield the entries that the audit log lacks."""
    if known.has_end or not (known.has_start or notes.steps):
        return
    for step in notes.steps:
        number = step.where.get("number")
        for entry in step.entries():
            if entry["kind"] == "change":
                if (number, entry["name"], entry["type"]) not in known.changes:
                    yield entry
            elif number not in known.steps:
                yield entry
    yield entries.ended(notes.outcome or "killed")
