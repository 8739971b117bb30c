"""Tells of each request that botocore sends, Route 53's and those of STS, through botocore's own events.

https://docs.aws.amazon.com/boto3/latest/guide/events.html
"""

import re
import threading
import time
from typing import Any
from urllib.parse import urlsplit

import botocore.session

from zonesync.provider import observing
from zonesync.provider.observing import Exchange

_VERSIONED = re.compile(r"/\d{4}-\d\d-\d\d/(.*)")


class _Local(threading.local):
    """The request that this thread has under way: an event names none."""

    exchange: Exchange | None = None
    path: str = ""
    start: float = 0.0


_local = _Local()


def watch(session: botocore.session.Session) -> None:
    """Let the requests of every client that *session* makes from now on be told."""
    register: Any = session.register
    register("before-send", _sending)
    # An answer that cannot be parsed ends the call here, without the last event.
    register("before-parse", _answered)
    register("response-received", _ended)


def _sending(request: Any, **_: object) -> None:
    """Note what goes out. Returns nothing: what an event's handler returns here would be taken for the answer."""
    if not observing.is_observed():
        return
    _local.exchange = Exchange(sent=len(request.body or b""))
    # What stands before the API's version is the endpoint's own.
    found = _VERSIONED.search(urlsplit(request.url).path)
    _local.path = found.group(1).rstrip("/") if found else ""
    _local.start = time.monotonic()


def _answered(event_name: str, response_dict: Any, **_: object) -> None:
    exchange = _local.exchange
    if exchange is not None:
        _local.exchange = None
        exchange.status = str(response_dict["status_code"])
        exchange.received = len(response_dict.get("body") or b"")
        _tell(exchange, event_name)


def _ended(event_name: str, response_dict: Any, exception: BaseException | None = None, **_: object) -> None:
    exchange = _local.exchange
    if exchange is None:
        return
    if response_dict is not None:
        _answered(event_name, response_dict)
        return
    _local.exchange = None
    exchange.problem = type(exception).__name__
    _tell(exchange, event_name)


def _tell(exchange: Exchange, event_name: str) -> None:
    _, service, operation = event_name.split(".")
    # A role is asked for on the way to the zone, and has nothing to do with it.
    target = "" if service == "route-53" else service
    with observing.calling(operation, target, _local.path):
        observing.tell(exchange, time.monotonic() - _local.start)
