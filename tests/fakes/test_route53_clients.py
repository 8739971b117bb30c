"""The fake before clients that nobody here wrote: boto3, octoDNS, and a script that moto runs too."""

from pathlib import Path
from typing import Any

import boto3
import pytest
import yaml
from botocore.config import Config
from moto.moto_api._internal.models import moto_api_backend
from moto.server import ThreadedMotoServer
from octodns.manager import Manager

from tests.fakes.route53 import Route53Fake
from tests.fakes.route53_boto import KEY, SECRET, alias, change, client, rr

EVERY_TYPE = [
    rr("a.example.com.", "A", "192.0.2.1", "192.0.2.2", ttl=0),
    rr("aaaa.example.com.", "AAAA", "2001:db8::1", ttl=2147483647),
    rr("caa.example.com.", "CAA", '0 issue "ca.example"', '128 issuewild ";"'),
    rr("cname.example.com.", "CNAME", "target.example.net."),
    rr("ds.example.com.", "DS", f"1 8 2 {'ab' * 32}"),
    rr("https.example.com.", "HTTPS", '1 . alpn="h2,h3" ipv4hint=192.0.2.1'),
    rr("mx.example.com.", "MX", "0 .", "10 mail.example.net."),
    rr("naptr.example.com.", "NAPTR", '10 20 "U" "E2U+sip" "!^.*$!sip:info@example.com!" .'),
    rr("ns.example.com.", "NS", "ns1.example.net.", "ns2.example.net."),
    rr("ptr.example.com.", "PTR", "host.example.net."),
    rr("spf.example.com.", "SPF", '"v=spf1 -all"'),
    rr("_s._tcp.example.com.", "SRV", "1 2 443 host.example.net."),
    rr("sshfp.example.com.", "SSHFP", f"4 2 {'cd' * 32}"),
    rr("_svc.example.com.", "SVCB", "0 host.example.net."),
    rr("_443._tcp.example.com.", "TLSA", f"3 1 1 {'ef' * 32}"),
    rr("txt.example.com.", "TXT", '"one" "two"', r'"\"quoted\" \\ \303\274"', '""'),
    rr("\\052.example.com.", "TXT", '"wildcard"'),
]


@pytest.fixture
def fake():
    with Route53Fake(seed=7, page=5) as started:
        yield started


