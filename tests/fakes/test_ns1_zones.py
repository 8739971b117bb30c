"""Zones at the fake of NS1."""

import re

import pytest

from tests.fakes.ns1 import Ns1Fake
from tests.fakes.ns1_calls import call, put


@pytest.fixture
def fake():
    with Ns1Fake() as running:
        running.create_zone("example.com.")
        yield running


def create(fake, name="example.net", **fields):
    return call(fake, "PUT", f"zones/{name}", {"zone": name, **fields})


def test_a_new_zone_has_its_soa_as_fields_and_an_apex_ns_record(fake):
    made = create(fake).body
    soa = {"ttl": 3600, "nx_ttl": 3600, "retry": 7200, "refresh": 43200, "expiry": 1209600}
    assert soa.items() <= made.items()
    assert (made["hostmaster"], made["primary_master"]) == ("hostmaster@nsone.net", made["dns_servers"][0])
    assert len(made["dns_servers"]) == 4
    assert all(re.fullmatch(r"dns[1-4]\.p\d\d\.nsone\.net", server) for server in made["dns_servers"])
    assert made["dns_servers"][0].split(".")[1] == made["network_pools"][0]
    [apex] = made["records"]
    assert (apex["domain"], apex["type"], apex["ttl"]) == ("example.net", "NS", 3600)
    assert apex["short_answers"] == made["dns_servers"]
    assert call(fake, "GET", "zones/example.net").body == made


def test_fields_sent_at_creation_are_kept(fake):
    sent = {"ttl": 60, "nx_ttl": 61, "retry": 62, "refresh": 63, "expiry": 64, "hostmaster": "h@example.net"}
    sent |= {"primary_master": "ns.example.net", "tags": {"a": "b"}}
    made = create(fake, **sent).body
    assert sent.items() <= made.items()
    assert made["records"][0]["ttl"] == 60


def test_a_zone_without_networks_has_an_empty_apex_ns_record(fake):
    made = create(fake, networks=[]).body
    assert made["dns_servers"] == []
    assert made["records"][0]["short_answers"] == []


def test_networks_that_the_account_lacks_are_refused():
    with Ns1Fake(networks=(0, 5)) as fake:
        assert create(fake, networks=[9]).status == 400
        made = create(fake, networks=[0, 5]).body
        assert (made["networks"], len(made["network_pools"]), len(made["dns_servers"])) == ([0, 5], 2, 8)


@pytest.mark.parametrize(
    ("name", "body", "words"),
    [
        ("example.com", {"zone": "example.com"}, "zone already exists"),
        ("EXAMPLE.com", {"zone": "example.com"}, "zone already exists"),
        ("other", {"zone": "example.com"}, "invalid: FQDN already exists"),
        ("example.net", {}, "Required field 'zone'"),
        ("example.net", [], "is not of type object"),
        ("example.net", b"{", "not JSON"),
        ("example.net", {"zone": 5}, "Value 5 for field '<obj>.zone' is not of type string"),
        ("example.net", {"zone": "example.net."}, "trailing dot"),
        ("example.net.", {"zone": "example.net"}, "trailing dot"),
        ("a..b", {"zone": "a..b"}, "invalid zone name"),
        ("example.net", {"zone": "exämple.net"}, "invalid zone name"),
        (
            "example.net",
            {"zone": "example.net", "ttl": "60"},
            "Value '60' for field '<obj>.ttl' is not of type",
        ),
        ("example.net", {"zone": "example.net", "ttl": True}, "is not of type integer"),
        ("example.net", {"zone": "example.net", "ttl": 2**31}, "out of range"),
        ("example.net", {"zone": "example.net", "retry": -1}, "out of range"),
        ("example.net", {"zone": "example.net", "networks": 0}, "is not of type array"),
        ("example.net", {"zone": "example.net", "networks": ["0"]}, "is not of type integer"),
        ("example.net", {"zone": "example.net", "networks": [7]}, "network 7"),
        ("example.net", {"zone": "example.net", "views": [7]}, "is not of type string"),
        ("example.net", {"zone": "example.net", "hostmaster": None}, "is not of type string"),
        ("example.net", {"zone": "example.net", "dnssec": True}, "DNSSEC is not enabled"),
    ],
)
def test_a_zone_that_cannot_be_made_is_refused_and_nothing_is_there(fake, name, body, words):
    reply = call(fake, "PUT", f"zones/{name}", body)
    assert reply.status == 400
    assert words in reply.message
    assert fake.zone_names() == ["example.com."]


