"""Listings of hosted zones, asked through boto3."""

import pytest

from tests.fakes.route53 import Route53Fake
from tests.fakes.route53_boto import client, refused

VPC = "vpc-0a1b2c3d"


@pytest.fixture
def fake():
    with Route53Fake(seed=9) as started:
        yield started


@pytest.fixture
def service(fake):
    return client(fake)


def test_zones_are_listed_in_pages(fake, service):
    ids = [f"/hostedzone/{fake.create_zone(f'n{number}.example.com')}" for number in range(150)]

    first = service.list_hosted_zones()
    second = service.list_hosted_zones(Marker=first["NextMarker"])
    few = service.list_hosted_zones(MaxItems="3")

    assert [zone["Id"] for zone in first["HostedZones"] + second["HostedZones"]] == ids
    assert (len(first["HostedZones"]), first["IsTruncated"], second["IsTruncated"]) == (100, True, False)
    assert (second["Marker"], "NextMarker" in second) == (first["NextMarker"], False)
    assert (len(few["HostedZones"]), few["MaxItems"]) == (3, "3")
    assert len(service.list_hosted_zones(MaxItems="1000")["HostedZones"]) == 100
    assert [page["Id"] for page in service.get_paginator("list_hosted_zones").paginate().search("HostedZones")] == ids
    assert service.get_hosted_zone_count()["HostedZoneCount"] == 150


@pytest.mark.parametrize("asked", [{"MaxItems": "0"}, {"MaxItems": "many"}, {"Marker": "Z0"}])
def test_a_listing_of_zones_that_makes_no_sense_is_invalid(service, asked):
    assert refused(service.list_hosted_zones, **asked)[0] == "InvalidInput"


def test_private_zones_can_be_listed_alone(fake, service):
    fake.create_zone("example.com")
    private = fake.create_zone("corp", vpcs=[("us-east-1", VPC)])

    listed = service.list_hosted_zones(HostedZoneType="PrivateHostedZone")["HostedZones"]
    seen = service.list_hosted_zones_by_vpc(VPCId=VPC, VPCRegion="us-east-1")["HostedZoneSummaries"]

    assert [zone["Id"] for zone in listed] == [f"/hostedzone/{private}"]
    assert [(zone["HostedZoneId"], zone["Name"]) for zone in seen] == [(private, "corp.")]


def test_zones_of_a_network_are_paged(fake, service):
    ids = sorted(fake.create_zone(f"corp{number}", vpcs=[("us-east-1", VPC)]) for number in range(3))
    asked = {"VPCId": VPC, "VPCRegion": "us-east-1", "MaxItems": "2"}

    first = service.list_hosted_zones_by_vpc(**asked)
    second = service.list_hosted_zones_by_vpc(**asked, NextToken=first["NextToken"])

    shown = [zone["HostedZoneId"] for zone in first["HostedZoneSummaries"] + second["HostedZoneSummaries"]]
    assert shown == ids
    assert "NextToken" not in second


def test_zones_by_name_sort_by_reversed_labels_and_start_anywhere(fake, service):
    names = ["b.example.com", "example.com", "example-x.com", "example.org", "a.example.com", "*.example.com"]
    for name in names:
        fake.create_zone(name)

    def listed(**asked):
        return [zone["Name"] for zone in service.list_hosted_zones_by_name(**asked)["HostedZones"]]

    order = ["example-x.com.", "example.com.", "\\052.example.com.", "a.example.com.", "b.example.com.", "example.org."]
    assert listed() == fake.zone_names() == order
    assert listed(DNSName="A.example.com") == order[3:]
    assert listed(DNSName="aa.example.com.") == order[4:]
    assert listed(DNSName="zzz.org") == []


def test_zones_by_name_are_paged_through_several_of_one_name(fake, service):
    ids = {fake.create_zone("example.com") for _ in range(5)}
    found = []
    asked = {"DNSName": "example.com", "MaxItems": "2"}
    for _ in range(3):
        page = service.list_hosted_zones_by_name(**asked)
        assert page["DNSName"].rstrip(".") == "example.com"
        assert page["MaxItems"] == "2"
        found += [zone["Id"].removeprefix("/hostedzone/") for zone in page["HostedZones"]]
        if page["IsTruncated"]:
            asked |= {"DNSName": page["NextDNSName"], "HostedZoneId": page["NextHostedZoneId"]}

    assert not page["IsTruncated"]
    assert "NextDNSName" not in page
    assert (len(found), set(found)) == (5, ids)
    assert refused(service.list_hosted_zones_by_name, HostedZoneId="Z0")[0] == "InvalidInput"
    assert refused(service.list_hosted_zones_by_name, DNSName="a..b")[0] == "InvalidInput"
