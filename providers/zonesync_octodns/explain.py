"""What octoDNS, its packages and the libraries below them raise, as the contract's errors.

Every package has exceptions of its own, so this goes by what they carry: an HTTP status, a DNS answer code, a cause.
What is left is no answer that can be trusted: a read failed, and what became of a write is open.
"""

import json
import re
from collections.abc import Iterator
from typing import Any

import dns.exception
import dns.query
import dns.rcode
import requests
from octodns.provider import ProviderException
from octodns.record.exception import RecordException
from octodns.zone import InvalidNameError
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

_REFUSED_HERE = (ProviderException, RecordException, InvalidNameError, dns.exception.TooBig)
_ABSENT = frozenset({"ZoneFileSourceNotFound"})
"""Exceptions of packages that say: there is no such zone."""
_rcode = re.compile(r"\b(FORMERR|NOTIMP|REFUSED|NOTAUTH|NOTZONE|YXDOMAIN|YXRRSET|NXRRSET|NXDOMAIN)\b").search
_unauthorised = re.compile(r"(?i)unauthori[sz]ed|authenticat|forbidden|permission").search
_throttled = re.compile(r"(?i)rate.?limit|throttl|too many requests").search
_unreached_words = re.compile(
    r"(?i)failed to resolve|name or service not known|connection (?:refused|reset|aborted)|timed out|max retries"
).search
_HINT = "check the credentials that the configuration gives to the class"


def explain(problem: Exception) -> ProviderError:
    """Return the contract's error for *problem*."""
    if isinstance(problem, ProviderError):
        return problem
    for one in _chain(problem):
        found = _explained(one)
        if found is not None:
            return found
    words = _words(problem)
    if _unreached_words(words):
        return Unavailable(words)
    # What a class is called says more than words, which may quote a record.
    told = type(problem).__name__ + ("" if isinstance(problem, _REFUSED_HERE) else f" {words}")
    if _throttled(told):
        return Throttled(words)
    if _unauthorised(told):
        return Denied(words, hint=_HINT)
    return Rejected(words) if isinstance(problem, _REFUSED_HERE) else Unavailable(words)


def _chain(problem: BaseException | None) -> Iterator[BaseException]:
    """Yield *problem* and what it came from, also where it was raised ``from None``."""
    seen: set[int] = set()
    while problem is not None and id(problem) not in seen:
        seen.add(id(problem))
        yield problem
        problem = problem.__cause__ or problem.__context__


def _explained(problem: BaseException) -> ProviderError | None:
    if isinstance(problem, dns.query.TransferError):
        return _transfer(problem)
    if type(problem).__name__ in _ABSENT:
        return NotFound(_words(problem))
    status = _status(problem)
    if status is not None:
        return _refusal(status, problem)
    if isinstance(problem, requests.exceptions.RequestException):
        return _unreached(problem)
    if isinstance(problem, ConnectionRefusedError):
        return _unsent(_words(problem))
    return _update(problem) if type(problem).__name__ == "Rfc2136ProviderUpdateFailed" else None


def _transfer(problem: dns.query.TransferError) -> ProviderError:
    """Explain a refused AXFR: a server answers NOTAUTH for a zone that it does not have (RFC 5936 section 2.2.1)."""
    if problem.rcode == dns.rcode.NOTAUTH:
        return NotFound(str(problem))
    if problem.rcode == dns.rcode.REFUSED:
        return Denied(str(problem), hint="let this host transfer the zone, or give the key that may")
    return Unavailable(str(problem))


def _update(problem: BaseException) -> ProviderError | None:
    """Explain the answer to an UPDATE (RFC 2136 section 2.2)."""
    words = str(problem)
    found = _rcode(words)
    if found is None:
        return None
    match found[1]:
        case "REFUSED" | "NOTAUTH":
            return Denied(words, hint="let this host update the zone, or give the key that may")
        case "YXDOMAIN" | "YXRRSET" | "NXRRSET" | "NXDOMAIN":
            return Conflict(words)
    return Rejected(words)


def _status(problem: Any) -> int | None:
    """Return the HTTP status that *problem* carries, as ``requests``, Azure, Google or botocore have it."""
    response = getattr(problem, "response", None)
    if isinstance(response, dict):
        response = response.get("ResponseMetadata", {}).get("HTTPStatusCode")
    candidates = (
        response,
        getattr(response, "status_code", None),
        getattr(problem, "status_code", None),
        getattr(problem, "code", None),
    )
    for found in candidates:
        if isinstance(found, int) and not isinstance(found, bool) and 100 <= found < 600:
            return found
    return None


def _refusal(status: int, problem: Any) -> ProviderError:
    told = _message(getattr(problem, "response", None)) or _words(problem)
    match status:
        case 401 | 403:
            return Denied(told, hint=_HINT)
        case 429:
            throttled = Throttled(told)
            throttled.retry_after = _seconds(problem)
            return throttled
        case 409 | 412:
            return Conflict(told)
        case 408:
            return Unavailable(told)
    return Rejected(told) if 400 <= status < 500 else Unavailable(told)


def _message(response: Any) -> str:
    """Return what the service says, from the JSON of an error, as far as it has one of the usual forms."""
    try:
        found = json.loads(response.text)
    except (AttributeError, TypeError, ValueError):
        return ""
    if not isinstance(found, dict):
        return ""
    errors = found.get("errors")
    told = found.get("error") or found.get("message") or (errors[0] if isinstance(errors, list) and errors else "")
    if isinstance(told, dict):
        told = told.get("message", "")
    return told if isinstance(told, str) else ""


def _seconds(problem: Any) -> float | None:
    headers = getattr(getattr(problem, "response", None), "headers", None) or {}
    value = str(headers.get("Retry-After", ""))
    return float(value) if value.isascii() and value.isdecimal() else None


def _unreached(problem: requests.exceptions.RequestException) -> Unavailable:
    reason = problem.args[0] if problem.args else None
    reason = reason.reason if isinstance(reason, MaxRetryError) else reason
    if isinstance(reason, NewConnectionError | ConnectTimeoutError):
        return _unsent(f"no connection: {problem}")
    return Unavailable(_words(problem))


def _unsent(words: str) -> Unavailable:
    found = Unavailable(words)
    found.sent = False
    return found


def _words(problem: BaseException) -> str:
    return " ".join(str(problem).split()) or type(problem).__name__
