"""What is asked of the service: no more than needed, and of a pending change not too often."""

import pytest

from tests.fakes.route53 import Route53Fake
from tests.fakes.route53_state import Limits
from tests.route53.conftest import QUICK, RRSET, ZONE, apply, host, read, rrset
from zonesync.model.change import Change
from zonesync.provider.abilities import Counted
from zonesync.provider.contract import Outcome, Receipt
from zonesync.provider.errors import NotFound, Unavailable
from zonesync_route53 import Route53Provider
from zonesync_route53.account import DEFAULT_RRSETS
from zonesync_route53.waiting import PATIENCE

CHANGE = "/change/"


class Naps:
    """Counts seconds instead of sleeping them."""

    def __init__(self):
        self.taken = []

    def __call__(self, seconds):
        self.taken.append(seconds)


def at(fake, naps=lambda _: None):
    return Route53Provider("aws", endpoint=fake.url, rate="100000", budget=QUICK, poll=naps)


def called(fake):
    return [(entry.request.method, entry.request.path.rstrip("/").rsplit("/", 1)[-1]) for entry in fake.log]


def test_a_large_zone_costs_the_least_number_of_calls(fake):
    provider = at(fake)
    live = provider.create(ZONE)
    receipts = apply(provider, live, *(Change(None, rrset(f"h{n}", "A", "192.0.2.1")) for n in range(5000)))
    provider.wait(receipts)
    assert len(fake.requests("POST", RRSET)) == 5
    # Look-up, creation, one page, five batches, one look at the last change for each of the polls that it takes.
    assert len(fake.log) == 3 + 5 + len(fake.requests("GET", CHANGE))
    assert len(fake.requests("GET", CHANGE)) <= 2
    fake.log.clear()
    assert len(read(at(fake)).rrsets) == 5002
    assert len(fake.requests("GET", RRSET)) == 17
    assert len(fake.log) == 17 + 2


def test_calls_are_counted(fake):
    provider = at(fake)
    assert isinstance(provider, Counted)
    host(provider)
    assert provider.counts.calls == len(fake.log)
    assert provider.counts.retries == 0


def test_two_providers_of_one_account_share_one_bucket(fake):
    one, other = at(fake), at(fake)
    for provider in (one, other):
        provider.read(ZONE)
    assert one._client._connected()[1].bucket is other._client._connected()[1].bucket


def test_waiting_asks_at_once_and_then_after_longer_and_longer_pauses():
    naps = Naps()
    with Route53Fake(insync_after=4) as fake:
        provider = at(fake, naps)
        receipts = apply(provider, provider.create(ZONE), Change(None, rrset("www", "A", "192.0.2.1")))
        provider.wait(receipts)
        asked = len(fake.requests("GET", CHANGE))
        assert naps.taken == [0.25 * 2**look for look in range(asked - 1)]
        provider.wait(receipts)
        assert len(fake.requests("GET", CHANGE)) == asked


def test_of_one_zone_the_last_change_alone_is_asked_for(fake):
    provider = at(fake)
    live = provider.create(ZONE)
    receipts = [
        receipt for n in range(3) for receipt in apply(provider, live, Change(None, rrset(f"h{n}", "A", "192.0.2.1")))
    ]
    provider.wait(receipts)
    assert {request.path.rsplit("/", 1)[-1] for request in fake.requests("GET", CHANGE)} == {receipts[-1].change_id}


def test_a_change_that_stays_pending_is_unavailable_in_the_end():
    naps = Naps()
    with Route53Fake(insync_after=10**6) as fake:
        provider = at(fake, naps)
        receipts = apply(provider, provider.create(ZONE), Change(None, rrset("www", "A", "192.0.2.1")))
        with pytest.raises(Unavailable, match="still pending") as raised:
            provider.wait(receipts)
        assert raised.value.provider == "aws"
        assert PATIENCE <= sum(naps.taken) < PATIENCE + max(naps.taken)


def test_only_what_was_applied_is_waited_for(fake):
    provider = at(fake)
    provider.wait(
        [Receipt((), Outcome.REJECTED, "C1"), Receipt((), Outcome.APPLIED), Receipt((), Outcome.UNKNOWN, "C2")]
    )
    provider.wait([])
    assert not fake.log
    with pytest.raises(NotFound):
        provider.wait([Receipt((), Outcome.APPLIED, "C0000000")])


def test_the_limit_of_a_zone_is_asked_for_only_near_to_it(fake):
    provider = at(fake)
    live = host(provider)
    fake.log.clear()
    assert provider.capabilities_for(live, 9000).max_rrsets == DEFAULT_RRSETS == provider.capabilities.max_rrsets
    assert not fake.log
    fake.account.limits = Limits(rrsets=25000)
    assert provider.capabilities_for(live, 9001).max_rrsets == 25000
    assert len(fake.log) == 1


def test_quotas_are_those_of_the_account_and_of_each_zone(fake):
    provider = at(fake)
    host(provider, rrset("www", "A", "192.0.2.1"))
    fake.create_zone("private.example.", private=True)
    assert [(quota.name, quota.zone, quota.limit, quota.used) for quota in provider.quotas()] == [
        ("hosted zones", "", 500, 2),
        ("RRsets in the zone", "example.com.", 10000, 3),
    ]
