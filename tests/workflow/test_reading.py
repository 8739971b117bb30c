"""Listing before reading, as many at a time as asked for, and what one zone can hold."""

import threading
from dataclasses import replace

import pytest

from tests.planning import NOW, ZONE, Folder, found_in
from zonesync import workflow
from zonesync.model.rrset import RRset
from zonesync.model.zone import ZoneId
from zonesync.provider.abilities import Counts
from zonesync.provider.contract import AliasSupport, ApexNs, Capabilities
from zonesync.provider.errors import Denied, Unavailable
from zonesync.provider.memory import MemoryProvider
from zonesync.provider.memory_character import Character
from zonesync.provider.memory_private import PrivateMemoryProvider
from zonesync.workflow.reading import read_zones

WWW = {"www": {"A": "192.0.2.1"}}


class Watched(MemoryProvider):
    """Notes which calls come in which order."""

    def __init__(self, name, **more):
        super().__init__(name, **more)
        self.calls = []
        self.problem = None

    def zones(self):
        self.calls.append("zones")
        if self.problem:
            raise self.problem
        yield from super().zones()

    def read(self, zone):
        self.calls.append(str(zone))
        return super().read(zone)

    def asked(self):
        calls, self.calls = self.calls, []
        return calls


def project(tmp_path, *services, **config):
    folder = Folder(tmp_path, {one.name: {"type": "memory"} for one in services}, config)
    folder.services = {one.name: one for one in services}
    folder.find = found_in(folder.services)
    return folder


@pytest.fixture
def cloud(tmp_path):
    folder = project(tmp_path, Watched("a"))
    for name in ("example.com", "example.org", "example.net"):
        folder.zone(WWW, name)
    return folder


def test_zones_are_listed_once_and_before_any_is_read(cloud):
    cloud.plan(find=cloud.find)
    first, *rest = cloud.services["a"].asked()
    assert first == "zones"
    assert sorted(rest) == ["example.com", "example.net", "example.org"]


def test_who_asks_for_one_zone_pays_for_no_list(cloud):
    cloud.plan("example.com", find=cloud.find)
    assert cloud.services["a"].asked() == ["example.com"]


def test_the_list_that_came_first_tells_of_orphans(cloud):
    cloud.apply_now(find=cloud.find)
    cloud.remove("example.org")
    cloud.services["a"].asked()
    planning = cloud.plan(find=cloud.find)
    assert [(one.rule, one.zone) for one in planning.warnings] == [("orphan-zone", "example.org")]
    assert cloud.services["a"].asked().count("zones") == 1


def test_a_zone_with_a_view_is_no_orphan_where_a_service_lists_names_alone(tmp_path):
    class Nameless(Watched):
        def zones(self):
            yield from (replace(ref, id=ZoneId(ref.id.name)) for ref in super().zones())

    folder = project(tmp_path, Nameless("a"))
    folder.zone(WWW, "example.com", view="internal")
    folder.apply_now(find=folder.find)
    assert folder.plan(find=folder.find).warnings == ()


def test_orphans_that_nobody_wants_to_know_of_are_no_reason_to_ask_an_unused_provider(tmp_path):
    folder = project(tmp_path, Watched("a"), Watched("b"), defaults={"providers": ["a"]})
    folder.zone(WWW)
    folder.plan(find=folder.find)
    assert [one.asked()[:1] for one in folder.services.values()] == [["zones"], ["zones"]]
    folder.config["lint"] = {"ignore": ["orphan-zone"]}
    folder.write_config()
    assert folder.plan(find=folder.find).warnings == ()
    assert [one.asked()[:1] for one in folder.services.values()] == [["zones"], []]


@pytest.mark.parametrize("problem", [Denied("no right to list"), Unavailable("no answer")])
def test_a_list_that_fails_fails_no_read(cloud, problem):
    cloud.apply_now(find=cloud.find)
    cloud.services["a"].problem = problem
    planning = cloud.plan(find=cloud.find)
    assert planning.plan.is_complete
    assert planning.plan.is_empty
    assert planning.warnings == ()


