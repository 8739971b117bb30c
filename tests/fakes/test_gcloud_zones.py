"""Managed zones at the fake of Cloud DNS: making, patching, deleting, networks, keys."""

import re

import pytest

from tests.fakes.gcloud import CloudDnsFake
from tests.fakes.gcloud_calls import call, change, rrset

APEX = "example.com."
WHERE = "entity.managedZone"
URL = "https://www.googleapis.com/compute/v1/projects/p/global/networks/"


@pytest.fixture
def fake():
    with CloudDnsFake() as running:
        yield running


def create(fake, name="example", dns_name=APEX, **more):
    return call(fake, "POST", "/managedZones", {"name": name, "dnsName": dns_name, "description": "", **more})


def private(*urls):
    return {
        "visibility": "private",
        "privateVisibilityConfig": {"networks": [{"networkUrl": url} for url in urls]},
    }


def invalid(part, value):
    return 400, "invalid", f"Invalid value for '{WHERE}.{part}': '{value}'"


def test_a_new_zone_has_four_name_servers_and_its_apex_records(fake):
    made = create(fake, description="words").body
    assert (made["name"], made["dnsName"], made["description"]) == ("example", APEX, "words")
    assert (made["kind"], made["visibility"]) == ("dns#managedZone", "public")
    assert made["id"].isdecimal()
    assert re.fullmatch(r"2026-01-01T00:00:00\.\d{3}Z", made["creationTime"])
    servers = made["nameServers"]
    letter = servers[0][len("ns-cloud-")]
    assert servers == [f"ns-cloud-{letter}{number}.googledomains.com." for number in (1, 2, 3, 4)]
    soa = f"{servers[0]} cloud-dns-hostmaster.google.com. 1 21600 3600 259200 300"
    listed = call(fake, "GET", "/managedZones/example/rrsets").body["rrsets"]
    assert [(each["type"], each["ttl"], each["rrdatas"]) for each in listed] == [
        ("NS", 21600, servers),
        ("SOA", 21600, [soa]),
    ]
    assert call(fake, "GET", "/managedZones/example").body == made
    assert call(fake, "GET", f"/managedZones/{made['id']}").body == made


def test_the_seed_decides_name_servers_and_ids():
    def made(seed):
        with CloudDnsFake(seed=seed) as fake:
            return [fake.create_zone(f"{name}.example.")["nameServers"][0] for name in "abcdef"], fake.resource(
                "z-a-example"
            )

    assert made(1) == made(1)
    assert made(1)[0] != made(2)[0]
    assert made(1)[1]["id"] != made(2)[1]["id"]


@pytest.mark.parametrize("part", ["name", "dnsName", "description"])
def test_a_zone_needs_name_dns_name_and_description(fake, part):
    body = {"name": "example", "dnsName": APEX, "description": ""}
    del body[part]
    words = f"The '{WHERE}.{part}' parameter is required but was missing."
    assert call(fake, "POST", "/managedZones", body).refusal == (400, "required", words)
    assert fake.zone_names() == []


@pytest.mark.parametrize("name", ["", "1a", "-a", "a-", "A", "a_b", "a.b", "a" * 64, "zone\n"])
def test_a_resource_name_out_of_shape_is_refused(fake, name):
    assert create(fake, name).refusal == invalid("name", name)


@pytest.mark.parametrize("name", ["a", "a-1", "a--b", "a" * 63])
def test_a_resource_name_in_shape_is_taken(fake, name):
    assert create(fake, name).status == 200


@pytest.mark.parametrize("dns_name", ["", "example.com", "exa mple.com.", "example..com.", "x" * 64 + ".com."])
def test_a_dns_name_out_of_shape_is_refused(fake, dns_name):
    assert create(fake, dns_name=dns_name).refusal == invalid("dnsName", dns_name)


def test_a_resource_name_is_had_once(fake):
    create(fake)
    words = f"The resource '{WHERE}' named 'example' already exists"
    assert create(fake, dns_name="example.org.").refusal == (409, "alreadyExists", words)


