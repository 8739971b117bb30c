"""What checking the files has found, as Markdown, for a change that nobody may plan yet."""

from collections.abc import Sequence

from zonesync.findings import Finding
from zonesync.plan.plan import Plan
from zonesync.views import findings as findings_view
from zonesync.views import findings_markdown
from zonesync.views.markdown import prose
from zonesync.views.page import LIMIT, Page
from zonesync.views.plain import counted


def markdown(
    zones: int,
    findings: Sequence[Finding],
    why: str,
    *,
    what: str = "Not planned",
    limit: int = LIMIT,
    marker: str = "",
    title: str = "",
    more: str = "",
) -> str:
    """Render *findings* in *zones* zones, and *why* nothing is planned, in at most *limit* characters.

    *what* says it in two or three words; the rest is as for :func:`zonesync.views.plan_markdown.markdown`.
    """
    found = findings_view.summary(findings) or "nothing to find fault with"
    said = f"Checked {counted(zones, 'zone')}: {found}." if zones else f"Found: {found}."
    page = Page(marker, title or "DNS check", (f"**{what}:** {prose(why)}.", said), more=more)
    return page.within(limit, [("", list(findings_markdown.sections(Plan(), findings)))])
