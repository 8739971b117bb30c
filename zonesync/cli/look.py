"""Commands that only look: validate, providers, schema."""

import os
import sys
from collections.abc import Sequence
from pathlib import PurePath
from typing import TYPE_CHECKING

from zonesync import workflow
from zonesync.cli.exits import Exit
from zonesync.cli.output import put, put_bare_json, put_json
from zonesync.findings import Finding
from zonesync.views import findings as findings_view
from zonesync.views.plain import counted

if TYPE_CHECKING:
    from zonesync.cli.options import FindingsFormat, Format, SchemaKind
    from zonesync.cli.session import Session


def validate(session: "Session", zones: Sequence[str], form: "FindingsFormat") -> int:
    """Check the zone files and say everything that is found."""
    try:
        shard = session.dealt()
        project = session.open()
        touched = session.touched(project)
        keep = touched.has if touched else None
        with session.remembering(project, offline=True) as memory:
            loaded = workflow.check(project, zones, session.context, keep=keep, shard=shard, memory=memory)
    except workflow.RefusedError as problem:
        _report(session, form, problem.findings)
        raise
    session.say_shard(loaded.asked, len(loaded.elsewhere))
    found = [*project.findings, *loaded.findings, *(touched.orphans(project, loaded) if touched and not zones else ())]
    _report(session, form, found)
    if form == "json":
        put_json({"zones": len(loaded.zones), "findings": [findings_view.data(finding) for finding in found]})
    elif form in {"text", "github"}:
        if found:
            put(findings_view.text(found, session.paint(sys.stdout), session.width(sys.stdout)))
        files = counted(loaded.asked, "zone")
        put(f"{files}: {findings_view.summary(found) or 'nothing to find fault with'}")
    return Exit.REFUSED if session.refuses(found) else Exit.OK


def _report(session: "Session", form: "FindingsFormat", found: Sequence[Finding]) -> None:
    """Write *found* as a forge takes it, also where it is the configuration that is at fault."""
    if form in {"text", "json"}:
        return
    from zonesync.cli.places import base_of, from_top

    file = session.config_file
    seen = from_top(found, file.parent, os.environ)
    elsewhere = (PurePath(base_of(file.parent, os.environ)) / file.name).as_posix()
    if form == "sarif":
        from zonesync.views import sarif

        put_bare_json(sarif.data(seen, elsewhere))
    elif form == "gitlab":
        from zonesync.views import code_quality

        put_bare_json(code_quality.data(seen, elsewhere))
    elif seen:
        from zonesync.views import annotations

        put(annotations.text(seen))


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
