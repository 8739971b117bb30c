"""What a change batch may do, and what a deletion must match, asked through boto3."""

import pytest

from tests.fakes.route53 import Route53Fake
from tests.fakes.route53_boto import (
    A1,
    A2,
    CHECK,
    COLLECTION,
    alias,
    change,
    client,
    filled,
    mine,
    refused,
    rr,
    stocked,
)
from tests.fakes.route53_state import Limits, kind_of


@pytest.fixture(scope="module")
def fake():
    with stocked() as started:
        yield started


@pytest.fixture(scope="module")
def service(fake):
    return client(fake)


@pytest.fixture
def zone(fake):
    """Return the id of a zone that holds one of each."""
    return filled(fake)


STORED = rr("w.example.com.", "A", A1, SetIdentifier="w1", Weight=1)
POINT = alias("alias.example.com.", "A", "a.example.com.", "MINE")
MISMATCHES = {
    "another TTL": rr("a.example.com", "A", A1, A2, ttl=301),
    "a value less": rr("a.example.com", "A", A1),
    "a value more": rr("a.example.com", "A", A1, A2, "192.0.2.3"),
    "another value": rr("a.example.com", "A", A1, "192.0.2.3"),
    "another weight": STORED | {"Weight": 2},
    "another policy": {key: value for key, value in STORED.items() if key != "Weight"} | {"Region": "us-east-1"},
    "a health check": STORED | {"HealthCheckId": CHECK},
    "another target": alias("alias.example.com", "A", "b.example.com.", "MINE"),
    "another evaluation": alias("alias.example.com", "A", "a.example.com.", "MINE", evaluate=True),
    "values for an alias": rr("alias.example.com", "A", A1),
    "an alias for values": alias("a.example.com", "A", "w.example.com.", "MINE"),
    "the values of a traffic policy": rr("t.example.com", "A", A1),
}


@pytest.mark.parametrize("case", MISMATCHES)
def test_a_deletion_must_match_in_every_field(fake, service, zone, case):
    (wanted,) = mine(zone, [("DELETE", MISMATCHES[case])], fake)

    code, message, _ = refused(change, service, zone, wanted)

    assert code == "InvalidChangeBatch"
    assert message.endswith("but the values provided do not match the current values]")


def test_a_deletion_as_listed_takes_effect(fake, service, zone):
    held = [each for each in fake.dump(zone) if each["Type"] not in ("NS", "SOA")]
    as_listed = [each for each in held if "TrafficPolicyInstanceId" not in each]
    policy = {"Name": "t.example.com", "Type": "A", "TrafficPolicyInstanceId": "policy-instance"}

    change(service, zone, *(("DELETE", each) for each in (*as_listed, policy)))

    assert {each["Type"] for each in fake.dump(zone)} == {"NS", "SOA"}


def test_values_may_come_in_any_order_when_they_are_deleted(fake, service, zone):
    change(service, zone, ("DELETE", rr("A.example.com", "A", A2, A1)))

    assert "a.example.com." not in {each["Name"] for each in fake.dump(zone)}


def test_delete_and_create_in_one_batch_change_a_type(fake, service, zone):
    change(
        service,
        zone,
        ("DELETE", rr("cname.example.com", "CNAME", "target.example.net.")),
        ("CREATE", rr("cname.example.com", "A", A1)),
    )

    assert rr("cname.example.com.", "A", A1) in fake.dump(zone)


def test_delete_and_create_in_one_batch_change_a_policy(fake, service, zone):
    weighted = [each for each in fake.dump(zone) if each["Name"] == "w.example.com."]

    change(service, zone, *(("DELETE", each) for each in weighted), ("CREATE", rr("w.example.com", "A", A1)))

    assert [each for each in fake.dump(zone) if each["Name"] == "w.example.com."] == [rr("w.example.com.", "A", A1)]


def test_all_ttls_of_a_weighted_group_change_in_one_batch(fake, service, zone):
    weighted = [each | {"TTL": 60} for each in fake.dump(zone) if each["Name"] == "w.example.com."]

    change(service, zone, *(("UPSERT", each) for each in weighted))

    assert [each for each in fake.dump(zone) if each["Name"] == "w.example.com."] == weighted


def test_the_apex_records_are_edited_by_upsert(fake, service, zone):
    servers = rr("example.com.", "NS", "one.example.net.", ttl=60)
    start = rr("example.com.", "SOA", "one.example.net. me. 2 3 4 5 6")

    change(service, zone, ("UPSERT", servers), ("UPSERT", start))

    assert fake.dump(zone)[:2] == [servers, start]


