"""Text of others within Markdown: in code, where nothing is markup, and spelled out where it could end the code.

GitHub and GitLab turn more than CommonMark into links and pictures: bare addresses, ``@name``, ``#1``, ``:smile:``,
commit hashes, ``$math$``. They leave code alone, so whatever comes from a file, a record or a provider stands in a
code span, in a fenced block, or in ``<code>``; what remains outside are plain words.
"""

import html
import re
from collections.abc import Iterable, Iterator

from zonesync.views.plain import clean

LONGEST = 2_000
"""Characters that are shown of one value."""
_LONGEST_FENCE = 40
_ticks = re.compile("`+")
_many_ticks = re.compile("`{20,}")
"""cmark-gfm finds the end of a code span only where its ticks are few."""
# No digits: `GH-1` and `JIRA-1` are links. Seven letters from a to f could be a commit, `www.` is an address.
_plain_word = re.compile(r"(?!.*[a-f]{7}|www\Z)[A-Za-z]+(?:['-][A-Za-z]+)*|[0-9]{1,5}%?").fullmatch


def shortened(text: str, most: int = LONGEST) -> str:
    """Cut *text* to *most* characters, and say how many there are beyond."""
    return text if len(text) <= most else f"{text[:most]} … ({len(text) - most} more characters)"


def code(text: str) -> str:
    """Return *text* as a code span (CommonMark 0.31 section 6.1); nothing for nothing."""
    shown = shortened(_many_ticks.sub(lambda run: "\\x60" * len(run[0]), clean(text)))
    if not shown.strip(" "):
        return f'`"{shown}"`' if shown else ""
    ticks = "`" * (_longest_run(shown) + 1)
    pad = " " if "`" in (shown[0], shown[-1]) or shown[0] == shown[-1] == " " else ""
    return f"{ticks}{pad}{shown}{pad}{ticks}"


def cell(text: str) -> str:
    """Return *text* as a code span for a table: a bar would end the cell, within code too (GFM section 4.10)."""
    return code(text.replace("|", "\\124"))


def html_code(text: str) -> str:
    """Return *text* as ``<code>`` for a line that is HTML already, such as a ``<summary>``."""
    return f"<code>{html.escape(shortened(clean(text)))}</code>" if text else ""


def prose(text: str) -> str:
    """Return a sentence that may quote others: plain words stay, what is in back-ticks or is no plain word is code."""
    shown = shortened(clean(text))
    parts = shown.split("`")
    if len(parts) % 2 == 0:  # a quoted text has back-ticks of its own: nobody knows where it ends
        parts = [shown.replace("`", "'")]
    found: list[str] = []
    for number, part in enumerate(parts):
        found.append(code(part) if number % 2 else _words(part))
    return _apart(found)


def _words(text: str) -> str:
    """Leave plain words and the signs around the others, and put what is left in code."""
    pieces: list[str] = []
    odd: list[str] = []
    before = ""
    for word in [*text.split(" "), ""]:
        start, core, end = _without_signs(word)
        if odd and (not core or start or _plain_word(core)):
            pieces.append(before + code(" ".join(odd)))
            odd, before = [], ""
        if not core or _plain_word(core):
            pieces.append(start + core + end)
            continue
        before = before or start
        odd.append(core)
        if end:
            pieces.append(before + code(" ".join(odd)) + end)
            odd, before = [], ""
    return " ".join(pieces[:-1])


def _without_signs(word: str) -> tuple[str, str, str]:
    """Take the brackets and stops of a sentence from *word*; brackets of its own stay."""
    core = word.lstrip("(")
    start = word[: len(word) - len(core)]
    bare = core.rstrip(",;:.)")
    end = core[len(bare) :]
    while end.startswith(")") and bare.count("(") > bare.count(")"):
        bare, end = f"{bare})", end[1:]
    return start, bare, end


def _apart(parts: list[str]) -> str:
    """Join *parts* so that the ticks of two code spans never touch."""
    found = ""
    for part in parts:
        found += f" {part}" if found.endswith("`") and part.startswith("`") else part
    return found


def fenced(lines: Iterable[str], ticks: int) -> Iterator[str]:
    """Yield *lines* as a block of a diff, in a fence of *ticks* back-ticks."""
    fence = "`" * ticks
    yield f"{fence}diff"
    yield from lines
    yield fence


def fence_for(lines: Iterable[str]) -> int:
    """Return how many back-ticks a fence needs to be longer than any in *lines*.

    Forty are enough for anything: a fence ends at a line of nothing but back-ticks, and each of ours has a sign first.
    """
    return min(max(3, 1 + max(map(_longest_run, lines), default=0)), _LONGEST_FENCE)


def _longest_run(text: str) -> int:
    return max(map(len, _ticks.findall(text)), default=0) if "`" in text else 0
