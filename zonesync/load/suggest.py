"""What a mistyped word was probably meant to be."""

from collections.abc import Iterable
from difflib import get_close_matches


def closest(word: str, known: Iterable[str]) -> str:
    """Return the one of *known* that *word* is most like, nothing where none is."""
    known = list(known)
    close = get_close_matches(word[:80], known, 1, 0.6) or get_close_matches(word[:80].lower(), known, 1, 0.6)
    return close[0] if close else ""


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return the help for an unknown *word*: the closest of *known*, else all of them."""
    known = list(known)
    if meant := closest(word, known):
        return f"did you mean `{meant}`?"
    return f"known are {', '.join(f'`{name}`' for name in known)}" if known else ""
