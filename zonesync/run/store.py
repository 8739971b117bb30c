"""Where state lives: named objects, written once and never rewritten."""

import contextlib
import os
import secrets
from pathlib import Path
from typing import Protocol


class StoreError(Exception):
    """The state cannot be read or written."""


class Store(Protocol):
    """Immutable objects by name; names are paths with ``/``."""

    def put_if_absent(self, name: str, data: bytes) -> bool:
        """Write *data* durably and whole under *name*; return False, changing nothing, where the name is taken."""
        ...

    def get(self, name: str) -> bytes | None:
        """Return the object, None where there is none. Raises :class:`StoreError`."""
        ...

    def names(self, prefix: str) -> list[str]:
        """Return the names that start with *prefix*, sorted."""
        ...


class LocalStore:
    """A folder. An object appears under its name whole and synced, or not at all."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put_if_absent(self, name: str, data: bytes) -> bool:
        """Write a temporary file, sync it, and link it to its name: ``link`` refuses a taken name (link(2), EEXIST)."""
        path = self.folder / name
        temporary = path.with_name(f".{path.name}.{secrets.token_hex(8)}.tmp")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)
            try:
                with open(descriptor, "wb") as file:  # noqa: PTH123 -- of a descriptor
                    file.write(data)
                    file.flush()
                    os.fsync(file.fileno())
                try:
                    os.link(temporary, path)
                except FileExistsError:
                    return False
            finally:
                with contextlib.suppress(FileNotFoundError):
                    temporary.unlink()
            sync_folder(path.parent)
        except OSError as problem:
            raise StoreError(f"cannot write {path}: {problem.strerror}") from problem
        return True

    def get(self, name: str) -> bytes | None:
        """Read one object."""
        path = self.folder / name
        try:
            return path.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as problem:
            raise StoreError(f"cannot read {path}: {problem.strerror}") from problem

    def names(self, prefix: str) -> list[str]:
        """List a folder's objects; temporary files are none."""
        folder = self.folder / prefix
        try:
            found = sorted(f"{prefix}{entry.name}" for entry in os.scandir(folder) if not entry.name.startswith("."))
        except FileNotFoundError:
            return []
        except OSError as problem:
            raise StoreError(f"cannot list {folder}: {problem.strerror}") from problem
        return found


def sync_folder(folder: Path) -> None:
    """Make the names in *folder* durable (fsync(2) on the directory)."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def open_store(url: str, root: Path) -> Store:
    """Open the store that the configuration's ``state:`` names. Raises :class:`StoreError` for what is not built."""
    scheme, separator, _ = url.partition("://")
    if separator:
        raise StoreError(f"state `{scheme}://` is not supported by this version: use a folder")
    return LocalStore(root / url)
