"""What all commands share: the options before the command, the terminal, and the project they work on."""

import gc
import os
import shlex
import shutil
import sys
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from zonesync import workflow
from zonesync.cli import voice
from zonesync.cli.instruments import Instruments
from zonesync.cli.telling import Telling
from zonesync.findings import Finding, Severity
from zonesync.run import context as run_context
from zonesync.views.plain import Paint, clean, coloured, counted, plain, wrapped

if TYPE_CHECKING:
    from zonesync.load.memory import ZoneMemory

MAX_WIDTH = 120
_DEFAULT = "zonesync.yaml"


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
        self.telling = Telling()
        """Told by each command of what became of it."""
        self.concurrency: int | None = None
        """How many zones at a time, where the command line says so."""
        self.lock_timeout: float | None = None
        """Seconds to wait for a lock, where the command line says so."""
        self.changed_since = ""
        """The commit since which a zone has to be touched, where the command line names one."""
        self.shard = ""
        """Which of several jobs this is, ``I/N``, where the command line says so."""
        self.recalls = True
        """Whether what earlier runs have loaded may be taken, where the command only looks."""
        self.is_stopped = False
        """Whether a signal has asked that nothing more be begun."""
        self.asking = Asking()
        """What the command line says of name servers that are to be asked."""
        self._no_color = no_color or bool(os.environ.get("NO_COLOR"))
        self._folder = Path(chdir)
        self._config = config
        self._context: run_context.Context | None = None
        self._project: workflow.Project | None = None

    def begin(
        self,
        command: str = "",
        metrics: Path | None = None,
        out: Path | None = None,
        *,
        concurrency: int | None = None,
        lock_timeout: float | None = None,
        changed_since: str = "",
        shard: str = "",
        no_cache: bool = False,
        asking: Asking | None = None,
    ) -> None:
        """Take down what the command line says besides what the command itself does, and :meth:`count` a *command*."""
        if command:
            self.count(command, metrics, out)
        self.concurrency, self.lock_timeout = concurrency, lock_timeout
        self.changed_since, self.shard = changed_since, shard
        self.recalls = not no_cache
        self.asking = asking or self.asking

    def count(self, command: str, file: Path | None, out: Path | None = None) -> None:
        """Count what *command* does from here on, for ``--metrics`` *file*, where that is given.

        Raises :class:`~zonesync.workflow.UnknownNameError` where it is the file that *out* is written to, or looks like
        one that somebody keeps zones or a configuration in.
        """
        if file is not None and out is not None and self.path(file).absolute() == self.path(out).absolute():
            raise workflow.UnknownNameError(f"--metrics and --out are one file, `{file}`: give each its own")
        if file is not None and file.suffix.lower() in {".yaml", ".yml", ".zone"}:
            raise workflow.UnknownNameError(f"--metrics {file} would be written over: name a .json or .prom file")
        self.telling.command = command
        self.metrics.count(command, None if file is None else self.path(file))

    def finish(self, exit_code: int) -> None:
        """Write and send what is to be written and sent at the end of a command, however it ended."""
        if self._project and self._project.config.notify:
            self.report(self.telling.finish(self._project, self.context, exit_code))
        try:
            project = self.path(self._config).parent.resolve().name
        except OSError:  # the folder that we are in has gone
            project = ""
        self.metrics.finish(exit_code, project)

    def path(self, path: Path | str) -> Path:
        """Return a path of the command line as seen from ``--chdir``."""
        return self._folder / path

    def use(self, config: str) -> None:
        """Take *config* for the configuration, unless the command line names one."""
        if config and self._config == _DEFAULT:
            self._config = config

    def open(self, environ: Mapping[str, str] | None = None) -> workflow.Project:
        """Read the configuration; from here on many objects are built at once, so the cyclic collector rests.

        Its variables come from *environ*, by default the process's.
        """
        gc.disable()
        file = self.path(self._config)
        if self._folder.parts and not self._folder.is_dir():
            raise workflow.UnknownNameError(f"--chdir: there is no folder `{self._folder}`")
        self._project = workflow.open_project(file, environ)
        return self._project

    @property
    def program(self) -> str:
        """How zonesync is called again for the same configuration, in a shell."""
        words = ["zonesync"]
        if self._folder.parts:
            words += ["--chdir", str(self._folder)]
        if self._config != _DEFAULT:
            words += ["--config", self._config]
        return shlex.join(words)

    @property
    def config_file(self) -> Path:
        """The configuration, as seen from where the command was given."""
        return self.path(self._config)

    def touched(self, project: workflow.Project) -> workflow.Touched | None:
        """Return what the change touches that the command line asks for; None where it asks for all zones."""
        return workflow.touched_since(project, self.changed_since) if self.changed_since else None

    def dealt(self) -> workflow.Shard | None:
        """Return the shard that the zones have to be dealt to; None for all of them.

        Raises :class:`~zonesync.workflow.UnknownNameError` where the command line's word is none.
        """
        return workflow.Shard.parse(self.shard) if self.shard else None

    def remembering(
        self, project: workflow.Project, *, looks: bool = True, offline: bool = False
    ) -> AbstractContextManager["ZoneMemory | None"]:
        """Give what earlier runs have loaded to a command that only *looks*, if it may; *offline* asks no bucket."""
        return workflow.zone_memory(project, reads=looks, offline=offline) if self.recalls else nullcontext()

    def say_shard(self, here: int, elsewhere: int) -> None:
        """Say how many of the zones this job looks at, where it is one of several."""
        if self.shard:
            self.say(f"Shard {self.shard}: {here} of {counted(here + elsewhere, 'zone')}.")

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
        self.heard(found)
        shown = [finding for finding in found if finding.is_error or not self.quiet]
        if shown:
            voice.show(shown, self.paint(sys.stderr), self.width(sys.stderr))

    def heard(self, found: Sequence[Finding]) -> None:
        """Take note of what is shown, or has been."""
        self.metrics.found(found)
        self.telling.heard(found)

    def refuses(self, found: Sequence[Finding]) -> bool:
        """Tell whether *found* refuses: errors do, and with ``--strict`` warnings do."""
        return any(finding.is_error for finding in found) or self.is_too_strict_for(found)

    def is_too_strict_for(self, found: Sequence[Finding]) -> bool:
        """Tell whether ``--strict`` refuses what *found* warns of."""
        return self.strict and any(finding.severity is Severity.WARNING for finding in found)
