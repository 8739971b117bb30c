"""Run a command and tell what it cost: wall time from start to exit, and the kernel's peak of resident memory."""

import os
import statistics
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

TIMEOUT = 900
"""Seconds after which a command is stopped."""


class CommandFailedError(RuntimeError):
    """A command under measurement did not do its job, so its time means nothing."""


@dataclass(frozen=True)
class Case:
    """One command to measure."""

    name: str
    command: Sequence[str]
    cwd: Path
    env: Mapping[str, str]
    code: int = 0
    """The exit code that means it did the job."""
    changes: int | None = None
    """For octodns-compare: how many changes it must have printed."""
    says: bytes = b""
    """What it must have printed."""
    repeat: int = 1
    """Runs within each round: more for what takes little time."""
    warm: bool = False
    """Run once beforehand, unmeasured, so that byte code and page cache are there."""


@dataclass
class Samples:
    """What the runs of one case gave."""

    walls: list[float] = field(default_factory=list)
    peaks: list[float] = field(default_factory=list)

    @property
    def median(self) -> float:
        """Seconds."""
        return statistics.median(self.walls)

    @property
    def peak(self) -> float:
        """The highest of all runs, in MB of 2**20 octets."""
        return max(self.peaks)


def run(case: Case, scratch: Path) -> tuple[float, float]:
    """Run *case* once; return (seconds, peak MB). Raises CommandFailedError for another exit code or outcome."""
    out, err = scratch / "stdout", scratch / "stderr"
    with out.open("wb") as stdout, err.open("wb") as stderr:
        begin = time.perf_counter()
        process = subprocess.Popen(
            case.command, cwd=case.cwd, env=case.env, stdin=subprocess.DEVNULL, stdout=stdout, stderr=stderr
        )
        stop = threading.Timer(TIMEOUT, process.kill)
        stop.daemon = True
        stop.start()
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - begin
        stop.cancel()
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != case.code:
        last = (_tail(err) + _tail(out)).strip()
        raise CommandFailedError(f"{case.name}: exit code {process.returncode}, expected {case.code}\n{last}")
    if case.changes is not None and (found := _changes(out)) != case.changes:
        raise CommandFailedError(f"{case.name}: {found} changes found, expected {case.changes}")
    if case.says not in out.read_bytes() + err.read_bytes():
        raise CommandFailedError(f"{case.name}: it did not say {case.says!r}\n{_tail(out)}")
    return wall, usage.ru_maxrss / 1024


def _tail(path: Path) -> str:
    return path.read_bytes()[-1500:].decode("utf-8", "replace")


def _changes(path: Path) -> int:
    with path.open(encoding="utf-8") as lines:
        return sum(line.lstrip(" [").startswith(("Create", "Update", "Delete")) for line in lines)
