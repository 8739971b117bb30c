"""State in a folder. Whatever happens, an object is there whole and synced, or not at all."""

import contextlib
import fcntl
import hashlib
import os
import secrets
from collections.abc import Callable, Iterator
from pathlib import Path

from zonesync.run.store.contract import Row, StoreError, Versioned

_GUARD = ".guard"
_ROW = ".row"


class LocalStore:
    """A folder, shared by the processes of one machine."""

    is_local = True

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put_if_absent(self, name: str, data: bytes) -> bool:
        """Write a temporary file, sync it, and link it to its name: ``link`` refuses a taken name (link(2), EEXIST)."""
        path = self.folder / name

        def link(temporary: Path) -> bool:
            try:
                os.link(temporary, path)
            except FileExistsError:
                return False
            return True

        return _placed(path, data, link)

    def get(self, name: str) -> bytes | None:
        """Read one object."""
        path = self.folder / name
        try:
            return path.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as problem:
            raise StoreError(f"cannot read {path}: {problem.strerror}") from problem

    def fetch(self, name: str) -> Versioned | None:
        """Read one object; its version is the digest of its data."""
        data = self.get(name)
        return None if data is None else Versioned(data, _version(data))

    def replace(self, name: str, data: bytes, expected: str | None) -> str | None:
        """Compare and rename while nobody else does (flock(2) on a file of its own)."""
        path = self.folder / name
        with self._guarded():
            there = self.fetch(name)
            if (there.version if there else None) != expected:
                return None

            def rename(temporary: Path) -> bool:
                temporary.replace(path)
                return True

            _placed(path, data, rename)
        return _version(data)

    def remove(self, name: str) -> None:
        """Unlink one object."""
        path = self.folder / name
        with self._guarded():
            try:
                path.unlink(missing_ok=True)
            except OSError as problem:
                raise StoreError(f"cannot remove {path}: {problem.strerror}") from problem

    def names(self, prefix: str) -> list[str]:
        """List a folder's objects; temporary files are none."""
        return [f"{prefix}{name}" for name in self._listed(prefix) if not name.endswith(_ROW)]

    def row(self, name: str) -> Row:
        """Return a file to which records are appended, a line each."""
        return _LocalRow(self.folder / f"{name}{_ROW}")

    def rows(self, prefix: str) -> list[str]:
        """List a folder's rows."""
        return [f"{prefix}{name.removesuffix(_ROW)}" for name in self._listed(prefix) if name.endswith(_ROW)]

    def _listed(self, prefix: str) -> list[str]:
        folder = self.folder / prefix
        try:
            return sorted(entry.name for entry in os.scandir(folder) if not entry.name.startswith("."))
        except FileNotFoundError:
            return []
        except OSError as problem:
            raise StoreError(f"cannot list {folder}: {problem.strerror}") from problem

    @contextlib.contextmanager
    def _guarded(self) -> Iterator[None]:
        path = self.folder / _GUARD
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
        except OSError as problem:
            raise StoreError(f"cannot write {path}: {problem.strerror}") from problem
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)


class _LocalRow:
    """A file of lines. A last line without its end was cut short, and is no record."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._is_known = False

    def append(self, record: bytes) -> None:
        """Write one line in one call, and sync it."""
        try:
            if not self._is_known:
                self._path.parent.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o644)
            try:
                line = record + b"\n"
                written = 0
                while written < len(line):
                    written += os.write(descriptor, line[written:])
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
            if not self._is_known:
                sync_folder(self._path.parent)
                self._is_known = True
        except OSError as problem:
            raise StoreError(f"cannot write {self._path}: {problem.strerror}") from problem

    def records(self) -> list[bytes]:
        """Read all whole lines."""
        try:
            data = self._path.read_bytes()
        except FileNotFoundError:
            return []
        except OSError as problem:
            raise StoreError(f"cannot read {self._path}: {problem.strerror}") from problem
        return data.split(b"\n")[:-1]

    def remove(self) -> None:
        """Unlink the file."""
        try:
            self._path.unlink(missing_ok=True)
        except OSError as problem:
            raise StoreError(f"cannot remove {self._path}: {problem.strerror}") from problem


def _placed(path: Path, data: bytes, place: Callable[[Path], bool]) -> bool:
    """Write *data* to a synced temporary file and let *place* give it the name *path*; sync that name, too."""
    temporary = path.with_name(f".{path.name[:100]}.{secrets.token_hex(8)}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o644)
        try:
            with open(descriptor, "wb") as file:  # noqa: PTH123 -- of a descriptor
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            if not place(temporary):
                return False
        finally:
            with contextlib.suppress(OSError):
                temporary.unlink()
        sync_folder(path.parent)
    except OSError as problem:
        raise StoreError(f"cannot write {path}: {problem.strerror}") from problem
    return True


def _version(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def sync_folder(folder: Path) -> None:
    """Make the names in *folder* durable (fsync(2) on the directory)."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
