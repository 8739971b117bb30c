"""Find and read what ``$INCLUDE`` names, never outside the root folder that the caller set."""

from collections.abc import Sequence
from pathlib import Path

from zonesync.load.zonefile.limits import MAX_INCLUDE_DEPTH, MAX_INCLUDES, MAX_TOTAL
from zonesync.load.zonefile.tokens import ProblemError, Token


def included_file(token: Token, root: Path | None, chain: Sequence[Path], seen: int) -> Path:
    """Return the file that *token* names, resolved below *root*.

    *chain* is the files being read, outermost first; *seen* counts the includes so far. Raises :class:`ProblemError`.
    """
    shown = f"`{token.shown}`"

    def refused(why: str, hint: str = "") -> ProblemError:
        return ProblemError("include-refused", f"{shown} is not included: {why}", token.line, token.column, hint)

    if root is None:
        raise refused("no folder is given that files may be included from")
    if len(chain) >= MAX_INCLUDE_DEPTH or seen >= MAX_INCLUDES:
        raise refused(f"more than {MAX_INCLUDE_DEPTH} files deep, or {MAX_INCLUDES} includes in all")
    text = token.text
    if "\\" in text or not text:
        raise refused("a file name here has no escapes and no octets outside printable ASCII")
    if text.startswith("/"):
        raise refused("an absolute path", f"write it as seen from `{root}`")
    folder = root.resolve()
    try:
        path = (folder / text).resolve(strict=True)
    except (OSError, RuntimeError):
        raise refused(f"there is no such file below `{root}`") from None
    if not path.is_relative_to(folder) or not path.is_file():
        raise refused(f"it is no regular file below `{root}`")
    if path in chain:
        raise refused("it is being read already, so it would include itself for ever")
    return path


class TooLargeError(ValueError):
    """More text than is read."""


def checked_size(octets: int) -> int:
    """Return *octets*. Raises :class:`TooLargeError` when they are over the bound."""
    if octets > MAX_TOTAL:
        raise TooLargeError(f"more than {MAX_TOTAL} octets of zone file, included ones counted in")
    return octets


def read_octets(path: Path, already: int) -> bytes:
    """Read *path*. Raises OSError, and TooLargeError when it and the octets read *already* are over the bound."""
    with path.open("rb") as file:
        data = file.read(MAX_TOTAL - already + 1)
    checked_size(already + len(data))
    return data