def test_the_status_of_an_existing_zone_can_be_the_other_one():
    with Ns1Fake(exists=409) as fake:
        create(fake)
        assert create(fake).status == 409


@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_a_zone_that_is_not_there_is_not_found(fake, method):
    reply = call(fake, method, "zones/example.org", {} if method == "POST" else None)
    assert (reply.status, reply.message) == (404, "zone not found")


def test_views_let_two_zones_serve_one_name_under_names_of_their_own(fake):
    inside, outside = {"zone": "example.net", "views": ["in"]}, {"zone": "example.net", "views": ["out"]}
    assert call(fake, "PUT", "zones/inside", inside).body["name"] == "inside"
    assert "in the view" in call(fake, "PUT", "zones/third", inside).message
    assert "in the view" in call(fake, "PUT", "zones/third", {"zone": "example.net"}).message
    assert call(fake, "PUT", "zones/outside", outside).status == 200
    assert "in the view" in call(fake, "PUT", "zones/third", {"zone": "example.com", "views": ["in"]}).message
    assert call(fake, "PUT", "zones/third", {"zone": "example.com"}).message == "invalid: FQDN already exists"
    assert call(fake, "GET", "zones/example.net").status == 404
    assert put(fake, "www.example.net", "A", ["192.0.2.1"], zone="inside").body["zone"] == "example.net"
    assert call(fake, "GET", "zones/outside/www.example.net/A").status == 404
    assert call(fake, "GET", "zones/inside").body["records"][1]["domain"] == "www.example.net"


def test_a_post_changes_the_fields_sent_and_no_other(fake):
    before = call(fake, "GET", "zones/example.com").body
    after = call(fake, "POST", "zones/example.com", {"nx_ttl": 60, "tags": {"a": "b"}}).body
    assert after == {**before, "nx_ttl": 60, "tags": {"a": "b"}, "serial": before["serial"] + 1}
    assert call(fake, "GET", "zones/example.com").body == after


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"zone": "example.net"}, "is not 'example.com'"),
        ({"zone": 5}, "is not of type string"),
        ({"ttl": None}, "is not of type integer"),
        ({"networks": [7]}, "network 7"),
    ],
)
def test_a_post_that_contradicts_or_mistypes_is_refused(fake, body, words):
    before = fake.zone_fields("example.com.")
    reply = call(fake, "POST", "zones/example.com", body)
    assert reply.status == 400
    assert words in reply.message
    assert fake.zone_fields("example.com.") == before


def test_deleting_a_zone_drops_all_its_records(fake):
    put(fake, "www.example.com", "A", ["192.0.2.1"])
    reply = call(fake, "DELETE", "zones/example.com")
    assert (reply.status, reply.body) == (200, {})
    assert fake.zone_names() == []
    fake.create_zone("example.com")
    assert [record["type"] for record in fake.dump("example.com")] == ["NS"]


def test_the_serial_goes_up_by_one_with_each_write_and_stays_with_each_refusal(fake):
    serial = fake.zone_fields("example.com")["serial"]
    for number, (method, path, body) in enumerate(
        [
            ("PUT", "zones/example.com/a.example.com/A", {"answers": [{"answer": ["192.0.2.1"]}]}),
            ("POST", "zones/example.com/a.example.com/A", {"ttl": 5}),
            ("POST", "zones/example.com", {"ttl": 5}),
            ("DELETE", "zones/example.com/a.example.com/A", None),
        ],
        1,
    ):
        if method == "PUT":
            body |= {"zone": "example.com", "domain": "a.example.com", "type": "A"}
        assert call(fake, method, path, body).status == 200
        assert fake.zone_fields("example.com")["serial"] == serial + number
    call(fake, "DELETE", "zones/example.com/a.example.com/A")
    assert fake.zone_fields("example.com")["serial"] == serial + 4


