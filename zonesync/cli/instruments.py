"""What ``--metrics`` and ``--trace`` watch during one command. Without them nothing is counted, and nothing is told."""

import contextlib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from zonesync.cli import voice
from zonesync.findings import Finding, Severity
from zonesync.provider.abilities import Counted, Counts
from zonesync.provider.observing import observing

if TYPE_CHECKING:
    from zonesync import workflow
    from zonesync.provider.contract import Provider
    from zonesync.run.metrics import Metrics
    from zonesync.run.results import StepResult


class Instruments:
    """One command's. A command tells what it did, whether anybody counts or not."""

    def __init__(self, *, trace: bool = False) -> None:
        self._watching = contextlib.ExitStack()
        self._metrics: Metrics | None = None
        self._file: Path | None = None
        self._providers: list[tuple[str, Provider]] = []
        """Of every plan: one that is made again has others of the same names."""
        if trace:
            self._watching.enter_context(voice.tracing())

    def count(self, command: str, file: Path | None) -> None:
        """Count from here on what *command* does, and write it to *file*, where there is one, at the end."""
        if file is None:
            return
        from zonesync.run.metrics import Metrics

        self._file = file
        self._metrics = Metrics(command)
        self._watching.enter_context(observing(self._metrics.requested))

    def phase(self, name: str) -> contextlib.AbstractContextManager[None]:
        """Measure how long what is within takes: ``plan`` or ``apply``."""
        return self._metrics.phase(name) if self._metrics else contextlib.nullcontext()

    def planned(self, planning: "workflow.Planning") -> None:
        """Count what was looked at and what is to change, and at the end what the providers' services were asked."""
        if self._metrics:
            self._metrics.planned(planning.plan)
            self._providers += planning.providers.items()
            self._metrics.counted(self._counts)

    def stepped(self, result: "StepResult") -> None:
        """Count what became of the changes of one step; to be called for each as it ends."""
        if self._metrics:
            self._metrics.stepped(result)

    def found(self, findings: Sequence[Finding]) -> None:
        """Count findings; those that are reported are."""
        if self._metrics:
            self._metrics.found(findings)

    def drifted(self, items: Iterable[tuple[str, str, str]]) -> None:
        """Count what differs: zone, provider and kind of each item."""
        if self._metrics:
            self._metrics.drifted(items)

    def _counts(self) -> dict[str, Counts]:
        found: dict[str, Counts] = {}
        for name, provider in {id(one): (name, one) for name, one in self._providers}.values():
            if isinstance(provider, Counted):
                known, more = found.get(name, Counts()), provider.counts
                found[name] = Counts(
                    known.calls + more.calls,
                    known.retries + more.retries,
                    known.throttled + more.throttled,
                    known.waited + more.waited,
                )
        return found

    def finish(self, exit_code: int, project: str) -> None:
        """Stop watching, and write what was counted. A file that cannot be written is said, and changes nothing."""
        self._watching.close()
        if self._metrics is None or self._file is None:
            return
        from zonesync.cli.output import write_file
        from zonesync.views import metrics_json, metrics_prom

        view = metrics_prom if self._file.suffix == ".prom" else metrics_json
        try:
            write_file(self._file, view.text(self._metrics.summary(exit_code, project)))
        except OSError as problem:
            words = f"`{self._file}` cannot be written, so this run's metrics are lost: {problem.strerror or problem}"
            voice.show([Finding("metrics-unwritten", Severity.WARNING, words)])
