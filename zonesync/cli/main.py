"""Where every outcome becomes an exit code, and no exception becomes a traceback."""

import contextlib
import io
import os
import sys
from collections.abc import Sequence
from typing import NoReturn

from zonesync.cli.exits import Exit

_FLAGS = frozenset({"--quiet", "--no-color", "--strict"})
_OPTIONS = frozenset({"--config", "--chdir"})
_INTERRUPTED = 130
"""What typer makes of Ctrl-C."""


def main() -> NoReturn:
    """Run the command line of this process and exit."""
    if "--no-color" in sys.argv:
        os.environ["NO_COLOR"] = "1"  # what prints the help looks here alone
    _make_streams_safe()
    code = run(sys.argv[1:])
    with contextlib.suppress(OSError):
        sys.stdout.flush()
        sys.stderr.flush()
        sys.exit(code)
    os._exit(code)  # the interpreter's own flush would complain


def _make_streams_safe() -> None:
    """Give closed streams somewhere to go, and spell out what a stream's encoding cannot write."""
    sys.stdout = sys.stdout or open(os.devnull, "w")  # noqa: PTH123, SIM115 -- as long as the process
    sys.stderr = sys.stderr or open(os.devnull, "w")  # noqa: PTH123, SIM115 -- as above
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def run(arguments: Sequence[str]) -> int:
    """Run one command line and return its exit code (design: exit codes)."""
    import typer

    from zonesync.cli.app import command

    usage_error: type[Exception] = typer.BadParameter.__mro__[1]
    try:
        code = command().main(args=hoisted(arguments), prog_name="zonesync", standalone_mode=False)
    except usage_error as problem:
        return _usage(problem)
    except (typer.Abort, KeyboardInterrupt):
        return _stopped()
    except BrokenPipeError:
        return Exit.REFUSED
    except Exception as problem:  # noqa: BLE001 -- the one place where a defect becomes a message
        return _failed(problem)
    return _stopped() if code == _INTERRUPTED else int(code or 0)


def _stopped() -> int:
    print("zonesync: stopped", file=sys.stderr)  # noqa: T201
    return Exit.REFUSED


def hoisted(arguments: Sequence[str]) -> list[str]:
    """Move the options that every command has to the front, so that they may stand anywhere."""
    front: list[str] = []
    rest: list[str] = []
    words = iter(arguments)
    for word in words:
        if word == "--":
            rest += [word, *words]
        elif word in _FLAGS or ("=" in word and word.partition("=")[0] in _OPTIONS):
            front.append(word)
        elif word in _OPTIONS:
            value = next(words, None)
            front += [word] if value is None else [word, value]
        else:
            rest.append(word)
    return front + rest


def _usage(problem: Exception) -> int:
    from zonesync.views.plain import clean

    context = getattr(problem, "ctx", None)
    path = context.command_path if context else "zonesync"
    message = getattr(problem, "format_message", problem.__str__)()
    print(f"zonesync: {clean(message) or 'a command is needed'}\ntry `{path} --help`", file=sys.stderr)  # noqa: T201
    return Exit.USAGE


def _failed(problem: Exception) -> int:
    from zonesync.cli.failure import explain

    return explain(problem)
