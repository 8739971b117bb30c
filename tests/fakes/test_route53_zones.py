"""Hosted zones, delegation sets, networks, quotas and protections, asked through boto3."""

import pytest

from tests.fakes.route53 import Route53Fake
from tests.fakes.route53_boto import client, refused, rr
from tests.fakes.route53_state import Account, Limits

VPC = {"VPCRegion": "us-east-1", "VPCId": "vpc-0a1b2c3d"}
OTHER = {"VPCRegion": "eu-west-1", "VPCId": "vpc-0123456789abcdef0"}


@pytest.fixture
def fake():
    with Route53Fake(seed=5) as started:
        yield started


@pytest.fixture
def service(fake):
    return client(fake)


def test_a_public_zone_begins_with_its_own_name_servers_and_a_soa(fake, service):
    made = service.create_hosted_zone(Name="Example.COM", CallerReference="one", HostedZoneConfig={"Comment": "mine"})

    id_ = made["HostedZone"]["Id"]
    servers = made["DelegationSet"]["NameServers"]
    soa = f"{servers[0]}. awsdns-hostmaster.amazon.com. 1 7200 900 1209600 86400"
    assert made["HostedZone"] == {
        "Id": id_,
        "Name": "example.com.",
        "CallerReference": "one",
        "Config": {"PrivateZone": False, "Comment": "mine"},
        "ResourceRecordSetCount": 2,
    }
    assert made["Location"].endswith(f"/2013-04-01{id_}")
    assert made["ChangeInfo"]["Status"] == "PENDING"
    assert made["DelegationSet"].keys() == {"NameServers"}
    assert [server.split(".", 2)[2] for server in servers] == ["com", "net", "org", "co.uk"]
    assert service.get_hosted_zone(Id=id_)["DelegationSet"]["NameServers"] == servers
    assert service.list_resource_record_sets(HostedZoneId=id_)["ResourceRecordSets"] == [
        rr("example.com.", "NS", *(f"{server}." for server in servers), ttl=172800),
        rr("example.com.", "SOA", soa, ttl=900),
    ]


def test_each_zone_has_name_servers_of_its_own_which_the_seed_decides():
    def servers(seed):
        with Route53Fake(seed=seed) as fake:
            ids = [fake.create_zone(name) for name in ("example.com", "example.org", "example.com")]
            return [fake.dump(each)[0]["ResourceRecords"] for each in ids]

    first = servers(1)

    assert first == servers(1) != servers(2)
    assert len({record["Value"] for records in first for record in records}) == 12


def test_name_servers_that_are_taken_are_not_given_again():
    first = Account(seed=1).new_servers().servers

    assert set(Account(seed=1).new_servers(taken=first[:1]).servers).isdisjoint(first[:1])


def test_a_private_zone_has_fixed_name_servers_and_its_networks(service):
    made = service.create_hosted_zone(Name="corp", CallerReference="one", VPC=VPC)
    id_ = made["HostedZone"]["Id"]
    told = service.get_hosted_zone(Id=id_)

    assert made["HostedZone"]["Config"] == {"PrivateZone": True}
    assert made["VPC"] == VPC
    assert "DelegationSet" not in made
    assert "DelegationSet" not in told
    assert told["VPCs"] == [VPC]
    records = service.list_resource_record_sets(HostedZoneId=id_)["ResourceRecordSets"]
    assert records[0]["ResourceRecords"][0] == {"Value": "ns-0.awsdns-00.com."}
    assert records[1]["ResourceRecords"][0]["Value"].startswith("ns-1536.awsdns-00.co.uk. ")


def test_several_zones_may_have_one_name(fake, service):
    for number in range(3):
        service.create_hosted_zone(Name="example.com", CallerReference=str(number))
    service.create_hosted_zone(Name="example.com", CallerReference="private", VPC=VPC)

    assert fake.zone_names() == ["example.com."] * 4
    assert len(set(fake.zone_ids("example.com"))) == 4


