"""The calls to the API: pages, shapes, rates, and where the key goes."""

import json
import time
from dataclasses import replace
from threading import Thread

import pytest

from tests.fakes.kit import Answer, FakeService
from zonesync.provider.calls import Budget
from zonesync.provider.errors import Denied, Throttled, Unavailable
from zonesync_ns1.client import Client

ONCE = Budget(attempts=1, seconds=5)


class Scripted(FakeService):
    """Gives the answers it is told, in order, the last of them for ever."""

    def __init__(self, *answers):
        super().__init__()
        self.answers = list(answers)

    def handle(self, request):
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]

    def client(self, rate=0.0, key="k", budget=ONCE):
        return Client(key, f"{self.url}/v1", rate, budget)


def linked(url, body=None, **headers):
    return replace(Answer.of(body or {}), headers={"Link": f'<{url}>; rel="next"', **headers})


def rated(limit, period, remaining, status=200):
    names = ("X-RateLimit-Limit", "X-RateLimit-Period", "X-RateLimit-Remaining")
    return replace(Answer.of({}, status), headers=dict(zip(names, (limit, period, remaining), strict=True)))


def pages(client, path="zones/example.com"):
    return list(client.pages(path, lambda page: page))


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/v1/zones/example.com?after=x&limit=2",
        "https://api.nsone.net/v1/zones/example.com?after=x&limit=2",
        "/v1/zones/example.com?after=x&limit=2",
    ],
)
def test_a_next_page_is_asked_of_the_same_endpoint_whatever_its_address(url):
    with Scripted(linked(url, {"page": 1}), Answer.of({"page": 2})) as service:
        assert pages(service.client()) == [{"page": 1}, {"page": 2}]
        assert [(request.path, dict(request.query)) for request in service.requests()] == [
            ("/v1/zones/example.com", {}),
            ("/v1/zones/example.com", {"after": "x", "limit": "2"}),
        ]


@pytest.mark.parametrize(
    "url",
    [
        "https://elsewhere.example/steal?after=x",
        "/v1/zones/other.example?after=x",
        "/v1/zones/example.com",
        "/v1/zones/example.com?",
        "://",
    ],
)
def test_a_next_page_at_another_place_is_not_followed(url):
    with Scripted(linked(url)) as service:
        with pytest.raises(Unavailable, match="no page of this list"):
            pages(service.client())
        assert len(service.log) == 1


@pytest.mark.parametrize("hops", [1, 3])
def test_pages_that_point_back_end_in_an_error(hops):
    urls = [f"/v1/zones/example.com?after={hop}" for hop in range(hops)]
    with Scripted(*(linked(url) for url in (*urls, urls[0]))) as service:
        with pytest.raises(Unavailable, match="points back"):
            pages(service.client())
        assert len(service.log) == hops + 1


def test_the_key_is_in_a_header_and_nowhere_else():
    with Scripted(Answer.of({})) as service:
        service.client(key="s3cret").put("zones/example.com", {"zone": "example.com"})
        (request,) = service.requests()
        assert request.headers["x-nsone-key"] == "s3cret"
        assert "s3cret" not in request.path + repr(request.query) + request.body.decode()


@pytest.mark.parametrize("method", ["get", "put", "post", "delete"])
def test_a_redirect_is_not_followed(method):
    with Scripted(Answer.of({})) as other, Scripted(replace(Answer(302), headers={"Location": other.url})) as service:
        call = getattr(service.client(), method)
        with pytest.raises(Unavailable, match="redirect"):
            call("zones/x", *([{}] if method in {"put", "post"} else []))
        assert not other.log


@pytest.mark.parametrize("body", [b"", b"null", b"[]", b'"text"', b"<html>", b"{", b'{"a":'])
@pytest.mark.parametrize("method", ["get", "put", "post"])
def test_a_200_that_is_no_object_is_unavailable(method, body):
    with Scripted(Answer(200, body)) as service:
        call = getattr(service.client(), method)
        with pytest.raises(Unavailable, match="an answer that is"):
            call("zones/x", *([{}] if method != "get" else []))
        assert len(service.log) == 1


@pytest.mark.parametrize("answer", [Answer(200, b"{}"), Answer(204), Answer(200, b"")])
def test_a_deletion_needs_no_body(answer):
    with Scripted(answer) as service:
        assert service.client().delete("zones/x/y/A") is None


