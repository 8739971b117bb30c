"""Private zones are visible in the networks that are wanted, and never in none."""

import pytest

from tests.fakes.route53 import error
from tests.route53.conftest import QUICK, ZONE, Make, read
from zonesync.provider.abilities import HasNetworks
from zonesync.provider.contract import ApexNs, Creation, Outcome
from zonesync.provider.errors import Denied, Rejected, Unavailable
from zonesync_route53 import Route53Provider

ONE, TWO, THREE = "eu-west-1/vpc-00000001", "us-east-1/vpc-00000002", "us-east-1/vpc-00000003"
ASSOCIATE, DISASSOCIATE = "/associatevpc$", "/disassociatevpc$"


@pytest.fixture
def provider(make: Make) -> Route53Provider:
    return make(private="true", networks=[TWO, ONE])


def share(provider, *networks, live=None):
    return list(provider.set_networks(live or read(provider), networks))


def test_it_says_that_zones_are_visible_in_networks(provider, make):
    assert isinstance(provider, HasNetworks)
    assert provider.capabilities.networks
    assert not make().capabilities.networks
    assert provider.capabilities.apex_ns is ApexNs.FIXED


def test_networks_are_spelled_one_way(provider):
    assert provider.networks == (ONE, TWO)
    assert provider.spell_network(" EU-West-1/VPC-0A1B2C3D ") == "eu-west-1/vpc-0a1b2c3d"


@pytest.mark.parametrize("text", ["", "vpc-00000001", "eu-west-1", "eu-west-1/net", "eu-west-1/vpc-xyz", "a/b/c"])
def test_what_is_no_network_is_refused_with_an_example(provider, text):
    with pytest.raises(ValueError, match="eu-west-1/vpc-0a1b2c3d"):
        provider.spell_network(text)


def test_a_new_zone_is_visible_in_all_that_are_configured(provider, fake):
    live = provider.create(ZONE)
    assert live.networks == (ONE, TWO) == read(provider).networks
    assert live.nameservers == ()


def test_the_zones_own_networks_come_before_the_configured_ones(provider):
    assert provider.create(ZONE, Creation(networks=(THREE,))).networks == (THREE,)


def test_a_private_zone_without_a_network_cannot_be_made(make):
    with pytest.raises(Rejected, match="at least one network"):
        make(private="true").create(ZONE)


def test_an_association_that_fails_after_the_creation_says_that_there_is_a_zone(provider, fake):
    fake.deny.add("AssociateVPCWithHostedZone")
    with pytest.raises(Unavailable, match=r"is created, but: AccessDenied.*AssociateVPCWithHostedZone"):
        provider.create(ZONE)
    fake.deny.clear()
    live = read(provider)
    assert live.networks == (ONE,)
    assert {receipt.outcome for receipt in share(provider, ONE, TWO, live=live)} == {Outcome.APPLIED}


def test_what_is_missing_comes_first_and_what_is_too_much_goes_last(provider, fake):
    provider.create(ZONE)
    fake.log.clear()
    receipts = share(provider, TWO, THREE)
    assert [receipt.words for receipt in receipts] == [f"{THREE}: associated", f"{ONE}: disassociated"]
    assert [entry.request.path.rsplit("/", 1)[-1] for entry in fake.log if entry.request.method == "POST"] == [
        "associatevpc",
        "disassociatevpc",
    ]
    assert read(provider).networks == (TWO, THREE)
    provider.wait(receipts)
    assert not any(receipt.changes for receipt in receipts)


def test_all_networks_can_be_exchanged_and_the_zone_is_never_in_none(provider):
    provider.create(ZONE)
    assert {receipt.outcome for receipt in share(provider, THREE)} == {Outcome.APPLIED}
    assert read(provider).networks == (THREE,)


def test_nothing_to_do_is_no_receipt(provider):
    provider.create(ZONE)
    assert share(provider, TWO, ONE) == []


def test_no_network_at_all_is_refused(provider, fake):
    provider.create(ZONE)
    assert [receipt.outcome for receipt in share(provider)] == [Outcome.REJECTED]
    assert read(provider).networks == (ONE, TWO)


def test_networks_changed_by_somebody_else_are_a_conflict(provider, fake):
    live = provider.create(ZONE)
    fake.account.zones[live.provider_id].vpcs.append(("us-east-1", "vpc-00000009"))
    (receipt,) = share(provider, ONE, live=live)
    assert receipt.outcome is Outcome.CONFLICT
    assert "vpc-00000009" in receipt.words
    assert not fake.requests("POST", DISASSOCIATE)


def test_a_refused_network_stops_the_rest(provider, fake):
    provider.create(ZONE)
    fake.fail(method="POST", path=ASSOCIATE, answer=error("InvalidVPCId", "The VPC is not there"))
    first, second = share(provider, TWO, THREE)
    assert (first.outcome, second.outcome) == (Outcome.REJECTED, Outcome.REJECTED)
    assert first.words == f"{THREE}: InvalidVPCId: The VPC is not there"
    assert second.words.startswith(f"{ONE}: not tried")
    assert read(provider).networks == (ONE, TWO)


@pytest.mark.parametrize("path", [ASSOCIATE, DISASSOCIATE])
def test_a_lost_answer_is_found_out_by_reading(provider, fake, path):
    provider.create(ZONE)
    fake.fail(method="POST", path=path, drop="after")
    assert {receipt.outcome for receipt in share(provider, TWO, THREE)} == {Outcome.APPLIED}
    assert read(provider).networks == (TWO, THREE)


@pytest.mark.parametrize("unread", [False, True])
def test_a_call_that_was_lost_is_unknown(provider, fake, unread):
    live = provider.create(ZONE)
    fake.fail(method="POST", path=ASSOCIATE, drop="before")
    if unread:
        fake.fail(method="GET", skip=1, times=QUICK.attempts, drop="before")
    first, second = share(provider, TWO, THREE, live=live)
    assert (first.outcome, second.outcome) == (Outcome.UNKNOWN, Outcome.REJECTED)
    assert read(provider).networks == (ONE, TWO)


def test_a_permission_that_lacks_is_raised(provider, fake):
    provider.create(ZONE)
    fake.deny.add("DisassociateVPCFromHostedZone")
    with pytest.raises(Denied) as raised:
        share(provider, ONE)
    assert raised.value.hint == "allow `route53:DisassociateVPCFromHostedZone`"
