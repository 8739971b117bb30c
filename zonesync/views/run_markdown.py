"""The outcome of an apply as Markdown: what was done, what was not, and where the log has it."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from zonesync.findings import Finding
from zonesync.plan.plan import Plan
from zonesync.provider.contract import Outcome
from zonesync.run.results import Run, StepResult, done_changes
from zonesync.views import findings_markdown, run_text
from zonesync.views.folding import Piece, Rank, Section
from zonesync.views.markdown import cell, code, prose
from zonesync.views.page import LIMIT, Page, Row, Table
from zonesync.views.plain import counted

if TYPE_CHECKING:
    from zonesync.model.zone import ZoneId


def markdown(
    run: Run,
    *,
    limit: int = LIMIT,
    marker: str = "",
    title: str = "",
    more: str = "",
    again: str = "plan",
    findings: Sequence[Finding] = (),
) -> str:
    """Render the outcome in at most *limit* characters; what was done is folded before what was not.

    *again* is the command, without ``zonesync``, that shows what is left. *marker*, *title*, *more* and *findings* are
    as for :func:`zonesync.views.plan_markdown.markdown`. Raises ValueError where *limit* is too small.
    """
    page = Page(marker, title or "DNS apply", list(_lead(run, again)), _table(run.results), [_log(run)], more)
    listed = list(findings_markdown.sections(Plan(), findings))
    return page.within(limit, [("", [*_steps(run.results), *listed])])


def _lead(run: Run, again: str) -> Iterator[str]:
    failed = sum(not result.is_done for result in run.results)
    changes = counted(done_changes(run.results), "change")
    if run.is_complete:
        yield f"**Applied:** {changes}."
    elif run.has_changed:
        yield f"**Incomplete:** {changes} applied, {counted(failed, 'step')} not done."
    else:
        yield "**Failed:** no provider was changed."
    if run.problem:
        yield f"The audit log could not be finished: {prose(run.problem)}"
    if failed:
        yield f"Run {code(f'zonesync {again}')} to see what is left."


def _log(run: Run) -> str:
    return f"Run {code(run.id)}, audit log {code(str(run.head)) if run.head else 'not written'}."


def _table(results: Sequence[StepResult]) -> Table:
    counts: dict[tuple[ZoneId, str], Counter[str]] = {}
    for result in results:
        mine = counts.setdefault((result.step.zone, result.step.provider), Counter())
        mine["applied"] += done_changes([result])
        mine["changes"] += len(result.step.changes)
        mine["unknown"] += sum(len(one.changes) for one in result.receipts if one.outcome is Outcome.UNKNOWN)
        mine["failed"] += bool(result.problem)
        mine["skipped"] += result.skipped
    is_doubtful = any(mine["unknown"] for mine in counts.values())
    rows = tuple(
        Row(
            (cell(zone.display), cell(provider)),
            (
                mine["applied"],
                mine["changes"] - mine["applied"] - mine["unknown"],
                *([mine["unknown"]] if is_doubtful else []),
                mine["failed"],
                mine["skipped"],
            ),
            mine["failed"] * 1_000_000 + mine["skipped"] * 1_000 + mine["applied"],
        )
        for (zone, provider), mine in counts.items()
        if provider or mine["failed"] or mine["skipped"]
    )
    doubtful = ["outcome unknown"] if is_doubtful else []
    titles = ("changes applied", "changes not applied", *doubtful, "steps failed", "steps skipped")
    return Table(("zone", "provider"), titles, rows)


def _steps(results: Sequence[StepResult]) -> Iterator[Section]:
    """Yield what was not done, and what was done that a reader has to know of."""
    failed = [result for result in results if result.problem]
    yield findings_markdown.listed("### Not done", [_piece(result, Rank.REFUSAL, "failure") for result in failed])
    told = [result for result in results if result.is_done and (result.words or result.step.handover)]
    yield findings_markdown.listed("### To note", [_piece(result, Rank.STEP, "note") for result in told])


def _piece(result: StepResult, rank: Rank, noun: str) -> Piece:
    line = " ".join(run_text.step_line(result, width=1 << 30).split())
    return Piece(rank, noun, f"- {prose(line)}")
