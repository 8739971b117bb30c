"""The layout: two columns a level, one entry a line, brackets kept while they fit on it."""

import re
from collections.abc import Iterator

from zonesync.exporters.fmt.comments import Document
from zonesync.exporters.fmt.tree import Comment, Entry, Part
from zonesync.exporters.scalars import scalar

WIDTH = 120
"""Columns that a line may take before its brackets are opened."""
_block_head = re.compile(r"(?:&\S+[ \t]+|!\S*[ \t]+)*([|>])-?(?=[ \t\r\n]|$)").match


def write(document: Document) -> str:
    """Return the text of *document*."""
    root = document.source.root
    head, start = document.head, document.source.start
    lines: list[str] = []
    for comment in (one for one in head if one.at < start):
        _comment(lines, comment, "")
    if start >= 0:
        lines.append("---")
    for comment in (one for one in head if one.at >= start):
        _comment(lines, comment, "")
    if root.is_block:
        lines += _entries(root, "", is_first=not any(line != "---" for line in lines))
    else:
        lines.append(_inline(root))
    for comment in document.foot:
        _comment(lines, comment, "")
    return "\n".join(lines) + "\n"


def _comment(lines: list[str], comment: Comment, indent: str) -> None:
    if comment.is_after_blank and lines and lines[-1] != "---":
        lines.append("")
    lines.append(indent + comment.text)


def _entries(part: Part, indent: str, *, is_first: bool = True) -> Iterator[str]:
    """Yield the lines of *part*, one or more for each entry; a blank line above the *first* says nothing."""
    for entry in part.entries:
        lines: list[str] = []
        before = [*entry.before, *_hoisted(entry)]
        for comment in before:
            if comment.is_after_blank and (lines or not is_first):
                lines.append("")
            lines.append(indent + comment.text)
        if entry.is_after_blank and (lines or not is_first):
            lines.append("")
        lines += _entry(entry, indent)
        for comment in entry.after:
            _comment(lines, comment, indent)
        yield from lines
        is_first = False


def _hoisted(entry: Entry) -> list[Comment]:
    """Take the comments that would stand between an item's dash and its first entry."""
    if entry.key is not None or not entry.value.is_block:
        return []
    comments = [entry.beside] if entry.beside else []
    entry.beside = None
    first = entry.value.entries[0]
    comments += [*first.before, *_hoisted(first)]
    first.before = []
    return comments


def _entry(entry: Entry, indent: str) -> list[str]:
    value = entry.value
    head = indent + ("-" if entry.key is None else _key(entry.key))
    if value.kind == "text" and (found := _block_head(value.source)):
        body = _body(value.source, indent + "  ")
        if body:
            anchor = f"&{value.anchor} " if value.anchor else ""
            # At the end of a file that lacks its last line's end there is none to keep, whatever the head says.
            keeps = "" if value.text.endswith("\n") else "-"
            return [_beside(f"{head} {anchor}{found[1]}{keeps}", entry.beside), *body]
    if not value.is_block:
        inline = _inline(value)
        line = f"{head} {inline}".rstrip(" ") if not inline else f"{head} {inline}"
        if not value.entries or len(line) <= WIDTH:
            return [_beside(line, entry.beside)]
        value.is_block = True
    anchor = f" &{value.anchor}" if value.anchor else ""
    inner = list(_entries(value, indent + "  "))
    if entry.key is None and not anchor:
        inner[0] = f"{head} {inner[0].removeprefix(indent + '  ')}"
        return inner
    return [_beside(head + anchor, entry.beside), *inner]


def _beside(line: str, comment: Comment | None) -> str:
    """Put *comment* behind *line*, as far as it was, or in its column where people have lined it up with another."""
    if comment is None:
        return line
    gap = comment.column - len(line) if comment.is_aligned else comment.gap
    return f"{line}{' ' * max(2, gap)}{comment.text}"


def _body(source: str, indent: str) -> list[str]:
    """Return the lines of a text written as a block, without those that it does not count."""
    lines = [line.rstrip("\r") for line in source.split("\n")[1:]]
    while lines and not lines[-1].strip():
        lines.pop()
    depth = min((len(line) - len(line.lstrip(" ")) for line in lines if line.strip()), default=0)
    return [indent + line[depth:] if line[depth:] else "" for line in lines]


def _key(part: Part) -> str:
    return f"{_inline(part)} :" if part.kind == "alias" else f"{_inline(part)}:"


def _inline(part: Part) -> str:
    """Return *part* on one line."""
    anchor = f"&{part.anchor} " if part.anchor else ""
    if part.kind == "alias":
        return f"*{part.text}"
    if part.kind == "text":
        is_kept = part.style is None and "\n" not in part.text
        return f"{anchor}{part.text if is_kept else scalar(part.text)}"
    if part.kind == "list":
        return f"{anchor}[{', '.join(_inline(entry.value) for entry in part.entries)}]"
    pairs = (f"{_key(entry.key)} {_inline(entry.value)}" for entry in part.entries if entry.key)
    return f"{anchor}{{{', '.join(pairs)}}}"
