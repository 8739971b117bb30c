"""A page of Markdown that fits where it is posted: a title, a few sentences, a table, sections, and what is folded.

GitHub takes 65,536 characters, counted as Unicode code points.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from zonesync.views.folding import Folded, Section, fit
from zonesync.views.markdown import prose
from zonesync.views.plain import counted

LIMIT = 65_000
"""Characters of a comment, a little below what GitHub takes."""
_WHOLE = "The JSON of this holds all."


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the table."""

    cells: tuple[str, ...]
    """The leading ones are Markdown already."""
    numbers: tuple[int, ...]
    weight: int = 0
    """The rows that weigh most are shown where not all fit."""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under their titles; numbers stand on the right."""

    titles: tuple[str, ...]
    number_titles: tuple[str, ...]
    rows: tuple[Row, ...]

    def within(self, room: int) -> str:
        """Return the table in *room* characters; what does not fit is added up in a last row."""
        if not self.rows:
            return ""
        lines = [self._line(row) for row in self.rows]
        room -= sum(map(len, self._head())) + 200
        shown: set[int] = set()
        for number in sorted(range(len(lines)), key=lambda at: -self.rows[at].weight):
            room -= len(lines[number]) + 1
            if room < 0:
                break
            shown.add(number)
        kept = [line for number, line in enumerate(lines) if number in shown]
        rest = [row for number, row in enumerate(self.rows) if number not in shown]
        if rest:
            sums = tuple(sum(column) for column in zip(*(row.numbers for row in rest), strict=True))
            name = f"{len(rest):,} more rows" if shown else f"{len(rest):,} rows"
            kept.append(self._line(Row((name, *[""] * (len(self.titles) - 1)), sums)))
        return "\n".join([*self._head(), *kept])

    def _head(self) -> list[str]:
        titles = " | ".join([*self.titles, *self.number_titles])
        rules = "|".join(["---"] * len(self.titles) + ["--:"] * len(self.number_titles))
        return [f"| {titles} |", f"|{rules}|"]

    def _line(self, row: Row) -> str:
        return f"| {' | '.join([*row.cells, *(f'{number:,}' if number else '' for number in row.numbers)])} |"


@dataclass(frozen=True, slots=True)
class Page:
    """What is to be posted."""

    marker: str
    """An HTML comment of the caller's that finds the page again."""
    title: str
    lead: Sequence[str]
    """Paragraphs that are never folded: short, and Markdown already."""
    table: Table | None = None
    footer: Sequence[str] = ()
    more: str = ""
    """Where the whole is: the caller's own Markdown."""

    def within(self, limit: int, versions: Iterable[tuple[str, Sequence[Section]]]) -> str:
        """Return the page in at most *limit* characters.

        *versions* are the sections in ever fewer words, each with what it has lost; the first that fits is taken, and
        the last is folded where none does. Raises ValueError where *limit* does not even hold what is never folded.
        """
        lost: str = ""
        sections: Sequence[Section] = ()
        head = "\n".join(filter(None, (self.marker, f"## {prose(self.title)}")))
        table = self.table.within(max(0, limit // 4)) if self.table else ""
        for lost, sections in versions:
            body = "\n\n".join(section.whole() for section in sections if section.size)
            whole = self._text(head, self._statement(lost, Folded("", Counter(), 0), Counter(), 0), table, body)
            if len(whole) <= limit:
                return whole
        totals: Counter[str] = Counter()
        for section in sections:
            for piece in section.pieces():
                totals[piece.noun] += piece.count
        diffs = sum(section.is_diff and section.size > 0 for section in sections)
        worst = self._statement(lost, Folded("", totals, diffs), totals, diffs)
        room = limit - len(self._text(head, worst, table, "")) - 2
        if room < 0:
            raise ValueError(f"{limit:,} characters do not hold even the summary: at least {limit - room:,} are needed")
        folded = fit(sections, room)
        return self._text(head, self._statement(lost, folded, totals, diffs), table, folded.text)

    def _text(self, head: str, statement: str, table: str, body: str) -> str:
        more = "" if statement else self.more
        return "\n\n".join(filter(None, (head, *self.lead, statement, table, body, *self.footer, more))) + "\n"

    def _statement(self, lost: str, folded: Folded, totals: Counter[str], diffs: int) -> str:
        """Say exactly what is not shown, and where it is; nothing where all is shown."""
        gone = [f"{count:,} of {totals[noun]:,} {noun}s" for noun, count in sorted(folded.left.items())]
        gone += [lost] if lost else []
        if not gone:
            return ""
        hidden = f" No diff at all is shown of {folded.diffs:,} of {counted(diffs, 'zone')}." if folded.diffs else ""
        return f"**Shortened to fit.** Not shown here: {'; '.join(gone)}.{hidden} {self.more or _WHOLE}"
