"""A conditional write whose answer is lost on its way, at S3 over HTTP."""

import re

import pytest

from tests.support.object_store import busy, lost, refused, unheard
from zonesync.run.store import StoreError, open_store

SERVER_FAULTS = [lost, busy, unheard, refused("503 Slow Down", "SlowDown"), refused("500 Internal Server Error")]
IDS = ["lost", "busy", "unheard", "503", "500"]


@pytest.fixture
def store(served, tmp_path):
    store = open_store(served.state, tmp_path)
    assert store.put_if_absent("first", b"proves that conditions are heeded")
    served.service.requests.clear()
    return store


@pytest.mark.parametrize("fault", SERVER_FAULTS, ids=IDS)
@pytest.mark.parametrize("times", [1, 2])
def test_what_we_have_put_is_ours_although_the_answer_was_lost(served, store, fault, times):
    served.service.faults += [("PUT", fault)] * times

    assert store.put_if_absent("audit/1", b"ours") is True
    assert store.put_if_absent("audit/1", b"another's") is False
    assert store.get("audit/1") == b"ours"
    assert served.service.faults == []


@pytest.mark.parametrize("fault", SERVER_FAULTS, ids=IDS)
@pytest.mark.parametrize("times", [1, 2])
def test_what_we_have_replaced_is_ours_although_the_answer_was_lost(served, store, fault, times):
    version = store.replace("locks/a", b"1", None)
    served.service.faults += [("PUT", fault)] * times

    new = store.replace("locks/a", b"2", version)
    assert (store.fetch("locks/a").data, store.fetch("locks/a").version) == (b"2", new)
    assert store.replace("locks/a", b"3", version) is None
    assert store.replace("locks/a", b"3", new) is not None


def test_a_record_whose_answer_was_lost_is_there_once(served, store):
    row = store.row("journal/run")
    for number in range(6):
        served.service.faults.append(("PUT", [lost, busy, unheard][number % 3]))
        row.append(b"the same")

    assert list(store.row("journal/run").records()) == [b"the same"] * 6


def test_what_another_has_put_while_our_answer_was_lost_stays(served, store, tmp_path):
    def overtaken(_):
        served.service.fill(["team/dns/audit/1"])

    served.service.faults.append(("PUT", overtaken))
    assert store.put_if_absent("audit/1", b"ours") is False
    assert store.get("audit/1") == b""


def test_a_refusal_although_the_condition_holds_is_asked_again(served, store):
    # Amazon S3 answers 409 while another conditional request for the same object is under way.
    served.service.faults.append(("PUT", refused("409 Conflict", "ConditionalRequestConflict")))
    assert store.put_if_absent("audit/1", b"ours") is True

    served.service.faults += [("PUT", refused("412 Precondition Failed", "PreconditionFailed"))] * 3
    with pytest.raises(StoreError, match=r"cannot write s3://state/team/dns/audit/2: its condition holds.* 3 times"):
        store.put_if_absent("audit/2", b"ours")


@pytest.mark.parametrize("fault", SERVER_FAULTS[:3], ids=IDS[:3])
def test_our_own_tries_are_enough_where_the_library_makes_one(served, tmp_path, monkeypatch, fault):
    monkeypatch.setattr("zonesync.run.store.buckets._RETRY", {"max_retries": 0})
    store = open_store(served.state, tmp_path)
    served.service.faults += [("PUT", fault)] * 2

    version = store.replace("locks/a", b"1", None)
    assert store.fetch("locks/a").version == version
    served.service.faults[:] = [("PUT", fault)]
    assert store.replace("locks/a", b"2", version) is not None
    assert store.get("locks/a") == b"2"


def test_a_service_that_stays_away_is_an_error_and_is_not_asked_for_ever(served, tmp_path, monkeypatch):
    monkeypatch.setattr("zonesync.run.store.buckets._RETRY", {"max_retries": 0})
    store = open_store(served.state, tmp_path)
    served.service.faults += [("PUT", unheard)] * 3
    with pytest.raises(StoreError, match="cannot write s3://state/team/dns/audit/1: the connection broke"):
        store.put_if_absent("audit/1", b"ours")
    assert served.service.requests == ["PUT /state/team/dns/audit/1", "GET /state/team/dns/audit/1"] * 3

    assert store.put_if_absent("audit/1", b"ours") is True


def test_reads_lists_and_removals_are_tried_again(served, store):
    store.put_if_absent("audit/1", b"1")
    for method, act in (
        ("GET", lambda: store.get("audit/1") == b"1"),
        ("GET", lambda: store.names("audit/") == ["audit/1"]),
        ("POST", lambda: store.remove("audit/1") is None),
    ):
        served.service.faults += [(method, unheard), (method, refused("503 Slow Down", "SlowDown"))]
        assert act()
        assert served.service.faults == []
    assert store.get("audit/1") is None


@pytest.mark.parametrize("header", ["HTTP_IF_NONE_MATCH", "HTTP_IF_MATCH"])
def test_a_service_that_ignores_conditions_is_refused_with_the_first_write(served, tmp_path, header):
    app = served.service.app

    def without_condition(environ, start_response):
        environ.pop(header, None)
        return app(environ, start_response)

    served.service.app = without_condition
    store = open_store(served.state, tmp_path)
    with pytest.raises(StoreError, match="ignores conditional writes"):
        store.put_if_absent("audit/1", b"1")
    assert served.service.objects() == {"team/dns/audit/1": b"1"}


def test_conditions_are_proved_once(served, store):
    for number in range(3):
        store.put_if_absent(f"audit/{number}", b"")

    assert all(re.fullmatch(r"PUT /state/team/dns/audit/\d", one) for one in served.service.requests)
    assert len(served.service.requests) == 3
