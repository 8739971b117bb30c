"""What all commands share: the options before the command, the terminal, and the project they work on."""

import gc
import os
import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from zonesync import workflow
from zonesync.cli import voice
from zonesync.cli.instruments import Instruments
from zonesync.findings import Finding, Severity
from zonesync.run import context as run_context
from zonesync.views.plain import Paint, clean, coloured, plain, wrapped

MAX_WIDTH = 120


@dataclass(frozen=True, slots=True)
class Asking:
    """What a run waits for besides its providers, as the command line says it."""

    verify: bool = False
    verify_timeout: str = "10m"
    root_hints: str = ""
    sits_out: bool = False
    delegation_done: bool = False


class Session:
    """One command's surroundings."""

    def __init__(
        self, config: str, chdir: str, *, quiet: bool, no_color: bool, strict: bool, trace: bool = False
    ) -> None:
        self.quiet = quiet
        self.strict = strict
        self.metrics = Instruments(trace=trace)
        """Told by each command of what it does."""
        self.concurrency: int | None = None
        """How many zones at a time, where the command line says so."""
        self.lock_timeout: float | None = None
        """Seconds to wait for a lock, where the command line says so."""
        self.asking = Asking()
        """What the command line says of name servers that are to be asked."""
        self._no_color = no_color or bool(os.environ.get("NO_COLOR"))
        self._folder = Path(chdir)
        self._config = config
        self._context: run_context.Context | None = None

    def count(self, command: str, file: Path | None, out: Path | None = None) -> None:
        """Count what *command* does from here on, for ``--metrics`` *file*, where that is given.

        Raises :class:`~zonesync.workflow.UnknownNameError` where it is the file that *out* is written to, or looks like
        one that somebody keeps zones or a configuration in.
        """
        if file is not None and out is not None and self.path(file).absolute() == self.path(out).absolute():
            raise workflow.UnknownNameError(f"--metrics and --out are one file, `{file}`: give each its own")
        if file is not None and file.suffix.lower() in {".yaml", ".yml", ".zone"}:
            raise workflow.UnknownNameError(f"--metrics {file} would be written over: name a .json or .prom file")
        self.metrics.count(command, None if file is None else self.path(file))

    def finish(self, exit_code: int) -> None:
        """Write what is to be written at the end of a command, however it ended."""
        try:
            project = self.path(self._config).parent.resolve().name
        except OSError:  # the folder that we are in has gone
            project = ""
        self.metrics.finish(exit_code, project)

    def path(self, path: Path | str) -> Path:
        """Return a path of the command line as seen from ``--chdir``."""
        return self._folder / path

    def open(self) -> workflow.Project:
        """Read the configuration; from here on many objects are built at once, so the cyclic collector rests."""
        gc.disable()
        file = self.path(self._config)
        if self._folder.parts and not self._folder.is_dir():
            raise workflow.UnknownNameError(f"--chdir: there is no folder `{self._folder}`")
        return workflow.open_project(file)

    @property
    def context(self) -> run_context.Context:
        """Who runs this, and from which commit."""
        if self._context is None:
            self._context = run_context.from_environment(self.path(self._config).parent)
        return self._context

    def paint(self, stream: Any) -> Paint:
        """Return how to colour text for *stream*: only a terminal gets colour, and only when it may."""
        return coloured if stream.isatty() and not self._no_color and os.environ.get("TERM") != "dumb" else plain

    def width(self, stream: Any) -> int:
        """Return the columns of *stream*: its own on a terminal, else 80."""
        return min(shutil.get_terminal_size().columns, MAX_WIDTH) if stream.isatty() else 80

    def say(self, text: str) -> None:
        """Say *text* on stderr, unless ``--quiet``."""
        if not self.quiet:
            voice.put("\n".join(wrapped(clean(text), self.width(sys.stderr), 2)), "info", "message", text)

    def ask(self, question: str) -> None:
        """Ask a *question*; the answer is read from the terminal, on the same line."""
        if voice.is_json():
            voice.put("", "info", "question", question)
        else:
            print(f"{question} ", end="", file=sys.stderr, flush=True)  # noqa: T201

    def complain(self, rule: str, message: str, help: str = "") -> None:  # noqa: A002 -- the finding's own word
        """Say on stderr why something is not done, also with ``--quiet``."""
        self.report([Finding(rule, Severity.ERROR, message, help=help)])

    def report(self, found: Sequence[Finding]) -> None:
        """Show findings on stderr; with ``--quiet`` the errors alone."""
        self.metrics.found(found)
        shown = [finding for finding in found if finding.is_error or not self.quiet]
        if shown:
            voice.show(shown, self.paint(sys.stderr), self.width(sys.stderr))

    def refuses(self, found: Sequence[Finding]) -> bool:
        """Tell whether *found* refuses: errors do, and with ``--strict`` warnings do."""
        return any(finding.is_error for finding in found) or self.is_too_strict_for(found)

    def is_too_strict_for(self, found: Sequence[Finding]) -> bool:
        """Tell whether ``--strict`` refuses what *found* warns of."""
        return self.strict and any(finding.severity is Severity.WARNING for finding in found)
