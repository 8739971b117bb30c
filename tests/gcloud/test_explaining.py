"""Each thing that the libraries raise has one meaning in the contract."""

import pytest
import requests
from google.auth import exceptions as auth
from urllib3.exceptions import MaxRetryError, NewConnectionError, ProtocolError, ReadTimeoutError

from zonesync.provider.errors import Denied, ProviderError, Unavailable
from zonesync_gcloud.explain import explain

_REFUSED = requests.ConnectionError(MaxRetryError(None, "/", NewConnectionError(None, "refused")))  # type: ignore[arg-type]
_RESET = requests.ConnectionError(ProtocolError("Connection aborted.", ConnectionResetError(104, "reset by peer")))


@pytest.mark.parametrize(
    ("problem", "kind", "sent"),
    [
        (_REFUSED, Unavailable, False),
        (_RESET, Unavailable, True),
        (requests.ReadTimeout(ReadTimeoutError(None, "/", "read timed out")), Unavailable, True),  # type: ignore[arg-type]
        (requests.exceptions.ChunkedEncodingError("cut"), Unavailable, True),
        (requests.exceptions.SSLError("certificate verify failed"), Unavailable, True),
        (auth.TransportError("no route"), Unavailable, False),
        (auth.RefreshError("503", retryable=True), Unavailable, False),
        (auth.RefreshError("invalid_grant: Bad Request"), Denied, None),
        (auth.DefaultCredentialsError("none"), Denied, None),
        (auth.InvalidOperation("Anonymous credentials cannot be refreshed."), Denied, None),
    ],
)
def test_every_failure_has_its_kind_and_tells_whether_it_was_sent(
    problem: Exception, kind: type[ProviderError], sent: bool | None
):
    found = explain(problem)
    assert type(found) is kind
    assert found.words
    assert "\n" not in found.words
    assert not isinstance(found, Unavailable) or found.sent == sent


@pytest.mark.parametrize("defect", [KeyError("x"), RuntimeError("x"), ValueError("x"), TypeError("x")])
def test_a_defect_is_not_explained_away(defect: Exception):
    assert explain(defect) is None


def test_a_clock_that_is_wrong_is_told():
    words = "invalid_grant: Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe."
    found = explain(auth.RefreshError(words))
    assert isinstance(found, Denied)
    assert found.hint == "check this machine's clock"


def test_an_expired_login_is_told_how_to_log_in_again():
    found = explain(auth.RefreshError("Reauthentication is needed. Please run `gcloud auth application-default login`"))
    assert isinstance(found, Denied)
    assert "gcloud auth application-default login" in found.hint
