"""Records at the fake of NS1: what is refused, and what a change leaves alone."""

import pytest

from tests.fakes.ns1 import Ns1Fake
from tests.fakes.ns1_calls import call, get, post, put


@pytest.fixture
def fake():
    with Ns1Fake() as running:
        running.create_zone("example.com.")
        running.edit("example.com.", "www.example.com.", "A", 300, ["192.0.2.1", "192.0.2.2"])
        running.edit("example.com.", "alias.example.com.", "CNAME", 300, ["www.example.com."])
        yield running


@pytest.mark.parametrize("rtype", ["DNSKEY", "RRSIG", "NSEC", "NSEC3", "NSEC3PARAM"])
@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE"])
def test_records_that_the_service_signs_with_are_its_own(fake, method, rtype):
    fake.add_native("example.com", {"domain": "example.com", "type": rtype, "answers": [{"answer": ["x"]}]})
    body = {"zone": "example.com", "domain": "example.com", "type": rtype, "answers": [{"answer": ["x"]}]}
    reply = call(fake, method, f"zones/example.com/example.com/{rtype}", None if method == "DELETE" else body)
    assert (reply.status, reply.message) == (405, "Operation on DNSSEC record is not allowed")
    assert get(fake, "example.com", rtype).status == 200


@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE"])
def test_the_soa_is_no_record(fake, method):
    body = {"zone": "example.com", "domain": "example.com", "type": "SOA", "answers": [{"answer": ["x"]}]}
    assert call(fake, method, "zones/example.com/example.com/SOA", None if method == "DELETE" else body).status == 400
    assert get(fake, "example.com", "SOA").status == 404


FIELDS = [
    ({"answers": None}, "Value None for field '<obj>.answers' is not of type array"),
    ({"answers": []}, "no answers"),
    ({"answers": ["192.0.2.1"]}, "is not of type object"),
    ({"answers": [{}]}, "Required field 'answer' is missing"),
    ({"answers": [{"answer": ["192.0.2.1"], "meta": []}]}, ""),
    ({"answers": [{"answer": ["192.0.2.1"], "meta": [1]}]}, "meta' is not of type object"),
    ({"answers": [{"answer": ["192.0.2.1"], "region": "nowhere"}]}, "region 'nowhere'"),
    ({"filters": None}, "Input validation failed (Value None for field '<obj>.filters' is not of type array)"),
    ({"filters": ["up"]}, "is not of type object"),
    ({"filters": [{}]}, "Required field 'filter' is missing"),
    ({"filters": [{"filter": "nonsense"}]}, "unknown filter 'nonsense'"),
    ({"filters": [{"filter": "up", "config": 1}]}, "config' is not of type object"),
    ({"regions": None}, "is not of type object"),
    ({"regions": []}, "is not of type object"),
    ({"regions": {"a": 1}}, "is not of type object"),
    ({"regions": {"a": {"meta": 1}}}, "is not of type object"),
    ({"meta": None}, "is not of type object"),
    ({"ttl": None}, "is not of type integer"),
    ({"ttl": "300"}, "Value '300' for field '<obj>.ttl' is not of type integer"),
    ({"ttl": -1}, "out of range"),
    ({"ttl": 2**31}, "out of range"),
    ({"use_client_subnet": "yes"}, "is not of type boolean"),
    ({"override_ttl": 1}, "is not of type boolean"),
    ({"networks": 0}, "is not of type array"),
    ({"tags": []}, "is not of type object"),
    ({"blocked_tags": {}}, "is not of type array"),
    ({"link": 5}, "is not of type string"),
]


