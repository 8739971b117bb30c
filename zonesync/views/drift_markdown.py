"""Drift as Markdown, for an issue: what differs, who set it last, zone by zone."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from zonesync.findings import Finding
from zonesync.model.names import display, relative
from zonesync.model.zone import NOTHING, ZoneId
from zonesync.plan.plan import Plan
from zonesync.run.drift import DriftItem, Kind, Subject
from zonesync.views import change_diff, drift_summary, drift_words, findings_markdown
from zonesync.views.drift_text import HOW_TO_END, SIGNS, title_of
from zonesync.views.folding import Part, Piece, Rank, Section
from zonesync.views.markdown import cell, code, prose, shortened
from zonesync.views.page import LIMIT, Page, Row, Table
from zonesync.views.plain import clean
from zonesync.views.plan_markdown import PLACES, diff_section, diffs, opened

_RANKS = {
    Kind.READ_FAILED: Rank.REFUSAL,
    Kind.CHANGED_OUTSIDE: Rank.DELETE,
    Kind.KEPT_CHANGED: Rank.DELETE,
    Kind.NOT_APPLIED: Rank.UPDATE,
    Kind.UNMANAGED_ZONE: Rank.CREATE,
}
_NOUNS = {
    Kind.READ_FAILED: "unread zone",
    Kind.CHANGED_OUTSIDE: "outside change",
    Kind.KEPT_CHANGED: "kept change",
    Kind.NOT_APPLIED: "unapplied difference",
    Kind.UNMANAGED_ZONE: "unmanaged zone",
}
_TITLES = {
    Kind.CHANGED_OUTSIDE: "changed outside",
    Kind.KEPT_CHANGED: "kept, changed outside",
    Kind.NOT_APPLIED: "not applied",
}


def markdown(
    items: Sequence[DriftItem],
    plan: Plan,
    *,
    unlisted: Mapping[str, str] = NOTHING,
    is_whole: bool = True,
    limit: int = LIMIT,
    marker: str = "",
    title: str = "",
    more: str = "",
    findings: Sequence[Finding] = (),
) -> str:
    """Render what differs in at most *limit* characters; what somebody did outside is folded after what is merely due.

    *plan*, *unlisted* and *is_whole* are as for :func:`zonesync.views.drift_text.text`; *marker*, *title*, *more* and
    *findings* as for :func:`zonesync.views.plan_markdown.markdown`. Raises ValueError where *limit* is too small.
    """
    said = drift_summary.line(items, plan, unlisted=unlisted, is_whole=is_whole)
    page = Page(marker, title or "DNS drift", [f"**{prose(said)}**"], _table(items), more=more)
    return page.within(limit, _versions(items, plan, unlisted, findings))


def _versions(
    items: Sequence[DriftItem], plan: Plan, unlisted: Mapping[str, str], findings: Sequence[Finding]
) -> Iterator[tuple[str, Sequence[Section]]]:
    listed = list(findings_markdown.sections(plan, findings))
    unmanaged = list(_unmanaged(items))
    for lost in ("", PLACES):
        changed = [
            _diff(zone, list(mine), has_places=not lost)
            for zone, mine in groupby((item for item in items if item.kind in _TITLES), lambda item: item.zone)
        ]
        kept = diffs(plan, has_places=not lost, is_kept_only=True)
        yield lost, [*listed[:2], *opened(changed), *unmanaged, *_unlisted(unlisted), *listed[2:], *kept]


def _table(items: Sequence[DriftItem]) -> Table:
    counts: dict[tuple[ZoneId, str], Counter[Kind]] = {}
    for item in items:
        if item.kind in _TITLES:
            counts.setdefault((item.zone, item.provider), Counter())[item.kind] += 1
    rows = tuple(
        Row(
            (cell(zone.display), cell(provider)),
            tuple(mine[kind] for kind in _TITLES),
            mine[Kind.CHANGED_OUTSIDE] * 1000 + mine.total(),
        )
        for (zone, provider), mine in counts.items()
    )
    return Table(("zone", "provider"), tuple(_TITLES.values()), rows)


def _diff(zone: ZoneId, items: Sequence[DriftItem], *, has_places: bool) -> Section:
    """Return what differs of *zone*: by cause and provider; what is alike at several providers is shown once."""
    parts: list[Part] = []
    for kind, same in groupby(items, lambda item: item.kind):
        alike: dict[tuple[str, tuple[Piece, ...]], list[str]] = {}
        ordered = sorted(same, key=lambda item: (item.provider, title_of(item)))
        for (provider, title), group in groupby(ordered, lambda item: (item.provider, title_of(item))):
            pieces = tuple(_piece(item, has_place=has_places) for item in group)
            alike.setdefault((title, pieces), []).append(provider)
        for (title, pieces), providers in alike.items():
            times = len(providers)
            counted = [Piece(piece.rank, piece.noun, piece.text, times) for piece in pieces]
            if kind is Kind.KEPT_CHANGED:
                counted.insert(0, Piece(Rank.NOTE, "note", f"# {drift_words.NEXT_APPLY}"))
            parts.append(Part(f"@@ {clean(', '.join(providers))}: {title} @@", tuple(counted)))
    names = list(dict.fromkeys(item.provider for item in items if item.provider))
    return diff_section(zone, names, parts)


def _piece(item: DriftItem, *, has_place: bool) -> Piece:
    lines = list(_what(item, has_place=has_place))
    if words := drift_words.of(item):
        lines.append(shortened(f"#     {clean(words)}"))
    return Piece(_RANKS[item.kind], _NOUNS[item.kind], "\n".join(lines))


def _what(item: DriftItem, *, has_place: bool) -> Iterator[str]:
    if item.change:
        yield from change_diff.change_lines(item.change, item.zone.name, has_place=has_place)
    elif item.setting:
        yield from change_diff.setting_lines(item.setting)
    elif item.subject is Subject.KEPT and item.key and item.event:
        sign = SIGNS[item.event].replace("~", "!")
        named = (
            f' "{item.set_identifier}"' if item.set_identifier and f'"{item.set_identifier}"' not in item.words else ""
        )
        name = display(relative(item.key.name, item.zone.name))
        yield shortened(clean(f"{sign} {name} {item.key.type}{named}  {item.words}".rstrip()))
    elif item.subject is Subject.STEP:
        yield shortened(f"# {clean(item.words)}")


def _unmanaged(items: Sequence[DriftItem]) -> Iterator[Section]:
    """Yield a list for each provider of the zones there that no file describes."""
    found = [item for item in items if item.kind is Kind.UNMANAGED_ZONE]
    for provider in dict.fromkeys(item.provider for item in found):
        pieces = []
        for item in found:
            if item.provider == provider:
                words = drift_words.of(item)
                said = f"- {code(item.zone.display)}{f': {prose(words)}' if words else ''}"
                pieces.append(Piece(_RANKS[item.kind], _NOUNS[item.kind], said))
        section = findings_markdown.listed(f"### Unmanaged at {code(provider)}", pieces)
        opening = f"{section.opening}\nNo zone file puts these zones there: {prose(HOW_TO_END)}.\n"
        yield Section(opening, "", section.parts, section.left_out)


def _unlisted(unlisted: Mapping[str, str]) -> Iterator[Section]:
    pieces = [
        Piece(
            Rank.REFUSAL,
            "unlisted provider",
            f"- {code(name)}: its zones could not be listed, so unmanaged ones are not known: {prose(words)}",
        )
        for name, words in unlisted.items()
    ]
    yield findings_markdown.listed("### Not listed", pieces)