def test_zones_may_share_a_dns_name_under_other_resource_names(fake):
    made = [create(fake, "one"), create(fake, "two"), create(fake, "three", visibility="private")]
    assert [each.status for each in made] == [200, 200, 200]
    assert fake.zone_names() == [APEX] * 3
    listed = call(fake, "GET", "/managedZones", query={"dnsName": APEX}).body["managedZones"]
    assert [each["name"] for each in listed] == ["one", "three", "two"]


def test_overlapping_public_zones_have_other_name_servers_until_none_are_left(fake):
    names = [APEX, f"a.{APEX}", f"b.a.{APEX}", APEX, APEX]
    servers = {create(fake, f"z{n}", name).body["nameServers"][0] for n, name in enumerate(names)}
    assert len(servers) == 5
    assert create(fake, "z5", f"c.b.a.{APEX}").reason == "managedZoneDnsNameNotAvailable"
    assert create(fake, "z6", f"sibling.{APEX}").status == 200
    assert create(fake, "z7", "example.org.").status == 200
    assert create(fake, "z8", APEX, visibility="private").status == 200


def test_reserved_names_are_not_available(fake):
    words = "The 'co.uk.' managed zone is not available to be created."
    assert create(fake, dns_name="co.uk.").refusal == (400, "managedZoneDnsNameNotAvailable", words)
    assert create(fake, dns_name="co.uk.", visibility="private").status == 200


def test_ownership_may_have_to_be_verified():
    with CloudDnsFake(unverified={APEX}) as fake:
        for name in (APEX, f"sub.{APEX}"):
            answer = create(fake, dns_name=name)
            assert (answer.status, answer.reason) == (400, "verifyManagedZoneDnsNameOwnership")
            assert answer.words.startswith(f"Please verify ownership of the '{name}' domain (or a parent) at ")
        assert create(fake, dns_name="notexample.com.").status == 200


def test_there_are_only_so_many_zones():
    with CloudDnsFake(quota={"managedZones": 1}) as fake:
        create(fake)
        words = "The change would exceed quota for managed zones."
        assert create(fake, "two").refusal == (403, "quotaExceeded", words)


def test_a_private_zone_is_seen_in_its_networks(fake):
    made = create(fake, **private(f"{URL}one", f"{URL}two")).body
    assert made["visibility"] == "private"
    assert made["nameServers"] == ["ns-gcp-private.googledomains.com."]
    networks = made["privateVisibilityConfig"]["networks"]
    assert [network["networkUrl"] for network in networks] == [f"{URL}one", f"{URL}two"]


@pytest.mark.parametrize("url", ["one", "projects/p/global/networks/one", f"{URL}one/more", URL])
def test_a_network_is_named_by_its_full_url(fake, url):
    answer = create(fake, **private(f"{URL}good", url))
    assert answer.refusal == invalid("privateVisibilityConfig.networks[1].networkUrl", url)


def test_a_network_is_given_once_and_sees_one_zone_of_a_name(fake):
    where = "privateVisibilityConfig.networks[1].networkUrl"
    assert create(fake, **private(f"{URL}one", f"{URL}one")).refusal == invalid(where, f"{URL}one")
    create(fake, **private(f"{URL}one"))
    assert create(fake, "two", **private(f"{URL}two", f"{URL}one")).refusal == invalid(where, f"{URL}one")
    assert create(fake, "other", "example.org.", **private(f"{URL}one")).status == 200


def test_there_are_only_so_many_networks():
    with CloudDnsFake(quota={"networksPerManagedZone": 1}) as fake:
        assert create(fake, **private(f"{URL}one", f"{URL}two")).reason == "quotaExceeded"
        assert create(fake, **private(f"{URL}one")).status == 200


def test_a_private_zone_may_be_seen_in_clusters_alone(fake):
    clusters = {"gkeClusters": [{"gkeClusterName": "projects/p/locations/l/clusters/c"}]}
    made = create(fake, visibility="private", privateVisibilityConfig=clusters)
    assert clusters.items() <= made.body["privateVisibilityConfig"].items()


