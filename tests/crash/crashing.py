"""Run the command line, and kill this process with SIGKILL at the n-th of its durable operations.

    python crashing.py count|before:N|half:N|after:N FILE ARGUMENT...

An operation is a write, sync, rename, link, unlink or creation of a file or folder, or a call to an object store. With
``half`` a write puts half of its octets first. With ``count`` nothing is killed: FILE gets what there was, a line each.
"""

import builtins
import os
import signal
import sys
from pathlib import Path

mode, _, number = sys.argv[1].partition(":")
target = int(number or 0)
told = Path(sys.argv[2])
seen: list[str] = []


def die():
    os.kill(os.getpid(), signal.SIGKILL)


def wrapped(name, real):
    def operation(*args, **kwargs):
        if name == "open" and not args[1] & os.O_CREAT:
            return real(*args, **kwargs)
        seen.append(name)
        mine = len(seen) == target
        if mine and (mode == "before" or (mode == "half" and name != "write")):
            die()
        if mine and mode == "half":
            real(args[0], args[1][: len(args[1]) // 2])
            die()
        try:
            return real(*args, **kwargs)
        finally:
            if mine:
                die()

    return operation


class File:
    """A file object whose writes count."""

    def __init__(self, file):
        self.file = file

    def __enter__(self):
        return self

    def __exit__(self, *problem):
        self.file.close()

    def __getattr__(self, name):
        return getattr(self.file, name)

    def write(self, data):
        def write(_, part):
            self.file.write(part)
            self.file.flush()

        wrapped("write", write)(None, data)


real_open, real_fdopen = builtins.open, os.fdopen


def opened(real):
    def open_file(file, mode="r", *args, **kwargs):
        made = real(file, mode, *args, **kwargs)
        return File(made) if "w" in mode and isinstance(file, int) else made

    return open_file


def arm():
    for name in ("fsync", "replace", "rename", "link", "unlink", "mkdir", "write", "open"):
        setattr(os, name, wrapped(name, getattr(os, name)))
    os.fdopen = opened(real_fdopen)
    builtins.open = opened(real_open)
    try:
        import obstore
    except ModuleNotFoundError:
        return
    for name in ("put", "delete"):
        setattr(obstore, name, wrapped(f"object {name}", getattr(obstore, name)))


if __name__ == "__main__":
    from zonesync import cli

    output, error = sys.stdout, sys.stderr
    arm()
    code = cli.run(sys.argv[3:])
    if mode == "count":
        with real_open(told, "w") as file:
            file.write("\n".join(seen))
    sys.exit(code)
