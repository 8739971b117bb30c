"""Zone files in canonical form: written, shown as a diff, or only asked for."""

import difflib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from zonesync.cli import voice
from zonesync.cli.exits import Exit
from zonesync.cli.output import put
from zonesync.views.plain import clean, counted
from zonesync.workflow import RefusedError
from zonesync.workflow.formatting import Formatted, format_files, write_formatted

if TYPE_CHECKING:
    from zonesync.cli.session import Session


def fmt(session: "Session", files: Sequence[Path], *, check: bool, diff: bool) -> int:
    """Bring *files* into canonical form, all for none; *check* and *diff* write nothing."""
    project = session.open()
    changed = left = seen = 0
    for one in format_files(project, [session.path(file) for file in files]):
        seen += 1
        if one.findings or not _settled(one, write=not (check or diff)):
            left += 1
            voice.show(one.findings)
        elif one.differs:
            changed += 1
            put("\n".join(_diff(one)) if diff else f"{'would change' if check else 'changed'} {clean(one.file)}")
    if not session.quiet and not (diff and changed):
        put(_summary(seen, changed, left, is_asked=check or diff))
    if left:
        return Exit.REFUSED
    return Exit.DIFFERS if check and changed else Exit.OK


def _settled(one: Formatted, *, write: bool) -> bool:
    """Write *one* if that is asked for and needed; False, and said, where that could not be."""
    if not write or not one.differs:
        return True
    try:
        write_formatted(one)
    except RefusedError as problem:
        voice.show(problem.findings)
        return False
    return True


def _summary(seen: int, changed: int, left: int, *, is_asked: bool) -> str:
    verb = "would change" if is_asked else "changed"
    words = f"{counted(seen, 'file')}: {changed} {verb}"
    return f"{words}, {left} left as {'it is' if left == 1 else 'they are'}" if left else words


def _diff(one: Formatted) -> Iterator[str]:
    before, after = (text.decode("utf-8").splitlines() for text in (one.before, one.after))
    for line in difflib.unified_diff(before, after, f"a/{one.file}", f"b/{one.file}", lineterm=""):
        yield clean(line)
