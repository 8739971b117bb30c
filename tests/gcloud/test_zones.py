"""Managed zones: resource names, and which of several zones is meant."""

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fakes.gcloud_zones import NAME
from tests.strategies import names
from tests.support.examples import examples
from zonesync.model.zone import ZoneId
from zonesync.provider.errors import Rejected
from zonesync_gcloud.zones import checked, choose, hosted, resource_name, wanted_id

ZONE = ZoneId("example.com.")
ids = st.builds(ZoneId, names(), st.sampled_from(["", "internal", "eu"]))


@pytest.mark.property
@examples(100)
@given(ids, st.booleans())
def test_every_resource_name_is_one_that_the_service_takes(zone: ZoneId, private):
    assert NAME.fullmatch(resource_name(zone, private=private))


@pytest.mark.property
@examples(100)
@given(st.tuples(ids, st.booleans()), st.tuples(ids, st.booleans()))
def test_two_zones_have_two_resource_names(one, other):
    same = resource_name(one[0], private=one[1]) == resource_name(other[0], private=other[1])
    assert same == (one == other)


@pytest.mark.parametrize(
    ("zone", "private", "name"),
    [
        ("example.com", False, r"example-com"),
        ("a-b.com", False, r"a-b-com-[0-9a-f]{8}"),
        ("a.b.com", False, r"a-b-com"),
        ("1.example", False, r"zone-1-example"),
        ("zone.1.example", False, r"zone-1-example-[0-9a-f]{8}"),
        ("2.0.192.in-addr.arpa", False, r"zone-2-0-192-in-addr-arpa-[0-9a-f]{8}"),
        ("example.com", True, r"example-com-private-[0-9a-f]{8}"),
        ("example.com@internal", False, r"example-com-[0-9a-f]{8}"),
        (f"{'a' * 63}.com", False, r"a{54}-[0-9a-f]{8}"),
        (".", False, r"zone-[0-9a-f]{8}"),
    ],
)
def test_a_resource_name_is_read_at_a_glance(zone: str, private, name: str):
    found = resource_name(ZoneId.parse(zone), private=private)
    assert re.fullmatch(name, found), found


def _zone(name: str, **more: Any):
    return hosted({"name": name, "id": f"{len(name)}00", "dnsName": "example.com.", "visibility": "public", **more})


def test_a_zone_is_chosen_by_name_and_visibility():
    public, private = _zone("out"), _zone("in", visibility="private")
    other = _zone("other", dnsName="example.net.")
    assert choose(ZONE, [public, private, other], private=False) == public
    assert choose(ZONE, [public, private, other], private=True) == private
    assert choose(ZONE, [other], private=False) is None


def test_two_candidates_are_refused_with_both_ids_and_the_option():
    with pytest.raises(Rejected, match=r"2 public zones have this name: `one` \(300\) and `three` \(500\)") as raised:
        choose(ZONE, [_zone("one"), _zone("three")], private=False)
    assert raised.value.hint == "name one of them with `zone_id: {example.com: one}`"


@pytest.mark.parametrize(
    ("field", "words"),
    [
        ("forwardingConfig", "a forwarding zone"),
        ("peeringConfig", "a peering zone"),
        ("reverseLookupConfig", "a managed reverse lookup zone"),
        ("serviceDirectoryConfig", "a Service Directory zone"),
    ],
)
def test_a_zone_without_rrsets_of_its_own_is_refused_and_gives_way_to_one_with(field: str, words: str):
    special = _zone("special", visibility="private", **{field: {}})
    with pytest.raises(Rejected, match=f"`special` cannot be managed: it is {words}"):
        choose(ZONE, [special], private=True)
    usual = _zone("usual", visibility="private")
    assert choose(ZONE, [special, usual], private=True) == usual


def test_a_zone_id_that_is_another_zone_is_refused_saying_which():
    other = _zone("other", dnsName="example.net.")
    with pytest.raises(Rejected, match=r"`zone_id` 500 is the zone `example.net.`, not `example.com.`"):
        checked(ZONE, other, "500", private=False)
    with pytest.raises(Rejected, match="is a public zone, and this provider has private ones") as raised:
        checked(ZONE, _zone("out"), "out", private=True)
    assert raised.value.hint == "set `private: false`"
    with pytest.raises(Rejected, match="cannot be managed"):
        checked(ZONE, _zone("out", peeringConfig={}), "out", private=False)


def test_a_zone_id_is_for_all_zones_or_for_one_name_or_for_one_view():
    assert wanted_id(ZONE, "out") == "out"
    ids_ = {ZONE: "out", ZoneId("example.com.", "internal"): "in"}
    assert wanted_id(ZoneId("example.com.", "internal"), ids_) == "in"
    assert wanted_id(ZoneId("example.com.", "eu"), ids_) == "out"
    assert wanted_id(ZoneId("example.net."), ids_) == ""


@pytest.mark.parametrize(
    "native", [{}, {"name": "x"}, {"name": "x", "dnsName": "undotted"}, {"name": 5, "dnsName": "a."}]
)
def test_what_is_no_managed_zone_is_refused(native: dict[str, Any]):
    with pytest.raises(ValueError, match="a managed zone without"):
        hosted(native)


def test_a_managed_zone_tells_its_servers_its_networks_and_whether_it_is_signed():
    public = _zone("out", nameServers=["NS-1.example.net.", "ns-2.example.net"], dnssecConfig={"state": "on"})
    assert public.nameservers == ("ns-1.example.net.", "ns-2.example.net.")
    assert public.signed
    seen = {"networks": [{"networkUrl": "https://compute.googleapis.com/compute/v1/projects/p/global/networks/n"}]}
    private = _zone("in", visibility="private", nameServers=["ns-gcp-private."], privateVisibilityConfig=seen)
    assert private.nameservers == ()
    assert private.networks == ("https://www.googleapis.com/compute/v1/projects/p/global/networks/n",)
    assert not private.signed
    assert not _zone("off", dnssecConfig={"state": "off"}).signed
