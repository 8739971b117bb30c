"""Text for a terminal: nothing from a file or a record can move the cursor, and colour is asked for."""

import enum
import re
import unicodedata
from collections.abc import Callable

_is_command = re.compile(r"\s*::.*::").match
"""What GitHub's runner may take for a command: an address has no second pair of colons."""
_UNSEEN = frozenset(
    map(chr, [0x34F, 0x115F, 0x1160, 0x17B4, 0x17B5, *range(0x180B, 0x1810), 0x2800, 0x3164, *range(0xFE00, 0xFE10)])
) | frozenset(map(chr, [0xFFA0, *range(0xE0100, 0xE01F0)]))
"""Printable by their category, and drawn as nothing (Unicode's Default_Ignorable_Code_Point, and the Braille blank)."""

Paint = Callable[[str, "Tone"], str]


class Tone(enum.StrEnum):
    """What a piece of text means; the value is its SGR code (ECMA-48 section 8.3.117)."""

    GOOD = "32"
    CHANGED = "33"
    BAD = "31"
    HEADING = "1"
    QUIET = "2"


def plain(text: str, _tone: Tone) -> str:
    """Leave *text* without colour."""
    return text


def coloured(text: str, tone: Tone) -> str:
    """Give *text* the colour of *tone*."""
    return f"\x1b[{tone.value}m{text}\x1b[0m"


def clean(text: str) -> str:
    """Spell out what could steer a terminal or reorder a line (control, format, unassigned), and what nobody sees.

    GitHub's runner obeys ``##[command]`` anywhere in a line of a job's log: that is spelled out, too. What it obeys at
    the beginning of a line alone, ``::command::``, is :func:`wrapped`'s business.
    """
    if "##[" in text:
        text = text.replace("##[", "#\\x23[")
    if text.isascii() and text.isprintable():
        return text
    return "".join(char if _is_harmless(char) else _spelled(char) for char in text)


def _is_harmless(char: str) -> bool:
    return char.isprintable() and not unicodedata.category(char).startswith("C") and char not in _UNSEEN


def _spelled(char: str) -> str:
    code = ord(char)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def columns(text: str) -> int:
    """Return the columns that clean *text* takes on a terminal: East Asian wide characters two, combining ones none."""
    if text.isascii():
        return len(text)
    return sum(0 if unicodedata.combining(char) else 1 + (unicodedata.east_asian_width(char) in "WF") for char in text)


def wrapped(text: str, width: int, indent: int) -> list[str]:
    """Cut *text* at spaces into lines of *width*, the later ones indented; nothing is left out, long words are cut.

    No line begins with a command to GitHub's runner, which looks behind the indent.
    """
    lines: list[str] = []
    room = max(width, 20)
    if _is_command(text):
        text = text.replace("::", "\\x3a:", 1)
    while len(text) > room:
        cut = text.rfind(" ", 0, room + 1)
        if cut < room // 2:
            lines.append(text[:room])
            text = text[room:]
        else:
            lines.append(text[:cut])
            text = text[cut + 1 :]
        if text.lstrip().startswith("::"):
            text = text.replace("::", "\\x3a:", 1)
        room = max(width - indent, 20) if len(lines) == 1 else room
    lines.append(text)
    return [line if number == 0 else " " * indent + line for number, line in enumerate(lines)]


def counted(count: int, noun: str) -> str:
    """Spell a number with its noun: ``1 zone``, ``2 zones``."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
