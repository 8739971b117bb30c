"""Post one document to a webhook: tried again for a while, given up in bounded time, and never an exception.

A run has done what it did before anybody is told of it, so nothing that goes wrong here may change its outcome.
"""

import http.client
import random
import threading
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

import stamina

from zonesync.load.notify import is_loopback, problem_of

_JITTER = random.Random()  # noqa: S311 -- jitter, no secret

# What was tried again is said once, with the failure; stamina's own hook would say each try.
stamina.instrumentation.set_on_retry_hooks(())


@dataclass(frozen=True, slots=True)
class Tries:
    """How long a webhook is tried."""

    attempts: int = 4
    seconds: float = 20.0
    """In all; then the run ends, answer or no answer."""
    one: float = 8.0
    """Seconds without a sign of life after which one try has failed."""
    first_wait: float = 0.5
    """Seconds at most before the second try, and half of that at least; each further wait is twice as long."""


class _UndeliveredError(Exception):
    """One try failed."""

    def __init__(self, words: str, *, again: bool, wait: float | None = None) -> None:
        super().__init__(words)
        self.again = again
        self.wait = wait
        """Seconds that the service asked to wait."""


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A message goes where the configuration says, and nowhere else."""

    def redirect_request(self, *_args: Any, **_more: Any) -> None:
        """Follow none: the answer is then the error that it is."""


def post(url: str, body: bytes, tries: Tries | None = None) -> str:
    """Send the JSON document *body* to *url*; return why that failed, without a word of the URL, or nothing.

    A message can arrive twice, where the answer to the first was lost. Tried again are what got no answer, 408, 425,
    429 and 5xx (RFC 9110 section 15), after the Retry-After of the answer where it has one. Redirects are not followed.
    """
    if problem := problem_of(url):
        return problem
    allowed = tries or Tries()
    ended: list[str] = []
    # A resolver that does not answer holds up its asker for as long as it likes: the thread is then left behind.
    worker = threading.Thread(target=lambda: ended.append(_told(url, body, allowed)), daemon=True)
    worker.start()
    worker.join(allowed.seconds)
    return ended[0] if ended else f"it did not answer within {allowed.seconds:g} s"


def _told(url: str, body: bytes, allowed: Tries) -> str:
    try:
        return _delivered(url, body, allowed)
    except Exception as problem:  # noqa: BLE001 -- a thread's exception is printed, and its words may quote a URL
        return f"a defect in zonesync itself: {type(problem).__name__}"


def _delivered(url: str, body: bytes, allowed: Tries) -> str:
    handlers: list[urllib.request.BaseHandler] = [_NoRedirect()]
    if is_loopback(urlsplit(url).hostname or ""):
        handlers.append(urllib.request.ProxyHandler({}))
    opener = urllib.request.build_opener(*handlers)
    count, start = 0, time.monotonic()

    def rest(problem: Exception) -> bool | float:
        if not isinstance(problem, _UndeliveredError) or not problem.again:
            return False
        longest = allowed.first_wait * 2 ** (count - 1)
        wait = _JITTER.uniform(longest / 2, longest) if problem.wait is None else problem.wait
        # Asked to rest for longer than there is patience: say so now, not after waiting in vain.
        return wait if time.monotonic() - start + wait < allowed.seconds else False

    try:
        for attempt in stamina.retry_context(on=rest, attempts=allowed.attempts, timeout=None):
            with attempt:
                count += 1
                _send(opener, url, body, allowed.one)
    except _UndeliveredError as problem:
        return f"{problem}, tried {count} times" if count > 1 else f"{problem}"
    return ""


def _send(opener: urllib.request.OpenerDirector, url: str, body: bytes, timeout: float) -> None:
    """Try once. Raises :class:`_UndeliveredError`."""
    request = urllib.request.Request(  # noqa: S310 -- `problem_of` lets http and https through alone
        url, body, {"Content-Type": "application/json; charset=utf-8", "User-Agent": "zonesync"}, method="POST"
    )
    try:
        with opener.open(request, timeout=timeout) as answer:
            status, headers = answer.status, answer.headers
    except urllib.error.HTTPError as problem:
        with problem:
            status, headers = problem.code, problem.headers
    except UnicodeError:  # of the codec for names, before anybody is asked
        raise _UndeliveredError("its host is no name", again=False) from None
    except (OSError, http.client.HTTPException) as problem:
        reason = problem.reason if isinstance(problem, urllib.error.URLError) else problem
        # Words of an exception may quote the URL; its kind, and the system's own words, do not.
        words = (reason.strerror if isinstance(reason, OSError) else "") or type(reason).__name__
        raise _UndeliveredError(f"no answer: {words}", again=True) from None
    if not 200 <= status < 300:
        again = status in {408, 425, 429} or status >= 500
        raise _UndeliveredError(f"it answered {status}", again=again, wait=_wanted(headers.get("Retry-After")))


def _wanted(text: str | None) -> float | None:
    """Return the seconds that a Retry-After header asks to wait (RFC 9110 section 10.2.3)."""
    if text is None:
        return None
    if text.isascii() and text.isdecimal() and len(text) < 10:
        return float(text)
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())
