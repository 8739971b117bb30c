"""Changes at the fake of Cloud DNS: all or nothing, deletions exactly as stored, the rules of a zone."""

import pytest

from tests.fakes.gcloud import CloudDnsFake
from tests.fakes.gcloud_calls import call, change, rrset

APEX = "example.com."
ADDED = "entity.change.additions"
DELETED = "entity.change.deletions"


@pytest.fixture
def fake():
    with CloudDnsFake() as running:
        running.create_zone(APEX)
        running.edit(APEX, "www.example.com.", "A", 300, ["192.0.2.1", "192.0.2.2"])
        running.edit(APEX, "txt.example.com.", "TXT", 300, ['"a"'])
        running.edit(APEX, "alias.example.com.", "CNAME", 300, ["www.example.com."])
        yield running


def stored(fake, name, rtype):
    return next(each for each in fake.dump(APEX) if (each["name"], each["type"]) == (name, rtype))


def test_a_change_adds_and_deletes_at_once_and_is_listed_in_order(fake):
    made = change(fake, [rrset("www", "A", "192.0.2.3")], [stored(fake, "www.example.com.", "A")])
    assert (made.status, made.body["id"], made.body["status"]) == (200, "1", "pending")
    assert made.body["deletions"][0]["rrdatas"] == ["192.0.2.1", "192.0.2.2"]
    assert stored(fake, "www.example.com.", "A")["rrdatas"] == ["192.0.2.3"]
    change(fake, [rrset("new", "A", "192.0.2.3")])
    listed = call(fake, "GET", "/managedZones/z-example-com/changes", query={"sortBy": "changeSequence"}).body
    assert [each["id"] for each in listed["changes"]] == ["0", "1", "2"]
    query = {"sortOrder": "descending", "maxResults": 2}
    page = call(fake, "GET", "/managedZones/z-example-com/changes", query=query).body
    assert [each["id"] for each in page["changes"]] == ["2", "1"]
    query["pageToken"] = page["nextPageToken"]
    page = call(fake, "GET", "/managedZones/z-example-com/changes", query=query).body
    assert [each["id"] for each in page["changes"]] == ["0"]


def test_the_first_change_of_a_zone_is_its_making(fake):
    first = call(fake, "GET", "/managedZones/z-example-com/changes/0").body
    assert (first["status"], [each["type"] for each in first["additions"]]) == ("done", ["NS", "SOA"])


@pytest.mark.parametrize(
    ("after", "seen"), [(0, ["done", "done"]), (1, ["pending", "done"]), (3, ["pending", "pending", "pending", "done"])]
)
def test_a_change_is_done_after_so_many_polls(after, seen):
    with CloudDnsFake(done_after=after) as fake:
        fake.create_zone(APEX)
        statuses = [change(fake, [rrset("a", "A", "192.0.2.1")]).body["status"]]
        polls = [call(fake, "GET", "/managedZones/z-example-com/changes/1").body for _ in seen[1:]]
        statuses += [poll["status"] for poll in polls]
        assert statuses == seen


def test_a_list_of_changes_is_no_poll():
    with CloudDnsFake(done_after=2) as fake:
        fake.create_zone(APEX)
        change(fake, [rrset("a", "A", "192.0.2.1")])
        for _ in range(4):
            listed = call(fake, "GET", "/managedZones/z-example-com/changes").body
            assert listed["changes"][-1]["status"] == "pending"


def test_a_change_does_not_touch_the_serial(fake):
    before = stored(fake, APEX, "SOA")
    change(fake, [rrset("new", "A", "192.0.2.3")])
    assert stored(fake, APEX, "SOA") == before


@pytest.mark.parametrize("ttl", [0, "0", 300, "300", 2**31 - 1])
def test_a_ttl_comes_in_as_number_or_text_and_goes_out_as_number(fake, ttl):
    assert change(fake, [rrset("ttl", "A", "192.0.2.1", ttl=ttl)]).body["additions"][0]["ttl"] == int(ttl)
    assert change(fake, [], [rrset("ttl", "A", "192.0.2.1", ttl=ttl)]).status == 200


