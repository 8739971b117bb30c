"""What a test does behind the API's back at the fake of Cloud DNS."""

import ast
from pathlib import Path

import pytest

from tests.fakes.gcloud import CloudDnsFake
from tests.fakes.gcloud_calls import call, rrset
from tests.fakes.gcloud_errors import Refused

APEX = "example.com."
HERE = Path(__file__).parent


@pytest.fixture
def fake():
    with CloudDnsFake() as running:
        running.create_zone(APEX)
        yield running


def listed(fake):
    return call(fake, "GET", "/managedZones/z-example-com/rrsets").body["rrsets"]


def test_an_edit_sets_replaces_and_deletes_outside_log_and_changes(fake):
    for values in (["192.0.2.1"], ["192.0.2.2"], None, None):
        if values or len(fake.dump(APEX)) > 2:
            fake.edit(APEX, "www.example.com.", "A", 300, values)
        held = [each["rrdatas"] for each in fake.dump(APEX) if each["type"] == "A"]
        assert held == ([values] if values else [])
    assert fake.log == []
    assert len(call(fake, "GET", "/managedZones/z-example-com/changes").body["changes"]) == 1


def test_an_edit_is_held_to_the_rules_and_spelled_as_the_service_does(fake):
    fake.edit(APEX, "www.example.com.", "AAAA", 300, ["2001:DB8::0:1"])
    assert fake.dump(APEX)[-1]["rrdatas"] == ["2001:db8::1"]
    with pytest.raises(Refused, match="CNAME"):
        fake.edit(APEX, "www.example.com.", "CNAME", 300, ["a.example."])
    with pytest.raises(Refused, match="at the apex"):
        fake.edit(APEX, APEX, "NS", 300, None)


def test_an_edit_knows_no_quota_of_one_change():
    with CloudDnsFake(quota={"rrsetAdditionsPerChange": 1}) as fake:
        fake.create_zone(APEX)
        fake.change(APEX, [rrset(f"w{number}", "A", "192.0.2.1") for number in range(3)])
        assert len(fake.dump(APEX)) == 5


def test_anything_native_may_be_put_in(fake):
    policy = {"geo": {"items": [{"location": "us-east1", "rrdatas": ["192.0.2.1"]}]}}
    fake.add_native(APEX, {"name": "p.example.com.", "type": "A", "ttl": 1, "routingPolicy": policy})
    fake.add_native(APEX, {"name": "l.example.com.", "type": "LOC", "ttl": 1, "rrdatas": ["anything"]})
    natives = [each for each in listed(fake) if each["name"] != APEX]
    assert [(each["type"], "rrdatas" in each) for each in natives] == [("LOC", True), ("A", False)]
    assert listed(fake) == fake.dump(APEX)


def test_a_zone_is_meant_by_dns_name_resource_name_or_id(fake):
    made = fake.resource(APEX)
    assert made == fake.resource("z-example-com") == fake.resource(made["id"])
    fake.create_zone(APEX, "hidden", visibility="private", networks=["one"])
    with pytest.raises(KeyError, match="2 zones are called"):
        fake.dump(APEX)
    with pytest.raises(KeyError, match="0 zones are called"):
        fake.dump("example.org.")
    [network] = fake.resource("hidden")["privateVisibilityConfig"]["networks"]
    assert network["networkUrl"] == fake.network("one") == fake.network(fake.network("one"))


def test_zones_are_made_under_free_names_with_any_part(fake):
    names = [fake.create_zone(APEX)["name"] for _ in range(2)]
    assert names == ["z-example-com-1", "z-example-com-2"]
    assert fake.create_zone("2.0.192.in-addr.arpa.", labels={"a": "b"})["labels"] == {"a": "b"}
    assert fake.create_zone("signed.example.", dnssec="on")["dnssecConfig"]["state"] == "on"
    assert fake.zone_names() == ["2.0.192.in-addr.arpa.", APEX, APEX, APEX, "signed.example."]


@pytest.mark.source
@pytest.mark.parametrize("path", sorted(HERE.glob("gcloud*.py")), ids=lambda path: path.name)
def test_the_fake_stands_alone(path):
    tree = ast.parse(path.read_text())
    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    imported |= {node.module or "." for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert not [name for name in imported if name.startswith("zonesync")]
    ours = {name for name in imported if name.split(".")[0] == "tests"}
    assert all(name == "tests.fakes" or name.startswith(("tests.fakes.gcloud", "tests.fakes.kit")) for name in ours)