class Crowded(MemoryProvider):
    """Counts how many reads are under way at once; holds each until the others are there."""

    def __init__(self, name, expected):
        super().__init__(name)
        self.meeting = threading.Barrier(expected, timeout=120)
        self.lock = threading.Lock()
        self.now = self.most = 0

    def read(self, zone):
        with self.lock:
            self.now += 1
            self.most = max(self.most, self.now)
        self.meeting.wait()
        with self.lock:
            self.now -= 1
        return super().read(zone)


@pytest.mark.parametrize("readers", [1, 3])
def test_as_many_zones_are_read_at_a_time_as_asked_for(tmp_path, readers):
    folder = project(tmp_path, Crowded("a", readers))
    for number in range(6):
        folder.zone(WWW, f"z{number}.example")
    assert folder.plan(find=folder.find, readers=readers).plan.is_complete
    assert folder.services["a"].most == readers


# What the service itself says of a zone
class Limited(MemoryProvider):
    """A service with a limit of its own for each zone."""

    def __init__(self, name, limit=100):
        super().__init__(name)
        self.limit = limit
        self.counted = []

    def capabilities_for(self, live, rrsets):
        self.counted.append((live.id, rrsets))
        if isinstance(self.limit, Exception):
            raise self.limit
        return Capabilities(types=None, apex_ns=ApexNs.NON_EMPTY, premade_apex=True, max_rrsets=self.limit)


def test_the_limits_of_a_live_zone_come_from_the_service(tmp_path):
    folder = project(tmp_path, Limited("a"))
    folder.zone(WWW)
    assert folder.apply_now(find=folder.find).is_complete
    assert folder.services["a"].counted == [], "a zone that is not there yet has no limits of its own"
    folder.zone({**WWW, "ftp": {"A": "192.0.2.1"}})
    assert not folder.plan(find=folder.find).plan.refusals
    assert folder.services["a"].counted == [(ZONE, 4)], "two of the file, NS and SOA"
    folder.services["a"].limit = 3
    assert [one.rule for one in folder.plan(find=folder.find).plan.refusals] == ["too-many-rrsets"]


def test_a_zone_whose_limits_cannot_be_learnt_is_not_read(tmp_path):
    folder = project(tmp_path, Limited("a"))
    folder.zone(WWW)
    folder.apply_now(find=folder.find)
    folder.services["a"].limit = Denied("no right to ask for limits", hint="grant GetLimit")
    made = folder.plan(find=folder.find).plan
    assert [one.words for one in made.unread] == ["no right to ask for limits (grant GetLimit)"]
    assert made.steps == ()


# Forms of a provider's own
class Aliasing(MemoryProvider):
    """Holds an ALIAS within the zone as a copy of the addresses of its target, and no address that ends in 13."""

    def translate(self, zone, rrsets):
        del zone
        found = {key: rrset for key, rrset in rrsets.items() if key.type != "ALIAS"}
        for key, rrset in rrsets.items():
            targets = [rrsets.get((rrset.rdatas[0], rtype)) for rtype in ("A", "AAAA")] if key.type == "ALIAS" else []
            made = [RRset(key.name, one.type, one.ttl, one.rdatas) for one in targets if one]
            found |= {one.key: one for one in made} if made or key.type != "ALIAS" else {key: rrset}
        return found

    def refusal(self, zone, rrset):
        return f"nothing of {zone} ends in 13" if any(text.endswith(".13") for text in rrset.rdatas) else ""


def aliasing(tmp_path):
    return project(tmp_path, Aliasing("a", capabilities={"alias": AliasSupport.TRANSLATED}))


def test_a_provider_that_translates_gets_its_own_forms_and_is_then_in_step(tmp_path):
    folder = aliasing(tmp_path)
    folder.zone({**WWW, "cdn": {"ALIAS": "www"}})
    saved = folder.plan(find=folder.find).plan
    now = workflow.replan(folder.open(), saved, NOW, folder.find)
    assert workflow.refusals(saved, now) == []
    assert folder.carry_out(saved, now).is_complete
    assert folder.services["a"].read(ZONE).rrsets["cdn.example.com.", "A"].rdatas == ("192.0.2.1",)
    assert folder.plan(find=folder.find).plan.is_empty


