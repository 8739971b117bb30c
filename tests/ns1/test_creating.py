"""A zone is created once, or found to be created."""

import pytest

from tests.fakes.kit import Answer
from tests.ns1.conftest import QUICK
from tests.ns1.support import APEX, ZONE, a, apply, hosted, key
from zonesync.model.change import Change
from zonesync.model.zone import ZoneId
from zonesync.provider.errors import Conflict, Denied, Rejected, Unavailable
from zonesync_ns1 import Ns1Provider

PATH = r"/zones/example\.com$"


def test_a_zone_comes_with_soa_and_ns_and_costs_three_calls(provider, fake):
    live = provider.create(ZONE)
    assert set(live.rrsets) == {key("@", "SOA"), key("@", "NS")}
    assert len(live.nameservers) == 4
    assert [entry.request.method for entry in fake.log] == ["GET", "PUT", "GET"]


def test_a_zone_is_created_in_the_networks_of_the_configuration(fake, api_key):
    fake.account.networks = frozenset({0, 7, 9})
    provider = Ns1Provider("ns1", api_key=api_key, endpoint=fake.url, networks=["7", "9"], budget=QUICK)
    live = provider.create(ZONE)
    assert fake.zone_fields(APEX)["networks"] == [7, 9]
    assert len(live.nameservers) == 8


def test_a_network_that_is_not_there_is_refused_in_the_services_words(fake, api_key):
    provider = Ns1Provider("ns1", api_key=api_key, endpoint=fake.url, networks=["7"], budget=QUICK)
    with pytest.raises(Rejected, match="network 7 not found"):
        provider.create(ZONE)


def test_a_zone_that_exists_is_a_conflict_and_stays(provider):
    live = hosted(provider, a("www"))
    with pytest.raises(Conflict):
        provider.create(ZONE)
    assert provider.read(ZONE) == live


@pytest.mark.parametrize("status", [400, 409])
def test_a_name_that_another_zone_serves_is_a_conflict(provider, fake, status):
    fake.account.exists = status
    fake.create_zone("inside.", zone="example.com")
    with pytest.raises(Conflict, match="FQDN already exists"):
        provider.create(ZONE)


def test_a_zone_of_a_view_is_created_under_the_name_it_is_given(fake, api_key):
    inside = ZoneId("example.com.", "inside")
    provider = Ns1Provider(
        "ns1", api_key=api_key, endpoint=fake.url, zone_id={"example.com@inside": "ex-inside"}, budget=QUICK
    )
    assert provider.create(inside).provider_id == "ex-inside"
    assert fake.zone_fields("ex-inside.")["zone"] == "example.com"
    live = provider.read(inside)
    assert apply(provider, live, [Change(None, a("www"))]) == ["applied"]
    assert key("www", "A") in provider.read(inside).rrsets


@pytest.mark.parametrize(
    "fault",
    [{"drop": "after"}, {"drop": "before"}, {"answer_after": Answer(500)}, {"answer": Answer(503)},
     {"answer_after": Answer(200, b"")}],
)  # fmt: skip
def test_a_lost_answer_makes_no_second_zone_and_no_error(provider, fake, fault):
    fake.fail(method="PUT", **fault)
    assert set(provider.create(ZONE).rrsets) == {key("@", "SOA"), key("@", "NS")}
    assert fake.zone_names() == [APEX]


def test_a_zone_that_somebody_filled_while_the_answer_was_lost_is_a_conflict(provider, fake):
    fake.fail(method="PUT", drop="after")
    edit = {"run": lambda: fake.edit(APEX, f"www.{APEX}", "A", 60, ["192.0.2.1"])}
    fake.fail(method="GET", path=PATH, skip=1, **edit)
    with pytest.raises(Conflict, match="somebody has filled it"):
        provider.create(ZONE)


def test_answers_that_are_lost_again_are_unavailable(provider, fake):
    fake.fail(method="PUT", times=9, drop="before")
    with pytest.raises(Unavailable):
        provider.create(ZONE)
    assert len(fake.requests("PUT")) == 2


def test_a_key_that_may_not_create_is_denied(provider, fake):
    fake.deny.add(("PUT", "zone"))
    with pytest.raises(Denied, match=r"ns1 example\.com: your API key has no permission") as raised:
        provider.create(ZONE)
    assert "dns.manage_zones" in raised.value.hint
    assert not fake.zone_names()
