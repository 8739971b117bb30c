"""Answers that are none, and lists that are not whole: never an empty zone, never a shorter one."""

import json
from collections.abc import Callable
from dataclasses import replace
from http import HTTPStatus
from typing import Any

import pytest

from tests.fakes.gcloud import CloudDnsFake
from tests.fakes.kit import Answer
from tests.gcloud.support import ZONE, apply, created, rrset
from zonesync.provider.contract import Outcome
from zonesync.provider.errors import ProviderError, Unavailable
from zonesync_gcloud import CloudDnsProvider

Make = Callable[..., CloudDnsProvider]
HTML = Answer(200, b"<!DOCTYPE html><title>Sign in</title>", content_type="text/html")
MANY = 1_000_000


@pytest.fixture(autouse=True)
def _hosted(fake: CloudDnsFake) -> None:
    fake.create_zone("example.com.", name="example-com")


BROKEN = {
    "html": HTML,
    "an empty 200": Answer(200, b""),
    "an empty object": Answer.of({}),
    "a list": Answer.of([]),
    "cut json": Answer(200, b'{"kind": "dns#resourceRecordSetsListResponse", "rrsets": ['),
    "no list": Answer.of({"kind": "x", "rrsets": "none", "managedZones": "none"}),
    "a list of texts": Answer.of({"kind": "x", "rrsets": ["none"], "managedZones": ["none"]}),
    "a token and no page": Answer.of({"kind": "x", "nextPageToken": "more"}),
    "no record sets": Answer.of({"kind": "x", "rrsets": [{}], "managedZones": [{}]}),
    "another encoding": Answer(200, '{"kind": "ä"}'.encode("utf-16"), content_type="application/json; charset=utf-8"),
}


@pytest.mark.parametrize("broken", BROKEN)
def test_a_zone_whose_list_is_none_is_unavailable_and_never_empty(fake: CloudDnsFake, make: Make, broken: str):
    fake.fail(path="/rrsets$", times=MANY, answer=BROKEN[broken])
    with pytest.raises(Unavailable):
        make().read(ZONE)


@pytest.mark.parametrize("broken", BROKEN)
def test_a_list_of_zones_that_is_none_is_unavailable_and_never_empty(fake: CloudDnsFake, make: Make, broken: str):
    fake.fail(path="/managedZones$", times=MANY, answer=BROKEN[broken])
    with pytest.raises(Unavailable):
        make().read(ZONE)
    with pytest.raises(Unavailable):
        list(make().zones())


@pytest.mark.parametrize("broken", ["html", "an empty 200", "an empty object", "a list", "cut json"])
def test_a_write_whose_answer_is_none_is_found_out_by_reading(fake: CloudDnsFake, make: Make, broken: str):
    fake.fail(method="POST", answer_after=BROKEN[broken])
    (receipt,) = apply(make(), created(rrset("www", "A", "192.0.2.1")))
    assert receipt.outcome is Outcome.APPLIED
    assert receipt.change_id == "example-com/1"
    assert len(fake.requests("POST")) == 1


@pytest.mark.parametrize("status", [400, 404, 409, 412])
def test_the_html_of_a_proxy_says_nothing_of_a_zone(fake: CloudDnsFake, make: Make, status: int):
    fake.fail(path="/rrsets$", times=MANY, answer=replace(HTML, status=status))
    with pytest.raises(Unavailable, match=f"HTTP status {status}, an answer that is no JSON"):
        make().read(ZONE)


@pytest.mark.parametrize("body", [{"error": "denied"}, {"error": None}, {"error": {"errors": "none"}}, [1], {}])
def test_an_error_of_a_strange_form_is_an_error_of_the_contract(fake: CloudDnsFake, make: Make, body: Any):
    fake.fail(times=MANY, answer=Answer.of(body, HTTPStatus.BAD_REQUEST))
    with pytest.raises(ProviderError):
        make().read(ZONE)


def _more(fake: CloudDnsFake, count: int = 250) -> None:
    for number in range(count):
        fake.edit("example.com.", f"h{number:03}.example.com.", "A", 300, ["192.0.2.1"])


def test_a_page_that_is_missing_is_unavailable(fake: CloudDnsFake, make: Make):
    _more(fake)
    fake.fail(path="/rrsets$", skip=1, times=MANY, rewrite=lambda answer: _without(answer, "rrsets"))
    with pytest.raises(Unavailable, match="no list of rrsets"):
        make().read(ZONE)


def test_a_list_without_its_apex_is_unavailable(fake: CloudDnsFake, make: Make):
    fake.fail(path="/rrsets$", rewrite=lambda answer: _without(answer, "rrsets"))
    with pytest.raises(Unavailable, match=r"an incomplete list of 0 RRsets: it lacks `example\.com\.` SOA"):
        make().read(ZONE)


def test_a_list_that_begins_again_is_unavailable(fake: CloudDnsFake, make: Make):
    _more(fake)
    pages: list[bytes] = []

    def again(answer: Answer) -> Answer:
        pages.append(answer.body)
        return replace(answer, body=pages[0])

    fake.fail(path="/rrsets$", times=MANY, rewrite=again)
    with pytest.raises(Unavailable, match="the list changed while it was read"):
        make().read(ZONE)


def test_a_list_that_changes_between_pages_is_unavailable_where_an_rrset_comes_twice(fake: CloudDnsFake, make: Make):
    _more(fake)

    def shifted(answer: Answer) -> Answer:
        body = json.loads(answer.body)
        body["rrsets"].insert(0, fake.dump("example.com.")[50])
        return Answer.of(body)

    fake.fail(path="/rrsets$", skip=1, rewrite=shifted)
    with pytest.raises(Unavailable, match=r"the list changed while it was read: `h048\.example\.com\.` A comes twice"):
        make().read(ZONE)


def _without(answer: Answer, key: str) -> Answer:
    return Answer.of({field: value for field, value in json.loads(answer.body).items() if field != key})