def test_validate_knows_offline_what_a_provider_translates_and_refuses(tmp_path):
    folder = aliasing(tmp_path)
    folder.zone({"www": {"A": "192.0.2.13"}, "cdn": {"ALIAS": "elsewhere.example.net."}, "ok": {"ALIAS": "www"}})
    checked = workflow.check(folder.open(), (), NOW, folder.find)
    assert sorted((one.rule, one.name.partition(".")[0]) for one in checked.findings if one.is_error) == [
        ("alias-unsupported", "cdn"),
        ("value-unsupported", "ok"),
        ("value-unsupported", "www"),
    ]
    assert "nothing of example.com ends in 13" in str(checked.findings)


def test_validate_knows_offline_which_networks_can_be_none(tmp_path):
    folder = project(tmp_path, PrivateMemoryProvider("a"), MemoryProvider("b", Character.SINGLE))
    folder.zone(WWW, nameservers="unmanaged", networks={"a": ["net-1", "vpc-1"], "b": ["net-1"]})
    checked = workflow.check(folder.open(), (), NOW, folder.find)
    found = [one for one in checked.findings if one.rule in {"bad-network", "networks-unsupported"}]
    assert [(one.rule, one.provider) for one in found] == [("bad-network", "a"), ("networks-unsupported", "b")]
    for finding in found:
        assert finding.place.file == "zones/example.com.yaml"
        assert finding.excerpt
    planned = [one for one in folder.plan(find=folder.find).plan.refusals if one.rule == "bad-network"]
    assert planned == found[:1]
    assert planned[0].excerpt


def test_a_saved_plan_of_networks_is_carried_out(tmp_path):
    folder = project(tmp_path, PrivateMemoryProvider("a", networks=["net-9"]))
    folder.zone(WWW)
    folder.apply_now(find=folder.find)
    folder.zone(WWW, networks={"a": ["net-1"]})
    saved = folder.plan(find=folder.find).plan
    assert [step.kind.value for step in saved.steps] == ["metadata"]
    now = workflow.replan(folder.open(), saved, NOW, folder.find)
    assert workflow.refusals(saved, now) == []
    assert folder.carry_out(saved, now).is_complete
    assert folder.services["a"].read(ZONE).networks == ("net-1",)
    assert folder.plan(find=folder.find).plan.is_empty


def test_what_services_were_asked_is_told_of_those_that_count(tmp_path):
    folder = project(tmp_path, MemoryProvider("a"), MemoryProvider("b", Character.SINGLE))
    folder.services["a"].counts = Counts(7, 2, 1, 0.5)
    folder.zone(WWW)
    assert workflow.calls(folder.plan(find=folder.find)) == {"a": Counts(7, 2, 1, 0.5)}


def test_a_view_is_listed_with_its_view(cloud):
    cloud.services["a"].create(ZoneId("example.com.", "inside"))
    assert [one.zone for one in cloud.plan(find=cloud.find).warnings] == ["example.com@inside"]


class Down(Watched):
    """Answers to nobody."""

    def read(self, zone):
        self.calls.append(str(zone))
        raise Unavailable("no connection", provider=self.name)


def test_who_is_likely_to_be_down_is_asked_for_one_zone_and_no_other(tmp_path):
    folder = project(tmp_path, Down("a"), Watched("b"))
    for name in ("example.com", "example.net", "example.org"):
        folder.zone(WWW, name)
    zones = workflow.load(folder.open(), (), NOW).zones
    config = folder.open().config
    live, unread = read_zones(config, folder.services, zones, lambda: None, 1, ["a", "b"])
    assert folder.services["a"].asked() == ["example.com"]
    assert set(unread) == {(zone.id, "a") for zone in zones}
    assert set(live) == {(zone.id, "b") for zone in zones}
    read_zones(config, folder.services, zones, lambda: None, 1)
    assert len(folder.services["a"].asked()) == len(zones)
