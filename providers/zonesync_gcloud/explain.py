"""What google-auth, google-api-core and requests raise, as the contract's errors in the service's own words.

https://cloud.google.com/apis/design/errors; the reasons are those of the JSON body's ``error.errors[].reason``.
"""

import time
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from typing import Any

import requests
from google.api_core.exceptions import GoogleAPICallError
from google.auth import exceptions as auth
from urllib3.exceptions import ConnectTimeoutError, NameResolutionError, NewConnectionError

from zonesync.provider.errors import Conflict, Denied, NotFound, ProviderError, Rejected, Throttled, Unavailable
from zonesync_gcloud.credentials import HINT

NO_JSON = "an answer that is no JSON"
_THROTTLES = frozenset({"rateLimitExceeded", "userRateLimitExceeded", "rateLimitExceededUnreg"})
_QUOTAS = frozenset({"quotaExceeded", "dailyLimitExceeded", "limitExceeded"})
_CLOCK = ("reasonable timeframe", "iat and exp", "token used too early", "expired token")
_NEVER_SENT = (ConnectTimeoutError, NameResolutionError, NewConnectionError)


def explain(problem: Exception) -> ProviderError | None:
    """Return *problem* as an error of the contract; None for what is no answer of the service but a defect."""
    match problem:
        case GoogleAPICallError():
            return _answered(problem)
        case requests.exceptions.JSONDecodeError() | UnicodeDecodeError():
            return Unavailable(NO_JSON)
        case requests.exceptions.RequestException():
            return _unanswered(problem)
        case auth.TransportError() | auth.TimeoutError():
            return _unsent(f"no token could be had: {_short(problem)}")
        case auth.RefreshError() if problem.retryable:
            return _unsent(f"no token could be had: {_short(problem)}")
        case auth.GoogleAuthError():
            return Denied(_short(problem), hint=_login_hint(str(problem)))
    return None


def _answered(problem: GoogleAPICallError) -> ProviderError:
    """Sort an error answer by status and reason."""
    code = int(problem.code or 0)
    headers = getattr(problem.response, "headers", None) or {}
    error = _error(problem.response)
    reasons = {str(one.get("reason", "")) for one in error.get("errors", ()) if isinstance(one, Mapping)}
    words = str(error.get("message") or f"HTTP status {code}, {NO_JSON}")
    if code == 429 or (code == 403 and reasons & _THROTTLES):
        throttled = Throttled(words)
        throttled.retry_after = _retry_after(headers)
        return throttled
    if code in {408, 499} or code >= 500:
        return _unavailable(words, headers)
    if code == 401:
        return Denied(words, hint=HINT)
    if code == 403:
        return Rejected(words) if reasons & _QUOTAS else Denied(words, hint=_forbidden_hint(reasons))
    if not error:
        # Some proxy has answered, not the service: its 404 says nothing about a zone.
        return _unavailable(words, headers)
    if code == 404:
        return NotFound(words)
    return Conflict(words) if code in {409, 412} else Rejected(words)


def _error(response: Any) -> Mapping[str, Any]:
    """Return the ``error`` of a JSON body, empty where there is none."""
    try:
        body = response.json()
    except (AttributeError, ValueError):
        return {}
    error = body.get("error") if isinstance(body, Mapping) else None
    return error if isinstance(error, Mapping) else {}


def _unanswered(problem: requests.exceptions.RequestException) -> Unavailable:
    """Tell a request that never left from one whose answer is lost."""
    cause: object = problem.args[0] if problem.args else None
    reason = getattr(cause, "reason", cause)
    found = Unavailable(_short(reason if isinstance(reason, Exception) else problem))
    found.sent = not isinstance(reason, _NEVER_SENT)
    return found


def _unsent(words: str) -> Unavailable:
    found = Unavailable(words)
    found.sent = False
    return found


def _unavailable(words: str, headers: Mapping[str, str]) -> Unavailable:
    found = Unavailable(words)
    found.retry_after = _retry_after(headers)
    return found


def _retry_after(headers: Mapping[str, str]) -> float | None:
    """Return the seconds that ``Retry-After`` asks for: a number, or a date (RFC 9110 section 10.2.3)."""
    text = headers.get("Retry-After", "")
    if text.isdecimal():
        return float(text)
    try:
        return max(0.0, parsedate_to_datetime(text).timestamp() - time.time())
    except (ValueError, TypeError):
        return None


def _forbidden_hint(reasons: set[str]) -> str:
    if "accessNotConfigured" in reasons:
        return "enable the API: `gcloud services enable dns.googleapis.com`"
    return ""


def _login_hint(words: str) -> str:
    if any(sign in words.lower() for sign in _CLOCK):
        return "check this machine's clock"
    return HINT


def _short(problem: Exception) -> str:
    """Return what *problem* says, on one line."""
    words = str(problem.args[0]) if problem.args and isinstance(problem.args[0], str) else str(problem)
    return " ".join(words.split())[:300] or type(problem).__name__
