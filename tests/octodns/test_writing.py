"""What becomes of changes at a service that is not to be trusted: receipts are what a read tells."""

import pytest

from tests.octodns.scripted import SERVICES, ScriptedProvider, Service
from tests.octodns.support import made
from zonesync.model.change import Change
from zonesync.model.rrset import Key, RRset
from zonesync.model.zone import ZoneId
from zonesync.provider.contract import Outcome
from zonesync.provider.errors import Denied, Unavailable
from zonesync.provider.permit import NoLeaveError, asking
from zonesync_octodns import OctodnsProvider

ZONE = ZoneId("example.com.")
PATH = f"{ScriptedProvider.__module__}.ScriptedProvider"


@pytest.fixture
def service(request) -> Service:
    SERVICES.pop(request.node.name, None)
    service = SERVICES[request.node.name]
    service.zones[ZONE.name] = {
        ("", "NS"): {"type": "NS", "ttl": 3600, "values": ["ns1.scripted.example."]},
        ("www", "A"): {"type": "A", "ttl": 300, "value": "192.0.2.1"},
    }
    return service


@pytest.fixture
def provider(request, service) -> OctodnsProvider:
    return made(OctodnsProvider, PATH, account=request.node.name, token="a-token-of-some-length")


def a(owner: str, value: str = "192.0.2.1", ttl: int = 300) -> RRset:
    return RRset.of(f"{owner}.{ZONE.name}", "A", ttl, [value])


def applied(provider, *changes):
    live = provider.read(ZONE)
    return {
        change.key.name.partition(".")[0]: (receipt.outcome, receipt.words)
        for receipt in provider.apply(live, changes)
        for change in receipt.changes
    }


def test_changes_go_in_one_batch_that_is_read_once_before_and_once_after(provider, service):
    live = provider.read(ZONE)
    before = service.reads
    receipts = list(provider.apply(live, [Change(None, a(f"n{number}")) for number in range(20)]))
    assert [receipt.outcome for receipt in receipts] == [Outcome.APPLIED]
    assert (service.reads - before, service.writes) == (2, 20)


def test_what_is_taken_and_not_done_is_not_said_to_be_applied(provider, service):
    service.ignores = lambda name: name == "lost"
    found = applied(provider, Change(None, a("kept")), Change(None, a("lost")))
    assert found["kept"] == (Outcome.APPLIED, "")
    assert found["lost"] == (Outcome.REJECTED, "octoDNS took it without a word, and it was not done")


def test_what_the_service_makes_of_a_value_is_not_said_to_be_applied(provider, service):
    service.alters = lambda data: {**data, "ttl": max(data["ttl"], 600)}
    outcome, words = applied(provider, Change(None, a("short", ttl=60)))["short"]
    assert outcome is Outcome.UNKNOWN
    assert "neither what was nor what is to be" in words


def test_a_refused_change_is_told_apart_from_those_that_went_through_before_and_after(provider, service):
    changes = [Change(None, a(name)) for name in ("a1", "a2", "refused", "z1", "z2")]
    found = applied(provider, *changes)
    assert found.pop("refused") == (Outcome.REJECTED, "`refused` is refused")
    assert {outcome for outcome, _ in found.values()} == {Outcome.APPLIED}
    assert {name for name, rtype in service.zones[ZONE.name] if rtype == "A"} == {"www", "a1", "a2", "z1", "z2"}


def test_an_edit_before_octodns_reads_is_a_conflict(provider, service):
    live = provider.read(ZONE)
    service.zones[ZONE.name]["www", "A"] = {"type": "A", "ttl": 300, "value": "198.51.100.1"}
    (receipt,) = provider.apply(live, [Change(a("www"), a("www", "192.0.2.2"))])
    assert receipt.outcome is Outcome.CONFLICT
    assert service.zones[ZONE.name]["www", "A"]["value"] == "198.51.100.1"


def test_an_edit_between_octodns_read_and_its_write_is_overwritten_as_documented(provider, service):
    live = provider.read(ZONE)
    theirs = {"type": "A", "ttl": 300, "value": "198.51.100.1"}
    service.meanwhile = lambda: service.zones[ZONE.name].update({("www", "A"): theirs})
    (receipt,) = provider.apply(live, [Change(a("www"), a("www", "192.0.2.2"))])
    assert receipt.outcome is Outcome.APPLIED
    assert service.zones[ZONE.name]["www", "A"]["value"] == "192.0.2.2"


