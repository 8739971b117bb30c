"""What came of sending one question one way: a message, or why there is none."""

import errno
import os
from dataclasses import dataclass

from zonesync.run.asking.messages import Trouble
from zonesync.run.asking.reading import Message


@dataclass(frozen=True, slots=True)
class Arrival:
    """A message that answers the question."""

    message: Message
    seconds: float
    """From sending the query that it answers."""
    troubles: tuple[Trouble, ...] = ()


@dataclass(frozen=True, slots=True)
class Failure:
    """No such message."""

    trouble: Trouble
    words: str = ""
    troubles: tuple[Trouble, ...] = ()


_OURS = frozenset({errno.EMFILE, errno.ENFILE})
_CUT = frozenset({errno.ECONNRESET, errno.EPIPE, errno.ECONNABORTED})


def of_error(problem: OSError) -> tuple[Trouble, str]:
    """Tell what the operating system means, in our words and in its own.

    Raises *problem* where it is our own: this process, or this host, has no descriptors left.
    """
    if problem.errno in _OURS:
        raise problem
    # asyncio puts the address into the text of its own errors; the words are the same for every server.
    words = os.strerror(problem.errno).lower() if problem.errno else str(problem).lower()
    if problem.errno == errno.ECONNREFUSED:
        return Trouble.CLOSED, words
    if problem.errno in _CUT:
        return Trouble.BROKEN, words
    if isinstance(problem, TimeoutError):
        return Trouble.TIMEOUT, words
    return Trouble.UNREACHABLE, words
