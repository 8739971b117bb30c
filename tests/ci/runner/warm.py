"""Our commands in processes of their own, forked from one that has read the program before: a story runs dozens.

Each has the arguments, the environment, the folder and the streams that it is given, and none of the tests'. The
process that forks them ends with the tests, whichever way these end: it reads its stdin until that is closed.
"""

import atexit
import contextlib
import json
import os
import select
import shlex
import signal
import socket
import subprocess
import sys
import tempfile
import traceback
from functools import cache
from importlib import import_module
from pathlib import Path

_TREE = Path(__file__).resolve().parents[3]
_READ = (
    "zonesync.cli.ci_apply",
    "zonesync.cli.ci_comment",
    "zonesync.cli.ci_drift",
    "zonesync.cli.ci_plan",
    "zonesync.views.plan_html",
    "zonesync.views.plan_markdown",
    "zonesync_bind.provider",
)
_CALL = """\
import json, os, socket, sys
with socket.socket(socket.AF_UNIX) as asked:
    asked.connect(sys.argv[1])
    told = json.dumps([sys.argv[2:], dict(os.environ), os.getcwd()]).encode()
    socket.send_fds(asked, [len(told).to_bytes(4, "big")], [0, 1, 2])
    asked.sendall(told)
    sys.exit(asked.recv(1)[0])
"""


@cache
def command() -> str:
    """Return the words of a shell that run `zonesync`; what they need is started when it is first asked for."""
    place = Path(tempfile.mkdtemp(prefix="warm-")) / "socket"
    env = {
        "PATH": os.environ["PATH"],
        "LANG": "C.UTF-8",
        "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
    }
    words = [sys.executable, "-m", __name__, str(place)]
    server = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=env, cwd=_TREE)
    assert server.stdout is not None
    assert server.stdout.readline(), "the process that forks has not begun"
    atexit.register(_end, server, place)
    return shlex.join([sys.executable, "-ISc", _CALL, str(place)])


def _end(server: "subprocess.Popen[bytes]", place: Path) -> None:
    with contextlib.suppress(OSError):
        server.communicate(timeout=10)
    place.unlink(missing_ok=True)
    place.parent.rmdir()


def _serve(place: str) -> None:
    """Fork a process for each call, one after the other, until stdin is closed."""
    for name in _READ:
        import_module(name)
    # Nobody else writes: a comment is read again at once.
    vars(import_module("zonesync.cli.ci_comment"))["SETTLE"] = 0.0
    with socket.socket(socket.AF_UNIX) as door:
        door.bind(place)
        door.listen()
        os.write(1, b"ready\n")
        while door.fileno() in select.select([door.fileno(), 0], [], [])[0]:
            asked, _ = door.accept()
            with asked:
                size, streams, _, _ = socket.recv_fds(asked, 4, 3)
                arguments, env, folder = json.loads(_whole(asked, int.from_bytes(size, "big")))
                child = os.fork()
                if not child:
                    _become(arguments, env, folder, streams)
                for stream in streams:
                    os.close(stream)
                code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
                asked.sendall(bytes([code & 0xFF]))


def _whole(asked: socket.socket, size: int) -> bytes:
    found = b""
    while len(found) < size:
        found += asked.recv(size - len(found))
    return found


def _become(arguments: list[str], env: dict[str, str], folder: str, streams: list[int]) -> None:
    """Be the command that was asked for, and end with it."""
    from zonesync import cli

    code = 70
    try:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        os.environ.clear()
        os.environ.update(env)
        os.chdir(folder)
        for number, stream in enumerate(streams):
            os.dup2(stream, number)
        # What the old ones know of a pipe or a file is not true of these.
        sys.stdin = os.fdopen(0, encoding="utf-8", closefd=False)
        sys.stdout = os.fdopen(1, "w", encoding="utf-8", closefd=False)
        sys.stderr = os.fdopen(2, "w", buffering=1, encoding="utf-8", errors="backslashreplace", closefd=False)
        sys.argv = ["zonesync", *arguments]
        cli.main()
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 1
    except BaseException:
        traceback.print_exc()
        raise
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    _serve(sys.argv[1])