@pytest.mark.parametrize(("fields", "words"), [case for case in FIELDS if case[1]])
@pytest.mark.parametrize("method", [put, post])
def test_a_field_of_the_wrong_shape_is_refused(fake, method, fields, words):
    put(fake, "old.example.com", "A", ["192.0.2.9"])
    before = fake.dump("example.com.")
    if method is put:
        reply = put(fake, "new.example.com", "A", **{"answers": [{"answer": ["192.0.2.1"]}], **fields})
    else:
        reply = post(fake, "old.example.com", "A", **fields)
    assert reply.status == 400
    assert words in reply.message
    assert fake.dump("example.com.") == before


@pytest.mark.parametrize(
    ("domain", "body", "words"),
    [
        ("www.example.com.", {}, "trailing dot"),
        ("x.example.com", {"domain": "x.example.com."}, "trailing dot"),
        ("x.example.com", {"zone": "example.com."}, "trailing dot"),
        ("x.example.com", {"domain": "y.example.com"}, "domain 'y.example.com' in the body"),
        ("x.example.com", {"zone": "example.net"}, "zone 'example.net' in the body"),
        ("x.example.com", {"type": "AAAA"}, "type 'AAAA' in the body"),
        ("x.example.com", {"type": 1}, "is not of type string"),
        ("x.example.net", {}, "is not in zone"),
        ("xexample.com", {}, "is not in zone"),
        ("x..example.com", {}, "invalid domain name"),
        (f"{'x' * 64}.example.com", {}, "invalid domain name"),
        ("x%20y.example.com", {"domain": "x y.example.com"}, "invalid domain name"),
    ],
)
def test_a_name_that_contradicts_or_is_none_is_refused(fake, domain, body, words):
    before = fake.dump("example.com.")
    whole = {"zone": "example.com", "domain": domain, "type": "A", "answers": [{"answer": ["192.0.2.1"]}], **body}
    reply = call(fake, "PUT", f"zones/example.com/{domain}/A", whole)
    assert reply.status == 400
    assert words in reply.message
    assert fake.dump("example.com.") == before


@pytest.mark.parametrize("field", ["zone", "domain", "type", "answers"])
def test_a_put_without_a_field_it_needs_is_refused(fake, field):
    whole = {"zone": "example.com", "domain": "x.example.com", "type": "A", "answers": [{"answer": ["192.0.2.1"]}]}
    del whole[field]
    reply = call(fake, "PUT", "zones/example.com/x.example.com/A", whole)
    assert (reply.status, f"Required field '{field}' is missing" in reply.message) == (400, True)


def test_a_post_must_agree_with_its_path_where_it_says_anything(fake):
    assert post(fake, "www.example.com", "A", domain="x.example.com").status == 400
    assert post(fake, "www.example.com", "A", domain="WWW.example.com", type="a").status == 200


def test_names_are_the_same_in_any_case(fake):
    assert put(fake, "WWW.Example.com", "A", ["192.0.2.1"]).message == "record already exists"
    assert get(fake, "wWw.example.com", "a").body["domain"] == "www.example.com"
    assert put(fake, "UPPER.example.com", "A", ["192.0.2.1"]).body["domain"] == "upper.example.com"


@pytest.mark.parametrize("domain", ["*.example.com", "_sip._tcp.example.com", "xn--bcher-kva.example.com"])
def test_wildcards_underscores_and_punycode_are_names(fake, domain):
    assert put(fake, domain, "A", ["192.0.2.1"]).body["domain"] == domain


def test_a_slash_in_a_name_is_escaped_in_the_path(fake):
    body = {"zone": "example.com", "domain": "0/25.example.com", "type": "A", "answers": [{"answer": ["192.0.2.1"]}]}
    assert call(fake, "PUT", "zones/example.com/0%2F25.example.com/A", body).status == 200
    assert call(fake, "GET", "zones/example.com/0/25.example.com/A").message == "not found"


@pytest.mark.parametrize("domain", ["www.example.com", "example.com"])
def test_a_record_that_is_there_is_not_created_again(fake, domain):
    rtype, answer = ("A", "192.0.2.9") if domain.startswith("www") else ("NS", "ns1.example.net.")
    before = get(fake, domain, rtype).body
    reply = put(fake, domain, rtype, [answer])
    assert (reply.status, reply.message) == (400, "record already exists")
    assert get(fake, domain, rtype).body == before