def test_a_zone_keeps_its_own_network_when_it_gets_another(fake):
    create(fake, **private(f"{URL}one"))
    patch = {"privateVisibilityConfig": private(f"{URL}one", f"{URL}two")["privateVisibilityConfig"]}
    assert call(fake, "PATCH", "/managedZones/example", patch).status == 200


def test_a_public_zone_has_no_networks(fake):
    body = {**private(f"{URL}one"), "visibility": "public"}
    assert create(fake, **body).refusal == invalid("privateVisibilityConfig", "public")


def test_a_private_zone_is_not_signed(fake):
    answer = create(fake, visibility="private", dnssecConfig={"state": "on"})
    assert answer.refusal == invalid("dnssecConfig.state", "on")
    assert create(fake, visibility="private", dnssecConfig={"state": "off"}).status == 200


@pytest.mark.parametrize("state", ["on", "transfer"])
def test_a_signed_zone_has_keys_whose_digests_are_true(fake, state):
    import base64

    import dns.dnssec
    import dns.rdata

    create(fake, dnssecConfig={"state": state})
    keys = call(fake, "GET", "/managedZones/example/dnsKeys").body["dnsKeys"]
    assert [key["type"] for key in keys] == ["keySigning", "zoneSigning"]
    for key, flags in zip(keys, (257, 256), strict=True):
        assert len(base64.b64decode(key["publicKey"])) * 8 == key["keyLength"]
        rdata = dns.rdata.from_text("IN", "DNSKEY", f"{flags} 3 8 {key['publicKey']}")
        assert dns.dnssec.key_id(rdata) == key["keyTag"]
        for digest in key.get("digests", []):
            assert dns.dnssec.make_ds(APEX, rdata, digest["type"].upper()).digest.hex() == digest["digest"].lower()
    assert [len(key.get("digests", [])) for key in keys] == [1, 0]


def test_an_unsigned_zone_has_no_keys(fake):
    create(fake)
    assert call(fake, "GET", "/managedZones/example/dnsKeys").body == {"kind": "dns#dnsKeysListResponse"}


def test_a_patch_is_an_operation_that_takes_effect_when_it_is_done():
    with CloudDnsFake(done_after=2) as fake:
        create(fake, **private(f"{URL}one"))
        patch = {"privateVisibilityConfig": {"networks": [{"networkUrl": f"{URL}two"}]}, "description": "new"}
        operation = call(fake, "PATCH", "/managedZones/example", patch).body
        assert (operation["kind"], operation["status"], operation["type"]) == ("dns#operation", "pending", "update")
        path = f"/managedZones/example/operations/{operation['id']}"
        assert call(fake, "GET", path).body["status"] == "pending"
        assert fake.resource(APEX)["description"] == ""
        assert call(fake, "GET", path).body["status"] == "done"
        after = call(fake, "GET", "/managedZones/example").body
        assert after["description"] == "new"
        assert [each["networkUrl"] for each in after["privateVisibilityConfig"]["networks"]] == [f"{URL}two"]
        assert call(fake, "GET", "/managedZones/example/operations").body["operations"] == [
            call(fake, "GET", path).body
        ]
        assert operation["zoneContext"]["newValue"] == after


def test_a_patch_may_take_effect_at_once():
    with CloudDnsFake(done_after=0) as fake:
        create(fake)
        assert call(fake, "PATCH", "/managedZones/example", {"description": "new"}).body["status"] == "done"
        assert fake.resource(APEX)["description"] == "new"


def test_two_patches_of_other_parts_both_stay(fake):
    create(fake)
    for patch in ({"description": "new"}, {"labels": {"a": "b"}}):
        call(fake, "PATCH", "/managedZones/example", patch)
    after = call(fake, "GET", "/managedZones/example").body
    assert (after["description"], after["labels"]) == ("new", {"a": "b"})


@pytest.mark.parametrize(
    ("part", "value"),
    [("name", "other"), ("dnsName", "example.org."), ("visibility", "private"), ("nameServers", ["ns.example."])],
)
def test_what_only_making_sets_cannot_be_patched(fake, part, value):
    create(fake)
    words = f"The field '{WHERE}.{part}' cannot be modified."
    assert call(fake, "PATCH", "/managedZones/example", {part: value}).refusal == (400, "invalid", words)
    same = {part: fake.resource(APEX)[part]}
    assert call(fake, "PATCH", "/managedZones/example", same).status == 200


