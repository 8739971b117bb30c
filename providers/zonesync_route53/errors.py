"""What the SDK raises, as the contract's errors, in the service's own words.

https://docs.aws.amazon.com/Route53/latest/APIReference/CommonErrors.html
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from botocore import exceptions as sdk
from botocore.parsers import ResponseParserError

from zonesync.provider.errors import Conflict, Denied, NotFound, ProviderError, Rejected, Throttled, Unavailable

_THROTTLED = frozenset(
    {
        "LimitExceededException",
        "PriorRequestNotComplete",
        "RequestLimitExceeded",
        "SlowDown",
        "Throttling",
        "ThrottlingException",
        "TooManyRequestsException",
    }
)
_DENIED = frozenset(
    {
        "AccessDenied",
        "AccessDeniedException",
        "AuthFailure",
        "ExpiredToken",
        "ExpiredTokenException",
        "IncompleteSignature",
        "InvalidAccessKeyId",
        "InvalidClientTokenId",
        "InvalidSignatureException",
        "MissingAuthenticationToken",
        "NotAuthorizedException",
        "OptInRequired",
        "RequestExpired",
        "SignatureDoesNotMatch",
        "UnauthorizedOperation",
        "UnrecognizedClientException",
    }
)
_SIGNED_WRONGLY = frozenset({"IncompleteSignature", "InvalidSignatureException", "SignatureDoesNotMatch"})
_ABSENT = frozenset({"NoSuchChange", "NoSuchHostedZone", "HostedZoneNotFound"})
_EXISTS = frozenset({"HostedZoneAlreadyExists"})
_UNSENT = (sdk.EndpointConnectionError, sdk.ConnectTimeoutError, sdk.ProxyConnectionError)
_CUT = (sdk.HTTPClientError, sdk.ConnectionError, sdk.IncompleteReadError, sdk.ResponseStreamingError)
_CREDENTIALS = (
    sdk.ConfigNotFound,
    sdk.ConfigParseError,
    sdk.CredentialRetrievalError,
    sdk.InvalidConfigError,
    sdk.LoginError,
    sdk.MetadataRetrievalError,
    sdk.NoCredentialsError,
    sdk.PartialCredentialsError,
    sdk.ProfileNotFound,
    sdk.RefreshWithMFAUnsupportedError,
    sdk.SSOError,
    sdk.TokenRetrievalError,
    sdk.UnauthorizedSSOTokenError,
    sdk.UnknownCredentialError,
)
_action = re.compile(r"perform: ([a-z0-9-]+:[A-Za-z]+)").search
_clock = re.compile(r"expired|not yet (?:current|valid)|too skewed|earlier than|later than", re.IGNORECASE).search

NO_XML = "an answer that is no XML of Route 53"


def explain(problem: Exception) -> ProviderError | None:
    """Return what *problem* is in the contract's terms; None where it is no answer of the service."""
    if isinstance(problem, sdk.ClientError):
        return _answered(problem.response)
    if isinstance(problem, ResponseParserError):
        return Unavailable(NO_XML)
    if isinstance(problem, _UNSENT):
        return _unsent(problem)
    if isinstance(problem, _CUT):
        return Unavailable(_words(problem))
    if isinstance(problem, _CREDENTIALS):
        return Denied(_words(problem), hint="see which credentials boto3 finds: `zonesync providers`")
    if isinstance(problem, sdk.NoRegionError | sdk.ParamValidationError | sdk.ValidationError):
        return Rejected(_words(problem))
    return None


def lost(operation: str) -> Unavailable:
    """Return the error for a good status with nothing of *operation*'s answer in it."""
    return Unavailable(f"{NO_XML}, to `{operation}`")


def asked_to_wait(header: str | None) -> float | None:
    """Return the seconds that a ``Retry-After`` header asks for, a number or a date (RFC 9110 section 10.2.3)."""
    text = (header or "").strip()
    if text.isascii() and text.isdecimal():
        return float(text)
    try:
        until = parsedate_to_datetime(text)
    except ValueError:
        return None
    return max(0.0, (until.replace(tzinfo=until.tzinfo or UTC) - datetime.now(UTC)).total_seconds())


def _unsent(problem: Exception) -> Unavailable:
    explained = Unavailable(_words(problem))
    explained.sent = False
    return explained


def _answered(response: Mapping[str, Any]) -> ProviderError:
    error = response.get("Error", {})
    code, message = str(error.get("Code", "")), str(error.get("Message") or "")
    meta = response.get("ResponseMetadata", {})
    status = int(meta.get("HTTPStatusCode", 0))
    wait = asked_to_wait(meta.get("HTTPHeaders", {}).get("retry-after"))
    if code in _SIGNED_WRONGLY:
        # What follows the first line is the request as it was signed, a session token included.
        message = message.partition("\n")[0]
    words = f"{code}: {message}" if message and code != message else code or f"status {status}"
    if code in _THROTTLED or status == 429:
        throttled = Throttled(words)
        throttled.retry_after = wait
        return throttled
    if code in _DENIED or status in {401, 403}:
        return Denied(words, hint=_hint(code, message))
    if status >= 500:
        unavailable = Unavailable(words)
        unavailable.retry_after = wait
        return unavailable
    if code in _ABSENT or status == 404:
        return NotFound(words)
    return Conflict(words) if code in _EXISTS else Rejected(words)


def _hint(code: str, message: str) -> str:
    found = _action(message)
    if found:
        return f"allow `{found[1]}`"
    if code == "RequestExpired" or (code in _SIGNED_WRONGLY and _clock(message)):
        return "check this machine's clock"
    if code in {"ExpiredToken", "ExpiredTokenException"}:
        return "get new credentials: these have run out"
    return "check the credentials: `zonesync providers` shows where they come from"


def _words(problem: Exception) -> str:
    text = " ".join(str(problem).split())
    return f"{text[:1].lower()}{text[1:]}".removesuffix(".") if not text[:2].isupper() else text
