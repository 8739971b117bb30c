"""Findings as SARIF 2.1.0, which GitHub's code scanning and editors read.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
"""

from collections.abc import Iterable
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import quote

from zonesync import __version__
from zonesync.findings import Finding, Place, Severity
from zonesync.lint import RULES, Rule
from zonesync.views.fingerprints import fingerprinted
from zonesync.views.plain import clean

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
BASE = "%SRCROOT%"
"""What relative paths start from: the top of the repository, as GitHub and the examples of the standard name it."""

_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
_GITHUB = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "recommendation"}


def data(findings: Iterable[Finding], elsewhere: str = "zonesync.yaml") -> dict[str, Any]:
    """Return the log of one run.

    What has no place is shown on the first line of *elsewhere*: GitHub takes no result without a location.
    """
    found = list(fingerprinted(findings))
    severities: dict[str, Severity] = {}
    for finding, _ in found:
        severities.setdefault(finding.rule, finding.severity)
    index = {rule: number for number, rule in enumerate(severities)}
    driver = {
        "name": "zonesync",
        "version": __version__,
        "rules": [_rule(rule, severity) for rule, severity in severities.items()],
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {BASE: {"description": {"text": "The top of the repository."}}},
        "results": [_result(finding, mark, index[finding.rule], elsewhere) for finding, mark in found],
    }
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def _result(finding: Finding, mark: str, index: int, elsewhere: str) -> dict[str, Any]:
    advice = f"\nhelp: {_words(finding.help)}" if finding.help else ""
    about = {"zone": finding.zone, "provider": finding.provider, "name": finding.name, "type": finding.type}
    location: dict[str, Any] = {"physicalLocation": _physical(finding.place or Place(elsewhere, 1, 1))}
    if finding.zone:
        location["logicalLocations"] = [{"fullyQualifiedName": clean(finding.zone), "kind": "module"}]
    return {
        "ruleId": finding.rule,
        "ruleIndex": index,
        "level": _LEVELS[finding.severity],
        "message": {"text": f"{_words(finding.message)}{advice}"},
        "locations": [location],
        "partialFingerprints": {"zonesync/v1": mark},
        "properties": {key: clean(value) for key, value in about.items() if value},
    }


def _physical(place: Place) -> dict[str, Any]:
    # A file name need not be UTF-8, and a URI takes its bytes.
    uri = quote(place.file.encode("utf-8", "surrogateescape"))
    artefact = {"uri": f"file://{uri}"} if PurePosixPath(place.file).is_absolute() else {"uri": uri, "uriBaseId": BASE}
    return {"artifactLocation": artefact, "region": {"startLine": place.line, "startColumn": place.column}}


def _words(text: str) -> str:
    """Return *text* as a message that holds no link: section 3.11.6 makes one of ``[words](destination)``."""
    shown = clean(text)
    if "](" not in shown:
        return shown
    return shown.replace("\\", "\\\\").replace("[", "\\[").replace("]", "\\]")


def _rule(identifier: str, severity: Severity) -> dict[str, Any]:
    known = RULES.get(identifier)
    if known is None:  # from the loader, a provider or a policy: the message says it all
        title = identifier.replace("-", " ").replace(":", ": ")
        return {"id": identifier, "shortDescription": {"text": title}, **_configured(severity)}
    return {
        "id": identifier,
        "shortDescription": {"text": known.title},
        "fullDescription": {"text": known.why},
        "help": {"text": f"{known.fix}\n\nReference: {known.reference}.", "markdown": _help(known)},
        **_configured(known.severity),
    }


def _configured(severity: Severity) -> dict[str, Any]:
    return {
        "defaultConfiguration": {"level": _LEVELS[severity]},
        "properties": {"tags": ["dns"], "problem.severity": _GITHUB[severity]},
    }


def _help(rule: Rule) -> str:
    return (
        f"{rule.why}\n\nBad:\n\n```yaml\n{rule.bad}\n```\n\nGood:\n\n```yaml\n{rule.good}\n```\n\n"
        f"How to fix it: {rule.fix}\n\nReference: {rule.reference}.\n"
    )