def test_a_linked_zone_holds_no_records_of_its_own(fake):
    assert create(fake, link="example.com").body["records"] == []
    assert "linked" in put(fake, "www.example.net", "A", ["192.0.2.1"], zone="example.net").message
    assert "linked" in call(fake, "DELETE", "zones/example.net/example.net/NS").message
    assert fake.dump("example.net") == []


def test_a_signed_zone_has_its_key_in_the_listing():
    with Ns1Fake(dnssec=True) as fake:
        made = create(fake, dnssec=True).body
        assert [record["type"] for record in made["records"]] == ["DNSKEY", "NS"]
        reply = call(fake, "DELETE", "zones/example.net/example.net/DNSKEY")
        assert (reply.status, reply.message) == (405, "Operation on DNSSEC record is not allowed")
        assert call(fake, "POST", "zones/example.net", {"ttl": 5}).body["records"] == made["records"]
        after = call(fake, "POST", "zones/example.net", {"dnssec": False}).body
        assert [record["type"] for record in after["records"]] == ["NS"]


def test_the_list_of_zones_has_no_records(fake):
    create(fake)
    zones = call(fake, "GET", "zones").body
    assert [zone["zone"] for zone in zones] == ["example.com", "example.net"]
    assert not any("records" in zone for zone in zones)
    assert call(fake, "GET", "zones/example.com?records=false").body == zones[0]


def link_of(reply):
    found = re.fullmatch(r'<(.*)>; rel="next"', reply.headers.get("Link", ""))
    return found and found[1]


def follow(fake, path):
    pages = []
    while path:
        pages.append(call(fake, "GET", path))
        assert len(pages) < 20, "the pages go round"
        link = link_of(pages[-1])
        assert link is None or link.startswith(fake.url)
        path = link and link.removeprefix(f"{fake.url}/")
    return pages


@pytest.mark.parametrize(("count", "pages"), [(0, 1), (3, 1), (4, 2), (7, 2), (8, 3)])
def test_records_come_in_pages_that_name_the_next_one(count, pages):
    with Ns1Fake(page=4) as fake:
        fake.create_zone("example.com.")
        for number in range(count):
            fake.edit("example.com.", f"h{number}.example.com.", "A", 60, ["192.0.2.1"])
        replies = follow(fake, "zones/example.com")
        assert len(replies) == pages
        listed = [record for reply in replies for record in reply.body["records"]]
        assert listed == fake.dump("example.com.", short=True)
        assert len(listed) == count + 1
        assert all(reply.body["serial"] == replies[0].body["serial"] for reply in replies)


def test_zones_come_in_pages_of_their_own_size():
    with Ns1Fake(page=100, zone_page=2) as fake:
        for number in range(5):
            fake.create_zone(f"z{number}.example.")
        replies = follow(fake, "zones")
        assert [len(reply.body) for reply in replies] == [2, 2, 1]
        assert [f"{zone['zone']}." for reply in replies for zone in reply.body] == fake.zone_names()


def test_a_page_can_be_asked_for_smaller_but_not_larger():
    with Ns1Fake(page=3) as fake:
        fake.create_zone("example.com.")
        for number in range(5):
            fake.edit("example.com.", f"h{number}.example.com.", "A", 60, ["192.0.2.1"])
        sizes = [len(call(fake, "GET", f"zones/example.com?limit={limit}").body["records"]) for limit in (2, 50)]
        assert sizes == [2, 3]


def test_the_link_can_be_a_path():
    with Ns1Fake(page=1, link="path") as fake:
        fake.create_zone("example.com.")
        fake.edit("example.com.", "example.com.", "TXT", 60, ["x"])
        assert link_of(call(fake, "GET", "zones/example.com")).startswith("/v1/zones/example.com?after=")
