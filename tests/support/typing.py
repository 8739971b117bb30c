"""Somebody at a terminal: a command in a pseudo-terminal, and answers typed at its questions."""

import os
import pty
import select
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

PATIENCE = 60.0
"""Seconds after which a command that says nothing more has hung."""


def typed(command: Sequence[str], answers: Sequence[str | None], cwd: Path, env: Mapping[str, str]) -> tuple[int, str]:
    """Run *command*, answer each question (what ends in ``]: ``), and return its exit code and what appeared.

    None for an answer is the end of input.
    """
    ours, its = pty.openpty()
    process = subprocess.Popen(command, stdin=its, stdout=its, stderr=its, cwd=cwd, env=env, close_fds=True)
    os.close(its)
    shown, left, end = "", list(answers), time.monotonic() + PATIENCE
    try:
        while time.monotonic() < end:
            if not select.select([ours], [], [], 0.1)[0]:
                continue
            try:
                data = os.read(ours, 65536)
            except OSError:  # the other end is closed
                break
            if not data:
                break
            shown += data.decode()
            if shown.endswith("]: "):
                answer = left.pop(0)
                os.write(ours, b"\x04" if answer is None else f"{answer}\n".encode())
        return process.wait(timeout=PATIENCE), shown.replace("\r\n", "\n")
    finally:
        process.kill()
        process.wait()
        os.close(ours)
