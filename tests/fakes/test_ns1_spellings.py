"""How the fake of NS1 spells what it stores: not always as it was sent, as the service does."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fakes.kit import Request
from tests.fakes.ns1 import Ns1Fake
from tests.fakes.ns1_answers import HOSTS, NUMBERS
from tests.fakes.ns1_calls import call, get, post, put

HOSTED = {
    "AFSDB": "1 afs.example.com.",
    "ALIAS": "target.example.net.",
    "CNAME": "target.example.net.",
    "DNAME": "target.example.net.",
    "HTTPS": "1 svc.example.net. port=53",
    "MX": "10 mail.example.com.",
    "NAPTR": "1 2   !x! target.example.net.",
    "NS": "ns1.example.net.",
    "PTR": "host.example.com.",
    "RP": "admin.example.com. txt.example.com.",
    "SRV": "1 2 443 host.example.com.",
    "SVCB": "1 svc.example.net. port=53",
}


@pytest.fixture
def fake():
    with Ns1Fake() as running:
        running.create_zone("example.com.")
        yield running


def listed(fake, domain):
    [record] = [r for r in call(fake, "GET", "zones/example.com").body["records"] if r["domain"] == domain]
    return record


def test_the_table_of_hosts_is_whole():
    assert set(HOSTED) == set(HOSTS)


@pytest.mark.parametrize("rtype", sorted(HOSTED))
def test_a_share_of_the_host_answers_loses_its_dot_short_and_full(fake, rtype):
    short, full = set(), set()
    for number in range(40):
        fake.edit("example.com", f"h{number}.example.com", rtype, 60, [HOSTED[rtype]])
    for record in call(fake, "GET", "zones/example.com").body["records"][1:]:
        [answer] = get(fake, record["domain"], rtype).body["answers"]
        words = [str(answer["answer"][number]).endswith(".") for number in HOSTS[rtype]]
        assert len(set(words)) == 1
        full.add(words[0])
        short.add(record["short_answers"][0].replace(" port=53", "").endswith("."))
        assert words[0] or not record["short_answers"][0].endswith(".")
    assert (short, full) == ({True, False}, {True, False})


@pytest.mark.parametrize("rtype", ["MX", "SRV", "HTTPS"])
def test_the_root_keeps_its_dot(fake, rtype):
    fields = {"MX": [0, "."], "SRV": [0, 0, 0, "."], "HTTPS": [1, "."]}[rtype]
    for number in range(20):
        assert put(fake, f"h{number}.example.com", rtype, fields).body["answers"][0]["answer"][-1] == "."


def test_the_share_is_the_same_with_the_same_seed_and_another_with_another():
    def dumped(seed, **options):
        with Ns1Fake(seed=seed, **options) as fake:
            fake.create_zone("example.com.")
            for number in range(30):
                fake.edit("example.com", f"h{number}.example.com", "MX", 60, ["10 mail.example.com."])
            return [record.get("short_answers") for record in fake.dump("example.com", short=True)]

    assert dumped(1) == dumped(1)
    assert dumped(1) != dumped(2)
    assert all(answer == "10 mail.example.com." for [answer] in dumped(1, undots=())[1:])


@pytest.mark.parametrize("rtype", sorted(set(NUMBERS) & {"MX", "SRV", "CAA", "DS", "NAPTR", "TLSA", "HTTPS"}))
@pytest.mark.parametrize("sent", [int, str])
def test_numbers_come_back_as_numbers_or_as_text(fake, rtype, sent):
    fields = {
        "CAA": [0, "issue", "x"],
        "DS": [1, 13, 2, "ab" * 32],
        "HTTPS": [1, "."],
        "MX": [10, "mail.example.com."],
        "NAPTR": [1, 2, "s", "x", "", "."],
        "SRV": [1, 2, 3, "."],
        "TLSA": [3, 1, 1, "ab" * 32],
    }[rtype]
    fields = [sent(field) if number in NUMBERS[rtype] else field for number, field in enumerate(fields)]
    kinds = set()
    for number in range(20):
        answer = put(fake, f"h{number}.example.com", rtype, fields).body["answers"][0]["answer"]
        kinds |= {type(answer[place]) for place in NUMBERS[rtype]}
        if rtype != "MX":
            assert [str(field) for field in answer] == [str(field) for field in fields]
    assert kinds == {int, str}


@pytest.mark.parametrize(
    ("rtype", "answer", "short"),
    [
        ("CAA", [0, "issue", "ca.example.net; a=b"], "0 issue ca.example.net; a=b"),
        ("NAPTR", [1, 2, "s", "x", "", "."], "1 2 s x  ."),
        ("TXT", ['a "b"; \\c'], 'a "b"; \\c'),
        ("TXT", ["a", "b"], "a b"),
        ("URLFWD", ["/", "https://example.net/", 301, 2, 0], "/ https://example.net/ 301 2 0"),
    ],
)
def test_short_answers_are_the_fields_with_spaces_between(fake, rtype, answer, short):
    put(fake, "x.example.com", rtype, answer)
    assert listed(fake, "x.example.com")["short_answers"] == [short]


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
def test_a_text_comes_back_as_it_was_sent(text):
    fake = Ns1Fake()
    fake.create_zone("example.com.")
    body = {"zone": "example.com", "domain": "x.example.com", "type": "TXT", "answers": [{"answer": [text]}]}
    path, headers = "/v1/zones/example.com/x.example.com/TXT", {"x-nsone-key": fake.key, "host": "localhost"}
    for method, sent in (("PUT", json.dumps(body).encode()), ("GET", b"")):
        answer = fake.answer(Request(method, path, {}, headers, sent))
        assert json.loads(answer.body)["answers"][0]["answer"] == [text]
    assert fake.dump("example.com", short=True)[1]["short_answers"] == [text]


def test_several_strings_of_a_text_stay_several(fake):
    assert put(fake, "x.example.com", "TXT", ["a", "b"], ["c"]).body["answers"][0]["answer"] == ["a", "b"]


def test_a_plain_record_is_listed_short(fake):
    made = put(fake, "x.example.com", "A", ["192.0.2.1"], ttl=60).body
    short = {"id": made["id"], "domain": "x.example.com", "type": "A", "ttl": 60, "tier": 1}
    assert listed(fake, "x.example.com") == {**short, "short_answers": ["192.0.2.1"]}


@pytest.mark.parametrize(
    ("fields", "tier"),
    [
        ({"filters": [{"filter": "up", "config": {}}]}, 2),
        ({"meta": {"note": "x"}}, 2),
        ({"regions": {"r": {"meta": {}}}}, 2),
        ({"answers": [{"answer": ["x"], "meta": {"weight": 1}}]}, 2),
        ({"filters": [{"filter": "up"}, {"filter": "geotarget_country"}]}, 3),
        ({"filters": [{"filter": "netfence_asn", "disabled": True}]}, 3),
        ({"tags": {"a": "b"}, "override_ttl": True, "use_client_subnet": False}, 1),
    ],
)
def test_filters_and_meta_raise_the_tier_and_hide_the_answers_of_a_text(fake, fields, tier):
    full = put(fake, "x.example.com", "TXT", **{"answers": [{"answer": ["x"]}], **fields}).body
    assert (full["tier"], full["higher_tier"]) == (tier, tier > 1)
    short = listed(fake, "x.example.com")
    assert (short["tier"], "short_answers" in short) == (tier, tier == 1)


def test_the_answers_of_an_advanced_record_are_listed_for_a_share_only(fake):
    shown = set()
    for number in range(20):
        put(fake, f"h{number}.example.com", "A", ["192.0.2.1"], meta={"note": "x"})
        shown.add("short_answers" in listed(fake, f"h{number}.example.com"))
    assert shown == {True, False}


def test_a_linked_record_is_listed_without_answers_or_with_none(fake):
    put(fake, "source.example.com", "A", ["192.0.2.1"])
    shown = set()
    for number in range(20):
        put(fake, f"h{number}.example.com", "A", link="source.example.com")
        shown.add(tuple(listed(fake, f"h{number}.example.com").get("short_answers", ["absent"])))
    assert shown == {(), ("absent",)}


def test_the_server_adds_keys_to_the_configuration_of_filters(fake):
    chain = [{"filter": "geofence_regional", "config": {"mine": 1}}, {"filter": "select_first_n", "config": {"N": 3}}]
    assert put(fake, "x.example.com", "A", ["192.0.2.1"], filters=chain).body["filters"] == [
        {"filter": "geofence_regional", "config": {"mine": 1, "remove_no_georegion": False}},
        {"filter": "select_first_n", "config": {"N": 3}},
    ]
    assert post(fake, "x.example.com", "A", filters=[{"filter": "up"}]).body["filters"] == [
        {"filter": "up", "config": {}}
    ]


def test_regions_come_back_in_any_order(fake):
    regions = {f"r{number}": {"meta": {"note": str(number)}} for number in range(8)}
    orders = set()
    for number in range(5):
        back = put(fake, f"h{number}.example.com", "A", ["192.0.2.1"], regions=regions).body["regions"]
        assert back == regions
        orders.add(tuple(back))
    assert len(orders) > 1


def test_a_full_record_has_fields_of_the_server(fake):
    full = put(fake, "x.example.com", "A", ["192.0.2.1"]).body
    assert {"id", "feeds", "customer", "queries", "tier", "higher_tier", "local_tags", "networks"} <= set(full)
    assert len(full["answers"][0]["id"]) == 24
    again = post(fake, "x.example.com", "A", ttl=5).body
    assert (again["id"], again["answers"]) == (full["id"], full["answers"])
