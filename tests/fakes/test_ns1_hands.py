"""What tests may do to the fake of NS1 behind its HTTP, and how it stands alone."""

import ast
from pathlib import Path

import pytest

from tests.fakes.ns1 import Ns1Fake
from tests.fakes.ns1_answers import FORWARDS
from tests.fakes.ns1_calls import call, get, put


@pytest.fixture
def fake():
    with Ns1Fake() as running:
        running.create_zone("example.com.")
        yield running


def test_nothing_that_makes_the_fake_imports_the_product():
    modules = sorted(Path(__file__).parent.glob("ns1*.py"))
    assert len(modules) > 10
    for module in modules:
        for node in ast.walk(ast.parse(module.read_text())):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert not [name for name in names if "zonesync" in name], module
            assert not [name for name in names if name.startswith("tests.") and not name.startswith("tests.fakes")]


def test_an_edit_is_seen_but_not_logged(fake):
    serial = fake.zone_fields("example.com.")["serial"]
    fake.edit("example.com.", "x.example.com.", "MX", 60, ["10 mail.example.com.", [20, "mail2.example.com."]])
    assert fake.log == []
    assert fake.zone_fields("example.com.")["serial"] == serial + 1
    answers = [answer["answer"] for answer in get(fake, "x.example.com", "MX").body["answers"]]
    assert [[int(number), host.strip(".")] for number, host in answers] == [
        [10, "mail.example.com"],
        [20, "mail2.example.com"],
    ]
    fake.edit("example.com.", "x.example.com.", "MX", 60, None)
    assert get(fake, "x.example.com", "MX").status == 404
    assert fake.zone_fields("example.com.")["serial"] == serial + 2


@pytest.mark.parametrize(
    ("rtype", "value", "fields"),
    [
        ("TXT", 'all of "this" is one', ['all of "this" is one']),
        ("CAA", "0 issue ca.example.net; a=b", ["0", "issue", "ca.example.net; a=b"]),
        ("NAPTR", "1 2 s x  .", ["1", "2", "s", "x", "", "."]),
        ("HTTPS", "1 . alpn=h2 port=53", ["1", ".", "alpn=h2 port=53"]),
        ("URLFWD", "/ https://example.net/ 301 2 0", ["/", "https://example.net/", "301", "2", "0"]),
        ("MX", "ten mail", ["ten", "mail"]),
        ("X-NEW", "a b", ["a b"]),
    ],
)
def test_an_edit_takes_the_short_spelling(fake, rtype, value, fields):
    fake.edit("example.com.", "x.example.com.", rtype, 60, [value])
    [record] = [record for record in fake.dump("example.com.") if record["type"] == rtype]
    assert [str(field) for field in record["answers"][0]["answer"]] == fields
    assert len(record["answers"][0]["id"]) == 24
    assert all(isinstance(record["answers"][0]["answer"][place], int) for place in FORWARDS.get(rtype, ()))


def test_an_edit_keeps_what_else_the_record_has(fake):
    made = put(fake, "x.example.com", "A", ["192.0.2.1"], tags={"a": "b"}, ttl=60).body
    fake.edit("example.com.", "X.example.com.", "A", 61, ["192.0.2.2"])
    after = get(fake, "x.example.com", "A").body
    assert (after["id"], after["tags"], after["ttl"]) == (made["id"], {"a": "b"}, 61)
    assert after["answers"][0]["answer"] == ["192.0.2.2"]
    assert len(fake.dump("example.com.")) == 2


def test_an_edit_of_the_soa_sets_the_fields_of_the_zone(fake):
    fake.edit("example.com.", "example.com.", "SOA", 60, ["ns.example.net. host.example.net. 7 1 2 3 4"])
    zone = fake.zone_fields("example.com.")
    assert [zone[field] for field in ("serial", "refresh", "retry", "expiry", "nx_ttl", "ttl")] == [7, 1, 2, 3, 4, 60]
    assert (zone["primary_master"], zone["hostmaster"]) == ("ns.example.net", "host.example.net")


def test_anything_native_can_be_put_in(fake):
    chain = [{"filter": "weighted_shuffle", "config": {}}]
    record = {"domain": "w.example.com.", "type": "A", "filters": chain, "answers": [{"answer": ["192.0.2.1"]}]}
    fake.add_native("example.com.", record)
    fake.add_native("example.com.", {"domain": "l.example.com", "type": "LOC", "answers": [{"answer": ["0 N 0 E 0"]}]})
    assert get(fake, "w.example.com", "A").body["filters"] == chain
    assert [record["type"] for record in call(fake, "GET", "zones/example.com").body["records"]] == ["NS", "LOC", "A"]
    assert call(fake, "DELETE", "zones/example.com/l.example.com/LOC").status == 200


def test_zones_are_found_by_name_and_by_id(fake):
    by_name = fake.dump("example.com.")
    assert fake.dump("example.com") == fake.dump(fake.zone_fields("EXAMPLE.com.")["id"]) == by_name
    with pytest.raises(KeyError):
        fake.dump("example.net.")


def test_a_dump_is_a_copy(fake):
    fake.dump("example.com.")[0]["answers"].clear()
    fake.zone_fields("example.com.")["networks"].clear()
    assert fake.dump("example.com.")[0]["answers"]
    assert fake.zone_fields("example.com.")["networks"] == [0]


def test_a_fault_before_changes_nothing_and_a_fault_after_has_taken_effect(fake):
    for when, status in (("before", 404), ("after", 200)):
        fake.fail(method="PUT", path=f"{when}.example.com", drop=when)
        with pytest.raises(OSError, match=r"Remote end closed|reset"):
            put(fake, f"{when}.example.com", "A", ["192.0.2.1"])
        assert get(fake, f"{when}.example.com", "A").status == status


def test_somebody_else_can_edit_between_two_calls(fake):
    fake.fail(method="GET", run=lambda: fake.edit("example.com.", "x.example.com.", "A", 60, ["192.0.2.1"]))
    assert get(fake, "x.example.com", "A").status == 200
