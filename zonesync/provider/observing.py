"""Every request that an adapter makes, told to whoever watches: what was asked, how it ended, how long it took.

Adapters tell, whether anybody listens or not; it costs them next to nothing where nobody does. What is told holds no
secret: no header, no query, no body, no words of an error.
"""

import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Request:
    """One request, ended. A file read or a program run counts as one, too."""

    provider: str
    """The configuration's name for the provider."""
    zone: str
    """Identity of the zone it was made for; empty where it was for none, such as a list of zones."""
    operation: str
    """The service's own word: ``ListResourceRecordSets``, ``GET /v1/zones/{zone}``, ``read file``, ``rndc``."""
    target: str
    """What it was about: the zone, or the path of a record or a file; never a query."""
    status: str
    """HTTP status (RFC 9110 section 15); empty where there was no answer, or where no HTTP is spoken."""
    seconds: float
    sent: int = 0
    """Octets of the body that went out."""
    received: int = 0
    """Octets of the body that came back, as they came: compressed, if they were."""
    problem: str = ""
    """Why there was no good end, as the name of an exception (``ReadTimeout``) or ``exit 1``; never its words."""


@dataclass(slots=True)
class Exchange:
    """What is noted of one request while it is under way; see :class:`Request` for the fields."""

    status: str = ""
    sent: int = 0
    received: int = 0
    problem: str = ""


@dataclass(frozen=True, slots=True)
class _Subject:
    """What the requests of this thread are for."""

    provider: str = ""
    zone: str = ""
    operation: str = ""
    target: str = ""
    path: str = ""


Observer = Callable[[Request], None]
"""Told of each request in the thread that made it, so several at a time."""

_observers: tuple[Observer, ...] = ()
_lock = threading.Lock()
_NOBODY = _Subject()
_subject: ContextVar[_Subject] = ContextVar("what requests are for", default=_NOBODY)


def is_observed() -> bool:
    """Tell whether anybody listens."""
    return bool(_observers)


@contextlib.contextmanager
def observing(observer: Observer) -> Iterator[None]:
    """Tell *observer* of every request of this process that ends meanwhile, whatever thread makes it."""
    global _observers  # noqa: PLW0603 -- threads that are started later must see it, and a context is not passed on
    with _lock:
        _observers = (*_observers, observer)
    try:
        yield
    finally:
        with _lock:
            _observers = tuple(one for one in _observers if one is not observer)


@contextlib.contextmanager
def about(provider: str, zone: str = "") -> Iterator[None]:
    """Say whose the requests of this thread are. :func:`zonesync.provider.errors.named` does."""
    if not _observers:
        yield
        return
    before = _subject.get()
    _subject.set(_Subject(provider, zone))
    try:
        yield
    finally:
        # Not by token: a generator that is left behind may end in another thread.
        _subject.set(before)


@contextlib.contextmanager
def calling(operation: str, target: str = "", path: str = "") -> Iterator[None]:
    """Name the requests of this thread for the transport below, which sees no more than addresses.

    Where no *target* is given, it is the zone, and *path* where the request is for no zone.
    """
    if not _observers:
        yield
        return
    before = _subject.get()
    _subject.set(replace(before, operation=operation, target=target, path=path))
    try:
        yield
    finally:
        _subject.set(before)


@contextlib.contextmanager
def request(operation: str = "", target: str = "") -> Iterator[Exchange]:
    """Tell of the request made within, whose end is noted in what this yields. An exception goes through."""
    exchange = Exchange()
    if not _observers:
        yield exchange
        return
    start = time.monotonic()
    try:
        yield exchange
    except BaseException as problem:
        exchange.problem = exchange.problem or type(problem).__name__
        raise
    finally:
        tell(exchange, time.monotonic() - start, operation, target)


def tell(exchange: Exchange, seconds: float, operation: str = "", target: str = "") -> None:
    """Tell of a request that has ended; what is not given is taken from :func:`calling` and :func:`about`."""
    observers = _observers
    if not observers:
        return
    subject = _subject.get()
    made = Request(
        provider=subject.provider,
        zone=subject.zone,
        operation=subject.operation or operation,
        target=target or subject.target or subject.zone or subject.path,
        status=exchange.status,
        seconds=seconds,
        sent=exchange.sent,
        received=exchange.received,
        problem=exchange.problem,
    )
    for observer in observers:
        # A write is under way in this thread: who watches must not be what ends it.
        with contextlib.suppress(Exception):
            observer(made)
