"""What a project's audit log tells: the entries asked for, one run, who set what, and whether all of it is whole."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from zonesync.model.names import NameSyntaxError, absolute
from zonesync.model.ttl import TtlSyntaxError, parse_interval
from zonesync.model.zone import ZoneId
from zonesync.run import history
from zonesync.run.audit import Head, Verdict
from zonesync.run.history import Applied
from zonesync.run.runs import RunSummary, runs
from zonesync.run.selection import Filter, select
from zonesync.workflow.project import Project, UnknownNameError, audit_log, close_match

Entry = dict[str, Any]
_SHOWN = 5


def audit_entries(project: Project, zone: str = "", wanted: Filter | None = None) -> Iterator[Entry]:
    """Yield the audit log's entries, oldest first: of *zone*, or those that are *wanted*; all for neither.

    The beginning and the end of a run are there where anything else of it is. Raises
    :class:`~zonesync.run.store.StoreError`, and :class:`NameSyntaxError` where *zone* is none.
    """
    if zone:
        wanted = Filter(zone=str(ZoneId.parse(zone)))
    entries = audit_log(project).entries()
    return entries if wanted is None or wanted == Filter() else select(list(entries), wanted)


def parse_since(text: str, now: datetime) -> str:
    """Return the time that *text* means, as entries have it: ``7d`` ago, a date, or a time, UTC unless it says.

    Raises :class:`UnknownNameError` for anything else.
    """
    try:
        if text[-1:].isalpha() and text[:1].isdecimal() and "-" not in text:
            moment = now - timedelta(seconds=parse_interval(text))
        elif len(text) > len("2026-11-01"):
            moment = datetime.fromisoformat(text)
        else:
            moment = datetime.combine(date.fromisoformat(text), datetime.min.time())
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return moment.astimezone(UTC).replace(microsecond=0, tzinfo=None).isoformat() + "Z"
    except (TtlSyntaxError, ValueError, OverflowError):
        raise UnknownNameError(
            f"--since: `{text[:60]}` is no time: write `7d`, `2026-11-01` or `2026-11-01T14:30:00Z`"
        ) from None


@dataclass(frozen=True, slots=True)
class RunReport:
    """One run, with all that the log has of it."""

    summary: RunSummary
    entries: tuple[Entry, ...]


def named_run(text: str, known: Mapping[str, RunSummary]) -> RunSummary:
    """Return the run of *known* whose id is *text*, or alone begins with it. Raises :class:`UnknownNameError`."""
    chosen = [text] if text in known else [name for name in known if text and name.startswith(text)]
    if not chosen:
        raise UnknownNameError(
            f"the audit log has no run `{text[:100]}`{close_match(text, known)}; `zonesync audit log` lists them"
        )
    if len(chosen) > 1:
        shown = ", ".join(chosen[:_SHOWN]) + (", …" if len(chosen) > _SHOWN else "")
        raise UnknownNameError(f"`{text}` is the beginning of {len(chosen)} runs: {shown}; give more of one")
    return known[chosen[0]]


def show_run(project: Project, run: str) -> RunReport:
    """Return the run whose id begins with *run*. Raises :class:`UnknownNameError` where that is none, or several."""
    entries = list(audit_log(project).entries())
    summary = named_run(run, runs(entries))
    return RunReport(summary, tuple(entry for entry in entries if entry.get("run") == summary.id))


@dataclass(frozen=True, slots=True)
class Blame:
    """Who last set what in a zone."""

    zone: ZoneId
    name: str
    """Absolute; empty where all names were asked for."""
    type: str
    changes: tuple[Applied, ...]
    """By name, type and provider; the last that took effect, or may have."""
    attempts: int = 0
    """How many others did not take effect, of what was never changed."""
    unreadable: int = 0
    """Entries that may belong here and that this version cannot read."""


def blame(project: Project, zone: ZoneId, name: str = "", type: str = "") -> Blame:  # noqa: A002 -- DNS's own word
    """Return who last set each RRset of *zone* at *name* of *type*. Raises :class:`UnknownNameError` for no name."""
    try:
        wanted = absolute(name, zone.name) if name else ""
    except NameSyntaxError as problem:
        raise UnknownNameError(f"`{name}` is no name: {problem}") from None
    rtype = type.upper()
    told = [
        entry
        for entry in audit_log(project).entries()
        if entry.get("kind") == "run_start"
        or (
            entry.get("kind") == "change"
            and entry.get("zone") == str(zone)
            and (not wanted or entry.get("name") == wanted)
            and (not rtype or entry.get("type") == rtype)
        )
    ]
    mine = [entry for entry in told if entry.get("kind") == "change"]
    read = list(history.changes(mine))
    found = history.blame(told, zone, wanted, rtype)
    attempts = 0 if found else sum(not one.took_effect for one in read)
    return Blame(zone, wanted, rtype, tuple(found), attempts, len(mine) - len(read))


def verify_log(project: Project, head: str | None = None) -> Verdict:
    """Tell whether the audit log is whole; *head* is what a run has printed, None for nothing.

    Raises :class:`UnknownNameError` where it is no such thing, as what is empty is, since a variable was not set; and
    :class:`~zonesync.run.store.StoreError`.
    """
    try:
        noted = None if head is None else Head.parse(head)
    except ValueError as problem:
        raise UnknownNameError(f"--head: {problem}") from None
    return audit_log(project).verify(noted)
