"""Requests are told as they end, to whoever listens, in whatever thread; and to nobody for nothing."""

import gzip
import threading
from contextlib import ExitStack

import pytest
import requests

from tests.fakes.kit import Answer, FakeService
from zonesync.model.zone import ZoneId
from zonesync.provider import observing
from zonesync.provider.errors import Unavailable, named
from zonesync.provider.observing_requests import told

ZONE = ZoneId("example.com.")


@pytest.fixture
def heard():
    found: list[observing.Request] = []
    with observing.observing(found.append):
        yield found


class Web(FakeService):
    """Answers with the body that it was sent, compressed where that is liked."""

    def handle(self, request):
        if request.path == "/moved":
            return Answer(302, headers={"Location": "/there"})
        if request.path == "/packed":
            return Answer(200, gzip.compress(b"a" * 5000), {"Content-Encoding": "gzip"})
        return Answer(200, request.body)


@pytest.fixture
def web():
    with Web() as fake:
        yield fake


@pytest.fixture
def session():
    with told(requests.Session()) as made:
        yield made


def test_a_request_is_told_with_whose_it_is(heard):
    with named("aws", ZONE), observing.calling("ListResourceRecordSets"), observing.request() as exchange:
        exchange.status, exchange.received = "200", 4200
    (one,) = heard
    assert one.seconds >= 0
    assert (one.provider, one.zone, one.operation, one.target) == (
        "aws",
        "example.com",
        "ListResourceRecordSets",
        "example.com",
    )
    assert (one.status, one.sent, one.received, one.problem) == ("200", 0, 4200, "")


@pytest.mark.parametrize(
    ("own", "target", "zone", "path", "expected"),
    [
        ("file", "record", ZONE, "path", "file"),
        ("", "record", ZONE, "path", "record"),
        ("", "", ZONE, "path", "example.com"),
        ("", "", None, "path", "path"),
        ("", "", None, "", ""),
    ],
)
def test_the_target_is_the_nearest_thing_that_is_known(own, target, zone, path, expected, heard):
    with named("p", zone), observing.calling("op", target, path), observing.request("own", own):
        pass
    assert heard[0].target == expected
    assert heard[0].operation == "op"


def test_what_goes_wrong_is_told_by_the_name_of_the_error_and_never_by_its_words(heard):
    with pytest.raises(Unavailable, match="hunter2"), observing.request("op"):
        raise Unavailable("the key hunter2 is wrong")
    assert heard[0].problem == "Unavailable"
    assert "hunter2" not in repr(heard)


def test_a_stop_in_the_midst_of_a_request_is_told_too(heard):
    with pytest.raises(KeyboardInterrupt), observing.request("op"):
        raise KeyboardInterrupt
    assert heard[0].problem == "KeyboardInterrupt"


def test_nothing_is_told_and_nothing_made_where_nobody_listens(monkeypatch):
    def never(*_, **__):
        raise AssertionError("nobody listens")

    monkeypatch.setattr(observing, "Request", never)
    monkeypatch.setattr(observing, "_Subject", never)
    with named("p", ZONE), observing.calling("op"), observing.request("op") as exchange:
        exchange.status = "200"


def test_an_observer_hears_nothing_more_once_it_has_left():
    found = []
    with observing.observing(found.append):
        assert observing.is_observed()
    with observing.request("op"):
        pass
    assert found == []
    assert not observing.is_observed()


def test_an_observer_that_fails_ends_no_request_and_keeps_no_other_from_hearing(heard):
    def broken(_):
        raise ZeroDivisionError

    with observing.observing(broken), observing.observing(heard.append), observing.request("op"):
        pass
    assert [one.operation for one in heard] == ["op", "op"]


def test_every_thread_is_heard_and_each_tells_of_its_own(heard):
    gate = threading.Barrier(4)

    def work(number):
        with named(f"p{number}", ZoneId(f"z{number}.example.")):
            gate.wait(10)
            with observing.request("op"):
                gate.wait(10)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert {(one.provider, one.zone) for one in heard} == {(f"p{number}", f"z{number}.example") for number in range(4)}


def test_observers_that_come_and_go_in_many_threads_are_all_forgotten():
    def work():
        for _ in range(50):
            with observing.observing([].append):
                pass

    threads = [threading.Thread(target=work) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert not observing.is_observed()


def test_a_generator_that_is_left_behind_names_nothing_after_it(heard):
    def receipts():
        with named("left", ZONE):
            yield 1
            yield 2

    one = receipts()
    with named("mine", ZONE):
        next(one)
        one.close()
        with observing.request("op"):
            pass
    assert heard[0].provider == "mine"


def test_a_generator_that_ends_in_another_thread_does_no_harm(heard):
    def receipts():
        with named("p", ZONE):
            yield 1

    one = receipts()
    next(one)
    thread = threading.Thread(target=one.close)
    thread.start()
    thread.join()
    assert heard == []


def test_a_session_tells_each_request_with_its_octets(heard, web, session):
    with observing.calling("POST /echo", "there"):
        assert session.post(f"{web.url}/echo?key=hunter2", data="12345").content == b"12345"
    (one,) = heard
    assert (one.operation, one.target, one.status, one.sent, one.received) == ("POST /echo", "there", "200", 5, 5)
    assert "hunter2" not in repr(one)


def test_what_comes_compressed_is_counted_as_it_came(heard, web, session):
    assert len(session.get(f"{web.url}/packed").content) == 5000
    assert heard[0].received < 500


def test_each_leg_of_a_redirect_is_a_request(heard, web, session):
    session.get(f"{web.url}/moved")
    assert [one.status for one in heard] == ["302", "200"]
    assert len(web.log) == 2


def test_a_connection_that_is_cut_is_told_without_a_status(heard, web, session):
    web.fail(drop="before")
    with pytest.raises(requests.ConnectionError):
        session.get(web.url)
    assert (heard[0].status, heard[0].problem) == ("", "ConnectionError")


def test_an_answer_that_ends_early_is_told_with_its_status(heard, web, session):
    web.fail(answer=Answer(200, b"no gzip at all", {"Content-Encoding": "gzip"}))
    with pytest.raises(requests.exceptions.ContentDecodingError):
        session.get(web.url)
    assert (heard[0].status, heard[0].problem) == ("200", "ContentDecodingError")


def test_a_session_that_is_streamed_is_left_to_its_reader(heard, web, session):
    with ExitStack() as stack:
        response = stack.enter_context(session.get(f"{web.url}/packed", stream=True))
        assert heard[0].received == 0
        assert len(response.content) == 5000


def test_a_session_with_a_name_of_its_own_tells_the_host_alone(heard, web):
    with told(requests.Session(), "token request") as made, observing.calling("changes.create", "example.com"):
        made.get(f"{web.url}/hunter2")
    assert (heard[0].operation, heard[0].target) == ("token request", "127.0.0.1")


def test_a_session_does_what_it_does_where_nobody_listens(web, session):
    assert session.post(web.url, data="12345").content == b"12345"
    assert len(web.log) == 1
