"""Comments, which YAML's parsers drop: found between the tokens, and hung on the entries that they belong to."""

from bisect import bisect_right
from dataclasses import dataclass, field
from itertools import pairwise

from zonesync.exporters.fmt.marks import marks_of
from zonesync.exporters.fmt.tree import Comment, Entry, Part, Source, blank_above


@dataclass(slots=True)
class Document:
    """A tree with its comments."""

    source: Source
    head: list[Comment] = field(default_factory=list)
    """Above the first key."""
    foot: list[Comment] = field(default_factory=list)
    """Below all keys, at the margin."""


def comments_of(text: str) -> list[Comment]:
    """Return the comments of *text*, in order. Raises :class:`yaml.YAMLError`."""
    found = [_comment(text, start, end) for start, end in marks_of(text).comments]
    for one, other in pairwise(found):
        is_beside = not one.is_alone and not other.is_alone and one.column == other.column
        if is_beside and text.count("\n", one.at, other.at) == 1:
            one.is_aligned = other.is_aligned = True
    return found


def _comment(text: str, start: int, end: int) -> Comment:
    line = text.rfind("\n", 0, start) + 1
    left = text[line:start].rstrip()
    is_alone = not left.lstrip()
    return Comment(
        start,
        text[start:end].rstrip(),
        is_alone,
        start - line,
        start - line - len(left),
        is_alone and blank_above(text, start),
    )


def attach(source: Source, comments: list[Comment]) -> Document:
    """Hang each of *comments* on an entry of *source*, and find out which entries get lines of their own."""
    document = Document(source)
    source.root.is_block = bool(source.root.entries)
    for entry in source.root.entries:
        if entry.key and entry.key.text == "records" and entry.value.kind == "map":
            entry.value.is_block = bool(entry.value.entries)
    places = [comment.at for comment in comments]
    entries: list[Entry] = []
    _collect(source, source.root, None, places, entries)
    starts = [entry.start for entry in entries]
    for comment in comments:
        index = bisect_right(starts, comment.at)
        last = entries[index - 1] if index else None
        following = entries[index] if index < len(entries) else None
        _hang(document, comment, last, following)
    return document


def _collect(source: Source, part: Part, parent: Entry | None, comments: list[int], entries: list[Entry]) -> None:
    """List the entries that get lines of their own: written so, or with a comment within."""
    within = bisect_right(comments, part.end - 1) - bisect_right(comments, part.start)
    if part.is_flow and part.entries and within > 0:
        part.is_block = True
    if not part.is_block:
        return
    for entry in part.entries:
        entry.parent = parent
        entry.is_after_blank = blank_above(source.text, entry.start)
        entries.append(entry)
        _collect(source, entry.value, entry, comments, entries)


def _hang(document: Document, comment: Comment, last: Entry | None, following: Entry | None) -> None:
    if last is None:
        document.head.append(comment)
    elif not comment.is_alone:
        beside = _closed_brackets(last, comment.at)
        if beside is not last or _is_in_brackets(last):
            comment.gap, comment.is_aligned = 2, False  # its line is not one any more
        if beside.beside is None:
            beside.beside = comment
        else:
            beside.after.append(comment)
    elif not last.value.is_block and comment.at < last.value.end:
        last.before.append(comment)  # between a key and its value
    elif (brackets := _open_brackets(last, comment.at)) is not None:
        is_inside = following is not None and following.start < brackets.end
        (following.before if following and is_inside else last.after).append(comment)
    elif (closed := _closed(last, comment.column, following.column if following else 0)) is not None:
        closed.after.append(comment)
    else:
        (following.before if following else document.foot).append(comment)


def _closed_brackets(entry: Entry, at: int) -> Entry:
    """Return the outermost entry around *entry* whose brackets, opened now, were closed before *at*."""
    found, above = entry, entry.parent
    while above is not None:
        if above.value.is_flow and above.value.end <= at:
            found = above
        above = above.parent
    return found


def _is_in_brackets(entry: Entry) -> bool:
    """Tell whether *entry* was written in brackets that are opened now."""
    above = entry.parent
    while above is not None:
        if above.value.is_flow:
            return True
        above = above.parent
    return False


def _open_brackets(entry: Entry, at: int) -> Part | None:
    """Return the innermost list or mapping in brackets around *entry* that is still open at *at*."""
    above: Entry | None = entry
    while above is not None:
        if above.value.is_flow and above.value.is_block and at < above.value.end:
            return above.value
        above = above.parent
    return None


def _closed(entry: Entry, column: int, margin: int) -> Entry | None:
    """Return the entry that a comment at *column* ends, where what follows stands further left, at *margin*."""
    above: Entry | None = entry
    while above is not None and above.column > column:
        above = above.parent
    return above if above is not None and above.column > margin else None
