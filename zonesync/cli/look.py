"""Commands that only look: validate, providers, schema."""

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from zonesync import workflow
from zonesync.cli.exits import Exit
from zonesync.cli.output import put, put_json
from zonesync.views import findings as findings_view
from zonesync.views.plain import counted

if TYPE_CHECKING:
    from zonesync.cli.options import Format, SchemaKind
    from zonesync.cli.session import Session


def validate(session: "Session", zones: Sequence[str], form: "Format") -> int:
    """Check the zone files and say everything that is found."""
    project = session.open()
    loaded = workflow.check(project, zones, session.context)
    found = [*project.findings, *loaded.findings]
    if form == "json":
        put_json({"zones": len(loaded.zones), "findings": [findings_view.data(finding) for finding in found]})
    else:
        if found:
            put(findings_view.text(found, session.paint(sys.stdout), session.width(sys.stdout)))
        files = counted(loaded.asked, "zone")
        put(f"{files}: {findings_view.summary(found) or 'nothing to find fault with'}")
    return Exit.REFUSED if session.refuses(found) else Exit.OK


def providers(session: "Session", form: "Format") -> int:
    """List the configured providers."""
    from zonesync.views import providers as view

    reports = workflow.report_providers(session.open())
    if form == "json":
        put_json({"providers": [view.data(report) for report in reports]})
    else:
        put("\n".join(view.table(reports, session.width(sys.stdout))))
    for report in reports:
        if report.problem:
            session.complain("provider-failed", f"`{report.name}`: {report.problem}", report.hint)
    return Exit.REFUSED if any(report.problem for report in reports) else Exit.OK


def check_providers(session: "Session", names: Sequence[str], form: "Format") -> int:
    """Prove that the credentials can read, and say which permissions they need."""
    from zonesync.views import providers as view

    reports = workflow.report_providers(session.open(), names, with_quotas=False)
    if not reports:
        session.complain("no-providers", "the configuration has no provider to check", "define one under `providers:`")
        return Exit.REFUSED
    if form == "json":
        put_json({"providers": [view.check_data(report) for report in reports]})
    else:
        put("\n".join(view.check_lines(reports, session.paint(sys.stdout), session.width(sys.stdout))))
    return Exit.REFUSED if any(report.problem for report in reports) else Exit.OK


def schema(kind: "SchemaKind") -> int:
    """Print a JSON Schema."""
    import json

    put(json.dumps(workflow.schema(kind.value), indent=2))
    return Exit.OK
