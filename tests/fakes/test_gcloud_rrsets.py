"""One record set at a time, and routing policies, at the fake of Cloud DNS."""

import pytest

from tests.fakes.gcloud import CloudDnsFake
from tests.fakes.gcloud_calls import call, change, rrset
from tests.fakes.gcloud_policies import bare

APEX = "example.com."
PATH = "/managedZones/z-example-com/rrsets"
WWW = f"{PATH}/www.example.com./A"
WRR = {"wrr": {"items": [{"weight": 1, "rrdatas": ["192.0.2.1"]}, {"weight": 2.5, "rrdatas": ["192.0.2.2"]}]}}
GEO = {"geo": {"enableFencing": True, "items": [{"location": "us-east1", "rrdatas": ["192.0.2.1"]}]}}
BACKUP = {
    "primaryBackup": {
        "trickleTraffic": 0.1,
        "primaryTargets": {"internalLoadBalancers": [{"ipAddress": "10.0.0.1", "port": "80", "ipProtocol": "tcp"}]},
        "backupGeoTargets": {"items": [{"location": "us-east1", "rrdatas": ["192.0.2.1"]}]},
    }
}


@pytest.fixture
def fake():
    with CloudDnsFake() as running:
        running.create_zone(APEX)
        running.edit(APEX, "www.example.com.", "A", 300, ["192.0.2.1"])
        yield running


def policy(name, routing, rtype="A", ttl=300):
    return {"name": f"{name}.example.com.", "type": rtype, "ttl": ttl, "routingPolicy": routing}


def test_a_set_is_made_read_patched_and_deleted_alone(fake):
    made = call(fake, "POST", PATH, rrset("new", "AAAA", "2001:db8:0::1", ttl="60")).body
    assert (made["ttl"], made["rrdatas"]) == (60, ["2001:db8::1"])
    path = f"{PATH}/new.example.com./AAAA"
    assert call(fake, "GET", path).body == made
    assert call(fake, "PATCH", path, {"ttl": 61}).body == {**made, "ttl": 61}
    assert call(fake, "PATCH", path, {"rrdatas": ["::2"]}).body["rrdatas"] == ["::2"]
    assert call(fake, "DELETE", path).body == {}
    words = "The 'parameters.name' resource named 'new.example.com. (AAAA)' does not exist."
    for method, body in (("GET", None), ("PATCH", {}), ("DELETE", None)):
        assert call(fake, method, path, body).refusal == (404, "notFound", words)


def test_data_and_policy_put_one_another_out(fake):
    patched = call(fake, "PATCH", WWW, {"routingPolicy": GEO}).body
    assert "rrdatas" not in patched
    assert "routingPolicy" not in call(fake, "PATCH", WWW, {"rrdatas": ["192.0.2.9"]}).body


def test_the_refusal_of_one_set_speaks_of_the_set(fake):
    words = "The resource 'entity.rrset' named 'www.example.com. (A)' already exists"
    assert call(fake, "POST", PATH, rrset("www", "A", "192.0.2.2")).refusal == (409, "alreadyExists", words)
    words = "Invalid value for 'entity.rrset.rrdata[0]': 'x'"
    assert call(fake, "POST", PATH, rrset("w", "A", "x")).refusal == (400, "invalid", words)


def test_one_set_is_held_to_the_rules_of_a_zone(fake):
    assert call(fake, "DELETE", f"{PATH}/{APEX}/NS").reason == "invalidZoneApex"
    assert call(fake, "POST", PATH, rrset("www", "CNAME", "a.example.")).reason == "cnameResourceRecordSetConflict"


@pytest.mark.parametrize("routing", [WRR, GEO, BACKUP, {**WRR, "healthCheck": "https://example.com/hc"}])
def test_a_policy_is_listed_with_kinds_and_without_a_key_for_rdata(fake, routing):
    assert change(fake, [policy("p", routing)]).status == 200
    held = call(fake, "GET", f"{PATH}/p.example.com./A").body
    assert "rrdatas" not in held
    assert held["routingPolicy"]["kind"] == "dns#rRSetRoutingPolicy"
    assert bare(held["routingPolicy"]) == routing


def test_a_policy_set_is_deleted_only_with_its_own_policy(fake):
    change(fake, [policy("p", WRR)])
    held = call(fake, "GET", f"{PATH}/p.example.com./A").body
    turned = {"wrr": {"items": WRR["wrr"]["items"][::-1]}}
    for wrong in (
        rrset("p", "A", "192.0.2.1"),
        {key: value for key, value in held.items() if key != "routingPolicy"},
        policy("p", GEO),
        policy("p", turned),
        policy("p", WRR, ttl=301),
        {**held, "rrdatas": ["192.0.2.1"]},
    ):
        assert change(fake, [], [wrong]).reason == "conditionNotMet"
    assert change(fake, [], [held]).status == 200
    change(fake, [policy("p", WRR)])
    assert change(fake, [], [policy("p", WRR)]).status == 200


