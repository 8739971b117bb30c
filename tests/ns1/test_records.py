"""Records of NS1 become RRsets, or are kept as they are; nothing else happens to any."""

from typing import Any

import pytest

from zonesync.model.rrset import Key, RRset
from zonesync_ns1 import records
from zonesync_ns1.records import needs_whole, understand

ZONE = {"zone": "example.com", "networks": [0]}
PLAIN = {"domain": "www.example.com", "type": "A", "ttl": 300, "tier": 1, "short_answers": ["192.0.2.1"]}
WHOLE: dict[str, Any] = {
    "id": "r1",
    "domain": "www.example.com",
    "type": "A",
    "ttl": 300,
    "tier": 1,
    "answers": [{"id": "a1", "answer": ["192.0.2.1"]}, {"id": "a2", "answer": ["192.0.2.2"], "meta": {"up": True}}],
    "filters": [],
    "regions": {},
    "meta": {},
    "use_client_subnet": True,
    "override_ttl": None,
    "networks": [0],
    "link": None,
    "tags": {},
    "blocked_tags": [],
    "feeds": [],
}
CHAIN = [{"filter": "up", "config": {}}, {"filter": "geotarget_country", "config": {}}]


def whole(**changed):
    return WHOLE | changed


def test_a_short_form_suffices_for_a_simple_record():
    assert not needs_whole(PLAIN)
    assert understand(PLAIN, ZONE).rrset == RRset("www.example.com.", "A", 300, ("192.0.2.1",))


@pytest.mark.parametrize(
    "changed",
    [
        {"tier": 2},
        {"tier": None},
        {"short_answers": None},
        {"type": "HINFO", "short_answers": ["PC Intel Linux"]},
        {"type": "NAPTR", "short_answers": ["1 2 u E2U !a b! ."]},
        {"type": "URLFWD", "tier": 3},
    ],
)
def test_a_short_form_that_says_too_little_is_read_whole(changed):
    assert needs_whole(PLAIN | changed)


@pytest.mark.parametrize("changed", [{"link": "x.example.com", "short_answers": None}, {"type": "RRSIG", "tier": 2}])
def test_what_is_kept_anyway_is_not_read_whole(changed):
    assert not needs_whole(PLAIN | changed)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"filters": CHAIN}, "filter chain up, geotarget_country (2 answers)"),
        ({"filters": [{"filter": "shuffle", "disabled": True}]}, "filter chain shuffle (2 answers)"),
        ({"link": "x.example.com", "answers": []}, "linked to x.example.com"),
        ({"answers": [{"answer": ["192.0.2.1"], "meta": {"up": {"feed": "f1"}}}]}, "data feed at 1 answer"),
        ({"answers": [{"answer": ["192.0.2.1"], "feeds": ["f1"]}]}, "data feed at 1 answer"),
        ({"type": "URLFWD"}, "URLFWD with 2 answers"),
        ({"type": "LOC"}, "LOC with 2 answers"),
        ({"type": "NSEC"}, "made by DNSSEC"),
        ({"answers": []}, "no answers"),
        ({"type": "AAAA"}, "cannot be read: "),
        ({"answers": [["192.0.2.1"]]}, "cannot be read: an answer is no list of fields"),
        ({"ttl": None}, "cannot be read: its TTL is None, no number"),
        ({"ttl": -1}, "cannot be read: its TTL is -1, no number"),
    ],
)
def test_what_the_model_cannot_hold_is_kept_with_words(changed, words):
    found = understand(whole(**changed), ZONE)
    assert found.rrset is None
    assert found.kept.description.startswith(words)
    assert (found.kept.name, found.kept.type) == found.key == Key("www.example.com.", changed.get("type", "A"))


