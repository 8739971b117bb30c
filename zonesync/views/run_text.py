"""The outcome of an apply as text."""

from collections.abc import Iterator, Mapping

from zonesync.plan.plan import Standing, StepKind
from zonesync.provider.abilities import Counts
from zonesync.run.results import Run, StepResult, done_changes
from zonesync.views.plain import Paint, Tone, clean, counted, plain, wrapped

_BARRIER = "every provider has its content"


def step_line(result: StepResult, paint: Paint = plain, width: int = 80) -> str:
    """Render what became of one step."""
    step = result.step
    where = f"{clean(step.zone.display)} at {step.provider}" if step.provider else clean(step.zone.display)
    if step.kind is StepKind.MANUAL and result.is_done and step.handover:
        hosts = ", ".join(clean(host) for host in step.handover.after)
        return _painted(f"by hand  {where}: let its registrar delegate it to {hosts}", Tone.CHANGED, paint, width)
    what = _BARRIER if step.kind is StepKind.BARRIER else step.kind.value.replace("_", " ")
    if step.standing:
        what = f"{step.standing} {'of ' if step.standing is Standing.OUT else ''}rotation"
    if step.kind is StepKind.METADATA:
        what = ", ".join(clean(setting.name) for setting in step.settings)
    count = done_changes([result])
    of = f": {count} of {counted(len(step.changes), 'change')}" if step.changes else ""
    if result.skipped:
        return _painted(f"skipped  {where}: {what}", Tone.QUIET, paint, width)
    if result.problem and step.kind is StepKind.WAIT:
        return _painted(f"WAITING  {where}: {clean(result.problem)}", Tone.CHANGED, paint, width)
    if result.problem:
        return _painted(f"FAILED   {where}: {what}{of}: {clean(result.problem)}", Tone.BAD, paint, width)
    said = f": {clean(result.words)}" if result.words else ""
    return _painted(f"done     {where}: {what}{of}{said}", Tone.GOOD, paint, width)


def _painted(line: str, tone: Tone, paint: Paint, width: int) -> str:
    return "\n".join(paint(piece, tone) for piece in wrapped(line, width, 9))


def text(run: Run, paint: Paint = plain, width: int = 80, again: str = "plan") -> str:
    """Sum a run up; the last line is the log's head. *again* is the command that shows what is left."""
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
        words = f"The audit log could not be finished: {clean(run.problem)}"
        lines += [paint(line, Tone.BAD) for line in wrapped(words, width, 2)]
    if failed:
        lines.append(f"Run `zonesync {again}` to see what is left.")
    lines += [f"run {run.id}", f"audit log {run.head or 'not written'}"]
    return "\n".join(lines) + "\n"


def calls_lines(calls: Mapping[str, Counts]) -> Iterator[str]:
    """Say what each service was asked, where it had to be asked again: the rest is no news."""
    for name, counts in calls.items():
        if counts.retries or counts.throttled:
            again = f"{counts.retries} tried again ({counts.throttled} throttled)"
            yield f"{name}: {counted(counts.calls, 'call')}, {again}, {counts.waited:.1f} s waited"
