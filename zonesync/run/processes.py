"""Which process of which machine this is, and whether another one has provably ended."""

import contextlib
import json
import os
import time
from dataclasses import dataclass
from pathlib import Path

from pydantic import TypeAdapter

_PROC = Path("/proc")
_CLOCK = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)


def boottime() -> float:
    """Return seconds since the machine started; they go on while it sleeps (clock_gettime(2), ``CLOCK_BOOTTIME``)."""
    return time.clock_gettime(_CLOCK)


@dataclass(frozen=True, slots=True)
class Process:
    """A process, told apart from every other of its machine. Text that is not known is empty."""

    boot: str = ""
    """The machine's boot id (random(4)): another one after each start."""
    namespace: str = ""
    """The namespaces in which :attr:`pid` and :attr:`started` mean something (namespaces(7))."""
    pid: int = 0
    started: str = ""
    """Clock ticks from the machine's start to the process's (proc_pid_stat(5), field 22): a pid alone is used again."""


_PROCESS = TypeAdapter(Process)


def process_of(data: object) -> Process:
    """Read a process from JSON; the unknown one where *data* is none."""
    try:
        # Only JSON may be strict and yet a mapping.
        return _PROCESS.validate_json(json.dumps(data), strict=True)
    except (ValueError, TypeError):
        return Process()


def this_process() -> Process:
    """Describe the process that asks."""
    stat = _stat(os.getpid())
    return Process(_boot(), _namespace(), os.getpid(), stat.started if stat else "")


def is_here(process: Process) -> bool:
    """Tell whether *process* was started where this one can look for it: on this machine, under the same numbers.

    Machines that were resumed from one memory snapshot share a boot id, and are taken for one.
    """
    known = all((process.boot, process.namespace, process.pid > 0, process.started))
    return known and (process.boot, process.namespace) == (_boot(), _namespace())


def is_gone(process: Process) -> bool:
    """Tell whether *process* provably ended; False where that cannot be known, as of another machine's."""
    if not is_here(process):
        return False
    try:
        # Asked first, since /proc may hide other users' processes (proc(5), hidepid) where kill(2) says EPERM.
        os.kill(process.pid, 0)
    except ProcessLookupError:
        return True
    except (OSError, OverflowError):
        pass
    stat = _stat(process.pid)
    return stat is not None and (stat.started != process.started or stat.is_dead)


@dataclass(frozen=True, slots=True)
class _Stat:
    started: str
    is_dead: bool


def _stat(pid: int) -> _Stat | None:
    """Read proc_pid_stat(5); None where it cannot be."""
    try:
        # The name, in brackets, may hold anything.
        fields = (_PROC / str(pid) / "stat").read_bytes().rpartition(b")")[2].split()
        state, threads, started = fields[0], int(fields[17]), fields[19].decode("ascii")
    except (OSError, ValueError, IndexError):
        return None
    # Nobody has asked how it ended, yet it has: unless its first thread ended alone, and others go on.
    return _Stat(started, is_dead=state in {b"Z", b"X"} and threads <= 1)


def _boot() -> str:
    with contextlib.suppress(OSError, ValueError):
        return (_PROC / "sys/kernel/random/boot_id").read_text("ascii").strip()
    return ""


def _namespace() -> str:
    """Name the namespace of pids and the one of clocks, in which the start of a process is told."""
    with contextlib.suppress(OSError):
        return " ".join(str((_PROC / "self/ns" / kind).readlink()) for kind in ("pid", "time"))
    # Older kernels have no namespaces of clocks.
    with contextlib.suppress(OSError):
        return str((_PROC / "self/ns/pid").readlink())
    return ""