def test_a_plan_of_octodns_with_anything_besides_is_not_carried_out(request, service):
    provider = made(OctodnsProvider, PATH, account=request.node.name, extra="true")
    assert applied(provider, Change(None, a("new"))) == {
        "new": (Outcome.REJECTED, "octoDNS would change extra.example.com. A besides")
    }
    assert not service.writes


def test_a_zone_that_has_gone_is_a_conflict_and_does_not_come_back(provider, service):
    live = provider.read(ZONE)
    del service.zones[ZONE.name]
    (receipt,) = provider.apply(live, [Change(None, a("new"))])
    assert (receipt.outcome, receipt.words) == (Outcome.CONFLICT, "the zone is no longer there")
    assert ZONE.name not in service.zones


def test_a_denied_write_in_the_middle_is_raised_after_what_was_done_is_told(provider, service):
    service.faults += ["well", "denied"]
    live = provider.read(ZONE)
    receipts = provider.apply(live, [Change(None, a("a")), Change(None, a("b"))])
    done = next(receipts)
    with pytest.raises(Denied) as raised:
        next(receipts)
    assert "a-token-of-some-length" not in str(raised.value)
    assert raised.value.hint
    assert [(done.outcome, change.key.name) for change in done.changes] == [(Outcome.APPLIED, "a.example.com.")]
    assert set(service.zones[ZONE.name]) == {("", "NS"), ("www", "A"), ("a", "A")}


def test_a_write_that_cannot_be_read_back_after_a_lost_answer_is_not_known(provider, service):
    live = provider.read(ZONE)
    service.faults += ["after", "cut"]
    receipts = list(provider.apply(live, [Change(None, a("a")), Change(None, a("b"))]))
    assert [receipt.outcome for receipt in receipts] == [Outcome.UNKNOWN]
    assert "what became of it is unread" in receipts[0].words
    assert "a-token-of-some-length" not in receipts[0].words


def test_a_write_that_is_lost_twice_is_not_known_and_the_rest_not_tried(provider, service):
    service.faults += ["before", "before"]
    live = provider.read(ZONE)
    changes = [Change(None, a(f"n{number:03}")) for number in range(250)]
    first, rest = provider.apply(live, changes)
    assert (first.outcome, len(first.changes)) == (Outcome.UNKNOWN, 200)
    assert (rest.outcome, len(rest.changes)) == (Outcome.REJECTED, 50)
    assert "not tried" in rest.words


def test_without_leave_a_lost_write_is_not_sent_again(provider, service):
    live = provider.read(ZONE)
    service.faults.append("before")
    asked = []

    def once() -> None:
        asked.append(1)
        if len(asked) > 1:
            raise NoLeaveError("no leave")

    with asking(once):
        (receipt,) = provider.apply(live, [Change(None, a("new"))])
    assert receipt.outcome is Outcome.UNKNOWN
    assert service.writes == 1


def test_a_cname_beside_other_data_is_refused_before_it_is_sent(provider, service):
    alias = RRset.of(f"www.{ZONE.name}", "CNAME", 300, ["a.example.net."])
    outcome, words = applied(provider, Change(None, alias))["www"]
    assert outcome is Outcome.REJECTED
    assert "the only record at its name" in words
    assert not service.writes


def test_the_ns_records_of_the_apex_are_changed_and_never_deleted(provider, service):
    old = provider.read(ZONE).rrsets[Key(ZONE.name, "NS")]
    new = RRset.of(ZONE.name, "NS", 60, ["ns1.example.net.", "ns2.example.net."])
    assert {outcome for outcome, _ in applied(provider, Change(old, None)).values()} == {Outcome.REJECTED}
    assert {outcome for outcome, _ in applied(provider, Change(old, new)).values()} == {Outcome.APPLIED}
    assert provider.read(ZONE).rrsets[new.key] == new


def test_a_failed_read_is_no_zone_and_tells_no_secret(provider, service):
    service.zones[ZONE.name]["a", "A"] = {"type": "A", "ttl": 300, "value": "192.0.2.1"}
    service.faults.append("cut")
    with pytest.raises(Unavailable) as raised:
        provider.read(ZONE)
    assert (raised.value.provider, raised.value.zone) == ("octo", "example.com")
    assert "***" in raised.value.words
