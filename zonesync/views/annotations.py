"""Findings as commands to GitHub's runner, which shows them beside the lines of a pull request.

https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands#setting-an-error-message
"""

from collections.abc import Iterable

from zonesync.findings import Finding, Severity
from zonesync.views.plain import clean, counted

LIMIT = 10
"""How many of one level GitHub shows for a step; it leaves out the others without a word."""

_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}


def text(findings: Iterable[Finding]) -> str:
    """Return one command a line, what is most severe first; the last of a level counts those that GitHub leaves out."""
    found = list(dict.fromkeys(findings))
    lines: list[str] = []
    for severity, level in _LEVELS.items():
        those = [finding for finding in found if finding.severity is severity]
        shown = those if len(those) <= LIMIT else those[: LIMIT - 1]
        lines += [_command(finding) for finding in shown]
        if rest := len(those) - len(shown):
            more = "is 1 more" if rest == 1 else f"are {rest} more"
            lines.append(f"::{level} title=zonesync::of {counted(len(those), level)}, there {more} in the log")
    return "\n".join(lines)


def _command(finding: Finding) -> str:
    properties = {"title": f"{finding.rule}{f' ({finding.zone})' if finding.zone else ''}"}
    if finding.place:
        place = finding.place
        properties = {"file": place.file, "line": str(place.line), "col": str(place.column), **properties}
    listed = ",".join(f"{key}={_property(value)}" for key, value in properties.items())
    # A line break of ours is written after the cleaning, which spells out all others.
    advice = f"%0Ahelp: {_escaped(clean(finding.help))}" if finding.help else ""
    return f"::{_LEVELS[finding.severity]} {listed}::{_escaped(clean(finding.message))}{advice}"


def _property(value: str) -> str:
    return _escaped(clean(value)).replace(":", "%3A").replace(",", "%2C")


def _escaped(value: str) -> str:
    return value.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
