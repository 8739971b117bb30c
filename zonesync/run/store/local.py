"""State in a folder. Whatever happens, an object is there whole and synced, or not at all."""

import contextlib
import hashlib
import os
import secrets
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

from zonesync.run.store.contract import Row, StoreError, Versioned
from zonesync.run.store.guard import guarded
from zonesync.run.store.names import ROW, checked, checked_folder
from zonesync.run.store.rowfile import RowFile
from zonesync.run.store.syncing import made, sync_folder

__all__ = ["LocalStore", "sync_folder"]

_GUARD = ".guard"
_NEW = ".new"
"""How the temporary file of :meth:`LocalStore.replace` ends: a run that was killed leaves one for the next to reuse."""


class LocalStore:
    """A folder, shared by the processes of one machine."""

    is_local = True

    def __init__(self, folder: Path, *, patience: float = 30.0) -> None:
        self.folder = folder
        self._patience = patience
        """Seconds to wait for another process in the middle of a write, which may have been stopped there."""
        self._known: tuple[int, int] | None = None
        """Which folder it was that something was found in: a mount that has gone leaves another."""

    def put_if_absent(self, name: str, data: bytes) -> bool:
        """Write a temporary file, sync it, and link it to its name: ``link`` refuses a taken name (link(2), EEXIST)."""
        path = self.folder / checked(name)
        temporary = path.with_name(f".{path.name[:100]}.{secrets.token_hex(8)}.tmp")

        def link() -> bool:
            try:
                os.link(temporary, path)
            except FileExistsError:
                return False
            return True

        return self._placed(path, temporary, data, link)

    def get(self, name: str) -> bytes | None:
        """Read one object."""
        path = self.folder / checked(name)
        try:
            data = _content(path)
        except FileNotFoundError:
            if path.is_symlink():
                raise StoreError(f"cannot read {path}: it is a link to nothing; move it elsewhere") from None
            self._check_folder()
            return None
        except OSError as problem:
            raise _failure("read", path, problem) from problem
        self._known = self._known or _identity(self.folder)
        return data

    def fetch(self, name: str) -> Versioned | None:
        """Read one object; its version is the digest of its data."""
        data = self.get(name)
        return None if data is None else Versioned(data, _version(data))

    def replace(self, name: str, data: bytes, expected: str | None) -> str | None:
        """Compare and rename while nobody else does (flock(2) on a file of its own)."""
        path = self.folder / checked(name)
        temporary = path.with_name(f".{path.name}{_NEW}")
        with self._guarded():
            there = self.fetch(name)
            if (there.version if there else None) != expected:
                return None

            def rename() -> bool:
                temporary.replace(path)
                return True

            self._placed(path, temporary, data, rename)
        return _version(data)

    def remove(self, name: str) -> None:
        """Unlink one object, and sync that."""
        path = self.folder / checked(name)
        with self._guarded():
            try:
                path.unlink()
                sync_folder(path.parent)
            except FileNotFoundError:
                self._check_folder()
            except OSError as problem:
                raise _failure("remove", path, problem) from problem

    def names(self, prefix: str) -> list[str]:
        """List a folder's objects; temporary files are none."""
        return [f"{prefix}{name}" for name in self._listed(prefix) if not name.endswith(ROW)]

    def row(self, name: str) -> Row:
        """Return a file to which records are appended, a line each."""
        return RowFile(self.folder / f"{checked(name)}{ROW}", self._prepare, self._check_folder)

    def rows(self, prefix: str) -> list[str]:
        """List a folder's rows."""
        return [f"{prefix}{name.removesuffix(ROW)}" for name in self._listed(prefix) if name.endswith(ROW)]

    def _listed(self, prefix: str) -> list[str]:
        folder = self.folder / checked_folder(prefix)
        try:
            with os.scandir(folder) as entries:
                names = sorted(entry.name for entry in entries if not entry.name.startswith(".") and entry.is_file())
        except FileNotFoundError:
            self._check_folder()
            return []
        except OSError as problem:
            raise _failure("list", folder, problem) from problem
        self._known = self._known or _identity(self.folder)
        return names

    def _check_folder(self) -> None:
        """Raise :class:`StoreError` where nothing is found since the folder has gone, or never can be there."""
        # Read before the look: another thread of this run may make the folder meanwhile.
        known = self._known
        is_there = self.folder.is_dir()
        if known and (not is_there or known != _identity(self.folder)):
            raise StoreError(f"the state folder {self.folder} has gone in the middle of a run: bring it back")
        if is_there:
            return
        for folder in (self.folder, *self.folder.parents):
            if folder.is_symlink() and not folder.exists():
                raise StoreError(f"the state folder {self.folder} cannot be used: {folder} is a link to nothing")

    def _prepare(self, folder: Path) -> None:
        """Make *folder* where it is missing. Raises OSError, and :class:`StoreError` where the whole state has gone."""
        self._check_folder()
        made(folder)
        self._known = self._known or _identity(self.folder)

    @contextlib.contextmanager
    def _guarded(self) -> Iterator[None]:
        path = self.folder / _GUARD
        try:
            self._prepare(self.folder)
        except OSError as problem:
            raise _failure("write", path, problem) from problem
        with guarded(path, self._patience):
            yield

    def _placed(self, path: Path, temporary: Path, data: bytes, place: Callable[[], bool]) -> bool:
        """Write *data* to a synced *temporary* file and let *place* give it the name *path*; sync that name, too."""
        try:
            self._prepare(path.parent)
            temporary.unlink(missing_ok=True)
            descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o644)
            try:
                with open(descriptor, "wb") as file:  # noqa: PTH123 -- of a descriptor
                    file.write(data)
                    file.flush()
                    os.fsync(file.fileno())
                if not place():
                    return False
            finally:
                with contextlib.suppress(OSError):
                    temporary.unlink()
            sync_folder(path.parent)
        except OSError as problem:
            raise _failure("write", path, problem) from problem
        return True


def _content(path: Path) -> bytes:
    """Read a file, and never wait for one: a pipe in its place would hold up the reader for ever."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise StoreError(f"cannot read {path}: it is no file; move it elsewhere")
    with open(descriptor, "rb") as file:  # noqa: PTH123 -- of a descriptor
        return file.read()


def _failure(act: str, path: Path, problem: OSError) -> StoreError:
    return StoreError(f"cannot {act} {path}: {problem.strerror}")


def _identity(folder: Path) -> tuple[int, int] | None:
    try:
        found = folder.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _version(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