@pytest.mark.parametrize(
    ("domain", "rtype", "answer"),
    [
        ("www.example.com", "CNAME", ["x.example.net."]),
        ("alias.example.com", "A", ["192.0.2.1"]),
        ("alias.example.com", "ALIAS", ["x.example.net."]),
        ("example.com", "CNAME", ["x.example.net."]),
    ],
)
def test_a_cname_beside_other_records_is_refused(fake, domain, rtype, answer):
    reply = put(fake, domain, rtype, answer)
    assert reply.status == 400
    assert "CNAME" in reply.message
    assert get(fake, domain, rtype).status == 404


def test_a_cname_may_come_once_the_other_records_have_gone(fake):
    call(fake, "DELETE", "zones/example.com/www.example.com/A")
    assert put(fake, "www.example.com", "CNAME", ["x.example.net."]).status == 200


def test_a_cname_may_be_signed(fake):
    fake.add_native("example.com", {"domain": "s.example.com", "type": "RRSIG", "answers": [{"answer": ["x"]}]})
    assert put(fake, "s.example.com", "CNAME", ["x.example.net."]).status == 200


@pytest.mark.parametrize("rtype", ["CNAME", "ALIAS", "DNAME"])
def test_several_targets_need_a_filter_chain(fake, rtype):
    assert put(fake, "x.example.com", rtype, ["a.example.net."], ["b.example.net."]).status == 400
    chain = [{"filter": "select_first_n", "config": {"N": 1}}]
    assert put(fake, "x.example.com", rtype, ["a.example.net."], ["b.example.net."], filters=chain).status == 200


@pytest.mark.parametrize("domain", ["example.com", "below.example.com"])
def test_an_alias_stands_at_the_apex_or_below(fake, domain):
    assert put(fake, domain, "ALIAS", ["x.example.net."], override_ttl=True, ttl=20).body["override_ttl"] is True


def test_the_apex_ns_is_changed_but_never_deleted(fake):
    assert post(fake, "example.com", "NS", answers=[{"answer": ["ns1.example.net."]}]).status == 200
    reply = call(fake, "DELETE", "zones/example.com/example.com/NS")
    assert reply.status == 400
    assert [answer["answer"][0].strip(".") for answer in get(fake, "example.com", "NS").body["answers"]] == [
        "ns1.example.net"
    ]


def test_a_delegation_is_deleted_as_any_other(fake):
    put(fake, "sub.example.com", "NS", ["ns1.example.net."])
    reply = call(fake, "DELETE", "zones/example.com/sub.example.com/NS")
    assert (reply.status, reply.body) == (200, {})
    assert get(fake, "sub.example.com", "NS").status == 404


@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_a_record_that_is_not_there_is_not_found(fake, method):
    for zone, words in (("example.com", "record not found"), ("example.net", "zone not found")):
        reply = call(fake, method, f"zones/{zone}/x.{zone}/A", {} if method == "POST" else None)
        assert (reply.status, reply.message) == (404, words)


def test_creating_in_a_zone_that_is_not_there_is_not_found(fake):
    reply = put(fake, "x.example.net", "A", ["192.0.2.1"], zone="example.net")
    assert (reply.status, reply.message) == (404, "zone not found")


def test_the_zone_gives_the_ttl_that_was_not_sent(fake):
    call(fake, "POST", "zones/example.com", {"ttl": 77})
    assert put(fake, "x.example.com", "A", ["192.0.2.1"]).body["ttl"] == 77
    assert put(fake, "y.example.com", "A", ["192.0.2.1"], ttl=0).body["ttl"] == 0


