"""Drift as one HTML page: what differs, from live to file, with its cause and who set it last."""

from collections.abc import Iterator, Mapping, Sequence

from zonesync.findings import Finding, Severity
from zonesync.model.names import display, relative
from zonesync.model.zone import NOTHING, ZoneId
from zonesync.plan.plan import Plan
from zonesync.run.drift import DriftItem, Event, Kind, Subject
from zonesync.views import drift_summary, drift_words
from zonesync.views.plan_html import field_diff, finding_rows
from zonesync.views.plan_html.page import Chip, Page, Row, Status, row
from zonesync.views.plan_html.page import html as page_html
from zonesync.views.plan_html.step_rows import change_row, kept_by_zone, kept_rows

CHIPS = (
    Chip("finding", "findings"),
    Chip(Kind.CHANGED_OUTSIDE.value, "changed outside"),
    Chip(Kind.KEPT_CHANGED.value, "kept, changed outside"),
    Chip(Kind.NOT_APPLIED.value, "not applied"),
    Chip(Kind.UNMANAGED_ZONE.value, "unmanaged zones"),
    Chip("kept", "kept as is"),
)
"""What a reader may ask to see alone: the causes, and what is none."""
_TITLES = {
    Kind.CHANGED_OUTSIDE: "changed outside",
    Kind.KEPT_CHANGED: "changed outside",
    Kind.NOT_APPLIED: "not applied",
    Kind.UNMANAGED_ZONE: "unmanaged",
}
_SIGNS = {Event.ADDED: "+", Event.DELETED: "-", Event.EDITED: "~"}


def html(
    items: Sequence[DriftItem],
    plan: Plan,
    *,
    title: str = "",
    unlisted: Mapping[str, str] = NOTHING,
    is_whole: bool = True,
    findings: Sequence[Finding] = (),
) -> str:
    """Render each difference with its cause, what is kept as it is, and what was found, as one page.

    *plan* is what would end the drift. Without *is_whole* something was not looked at, so that silence proves
    nothing; *unlisted* are providers that did not say which zones they host, and why; *findings* are shown beside
    those of *plan*.
    """
    found = finding_rows.of(plan, [*_unlisted(unlisted), *findings])
    is_known = is_whole and not plan.unread and not unlisted
    return page_html(
        Page(
            title=title or "Drift",
            summary=drift_summary.line(items, plan, unlisted=unlisted, is_whole=is_whole),
            status=_status(items, plan, is_known=is_known),
            facts=(("shown", "from live to file: what an apply would do"), ("looked at", plan.created)),
            chips=CHIPS,
            rows=finding_rows.around(found, _rows(items, plan)),
        )
    )


def _status(items: Sequence[DriftItem], plan: Plan, *, is_known: bool) -> Status:
    if items or not plan.is_empty:
        return Status("bad", "Differs" if is_known else "Differs, and not everything was read")
    return Status("good", "In step") if is_known else Status("bad", "Not everything was read")


def _unlisted(unlisted: Mapping[str, str]) -> Iterator[Finding]:
    for provider, words in unlisted.items():
        said = f"its zones could not be listed, so unmanaged ones are not known: {words}"
        yield Finding("unlisted", Severity.ERROR, said, provider=provider)


def _rows(items: Sequence[DriftItem], plan: Plan) -> Iterator[Row]:
    unread = {(one.zone, one.provider) for one in plan.unread}
    kept = kept_by_zone(plan)
    by_zone: dict[ZoneId, list[DriftItem]] = {zone: [] for zone in kept}
    for item in items:
        if item.kind is not Kind.READ_FAILED or (item.zone, item.provider) not in unread:
            by_zone.setdefault(item.zone, []).append(item)
    for zone, mine in sorted(by_zone.items()):
        yield row("h", "", m=zone.display)
        yield from _together(mine)
        yield from kept_rows(zone, kept.get(zone, {}))


def _together(items: Sequence[DriftItem]) -> Iterator[Row]:
    """Yield a row for each item, and one alone for what is alike at several providers."""
    alike: dict[str, tuple[Row, list[str]]] = {}
    for item in items:
        made = _row(item)
        alike.setdefault(repr(made), (made, []))[1].append(item.provider)
    for made, providers in alike.values():
        yield {**made, **row("", "", p=providers), "k": made["k"], "g": made["g"]}


def _row(item: DriftItem) -> Row:
    """Return the row of *item*, its provider left out."""
    chip = "finding" if item.kind is Kind.READ_FAILED else item.kind.value
    is_unknown = item.kind is Kind.NOT_APPLIED and not item.is_known
    badge = "differs" if is_unknown else _TITLES.get(item.kind, "not read")
    tone = "warning" if item.kind in {Kind.NOT_APPLIED, Kind.UNMANAGED_ZONE} else "error"
    words = drift_words.of(item)
    if item.change:
        return change_row(item.zone, item.change, (), chip, b=badge, o=tone, v=[words])
    zone = item.zone.display
    if item.subject is Subject.KEPT and item.key:
        name = display(relative(item.key.name, item.zone.name))
        named = f'set "{item.set_identifier}"' if item.set_identifier and item.set_identifier not in item.words else ""
        said = f"{', '.join(filter(None, (item.words, named, words)))}; {drift_words.NEXT_APPLY}"
        sign = _SIGNS[item.event or Event.EDITED]
        return row("k", chip, a=sign, z=zone, n=name, q=item.key.name, t=item.key.type, m=said, b=badge, o=tone)
    lines = field_diff.of_setting(item.setting) if item.setting else []
    said = item.setting.name if item.setting else item.words if item.subject is Subject.STEP else ""
    first, *rest = [part for part in (said, words) if part] or ["the zone is hosted here, and no file puts it there"]
    return row("s", chip, z=zone, m=first, v=rest, d=lines, b=badge, o=tone)
