"""What packages raise, as the contract's errors."""

import dns.exception
import dns.query
import pytest
import requests
from octodns.provider import ProviderException, SupportsException
from octodns_bind import AxfrSourceZoneTransferFailed, Rfc2136ProviderUpdateFailed, ZoneFileSourceNotFound
from octodns_dnsimple import DnsimpleClientUnauthorized
from urllib3.exceptions import MaxRetryError, NewConnectionError

from zonesync.provider.errors import Conflict, Denied, NotFound, Rejected, Throttled, Unavailable
from zonesync_octodns.explain import explain


def http(status: int, body: str = "", **headers: str) -> requests.HTTPError:
    response = requests.Response()
    response.status_code = status
    response._content = body.encode()
    response.headers.update(headers)
    return requests.HTTPError(f"{status} error", response=response)


class Azure(Exception):  # noqa: N818 -- as a library names it
    status_code = 412


class Google(Exception):  # noqa: N818 -- as a library names it
    code = 503


class Botocore(Exception):  # noqa: N818 -- as a library names it
    response = {"ResponseMetadata": {"HTTPStatusCode": 400}}  # noqa: RUF012 -- as a library has it


class SomeRateLimitError(Exception):
    pass


@pytest.mark.parametrize(
    ("problem", "kind", "words"),
    [
        (http(422, '{"error": "Conflicts with pre-existing RRset"}'), Rejected, "Conflicts with pre-existing RRset"),
        (http(400, '{"errors": [{"message": "bad name"}]}'), Rejected, "bad name"),
        (http(404), Rejected, "404 error"),
        (http(401), Denied, "401 error"),
        (http(403, '{"message": "no"}'), Denied, "no"),
        (http(409), Conflict, "409 error"),
        (http(429), Throttled, "429 error"),
        (http(500, "<html>"), Unavailable, "500 error"),
        (requests.ConnectionError("reset"), Unavailable, "reset"),
        (requests.exceptions.ChunkedEncodingError("cut"), Unavailable, "cut"),
        (Azure("etag"), Conflict, "etag"),
        (Google("backend"), Unavailable, "backend"),
        (Botocore("batch"), Rejected, "batch"),
        (SomeRateLimitError("slow down"), Throttled, "slow down"),
        (DnsimpleClientUnauthorized(), Denied, "Unauthorized"),
        (SupportsException("p: dynamic not supported"), Rejected, "p: dynamic not supported"),
        (ProviderException("no"), Rejected, "no"),
        (Rfc2136ProviderUpdateFailed("REFUSED"), Denied, "Unable to perform update: REFUSED"),
        (Rfc2136ProviderUpdateFailed("NXRRSET"), Conflict, "Unable to perform update: NXRRSET"),
        (Rfc2136ProviderUpdateFailed("NOTZONE"), Rejected, "Unable to perform update: NOTZONE"),
        (Rfc2136ProviderUpdateFailed("SERVFAIL"), Unavailable, "Unable to perform update: SERVFAIL"),
        (ZoneFileSourceNotFound("/a"), NotFound, "Zone file not found at /a"),
        (dns.exception.Timeout(), Unavailable, "The DNS operation timed out."),
        (EOFError(), Unavailable, "EOFError"),
        (KeyError("rrsets"), Unavailable, "'rrsets'"),
        (Exception("Authentication failed: Failed to resolve 'login.example'"), Unavailable, "Authentication failed"),
    ],
    ids=lambda value: repr(value)[:40],
)
def test_each_has_its_place_in_the_tree(problem, kind, words):
    explained = explain(problem)
    assert type(explained) is kind
    assert explained.words.startswith(words)


@pytest.mark.parametrize(("rcode", "kind"), [(9, NotFound), (5, Denied), (2, Unavailable)])
def test_a_refused_transfer_is_explained_by_its_answer_code_though_the_package_hides_it(rcode, kind):
    def transfer() -> None:
        try:
            raise dns.query.TransferError(rcode)
        except dns.exception.DNSException as problem:
            raise AxfrSourceZoneTransferFailed(problem) from None

    with pytest.raises(AxfrSourceZoneTransferFailed) as raised:
        transfer()
    assert type(explain(raised.value)) is kind


def test_only_a_connection_that_never_was_is_known_to_be_unsent():
    refused = requests.ConnectionError(MaxRetryError(None, "/", NewConnectionError(None, "refused")))
    found = [explain(problem) for problem in (refused, ConnectionRefusedError("refused"), requests.Timeout("slow"))]
    assert [(type(one), one.sent) for one in found] == [(Unavailable, False), (Unavailable, False), (Unavailable, True)]


def test_the_time_to_wait_that_a_service_asks_for_is_kept():
    assert explain(http(429, **{"Retry-After": "7"})).retry_after == 7
    assert explain(http(429, **{"Retry-After": "soon"})).retry_after is None
