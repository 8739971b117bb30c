"""What an object may be called, so that every store can hold it and none is left by it."""

import re

from zonesync.run.store.contract import StoreError

ROW = ".row"
"""How the name of a row ends in a store; no object's name does."""

# No dot in front: that is where a folder keeps what is no object; nor is anything left through `..`.
_is_name = re.compile(
    r"([A-Za-z0-9%+=@_~-][A-Za-z0-9%+=@_~.-]{0,199}/)*[A-Za-z0-9%+=@_~-][A-Za-z0-9%+=@_~.-]{0,199}"
).fullmatch


def checked(name: str) -> str:
    """Return *name* as it is. Raises :class:`StoreError` for one that some store could not hold."""
    if not _is_name(name) or any(part.endswith(ROW) for part in name.split("/")):
        raise StoreError(f"{name[:80]!a} is no name in the state: a path of letters, digits and `%+=@_~.-`")
    return name


def checked_folder(prefix: str) -> str:
    """Return *prefix*, a folder's name with its slash, or nothing for all. Raises :class:`StoreError`."""
    if prefix:
        checked(prefix.removesuffix("/"))
    if prefix and not prefix.endswith("/"):
        raise StoreError(f"{prefix[:80]!a} is no folder's name in the state: end it with a slash")
    return prefix


def one_line(record: bytes) -> bytes:
    """Return *record* as it is. Raises :class:`StoreError` for one with a line break, which would end it."""
    if b"\n" in record:
        raise StoreError("a record with a line break in it cannot be kept in a row")
    return record
