"""Findings as text, in the manner of a compiler, and as JSON."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from zonesync.findings import Finding, Severity
from zonesync.model.names import display
from zonesync.views.plain import Paint, Tone, clean, columns, counted, plain, wrapped

_TONES = {Severity.ERROR: Tone.BAD, Severity.WARNING: Tone.CHANGED, Severity.INFO: Tone.QUIET}
_EXCERPT = 72
ALIKE = 5
"""Notes of one rule that are told each by itself where there are more: a thousand zones would bury what matters."""


def text(findings: Iterable[Finding], paint: Paint = plain, width: int = 80) -> str:
    """Render each finding with its place, the line it is on, and a next step; of many notes alike some, and a count."""
    shown: list[str] = []
    notes: Counter[str] = Counter()
    for finding in findings:
        is_note = finding.severity is Severity.INFO
        notes[finding.rule] += is_note
        if not is_note or notes[finding.rule] <= ALIKE:
            shown.append(_one(finding, paint, width))
    shown += [_more(rule, count - ALIKE, paint, width) for rule, count in notes.items() if count > ALIKE]
    return "\n".join(shown)


def _more(rule: str, count: int, paint: Paint, width: int) -> str:
    head = f"{Severity.INFO}[{rule}]"
    words = f"{counted(count, 'more note')} like these; `zonesync validate --format json` has each of them"
    first, *rest = wrapped(f"{head}: {words}", width, 2)
    return "\n".join([paint(head, _TONES[Severity.INFO]) + first[len(head) :], *rest]) + "\n"


def _one(finding: Finding, paint: Paint, width: int) -> str:
    head = f"{finding.severity}[{finding.rule}]"
    subject = " at ".join(filter(None, (display(finding.zone), finding.provider)))
    message = clean(f"{finding.message}" + (f" ({subject})" if subject and not finding.place else ""))
    first, *rest = wrapped(f"{head}: {message}", width, 2)
    lines = [paint(head, _TONES[finding.severity]) + first[len(head) :], *rest]
    if finding.place:
        lines.append(f"  --> {clean(str(finding.place))}")
        if finding.excerpt:
            lines += _caret(finding, paint)
    if finding.help:
        lines += wrapped(f"  = help: {clean(finding.help)}", width, 10)
    return "\n".join(lines) + "\n"


def _caret(finding: Finding, paint: Paint) -> list[str]:
    assert finding.place is not None
    column = finding.place.column - 1
    line = finding.excerpt.rstrip("\r\n")
    start = 0
    if len(line) > _EXCERPT:
        start = min(max(0, column - _EXCERPT // 2), max(0, len(line) - _EXCERPT))
    before = clean(line[start : max(start, column)].replace("\t", " "))[-_EXCERPT + 1 :]
    shown = (before + clean(line[max(start, column) :].replace("\t", " ")))[:_EXCERPT]
    number = str(finding.place.line)
    gutter = " " * len(number)
    return [f" {number} | {shown}", f" {gutter} | {' ' * columns(before)}{paint('^', _TONES[finding.severity])}"]


def summary(findings: Sequence[Finding]) -> str:
    """Count the findings in a phrase: ``2 errors, 1 warning``; empty for none."""
    parts = []
    for severity in Severity:
        count = sum(finding.severity is severity for finding in findings)
        if count:
            parts.append(counted(count, severity.value if severity is not Severity.INFO else "note"))
    return ", ".join(parts)


def data(finding: Finding) -> dict[str, Any]:
    """Return a finding as JSON data."""
    place = finding.place
    return {
        "rule": finding.rule,
        "severity": finding.severity.value,
        "message": finding.message,
        "file": place.file if place else None,
        "line": place.line if place else None,
        "column": place.column if place else None,
        "help": finding.help or None,
        "zone": finding.zone or None,
        "provider": finding.provider or None,
        "name": finding.name or None,
        "type": finding.type or None,
    }