@pytest.mark.parametrize(
    "given",
    [
        rrset("www", "A", "192.0.2.2", "192.0.2.1"),
        rrset("www", "A", "192.0.2.1"),
        rrset("www", "A", "192.0.2.1", "192.0.2.2", ttl=301),
        {**rrset("www", "A"), "rrdatas": []},
        {"name": "www.example.com.", "type": "A", "rrdatas": ["192.0.2.1", "192.0.2.2"]},
        rrset("www", "AAAA", "2001:db8::1"),
        rrset("absent", "A", "192.0.2.1"),
    ],
)
def test_a_deletion_that_is_not_exactly_what_is_stored_is_refused(fake, given):
    before = fake.dump(APEX)
    where = f"{DELETED}[{given['name']}][{given['type']}]"
    answer = change(fake, [rrset("new", "A", "192.0.2.9")], [given])
    assert answer.refusal == (412, "conditionNotMet", f"Precondition not met for '{where}'")
    assert fake.dump(APEX) == before


def test_the_same_deletion_twice_is_refused(fake):
    given = stored(fake, "www.example.com.", "A")
    assert change(fake, [], [given, given]).status == 412


def cname_clash(where, name, other):
    words = (
        f"The resource record set '{ADDED}{where}' is invalid because the DNS name '{name}' has a resource record set "
        f"of the type '{other}'. A DNS name may have either one CNAME resource record set or resource record sets of "
        "other types, but not both."
    )
    return 400, "cnameResourceRecordSetConflict", words


def invalid(where, value):
    return 400, "invalid", f"Invalid value for '{ADDED}{where}': '{value}'"