def test_a_change_of_a_final_dot_alone_is_silently_ignored(fake, service, zone):
    before = fake.dump(zone)

    change(service, zone, ("UPSERT", rr("cname.example.com", "CNAME", "target.example.net.")))
    change(
        service,
        zone,
        ("DELETE", rr("mx.example.com", "MX", "10 mail.example.net")),
        ("CREATE", rr("mx.example.com", "MX", "10 mail.example.net")),
    )

    assert fake.dump(zone) == before


def test_values_keep_the_spelling_they_come_in(fake, service, zone):
    spellings = [
        rr("b.example.com.", "AAAA", "2001:DB8:0:0::1"),
        rr("b.example.com.", "MX", "10  Mail.Example.NET"),
        rr("b.example.com.", "TXT", r'"a\; \"b\" \\ \351"   "two"'),
    ]

    change(service, zone, *(("CREATE", each) for each in spellings))

    assert [each for each in fake.dump(zone) if each["Name"] == "b.example.com."] == spellings


def test_names_come_back_in_lower_case_and_octal(fake, service, zone):
    change(
        service,
        zone,
        ("CREATE", rr("_A/!b.\\344X.Example.COM", "A", A1)),
        ("UPSERT", alias("*.b.example.com", "A", "_a\\057!B.\\344x.example.com", zone)),
    )

    target = {"DNSName": "_a\\057\\041b.\\344x.example.com.", "HostedZoneId": zone, "EvaluateTargetHealth": False}
    assert rr("_a\\057\\041b.\\344x.example.com.", "A", A1) in fake.dump(zone)
    assert {"Name": "\\052.b.example.com.", "Type": "A", "AliasTarget": target} in fake.dump(zone)


def test_a_full_batch_is_taken(fake, service, zone):
    change(service, zone, *(("CREATE", rr(f"n{number}.example.com", "A", A1)) for number in range(1000)))
    change(service, zone, *(("UPSERT", rr(f"n{number}.example.com", "A", A2)) for number in range(500)))
    change(service, zone, *(("CREATE", rr(f"x{number}.example.com", "TXT", f'"{"a" * 254}"')) for number in range(125)))

    assert sum(each["Name"].startswith("n") for each in fake.dump(zone)) == 1000


def test_a_value_of_4000_characters_is_taken(fake, service, zone):
    value = ('"' + "a" * 200 + '" ') * 19 + '"' + "a" * 141 + '"'
    assert len(value) == 4000

    change(service, zone, ("CREATE", rr("n.example.com", "TXT", value)))

    assert rr("n.example.com.", "TXT", value) in fake.dump(zone)


def test_every_policy_makes_groups(fake, service, zone):
    def of(name, identifier, **more):
        return rr(f"{name}.example.com.", "A", A1, SetIdentifier=identifier, **more)

    near = {"Coordinates": {"Latitude": "49.22", "Longitude": "-74.01"}, "Bias": -99}
    made = [
        *(of("n1", f"x{number}", Weight=number) for number in range(100)),
        of("n2", "x", Region="us-east-1"),
        of("n2", "y", Region="us-east-2"),
        of("n3", "x", GeoLocation={"ContinentCode": "EU"}),
        of("n3", "y", GeoLocation={"CountryCode": "US", "SubdivisionCode": "NY"}),
        of("n4", "x", GeoProximityLocation=near),
        of("n4", "y", GeoProximityLocation={"LocalZoneGroup": "us-west-2-lax-1"}),
        of("n5", "x", Failover="PRIMARY", HealthCheckId=CHECK),
        of("n5", "y", Failover="SECONDARY"),
        of("n6", "x", MultiValueAnswer=True),
        of("n6", "y", MultiValueAnswer=True, HealthCheckId=CHECK),
        of("n7", "x", CidrRoutingConfig={"CollectionId": COLLECTION, "LocationName": "home"}),
        of("n7", "y", CidrRoutingConfig={"CollectionId": COLLECTION, "LocationName": "*"}),
    ]

    change(service, zone, *(("CREATE", each) for each in made))

    listed = [each for each in fake.dump(zone) if each["Name"].startswith("n")]
    assert sorted(listed, key=kind_of) == sorted(made, key=kind_of)
    one_more = of("n1", "x100", Weight=1)
    assert "more than 100 weighted sets" in refused(change, service, zone, ("CREATE", one_more))[1]


def test_only_weighted_groups_need_one_ttl(service, zone):
    place = {"Coordinates": {"Latitude": "-90", "Longitude": "180"}}

    change(
        service,
        zone,
        ("CREATE", rr("l.example.com", "A", A1, ttl=7, SetIdentifier="x", Region="eu-west-1")),
        ("CREATE", rr("g.example.com", "A", A1, ttl=7, SetIdentifier="x", GeoLocation={"ContinentCode": "EU"})),
        ("CREATE", rr("p.example.com", "A", A1, ttl=7, SetIdentifier="x", GeoProximityLocation=place)),
    )


