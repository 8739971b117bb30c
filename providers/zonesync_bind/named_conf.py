"""The fragment of named.conf that lists the zones written here, to be included by the server's own."""

import re
import stat
from collections.abc import Callable, Iterable
from pathlib import Path

from zonesync.findings import Finding, Severity
from zonesync.model.zone import ZoneId
from zonesync.provider.errors import Rejected
from zonesync_bind.files import find_file, replace_file
from zonesync_bind.header import is_ours

_MARK = b"// Written by zonesync: "
_HEADER = f"{_MARK.decode()}the zones it writes. Include it in named.conf, inside the `view` where views are used.\n"
_ADVICE = "name a file of its own and include it from named.conf"


_bare_quote = re.compile(r'(?<!\\)"').sub


def fragment_path(fragment: Path, view: str) -> Path:
    """Return the path of the fragment for the zones of *view*: ``FRAGMENT``, or ``FRAGMENT@VIEW``."""
    return fragment.with_name(f"{fragment.name}@{view.replace('/', '%2F')}") if view else fragment


def statement(zone: ZoneId, path: Path) -> str:
    """Return the line of named.conf for *zone*."""
    return f"zone {_quoted(str(ZoneId(zone.name)))} {{ type primary; file {_quoted(str(path.absolute()))}; }};\n"


def _quoted(text: str) -> str:
    # named.conf knows one escape, the quote's; a backslash stands for itself.
    return '"' + _bare_quote(r"\"", text) + '"'


def lists(fragment: Path, zone: ZoneId, path: Path) -> bool:
    """Tell whether the fragment has *zone*."""
    return statement(zone, path).encode() in (find_file(fragment_path(fragment, zone.view)) or b"")


def refuse_foreign(fragment: Path, zone: ZoneId) -> None:
    """Raise :class:`Rejected` where somebody else's file stands in the fragment's place, and OSError."""
    target = fragment_path(fragment, zone.view)
    if _is_foreign(target):
        raise Rejected(_foreign(target), hint=_ADVICE)


def foreign_finding(fragment: Path, zone: ZoneId, provider: str) -> Finding | None:
    """Say that somebody else's file stands in the fragment's place; None where it does not. Raises OSError."""
    target = fragment_path(fragment, zone.view)
    if not _is_foreign(target):
        return None
    return Finding(
        "foreign-named-conf", Severity.ERROR, _foreign(target), help=_ADVICE, zone=str(zone), provider=provider
    )


def _foreign(target: Path) -> str:
    return f"`{target}` was not written by zonesync, and is never written over"


def _is_foreign(target: Path) -> bool:
    # One look, since another thread may write it for the first time between two.
    try:
        mode = target.stat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        return False
    # What is no regular file, a pipe say, is not opened: that might never end.
    if not stat.S_ISREG(mode):
        return True
    with target.open("rb") as file:
        return file.read(len(_MARK)) != _MARK


def _is_ours(path: Path) -> bool:
    # A file of somebody else's is listed in somebody else's configuration, and may not be listed twice.
    with path.open("rb") as file:
        return is_ours(file.read(64))


def list_zone(fragment: Path, zone: ZoneId, path: Path, zones: Callable[[], Iterable[tuple[ZoneId, Path]]]) -> None:
    """See to it that the fragment has *zone*; it is written anew from all of *zones* where not.

    Raises OSError, and :class:`Rejected` for somebody else's file.
    """
    refuse_foreign(fragment, zone)
    if lists(fragment, zone, path):
        return
    target = fragment_path(fragment, zone.view)
    target.parent.mkdir(parents=True, exist_ok=True)
    replace_file(target, _contents(found for found in zones() if found[0].view == zone.view))


def unlist_zone(fragment: Path, zone: ZoneId, zones: Callable[[], Iterable[tuple[ZoneId, Path]]]) -> None:
    """See to it that the fragment does not have *zone*; it is written anew from all the other *zones*.

    Raises OSError, and :class:`Rejected` for somebody else's file.
    """
    refuse_foreign(fragment, zone)
    target = fragment_path(fragment, zone.view)
    data = _contents(found for found in zones() if found[0].view == zone.view and found[0] != zone)
    if find_file(target) not in (None, data):
        replace_file(target, data)


def _contents(zones: Iterable[tuple[ZoneId, Path]]) -> bytes:
    return (_HEADER + "".join(statement(zone, file) for zone, file in zones if _is_ours(file))).encode()
