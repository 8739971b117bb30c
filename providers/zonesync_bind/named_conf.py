"""The fragment of named.conf that lists the zones written here, to be included by the server's own."""

import re
from collections.abc import Callable, Iterable
from pathlib import Path

from zonesync.model.zone import ZoneId
from zonesync_bind.files import replace_file
from zonesync_bind.header import is_ours

_HEADER = (
    "// Written by zonesync: the zones it writes. Include it in named.conf, inside the `view` where views are used.\n"
)


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
    try:
        return statement(zone, path).encode() in fragment_path(fragment, zone.view).read_bytes()
    except FileNotFoundError:
        return False


def _is_ours(path: Path) -> bool:
    # A file of somebody else's is listed in somebody else's configuration, and may not be listed twice.
    with path.open("rb") as file:
        return is_ours(file.read(64))


def list_zone(fragment: Path, zone: ZoneId, path: Path, zones: Callable[[], Iterable[tuple[ZoneId, Path]]]) -> None:
    """See to it that the fragment has *zone*; it is written anew from all of *zones* where not. Raises OSError."""
    if lists(fragment, zone, path):
        return
    target = fragment_path(fragment, zone.view)
    mine = [statement(other, file) for other, file in zones() if other.view == zone.view and _is_ours(file)]
    target.parent.mkdir(parents=True, exist_ok=True)
    replace_file(target, (_HEADER + "".join(mine)).encode())