CREATION = {
    "an empty label": ({"Name": "a..com"}, "InvalidDomainName", 400),
    "an empty name": ({"Name": ""}, "InvalidDomainName", 400),
    "a top-level domain": ({"Name": "com"}, "InvalidDomainName", 400),
    "the root": ({"Name": ".", "VPC": VPC}, "InvalidDomainName", 400),
    "a reference used before": ({"CallerReference": "used"}, "HostedZoneAlreadyExists", 409),
    "a reference of a zone deleted since": ({"CallerReference": "gone"}, "HostedZoneAlreadyExists", 409),
    "an unknown delegation set": ({"DelegationSetId": "N0"}, "NoSuchDelegationSet", 400),
    "a private zone without a network": ({"HostedZoneConfig": {"PrivateZone": True}}, "InvalidInput", 400),
    "a public zone with a network": ({"HostedZoneConfig": {"PrivateZone": False}, "VPC": VPC}, "InvalidInput", 400),
    "a private zone with a delegation set": ({"DelegationSetId": "N0", "VPC": VPC}, "InvalidInput", 400),
    "a network id of another form": ({"VPC": VPC | {"VPCId": "vpc-X"}}, "InvalidVPCId", 400),
    "a network without a region": ({"VPC": {"VPCId": VPC["VPCId"]}}, "InvalidVPCId", 400),
    "a network in an unknown region": ({"VPC": VPC | {"VPCRegion": "mars"}}, "InvalidInput", 400),
    "a network with such a zone": ({"Name": "taken.example", "VPC": VPC}, "ConflictingDomainExists", 400),
    "a reference of 129": ({"CallerReference": "x" * 129}, "InvalidInput", 400),
}


@pytest.mark.parametrize("case", CREATION)
def test_a_zone_that_cannot_be_made_is_refused(fake, service, case):
    asked, code, status = CREATION[case]
    service.create_hosted_zone(Name="taken.example", CallerReference="used", VPC=VPC)
    gone = service.create_hosted_zone(Name="gone.example", CallerReference="gone")["HostedZone"]["Id"]
    service.delete_hosted_zone(Id=gone)

    told = refused(service.create_hosted_zone, **({"Name": "example.com", "CallerReference": "new"} | asked))

    assert (told[0], told[2]) == (code, status)
    assert fake.zone_names() == ["taken.example."]


def test_the_account_holds_no_more_zones_than_its_limits():
    with Route53Fake(limits=Limits(zones=3, same_name=2)) as fake:
        service = client(fake)
        for number in range(2):
            service.create_hosted_zone(Name="example.com", CallerReference=str(number))

        third = refused(service.create_hosted_zone, Name="example.com", CallerReference="a")
        service.create_hosted_zone(Name="example.org", CallerReference="b")
        fourth = refused(service.create_hosted_zone, Name="example.net", CallerReference="c")

        assert (third[0], fourth[0]) == ("DelegationSetNotAvailable", "TooManyHostedZones")


def test_related_zones_share_no_name_server(fake, service):
    made = service.create_reusable_delegation_set(CallerReference="set")["DelegationSet"]
    asked = {"DelegationSetId": made["Id"]}
    service.create_hosted_zone(Name="b.example.com", CallerReference="1", **asked)

    for name in ("example.com", "b.example.com", "a.b.example.com"):
        told = refused(service.create_hosted_zone, Name=name, CallerReference=name, **asked)
        assert told[0] == "ConflictingDomainExists"
    beside = service.create_hosted_zone(Name="bb.example.com", CallerReference="2", **asked)
    assert beside["DelegationSet"] == made
    assert fake.zone_names() == ["b.example.com.", "bb.example.com."]


