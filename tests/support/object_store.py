"""S3 over HTTP on loopback: moto's, made atomic, with answers that can be lost after the commit."""

import io
import logging
import os
import socket
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple
from unittest import mock
from wsgiref.types import StartResponse, WSGIEnvironment

from moto.backends import get_backend
from moto.moto_api._internal.models import moto_api_backend
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
from werkzeug.serving import make_server

from zonesync.load import State

BUCKET = "state"
_ACCOUNT = "123456789012"
_CREDENTIALS = {
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_EC2_METADATA_DISABLED": "true",
}

Answer = tuple[str, list[tuple[str, str]], bytes]
"""Status, headers, body."""
Fault = Callable[[Callable[[], Answer]], Answer | None]
"""Takes what carries the request out; returns the answer, or None where the connection is to break without one."""


class Served(NamedTuple):
    """A bucket, where it is served, and what goes wrong there."""

    url: str
    endpoint: str
    service: "Service"

    @property
    def state(self) -> State:
        """What the configuration would say."""
        return State(url=self.url, endpoint=self.endpoint, region="us-east-1")

    @property
    def yaml(self) -> str:
        """The same, as the configuration's `state:`."""
        return f"{{url: '{self.url}', endpoint: '{self.endpoint}', region: us-east-1}}"


class Service:
    """moto checks a condition and writes in two steps, and threads come between them: here one request is one step."""

    def __init__(self) -> None:
        self.app: Any = DomainDispatcherApplication(create_backend_app)
        """What answers where nothing goes wrong."""
        self._lock = threading.Lock()
        self.faults: list[tuple[str, Fault]] = []
        """Method and fault; each is used up by the first request that has the method."""
        self.requests: list[str] = []
        """Methods and paths, in order."""

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request; its body is read before the lock is taken, so that a slow client holds up nobody."""
        environ["wsgi.input"] = io.BytesIO(environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0)))

        def carry_out() -> Answer:
            heads: list[Any] = []
            body = b"".join(self.app(environ, lambda *head: heads.append(head)))
            return heads[-1][0], heads[-1][1], body

        with self._lock:
            method = environ["REQUEST_METHOD"]
            self.requests.append(f"{method} {environ['PATH_INFO']}")
            fault = next((one for one in self.faults if one[0] == method), None)
            if fault is not None:
                self.faults.remove(fault)
            answer = fault[1](carry_out) if fault else carry_out()
        if answer is None:
            environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
            raise ConnectionAbortedError  # the server takes it for a client that has gone, and says nothing
        status, headers, body = answer
        start_response(status, headers)
        return [body]

    def empty(self) -> None:
        """Forget everything, and make the bucket anew."""
        self.faults.clear()
        self.requests.clear()
        # Every server of one process has the same memory.
        moto_api_backend.reset()
        get_backend("s3")[_ACCOUNT]["global"].create_bucket(BUCKET, "us-east-1")

    def objects(self) -> dict[str, bytes]:
        """Return what is in the bucket."""
        bucket = get_backend("s3")[_ACCOUNT]["global"].buckets[BUCKET]
        return {name: key.value for name, key in bucket.keys.items()}

    def overwrite(self, name: str, data: bytes) -> None:
        """Put *data* under *name*, past HTTP."""
        get_backend("s3")[_ACCOUNT]["global"].put_object(BUCKET, name, data)

    def fill(self, names: Iterable[str]) -> None:
        """Put an empty object under each of *names*, past HTTP."""
        backend = get_backend("s3")[_ACCOUNT]["global"]
        for name in names:
            backend.put_object(BUCKET, name, b"")


def lost(carry_out: Callable[[], Answer]) -> None:
    """Carry the request out, and break the connection."""
    carry_out()


def unheard(_: Callable[[], Answer]) -> None:
    """Break the connection, nothing being done."""


def busy(carry_out: Callable[[], Answer]) -> Answer:
    """Carry the request out, and say that the service is busy, which a client takes for nothing done."""
    carry_out()
    return refused("503 Slow Down", "SlowDown")(carry_out)


def refused(status: str, code: str = "", more: str = "") -> Callable[[Callable[[], Answer]], Answer]:
    """Answer *status*, nothing being done."""
    body = f"<Error><Code>{code}</Code><Message>{more}</Message></Error>".encode() if code else b""
    return lambda _: (status, [("Content-Type", "application/xml"), ("Content-Length", str(len(body)))], body)


@contextmanager
def s3(prefix: str = "team/dns") -> Iterator[Served]:
    """Serve an empty bucket; credentials for it are in the environment meanwhile, and so in a subprocess's."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    service = Service()
    service.empty()
    server = make_server("127.0.0.1", 0, service, threaded=True, request_handler=MotoRequestHandler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    ours = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    try:
        with mock.patch.dict(os.environ, ours | _CREDENTIALS, clear=True):
            yield Served(f"s3://{BUCKET}/{prefix}", f"http://127.0.0.1:{server.server_port}", service)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
