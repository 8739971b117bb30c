"""Which addresses zone files give, as seen from where."""

import pytest

from zonesync.model.alias import AliasTarget
from zonesync.model.rrset import Key, RRset
from zonesync.model.zone import DesiredZone, ZoneId
from zonesync.run.asking.addresses import Addresses
from zonesync.run.asking.registered import addresses
from zonesync.run.asking.subject import Subject

NS1, NS2 = "ns1.example.com.", "ns2.example.com."


def zone(view="", **given):
    hosts = {"ns1": NS1, "ns2": NS2}
    rrsets = {Key(hosts[label], "A"): RRset(hosts[label], "A", 300, (address,)) for label, address in given.items()}
    return DesiredZone(ZoneId("example.com.", view), rrsets)


ZONES = [zone(ns1="192.0.2.1", ns2="192.0.2.2"), zone("inside", ns1="10.0.0.1"), zone("lab", ns2="10.0.0.2")]


@pytest.mark.parametrize(
    ("view", "first", "second"),
    [("", "192.0.2.1", "192.0.2.2"), ("inside", "10.0.0.1", "192.0.2.2"), ("lab", "192.0.2.1", "10.0.0.2")],
)
@pytest.mark.parametrize("zones", [ZONES, ZONES[::-1]])
def test_a_view_has_its_own_addresses_and_else_those_that_everybody_sees(zones, view, first, second):
    found = Addresses(zones, view)
    assert (found[NS1], found[NS2]) == ((first,), (second,))
    assert list(found) == [NS1, NS2]


def test_what_a_view_alone_has_is_no_address_outside_of_it():
    assert list(Addresses(ZONES[1:])) == []


def test_a_name_server_that_is_a_providers_alias_has_no_address_that_glue_could_be_held_against():
    alias = RRset(NS1, "A", None, (AliasTarget(target="elb.example.net.").to_text(),))
    real = RRset(NS1, "AAAA", 300, ("2001:db8::1",))
    plain = RRset(NS2, "A", 300, ("192.0.2.2",))
    what = DesiredZone(ZoneId("example.com."), {one.key: one for one in (alias, real, plain)})
    assert addresses(Subject(what, {}, {}, frozenset(), apex=(NS1, NS2))) == {NS2: ["192.0.2.2"]}
