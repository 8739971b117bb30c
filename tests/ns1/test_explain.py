"""What the service answers becomes an error with the service's own words."""

from datetime import UTC, datetime

import pytest
import requests
from ns1.rest.errors import AuthException, RateLimitException, ResourceException
from urllib3 import HTTPConnectionPool
from urllib3.connection import HTTPConnection
from urllib3.exceptions import ConnectTimeoutError, MaxRetryError, NewConnectionError, ReadTimeoutError

from zonesync.provider.errors import Conflict, Denied, NotFound, Rejected, Throttled, Unavailable
from zonesync_ns1.explain import explain, retry_after

POOL = HTTPConnectionPool("localhost")
REFUSED = NewConnectionError(HTTPConnection("localhost"), "refused")
NOW = datetime(2026, 1, 1, tzinfo=UTC)


def refused(status, text, cls=ResourceException, **headers):
    response = requests.Response()
    response.status_code = status
    response._content = text.encode()
    response.headers.update({name.replace("_", "-"): value for name, value in headers.items()})
    return explain(cls("server error", response, text))


@pytest.mark.parametrize(
    ("status", "words", "kind"),
    [
        (400, "record already exists", Rejected),
        (403, "your API key has no permission", Denied),
        (404, "zone not found", NotFound),
        (404, "record not found", NotFound),
        (405, "Operation on DNSSEC record is not allowed", Rejected),
        (409, "zone already exists", Conflict),
        (500, "internal error", Unavailable),
        (502, "bad gateway", Unavailable),
        (408, "timed out", Unavailable),
    ],
)
def test_a_refusal_has_a_kind_and_the_services_words(status, words, kind):
    problem = refused(status, f'{{"message": "{words}"}}')
    assert type(problem) is kind
    assert problem.words == words


def test_401_is_denied_with_what_to_check():
    problem = refused(401, '{"message": "Unauthorized"}', AuthException)
    assert isinstance(problem, Denied)
    assert "NS1_APIKEY" in problem.hint


def test_403_says_which_permissions_are_needed():
    assert "dns.view_zones" in refused(403, '{"message": "no"}').hint
    assert "dns.manage_zones" in refused(403, "<html>").hint


def test_429_is_throttled_with_what_the_service_asks_for():
    text = '{"message": "rate limit exceeded"}'
    assert refused(429, text, RateLimitException).retry_after is None
    problem = refused(429, text, RateLimitException, Retry_After="7")
    assert (type(problem), problem.retry_after) == (Throttled, 7)


@pytest.mark.parametrize("status", [200, 302, 400, 404, 409, 500, 503])
@pytest.mark.parametrize("text", ["<html>not found</html>", "", "[]", '{"message": 1}', '{"error": "not found"}'])
def test_what_is_not_the_services_says_nothing_of_zones(status, text):
    problem = refused(status, text)
    assert type(problem) is Unavailable
    assert problem.sent


def test_a_404_that_is_not_about_a_zone_asks_for_the_endpoint():
    problem = refused(404, '{"message": "no route"}')
    assert isinstance(problem, Unavailable)
    assert "`endpoint`" in problem.words


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        (None, None),
        ("0", 0),
        ("120", 120),
        ("Thu, 01 Jan 2026 00:01:00 GMT", 60),
        ("Thu, 01 Jan 2026 00:01:00 -0000", 60),
        ("Wed, 31 Dec 2025 00:00:00 GMT", 0),
        ("soon", None),
        ("-1", None),
    ],
)
def test_retry_after_is_seconds_or_a_date(text, seconds):
    assert retry_after(text, NOW) == seconds


@pytest.mark.parametrize(
    ("problem", "sent"),
    [
        (
            requests.ConnectionError(MaxRetryError(POOL, "/", REFUSED)),
            False,
        ),
        (requests.exceptions.ConnectTimeout(MaxRetryError(POOL, "/", ConnectTimeoutError())), False),
        (requests.exceptions.ReadTimeout(ReadTimeoutError(POOL, "/", "late")), True),
        (requests.ConnectionError("reset"), True),
        (requests.ConnectionError(), True),
        (requests.exceptions.ChunkedEncodingError("cut"), True),
        (requests.exceptions.SSLError("no certificate"), True),
        (requests.exceptions.TooManyRedirects("Exceeded 0 redirects."), True),
    ],
)
def test_a_lost_connection_is_unavailable_and_tells_whether_anything_was_sent(problem, sent):
    found = explain(problem)
    assert type(found) is Unavailable
    assert found.sent is sent
    assert found.words


def test_a_defect_is_no_answer_of_the_service():
    assert explain(KeyError("x")) is None
    assert explain(ResourceException("requested transport was not found")) is None
