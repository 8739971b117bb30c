"""A plan as one HTML page that needs nothing else: search, filters, every change field by field, and what was found."""

from collections.abc import Sequence

from zonesync.findings import Finding
from zonesync.plan.plan import Plan
from zonesync.views.plain import clean, counted
from zonesync.views.plan_html import finding_rows, step_rows
from zonesync.views.plan_html.page import Chip, Page, Status
from zonesync.views.plan_html.page import html as page_html
from zonesync.views.plan_text import summary

CHIPS = (
    Chip("finding", "findings"),
    Chip("create", "create", "+"),
    Chip("update", "update", "~"),
    Chip("delete", "delete", "-"),
    Chip("step", "other steps"),
    Chip("kept", "kept as is"),
)
"""What a reader may ask to see alone: the actions, and what is no action."""

_COMMIT = 12


def html(plan: Plan, *, title: str = "", findings: Sequence[Finding] = ()) -> str:
    """Render *plan* as one page; *title* stands above it, ``example.com at pull request 12`` say.

    *findings* are shown beside those of the plan: what the configuration, or the providers' lists of zones, gave.

    The page asks nothing of the network and runs only the script it came with (Content Security Policy Level 3), and
    its bytes depend on what it is given alone.
    """
    found = finding_rows.of(plan, findings)
    return page_html(
        Page(
            title=title or "Plan",
            summary=summary(plan),
            status=_status(plan),
            facts=tuple(facts(plan)),
            chips=CHIPS,
            rows=finding_rows.around(found, step_rows.of(plan, found)),
        )
    )


def facts(plan: Plan) -> list[tuple[str, str]]:
    """Return what *plan* says of itself, by name."""
    found = [
        ("made", plan.created),
        ("commit", plan.commit[:_COMMIT]),
        ("zonesync", plan.version),
        ("takes back", plan.rollback and f"run {plan.rollback}"),
        ("move", str(plan.move) if plan.move else ""),
        ("allowed", ", ".join(map(str, plan.allowances))),
        ("digest", plan.digest),
    ]
    return [(name, clean(value)) for name, value in found if value]


def _status(plan: Plan) -> Status:
    refusals = len(plan.refusals)
    if refusals:
        return Status("bad", f"Refused: {counted(refusals, 'error')}")
    if plan.unread:
        return Status("bad", f"Incomplete: {len(plan.unread)} not read")
    if plan.is_empty:
        return Status("quiet", "Nothing to do")
    return Status("good", "Can be applied")
