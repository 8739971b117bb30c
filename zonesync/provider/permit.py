"""Leave to write. A run holds a lock on its zone; an adapter asks right before each write whether it still does.

The runner says how to find out, for the thread that carries a zone out; without a runner, everything is allowed.
"""

import contextlib
from collections.abc import Callable, Iterator
from contextvars import ContextVar


class NoLeaveError(Exception):
    """Nothing more may be written: another run may hold the zone by now, or this one was told to stop."""


_ask: ContextVar[Callable[[], None] | None] = ContextVar("leave to write", default=None)


def require_leave() -> None:
    """Return where a write may go out now. Adapters call it last of all before each write, the repeated ones included.

    Raises :class:`NoLeaveError`, which an adapter lets through: nothing of what it was about to write was sent.
    """
    ask = _ask.get()
    if ask is not None:
        ask()


@contextlib.contextmanager
def asking(ask: Callable[[], None]) -> Iterator[None]:
    """Let *ask*, which raises :class:`NoLeaveError`, decide over the writes of this thread."""
    token = _ask.set(ask)
    try:
        yield
    finally:
        _ask.reset(token)