def test_a_write_is_not_repeated_after_a_lost_answer_and_a_read_is():
    with Scripted(Answer.of({})) as service:
        client = service.client(budget=Budget(attempts=3, seconds=5, first_wait=0.001))
        service.fail(drop="after", times=3)
        with pytest.raises(Unavailable):
            client.post("zones/x", {})
        assert len(service.log) == 1
        assert client.get("zones/x") == {}
        assert client.counts.retries == 2


def test_nothing_is_sent_where_nobody_listens():
    with Scripted(Answer.of({})) as service:
        client = service.client()
    with pytest.raises(Unavailable, match="no connection") as raised:
        client.put("zones/x", {})
    assert not raised.value.sent


def test_each_method_learns_a_rate_of_its_own_from_the_answers():
    with Scripted(rated("900", "300", "899"), rated("300", "300", "299")) as service:
        client = service.client(key="learns")
        client.get("zones/x")
        client.put("zones/x", {})
        rates = {method: bucket.rate for method, bucket in client._buckets.items()}
        assert rates == {"GET": 3, "PUT": 1, "POST": 0, "DELETE": 0}


def test_a_refusal_for_too_many_calls_teaches_the_rate_too():
    with Scripted(rated("50", "1", "0", 429)) as service:
        client = service.client(key="refused")
        with pytest.raises(Throttled):
            client.get("zones/x")
        assert client._buckets["GET"].rate == 50


def test_a_rate_of_the_configuration_holds_for_all_methods_and_learns_nothing():
    with Scripted(rated("900", "300", "0")) as service:
        client = service.client(rate=1000)
        client.get("zones/x")
        client.delete("zones/x/y/A")
        assert len({id(bucket) for bucket in client._buckets.values()}) == 1
        assert client._buckets["GET"].rate == 1000


def test_two_providers_with_one_key_share_their_buckets_and_others_do_not():
    with Scripted(Answer.of({})) as service:
        one, same, other = (service.client(key=key) for key in ("a", "a", "b"))
        assert one._buckets["GET"] is same._buckets["GET"]
        assert one._buckets["GET"] is not other._buckets["GET"]
        assert one._buckets["GET"] is not one._buckets["PUT"]


@pytest.mark.parametrize("told", [("many", "300", "1"), ("", "", ""), ("-1", "300", "1"), ("٣", "300", "1")])
def test_rate_headers_that_are_no_numbers_are_ignored(told):
    with Scripted(rated(*(text.encode().decode("latin-1") for text in told))) as service:
        client = service.client(key=ascii(told))
        assert client.get("zones/x") == {}
        assert client._buckets["GET"].rate == 0


def test_a_storm_of_429_ends_in_throttled_with_the_services_words():
    body = json.dumps({"message": "rate limit exceeded"}).encode()
    with Scripted(Answer(429, body)) as service:
        client = service.client(budget=Budget(attempts=3, seconds=5, first_wait=0.001, longest_wait=0.001))
        with pytest.raises(Throttled, match="rate limit exceeded"):
            client.put("zones/x", {})
        assert (len(service.log), client.counts.throttled) == (3, 3)


def test_a_retry_after_that_is_longer_than_there_is_patience_is_not_waited_for():
    with Scripted(replace(Answer(429, b"{}"), headers={"Retry-After": "600"})) as service:
        client = service.client(key="patient", budget=Budget(attempts=5, seconds=1))
        start = time.monotonic()
        with pytest.raises(Throttled):
            client.get("zones/x")
        assert len(service.log) == 1
        assert time.monotonic() - start < 30


def test_a_wrong_key_is_denied_at_once():
    with Scripted(Answer(401, b'{"message": "Unauthorized"}')) as service:
        with pytest.raises(Denied, match="Unauthorized"):
            service.client(budget=Budget()).get("zones")
        assert len(service.log) == 1


def test_several_threads_call_one_client():
    with Scripted(Answer.of({"a": 1})) as service:
        client = service.client()
        found = []
        threads = [Thread(target=lambda: found.extend(client.get("zones/x") for _ in range(20))) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert found == [{"a": 1}] * 80
        assert client.counts.calls == 80
