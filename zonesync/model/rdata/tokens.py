r"""Presentation text cut into words and quoted strings (RFC 1035 section 5.1), and character-strings spelled.

Comments, and line breaks within parentheses, are blanks. Every escape is checked here once: ``\DDD`` up to 255, or a
backslash and one character that is no digit.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

from zonesync.model.names import shorten

MAX_STRING = 255
"""Octets of one character-string (RFC 1035 section 3.3)."""
MAX_RDATA = 65535
"""Octets of rdata, whose length has 16 bits (RFC 1035 section 3.2.1)."""
MAX_TEXT = 5 * MAX_RDATA
"""Characters of text worth reading: more cannot be a record, even with every octet escaped."""

_ESCAPE = r"\\(?:[01][0-9]{2}|2[0-4][0-9]|25[0-5]|[^0-9\r\n])"
_token = re.compile(
    rf"""
      (?P<blank>[ \t]+)
    | (?P<line>[\r\n]+)
    | (?P<comment>;[^\r\n]*)
    | (?P<open>\()
    | (?P<close>\))
    | "(?P<quoted>(?:[^"\\\n]|{_ESCAPE})*+)"
    | (?P<word>(?:[^\ \t\r\n;()"\\]|{_ESCAPE})++)
    """,
    re.VERBOSE,
)
_escape = re.compile(rb"\\([0-9]{3}|[^0-9])", re.DOTALL)
_SPELLED = {
    octet: f"\\{octet:c}" if octet in b'"\\' else chr(octet) if 0x20 <= octet < 0x7F else f"\\{octet:03d}"
    for octet in range(256)
}


class RdataError(ValueError):
    """The text is not rdata of the type."""


class Token(NamedTuple):
    """One word or quoted string, its escapes still in place."""

    text: str
    quoted: bool = False

    @property
    def raw(self) -> str:
        """The token as it stands in presentation text."""
        return f'"{self.text}"' if self.quoted else self.text

    @property
    def brief(self) -> str:
        """The token for a message."""
        return shorten(self.raw)


def tokenise(text: str, *, attributes: bool = False) -> list[Token]:
    """Cut *text* into tokens. With *attributes*, ``key="value"`` without a blank between stays one word.

    Raises :class:`RdataError`: too long, a bad escape, an open quote or parenthesis, a second line.
    """
    if len(text) > MAX_TEXT:
        raise RdataError(f"the text is {len(text)} characters long, a record holds {MAX_RDATA} octets at most")
    if not text.isascii():
        _check_encodable(text)
    tokens: list[Token] = []
    position, depth, ended, glue = 0, 0, False, False
    while position < len(text):
        found = _token.match(text, position)
        if not found:
            raise RdataError(_complaint(text[position:]))
        position, kind = found.end(), found.lastgroup
        if kind in ("word", "quoted"):
            if ended:
                raise RdataError(f"a second line follows: `{shorten(found.group())}`")
            token = Token(found[kind], kind == "quoted")
            if glue and token.quoted:
                tokens[-1] = Token(tokens[-1].text + token.raw)
            else:
                tokens.append(token)
            glue = attributes and kind == "word" and token.text.endswith("=")
            continue
        glue = False
        depth += (kind == "open") - (kind == "close")
        if depth < 0:
            raise RdataError("`)` closes a parenthesis that was never opened")
        ended = ended or (kind == "line" and not depth and bool(tokens))
    if depth:
        raise RdataError("`(` opens a parenthesis that is never closed")
    return tokens


def _check_encodable(text: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError:
        raise RdataError("the text holds a lone surrogate, which no encoding can write") from None


def _complaint(rest: str) -> str:
    if rest[0] == '"' and (stray := re.match(rf'"(?:[^"\\\n]|{_ESCAPE})*+', rest)):
        rest = rest[stray.end() :]
        if not rest:
            return "a quoted string is never closed"
        if rest[0] == "\n":
            return "a quoted string runs over the end of its line; a line break is written `\\010`"
    return f"`{shorten(rest[:4])}` is no escape: `\\` and three digits up to 255, or one character that is no digit"


def octets_of(token: Token) -> bytes:
    """Return the octets of a character-string: escapes resolved, other characters as UTF-8."""
    data = token.text.encode()
    return data if b"\\" not in data else _escape.sub(_octet, data)


def _octet(found: re.Match[bytes]) -> bytes:
    escaped = found[1]
    return bytes([int(escaped)]) if len(escaped) == 3 else escaped


def quote(data: bytes) -> str:
    """Spell *data* as one quoted character-string."""
    return f'"{data.decode("latin-1").translate(_SPELLED)}"'


def txt_strings(text: str) -> tuple[bytes, ...]:
    """Return the character-strings of TXT rdata *text*, in order."""
    return tuple(octets_of(token) for token in tokenise(text))


def txt_from_strings(strings: Sequence[bytes]) -> str:
    """Spell TXT rdata with exactly these boundaries. Raises :class:`RdataError` when empty or over 255 octets."""
    if not strings:
        raise RdataError('no text at all; an empty text is written `""`')
    for string in strings:
        if len(string) > MAX_STRING:
            raise RdataError(
                f"a string of {len(string)} octets is over {MAX_STRING} (RFC 1035 section 3.3); "
                "split it, or write the whole text as a YAML value, which is split for you"
            )
    total = sum(map(len, strings)) + len(strings)
    if total > MAX_RDATA:
        raise RdataError(f"{total} octets of text are over {MAX_RDATA} (RFC 1035 section 3.2.1)")
    return " ".join(map(quote, strings))


def txt_text(data: bytes) -> str:
    """Spell TXT rdata for *data* without boundaries of its own: every string but the last has 255 octets."""
    return txt_from_strings([data[at : at + MAX_STRING] for at in range(0, len(data), MAX_STRING)] or [b""])
