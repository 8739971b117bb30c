"""Ask BIND itself whether it would load a file, before the file takes its place."""

import os
import shutil
import subprocess
from pathlib import Path

from zonesync.provider.errors import Rejected, Unavailable
from zonesync.provider.observing import request

_SECONDS = 10
_WORDS = 1000


def find_checker() -> str | None:
    """Return the path of named-checkzone, also from where root's programs are; None where it is not installed."""
    path = os.pathsep.join(filter(None, (os.environ.get("PATH"), "/usr/local/sbin", "/usr/sbin", "/sbin")))
    return shutil.which("named-checkzone", path=path)


def check_file(checker: str, zone: str, file: Path, shown: Path) -> None:
    """Let named-checkzone read *file*, which is to become *shown*.

    ``-i local`` keeps it from asking a resolver about names outside the zone. Raises :class:`Rejected` with BIND's
    words, and :class:`Unavailable` when it does not answer in time.
    """
    command = [checker, "-i", "local", "--", zone, str(file.absolute())]
    try:
        with request("named-checkzone", str(shown)) as exchange:
            done = subprocess.run(  # noqa: S603 -- no shell, and the arguments are ours
                command, capture_output=True, timeout=_SECONDS, check=False, stdin=subprocess.DEVNULL
            )
            exchange.problem = f"exit {done.returncode}" if done.returncode else ""
    except subprocess.TimeoutExpired:
        raise Unavailable(f"named-checkzone gave no answer within {_SECONDS} s", hint="set `check: false`") from None
    except OSError as problem:
        raise Unavailable(f"`{checker}` cannot be run: {problem.strerror}", hint="set `check: false`") from problem
    if done.returncode:
        words = (done.stdout + done.stderr).decode("utf-8", "replace").replace(str(file.absolute()), str(shown))
        raise Rejected(f"named-checkzone refuses the file: {' / '.join(words.split(chr(10))).strip(' /')[:_WORDS]}")
