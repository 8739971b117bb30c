"""Requests through ns1-python, with the headers of the answers, which it hands to nobody.

They tell the rate limit, and where the next page is. ns1-python's own way to follow pages turns every address into
``https://`` and trusts it with the key.
"""

import threading
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import unquote

import requests
from ns1 import NS1
from ns1.config import Config

from zonesync.provider.observing import calling
from zonesync.provider.observing_requests import told

TIMEOUT = (10, 60)
"""Seconds to connect, and to wait for an answer."""
_PARTS = ("zone", "domain", "type")
"""What follows ``zones`` in a path."""
_RATE = ("X-RateLimit-Limit", "X-RateLimit-Period", "X-RateLimit-Remaining")

Heard = Callable[[str, float, float, float], None]
"""Told of each answer: its method, and the limit, period in seconds and calls left that its headers give."""


class _Config(Config):  # type: ignore[misc] # ns1-python has no types
    """One key at one endpoint, plain HTTP too."""

    def __init__(self, key: str, endpoint: str) -> None:
        super().__init__()
        self.createFromAPIKey(key)
        self._base, _, version = endpoint.rpartition("/")
        self["api_version"] = version
        self["transport"] = "requests"
        self["timeout"] = list(TIMEOUT)

    def getEndpoint(self) -> str:  # noqa: N802 -- ns1-python's name
        """Return what stands before the API's version in every URL."""
        return self._base

    def __repr__(self) -> str:
        return f"<configuration of {self._base}>"


class _Local(threading.local):
    records: Any = None
    link: str = ""


class Wire:
    """Sends requests, each thread over connections of its own; *heard* is told of the rate limit."""

    def __init__(self, key: str, endpoint: str, heard: Heard) -> None:
        self._config = _Config(key, endpoint)
        self._heard = heard
        self._local = _Local()

    def send(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> tuple[Any, str]:
        """Return the answer's JSON, None where it is empty, and the address of the next page, if any.

        *path* is what follows the API's version. Raises what ns1-python and requests raise.
        """
        local = self._local
        if local.records is None:
            local.records = self._connected()
        local.link = ""
        data = {} if body is None else {"body": body}
        # It has no public call that sends a whole body by POST.
        with calling(*_named(method, path)):
            answer = local.records._make_request(method, path, **data)  # noqa: SLF001 -- as said above
        return answer, local.link

    def _connected(self) -> Any:
        records = NS1(config=self._config).records()
        session = records._transport.session  # noqa: SLF001 -- the only way to the headers
        # A redirect would take the key to another place.
        session.max_redirects = 0
        session.hooks["response"].append(self._answered)
        told(session)
        return records

    def _answered(self, response: requests.Response, *_: object, **__: object) -> None:
        self._local.link = response.links.get("next", {}).get("url", "")
        told = [response.headers.get(name, "") for name in _RATE]
        if all(text.isascii() and text.isdecimal() for text in told):
            limit, period, remaining = map(int, told)
            self._heard(str(response.request.method), limit, period, remaining)
        else:
            # ns1-python would stumble over one that is no number.
            for name in _RATE:
                response.headers.pop(name, None)


def _named(method: str, path: str) -> tuple[str, str]:
    """Return a request's operation, as NS1 documents it, and what it is about: ``example.com/www.example.com/A``."""
    kind, *parts = path.partition("?")[0].split("/")
    names = "".join(f"/{{{name}}}" for name, _ in zip(_PARTS, parts, strict=False))
    return f"{method} /v1/{kind}{names}", unquote("/".join(parts))