def test_a_deletion_does_not_ask_whether_what_is_named_still_exists(fake, service, zone):
    place = {"CollectionId": COLLECTION.replace("3", "6"), "LocationName": "gone"}
    native = rr("d.example.com.", "A", A1, SetIdentifier="x", CidrRoutingConfig=place, HealthCheckId="gone")
    fake.add_native(zone, native)

    change(service, zone, ("DELETE", native))

    assert native not in fake.dump(zone)


def test_a_protection_is_of_a_name_and_type_whatever_the_identifier(fake, service, zone):
    fake.protect(zone, "w.example.com", "A")

    words = refused(change, service, zone, ("DELETE", rr("w.example.com", "A", A1, SetIdentifier="w1", Weight=1)))[1]

    assert words == "[resource record set [name='w.example.com.', type='A'] is protected]"


def test_a_group_uses_one_cidr_collection(fake, service, zone):
    other = COLLECTION.replace("3", "5")
    fake.account.collections[other] = {"garden"}
    place = {"CollectionId": other, "LocationName": "garden"}

    native = rr("c.example.com", "A", A1, SetIdentifier="x", CidrRoutingConfig=place)

    assert "must use the same CollectionId" in refused(change, service, zone, ("CREATE", native))[1]


def test_an_alias_may_target_what_the_batch_made_before(fake, service, zone):
    change(
        service,
        zone,
        ("UPSERT", rr("new.example.com", "A", A1)),
        ("UPSERT", alias("example.com", "A", "new.example.com", zone)),
        ("CREATE", alias("x.example.com", "A", "example.com", zone)),
        ("CREATE", alias("w.x.example.com", "A", "w.example.com", zone)),
        ("CREATE", alias("y.example.com", "CNAME", "cname.example.com", zone)),
        ("CREATE", alias("z.example.com", "AAAA", "D1.CloudFront.net", "Z2FDTNDATAQYW2")),
        (
            "CREATE",
            alias("s.example.com", "A", "x.s3-website.eu-north-1.amazonaws.com", "Z3BAZG2TWCNX0D", evaluate=True),
        ),
    )

    aliases = {each["Name"]: each["AliasTarget"]["DNSName"] for each in fake.dump(zone) if "AliasTarget" in each}
    assert aliases == {
        "alias.example.com.": "a.example.com.",
        "example.com.": "new.example.com.",
        "x.example.com.": "example.com.",
        "w.x.example.com.": "w.example.com.",
        "y.example.com.": "cname.example.com.",
        "z.example.com.": "d1.cloudfront.net.",
        "s.example.com.": "x.s3-website.eu-north-1.amazonaws.com.",
    }


def test_an_alias_cannot_reach_into_another_zone_of_the_account(fake, service, zone):
    other = fake.create_zone("example.org")
    fake.edit(other, "a.example.org", "A", 300, [A1])

    words = refused(change, service, zone, ("CREATE", alias("x.example.com", "A", "a.example.org", other)))[1]

    start = f"[Tried to create an alias that targets a.example.org., type A in zone {other}, but"
    assert words == f"{start} that target was not found]"


def test_a_private_zone_takes_no_alias_of_cloudfront(fake, service):
    zone = fake.create_zone("example.com", private=True)

    native = alias("x.example.com", "A", "d.cloudfront.net", "Z2FDTNDATAQYW2")

    assert "a private hosted zone cannot hold" in refused(change, service, zone, ("CREATE", native))[1]
    change(service, zone, ("CREATE", alias("x.example.com", "A", "x.us-east-1.elb.amazonaws.com", "Z35SXDOTRQ7X7K")))


def test_a_zone_holds_no_more_record_sets_than_its_limit():
    with Route53Fake(limits=Limits(rrsets=4, values=2)) as small:
        service, zone = client(small), small.create_zone("example.com")
        change(service, zone, *(("CREATE", rr(f"{name}.example.com", "A", A1)) for name in "ab"))

        one_more = refused(change, service, zone, ("CREATE", rr("c.example.com", "A", A1)))
        change(
            service,
            zone,
            ("DELETE", rr("a.example.com", "A", A1)),
            ("CREATE", rr("c.example.com", "A", A1)),
        )

        assert one_more[1] == f"[Limit of 4 resource record sets in the hosted zone {zone} exceeded]"
        assert [each["Name"] for each in small.dump(zone)[2:]] == ["b.example.com.", "c.example.com."]


def test_a_change_in_an_unknown_zone_is_not_found(service):
    assert refused(change, service, "ZNOWHERE", ("CREATE", rr("a.example.com", "A", A1))) == (
        *("NoSuchHostedZone", "No hosted zone found with ID: ZNOWHERE", 404),
    )
