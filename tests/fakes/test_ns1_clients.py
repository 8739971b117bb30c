"""ns1-python, which nobody here wrote, on the fake of NS1."""

import pytest
from ns1.rest.errors import AuthException, RateLimitException, ResourceException

from tests.fakes.kit import Answer
from tests.fakes.ns1 import Ns1Fake
from tests.fakes.ns1_sdk import client
from tests.fakes.ns1_tls import self_signed


@pytest.fixture
def fake():
    with Ns1Fake() as running:
        running.create_zone("example.com.")
        running.edit("example.com.", "www.example.com.", "A", 300, ["192.0.2.1"])
        yield running


@pytest.fixture(params=["requests", "basic"])
def transport(request):
    return request.param


def test_the_low_level_client_goes_round(fake, transport):
    ns1 = client(fake, transport=transport)
    zones, records = ns1.zones(), ns1.records()
    assert zones.create("example.net", nx_ttl=60)["nx_ttl"] == 60
    assert [zone["zone"] for zone in zones.list()] == ["example.com", "example.net"]
    records.create("example.net", "example.net", "MX", answers=[[10, "mail.example.net."]], ttl=60)
    records.create("example.net", "t.example.net", "TXT", answers=['raw "text"', "two"])
    records.update("example.net", "t.example.net", "TXT", ttl=5)
    read = records.retrieve("example.net", "t.example.net", "TXT")
    assert ([answer["answer"] for answer in read["answers"]], read["ttl"]) == ([['raw "text"'], ["two"]], 5)
    assert records.delete("example.net", "t.example.net", "TXT") == {}
    assert [record["type"] for record in zones.retrieve("example.net")["records"]] == ["MX", "NS"]
    assert zones.update("example.net", ttl=5)["ttl"] == 5
    assert zones.delete("example.net") == {}
    assert fake.zone_names() == ["example.com."]


def test_the_high_level_client_goes_round(fake):
    ns1 = client(fake)
    zone = ns1.createZone("example.net", nx_ttl=60)
    record = zone.add_A("www", ["192.0.2.1", "192.0.2.2"], ttl=60)
    assert record.domain == "www.example.net"
    record.addAnswers("192.0.2.3")
    record.update(ttl=61)
    again = ns1.loadRecord("www", "A", "example.net")
    assert [answer["answer"][0] for answer in again.answers] == ["192.0.2.1", "192.0.2.2", "192.0.2.3"]
    assert again["ttl"] == 61
    assert zone.linkRecord("www", "linked", "A")["link"] == "www.example.net"
    assert zone.cloneRecord("www", "cloned", "A").answers[0]["answer"] == ["192.0.2.1"]
    assert zone.createLinkToSelf("example.org")["link"] == "example.net"
    again.delete()
    with pytest.raises(ResourceException, match="record not found"):
        ns1.loadRecord("www", "A", "example.net")
    ns1.loadZone("example.net").delete()
    assert fake.zone_names() == ["example.com.", "example.org."]


REFUSALS = [
    (404, "zone not found", lambda ns1: ns1.zones().retrieve("example.net")),
    (404, "zone not found", lambda ns1: ns1.zones().update("example.net", ttl=5)),
    (404, "zone not found", lambda ns1: ns1.zones().delete("example.net")),
    (404, "zone not found", lambda ns1: ns1.records().create("b.net", "b.net", "A", answers="192.0.2.1")),
    (400, "zone already exists", lambda ns1: ns1.zones().create("example.com")),
    (400, "invalid: FQDN already exists", lambda ns1: ns1.zones().create("example.com", name="other")),
    (400, "invalid zone name 'b.net.': trailing dot", lambda ns1: ns1.zones().create("b.net.")),
    (404, "record not found", lambda ns1: ns1.records().retrieve("example.com", "x.example.com", "A")),
    (404, "record not found", lambda ns1: ns1.records().update("example.com", "x.example.com", "A", ttl=5)),
    (404, "record not found", lambda ns1: ns1.records().delete("example.com", "x.example.com", "A")),
    (400, "record already exists", lambda ns1: create(ns1, "www", "A", "192.0.2.1")),
    (400, "record already exists", lambda ns1: ns1.records().create("example.com", "example.com", "NS", answers="x.")),
    (400, "NS record of the zone", lambda ns1: ns1.records().delete("example.com", "example.com", "NS")),
    (400, "CNAME record cannot be beside", lambda ns1: create(ns1, "www", "CNAME", "x.example.net.")),
    (400, "invalid A answer", lambda ns1: create(ns1, "x", "A", "2001:db8::1")),
    (400, "invalid MX answer", lambda ns1: create(ns1, "x", "MX", "10 mail.example.com.")),
    (400, "text is empty", lambda ns1: create(ns1, "x", "TXT", "")),
    (400, "'answers' is missing", lambda ns1: ns1.records().create("example.com", "x.example.com", "A")),
    (
        400,
        "Input validation failed (Value None for field '<obj>.filters' is not of type array)",
        lambda ns1: ns1.records().create_raw(
            "example.com", "x.example.com", "A", {**body("x", "A", "192.0.2.1"), "filters": None}
        ),
    ),
    (400, "'LOC' for field '<obj>.type'", lambda ns1: create(ns1, "x", "LOC", "0 N 0 E 0m")),
    (400, "'SSHFP' for field '<obj>.type'", lambda ns1: create(ns1, "x", "SSHFP", "1 1 ab")),
    (400, "invalid record type 'SOA'", lambda ns1: create(ns1, "x", "SOA", "x")),
    (405, "Operation on DNSSEC record is not allowed", lambda ns1: create(ns1, "x", "DNSKEY", "x")),
    (405, "Operation on DNSSEC record is not allowed", lambda ns1: create(ns1, "x", "RRSIG", "x")),
]


