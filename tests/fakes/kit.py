"""What every fake service is made of: a real HTTP server on loopback, a log of requests, and faults on order.

A fake imports nothing of the product: it knows the service's documentation alone.
"""

import json
import re
import socket
import ssl
import sys
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit


@dataclass(frozen=True, slots=True)
class Request:
    """One request as it came in."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    """Names in lower case."""
    body: bytes

    @property
    def json(self):
        """The body as JSON."""
        return json.loads(self.body or b"null")


@dataclass(frozen=True, slots=True)
class Answer:
    """One response."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    content_type: str = "application/json"

    @classmethod
    def of(cls, data, status: int = 200, **headers: str) -> "Answer":
        """Return *data* as JSON."""
        return cls(status, json.dumps(data).encode(), headers)


@dataclass(slots=True)
class Fault:
    """What goes wrong with the requests that match; the first *skip* of them pass, then *times* of them fail."""

    method: str = ".*"
    path: str = ".*"
    skip: int = 0
    times: int = 1
    answer: Answer | None = None
    """Sent instead of the service's own; nothing takes effect."""
    answer_after: Answer | None = None
    """Sent instead of the service's own, which has taken effect."""
    drop: str = ""
    """``before``: the connection is cut and nothing takes effect; ``after``: it took effect, and no answer comes."""
    delay: float = 0.0
    """Seconds before anything happens."""
    run: Callable[[], object] | None = None
    """Called before the request is handled: somebody else's edit."""
    rewrite: Callable[[Answer], Answer] | None = None
    """Changes the service's own answer."""
    seen: int = 0

    def hits(self, request: Request) -> bool:
        """Tell whether *request* is one to go wrong, and count it."""
        if not (re.fullmatch(self.method, request.method) and re.search(self.path, request.path)):
            return False
        self.seen += 1
        return self.skip < self.seen <= self.skip + self.times


@dataclass(slots=True)
class Throttle:
    """A token bucket before the service: *rate* calls a second, *burst* at once."""

    rate: float
    burst: float = 5
    clock: Callable[[], float] = time.monotonic
    refused: int = 0
    _tokens: float | None = None
    _at: float = 0.0

    def admits(self) -> bool:
        """Take a token if there is one."""
        now = self.clock()
        tokens = self.burst if self._tokens is None else min(self.burst, self._tokens + (now - self._at) * self.rate)
        self._at = now
        # A hair of tolerance: the client's clock and the server's are read at two moments.
        if tokens < 1 - 1e-6:
            self._tokens = tokens
            self.refused += 1
            return False
        self._tokens = tokens - 1
        return True


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the log."""

    request: Request
    status: int
    """0 where the connection was cut."""
    started: float
    took_effect: bool


class FakeService:
    """A service to inherit from: override :meth:`handle` and :meth:`throttled`. A context manager."""

    def __init__(self, *, throttle: Throttle | None = None, tls: tuple[str, str] | None = None) -> None:
        self.log: list[Entry] = []
        self.faults: list[Fault] = []
        self.throttle = throttle
        self._lock = threading.RLock()
        self._tls = tls
        self._server: ThreadingHTTPServer | None = None

    def handle(self, request: Request) -> Answer:
        """Answer *request*; one at a time."""
        raise NotImplementedError

    def throttled(self) -> Answer:
        """Return what the service says to one call too many."""
        raise NotImplementedError

    def fail(self, **fault: Any) -> Fault:
        """Order a fault, by the fields of :class:`Fault`."""
        made = Fault(**fault)
        self.faults.append(made)
        return made

    def requests(self, method: str = ".*", path: str = ".*") -> list[Request]:
        """Return the logged requests that match."""
        found: Iterable[Entry] = self.log
        return [
            entry.request
            for entry in found
            if re.fullmatch(method, entry.request.method) and re.search(path, entry.request.path)
        ]

    @property
    def url(self) -> str:
        """Where it listens, without a final slash."""
        assert self._server is not None, "the fake is not started"
        return f"{'https' if self._tls else 'http'}://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        """Listen on a free port of 127.0.0.1."""
        service: FakeService = self

        class Handler(_Handler):
            fake = service

        self._server = _Server(("127.0.0.1", 0), Handler)
        if self._tls:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*self._tls)
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop listening."""
        assert self._server is not None
        self._server.shutdown()
        self._server.server_close()

    def answer(self, request: Request) -> Answer | None:
        """Answer as faults and throttle allow; None cuts the connection."""
        started = time.monotonic()
        with self._lock:
            fault = next((fault for fault in self.faults if fault.hits(request)), None)
        if fault and fault.delay:
            time.sleep(fault.delay)
        with self._lock:
            if fault and fault.run:
                fault.run()
            answer: Answer | None
            took_effect = False
            if self.throttle and not self.throttle.admits():
                answer = self.throttled()
            elif fault and (fault.answer or fault.drop == "before"):
                answer = fault.answer
            else:
                answer = self.handle(request)
                took_effect = answer.status < 400
                if fault and (fault.answer_after or fault.drop == "after"):
                    answer = fault.answer_after
                elif fault and fault.rewrite:
                    answer = fault.rewrite(answer)
            self.log.append(Entry(request, answer.status if answer else 0, started, took_effect))
        return answer


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """Answer on one connection, untraced: no coverage is measured of a fake, and a trace takes longer than it."""
        sys.settrace(None)
        super().process_request_thread(request, client_address)

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of connections that a client cut."""


class _Handler(BaseHTTPRequestHandler):
    fake: FakeService
    protocol_version = "HTTP/1.1"
    wbufsize = -1
    disable_nagle_algorithm = True

    def handle_one_request(self) -> None:
        self.raw_requestline = self.rfile.readline(65537)
        if not self.raw_requestline:
            self.close_connection = True
            return
        if not self.parse_request():
            return
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        parts = urlsplit(self.path)
        query = {key: values[-1] for key, values in parse_qs(parts.query, keep_blank_values=True).items()}
        headers = {key.lower(): value for key, value in self.headers.items()}
        answer = self.fake.answer(Request(self.command, parts.path, query, headers, body))
        if answer is None:
            self.close_connection = True
            # A reset, not an orderly end: what a client sees when a service goes away.
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        self.send_response(answer.status)
        if answer.status != 204:
            self.send_header("Content-Type", answer.content_type)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        self.wfile.write(answer.body)
        self.wfile.flush()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- the name that the base class has
        """Say nothing: the log is in memory."""
