"""Findings as GitLab's code quality report, which a merge request shows beside its lines.

https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format
"""

from collections.abc import Iterable
from typing import Any

from zonesync.findings import Finding, Severity
from zonesync.views.fingerprints import fingerprinted
from zonesync.views.plain import clean

_SEVERITIES = {Severity.ERROR: "critical", Severity.WARNING: "minor", Severity.INFO: "info"}


def data(findings: Iterable[Finding], elsewhere: str = "zonesync.yaml") -> list[dict[str, Any]]:
    """Return the report; what has no place is shown on the first line of *elsewhere*, since each entry needs one."""
    return [_entry(finding, mark, elsewhere) for finding, mark in fingerprinted(findings)]


def _entry(finding: Finding, mark: str, elsewhere: str) -> dict[str, Any]:
    place = finding.place
    advice = f"; help: {finding.help}" if finding.help else ""
    return {
        "description": clean(f"{finding.message}{advice}"),
        "check_name": finding.rule,
        "fingerprint": mark,
        "severity": _SEVERITIES[finding.severity],
        "location": {
            "path": clean(place.file if place else elsewhere),
            "lines": {"begin": place.line if place else 1},
        },
    }
