"""Commands with a gibibyte of address space and five seconds of the processor, each in a process of its own.

It is forked from one that has loaded the program already: loading takes longer than most of what is tried.
"""

import multiprocessing
import os
import resource
import sys
from multiprocessing.context import ForkServerContext
from pathlib import Path

from tests.hostile import worker
from zonesync import cli

_LOADED = ["zonesync.cli.app", "zonesync.cli.session", "zonesync.cli.planning", "zonesync.cli.apply"]


def confine() -> None:
    """Set the limits of this process."""
    resource.setrlimit(resource.RLIMIT_AS, (worker.MEMORY, worker.MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (worker.SECONDS, worker.SECONDS))


def _context() -> ForkServerContext:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(_LOADED)
    return context


def _run(folder: str, shown: tuple[str, str], arguments: tuple[str, ...]) -> None:
    os.chdir(folder)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    for descriptor, name in enumerate(shown, 1):
        with Path(name).open("wb") as file:
            os.dup2(file.fileno(), descriptor)
    confine()
    sys.argv = ["zonesync", *arguments]
    sys.exit(cli.main())


def run(folder: Path, *arguments: str) -> tuple[int, str, str]:
    """Return the exit code of ``zonesync ARGUMENTS`` in *folder*, negative for a signal, and what it said where."""
    shown = (folder / "stdout", folder / "stderr")
    process = _context().Process(target=_run, args=(str(folder), tuple(map(str, shown)), arguments))
    process.start()
    process.join()
    assert process.exitcode is not None
    out, err = (name.read_bytes().decode() for name in shown)
    return process.exitcode, out, err
