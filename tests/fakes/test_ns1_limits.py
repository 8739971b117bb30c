"""Who may call the fake of NS1, and how often."""

import pytest

from tests.fakes.kit import Throttle
from tests.fakes.ns1 import Ns1Fake
from tests.fakes.ns1_calls import call

RATE = ("X-RateLimit-By", "X-RateLimit-Limit", "X-RateLimit-Period", "X-RateLimit-Remaining")


class Clock:
    """A clock that goes when it is told."""

    now = 0.0

    def __call__(self):
        return self.now


@pytest.mark.parametrize("key", ["", "wrong"])
def test_a_call_without_the_right_key_is_unauthorized(key):
    with Ns1Fake(key="right") as fake:
        reply = call(fake, "GET", "zones", key=key)
        assert (reply.status, reply.body) == (401, {"message": "Unauthorized"})
        assert call(fake, "GET", "zones").status == 200


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "zones", 200), ("GET", "zones/none", 404), ("POST", "zones", 405), ("GET", "nothing", 404)],
)
def test_every_response_carries_the_four_rate_headers(method, path, status):
    with Ns1Fake(limits={method: (7, 60)}) as fake:
        reply = call(fake, method, path)
        assert reply.status == status
        assert [reply.headers[name] for name in RATE] == ["customer", "7", "60", "6"]


def test_a_refused_key_is_told_the_rate_too():
    with Ns1Fake() as fake:
        assert set(RATE) <= set(call(fake, "GET", "zones", key="wrong").headers)


def test_an_empty_bucket_refuses_and_fills_again():
    clock = Clock()
    with Ns1Fake(limits={"GET": (2, 10)}, clock=clock) as fake:
        assert [call(fake, "GET", "zones").status for _ in range(3)] == [200, 200, 429]
        reply = call(fake, "GET", "zones")
        assert reply.body == {"message": "rate limit exceeded"}
        assert [reply.headers[name] for name in RATE] == ["customer", "2", "10", "0"]
        clock.now = 5.0
        assert [call(fake, "GET", "zones").status for _ in range(2)] == [200, 429]
        clock.now = 1000.0
        assert [call(fake, "GET", "zones").status for _ in range(3)] == [200, 200, 429]


def test_each_method_has_a_bucket_of_its_own():
    with Ns1Fake(limits={"GET": (1, 1000)}) as fake:
        assert [call(fake, "GET", "zones").status for _ in range(2)] == [200, 429]
        assert call(fake, "PUT", "zones/example.com", {"zone": "example.com"}).status == 200


def test_a_refused_call_changes_nothing():
    with Ns1Fake(limits={"PUT": (1, 1000)}) as fake:
        assert [call(fake, "PUT", f"zones/{name}", {"zone": name}).status for name in ("a", "b")] == [200, 429]
        assert fake.zone_names() == ["a."]


def test_a_throttle_tells_its_own_rate():
    clock = Clock()
    with Ns1Fake(throttle=Throttle(rate=5, burst=10, clock=clock)) as fake:
        replies = [call(fake, "GET", "zones") for _ in range(11)]
        assert [reply.status for reply in replies] == [200] * 10 + [429]
        assert [replies[0].headers[name] for name in RATE] == ["customer", "10", "2", "9"]
        assert [replies[-1].headers[name] for name in RATE] == ["customer", "10", "2", "0"]
        assert replies[-1].body == {"message": "rate limit exceeded"}


@pytest.mark.parametrize(
    ("method", "kind", "path", "body"),
    [
        ("GET", "zones", "zones", None),
        ("GET", "zone", "zones/example.com", None),
        ("PUT", "zone", "zones/example.net", {"zone": "example.net"}),
        ("DELETE", "zone", "zones/example.com", None),
        ("POST", "record", "zones/example.com/example.com/NS", {"ttl": 60}),
    ],
)
def test_what_is_denied_is_forbidden_and_the_rest_goes_on(method, kind, path, body):
    with Ns1Fake(deny={(method, kind)}) as fake:
        fake.create_zone("example.com.")
        reply = call(fake, method, path, body)
        assert (reply.status, set(reply.body)) == (403, {"message"})
        assert method in reply.message
        fake.deny.clear()
        assert call(fake, method, path, body).status == 200


def test_calls_are_counted_by_method():
    with Ns1Fake() as fake:
        for method, path in (("GET", "zones"), ("GET", "zones/a"), ("PUT", "zones/a")):
            call(fake, method, path, {"zone": "a"} if method == "PUT" else None)
        assert fake.count_calls() == {"GET": 2, "PUT": 1}