def test_a_patch_is_held_to_the_rules_of_making(fake):
    create(fake)
    create(fake, "hidden", **private(f"{URL}one"))
    create(fake, "hidden2", **private(f"{URL}two"))
    where = "privateVisibilityConfig.networks[0].networkUrl"
    body = {"privateVisibilityConfig": {"networks": [{"networkUrl": f"{URL}one"}]}}
    assert call(fake, "PATCH", "/managedZones/example", body).refusal == invalid("privateVisibilityConfig", "public")
    assert call(fake, "PATCH", "/managedZones/hidden2", body).refusal == invalid(where, f"{URL}one")


def test_key_specs_change_while_signing_is_off(fake):
    create(fake)
    specs = {"dnssecConfig": {"state": "on", "nonExistence": "nsec"}}
    assert call(fake, "PATCH", "/managedZones/example", specs).status == 200
    assert call(fake, "GET", "/managedZones/example").body["dnssecConfig"]["state"] == "on"
    refused = call(fake, "PATCH", "/managedZones/example", specs)
    assert refused.words == f"The field '{WHERE}.dnssecConfig.defaultKeySpecs' cannot be modified."
    assert call(fake, "PATCH", "/managedZones/example", {"dnssecConfig": {"state": "off"}}).status == 200


def test_a_zone_with_an_alias_is_not_signed(fake):
    create(fake)
    change(fake, [rrset(APEX, "ALIAS", "a.example.")], zone="example")
    answer = call(fake, "PATCH", "/managedZones/example", {"dnssecConfig": {"state": "on"}})
    assert answer.refusal == invalid("dnssecConfig.state", "on")
    assert call(fake, "PATCH", "/managedZones/example", {"dnssecConfig": {"state": "off"}}).status == 200


def test_a_zone_is_deleted_when_only_its_apex_records_are_left(fake):
    create(fake)
    change(fake, [rrset("www", "A", "192.0.2.1")], zone="example")
    words = "The resource named 'example' cannot be deleted because it contains one or more 'resource records'."
    assert call(fake, "DELETE", "/managedZones/example").refusal == (400, "containerNotEmpty", words)
    change(fake, [], [rrset("www", "A", "192.0.2.1")], zone="example")
    gone = call(fake, "DELETE", "/managedZones/example")
    assert (gone.status, gone.body) == (204, b"")
    assert fake.zone_names() == []


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "", None),
        ("DELETE", "", None),
        ("PATCH", "", {}),
        ("GET", "/rrsets", None),
        ("GET", "/dnsKeys", None),
        ("GET", "/changes", None),
        ("GET", "/changes/1", None),
        ("POST", "/changes", {"additions": [rrset("w", "A", "192.0.2.1")]}),
        ("GET", "/operations/1", None),
        ("POST", "/rrsets", rrset("w", "A", "192.0.2.1")),
        ("GET", "/rrsets/w.example.com./A", None),
    ],
)
def test_a_zone_that_is_not_there_is_not_found(fake, method, path, body):
    words = "The 'parameters.managedZone' resource named 'q' does not exist."
    assert call(fake, method, f"/managedZones/q{path}", body).refusal == (404, "notFound", words)


def test_an_operation_that_is_not_there_is_not_found(fake):
    create(fake)
    words = "The 'parameters.operation' resource named 'x' does not exist."
    assert call(fake, "GET", "/managedZones/example/operations/x").refusal == (404, "notFound", words)


def test_a_project_tells_its_quotas():
    with CloudDnsFake(quota={"rrsetAdditionsPerChange": 7}) as fake:
        project = call(fake, "GET").body
        assert (project["id"], project["number"].isdecimal()) == ("p", True)
        assert project["quota"]["rrsetAdditionsPerChange"] == 7
        assert project["quota"]["totalRrdataSizePerChange"] == 100_000
        words = "The 'parameters.project' resource named 'other' does not exist."
        assert call(fake, "GET", project="other").refusal == (404, "notFound", words)
