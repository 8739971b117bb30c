"""Protected record sets, asked through boto3."""

import pytest

from tests.fakes.route53 import Route53Fake
from tests.fakes.route53_boto import change, client, refused, rr


@pytest.fixture
def fake():
    with Route53Fake(seed=6) as started:
        yield started


@pytest.fixture
def service(fake):
    return client(fake)


def protection(name, kind="A", **more):
    return {"RecordName": name, "RecordType": kind, **more}


def test_protections_are_made_listed_and_deleted(fake, service):
    zone = fake.create_zone("example.com")
    wanted = [protection("B.example.com", Comment="why"), protection("a.example.com", "TXT"), protection("example.com")]
    service.create_resource_record_set_protections(HostedZoneId=zone, Protections=wanted)

    first = service.list_resource_record_set_protections(HostedZoneId=zone, MaxResults="2")
    second = service.list_resource_record_set_protections(HostedZoneId=zone, NextToken=first["NextToken"])

    assert first["ResourceRecordSetProtections"] == [protection("example.com."), protection("a.example.com.", "TXT")]
    assert second["ResourceRecordSetProtections"] == [protection("b.example.com.", Comment="why")]
    from_b = service.list_resource_record_set_protections(HostedZoneId=zone, StartRecordName="b.example.com")
    assert from_b["ResourceRecordSetProtections"] == second["ResourceRecordSetProtections"]
    blocked = refused(change, service, zone, ("CREATE", rr("b.example.com", "A", "192.0.2.1")))
    assert "is protected (why)" in blocked[1]
    service.delete_resource_record_set_protections(HostedZoneId=zone, Protections=[protection("b.example.com")])
    change(service, zone, ("CREATE", rr("b.example.com", "A", "192.0.2.1")))


PROTECTIONS = {
    "all there already": ([protection("a.example.com")], "ProtectionAlreadyExists", 409),
    "one there already": ([protection("a.example.com"), protection("b.example.com")], None, 400),
    "another zone": ([protection("a.example.org")], None, 400),
    "twice": ([protection("b.example.com"), protection("b.example.com.")], None, 400),
    "no name": ([protection("b..example.com")], None, 400),
    "too many": ([protection(f"b{number}.example.com") for number in range(100)], "LimitsExceeded", 400),
    "too many at once": ([protection(f"b{number}.example.com") for number in range(101)], "InvalidInput", 400),
}


@pytest.mark.parametrize("case", PROTECTIONS)
def test_protections_are_made_all_or_none(fake, service, case):
    wanted, code, status = PROTECTIONS[case]
    zone = fake.create_zone("example.com")
    fake.protect(zone, "a.example.com", "A")

    told = refused(service.create_resource_record_set_protections, HostedZoneId=zone, Protections=wanted)

    assert (told[0], told[2]) == (code or "InvalidResourceRecordSetProtectionBatch", status)
    assert len(fake.account.zones[zone].protected) == 1


def test_a_protection_that_is_not_there_cannot_be_deleted(fake, service):
    zone = fake.create_zone("example.com")

    told = refused(
        service.delete_resource_record_set_protections, HostedZoneId=zone, Protections=[protection("a.example.com")]
    )

    assert told[0] == "InvalidResourceRecordSetProtectionBatch"
    token = refused(service.list_resource_record_set_protections, HostedZoneId=zone, NextToken="x")
    assert token[0] == "InvalidPaginationToken"