def test_every_type_is_created_updated_and_deleted(fake):
    service, zone = client(fake), fake.create_zone("example.com")
    longer = [each | {"TTL": 77} for each in EVERY_TYPE]

    def listed() -> Any:
        pages = service.get_paginator("list_resource_record_sets").paginate(HostedZoneId=zone)
        return [each for each in pages.search("ResourceRecordSets") if each["Name"] != "example.com."]

    def sort(natives: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return sorted(natives, key=lambda each: (each["Name"], each["Type"]))

    change(service, zone, *(("CREATE", each) for each in EVERY_TYPE))
    assert sort(listed()) == sort(EVERY_TYPE)
    change(service, zone, *(("UPSERT", each) for each in longer))
    assert sort(listed()) == sort(longer)
    change(service, zone, *(("DELETE", each) for each in longer))
    assert listed() == []


def test_the_waiter_sees_a_change_through(fake):
    service, zone = client(fake), fake.create_zone("example.com")
    made = change(service, zone, ("CREATE", rr("a.example.com", "A", "192.0.2.1")))

    waiter = service.get_waiter("resource_record_sets_changed")
    waiter.wait(Id=made["ChangeInfo"]["Id"], WaiterConfig={"Delay": 0, "MaxAttempts": 3})

    assert len(fake.requests("GET", "/change/")) == 2


def test_record_sets_are_paged_within_a_group_too(fake):
    service, zone = client(fake), fake.create_zone("example.com")
    group = [rr("w.example.com.", "A", "192.0.2.1", SetIdentifier=f"{n:02}", Weight=n) for n in range(12)]
    change(service, zone, *(("CREATE", each) for each in group))

    first = service.list_resource_record_sets(HostedZoneId=zone)
    pages = list(service.get_paginator("list_resource_record_sets").paginate(HostedZoneId=zone))

    assert (first["IsTruncated"], first["MaxItems"]) == (True, "300")
    assert (first["NextRecordName"], first["NextRecordType"], first["NextRecordIdentifier"]) == (
        "w.example.com.",
        "A",
        "03",
    )
    assert [len(page["ResourceRecordSets"]) for page in pages] == [5, 5, 4]
    assert [each for page in pages for each in page["ResourceRecordSets"]][2:] == group


def test_a_page_holds_300_at_most():
    with Route53Fake(page=1000) as wide:
        zone = wide.create_zone("example.com")
        for number in range(400):
            wide.edit(zone, f"n{number}.example.com", "A", 300, ["192.0.2.1"])

        page = client(wide).list_resource_record_sets(HostedZoneId=zone, MaxItems="1000")

        assert (len(page["ResourceRecordSets"]), page["IsTruncated"]) == (300, True)


def test_a_listing_starts_where_it_is_asked_to(fake):
    service, zone = client(fake), fake.create_zone("example.com")
    for name, kind in (("b", "A"), ("b", "TXT"), ("b-", "A"), ("a.b", "A"), ("*", "A"), ("c", "A")):
        fake.edit(zone, f"{name}.example.com", kind, 300, ["192.0.2.1" if kind == "A" else '""'])

    def listed(**asked: str) -> list[tuple[str, str]]:
        page = service.list_resource_record_sets(HostedZoneId=zone, **asked)["ResourceRecordSets"]
        return [(each["Name"].removesuffix(".example.com."), each["Type"]) for each in page]

    order = [
        *(("example.com.", "NS"), ("example.com.", "SOA"), ("\\052", "A"), ("b-", "A"), ("b", "A"), ("b", "TXT")),
        *(("a.b", "A"), ("c", "A")),
    ]
    assert listed() == order[:5]
    assert listed(StartRecordName="B.example.com") == order[4:]
    assert listed(StartRecordName="b.example.com", StartRecordType="CNAME") == order[5:]
    assert listed(StartRecordName="*.example.com", MaxItems="2") == order[2:4]
    assert listed(StartRecordName="zz.example.com") == []


@pytest.mark.parametrize(
    "asked",
    [
        {"StartRecordType": "A"},
        {"StartRecordName": "a.example.com", "StartRecordIdentifier": "x"},
        {"StartRecordName": "a..example.com"},
        {"StartRecordName": "a.example.com", "StartRecordType": "LOC"},
        {"MaxItems": "0"},
    ],
)
def test_a_listing_that_makes_no_sense_is_invalid(fake, asked):
    service, zone = client(fake), fake.create_zone("example.com")

    with pytest.raises(service.exceptions.InvalidInput):
        service.list_resource_record_sets(HostedZoneId=zone, **asked)


def test_what_somebody_else_does_is_listed_and_not_logged(fake):
    service, zone = client(fake), fake.create_zone("example.com")
    policy = rr("t.example.com.", "A", "192.0.2.1", TrafficPolicyInstanceId="x")
    fake.edit("example.com.", "A.example.com", "A", 300, ["192.0.2.1"])
    fake.add_native(zone, policy)

    listed = service.list_resource_record_sets(HostedZoneId=zone)["ResourceRecordSets"]

    assert listed == fake.dump(zone)
    assert listed[2:] == [rr("a.example.com.", "A", "192.0.2.1"), policy]
    fake.edit(zone, "t.example.com", "A", 300, None)
    assert len(fake.dump(zone)) == 3
    assert [entry.request.method for entry in fake.log] == ["GET"]


def test_record_sets_can_sort_by_the_characters_meant():
    names = ["0", "*", "a"]

    def order(*, escaped: bool) -> list[str]:
        with Route53Fake(escaped_order=escaped) as sorting:
            zone = sorting.create_zone("example.com")
            for name in names:
                sorting.edit(zone, f"{name}.example.com", "A", 300, ["192.0.2.1"])
            return [each["Name"].partition(".")[0] for each in sorting.dump(zone)[2:]]

    assert order(escaped=True) == ["0", "\\052", "a"]
    assert order(escaped=False) == ["\\052", "0", "a"]


OCTO: dict[str, Any] = {
    "": [
        {"type": "NS", "ttl": 3600, "values": ["ns1.example.net.", "ns2.example.net."]},
        {"type": "MX", "values": [{"preference": 10, "exchange": "mail.example.net."}]},
        {"type": "CAA", "values": [{"flags": 0, "tag": "issue", "value": "ca.example"}]},
    ],
    "*": {"type": "TXT", "values": ["a wildcard"]},
    "a": {"type": "A", "ttl": 60, "values": ["192.0.2.1", "192.0.2.2"]},
    "aaaa": {"type": "AAAA", "values": ["2001:db8::1"]},
    "alias": {"type": "Route53Provider/ALIAS", "values": [{"name": "a", "type": "A"}]},
    "cdn": {
        "type": "Route53Provider/ALIAS",
        "values": [
            {"name": "d1.cloudfront.net.", "type": "A", "hosted-zone-id": "Z2FDTNDATAQYW2"},
            {"name": "d1.cloudfront.net.", "type": "AAAA", "hosted-zone-id": "Z2FDTNDATAQYW2"},
        ],
    },
    "cname": {"type": "CNAME", "value": "a.example.com."},
    "ds": {"type": "DS", "values": [{"key_tag": 1, "algorithm": 8, "digest_type": 2, "digest": "ab" * 32}]},
    "naptr": {
        "type": "NAPTR",
        "values": [
            {"order": 1, "preference": 2, "flags": "U", "service": "E2U", "regexp": "!^.*$!x!", "replacement": "."}
        ],
    },
    "ptr": {"type": "PTR", "value": "host.example.net."},
    "sub": {"type": "NS", "values": ["ns1.example.net.", "ns2.example.net."]},
    "spf": {"type": "SPF", "values": ["v=spf1 -all"]},
    "_s._tcp": {"type": "SRV", "values": [{"priority": 1, "weight": 2, "port": 3, "target": "host.example.net."}]},
    "txt": {"type": "TXT", "values": ['say "hi"', "v=DMARC1\\; p=none", "long " * 100]},
}


class Octo:
    """octoDNS, from a folder of YAML to the fake; each run is a process of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def sync(self, records: dict[str, Any], **how: bool) -> int:
        """Return how many changes a run plans, and makes if told."""
        (self.folder / "example.com.yaml").write_text(yaml.safe_dump(records))
        settings = {
            "providers": {
                "config": {
                    "class": "octodns.provider.yaml.YamlProvider",
                    "directory": str(self.folder),
                    "escaped_semicolons": True,
                },
                "route53": {
                    "class": "octodns_route53.Route53Provider",
                    "access_key_id": KEY,
                    "secret_access_key": SECRET,
                },
            },
            "zones": {"example.com.": {"sources": ["config"], "targets": ["route53"]}},
        }
        (self.folder / "octodns.yaml").write_text(yaml.safe_dump(settings))
        changes: int = Manager(str(self.folder / "octodns.yaml")).sync(force=True, **how)
        return changes


@pytest.fixture
def octo(fake, tmp_path, monkeypatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL_ROUTE_53", fake.url)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    return Octo(tmp_path)


def test_octodns_creates_a_zone_of_every_type_and_plans_nothing_more(fake, octo):
    made = octo.sync(OCTO, dry_run=False)

    assert made == 16
    assert fake.zone_names() == ["example.com."]
    assert {each["Type"] for each in fake.dump("example.com.")} == {
        *("A", "AAAA", "CAA", "CNAME", "DS", "MX", "NAPTR", "NS", "PTR", "SOA", "SPF", "SRV", "TXT"),
    }
    assert fake.dump("example.com.")[2] == rr("example.com.", "NS", "ns1.example.net.", "ns2.example.net.", ttl=3600)
    assert octo.sync(OCTO) == 0


def test_octodns_updates_and_clears_the_zone(fake, octo):
    octo.sync(OCTO, dry_run=False)
    apex = [each for each in OCTO[""] if each["type"] == "NS"]
    changed = OCTO | {
        "a": {"type": "A", "ttl": 60, "values": ["192.0.2.3"]},
        "aaaa": {"type": "CNAME", "value": "a.example.com."},
        "alias": {"type": "Route53Provider/ALIAS", "values": [{"name": "cname", "type": "CNAME"}]},
        "txt": {"type": "TXT", "values": ["short"]},
    }

    assert octo.sync(changed, dry_run=False) == 5
    assert octo.sync(changed) == 0
    assert rr("aaaa.example.com.", "CNAME", "a.example.com.", ttl=3600) in fake.dump("example.com.")
    assert octo.sync({"": apex}, dry_run=False) == 15
    assert [each["Type"] for each in fake.dump("example.com.")] == ["NS", "SOA"]
    assert octo.sync({"": apex}) == 0


def test_octodns_makes_the_groups_of_a_dynamic_record(fake, octo):
    """Weighted and failover and geolocation sets, with health checks, aliases of aliases, in one batch."""
    apex = [{"type": "NS", "values": ["ns1.example.net.", "ns2.example.net."]}]
    pools = {
        "eu": {"fallback": "us", "values": [{"value": "192.0.2.1", "weight": 2}, {"value": "192.0.2.2"}]},
        "us": {"values": [{"value": "192.0.2.3"}]},
    }
    rules = [{"geos": ["EU", "NA-US-NY"], "pool": "eu"}, {"pool": "us"}]
    dynamic = {"type": "A", "ttl": 60, "values": ["192.0.2.9"], "dynamic": {"pools": pools, "rules": rules}}
    records = {"": apex, "www": dynamic}
    moved = {"": apex, "www": dynamic | {"dynamic": {"pools": pools, "rules": [{"pool": "eu"}]}}}

    assert octo.sync(records, dry_run=False) == 2
    assert octo.sync(records) == 0
    shown = [each for each in fake.dump("example.com.") if each["Name"] == "www.example.com."]
    assert [each["GeoLocation"] for each in shown] == [
        *({"ContinentCode": "EU"}, {"CountryCode": "US", "SubdivisionCode": "NY"}, {"CountryCode": "*"}),
    ]
    assert octo.sync(moved, dry_run=False) == 1
    assert octo.sync(moved) == 0
    assert octo.sync({"": apex}, dry_run=False) == 1
    assert len(fake.dump("example.com.")) == 2


@pytest.fixture(scope="module")
def moto():
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    # Every server of one process has the same memory.
    moto_api_backend.reset()
    host, port = server.get_host_and_port()
    yield boto3.client(
        "route53",
        endpoint_url=f"http://{host}:{port}",
        region_name="us-east-1",
        aws_access_key_id=KEY,
        aws_secret_access_key=SECRET,
        config=Config(retries={"total_max_attempts": 1}),
    )
    server.stop()


def script(service: Any) -> list[Any]:
    """Drive *service* as anybody would, and return all that it lists but for the apex, which moto makes up."""
    seen: list[Any] = []
    zone = service.create_hosted_zone(Name="example.com", CallerReference="script")["HostedZone"]
    id_ = zone["Id"].removeprefix("/hostedzone/")
    seen.append((zone["Name"], zone["ResourceRecordSetCount"], zone["Config"]["PrivateZone"]))

    def look() -> None:
        pages = service.get_paginator("list_resource_record_sets").paginate(HostedZoneId=id_)
        held = [each for each in pages.search("ResourceRecordSets") if each["Name"] != "example.com."]
        seen.append(sorted(held, key=lambda each: (each["Name"], each["Type"], each.get("SetIdentifier", ""))))

    plain = [each for each in EVERY_TYPE if "\\" not in each["Name"]]
    change(service, id_, *(("CREATE", each) for each in plain))
    look()
    change(service, id_, *(("UPSERT", each | {"TTL": 77}) for each in plain[:5]))
    change(service, id_, ("UPSERT", rr("new.example.com.", "A", "192.0.2.9")))
    look()
    change(
        service,
        id_,
        ("DELETE", plain[5]),
        ("DELETE", plain[6]),
        ("CREATE", alias("alias.example.com.", "A", "a.example.com.", id_)),
        ("CREATE", rr("w.example.com.", "A", "192.0.2.1", SetIdentifier="one", Weight=1)),
        ("CREATE", rr("w.example.com.", "A", "192.0.2.2", SetIdentifier="two", Weight=0)),
        ("CREATE", rr("l.example.com.", "A", "192.0.2.2", SetIdentifier="two", Region="us-east-1")),
        ("CREATE", rr("g.example.com.", "A", "192.0.2.2", SetIdentifier="eu", GeoLocation={"ContinentCode": "EU"})),
        ("CREATE", rr("m.example.com.", "A", "192.0.2.2", SetIdentifier="m", MultiValueAnswer=True)),
    )
    look()
    for point in seen[-1]:
        point.get("AliasTarget", {}).pop("HostedZoneId", None)
    found = service.list_hosted_zones_by_name(DNSName="example.com")["HostedZones"]
    seen.append([each["Name"] for each in found])
    seen.append([each["Name"] for each in service.list_hosted_zones()["HostedZones"]])
    return seen


def test_moto_tells_the_same_of_what_it_is_faithful_in(moto):
    with Route53Fake() as alone:
        ours, theirs = script(client(alone)), script(moto)

    assert ours == theirs
    assert len(ours[1]) == len(EVERY_TYPE) - 1
