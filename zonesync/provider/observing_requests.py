"""Tells of what goes out over a session of ``requests``. For adapters that have it; the core does without."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import BaseAdapter

from zonesync.provider import observing


class Told(BaseAdapter):
    """An adapter of ``requests`` that hands each request on to another, and tells how it ended."""

    def __init__(self, inner: BaseAdapter, operation: str) -> None:
        super().__init__()
        self._inner = inner
        self._operation = operation

    def send(
        self,
        request: requests.PreparedRequest,
        stream: bool = False,
        timeout: float | tuple[float, float] | tuple[float, None] | None = None,
        verify: bool | str = True,
        cert: bytes | str | tuple[bytes | str, bytes | str] | None = None,
        proxies: Mapping[str, str] | None = None,
    ) -> requests.Response:
        """Send *request*. Raises what the other adapter raises."""
        if not observing.is_observed():
            return self._inner.send(request, stream, timeout, verify, cert, proxies)
        if self._operation:
            with observing.calling(self._operation, urlsplit(request.url or "").hostname or ""):
                return self._tell(request, stream, timeout, verify, cert, proxies)
        return self._tell(request, stream, timeout, verify, cert, proxies)

    def _tell(self, request: requests.PreparedRequest, stream: bool, *how: Any) -> requests.Response:
        with observing.request(str(request.method)) as exchange:
            exchange.sent = len(request.body or b"")
            response = self._inner.send(request, stream, *how)
            exchange.status = str(response.status_code)
            if not stream:
                exchange.received = _size(response)
            return response

    def close(self) -> None:
        """Close the other adapter."""
        self._inner.close()


def told(session: requests.Session, operation: str = "") -> requests.Session:
    """Let what is sent over *session* be told, and return it.

    All of it is called *operation* where one is given, else as :func:`~zonesync.provider.observing.calling` says.
    """
    for prefix, adapter in list(session.adapters.items()):
        session.mount(prefix, Told(adapter, operation))
    return session


def _size(response: requests.Response) -> int:
    """Read the body, as the session would right after, and return its octets as they came."""
    content = response.content
    tell: Any = getattr(response.raw, "tell", None)
    return int(tell()) if tell else len(content)
