"""audit: what the record of every apply tells, and whether it is whole."""

import sys
from typing import TYPE_CHECKING

from zonesync import workflow
from zonesync.cli.arguments import require_zone
from zonesync.cli.exits import Exit
from zonesync.cli.output import put, put_json
from zonesync.findings import Finding, Severity
from zonesync.views import audit_json, audit_text

if TYPE_CHECKING:
    from zonesync.cli.options import Format
    from zonesync.cli.session import Session


def log(session: "Session", wanted: workflow.Filter, form: "Format") -> int:
    """List the entries that are asked for."""
    if wanted.zone:
        require_zone(wanted.zone)
    since = workflow.parse_since(wanted.since, session.context.now()) if wanted.since else ""
    project = session.open()
    zone = str(require_zone(wanted.zone)) if wanted.zone else ""
    wanted = workflow.Filter(zone, wanted.name, wanted.type.upper(), wanted.provider, since, wanted.actor)
    entries = list(workflow.audit_entries(project, wanted=wanted))
    if form == "json":
        put_json({"entries": entries})
    elif entries:
        put("\n".join(audit_text.audit_lines(entries, session.width(sys.stdout))))
    elif wanted == workflow.Filter():
        session.say("The audit log is empty: nothing was applied from here yet.")
    else:
        session.say("The audit log has no such entry.")
    return Exit.OK


def show(session: "Session", run: str, form: "Format") -> int:
    """Show one run whole."""
    report = workflow.show_run(session.open(), run)
    if form == "json":
        put_json(audit_json.run(report.summary, report.entries))
    else:
        lines = audit_text.run_lines(
            report.summary, report.entries, session.paint(sys.stdout), session.width(sys.stdout)
        )
        put("\n".join(lines))
    return Exit.OK


def blame(session: "Session", zone: str, name: str, rtype: str, form: "Format") -> int:
    """Say who last set what."""
    identity = require_zone(zone)
    found = workflow.blame(session.open(), identity, name, rtype)
    if form == "json":
        put_json(audit_json.blame(str(identity), found.changes, found.unreadable))
    elif found.changes:
        put("\n".join(audit_text.blame_lines(found.changes, session.paint(sys.stdout), session.width(sys.stdout))))
    else:
        lines = audit_text.unchanged_lines(
            str(identity), found.name, found.type, found.attempts, session.width(sys.stdout)
        )
        put("\n".join(lines))
    if found.unreadable:
        entries = "1 entry" if found.unreadable == 1 else f"{found.unreadable} entries"
        message = f"{entries} of the audit log cannot be read by this version, and left out"
        session.report([Finding("audit-unreadable", Severity.WARNING, message, zone=str(identity))])
    return Exit.REFUSED if found.unreadable and session.strict else Exit.OK


def verify(session: "Session", head: str | None, form: "Format") -> int:
    """Tell whether the log is whole."""
    project = session.open()
    found = workflow.verify_log(project, head)
    if form == "json":
        put_json(audit_json.verdict(found))
    else:
        put("\n".join(audit_text.verdict_lines(found, session.paint(sys.stdout), session.width(sys.stdout))))
    if found.objects or not found.is_whole or head is not None:
        return Exit.OK if found.is_whole else Exit.REFUSED
    message = (
        f"the state `{project.config.state.url}` has no audit log: nothing was applied with it yet, "
        "it is another state than the one applied with, or the log was removed whole"
    )
    hint = "look at `state:` in the configuration; `--head`, with a head that an apply has printed, tells these apart"
    session.report([Finding("audit-missing", Severity.WARNING, message, help=hint)])
    return Exit.REFUSED if session.strict else Exit.OK
