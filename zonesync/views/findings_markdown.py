"""Findings as a list in Markdown: what stands in the way first, each with its place and a next step."""

from collections.abc import Iterable, Iterator

from zonesync.findings import Finding, Severity
from zonesync.model.names import display
from zonesync.plan.plan import Plan, Unread
from zonesync.views.folding import Part, Piece, Rank, Section
from zonesync.views.markdown import code, prose

_RANKS = {Severity.ERROR: Rank.REFUSAL, Severity.WARNING: Rank.WARNING, Severity.INFO: Rank.NOTE}
_NOUNS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
_LEFT_OUT = "- not shown here: {}"
_FIRST = 10_000
"""Characters of findings of one kind that are not folded before a change is."""


def sections(plan: Plan, others: Iterable[Finding]) -> Iterator[Section]:
    """Yield what refuses *plan*, what was waived, and what else was found, *others* among it."""
    found = list(dict.fromkeys([*others, *plan.findings]))
    waived = [finding for finding in plan.findings if finding.is_error and not plan.is_refused(finding)]
    refusing = [finding for finding in found if finding.is_error and finding not in waived]
    unread = [_unread(one) for one in plan.unread]
    rest = [finding for finding in found if not finding.is_error]
    yield listed("### Errors", _first([*(_piece(finding) for finding in refusing), *unread]))
    yield listed("### Allowed by name", _first([_piece(finding, is_waived=True) for finding in waived]))
    yield listed("### Warnings", _first([_piece(finding) for finding in sorted(rest, key=_severity)]))


def _first(pieces: Iterable[Piece]) -> Iterator[Piece]:
    """Yield *pieces*, those after the first few thousand characters as ones that matter less than any change."""
    length = 0
    for piece in pieces:
        is_more = length > 0 and length + len(piece.text) > _FIRST
        length += len(piece.text)
        yield Piece(max(piece.rank, Rank.MORE), piece.noun, piece.text, piece.count) if is_more else piece


def listed(title: str, pieces: Iterable[Piece]) -> Section:
    """Return a section with a title and a list."""
    return Section(f"{title}\n", "", (Part("", tuple(pieces)),), _LEFT_OUT)


def _severity(finding: Finding) -> int:
    return list(Severity).index(finding.severity)


def _piece(finding: Finding, *, is_waived: bool = False) -> Piece:
    noun = "allowance" if is_waived else _NOUNS[finding.severity]
    subject = " at ".join(code(part) for part in (display(finding.zone), finding.provider) if part)
    head = f"- **{'allowed' if is_waived else noun}** {code(finding.rule)}{f' {subject}' if subject else ''}"
    place = f"\n  {code(str(finding.place))}" if finding.place else ""
    help_ = f"\n  help: {prose(finding.help)}" if finding.help else ""
    return Piece(_RANKS[finding.severity], noun, f"{head}: {prose(finding.message)}{place}{help_}")


def _unread(one: Unread) -> Piece:
    where = f"{code(one.zone.display)} at {code(one.provider)}"
    return Piece(Rank.REFUSAL, "error", f"- **error** `unread` {where}: {prose(one.words)}")