def test_a_plain_set_is_not_deleted_with_a_policy(fake):
    assert change(fake, [], [{**rrset("www", "A", "192.0.2.1"), "routingPolicy": WRR}]).reason == "conditionNotMet"


def test_the_rdata_of_a_policy_is_spelled_as_any(fake):
    given = {"wrr": {"items": [{"weight": "1", "rrdatas": ["2001:DB8::0:1"]}]}}
    change(fake, [policy("p", given, "AAAA")])
    item = call(fake, "GET", f"{PATH}/p.example.com./AAAA").body["routingPolicy"]["wrr"]["items"][0]
    assert (item["weight"], item["rrdatas"]) == (1.0, ["2001:db8::1"])


def without(routing, *path):
    """Return *routing* less the part at *path*."""
    first, *rest = path
    if isinstance(routing, list):
        return [without(each, *rest) if number == first else each for number, each in enumerate(routing)]
    if not rest:
        return {key: value for key, value in routing.items() if key != first}
    return {**routing, first: without(routing[first], *rest)}


def geo(*locations):
    return {"geo": {"items": [{"location": location, "rrdatas": ["192.0.2.1"]} for location in locations]}}


def wrr(**item):
    return {"wrr": {"items": [{"weight": 1, "rrdatas": ["192.0.2.1"]}, {"weight": 1, **item}]}}


CHECKED = {"healthCheckedTargets": {"externalEndpoints": ["192.0.2.1"]}}


@pytest.mark.parametrize(
    ("routing", "rtype", "reason", "where"),
    [
        ({**WRR, **GEO}, "A", "invalid", "routingPolicy': 'wrr, geo'"),
        ({"healthCheck": "x"}, "A", "invalid", "routingPolicy': ''"),
        (WRR, "CAA", "invalid", "routingPolicy': 'CAA'"),
        ({"wrr": {}}, "A", "required", "routingPolicy.wrr.items'"),
        ({"geo": {"items": []}}, "A", "required", "routingPolicy.geo.items'"),
        (without(WRR, "wrr", "items", 1, "weight"), "A", "required", "routingPolicy.wrr.items[1].weight'"),
        (without(GEO, "geo", "items", 0, "location"), "A", "required", "routingPolicy.geo.items[0].location'"),
        (without(GEO, "geo", "items", 0, "rrdatas"), "A", "required", "routingPolicy.geo.items[0].rrdatas'"),
        (wrr(weight=-1, rrdatas=["192.0.2.2"]), "A", "invalid", "routingPolicy.wrr.items[1].weight'"),
        (wrr(rrdatas=["x"]), "A", "invalid", "routingPolicy.wrr.items[1].rrdata[0]': 'x'"),
        (geo("us-east1", "us-west1", "us-east1"), "A", "invalid", "routingPolicy.geo.items[2].location': 'us-east1'"),
        (wrr(rrdatas=['"x"'], **CHECKED), "TXT", "invalid", "routingPolicy.wrr.items[1].healthCheckedTargets'"),
        (without(BACKUP, "primaryBackup", "primaryTargets"), "A", "required", "primaryBackup.primaryTargets'"),
        (without(BACKUP, "primaryBackup", "backupGeoTargets"), "A", "required", "primaryBackup.backupGeoTargets'"),
        (without(BACKUP, "primaryBackup", "backupGeoTargets", "items"), "A", "required", "backupGeoTargets.items'"),
    ],
)
def test_a_policy_that_makes_no_sense_is_refused(fake, routing, rtype, reason, where):
    if rtype == "TXT":
        routing = {"wrr": {"items": [{"weight": 1, "rrdatas": ['"x"']}, routing["wrr"]["items"][1]]}}
    answer = change(fake, [policy("p", routing, rtype)])
    assert (answer.status, answer.reason) == (400, reason)
    assert where in answer.words


def test_health_checked_targets_stand_in_for_rdata(fake):
    assert change(fake, [policy("p", wrr(**CHECKED))]).status == 200


def test_a_policy_has_only_so_many_items():
    with CloudDnsFake(quota={"itemsPerRoutingPolicy": 1, "totalRrdataSizePerChange": 17}) as fake:
        fake.create_zone(APEX)
        words = "The change would exceed quota for items per routing policy."
        answer = call(fake, "POST", PATH, policy("p", geo("us-east1", "us-west1")))
        assert answer.words == "The change would exceed quota for total rrdata size per change."
        assert call(fake, "POST", PATH, policy("p", GEO)).status == 200
        fake.service.quota["totalRrdataSizePerChange"] = 18
        answer = call(fake, "POST", PATH, policy("q", geo("us-east1", "us-west1")))
        assert answer.refusal == (403, "quotaExceeded", words)
        assert change(fake, [policy("b", BACKUP)], []).status == 200
        fake.service.quota["totalRrdataSizePerChange"] = 8
        assert change(fake, [policy("c", BACKUP)], []).reason == "quotaExceeded"
