"""The audit log as text: its entries, one run, who set what, and whether it is whole."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from zonesync.model.rrset import Key, RRset
from zonesync.run.history import Applied
from zonesync.run.runs import RunSummary
from zonesync.run.verification import Verdict
from zonesync.views.plain import Paint, Tone, clean, counted, plain, wrapped

_IN = "    "
_INDENT = 8


def audit_lines(entries: Iterable[Mapping[str, Any]], width: int = 80) -> Iterator[str]:
    """Render audit entries, oldest first; runs at the same time take turns, each time under their name."""
    current = None
    for entry in entries:
        kind, run = entry.get("kind"), entry.get("run")
        line = _run_line(entry) if kind in ("run_start", "run_end", "unlock") else _part_line(entry)
        if line is None:
            continue
        if kind not in ("run_start", "run_end", "unlock") and run != current and run:
            yield from wrapped(clean(f"{_text(entry, 'time')}  run {run}:"), width, _INDENT)
        current = run
        yield from wrapped(clean(line), width, _INDENT)


def _run_line(entry: Mapping[str, Any]) -> str | None:
    time, run, kind = _text(entry, "time"), entry.get("run"), entry.get("kind")
    actor = str(entry.get("actor") or "unknown")
    if kind == "run_start":
        commit = f" at commit {_short(entry.get('commit'))}" if entry.get("commit") else ""
        waived = f", allowed {_listed(entry['allowances'])}" if entry.get("allowances") else ""
        back = f", takes back run {entry['rollback_of']}" if entry.get("rollback_of") else ""
        move = f", to {entry['move']}" if entry.get("move") else ""
        return f"{time}  run {run} by {actor}{commit}{back}{move}{waived}"
    if kind == "run_end":
        return f"{time}  run {run} {entry.get('outcome')}{_recovered(entry)}"
    held = f", held by run {entry['holder']}" if entry.get("holder") else ""
    return f"{time}  lock of {entry.get('zone')} broken by {actor}{held}{_words(entry)}"


def _part_line(entry: Mapping[str, Any]) -> str | None:
    kind = entry.get("kind")
    if kind == "change":
        return f"{_IN}{_change(entry)}{_recovered(entry)}"
    if kind == "setting":
        return f"{_IN}{_setting(entry)}{_recovered(entry)}"
    where = f"{entry.get('zone')} at {entry.get('provider') or 'all'}"
    if kind == "step":
        return f"{_IN}{where}: {entry.get('step')} {entry.get('outcome')}{_words(entry)}{_recovered(entry)}"
    return f"{_IN}{where}: has all of its plan" if kind == "zone" else None


def _recovered(entry: Mapping[str, Any]) -> str:
    if entry.get("late") is True:
        return " (recorded late: the lock was lost by then)"
    return f" (recorded by run {entry['recovered_by']})" if entry.get("recovered_by") else ""


def _words(entry: Mapping[str, Any]) -> str:
    return f": {entry['words']}" if entry.get("words") else ""


def _outcome(entry: Mapping[str, Any]) -> str:
    return "" if entry.get("outcome") == "applied" else f" {str(entry.get('outcome')).upper()}"


def _setting(entry: Mapping[str, Any], where: str | None = None) -> str:
    at = f" at {entry.get('provider')}" if where is None else where
    sides = " -> ".join(_listed(entry.get(side) or ("none",)) for side in ("before", "after"))
    return f"~ {entry.get('name')}{at}{_outcome(entry)}  {sides}{_words(entry)}"


def _change(entry: Mapping[str, Any], where: str | None = None) -> str:
    at = f" at {entry.get('provider')}" if where is None else where
    before, after = _side(entry.get("before")), _side(entry.get("after"))
    what = f"{before} -> {after}" if before and after else after or before
    sign = "~" if before and after else "+" if after else "-"
    return f"{sign} {entry.get('name')} {entry.get('type')}{at}{_outcome(entry)}  {what}{_words(entry)}"


def _side(data: Any) -> str:
    if not data:
        return ""
    if not isinstance(data, dict):
        return str(data)
    if "computed" in data:
        return "computed"
    ttl = "" if data.get("ttl") is None else f"{data['ttl']} "
    return f"{ttl}{_listed(data.get('rdatas', ()))}"


def _listed(values: Any) -> str:
    """Join a list; what stands in its place in a log that somebody edited is shown as it is."""
    return ", ".join(map(str, values)) if isinstance(values, list | tuple) else str(values)


def _text(entry: Mapping[str, Any], key: str) -> str:
    return str(entry.get(key, ""))


def _short(commit: Any) -> str:
    return str(commit)[:12]


def run_lines(
    run: RunSummary, entries: Sequence[Mapping[str, Any]], paint: Paint = plain, width: int = 80
) -> Iterator[str]:
    """Render one run whole: who, when and why, then zone by zone and provider by provider what became of it."""
    tone = Tone.HEADING if run.outcome == "complete" else Tone.BAD
    yield from _painted(f"run {run.id} {run.outcome or 'has not ended'}", tone, paint, width, 2)
    for line in _facts(run):
        yield from wrapped(clean(f"  {line}"), width, _INDENT)
    parts = [entry for entry in entries if _part_line(entry) is not None]
    for (zone, provider), mine in _by_place(parts).items():
        yield ""
        yield from _painted(f"{zone} at {provider}" if provider else zone, Tone.HEADING, paint, width, 2)
        for entry in mine:
            yield from wrapped(clean(f"  {_of_place(entry)}{_recovered(entry)}"), width, _INDENT)
    if not run.outcome:
        yield ""
        yield from wrapped(
            "It is under way, or it was killed: then the next apply of its zones settles what its journal knows.",
            width,
            2,
        )


def _facts(run: RunSummary) -> Iterator[str]:
    author = f", author of the commit {run.author}" if run.author and run.author != run.actor else ""
    system = " on ".join(filter(None, (run.user, run.host)))
    yield f"by {run.actor or 'unknown'}{author}{f', as {system}' if system else ''}"
    yield f"from {run.start or 'an unknown time'}{f' to {run.end}' if run.end else ''}"
    for word, value in (("commit", run.commit), ("CI run", run.run_url), ("plan", run.plan)):
        if value:
            yield f"{word} {value}"
    if run.allowances:
        yield f"allowed {', '.join(run.allowances)}"
    if run.rollback_of:
        yield f"takes back run {run.rollback_of}"
    if run.move:
        yield f"to {run.move}"
    for zone, dead in run.took_over.items():
        yield f"took over the lock of {zone} from run {dead}, which was dead"
    if run.recovered_by:
        yield f"its end was recorded by run {run.recovered_by}"
    counts = ", ".join(f"{run.counts[outcome]} {outcome}" for outcome in sorted(run.counts))
    yield f"{counted(run.changes, 'change')} planned{f': {counts}' if counts else ''}"


def _by_place(entries: Iterable[Mapping[str, Any]]) -> dict[tuple[str, str], list[Mapping[str, Any]]]:
    found: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for entry in entries:
        found.setdefault((_text(entry, "zone"), _text(entry, "provider")), []).append(entry)
    return found


def _of_place(entry: Mapping[str, Any]) -> str:
    kind = entry.get("kind")
    if kind == "change":
        return _change(entry, "")
    if kind == "setting":
        return _setting(entry, "")
    return "has all of its plan" if kind == "zone" else f"{entry.get('step')} {entry.get('outcome')}{_words(entry)}"


def blame_lines(changes: Sequence[Applied], paint: Paint = plain, width: int = 80) -> Iterator[str]:
    """Render who last set each RRset; providers that one run set alike stand together."""
    for key, mine in groupby(changes, key=lambda one: one.key):
        together: dict[tuple[str, str, RRset | None], list[Applied]] = {}
        for one in mine:
            together.setdefault((one.run, one.outcome, one.after), []).append(one)
        for alike in together.values():
            yield from _blamed(key, alike, paint, width)


def _blamed(key: Key, alike: Sequence[Applied], paint: Paint, width: int) -> Iterator[str]:
    one = max(alike, key=lambda each: (each.time, each.sequence))
    providers = ", ".join(each.provider for each in alike)
    heading = f"{key.name} {key.type} at {providers}"
    is_known = one.outcome == "applied"
    yield from _painted(heading, Tone.HEADING, paint, width, 2)
    sides = [_shown(one.after)] if is_known else [_shown(one.before), _shown(one.after)]
    yield from wrapped(clean(_IN + " or ".join(sides)), width, _INDENT)
    deed = "deleted" if one.after is None else "set"
    author = f" of {one.author}" if one.author and one.author != one.actor else ""
    commit = f", commit {_short(one.commit)}{author}" if one.commit else ""
    unsure = "" if is_known else ", but nobody knows whether that took effect"
    yield from wrapped(clean(f"{_IN}{deed} by {one.actor or 'unknown'} at {one.time}{commit}{unsure}"), width, _INDENT)
    yield from wrapped(clean(f"{_IN}run {one.run}{f' {one.run_url}' if one.run_url else ''}"), width, _INDENT)


def _shown(rrset: RRset | None) -> str:
    if rrset is None:
        return "nothing"
    return f"{'' if rrset.ttl is None else f'{rrset.ttl} '}{', '.join(rrset.rdatas)}"


def unchanged_lines(zone: str, name: str, rtype: str, attempts: int, width: int = 80) -> Iterator[str]:
    """Say that nothing was ever changed there by zonesync."""
    what = " ".join(filter(None, (name, rtype))) or f"anything in {zone}"
    yield from wrapped(clean(f"zonesync has never changed {what}, as far as this audit log goes."), width, 2)
    if attempts:
        words = (
            f"{counted(attempts, 'attempt')} did not take effect: `zonesync audit log` with --zone and --name has more."
        )
        yield from wrapped(words, width, 2)


def verdict_lines(found: Verdict, paint: Paint = plain, width: int = 80) -> Iterator[str]:
    """Say whether the log is whole, what is not known, and which head to note down; or that there is none."""
    noted, last = found.noted, found.head.sequence
    if found.fault:
        place = f"object {found.fault.sequence}" if found.fault.sequence else "the log"
        entry = f", entry {found.fault.entry}" if found.fault.entry else ""
        yield from _painted(f"BROKEN ({found.fault.deed.value}) at {place}{entry}:", Tone.BAD, paint, width, 2)
        yield from wrapped(clean(f"  {found.fault.words}"), width, 2)
        if last:
            yield from wrapped(f"{_upto(last)} whole and follow one another.", width, 2)
        return
    if not found.objects:
        yield from wrapped("There is no audit log, so nothing of it could be checked.", width, 2)
        yield str(found.head)
        return
    count = f"{counted(found.objects, 'object')}, {found.entries} {'entry' if found.entries == 1 else 'entries'}"
    yield from _painted(f"The audit log is whole: {count}.", Tone.GOOD, paint, width, 2)
    if noted:
        yield from wrapped(
            f"--head proves that nothing up to object {noted.sequence} was cut off or rewritten.", width, 2
        )
        rest = f"whether objects after object {last} were cut off"
        if noted.sequence < last:
            rest += f", or those after object {noted.sequence} rewritten"
    else:
        rest = f"whether objects after object {last} were cut off, or the whole log was rewritten"
    yield from wrapped(f"What cannot be known{'' if noted else ' without --head'}: {rest}.", width, 2)
    if found.unsealed and not found.is_end_sealed and (noted is None or noted.sequence < last):
        yield from wrapped(f"Object {last} is of an older zonesync and has no digest of its own.", width, 2)
    yield from wrapped("Note down the head, and hold the log against it later with --head:", width, 2)
    yield str(found.head)


def _upto(sequence: int) -> str:
    return "Object 1 is" if sequence == 1 else f"Objects 1 to {sequence} are"


def _painted(line: str, tone: Tone, paint: Paint, width: int, indent: int) -> Iterator[str]:
    for piece in wrapped(clean(line), width, indent):
        yield paint(piece, tone)
