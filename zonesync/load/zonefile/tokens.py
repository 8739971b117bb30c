r"""Cut zone-file text into tokens (RFC 1035 section 5.1): quotes, escapes, comments, parentheses over several lines.

Text is latin-1 decoded, one character an octet. What leaves here is printable ASCII: every other octet is
spelled ``\DDD``, so that no name is taken for IDNA and no octet of a TXT string is lost.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from zonesync.load.zonefile.limits import MAX_RECORD

_pieces = re.compile(
    r"""[ \t]+ | (;.*) | ([()]) | "([^"\\\0]*(?:\\[^\0][^"\\\0]*)*)" | ((?:[^ \t"();\\\r\0]|\\[^\0\r])+)""",
    re.VERBOSE,
).match
_foreign = re.compile(r"(\\[0-9]{3}|\\[\x21-\x7e])|\\?([^\x21-\x7e])").sub
_foreign_quoted = re.compile(r"(\\[0-9]{3}|\\[\x20-\x7e])|\\?([^\x20-\x7e])").sub


class ProblemError(ValueError):
    """A record cannot be read; says where, and which rule it breaks."""

    def __init__(self, rule: str, message: str, line: int, column: int, hint: str = "") -> None:
        super().__init__(message)
        self.rule = rule
        self.message = message
        self.line = line
        self.column = column
        self.hint = hint


class Token(NamedTuple):
    """One word of a record, printable ASCII with RFC 1035 escapes."""

    text: str
    quoted: bool
    glued: bool
    """No white space before it, as the value in ``alpn="h2"``."""
    line: int
    column: int

    @property
    def shown(self) -> str:
        """The token as it stands in a message."""
        return self.text if len(self.text) <= 40 else f"{self.text[:39]}…"


@dataclass(slots=True)
class Record:
    """The tokens of one logical record."""

    line: int
    blank_owner: bool = False
    """It starts with white space: the owner is the record's before it."""
    tokens: list[Token] = field(default_factory=list)
    comments: int = 0
    problem: ProblemError | None = None
    """Why the tokens are not to be trusted; the record was read to its end nevertheless."""


def _spell(found: re.Match[str]) -> str:
    return found[1] or f"\\{ord(found[2]):03d}"


def read_record(line: str, number: int, following: Iterator[tuple[int, str]]) -> Record:
    """Read the record that starts at *line*, and as many of the *following* lines as its parentheses span."""
    record = Record(number, line[:1] in (" ", "\t"))
    opened: list[tuple[int, int]] = []
    size = 0
    while True:
        size += len(line) + 1
        if size > MAX_RECORD:
            record.tokens.clear()
            message = f"a record of more than {MAX_RECORD} octets" + ("; reading stopped here" if opened else "")
            record.problem = ProblemError(
                "too-large", message, record.line, 1, "close the parenthesis, or split the RRset"
            )
            if opened:
                # Where it ends cannot be told without reading on, and there is no telling how far.
                for _ in following:
                    pass
            return record
        try:
            _scan(line, number, record, opened)
        except ProblemError as problem:
            record.problem = record.problem or problem
        if not opened:
            return record
        try:
            number, line = next(following)
        except StopIteration:
            unclosed = ProblemError(
                "zonefile-syntax", "a parenthesis is never closed", *opened[0], "add the missing `)`"
            )
            record.problem = record.problem or unclosed
            return record


def _scan(line: str, number: int, record: Record, opened: list[tuple[int, int]]) -> None:
    position, end, glued = 0, len(line), False
    while position < end:
        found = _pieces(line, position)
        if not found:
            raise _unreadable(line, position, number)
        match found.lastindex:
            case None:
                glued = False
            case 1:
                record.comments += 1
            case 2:
                glued = False
                if found[2] == "(":
                    opened.append((number, position + 1))
                elif opened:
                    opened.pop()
                else:
                    raise ProblemError("zonefile-syntax", "a `)` closes nothing", number, position + 1)
            case quoted:
                text = found[quoted]
                if not (text.isascii() and text.isprintable()) or (quoted == 4 and " " in text):
                    text = (_foreign_quoted if quoted == 3 else _foreign)(_spell, text)
                record.tokens.append(Token(text, quoted == 3, glued, number, position + 1))
                glued = True
        position = found.end()


def _unreadable(line: str, position: int, number: int) -> ProblemError:
    rule, column = "zonefile-syntax", position + 1
    match line[position]:
        case '"' if "\0" not in line[position:]:
            return ProblemError(
                rule, "a quoted string is not closed on its line", number, column, 'add the missing `"`'
            )
        case "\\" if position + 1 == len(line):
            return ProblemError(rule, "the line ends in a lone backslash", number, column)
        case "\r":
            return ProblemError(
                rule, "a carriage return inside the line", number, column, "end lines with LF or CR LF, not with CR"
            )
        case _:
            return ProblemError(rule, "a NUL octet in the text", number, column, "write it as `\\000`")