def test_delegation_sets_are_made_listed_and_deleted(fake, service):
    zone = fake.create_zone("example.com")
    servers = service.get_hosted_zone(Id=zone)["DelegationSet"]["NameServers"]
    first = service.create_reusable_delegation_set(CallerReference="1")["DelegationSet"]
    second = service.create_reusable_delegation_set(CallerReference="2", HostedZoneId=zone)["DelegationSet"]

    assert second["NameServers"] == servers
    assert service.get_hosted_zone(Id=zone)["DelegationSet"] == second
    assert service.list_reusable_delegation_sets()["DelegationSets"] == [first, second]
    page = service.list_reusable_delegation_sets(MaxItems="1")
    assert (page["IsTruncated"], page["NextMarker"]) == (True, second["Id"].rpartition("/")[2])
    assert service.get_reusable_delegation_set(Id=first["Id"])["DelegationSet"] == first
    told = {
        "again": refused(service.create_reusable_delegation_set, CallerReference="1"),
        "reusable": refused(service.create_reusable_delegation_set, CallerReference="3", HostedZoneId=zone),
        "no zone": refused(service.create_reusable_delegation_set, CallerReference="3", HostedZoneId="Z0"),
        "used": refused(service.delete_reusable_delegation_set, Id=second["Id"]),
    }
    assert {why: code for why, (code, _, _) in told.items()} == {
        "again": "DelegationSetAlreadyCreated",
        "reusable": "DelegationSetAlreadyReusable",
        "no zone": "HostedZoneNotFound",
        "used": "DelegationSetInUse",
    }
    service.delete_reusable_delegation_set(Id=first["Id"])
    assert refused(service.get_reusable_delegation_set, Id=first["Id"])[0] == "NoSuchDelegationSet"
    fake.create_zone("example.net")
    assert [zone["Id"] for zone in service.list_hosted_zones(DelegationSetId=second["Id"])["HostedZones"]] == [
        f"/hostedzone/{zone}"
    ]
    assert fake.zone_ids("example.com") == [zone]
    assert fake.create_zone("example.org", delegation_set=fake.create_delegation_set()) in fake.account.zones


def test_delegation_sets_have_a_limit():
    with Route53Fake(limits=Limits(delegation_sets=1)) as fake:
        fake.create_delegation_set()

        assert refused(client(fake).create_reusable_delegation_set, CallerReference="1")[0] == "LimitsExceeded"


def test_networks_come_and_go_but_for_the_last(fake, service):
    zone = fake.create_zone("corp", vpcs=[("us-east-1", VPC["VPCId"])])

    joined = service.associate_vpc_with_hosted_zone(HostedZoneId=zone, VPC=OTHER, Comment="also")
    left = service.disassociate_vpc_from_hosted_zone(HostedZoneId=zone, VPC=VPC)

    assert joined["ChangeInfo"]["Comment"] == "also"
    assert left["ChangeInfo"]["Status"] == "PENDING"
    assert service.get_hosted_zone(Id=zone)["VPCs"] == [OTHER]
    assert refused(service.disassociate_vpc_from_hosted_zone, HostedZoneId=zone, VPC=OTHER)[0] == "LastVPCAssociation"
    told = refused(service.disassociate_vpc_from_hosted_zone, HostedZoneId=zone, VPC=VPC)
    assert (told[0], told[2]) == ("VPCAssociationNotFound", 404)
    assert refused(service.associate_vpc_with_hosted_zone, HostedZoneId=zone, VPC=OTHER)[0] == "ConflictingDomainExists"


def test_a_network_sees_one_zone_of_a_name(fake, service):
    fake.create_zone("corp", vpcs=[("us-east-1", VPC["VPCId"])])
    second = fake.create_zone("corp", vpcs=[("eu-west-1", OTHER["VPCId"])])

    assert refused(service.associate_vpc_with_hosted_zone, HostedZoneId=second, VPC=VPC)[0] == "ConflictingDomainExists"


def test_a_network_sees_zones_of_other_names(fake, service):
    fake.create_zone("corp", vpcs=[("us-east-1", VPC["VPCId"])])
    second = fake.create_zone("other", vpcs=[("eu-west-1", OTHER["VPCId"])])

    service.associate_vpc_with_hosted_zone(HostedZoneId=second, VPC=VPC)

    seen = service.list_hosted_zones_by_vpc(VPCId=VPC["VPCId"], VPCRegion="us-east-1")["HostedZoneSummaries"]
    assert {zone["Name"] for zone in seen} == {"corp.", "other."}


def test_a_public_zone_takes_no_network(fake, service):
    zone = fake.create_zone("example.com")

    assert refused(service.associate_vpc_with_hosted_zone, HostedZoneId=zone, VPC=VPC)[0] == "PublicZoneVPCAssociation"
    told = refused(service.disassociate_vpc_from_hosted_zone, HostedZoneId=zone, VPC=VPC)
    assert told[0] == "VPCAssociationNotFound"


