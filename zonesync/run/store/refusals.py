"""What went wrong at a bucket, in words: what a service said is never shown, since it may repeat a signature."""

import re

from obstore.exceptions import PermissionDeniedError, UnauthenticatedError

_status = re.compile(r"status code: (\d{3})").search
_code = re.compile(r"<Code>([A-Za-z]{1,60})</Code>").search

_NO_OBJECT = frozenset({"NoSuchKey", "BlobNotFound"})
"""Of Amazon S3 and Cloud Storage, and of Azure. Any other 404 is not taken for an object that is not there."""

_NO_BUCKET = "there is no such bucket: create it, or correct `state:`"
_DENIED = (
    "access is denied: the credentials need leave to read, write, list and delete below it "
    "(at S3: s3:GetObject, s3:PutObject, s3:DeleteObject, and s3:ListBucket on the bucket)"
)
_CREDENTIALS = "the credentials are not accepted: renew or correct them"
_REGION = "the bucket is in another region: write its `region:` under `state:`"
_BUSY = "the service is busy or broken, tried {tries} times: try again later"
_CLOCK = "the clock of this machine is too far off for the service: set it"

_BY_CODE = {
    "NoSuchBucket": _NO_BUCKET,
    "ContainerNotFound": _NO_BUCKET,
    "AccessDenied": _DENIED,
    "AllAccessDisabled": _DENIED,
    "AuthorizationPermissionMismatch": _DENIED,
    "InsufficientAccountPermissions": _DENIED,
    "AuthenticationFailed": _CREDENTIALS,
    "ExpiredToken": _CREDENTIALS,
    "InvalidAccessKeyId": _CREDENTIALS,
    "InvalidToken": _CREDENTIALS,
    "SignatureDoesNotMatch": _CREDENTIALS,
    "TokenRefreshRequired": _CREDENTIALS,
    "AuthorizationHeaderMalformed": _REGION,
    "IllegalLocationConstraintException": _REGION,
    "PermanentRedirect": _REGION,
    "RequestTimeTooSkewed": _CLOCK,
}
_NOT_SENT = ("without LOCATION", "BadScheme", "kind: Connect")
_BY_WORDS = (
    ("specified container does not exist", _NO_BUCKET),
    ("without LOCATION", _REGION),
    ("BadScheme", "plain HTTP is spoken only where `state:` has an `endpoint:` that begins with http://"),
    ("token request", "no credentials were found, or they could not be renewed"),
    ("instance credentials", "no credentials were found, or they could not be renewed"),
    ("InvalidCertificate", "the service's certificate is not trusted"),
    ("kind: Timeout", "no answer came in time: check the network, a proxy, and `endpoint:`"),
    ("kind: Connect", "no connection could be made: check the network, a proxy, and `endpoint:`"),
    ("HTTP error", "the connection broke before an answer came: check the network, a proxy, and `endpoint:`"),
)


def is_missing(problem: Exception) -> bool:
    """Tell whether *problem*, of a read or a removal, says that there is no such object, in a bucket that there is."""
    found = _code(str(problem))
    if found:
        return found[1] in _NO_OBJECT
    # Azure's answer to a batch of removals is taken apart by obstore.
    return "specified blob does not exist" in str(problem)


def is_definite(problem: Exception) -> bool:
    """Tell whether what was asked was not done for certain, since it was refused or never sent: no answer was lost."""
    text = str(problem)
    status = _status(text)
    if status:
        return status[1][0] in "34" and status[1] not in {"408", "409", "429"}
    return any(sign in text for sign in _NOT_SENT)


def explain(problem: Exception, tries: int) -> str:
    """Return what *problem* means and what to do next, after so many *tries*."""
    text = str(problem)
    code, status = _code(text), _status(text)
    if code and code[1] in _BY_CODE:
        return f"{_BY_CODE[code[1]]} ({code[1]})"
    if isinstance(problem, UnauthenticatedError) or (status and status[1] == "401"):
        return _CREDENTIALS
    if isinstance(problem, PermissionDeniedError) or (status and status[1] == "403"):
        return _DENIED
    if status:
        answer = f"it answers {status[1]}" + (f" ({code[1]})" if code else "")
        busy = status[1].startswith("5") or status[1] == "429"
        return f"{answer}: {_BUSY.format(tries=tries)}" if busy else f"{answer}, which zonesync does not know"
    return next((words for sign, words in _BY_WORDS if sign in text), f"{type(problem).__name__} without more words")
