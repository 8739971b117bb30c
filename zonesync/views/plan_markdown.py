"""A plan as Markdown, for a pull request: a table, what stands in its way, and every change zone by zone."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from zonesync.findings import Finding
from zonesync.model.change import Action
from zonesync.model.zone import ZoneId
from zonesync.plan.plan import Plan, Step, StepKind
from zonesync.views import change_diff, findings_markdown, plan_text
from zonesync.views.folding import Part, Piece, Rank, Section, counts
from zonesync.views.markdown import cell, code, fence_for, html_code
from zonesync.views.page import LIMIT, Page, Row, Table
from zonesync.views.plain import clean, counted

PLACES = "the file and line of each change"
_NOUNS = {Action.CREATE: "create", Action.UPDATE: "update", Action.DELETE: "delete"}
_RANKS = {Action.CREATE: Rank.CREATE, Action.UPDATE: Rank.UPDATE, Action.DELETE: Rank.DELETE}
_STEP_RANKS = {StepKind.DELETE_ZONE: Rank.DELETE, StepKind.MANUAL: Rank.APEX}
_DELETE, _UNREAD, _UPDATE = 1000, 500, 10
"""How much a row of the table weighs for each; what was not read is among the errors, too."""
_OPEN = 40
"""Lines of all diffs up to which a reader need not open them."""


def markdown(
    plan: Plan,
    *,
    limit: int = LIMIT,
    marker: str = "",
    title: str = "",
    more: str = "",
    findings: Sequence[Finding] = (),
) -> str:
    """Render *plan* in at most *limit* characters (Unicode code points, as GitHub counts them).

    What is least important is folded first: where changes stand in the files, notes, what is kept, creates of large
    zones, updates, warnings; deletes, the apex NS set and what refuses the plan go last. The page says what it folded,
    by number, and *more*, Markdown of the caller's, says where the whole is. *marker* is the caller's HTML comment that
    finds the page again; *title* is text. *findings* are those of loading, which the plan does not hold.

    Raises ValueError where *limit* does not hold the summary.
    """
    page = Page(marker, title or "DNS plan", _lead(plan), _table(plan), _footer(plan), more)
    return page.within(limit, _versions(plan, findings))


def _versions(plan: Plan, findings: Sequence[Finding]) -> Iterator[tuple[str, Sequence[Section]]]:
    listed = list(findings_markdown.sections(plan, findings))
    for lost in ("", PLACES):
        yield lost, [*listed[:2], *diffs(plan, has_places=not lost), *listed[2:]]


def _lead(plan: Plan) -> Sequence[str]:
    lines = [plan_text.summary(plan)]
    if plan.move:
        lines.append(f"This is to {code(str(plan.move))}.")
    if plan.rollback:
        lines.append(f"This takes back run {code(plan.rollback)}.")
    if plan.refusals:
        lines.append(f"**This plan cannot be applied:** {counted(len(plan.refusals), 'error')}.")
    return lines


def _footer(plan: Plan) -> Sequence[str]:
    parts = [
        *([f"zonesync {code(plan.version)}"] if plan.version else []),
        *([f"commit {code(plan.commit)}"] if plan.commit else []),
        *([code(plan.created)] if plan.created else []),
    ]
    return [f"Made by {', '.join(parts)}."] if plan.version else []


def _table(plan: Plan) -> Table:
    found: dict[tuple[ZoneId, str], Counter[str]] = {}
    elsewhere = {StepKind.CONTENT, StepKind.APEX_NS, StepKind.BARRIER}
    for step in plan.steps:
        mine = found.setdefault((step.zone, step.provider), Counter())
        mine.update(_NOUNS[change.action] for change in step.changes)
        mine["step"] += step.kind not in elsewhere or step.verify
    rows = [
        Row(
            (cell(zone.display), cell(provider)),
            (mine["create"], mine["update"], mine["delete"], mine["step"]),
            mine["delete"] * _DELETE + mine["update"] * _UPDATE + mine["create"] + mine["step"],
        )
        for (zone, provider), mine in found.items()
        if mine.total()
    ]
    unread = [
        Row((cell(one.zone.display), f"{cell(one.provider)} **not read**"), (0,) * 4, _UNREAD) for one in plan.unread
    ]
    return Table(("zone", "provider"), ("create", "update", "delete", "other steps"), (*rows, *unread))


def diffs(plan: Plan, *, has_places: bool, is_kept_only: bool = False) -> list[Section]:
    """Return a section for each zone that has something to show."""
    steps: dict[ZoneId, list[Step]] = {target.zone: [] for target in plan.targets}
    kept: dict[ZoneId, dict[str, tuple[Piece, ...]]] = {}
    for step in () if is_kept_only else plan.steps:
        steps.setdefault(step.zone, []).append(step)
    for target in plan.targets:
        if target.kept:
            apex = target.zone.name
            lines = [Piece(Rank.KEPT, "kept record set", change_diff.kept_line(one, apex)) for one in target.kept]
            kept.setdefault(target.zone, {})[target.provider] = tuple(lines)
    found = [_diff(zone, mine, kept.get(zone, {}), has_places=has_places) for zone, mine in steps.items()]
    return opened([one for one in found if one.size])


def opened(sections: list[Section]) -> list[Section]:
    """Open the diffs of *sections* where a reader takes in all of them at once."""
    if sum(piece.text.count("\n") + 1 for section in sections for piece in section.pieces()) > _OPEN:
        return sections
    return [
        Section(
            one.opening.replace("<details>", "<details open>", 1), one.closing, one.parts, one.left_out, one.is_diff
        )
        for one in sections
    ]


def _diff(zone: ZoneId, steps: list[Step], kept: Mapping[str, tuple[Piece, ...]], *, has_places: bool) -> Section:
    parts: list[Part] = []
    before: list[str] = []
    for step, providers in plan_text.together(steps):
        head = ""
        if providers not in (before, [""]):
            head, before = _hunk(providers), providers
        parts.append(Part(head, tuple(_pieces(step, len(providers), has_places=has_places))))
    groups: dict[tuple[Piece, ...], list[str]] = {}
    for provider, pieces in kept.items():
        groups.setdefault(pieces, []).append(provider)
    for pieces, providers in groups.items():
        times = len(providers)
        alike = tuple(Piece(one.rank, one.noun, one.text, times) for one in pieces)
        parts.append(Part("" if providers == before else _hunk(providers), alike))
        before = providers
    names = [provider for provider in dict.fromkeys([*(step.provider for step in steps), *kept]) if provider]
    return diff_section(zone, names, parts)


def _hunk(providers: Sequence[str]) -> str:
    return f"@@ {clean(', '.join(providers))} @@"


def diff_section(zone: ZoneId, providers: Sequence[str], parts: Sequence[Part]) -> Section:
    """Return what *parts* say of *zone*, to be opened by a reader."""
    totals: Counter[str] = Counter()
    for part in parts:
        for piece in part.pieces:
            totals[piece.noun] += piece.count if piece.rank is not Rank.NOTE else 0
    said = counts(totals, by_name=False)
    at = f" at {', '.join(map(html_code, providers))}" if providers else ""
    ticks = fence_for(line for part in parts for line in (part.head, *(piece.text for piece in part.pieces)))
    opening = f"<details>\n<summary>{html_code(zone.display)}{at}: {said}</summary>\n\n{'`' * ticks}diff"
    return Section(opening, f"{'`' * ticks}\n\n</details>", tuple(parts), "# not shown here: {}", is_diff=True)


def _pieces(step: Step, times: int, *, has_places: bool) -> Iterator[Piece]:
    """Yield what *step* does, at *times* providers alike."""
    if words := list(change_diff.step_lines(step)):
        is_told = step.kind is StepKind.APEX_NS or (step.kind is StepKind.BARRIER and not step.verify)
        rank = Rank.NOTE if is_told else _STEP_RANKS.get(step.kind, Rank.STEP)
        yield Piece(rank, "note" if is_told else "step", "\n".join(words), times)
    for setting in plan_text.shown_settings(step):
        yield Piece(Rank.STEP, "setting", "\n".join(change_diff.setting_lines(setting)), times)
    for change in step.changes:
        lines = change_diff.change_lines(change, step.zone.name, has_place=has_places)
        kind = Rank.APEX if change_diff.is_apex_ns(step, change) else _RANKS[change.action]
        yield Piece(kind, _NOUNS[change.action], "\n".join(lines), times)