def body(label, rtype, answer):
    return {"zone": "example.com", "domain": f"{label}.example.com", "type": rtype, "answers": [{"answer": [answer]}]}


def create(ns1, label, rtype, answer):
    return ns1.records().create("example.com", f"{label}.example.com", rtype, answers=answer)


@pytest.mark.parametrize(("status", "words", "send"), REFUSALS)
def test_what_the_service_refuses_raises_with_its_words(fake, transport, status, words, send):
    before = fake.dump("example.com.")
    with pytest.raises(ResourceException) as caught:
        send(client(fake, transport=transport))
    response = caught.value.response
    assert (response.status_code if transport == "requests" else response.code) == status
    assert words in caught.value.message
    assert fake.zone_names() == ["example.com."]
    assert fake.dump("example.com.") == before


def test_a_wrong_key_is_an_exception_of_its_own(fake, transport):
    with pytest.raises(AuthException):
        client(fake, key="wrong", transport=transport).zones().list()


def test_too_many_calls_are_an_exception_that_knows_the_rate(transport):
    with Ns1Fake(limits={"GET": (2, 600)}) as fake:
        zones = client(fake, transport=transport).zones()
        zones.list()
        zones.list()
        with pytest.raises(RateLimitException) as caught:
            zones.list()
        error = caught.value
        assert (error.by, int(error.limit), int(error.period), int(error.remaining)) == ("customer", 2, 600, 0)


def test_an_answer_that_is_no_json_is_an_exception(fake):
    fake.fail(answer=Answer(200, b"<html>", content_type="text/html"))
    with pytest.raises(ResourceException, match="invalid json"):
        client(fake).zones().list()


def test_pages_are_followed_over_tls(tmp_path, monkeypatch):
    certificate, key = self_signed(tmp_path)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", certificate)
    with Ns1Fake(page=3, tls=(certificate, key)) as fake:
        for number in range(4):
            fake.create_zone(f"z{number}.example.")
        for number in range(10):
            fake.edit("z0.example.", f"h{number}.z0.example.", "A", 60, ["192.0.2.1"])
        ns1 = client(fake, follow_pagination=True)
        assert len(ns1.zones().list()) == 4
        zone = ns1.zones().retrieve("z0.example")
        assert zone["records"] == fake.dump("z0.example.", short=True)
        assert len(fake.requests("GET")) == 2 + 4
        ns1 = client(fake)
        assert len(ns1.zones().list()) == 3
        assert len(ns1.zones().retrieve("z0.example")["records"]) == 3


def test_the_basic_transport_follows_pages_where_certificates_are_ignored(tmp_path):
    with Ns1Fake(page=3, tls=self_signed(tmp_path)) as fake:
        fake.create_zone("example.com.")
        for number in range(5):
            fake.edit("example.com.", f"h{number}.example.com.", "A", 60, ["192.0.2.1"])
        ns1 = client(fake, transport="basic", follow_pagination=True, **{"ignore-ssl-errors": True})
        assert len(ns1.zones().retrieve("example.com")["records"]) == 6


def test_search_finds_zones_and_records(fake):
    zones = client(fake).zones()
    assert [found.get("domain", found["zone"]) for found in zones.search("example")] == [
        "example.com",
        "example.com",
        "www.example.com",
    ]
    assert [found["domain"] for found in zones.search("www", type="record")] == ["www.example.com"]
    assert len(zones.search("example", max=1)) == 1
    assert zones.search("www", type="zone") == []
