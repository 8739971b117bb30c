"""Where every outcome becomes an exit code, and no exception becomes a traceback."""

import contextlib
import io
import os
import signal
import sys
from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, NoReturn

from zonesync.cli import voice
from zonesync.cli.exits import Exit

if TYPE_CHECKING:
    from zonesync.cli.session import Session

_LOG_FORMAT = "--log-format"
_FLAGS = frozenset({"--quiet", "--no-color", "--strict", "--trace"})
_OPTIONS = frozenset({"--config", "--chdir", _LOG_FORMAT})
_INTERRUPTED = 130
"""What typer makes of Ctrl-C."""


def main() -> NoReturn:
    """Run the command line of this process and exit."""
    if "--no-color" in sys.argv:
        os.environ["NO_COLOR"] = "1"  # what prints the help looks here alone
    _make_streams_safe()
    # Whoever ends a command gets the same words, and the same record, from whichever signal.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
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
    words = hoisted(arguments)
    with voice.speaking(_log_format(words)):
        sessions: list[Session] = []
        code: int = Exit.REFUSED
        try:
            code = _run(words, sessions)
        finally:
            for session in sessions:
                session.finish(code)
    return code


def _run(words: list[str], sessions: "list[Session]") -> int:
    """Run a command line, whose session is added to *sessions* as soon as there is one."""
    import typer

    from zonesync.cli.app import command

    usage_error: type[Exception] = typer.BadParameter.__mro__[1]
    try:
        code = command().main(args=words, prog_name="zonesync", standalone_mode=False, obj=sessions)
    except usage_error as problem:
        return _usage(problem)
    except (typer.Abort, KeyboardInterrupt):
        return _stopped()
    except BrokenPipeError:
        return Exit.REFUSED
    except Exception as problem:  # noqa: BLE001 -- the one place where a defect becomes a message
        return _failed(problem, sessions)
    return _stopped() if code == _INTERRUPTED else int(code or 0)


def _stopped() -> int:
    voice.put("zonesync: stopped", "error", "stopped", "stopped")
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


def _log_format(words: Sequence[str]) -> str:
    """Return the value of the last ``--log-format`` of hoisted *words*: what is wrong with them is said in it, too."""
    form = ""
    for word, value in pairwise((*words, "")):
        if word == "--":
            break
        if word == _LOG_FORMAT:
            form = value
        elif word.startswith(f"{_LOG_FORMAT}="):
            form = word.partition("=")[2]
    return form


def _usage(problem: Exception) -> int:
    from zonesync.views.plain import clean

    context = getattr(problem, "ctx", None)
    path = context.command_path if context else "zonesync"
    message = getattr(problem, "format_message", problem.__str__)() or "a command is needed"
    advice = f"try `{path} --help`"
    voice.put(f"zonesync: {clean(message)}\n{advice}", "error", "usage", message, help=advice)
    return Exit.USAGE


def _failed(problem: Exception, sessions: "list[Session]") -> int:
    from zonesync.cli.failure import explain

    return explain(problem, *(session.heard for session in sessions))
