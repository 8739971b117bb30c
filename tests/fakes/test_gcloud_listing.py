"""Lists of the fake of Cloud DNS: pages, names, types, filters."""

import pytest

from tests.fakes.gcloud import CloudDnsFake
from tests.fakes.gcloud_calls import call, rrset

APEX = "example.com."
PATH = "/managedZones/z-example-com/rrsets"


@pytest.fixture
def fake():
    with CloudDnsFake(page=3) as running:
        running.create_zone(APEX)
        sets = [rrset(name, rtype, value) for name, rtype, value in RECORDS]
        running.change(APEX, sets)
        yield running


RECORDS = [
    ("www", "TXT", '"x"'),
    ("www", "A", "192.0.2.1"),
    ("a.www", "A", "192.0.2.1"),
    ("*", "A", "192.0.2.1"),
    ("www2", "A", "192.0.2.1"),
    (APEX, "A", "192.0.2.1"),
]
LISTED = [
    ("example.com.", "A"),
    ("example.com.", "NS"),
    ("example.com.", "SOA"),
    ("*.example.com.", "A"),
    ("www.example.com.", "A"),
    ("www.example.com.", "TXT"),
    ("a.www.example.com.", "A"),
    ("www2.example.com.", "A"),
]


def pages(fake, path=PATH, key="rrsets", **query):
    while True:
        page = call(fake, "GET", path, query=query).body
        yield page.get(key, [])
        if "nextPageToken" not in page:
            return
        query["pageToken"] = page["nextPageToken"]


def keys(page):
    return [(each["name"], each["type"]) for each in page]


def test_pages_together_are_the_whole_list_in_its_order(fake):
    seen = list(pages(fake))
    assert [len(page) for page in seen] == [3, 3, 2]
    assert [key for page in seen for key in keys(page)] == LISTED


@pytest.mark.parametrize(("most", "sizes"), [(1, [1] * 8), (2, [2] * 4), (4, [3, 3, 2]), (1000, [3, 3, 2])])
def test_a_page_has_as_many_as_asked_for_and_never_more_than_the_service_gives(fake, most, sizes):
    assert [len(page) for page in pages(fake, maxResults=most)] == sizes


def test_a_page_that_is_just_full_is_the_last():
    with CloudDnsFake(page=2) as fake:
        fake.create_zone(APEX)
        assert "nextPageToken" not in call(fake, "GET", PATH).body


def test_what_comes_and_goes_between_pages_shifts_nothing_else(fake):
    first = call(fake, "GET", PATH).body
    fake.edit(APEX, "aaa.example.com.", "A", 300, ["192.0.2.1"])
    fake.edit(APEX, APEX, "A", 300, None)
    fake.edit(APEX, "*.example.com.", "A", 300, None)
    second = call(fake, "GET", PATH, query={"pageToken": first["nextPageToken"]}).body
    assert keys(second["rrsets"]) == [("aaa.example.com.", "A"), *LISTED[4:6]]


@pytest.mark.parametrize("token", ["", "x", "bm90IGpzb24=", "MQ==", "W10=", "e30="])
def test_a_token_that_the_service_did_not_give_is_refused(fake, token):
    words = f"Invalid value for 'parameters.pageToken': '{token}'"
    assert call(fake, "GET", PATH, query={"pageToken": token}).refusal == (400, "invalid", words)


def test_a_token_belongs_to_its_question(fake):
    token = call(fake, "GET", PATH, query={"name": "www.example.com.", "maxResults": 1}).body["nextPageToken"]
    good = {"name": "www.example.com.", "pageToken": token}
    assert keys(call(fake, "GET", PATH, query=good).body["rrsets"]) == [("www.example.com.", "TXT")]
    assert call(fake, "GET", PATH, query={"pageToken": token}).reason == "invalid"


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"name": "www.example.com."}, LISTED[4:6]),
        ({"name": "WWW.example.com."}, LISTED[4:6]),
        ({"name": "www.example.com.", "type": "TXT"}, LISTED[5:6]),
        ({"name": "www.example.com.", "type": "MX"}, []),
        ({"name": "absent.example.com."}, []),
        ({"filter": 'name="www.example.com."'}, LISTED[4:6]),
        ({"filter": '`name`="www.example.com." AND type="A"'}, LISTED[4:5]),
        ({"filter": 'name=has_suffix("www.example.com.")'}, LISTED[4:7]),
        ({"filter": 'name=has_suffix("www.example.com.") AND type="A"'}, [LISTED[4], LISTED[6]]),
    ],
)
def test_a_list_is_narrowed_by_name_type_or_filter(fake, query, found):
    assert [key for page in pages(fake, **query) for key in keys(page)] == found


def test_an_empty_list_has_no_key(fake):
    body = call(fake, "GET", PATH, query={"name": "absent.example.com."}).body
    assert body == {"kind": "dns#resourceRecordSetsListResponse"}
    body = call(fake, "GET", "/managedZones", query={"dnsName": "absent.example."}).body
    assert body == {"kind": "dns#managedZonesListResponse"}


@pytest.mark.parametrize(
    ("query", "where", "value"),
    [
        ({"type": "A"}, "name", ""),
        ({"name": "www.example.com"}, "name", "www.example.com"),
        ({"name": "www.example.com.", "type": "LOC"}, "type", "LOC"),
        ({"filter": "type=A"}, "filter", "type=A"),
        ({"filter": 'name="www.example.com"'}, "filter", "www.example.com"),
        ({"filter": 'name="www.example.com."', "name": "www.example.com."}, "filter", 'name="www.example.com."'),
        ({"filter": 'name="www.example.com."', "type": "A"}, "filter", 'name="www.example.com."'),
        ({"maxResults": 0}, "maxResults", 0),
        ({"maxResults": -1}, "maxResults", -1),
    ],
)
def test_a_question_that_makes_no_sense_is_refused(fake, query, where, value):
    words = f"Invalid value for 'parameters.{where}': '{value}'"
    assert call(fake, "GET", PATH, query=query).refusal == (400, "invalid", words)


def test_zones_are_paged_by_resource_name():
    with CloudDnsFake(page=2) as fake:
        for number in (3, 1, 2):
            fake.create_zone(f"{number}.example.", f"z{number}")
        assert [[zone["name"] for zone in page] for page in pages(fake, "/managedZones", "managedZones")] == [
            ["z1", "z2"],
            ["z3"],
        ]


def test_a_dns_name_to_list_by_ends_in_a_dot(fake):
    words = "Invalid value for 'parameters.dnsName': 'example.com'"
    assert call(fake, "GET", "/managedZones", query={"dnsName": "example.com"}).refusal == (400, "invalid", words)


def test_a_large_zone_is_listed_once_and_whole():
    with CloudDnsFake(page=1000, quota={"rrsetsPerManagedZone": 10_002}) as fake:
        fake.create_zone(APEX)
        fake.change(APEX, [rrset(f"h{number}", "A", "192.0.2.1") for number in range(10_000)])
        seen = [key for page in pages(fake) for key in keys(page)]
        assert len(seen) == len(set(seen)) == 10_002