WHOLE = {
    "answers": [{"answer": ["192.0.2.1"], "meta": {"weight": 5, "up": {"feed": "f"}}, "region": "eu"}],
    "filters": [{"filter": "up", "config": {}, "disabled": True}],
    "regions": {"eu": {"meta": {"georegion": ["EUROPE"]}}},
    "meta": {"note": "n"},
    "use_client_subnet": False,
    "override_ttl": True,
    "networks": [0],
    "tags": {"a": "b"},
    "blocked_tags": ["c"],
    "ttl": 60,
}


@pytest.mark.parametrize("field", sorted(WHOLE))
def test_a_post_replaces_the_field_sent_and_keeps_the_others(fake, field):
    put(fake, "x.example.com", "A", **WHOLE)
    before = get(fake, "x.example.com", "A").body
    other = {
        "answers": [{"answer": ["192.0.2.7"]}],
        "filters": [],
        "regions": {"eu": {"meta": {}}, "us": {"meta": {}}},
        "meta": {},
        "use_client_subnet": True,
        "override_ttl": None,
        "networks": [],
        "tags": {},
        "blocked_tags": [],
        "ttl": 61,
    }[field]
    after = post(fake, "x.example.com", "A", **{field: other}).body
    changed = {name for name in after if after[name] != before.get(name)}
    assert field in changed
    assert changed <= {field, "tier", "higher_tier", "updated_at", *(["local_tags"] if field == "tags" else [])}
    assert get(fake, "x.example.com", "A").body == after


def test_only_what_is_emptied_makes_an_advanced_record_plain(fake):
    put(fake, "x.example.com", "A", **WHOLE)
    plain = {"answers": [{"answer": ["192.0.2.1"]}], "filters": [], "regions": {}}
    assert post(fake, "x.example.com", "A", answers=plain["answers"]).body["tier"] == 2
    assert post(fake, "x.example.com", "A", **plain).body["tier"] == 2
    assert post(fake, "x.example.com", "A", **plain, meta={}).body["tier"] == 1


def test_a_linked_record_repeats_its_source_and_has_no_answers(fake):
    body = {"zone": "example.com", "domain": "l.example.com", "type": "A", "link": "www.example.com"}
    made = call(fake, "PUT", "zones/example.com/l.example.com/A", body)
    assert (made.status, made.body["link"], made.body["answers"]) == (200, "www.example.com", [])
    [listed] = [r for r in call(fake, "GET", "zones/example.com").body["records"] if r["domain"] == "l.example.com"]
    assert listed["link"] == "www.example.com"
    assert listed.get("short_answers", []) == []
    assert post(fake, "l.example.com", "A", answers=[{"answer": ["192.0.2.1"]}]).status == 400
    assert post(fake, "l.example.com", "A", link=None).status == 400
    freed = post(fake, "l.example.com", "A", answers=[{"answer": ["192.0.2.1"]}], link=None)
    assert (freed.status, freed.body["link"]) == (200, None)


@pytest.mark.parametrize(
    "fields",
    [
        {"link": "none.example.com", "answers": []},
        {"link": "alias.example.com", "answers": []},
        {"link": "www.example.com", "answers": [{"answer": ["192.0.2.1"]}]},
        {"link": "x.example.com", "answers": []},
        {"link": "www.example.com.", "answers": []},
    ],
)
def test_a_link_needs_a_source_of_its_type_and_no_answers(fake, fields):
    assert put(fake, "x.example.com", "A", **fields).status == 400
    assert get(fake, "x.example.com", "A").status == 404


def test_a_refused_post_leaves_the_record_as_it_was(fake):
    before = get(fake, "www.example.com", "A").body
    assert post(fake, "www.example.com", "A", ttl=5, answers=[]).status == 400
    assert get(fake, "www.example.com", "A").body == before


def test_fields_that_the_service_does_not_know_are_left_out(fake):
    assert "nonsense" not in put(fake, "x.example.com", "A", ["192.0.2.1"], nonsense=1).body
