"""What was found, as rows of the page: errors first, each with its place and what to do."""

from collections.abc import Iterable, Iterator, Sequence

from zonesync.findings import Finding, Severity
from zonesync.model.names import display
from zonesync.plan.plan import Plan, Unread
from zonesync.views.plan_html.page import Row, row

_ORDER = list(Severity)
_EXCERPT = 400
"""Characters of a line of the user's file that are shown."""


def of(plan: Plan, more: Iterable[Finding] = ()) -> tuple[Row, ...]:
    """Return a row for each thing that was not read and each finding: those of *plan*, and *more* beside it."""
    waived = [finding for finding in plan.findings if finding.is_error and not plan.is_refused(finding)]
    rows = [*map(_unread, plan.unread), *of_findings([*more, *plan.findings], waived)]
    return tuple({**one, "i": number} for number, one in enumerate(rows))


def of_findings(findings: Iterable[Finding], waived: Sequence[Finding] = ()) -> Iterator[Row]:
    """Yield a row for each of *findings*, the worst first; *waived* are errors that refuse nothing any more."""
    allowed = {id(finding) for finding in waived}
    for finding in sorted(findings, key=lambda finding: (id(finding) in allowed, _ORDER.index(finding.severity))):
        yield _row(finding, is_waived=id(finding) in allowed)


def around(findings: Sequence[Row], rows: Iterable[Row]) -> tuple[Row, ...]:
    """Put the errors before *rows*, where nobody misses them, and the rest after: it may be long."""
    errors = [one for one in findings if one["s"] == "error"]
    rest = [one for one in findings if one["s"] != "error"]
    before = [row("h", "", m="Errors"), *errors] if errors else []
    return (*before, *rows, *([row("h", "", m="Warnings and notes"), *rest] if rest else []))


def _unread(one: Unread) -> Row:
    return row(
        "f",
        "finding",
        s="error",
        r="unread",
        m=one.words,
        h="nothing is planned for the zone there",
        z=one.zone.display,
        p=[one.provider],
    )


def _row(finding: Finding, *, is_waived: bool) -> Row:
    place = finding.place
    excerpt = finding.excerpt.rstrip("\r\n")[:_EXCERPT]
    return row(
        "f",
        "finding",
        s="allowed" if is_waived else finding.severity.value,
        r=finding.rule,
        m=finding.message,
        h=finding.help,
        w=str(place) if place else "",
        x=excerpt if place else "",
        c=place.column if place and excerpt else None,
        z=display(finding.zone),
        p=[finding.provider] if finding.provider else [],
        n=display(finding.name),
        t=finding.type,
    )
