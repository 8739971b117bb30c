"""Write files so that whoever reads them sees the old one or the new one, whole, whatever happens in between."""

import contextlib
import fcntl
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from zonesync.provider.observing import request

LOCK_FILE = ".zonesync.lock"
LOCK_SECONDS = 30.0
"""A check of a zone file takes ten at most."""


class LockTimeoutError(OSError):
    """Another process holds the lock for too long."""


class LeftInDoubtError(OSError):
    """The new file is in place, but may not survive a loss of power."""


@contextlib.contextmanager
def locked(directory: Path, seconds: float = LOCK_SECONDS) -> Iterator[None]:
    """Hold the lock of *directory*, waiting *seconds* for it. Raises :class:`LockTimeoutError`.

    Advisory (flock): it keeps out other runs of zonesync, not an editor. It ends with the process.
    """
    descriptor = os.open(directory / LOCK_FILE, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
    try:
        deadline = time.monotonic() + seconds
        while True:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() > deadline:
                    raise LockTimeoutError(
                        f"`{directory / LOCK_FILE}` is held by another run for over {seconds:g} s"
                    ) from None
                time.sleep(0.02)
            else:
                break
        yield
    finally:
        os.close(descriptor)


def read_file(path: Path) -> bytes:
    """Return what *path* holds. Raises OSError."""
    with request("read file", str(path)) as exchange:
        data = path.read_bytes()
        exchange.received = len(data)
    return data


def find_file(path: Path) -> bytes | None:
    """Return what *path* holds, None where there is no such file. Raises OSError."""
    with request("read file", str(path)) as exchange:
        try:
            data = path.read_bytes()
        except FileNotFoundError:
            return None
        exchange.received = len(data)
    return data


def replace_file(path: Path, data: bytes, before_rename: Callable[[Path], None] = lambda _: None) -> None:
    """Put *data* in place of *path*, with the mode and, where allowed, the owner of the old file.

    *before_rename* sees the complete temporary file, and may raise to call it off. Raises OSError with the old file as
    it was, and :class:`LeftInDoubtError` after the new one came into place.
    """
    with request("write file", str(path)) as exchange:
        _replace(path, data, before_rename)
        exchange.sent = len(data)


def _replace(path: Path, data: bytes, before_rename: Callable[[Path], None]) -> None:
    # One name, so that what a killed run left behind is cleared away; the lock keeps out everybody else.
    temporary = path.with_name(f".{path.name[:200]}.tmp")
    try:
        _write_new(temporary, data, path)
        before_rename(temporary)
        temporary.replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise
    try:
        sync_folder(path.parent)
    except OSError as problem:
        raise LeftInDoubtError(
            problem.errno, f"`{path}` is written, its folder is not: {problem.strerror}"
        ) from problem


def _write_new(temporary: Path, data: bytes, model: Path) -> None:
    with contextlib.suppress(FileNotFoundError):
        temporary.unlink()
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        with contextlib.suppress(FileNotFoundError):
            _dress(descriptor, model)
        os.fsync(descriptor)


def _dress(descriptor: int, model: Path) -> None:
    """Give a new file the owner and mode of *model*, so that the server may read it as before."""
    old = model.stat()
    if (old.st_uid, old.st_gid) != (os.geteuid(), os.getegid()):
        # Only root may give files away; others may at least pass on a group they are in.
        try:
            os.fchown(descriptor, old.st_uid, old.st_gid)
        except PermissionError:
            with contextlib.suppress(PermissionError):
                os.fchown(descriptor, -1, old.st_gid)
    os.fchmod(descriptor, old.st_mode & 0o7777)


def put_aside(path: Path, kept: Path) -> None:
    """Rename *path* to *kept*. Raises OSError with *path* in place, and :class:`LeftInDoubtError` without it."""
    with request("rename file", str(path)):
        path.replace(kept)
        try:
            sync_folder(path.parent)
        except OSError as problem:
            raise LeftInDoubtError(
                problem.errno, f"`{path}` is gone, its folder is not written: {problem.strerror}"
            ) from problem


def keep_original(path: Path, data: bytes) -> Path:
    """Write *data*, what *path* holds, to ``PATH.orig``, or ``.orig.1`` and so on: nothing is written over."""
    with request("write file", f"{path}.orig") as exchange:
        kept = _kept(path, data)
        exchange.sent = len(data)
    return kept


def _kept(path: Path, data: bytes) -> Path:
    number = 0
    while True:
        kept = path.with_name(f"{path.name}.orig{f'.{number}' if number else ''}")
        try:
            descriptor = os.open(kept, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666)
        except FileExistsError:
            number += 1
            continue
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(data)
                file.flush()
                _dress(descriptor, path)
                os.fsync(descriptor)
        except BaseException:
            with contextlib.suppress(OSError):
                kept.unlink()
            raise
        return kept


def sync_folder(folder: Path) -> None:
    """Make renames in *folder* durable."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
