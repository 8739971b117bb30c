"""What ``init`` wants to know: from the options, else from whoever sits at the terminal, else by default."""

import shlex
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeVar

from zonesync import workflow

if TYPE_CHECKING:
    from zonesync.cli.session import Session

T = TypeVar("T")


class GoneError(Exception):
    """Whoever was asked has gone."""


class Questions:
    """Asks on stderr, reads from stdin; without *asks* every answer is the default."""

    def __init__(self, session: "Session", *, asks: bool) -> None:
        self._session = session
        self.asks = asks
        """Whether there is somebody to ask."""

    def answer(self, given: Sequence[str] | None, question: str, default: str, read: Callable[[Sequence[str]], T]) -> T:
        """Return what *read* makes of the words *given*, or of an answer to *question*; a wrong answer is asked again.

        Raises :class:`GoneError`, and what *read* raises of words that were given.
        """
        if given is not None or not self.asks:
            return read(shlex.split(default) if given is None else given)
        while True:
            line = self._line(f"{question} [{default}]:")
            try:
                return read(shlex.split(line) or shlex.split(default))
            except workflow.RefusedError as problem:
                self._session.report(problem.findings)
            except ValueError as problem:  # an unknown name, or a quote that is not closed
                self._session.say(str(problem))

    def confirmed(self, question: str) -> bool:
        """Tell whether *question* is answered with yes, or with nothing. Raises :class:`GoneError`."""
        return not self.asks or self._line(f"{question} [yes]:").lower() in {"", "y", "yes"}

    def _line(self, question: str) -> str:
        self._session.ask(question)
        line = sys.stdin.readline()
        if not line:
            raise GoneError
        return line.strip()