def test_the_digest_of_what_is_kept_changes_with_it_and_with_nothing_else():
    digest = understand(whole(filters=CHAIN), ZONE).kept.digest
    assert understand(whole(filters=CHAIN, queries=7, updated_at=1, feeds=[]), ZONE).kept.digest == digest
    assert understand(whole(filters=CHAIN[::-1]), ZONE).kept.digest != digest
    assert understand(whole(filters=CHAIN, ttl=60), ZONE).kept.digest != digest
    regions = {"regions": {"a": {}, "b": {}}}, {"regions": {"b": {}, "a": {}}}
    assert len({understand(whole(filters=CHAIN, **one), ZONE).kept.digest for one in regions}) == 1


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({}, "meta at 1 answer"),
        ({"meta": {"up": True, "asn": [1]}, "answers": WHOLE["answers"][:1]}, "meta asn, up"),
        ({"regions": {"us": {}, "eu": {}}}, "regions eu, us; meta at 1 answer"),
        ({"tags": {"team": "x"}, "blocked_tags": ["y"]}, "tags team; blocked tags y; meta at 1 answer"),
        ({"use_client_subnet": False}, "meta at 1 answer; client subnet not used"),
        ({"override_ttl": True}, "meta at 1 answer; TTL overridden"),
        ({"networks": [1, 0]}, "meta at 1 answer; networks 0, 1"),
    ],
)
def test_fields_that_the_model_does_not_know_are_told(changed, words):
    found = understand(whole(**changed), ZONE)
    assert found.kept is None
    assert found.rrset is not None
    assert found.extra == words


def test_a_record_with_nothing_besides_has_no_words():
    assert not understand(whole(answers=WHOLE["answers"][:1]), ZONE).extra
    alias = whole(type="ALIAS", answers=[{"answer": ["x.example.net"]}], override_ttl=True)
    assert not understand(alias, ZONE).extra


@pytest.mark.parametrize(
    ("domain", "name"),
    [
        ("WWW.Example.com", "www.example.com."),
        ("*.example.com", "*.example.com."),
        ("a b.example.com", r"a\032b.example.com."),
        ("bücher.example.com", "xn--bcher-kva.example.com."),
        ("-..example.com", "-.example.com."),
    ],
)
def test_any_domain_has_a_name_and_keeps_its_spelling_for_urls(domain, name):
    found = understand(PLAIN | {"domain": domain}, ZONE)
    assert (found.key.name, found.domain) == (name, domain)


def test_an_update_sends_only_what_differs():
    before = understand(WHOLE, ZONE).rrset
    ttl = RRset(before.name, "A", 60, before.rdatas)
    assert records.update(WHOLE, before, ttl) == {"ttl": 60}
    values = RRset(before.name, "A", 300, ("192.0.2.2", "192.0.2.3"))
    assert records.update(WHOLE, before, values) == {
        "answers": [{"id": "a2", "answer": ["192.0.2.2"], "meta": {"up": True}}, {"answer": ["192.0.2.3"]}]
    }


def test_answers_that_stay_keep_their_order_meta_region_and_id():
    record = whole(answers=[{"id": str(at), "answer": [f"192.0.2.{at}"], "region": "eu"} for at in (3, 1, 2)])
    before = understand(record, ZONE).rrset
    after = RRset(before.name, "A", 300, ("192.0.2.1", "192.0.2.3", "192.0.2.4"))
    sent = records.update(record, before, after)["answers"]
    assert sent == [record["answers"][0], record["answers"][1], {"answer": ["192.0.2.4"]}]


def test_a_text_of_several_strings_is_written_as_one():
    record = whole(type="TXT", answers=[{"id": "1", "answer": ["a ", "b"], "meta": {"note": "n"}}])
    found = understand(record, ZONE)
    assert found.rrset.rdatas == ('"a b"',)
    # As the listing has it.
    assert found.listed.rdatas == ('"a  b"',)
    sent = records.update(record, found.listed, found.rrset)
    assert sent == {"answers": [{"id": "1", "answer": ["a b"], "meta": {"note": "n"}}]}


def test_an_alias_is_written_with_its_ttl_overridden():
    new = RRset("example.com.", "ALIAS", 60, ("x.example.net.",))
    assert records.body("example.com", "example.com", new) == {
        "zone": "example.com",
        "domain": "example.com",
        "type": "ALIAS",
        "ttl": 60,
        "override_ttl": True,
        "answers": [{"answer": ["x.example.net."]}],
    }
    stored = whole(type="ALIAS", answers=[{"answer": ["x.example.net"]}])
    moved = RRset("example.com.", "ALIAS", 60, ("y.example.net.",))
    assert records.update(stored, new, moved)["override_ttl"] is True
