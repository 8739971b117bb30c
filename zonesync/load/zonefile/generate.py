"""``$GENERATE``: many records from one line, by BIND's rules (its Administrator Reference Manual has them)."""

import re
from collections.abc import Callable

from zonesync.load.zonefile.tokens import ProblemError, Token

_range = re.compile(r"([0-9]{1,10})-([0-9]{1,10})(?:/([0-9]{1,10}))?").fullmatch
_place_holder = re.compile(r"\\(.)|\$(\$|\{[^}]*\}?)?")
_escaped = re.compile(r"\\.")
_modifier = re.compile(r"\{([+-]?[0-9]{1,10})(?:,([0-9]{1,3})(?:,(.))?)?\}").fullmatch
_MAX = 2**31 - 1
_UNSIGNED = 2**32 - 1
"""A negative number in a base other than ten shows as two's complement, as C prints it."""


def steps(token: Token) -> range:
    """Return the numbers that the range ``start-stop[/step]`` counts. Raises :class:`ProblemError`."""
    found = _range(token.text)
    if found:
        start, stop, step = int(found[1]), int(found[2]), int(found[3] or 1)
        if start <= stop <= _MAX and 1 <= step <= _MAX:
            return range(start, stop + 1, step)
    raise ProblemError(
        "bad-generate",
        f"`{token.shown}` is no range",
        token.line,
        token.column,
        f"write `start-stop` or `start-stop/step`, up to {_MAX}",
    )


def template(token: Token) -> Callable[[int], str]:
    r"""Compile the text of *token*, in which ``$`` and ``${offset,width,base}`` stand for the number.

    ``$$`` and ``\$`` are a dollar sign. Raises :class:`ProblemError` for a modifier that is none.
    """
    parts: list[str | Callable[[int], str]] = []
    position = 0
    # The quotes are off, so what they made necessary goes too.
    text = _escaped.sub(lambda pair: '"' if pair[0] == '\\"' else pair[0], token.text) if token.quoted else token.text
    for found in _place_holder.finditer(text):
        parts.append(text[position : found.start()])
        position = found.end()
        match found[2]:
            case None if found[1] is not None:
                parts.append("$" if found[1] == "$" else found[0])
            case None:
                parts.append(str)
            case "$":
                parts.append("$")
            case modifier:
                parts.append(_formatter(modifier, token))
    parts.append(text[position:])
    return lambda number: "".join(part if isinstance(part, str) else part(number) for part in parts)


def _formatter(modifier: str, token: Token) -> Callable[[int], str]:
    found = _modifier(modifier)
    offset, width, base = (int(found[1]), int(found[2] or 0), found[3] or "d") if found else (0, 256, "")
    if width > 255 or base not in "doxXnN":
        raise ProblemError(
            "bad-generate",
            f"`${modifier}` is no modifier",
            token.line,
            token.column,
            "write `${offset,width,base}`: a width of at most 255 and a base of d, o, x, X, n or N",
        )
    form = f"0{width}{base}" if width else base

    def formatted(number: int) -> str:
        number += offset
        if abs(number) > _MAX:
            raise ProblemError("bad-generate", f"{number} is over {_MAX}", token.line, token.column)
        if base == "d":
            return format(number, form)
        if base in "nN":
            return _nibbles(number & _UNSIGNED, width, "x" if base == "n" else "X")
        return format(number & _UNSIGNED, form)

    return formatted


def _nibbles(number: int, width: int, base: str) -> str:
    # The width counts the dots too: digits, lowest first, each followed by a dot while there is width or value left.
    text = ""
    remaining = width
    while True:
        text += format(number & 15, base)
        number >>= 4
        remaining -= 1
        if remaining > 0 or number:
            text += "."
            remaining -= 1
        if remaining <= 0 and not number:
            return text
