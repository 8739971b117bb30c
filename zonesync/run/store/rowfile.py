"""A row in a file, a line for each record. A last line without its end was cut short, and is no record."""

import os
import threading
from collections.abc import Callable
from pathlib import Path

from zonesync.run.store.contract import StoreError
from zonesync.run.store.names import one_line
from zonesync.run.store.syncing import sync_folder

_BLOCK = 65536


class RowFile:
    """Written by the threads of one process at a time, read by any."""

    def __init__(self, path: Path, prepare: Callable[[Path], None], check: Callable[[], None]) -> None:
        self._path = path
        self._prepare = prepare
        self._check = check
        self._lock = threading.Lock()
        self._is_begun = False
        self._is_whole = False

    def append(self, record: bytes) -> None:
        """Write one line, and sync it; where that fails, nothing of it stays in the way of the next."""
        line = one_line(record) + b"\n"
        with self._lock:
            try:
                if not self._is_begun:
                    self._prepare(self._path.parent)
                # A row that is gone after its first record was removed by a run that took this one for dead.
                flags = os.O_RDWR | os.O_APPEND | os.O_CLOEXEC | (0 if self._is_begun else os.O_CREAT)
                descriptor = os.open(self._path, flags, 0o644)
                try:
                    self._write(descriptor, line)
                finally:
                    os.close(descriptor)
                if not self._is_begun:
                    sync_folder(self._path.parent)
                    self._is_begun = True
            except FileNotFoundError as problem:
                raise StoreError(f"cannot write {self._path}: it has been removed since this run began it") from problem
            except OSError as problem:
                raise StoreError(f"cannot write {self._path}: {problem.strerror}") from problem

    def _write(self, descriptor: int, line: bytes) -> None:
        size = os.fstat(descriptor).st_size
        if not self._is_whole:
            whole = _whole(descriptor, size)
            if whole < size:
                os.ftruncate(descriptor, whole)
            size = whole
        self._is_whole = False
        written = 0
        try:
            while written < len(line):
                written += os.write(descriptor, line[written:])
            os.fsync(descriptor)
        except OSError:
            os.ftruncate(descriptor, size)
            raise
        self._is_whole = True

    def records(self) -> list[bytes]:
        """Read all whole lines."""
        try:
            data = self._path.read_bytes()
        except FileNotFoundError:
            self._check()
            return []
        except OSError as problem:
            raise StoreError(f"cannot read {self._path}: {problem.strerror}") from problem
        return data.split(b"\n")[:-1]

    def remove(self) -> None:
        """Unlink the file, and sync that."""
        try:
            self._path.unlink()
            sync_folder(self._path.parent)
        except FileNotFoundError:
            self._check()
        except OSError as problem:
            raise StoreError(f"cannot remove {self._path}: {problem.strerror}") from problem


def _whole(descriptor: int, size: int) -> int:
    """Return how many bytes of a file of *size* bytes are whole lines."""
    end = size
    while end > 0:
        start = max(0, end - _BLOCK)
        found = os.pread(descriptor, end - start, start).rfind(b"\n")
        if found >= 0:
            return start + found + 1
        end = start
    return 0