def test_a_zone_has_a_limit_of_networks():
    with Route53Fake(limits=Limits(vpcs=1)) as fake:
        zone = fake.create_zone("corp", private=True)

        told = refused(client(fake).associate_vpc_with_hosted_zone, HostedZoneId=zone, VPC=OTHER)

        assert told[0] == "LimitsExceeded"


def test_only_an_empty_zone_is_deleted(fake, service):
    zone = fake.create_zone("example.com")
    fake.edit(zone, "a.example.com", "A", 300, ["192.0.2.1"])
    full = refused(service.delete_hosted_zone, Id=zone)
    fake.edit(zone, "a.example.com", "A", 300, None)
    fake.sign(zone)
    signed = refused(service.delete_hosted_zone, Id=zone)
    fake.sign(zone, "NOT_SIGNING")
    fake.protect(zone, "example.com", "NS")
    protected = refused(service.delete_hosted_zone, Id=zone)
    service.delete_resource_record_set_protections(
        HostedZoneId=zone, Protections=[{"RecordName": "example.com", "RecordType": "NS"}]
    )

    assert {full[0], signed[0], protected[0]} == {"HostedZoneNotEmpty"}
    assert "has DNSSEC signing enabled" in signed[1]
    assert "has resource record set protections" in protected[1]
    assert full[1].startswith("The specified hosted zone contains non-required resource record sets")
    assert service.delete_hosted_zone(Id=zone)["ChangeInfo"]["Status"] == "PENDING"
    assert refused(service.get_hosted_zone, Id=zone) == (
        "NoSuchHostedZone",
        f"No hosted zone found with ID: {zone}",
        404,
    )
    assert fake.zone_names() == []


def test_limits_are_told_with_what_is_used(fake, service):
    public = fake.create_zone("example.com")
    private = fake.create_zone("corp", private=True)

    def told(zone, kind):
        answer = service.get_hosted_zone_limit(HostedZoneId=zone, Type=kind)
        return answer["Limit"]["Value"], answer["Count"]

    assert told(public, "MAX_RRSETS_BY_ZONE") == (10_000, 2)
    assert told(private, "MAX_VPCS_ASSOCIATED_BY_ZONE") == (300, 1)
    asked = {"HostedZoneId": public, "Type": "MAX_VPCS_ASSOCIATED_BY_ZONE"}
    assert refused(service.get_hosted_zone_limit, **asked)[0] == "HostedZoneNotPrivate"
    account = service.get_account_limit(Type="MAX_HOSTED_ZONES_BY_OWNER")
    assert (account["Limit"]["Value"], account["Count"]) == (500, 2)


def test_dnssec_is_off_until_it_is_on(fake, service):
    zone = fake.create_zone("example.com")
    off = service.get_dnssec(HostedZoneId=zone)
    fake.sign(zone)
    on = service.get_dnssec(HostedZoneId=zone)

    assert (off["Status"]["ServeSignature"], off["KeySigningKeys"]) == ("NOT_SIGNING", [])
    assert (on["Status"]["ServeSignature"], len(on["KeySigningKeys"])) == ("SIGNING", 1)
    assert refused(service.get_dnssec, HostedZoneId=fake.create_zone("corp", private=True))[0] == "InvalidArgument"


def test_comments_are_updated(fake, service):
    zone = fake.create_zone("example.com", comment="old")
    assert service.get_hosted_zone(Id=zone)["HostedZone"]["Config"]["Comment"] == "old"

    service.update_hosted_zone_comment(Id=zone, Comment="new")

    assert service.get_hosted_zone(Id=zone)["HostedZone"]["Config"]["Comment"] == "new"


def test_a_zone_is_found_by_its_name_if_there_is_one(fake):
    first = fake.create_zone("example.com")
    assert fake.dump("example.com.") == fake.dump(first)
    fake.create_zone("example.com")

    with pytest.raises(AssertionError, match="2 zones are called"):
        fake.dump("example.com.")
