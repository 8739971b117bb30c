"""What the audit log says of each run as a whole."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from zonesync.model.zone import NOTHING
from zonesync.run.audit import Entry
from zonesync.run.history import said


@dataclass(slots=True)
class RunSummary:
    """One run, as the log has it."""

    id: str
    start: str = ""
    """UTC, ISO 8601; empty where the log has no start of it."""
    end: str = ""
    actor: str = ""
    author: str = ""
    user: str = ""
    host: str = ""
    commit: str = ""
    run_url: str = ""
    plan: str = ""
    """The plan's digest."""
    zones: tuple[str, ...] = ()
    changes: int = 0
    """How many the plan had."""
    counts: Counter[str] = field(default_factory=Counter)
    """Changes by outcome."""
    allowances: tuple[str, ...] = ()
    took_over: Mapping[str, str] = field(default_factory=lambda: NOTHING)
    """By zone the dead run whose lock it took over."""
    outcome: str = ""
    """``complete``, ``incomplete``, ``failed`` or ``killed``; empty where it has not ended."""
    rollback_of: str = ""
    move: str = ""
    """What it did with a provider as a whole: `evacuate ns1`."""
    recovered_by: str = ""
    """The run that wrote down how this one ended, because it was killed."""
    sequence: int = 0
    """Of the first audit object that names it."""


def runs(entries: Iterable[Entry]) -> dict[str, RunSummary]:
    """Return every run by its id, in the order in which they began."""
    found: dict[str, RunSummary] = {}
    for entry in entries:
        run = entry.get("run")
        if not isinstance(run, str) or not run or entry.get("kind") == "unlock":
            continue  # a lock is broken under a name of its own, but that is no run
        summary = found.get(run)
        if summary is None:
            sequence = entry.get("sequence")
            summary = found[run] = RunSummary(run, sequence=sequence if type(sequence) is int else 0)
        _add(summary, entry)
    return found


def _add(summary: RunSummary, entry: Entry) -> None:
    kind = entry.get("kind")
    for key, value in said(entry, "actor", "author", "user", "host", "commit", "run_url", "plan").items():
        if value and not getattr(summary, key):
            setattr(summary, key, value)
    if kind == "run_start":
        summary.start = said(entry, "time")["time"]
        summary.zones = _listed(entry.get("zones"))
        count = entry.get("changes")
        summary.changes = count if type(count) is int else 0
        summary.allowances = _listed(entry.get("allowances"))
        taken = entry.get("took_over")
        if isinstance(taken, dict):
            summary.took_over = {str(zone): str(run) for zone, run in taken.items()}
        summary.rollback_of = said(entry, "rollback_of")["rollback_of"]
        summary.move = said(entry, "move")["move"]
    elif kind == "change":
        summary.counts[said(entry, "outcome")["outcome"]] += 1
    elif kind == "run_end":
        end = said(entry, "time", "outcome", "recovered_by")
        summary.end, summary.outcome, summary.recovered_by = end["time"], end["outcome"], end["recovered_by"]


def _listed(value: Any) -> tuple[str, ...]:
    return tuple(text for text in value if isinstance(text, str)) if isinstance(value, list) else ()
