"""HTTP to a forge's REST API: authorised, bounded, tried again where that is safe, and with errors in words.

What GitHub asks of clients that it slows down:
https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api#exceeding-the-rate-limit.
"""

import json
import random
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import urljoin, urlsplit

import requests
import stamina

from zonesync.ci.errors import ApiError

_JITTER = random.Random()  # noqa: S311 -- jitter, no secret

MAX_BODY = 32 << 20
"""Bytes of one answer that is no download."""
_TIMEOUT = (10.0, 60.0)
"""Seconds to connect, and between two bytes."""
_SLOW = 60.0
"""Seconds: GitHub's "at least one minute" where a limit names no time."""
_WORDS = 300
_CHUNK = 1 << 16
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
T = TypeVar("T")
_SAFE = frozenset({"GET", "PATCH", "PUT", "DELETE"})
"""Methods that may be sent twice: what they leave is the same."""
_PASSING = frozenset({500, 502, 503, 504})


@dataclass(frozen=True, slots=True)
class Patience:
    """How long one call may be tried."""

    attempts: int = 4
    seconds: float = 300.0
    """In all, waits included."""
    first: float = 1.0
    """Seconds before the second try; twice as long before each further one."""


class Api:
    """One forge, one token, which goes to *base* alone. Raises :class:`ApiError` where that is no https."""

    def __init__(self, base: str, headers: Mapping[str, str], name: str, patience: Patience | None = None) -> None:
        self.base = base.rstrip("/")
        self.name = name
        self._headers = dict(headers)
        self._patience = patience or Patience()
        parts = urlsplit(self.base)
        self._is_local = parts.hostname in _LOOPBACK
        if parts.scheme != "https" and not self._is_local:
            raise ApiError(f"{self.base} is not https, and the token would be seen on its way")
        self._session = requests.Session()
        # Proxies are the environment's, the token is ours alone: what signs nothing keeps a .netrc out.
        self._session.auth = _nothing

    def get(self, path: str) -> Any:
        """Return what is at *path*. Raises :class:`ApiError`."""
        return self.send("GET", path).json

    def send(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | None = None,
        query: Mapping[str, str | int] | None = None,
    ) -> "Reply":
        """Send one request, again where that is safe. Raises :class:`ApiError`."""
        url = path if path.startswith(f"{self.base}/") else f"{self.base}{path}"
        return self._retried(method, lambda: self._once(method, url, body, query))

    def pages(
        self, path: str, key: str = "", query: Mapping[str, str | int] | None = None, limit: int = 100
    ) -> Iterator[Any]:
        """Yield the items of a list, page after page as the ``Link`` header has it (RFC 8288), *limit* pages at most.

        *key* is where the items are in an answer that is no list. Raises :class:`ApiError`.
        """
        url, parameters = path, {"per_page": 100, **(query or {})}
        for _ in range(limit):
            reply = self.send("GET", url, query=parameters)
            items = reply.json.get(key, ()) if key and isinstance(reply.json, dict) else reply.json
            if not isinstance(items, list):
                raise ApiError(f"{self.name} answered GET {path} with something that is no list")
            yield from items
            if not reply.next:
                return
            url, parameters = urljoin(self.base, reply.next), {}
            if not url.startswith(f"{self.base}/"):
                raise ApiError(f"{self.name} sends to another place for the next page: {url[:_WORDS]}")
        raise ApiError(f"{self.name} has more than {limit} pages at {path}")

    def download(self, path: str, limit: int) -> bytes:
        """Return a file of at most *limit* bytes; the token does not go where the forge sends to for it.

        Raises :class:`ApiError`.
        """
        return self._retried("GET", lambda: self._download(f"{self.base}{path}", path, limit))

    def _download(self, url: str, path: str, limit: int) -> bytes:
        headers = self._headers
        try:
            for _ in range(4):
                with self._session.get(
                    url, headers=headers, timeout=_TIMEOUT, allow_redirects=False, stream=True
                ) as answer:
                    if answer.is_redirect:
                        url, headers = urljoin(url, answer.headers["Location"]), {}
                        if urlsplit(url).scheme != "https" and not self._is_local:
                            raise ApiError(f"{self.name} sends to a place without https for {path}")
                        continue
                    if answer.status_code != requests.codes.ok:
                        raise self._refusal("GET", path, answer, _content(answer, MAX_BODY))
                    return _content(answer, limit)
        except _OverlongError:
            raise ApiError(f"{path} is larger than {limit:,} bytes") from None
        except requests.RequestException as problem:
            raise self._silence("GET", path, problem) from None
        raise ApiError(f"{self.name} redirects without end for {path}")

    def _retried(self, method: str, call: Callable[[], T]) -> T:
        began, tries = time.monotonic(), 0

        def rest(problem: Exception) -> bool | float:
            nonlocal tries
            tries += 1
            if not isinstance(problem, ApiError):
                return False
            if problem.wait is None and not (problem.passes and (method in _SAFE or not problem.sent)):
                return False
            wait = problem.wait
            if wait is None:
                longest = self._patience.first * 2 ** (tries - 1)
                wait = _JITTER.uniform(longest / 2, longest)
            return wait if time.monotonic() - began + wait <= self._patience.seconds else False

        for attempt in stamina.retry_context(on=rest, attempts=self._patience.attempts, timeout=None):
            with attempt:
                return call()
        raise AssertionError("unreachable: the last failure is raised")

    def _once(
        self, method: str, url: str, body: Mapping[str, Any] | None, query: Mapping[str, str | int] | None
    ) -> "Reply":
        shown = url.removeprefix(self.base)
        try:
            with self._session.request(
                method,
                url,
                json=body,
                params=query or None,
                headers=self._headers,
                timeout=_TIMEOUT,
                allow_redirects=False,
                stream=True,
            ) as answer:
                content = _content(answer, MAX_BODY)
        except _OverlongError:
            raise ApiError(f"{self.name} answered {method} {shown} with more than {MAX_BODY:,} bytes") from None
        except requests.RequestException as problem:
            raise self._silence(method, shown, problem) from None
        if not answer.ok or answer.is_redirect:
            raise self._refusal(method, shown, answer, content)
        try:
            data = _json(content)
        except ValueError:
            raise ApiError(f"{self.name} answered {method} {shown} with something that is no JSON") from None
        return Reply(data, answer.links.get("next", {}).get("url", ""))

    def _silence(self, method: str, path: str, problem: requests.RequestException) -> ApiError:
        sent = not isinstance(problem, requests.ConnectTimeout)
        return ApiError(f"{self.name} did not answer {method} {path}: {type(problem).__name__}", sent=sent, passes=True)

    def _refusal(self, method: str, path: str, answer: requests.Response, content: bytes) -> ApiError:
        status = answer.status_code
        words = f"{self.name} answered {method} {path} with {status}: {_message(content)}"
        passes = status in _PASSING
        return ApiError(words, status, wait=_wait(answer, content), sent=passes, passes=passes)


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer."""

    json: Any
    next: str = ""
    """The address of the next page, where there is one."""


class _OverlongError(Exception):
    """More bytes than were asked for."""


def _nothing(request: requests.PreparedRequest) -> requests.PreparedRequest:
    return request


def _content(answer: requests.Response, limit: int) -> bytes:
    found = bytearray()
    for chunk in answer.iter_content(_CHUNK):
        found += chunk
        if len(found) > limit:
            raise _OverlongError
    return bytes(found)


def _json(content: bytes) -> Any:
    return json.loads(content) if content.strip() else None


def _message(content: bytes) -> str:
    """Return what the forge says is wrong, its list of errors included (GitHub's 422, GitLab's 400)."""
    try:
        data = _json(content)
    except ValueError:
        data = None
    if not isinstance(data, dict):
        return "no reason given"
    words = [str(data.get("message") or data.get("error") or "no reason given")]
    errors = data.get("errors")
    for error in errors if isinstance(errors, list) else ():
        known = [error.get(key) for key in ("field", "code", "message")] if isinstance(error, dict) else [error]
        words.append(" ".join(str(part) for part in known if part))
    return "; ".join(words)[:_WORDS]


def _wait(answer: requests.Response, content: bytes) -> float | None:
    """Return the seconds after which the forge may be asked again, None where it was no limit that refused."""
    if answer.status_code not in {403, 429}:
        return None
    given = answer.headers.get("Retry-After", "")
    if given.isascii() and given.isdigit():
        return float(given)
    left = answer.headers.get("x-ratelimit-remaining", answer.headers.get("RateLimit-Remaining", ""))
    until = answer.headers.get("x-ratelimit-reset", answer.headers.get("RateLimit-Reset", ""))
    if left == "0" and until.isascii() and until.isdigit():
        return max(1.0, float(until) - time.time() + 1)
    if answer.status_code == requests.codes.too_many_requests or b"rate limit" in content.lower():
        return _SLOW
    return None
