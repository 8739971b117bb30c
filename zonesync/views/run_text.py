"""The outcome of an apply as text, and the audit log as a list."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from zonesync.plan.plan import StepKind
from zonesync.provider.abilities import Counts
from zonesync.run.apply import Run, StepResult, done_changes
from zonesync.views.plain import Paint, Tone, clean, counted, plain, wrapped


def step_line(result: StepResult, paint: Paint = plain, width: int = 80) -> str:
    """Render what became of one step."""
    step = result.step
    where = f"{clean(step.zone.display)} at {step.provider}" if step.provider else clean(step.zone.display)
    what = "every provider has its content" if step.kind is StepKind.BARRIER else step.kind.value.replace("_", " ")
    if step.kind is StepKind.METADATA:
        what = ", ".join(clean(setting.name) for setting in step.settings)
    count = done_changes([result])
    of = f": {count} of {counted(len(step.changes), 'change')}" if step.changes else ""
    if result.skipped:
        return _painted(f"skipped  {where}: {what}", Tone.QUIET, paint, width)
    if result.problem:
        return _painted(f"FAILED   {where}: {what}{of}: {clean(result.problem)}", Tone.BAD, paint, width)
    return _painted(f"done     {where}: {what}{of}", Tone.GOOD, paint, width)


def _painted(line: str, tone: Tone, paint: Paint, width: int) -> str:
    return "\n".join(paint(piece, tone) for piece in wrapped(line, width, 9))


def text(run: Run, paint: Paint = plain) -> str:
    """Sum a run up; the last line is the log's head."""
    failed = [result for result in run.results if not result.is_done]
    count = counted(done_changes(run.results), "change")
    if run.is_complete:
        line = paint(f"Applied: {count}.", Tone.HEADING)
    elif run.has_changed:
        line = paint(f"Incomplete: {count} applied, {counted(len(failed), 'step')} not done.", Tone.BAD)
    else:
        line = paint("Failed: no provider was changed.", Tone.BAD)
    lines = [line]
    if run.problem:
        lines.append(paint(f"The audit log could not be finished: {clean(run.problem)}", Tone.BAD))
    if failed:
        lines.append("Run `zonesync plan` to see what is left.")
    lines += [f"run {run.id}", f"audit log {run.head or 'not written'}"]
    return "\n".join(lines) + "\n"


def calls_lines(calls: Mapping[str, Counts]) -> Iterator[str]:
    """Say what each service was asked, where it had to be asked again: the rest is no news."""
    for name, counts in calls.items():
        if counts.retries or counts.throttled:
            again = f"{counts.retries} tried again ({counts.throttled} throttled)"
            yield f"{name}: {counted(counts.calls, 'call')}, {again}, {counts.waited:.1f} s waited"


def audit_lines(entries: Iterable[dict[str, Any]], width: int = 80) -> Iterator[str]:
    """Render audit entries, oldest first."""
    for entry in entries:
        kind = entry.get("kind")
        time = str(entry.get("time", ""))
        actor = clean(str(entry.get("actor") or "unknown"))
        if kind == "run_start":
            commit = f" at commit {clean(str(entry['commit']))[:12]}" if entry.get("commit") else ""
            waived = f", allowed {_listed(entry['allowances'])}" if entry.get("allowances") else ""
            yield from wrapped(clean(f"{time}  run {entry.get('run')} by {actor}{commit}{waived}"), width, 8)
        elif kind == "change":
            yield from wrapped(clean(f"    {_change(entry)}"), width, 8)
        elif kind == "setting":
            yield from wrapped(clean(f"    {_setting(entry)}"), width, 8)
        elif kind == "step":
            words = f": {clean(str(entry['words']))}" if entry.get("words") else ""
            yield from wrapped(
                clean(f"    {entry.get('zone')} at {entry.get('provider') or 'all'}: {entry.get('step')} ")
                + clean(f"{entry.get('outcome')}{words}"),
                width,
                8,
            )
        elif kind == "run_end":
            yield clean(f"{time}  run {entry.get('run')} {entry.get('outcome')}")


def _setting(entry: dict[str, Any]) -> str:
    outcome = "" if entry.get("outcome") == "applied" else f" {str(entry.get('outcome')).upper()}"
    words = f": {clean(str(entry['words']))}" if entry.get("words") else ""
    sides = " -> ".join(_listed(entry.get(side) or ("none",)) for side in ("before", "after"))
    return f"~ {entry.get('name')} at {entry.get('provider')}{outcome}  {sides}{words}"


def _change(entry: dict[str, Any]) -> str:
    outcome = "" if entry.get("outcome") == "applied" else f" {str(entry.get('outcome')).upper()}"
    words = f": {clean(str(entry['words']))}" if entry.get("words") else ""
    before, after = _side(entry.get("before")), _side(entry.get("after"))
    what = f"{before} -> {after}" if before and after else after or before
    sign = "~" if before and after else "+" if after else "-"
    return f"{sign} {entry.get('name')} {entry.get('type')} at {entry.get('provider')}{outcome}  {what}{words}"


def _side(data: Any) -> str:
    if not data:
        return ""
    if not isinstance(data, dict):
        return clean(str(data))
    if "computed" in data:
        return "computed"
    ttl = "" if data.get("ttl") is None else f"{data['ttl']} "
    return clean(f"{ttl}{_listed(data.get('rdatas', ()))}")


def _listed(values: Any) -> str:
    """Join a list; what stands in its place in a log that somebody edited is shown as it is."""
    return ", ".join(map(str, values)) if isinstance(values, list | tuple) else str(values)
