"""A zone is read whole or not at all, and what is no RRset is kept."""

import pytest

from tests.octodns.scripted import SERVICES, MuteProvider, ScriptedProvider, Service, TellingProvider
from tests.octodns.support import made
from zonesync.model.rrset import Key
from zonesync.model.zone import ZoneId
from zonesync.provider.errors import Unavailable
from zonesync_octodns import OctodnsProvider, traits

ZONE = ZoneId("example.com.")
PLAIN = {"type": "A", "ttl": 300, "value": "192.0.2.1"}
DYNAMIC = {
    **PLAIN,
    "dynamic": {"pools": {"one": {"values": [{"value": "192.0.2.2"}]}}, "rules": [{"pool": "one"}]},
}


@pytest.fixture
def service(request) -> Service:
    SERVICES.pop(request.node.name, None)
    return SERVICES[request.node.name]


def provider(request, kind: type[ScriptedProvider] = ScriptedProvider) -> OctodnsProvider:
    return made(OctodnsProvider, f"{kind.__module__}.{kind.__name__}", account=request.node.name)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (DYNAMIC, "dynamic record of octoDNS"),
        ({**PLAIN, "octodns": {"healthcheck": {"path": "/up"}}}, "has settings of octoDNS: healthcheck"),
        ({**PLAIN, "octodns": {"cloudflare": {"proxied": True}}}, "has settings of octoDNS: cloudflare"),
        ({"type": "A", "ttl": 300, "values": ["192.0.2.1", "192.0.2.1"]}, "reads more of it than an RRset holds"),
        ({"type": "TXT", "ttl": 300, "value": "b\u00fccher"}, "no sure reading"),
        ({"type": "MX", "ttl": 300, "value": {"preference": 70000, "exchange": "a.example.net."}}, "70000"),
    ],
)
def test_what_no_rrset_holds_is_kept(request, service, data, words):
    service.zones[ZONE.name] = {("odd", data["type"]): data, ("www", "A"): PLAIN}
    live = provider(request).read(ZONE)
    assert set(live.rrsets) == {Key("www.example.com.", "A")}
    (kept,) = live.kept
    assert (kept.name, kept.type) == ("odd.example.com.", data["type"])
    assert words in kept.description


def test_one_that_does_not_say_whether_the_zone_is_there_is_believed_only_with_records(request, service):
    mute = provider(request, MuteProvider)
    with pytest.raises(Unavailable, match="does not say whether the zone is there"):
        mute.read(ZONE)
    service.zones[ZONE.name] = {("www", "A"): PLAIN}
    assert set(mute.read(ZONE).rrsets) == {Key("www.example.com.", "A")}


def test_each_read_is_by_an_object_that_remembers_nothing(request, service):
    service.zones[ZONE.name] = {("www", "A"): PLAIN}
    one = provider(request)
    first = one.read(ZONE)
    service.zones[ZONE.name]["new", "A"] = PLAIN
    assert one.read(ZONE).rrsets.keys() - first.rrsets.keys() == {Key("new.example.com.", "A")}


def test_assigned_name_servers_are_told_where_the_class_is_known_to_keep_them(request, service, monkeypatch):
    service.zones[ZONE.name] = {("www", "A"): PLAIN}
    path = f"{TellingProvider.__module__}.TellingProvider"
    assert provider(request, TellingProvider).read(ZONE).nameservers == ()
    monkeypatch.setattr(traits, "KNOWN", {path: traits.Traits(tells="assigned")})
    telling = provider(request, TellingProvider)
    assert telling.capabilities.assigns_nameservers
    assert telling.read(ZONE).nameservers == ("ns1.scripted.example.", "ns2.scripted.example.")
