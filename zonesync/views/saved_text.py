"""What is said of a saved plan before it is applied: what is done already, and which limits it lifts."""

from collections.abc import Iterator

from zonesync.plan.plan import Plan, StepKind
from zonesync.plan.resume import Resumed
from zonesync.views.plain import Paint, Tone, clean, counted, plain, wrapped


def done_line(saved: Plan, resumed: Resumed) -> str:
    """Say how much of *saved* is done already; empty for nothing."""
    count, left = _changes(saved), _changes(resumed.plan)
    zones = sum(step.kind is StepKind.CREATE_ZONE for step in resumed.done)
    parts = []
    if count - left:
        parts.append(
            f"{count - left} of {counted(count, 'change')} {'is' if count - left == 1 else 'are'} done already"
        )
    if zones:
        parts.append(
            f"{counted(zones, 'zone')} {'was' if zones == 1 else 'were'} created by an earlier run of this plan"
        )
    return f"{'; '.join(parts)}." if parts else ""


def _changes(plan: Plan) -> int:
    return sum(len(step.changes) + (len(step.settings) if step.kind is StepKind.METADATA else 0) for step in plan.steps)


def allowed_lines(saved: Plan, fresh: Plan, paint: Paint = plain, width: int = 80) -> Iterator[str]:
    """Say each limit that *saved* lifts, and what it would refuse now: nobody gave leave on this command line."""
    for allowance in dict.fromkeys(saved.allowances):
        waived = [finding for finding in fresh.findings if finding.is_error and allowance.covers(finding)]
        head = f"ALLOWED by the plan file: {allowance}"
        for finding in waived:
            at = f" (at {finding.provider})" if finding.provider else ""
            yield from _painted(f"{head}: {finding.message}{at}", paint, width)
        if not waived:
            yield from _painted(f"{head}, which refuses nothing now", paint, width)


def _painted(text: str, paint: Paint, width: int) -> Iterator[str]:
    yield from (paint(line, Tone.BAD) for line in wrapped(clean(text), width, 2))
