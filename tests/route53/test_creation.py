"""A zone is made once, however often the answer is lost, and never beside one of its name."""

import re

import pytest

from tests.fakes.route53 import error
from tests.route53.conftest import ZONE, apply, read, rrset
from zonesync.model.change import Change
from zonesync.model.zone import ZoneId
from zonesync.provider.contract import Creation, Outcome
from zonesync.provider.errors import Conflict, Denied, Rejected, Unavailable

CREATE = r"/hostedzone$"
HOW = Creation(reference="plan-1 example.com")


def test_a_zone_is_made_with_the_reference_of_the_plan(fake, provider):
    live = provider.create(ZONE, HOW)
    assert fake.account.zones[live.provider_id].reference == HOW.reference
    assert live.rrsets.keys() == read(provider).rrsets.keys()
    assert live.nameservers == read(provider).nameservers


def test_without_a_reference_each_creation_has_its_own(fake, provider):
    one, other = (provider.create(ZoneId(name)).provider_id for name in ("a.example.", "b.example."))
    assert fake.account.zones[one].reference != fake.account.zones[other].reference


def test_a_long_reference_is_shortened_to_what_the_service_takes(fake, provider):
    live = provider.create(ZONE, Creation(reference="x" * 300))
    assert re.fullmatch(r"zonesync-[0-9a-f]{64}", fake.account.zones[live.provider_id].reference)


@pytest.mark.parametrize("fault", [{"drop": "after"}, {"answer_after": error("InternalFailure", "oh", 500)}], ids=str)
def test_a_creation_whose_answer_is_lost_is_found_by_its_reference(fake, provider, fault):
    fake.fail(method="POST", path=CREATE, **fault)
    live = provider.create(ZONE, HOW)
    assert fake.zone_ids(ZONE.name) == [live.provider_id]
    assert len(fake.requests("POST", CREATE)) == 1
    assert len(live.nameservers) == 4


def test_a_creation_that_did_not_arrive_is_sent_again(fake, provider):
    fake.fail(method="POST", path=CREATE, drop="before")
    live = provider.create(ZONE, HOW)
    assert fake.zone_ids(ZONE.name) == [live.provider_id]
    assert len(fake.requests("POST", CREATE)) == 2


def test_a_creation_that_never_arrives_is_unavailable(fake, provider):
    fake.fail(method="POST", path=CREATE, times=1000, drop="before")
    with pytest.raises(Unavailable):
        provider.create(ZONE, HOW)
    assert fake.zone_names() == []


def test_a_lost_creation_that_the_list_does_not_show_yet_is_found_at_the_next_try(fake, provider):
    fake.fail(method="POST", path=CREATE, drop="after")
    hidden = []

    def hide(answer):
        hidden.append(answer)
        body = re.sub(rb"<HostedZone>.*?</HostedZone>", b"", answer.body, flags=re.DOTALL)
        return type(answer)(answer.status, body, answer.headers, answer.content_type)

    fake.fail(path="/hostedzonesbyname", skip=1, rewrite=hide)
    live = provider.create(ZONE, HOW)
    # The second call met 409 HostedZoneAlreadyExists, and the zone was ours.
    assert len(hidden) == 1
    assert fake.zone_ids(ZONE.name) == [live.provider_id]


def test_somebody_elses_zone_of_that_name_is_a_conflict_and_no_second_one_is_made(fake, provider):
    theirs = fake.create_zone(ZONE.name)
    with pytest.raises(Conflict, match=theirs):
        provider.create(ZONE, HOW)
    assert fake.zone_ids(ZONE.name) == [theirs]
    assert not fake.requests("POST")


def test_a_private_zone_of_the_name_is_in_nobodys_way(fake, provider):
    fake.create_zone(ZONE.name, private=True)
    provider.create(ZONE)
    assert len(fake.zone_ids(ZONE.name)) == 2


def test_a_reference_used_long_ago_is_a_conflict(fake, provider):
    live = provider.create(ZONE, HOW)
    del fake.account.zones[live.provider_id]
    with pytest.raises(Conflict, match="HostedZoneAlreadyExists"):
        provider.create(ZONE, HOW)


def test_a_reusable_delegation_set_gives_the_name_servers(fake, make):
    reusable = fake.create_delegation_set()
    provider = make(delegation_set=f"/delegationset/{reusable}")
    one, other = (provider.create(ZoneId(name)) for name in ("a.example.", "b.example."))
    assert one.nameservers == other.nameservers
    assert len(one.nameservers) == 4


def test_an_unknown_delegation_set_is_refused_in_the_services_words(make, fake):
    with pytest.raises(Rejected, match="NoSuchDelegationSet"):
        make(delegation_set="N0000000").create(ZONE)
    assert fake.zone_names() == []


def test_a_zone_with_a_given_id_cannot_be_made(make):
    with pytest.raises(Rejected, match="Z0123"):
        make(zone_id="Z0123").create(ZONE)


def test_a_permission_that_lacks_for_creating_is_named(fake, provider):
    fake.deny.add("CreateHostedZone")
    with pytest.raises(Denied) as raised:
        provider.create(ZONE)
    assert raised.value.hint == "allow `route53:CreateHostedZone`"
    assert (raised.value.provider, raised.value.zone) == ("aws", "example.com")


def test_a_zone_that_was_made_and_cannot_be_read_is_not_told_as_nothing(fake, provider):
    fake.deny.add("ListResourceRecordSets")
    with pytest.raises(Unavailable, match="is created, but: AccessDenied"):
        provider.create(ZONE)
    assert fake.zone_names() == [ZONE.name]


def test_a_new_zone_is_among_those_listed_before(fake, provider):
    assert list(provider.zones()) == []
    live = provider.create(ZONE)
    assert [ref.provider_id for ref in provider.zones()] == [live.provider_id]
    assert read(provider).provider_id == live.provider_id


def test_what_comes_with_a_new_zone_can_be_changed_at_once(fake, provider):
    live = provider.create(ZONE)
    old = live.rrsets[(ZONE.name, "NS")]
    new = rrset("@", "NS", *old.rdatas, "ns1.example.net.", ttl=86400)
    assert apply(provider, live, Change(old, new))[0].outcome is Outcome.APPLIED


def test_a_lost_creation_that_cannot_be_looked_for_is_unavailable(fake, provider):
    fake.fail(method="POST", path=CREATE, drop="after", run=lambda: fake.deny.add("ListHostedZonesByName"))
    with pytest.raises(Unavailable, match="may have been created"):
        provider.create(ZONE, HOW)
    fake.deny.clear()
    assert fake.zone_names() == [ZONE.name]


def test_a_service_that_is_not_reached_has_made_nothing(fake, provider, make):
    far = make(endpoint=fake.url.replace("127.0.0.1", "127.0.0.2"))
    with pytest.raises(Unavailable) as raised:
        far.create(ZONE)
    assert not raised.value.sent