W = "[w.example.com.][A]"
REFUSED = {
    "an owner name without its dot": (
        {**rrset("w", "A", "192.0.2.1"), "name": "w.example.com"},
        400,
        "invalid",
        ".name",
    ),
    "an owner name outside the zone": (rrset("w.example.org.", "A", "192.0.2.1"), 400, "invalid", ".name"),
    "an owner name that only ends like the zone": (rrset("badexample.com.", "A", "192.0.2.1"), 400, "invalid", ".name"),
    "an owner name with an empty label": (rrset("w..example.com.", "A", "192.0.2.1"), 400, "invalid", ".name"),
    "an owner name with a label too long": (rrset("w" * 64, "A", "192.0.2.1"), 400, "invalid", ".name"),
    "an owner name too long": (rrset("w." * 125, "A", "192.0.2.1"), 400, "invalid", ".name"),
    "an owner name with a space": (rrset("w w", "A", "192.0.2.1"), 400, "invalid", ".name"),
    "an owner name that is not ASCII": (rrset("w\u00fc", "A", "192.0.2.1"), 400, "invalid", ".name"),
    "an unknown type": (rrset("w", "LOC", "51 0 0 N 0 0 0 E 0m"), 400, "invalid", ".type"),
    "a DNSKEY where no transfer goes on": (rrset("w", "DNSKEY", "257 3 8 AQ=="), 400, "invalid", ".type"),
    "a negative TTL": (rrset("w", "A", "192.0.2.1", ttl=-1), 400, "invalid", ".ttl"),
    "a TTL past 2^31": (rrset("w", "A", "192.0.2.1", ttl="2147483648"), 400, "invalid", ".ttl"),
    "no rdata": (rrset("w", "A"), 400, "invalid", ".rrdata"),
    "rdata that does not parse": (rrset("w", "A", "192.0.2.1", "x"), 400, "invalid", ".rrdata[1]': 'x'"),
    "rdata twice": (rrset("w", "AAAA", "::1", "0::1"), 400, "invalid", ".rrdata[1]"),
    "an undotted target": (rrset("w", "CNAME", "example.org"), 400, "invalid", ".rrdata[0]"),
    "two CNAME targets": (rrset("w", "CNAME", "a.example.", "b.example."), 400, "invalidRecordCount", "one record"),
    "two ALIAS targets": (rrset(APEX, "ALIAS", "a.example.", "b.example."), 400, "invalidRecordCount", "one record"),
    "an ALIAS below the apex": (rrset("w", "ALIAS", "a.example."), 400, "invalid", ".type"),
    "a CNAME at the apex": (rrset(APEX, "CNAME", "a.example."), 400, "recordTypeDisallowedAtZoneApex", "zone apex"),
    "a wildcard NS": (rrset("*", "NS", "a.example."), 400, "wildcardNotAllowed", "wildcard"),
    "an SOA below the apex": (rrset("w", "SOA", "a. b. 1 2 3 4 5"), 400, "invalidZoneApex", "type 'SOA' at the apex"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_no_zone_may_hold_is_refused_and_nothing_is_kept(fake, case):
    given, status, reason, words = REFUSED[case]
    before = fake.dump(APEX)
    answer = change(fake, [rrset("good", "A", "192.0.2.9"), given], [stored(fake, "txt.example.com.", "TXT")])
    assert (answer.status, answer.reason) == (status, reason)
    assert words in answer.words
    assert fake.dump(APEX) == before


@pytest.mark.parametrize("part", ["name", "type", "ttl"])
def test_a_part_that_is_missing_is_asked_for(fake, part):
    given = rrset("w", "A", "192.0.2.1")
    del given[part]
    answer = change(fake, [given])
    where = f"{ADDED}{W}" if part == "ttl" else f"{ADDED}[0]"
    assert answer.refusal == (400, "required", f"The '{where}.{part}' parameter is required but was missing.")


def test_rdata_and_a_policy_together_are_refused(fake):
    policy = {"wrr": {"items": [{"weight": 1, "rrdatas": ["192.0.2.1"]}]}}
    given = {**rrset("w", "A", "192.0.2.1"), "routingPolicy": policy}
    assert change(fake, [given]).refusal == invalid(f"{W}.rrdata", "")


def test_an_addition_that_exists_is_refused(fake):
    words = f"The resource '{ADDED}[www.example.com.][A]' named 'www.example.com. (A)' already exists"
    assert change(fake, [rrset("www", "A", "192.0.2.9")]).refusal == (409, "alreadyExists", words)
    twice = [rrset("w", "A", "192.0.2.1"), rrset("w", "A", "192.0.2.2")]
    assert change(fake, twice).reason == "alreadyExists"


@pytest.mark.parametrize(
    ("given", "where", "other"),
    [
        (rrset("www", "CNAME", "a.example."), "[www.example.com.][CNAME]", "A"),
        (rrset("txt", "CNAME", "a.example."), "[txt.example.com.][CNAME]", "TXT"),
        (rrset("alias", "TXT", '"x"'), "[alias.example.com.][TXT]", "CNAME"),
    ],
)
def test_a_cname_beside_other_data_is_refused(fake, given, where, other):
    assert change(fake, [given]).refusal == cname_clash(where, given["name"], other)


def test_a_cname_may_be_swapped_for_other_data_in_one_change(fake):
    swap = change(fake, [rrset("alias", "A", "192.0.2.1")], [stored(fake, "alias.example.com.", "CNAME")])
    assert swap.status == 200


@pytest.mark.parametrize("rtype", ["NS", "SOA"])
def test_the_apex_keeps_its_ns_and_soa(fake, rtype):
    held = stored(fake, APEX, rtype)
    words = (
        f"The resource record set '{DELETED}[{APEX}][{rtype}]' is invalid because a zone must contain exactly one "
        f"resource record set of type '{rtype}' at the apex."
    )
    assert change(fake, [], [held]).refusal == (400, "invalidZoneApex", words)
    assert change(fake, [{**held, "ttl": 60}], [held]).status == 200
    assert stored(fake, APEX, rtype)["ttl"] == 60


def test_a_stale_serial_is_a_lock_that_refuses_the_second_writer(fake):
    old = stored(fake, APEX, "SOA")
    new = {**old, "rrdatas": [old["rrdatas"][0].replace(" 1 21600 ", " 2 21600 ")]}
    assert change(fake, [new], [old]).status == 200
    assert change(fake, [new, rrset("w", "A", "192.0.2.1")], [old]).status == 412


def test_an_alias_stands_at_the_apex_of_a_public_zone_without_dnssec(fake):
    given = rrset(APEX, "ALIAS", "Target.Example.")
    assert change(fake, [given]).body["additions"][0]["rrdatas"] == ["target.example."]
    fake.create_zone(APEX, "private", visibility="private")
    fake.create_zone(APEX, "signed", dnssec="on")
    for zone in ("private", "signed"):
        assert change(fake, [given], zone=zone).refusal == invalid(f"[{APEX}][ALIAS].type", "ALIAS")


def test_a_dnskey_belongs_to_a_zone_in_transfer(fake):
    fake.create_zone(APEX, "moving", dnssec="transfer")
    assert change(fake, [rrset(APEX, "DNSKEY", "257 3 8 AQ==")], zone="moving").status == 200


def test_a_change_of_nothing_is_refused(fake):
    words = "The 'entity.change' parameter is required but was missing."
    assert change(fake).refusal == (400, "required", words)


def test_owner_names_are_kept_in_lower_case_and_deleted_in_any(fake):
    assert change(fake, [rrset("UPPER", "A", "192.0.2.1")]).body["additions"][0]["name"] == "upper.example.com."
    assert change(fake, [], [rrset("Upper", "A", "192.0.2.1")]).status == 200


@pytest.mark.parametrize("name", ["*", "_sip._tcp", "a\\.b", "a\\032b", "a/b", "\\042"])
def test_unusual_owner_names_are_taken(fake, name):
    assert change(fake, [rrset(name, "A", "192.0.2.1")]).status == 200


QUOTAS = [
    ({"rrsetAdditionsPerChange": 2}, ["additions per change"]),
    ({"rrsetDeletionsPerChange": 1}, ["deletions per change"]),
    ({"totalRrdataSizePerChange": 50}, ["total rrdata size per change"]),
    (
        {"rrsetAdditionsPerChange": 2, "rrsetDeletionsPerChange": 1, "totalRrdataSizePerChange": 50},
        ["additions per change", "deletions per change", "total rrdata size per change"],
    ),
    ({"rrsetsPerManagedZone": 4}, ["rrsets per managed zone"]),
    ({"resourceRecordsPerRrset": 1}, ["resource records per rrset"]),
    ({"nameserversPerDelegation": 1}, ["nameservers per delegation"]),
]


@pytest.mark.parametrize(("quota", "over"), QUOTAS)
def test_a_change_beyond_a_quota_is_refused_with_every_quota_named(quota, over):
    with CloudDnsFake(quota=quota) as fake:
        fake.create_zone(APEX)
        for name in ("old1", "old2"):
            fake.add_native(APEX, rrset(name, "A", "192.0.2.1"))
        new = [rrset("new1", "A", "192.0.2.1"), rrset("new2", "A", "192.0.2.2", "192.0.2.3")]
        new.append(rrset("new3", "NS", "a.", "b.", "c."))
        answer = change(fake, new, [rrset("old1", "A", "192.0.2.1"), rrset("old2", "A", "192.0.2.1")])
        messages = [f"The change would exceed quota for {each}." for each in over]
        assert (answer.status, answer.words) == (403, messages[0])
        said = [(each["reason"], each["message"]) for each in answer.body["error"]["errors"]]
        assert said == [("quotaExceeded", message) for message in messages]


def test_a_change_at_its_quotas_is_taken():
    quota = {"rrsetAdditionsPerChange": 2, "rrsetDeletionsPerChange": 1, "totalRrdataSizePerChange": 27}
    with CloudDnsFake(quota={**quota, "rrsetsPerManagedZone": 4}) as fake:
        fake.create_zone(APEX)
        fake.edit(APEX, "old.example.com.", "A", 300, ["192.0.2.1"])
        new = [rrset("new1", "A", "192.0.2.1"), rrset("new2", "A", "192.0.2.2")]
        assert change(fake, new, [rrset("old", "A", "192.0.2.1")]).status == 200


def test_a_set_at_its_quotas_is_taken():
    with CloudDnsFake(quota={"resourceRecordsPerRrset": 3, "nameserversPerDelegation": 2}) as fake:
        fake.create_zone(APEX)
        assert change(fake, [rrset("a", "A", "192.0.2.1", "192.0.2.2", "192.0.2.3")]).status == 200
        assert change(fake, [rrset("b", "NS", "a.", "b.")]).status == 200


def test_a_delegation_and_other_data_of_the_apex_may_go(fake):
    for given in (rrset("sub", "NS", "ns.example."), rrset(APEX, "A", "192.0.2.1")):
        assert change(fake, [given]).status == 200
        assert change(fake, [], [given]).status == 200


def test_a_zone_past_its_quota_may_shrink():
    with CloudDnsFake(quota={"rrsetsPerManagedZone": 3}) as fake:
        fake.create_zone(APEX)
        for number in range(5):
            fake.add_native(APEX, rrset(f"w{number}", "A", "192.0.2.1"))
        assert change(fake, [], [rrset("w0", "A", "192.0.2.1")]).status == 200
        assert change(fake, [rrset("w1", "A", "192.0.2.2")], [rrset("w1", "A", "192.0.2.1")]).status == 200
        assert change(fake, [rrset("w0", "A", "192.0.2.2")]).reason == "quotaExceeded"


def test_a_change_that_is_not_there_is_not_found(fake):
    answer = call(fake, "GET", "/managedZones/z-example-com/changes/9")
    assert answer.refusal == (404, "notFound", "The 'parameters.changeId' resource named '9' does not exist.")


def test_an_order_that_is_none_is_refused(fake):
    answer = call(fake, "GET", "/managedZones/z-example-com/changes", query={"sortOrder": "sideways"})
    assert answer.refusal == (400, "invalid", "Invalid value for 'parameters.sortOrder': 'sideways'")
