"""What ns1-python and requests raise, as the contract's errors in the service's own words.

The service answers a refusal with ``{"message": ...}``. Whatever is no JSON comes from somewhere else on the way (a
proxy, an error page), and says nothing about zones: least of all that one is not there.
"""

import json
import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import requests
from ns1.rest.errors import ResourceException
from urllib3.exceptions import ConnectTimeoutError, MaxRetryError, NewConnectionError

from zonesync.provider.errors import (
    Conflict,
    Denied,
    NotFound,
    ProviderError,
    Rejected,
    Throttled,
    Unavailable,
)

_not_there = re.compile(r"(?i).*\b(?:zone|record) not found\b").match
"""What the service says of a zone or record; another 404 is about the address, and says nothing of either."""
KEY_HINT = "check `api_key`, or NS1_APIKEY where it is not given"
RIGHTS_HINT = (
    "let the key view zones (`dns.view_zones`), for an apply also manage them (`dns.manage_zones`), and see that its "
    "lists of zones and addresses do not leave this out"
)


def explain(problem: Exception) -> ProviderError | None:
    """Return the contract's error for what was raised; None for what is no answer of the service."""
    if isinstance(problem, ResourceException):
        response = problem.response
        # A response with an error status is false in a condition.
        return None if response is None else _refusal(response)
    if isinstance(problem, requests.exceptions.RequestException):
        return _failure(problem)
    return None


def _refusal(response: requests.Response) -> ProviderError:
    status, words = response.status_code, message(response.text)
    told = words or f"HTTP status {status} and no JSON"
    match status:
        case 401:
            return Denied(told, hint=KEY_HINT)
        case 403:
            return Denied(told, hint=RIGHTS_HINT)
        case 429:
            throttled = Throttled(told)
            throttled.retry_after = retry_after(response.headers.get("Retry-After"))
            return throttled
        case 404 if _not_there(words):
            return NotFound(words)
        case 409 if words:
            return Conflict(words)
        case _ if words and 400 <= status < 500 and status not in {404, 408}:
            return Rejected(words)
    if status < 300:
        told = "an answer that is no JSON"
    unavailable = Unavailable(told if status != 404 else f"{told}; is `endpoint` the API's base, with its `/v1`?")
    unavailable.retry_after = retry_after(response.headers.get("Retry-After"))
    return unavailable


def message(text: str) -> str:
    """Return the service's own words from the body of a refusal; empty where it is none of its own."""
    try:
        body = json.loads(text)
    except ValueError:
        return ""
    found = body.get("message") if isinstance(body, dict) else None
    return found if isinstance(found, str) else ""


def retry_after(text: str | None, now: datetime | None = None) -> float | None:
    """Return the seconds that a Retry-After header asks to wait (RFC 9110 section 10.2.3); None without one."""
    if text is None:
        return None
    if text.isascii() and text.isdecimal():
        return float(text)
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - (now or datetime.now(UTC))).total_seconds())


def _failure(problem: requests.exceptions.RequestException) -> Unavailable:
    if isinstance(problem, requests.exceptions.TooManyRedirects):
        return Unavailable("a redirect, which is not followed since it would take the key elsewhere")
    unavailable = Unavailable(_words(problem))
    unavailable.sent = not (isinstance(problem, requests.exceptions.ConnectTimeout) or _never_connected(problem))
    return unavailable


def _never_connected(problem: requests.exceptions.RequestException) -> bool:
    cause = problem.args[0] if problem.args else None
    reason = cause.reason if isinstance(cause, MaxRetryError) else cause
    return isinstance(reason, NewConnectionError | ConnectTimeoutError)


def _words(problem: requests.exceptions.RequestException) -> str:
    match problem:
        case requests.exceptions.Timeout():
            return "no answer in time"
        case requests.exceptions.SSLError():
            return f"no secure connection: {problem}"
        case _ if _never_connected(problem):
            return f"no connection: {problem}"
    return f"the connection was lost: {problem}"
