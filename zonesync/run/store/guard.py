"""One at a time, among the threads and processes of a machine: flock(2) on a file."""

import contextlib
import fcntl
import os
import time
from collections.abc import Iterator
from pathlib import Path

from zonesync.run.store.contract import StoreError

_FIRST_WAIT = 0.0005
_LONGEST_WAIT = 0.02


@contextlib.contextmanager
def guarded(path: Path, patience: float) -> Iterator[None]:
    """Hold the file *path* alone, which is made where it is missing.

    Raises :class:`StoreError` where another holds it for *patience* seconds: one that was stopped in the middle of a
    write would hold up everybody else for as long as nobody notices.
    """
    deadline = time.monotonic() + patience
    wait = _FIRST_WAIT
    while (descriptor := _taken(path)) is None:
        if time.monotonic() >= deadline:
            raise StoreError(
                f"cannot write {path}: another process has held it for {patience:g} seconds; "
                "is one of zonesync's stopped? continue it, or kill it"
            )
        time.sleep(wait)
        wait = min(2 * wait, _LONGEST_WAIT)
    try:
        yield
    finally:
        # Not left to `close`: a child forked meanwhile has the descriptor, too, and would go on holding it.
        fcntl.flock(descriptor, fcntl.LOCK_UN)
        os.close(descriptor)


def _taken(path: Path) -> int | None:
    """Return a descriptor that holds *path*; None where another does. Every call opens the file anew, for threads."""
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            # Somebody may have removed the file, and another have made and locked it anew.
            if os.path.samestat(os.fstat(descriptor), path.stat()):
                return descriptor
        except (BlockingIOError, FileNotFoundError):
            pass
        except BaseException:
            os.close(descriptor)
            raise
        os.close(descriptor)
    except OSError as problem:
        raise StoreError(f"cannot write {path}: {problem.strerror}") from problem
    return None
