"""Fit a document into so many characters: the least important pieces go first, and are counted."""

import enum
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple


class Rank(enum.IntEnum):
    """How long a piece is kept; the first ones go last."""

    REFUSAL = 0
    APEX = 1
    DELETE = 2
    STEP = 3
    WARNING = 4
    UPDATE = 5
    CREATE = 6
    MORE = 7
    """Of many findings those after the first: however many there are, they hide no change."""
    KEPT = 8
    NOTE = 9


@dataclass(frozen=True, slots=True)
class Piece:
    """What is shown or folded as a whole."""

    rank: Rank
    noun: str
    """What it is counted as: ``create``, ``error``."""
    text: str
    """Whole lines, without the last line's end."""
    count: int = 1
    """How many of *noun* it stands for: a change at two providers is two."""


@dataclass(frozen=True, slots=True)
class Part:
    """Pieces under a line of their own; the line is shown with the first of them."""

    head: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """Parts between an opening and a closing, which are shown with the first piece."""

    opening: str
    closing: str
    parts: tuple[Part, ...]
    left_out: str = "{}"
    """How the section says what of it is folded: a line with ``{}``."""
    is_diff: bool = False
    """Whether it is the diff of one thing, so that those that are not shown at all are counted."""

    @property
    def size(self) -> int:
        """How many pieces it has."""
        return sum(len(part.pieces) for part in self.parts)

    def pieces(self) -> Iterator[Piece]:
        """Yield all pieces in reading order."""
        for part in self.parts:
            yield from part.pieces

    def whole(self) -> str:
        """Return it with nothing folded."""
        lines = [line for part in self.parts for line in (part.head, *(piece.text for piece in part.pieces)) if line]
        return "\n".join(filter(None, (self.opening, *lines, self.closing)))


@dataclass(frozen=True, slots=True)
class Folded:
    """What was left out."""

    text: str
    """The sections as they are shown."""
    left: Counter[str]
    """How many of each noun are not shown."""
    diffs: int
    """How many diffs are not shown at all."""


class _At(NamedTuple):
    section: int
    part: int
    piece: int


def fit(sections: Sequence[Section], room: int) -> Folded:
    """Return what of *sections* fits into *room* characters.

    Nothing is shown that is less important than something folded. Of the same importance, small sections are shown
    before large ones, so that it is the large ones that are cut.
    """
    left: Counter[str] = Counter()
    hidden = 0
    shown = _shown(sections, room)
    texts: list[str] = []
    for number, section in enumerate(sections):
        gone: Counter[str] = Counter()
        lines: list[str] = []
        for index, part in enumerate(section.parts):
            here = [piece for at, piece in enumerate(part.pieces) if _At(number, index, at) in shown]
            if here and part.head:
                lines.append(part.head)
            lines += [piece.text for piece in here]
            if len(here) < len(part.pieces):
                for at, piece in enumerate(part.pieces):
                    if _At(number, index, at) not in shown:
                        gone[piece.noun] += piece.count
        left += gone
        if not lines:
            hidden += section.is_diff and bool(section.size)
            continue
        if gone:
            lines.append(section.left_out.replace("{}", counts(gone)))
        texts.append("\n".join(filter(None, (section.opening, *lines, section.closing))))
    return Folded("\n\n".join(texts), left, hidden)


def _shown(sections: Sequence[Section], room: int) -> set[_At]:
    order = sorted(
        (piece.rank, section.size, number, index, at)
        for number, section in enumerate(sections)
        for index, part in enumerate(section.parts)
        for at, piece in enumerate(part.pieces)
    )
    shown: set[_At] = set()
    opened: set[tuple[int, int]] = set()
    for _, _, number, index, at in order:
        section = sections[number]
        part = section.parts[index]
        cost = len(part.pieces[at].text) + 1
        if (number, index) not in opened:
            cost += len(part.head) + 1
        if (number, -1) not in opened:
            cost += len(section.opening) + len(section.closing) + len(_told(section)) + 5
        if cost > room:
            break
        room -= cost
        opened |= {(number, index), (number, -1)}
        shown.add(_At(number, index, at))
    return shown


def _told(section: Section) -> str:
    """Return the longest line in which *section* could say what of it is folded: that is all of it."""
    every: Counter[str] = Counter()
    for piece in section.pieces():
        every[piece.noun] += piece.count
    return section.left_out.replace("{}", counts(every))


def counts(found: Counter[str], *, by_name: bool = True) -> str:
    """Say how many there are of each noun: ``3 creates, 1 update``; in the order of counting unless *by_name*."""
    nouns = sorted(found.items()) if by_name else found.items()
    return ", ".join(f"{count:,} {noun if count == 1 else f'{noun}s'}" for noun, count in nouns if count)
