"""A progress bar on a terminal, for work that takes over a second."""

import sys
import threading
import time
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from zonesync.cli import voice

if TYPE_CHECKING:
    from zonesync.cli.session import Session

PATIENCE = 1.0
"""Seconds before a bar appears: what is done sooner needs none."""


class Progress:
    """Counts what is done, and shows it once that takes long; silent where stderr is no terminal."""

    def __init__(self, session: "Session", title: str, total: int | None = None) -> None:
        self._is_shown = sys.stderr.isatty() and not session.quiet and not voice.is_line_by_line()
        self._title = title
        self._total = total
        self._done = 0
        self._started = time.monotonic()
        self._lock = threading.Lock()
        self._bar: Any = None
        self._task: Any = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.stop()

    def expect(self, title: str, total: int) -> None:
        """Say what comes next, and how much of it."""
        self._title, self._total, self._done = title, total, 0
        self._show()

    def grow(self, total: int) -> None:
        """Say that there is more of it: *total* in all."""
        self._total = total

    def advance(self) -> None:
        """Count one more as done."""
        with self._lock:
            self._done += 1
            self._show()

    def _show(self) -> None:
        if not self._is_shown or time.monotonic() - self._started < PATIENCE:
            return
        if self._bar is None:
            from rich.console import Console
            from rich.progress import Progress as Bar

            self._bar = Bar(console=Console(stderr=True), transient=True)
            self._task = self._bar.add_task(self._title, total=self._total)
            self._bar.start()
        self._bar.update(self._task, description=self._title, total=self._total, completed=self._done)
