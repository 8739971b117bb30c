"""Faults before and after the commit, somewhere in a large apply: nothing is lost, doubled or overwritten."""

import random

import pytest

from tests.fakes.route53 import error
from tests.route53.conftest import RRSET, apply, host, read, rrset, told
from tests.support.examples import BRIEF, STRESS
from zonesync.model.change import Change
from zonesync.provider.contract import Outcome
from zonesync.provider.errors import ProviderError

CASES = range(150 if STRESS else 1 if BRIEF else 4)
COUNT = 3000 if STRESS else 1500
FAULTS = (
    {"drop": "before"},
    {"drop": "after"},
    {"answer": error("InternalFailure", "before", 500)},
    {"answer_after": error("InternalFailure", "after", 500)},
    {"answer": error("Throttling", "Rate exceeded")},
    {"answer": error("PriorRequestNotComplete", "busy")},
)


def content(number):
    return rrset(f"h{number}", "A", f"192.0.2.{number % 250 + 1}")


def changes_of(chance):
    """Return a creation, update or deletion for each number; what is divided by 3 is there already."""
    for number in range(COUNT):
        old, new = content(number), rrset(f"h{number}", "A", "198.51.100.1", ttl=60)
        yield Change(old, chance.choice([new, None])) if number % 3 == 0 else Change(None, old)


def carried_out(provider, live, changes):
    """Return what became of each change, as far as it was told."""
    outcomes = {}
    try:
        for receipt in provider.apply(live, changes):
            outcomes |= told([receipt])
    except ProviderError:
        pass
    return outcomes


@pytest.mark.parametrize("seed", CASES)
def test_faults_lose_and_double_nothing_and_the_next_run_does_exactly_the_rest(fake, make, seed):
    chance = random.Random(seed)
    provider = make()
    live = host(provider, *(content(number) for number in range(0, COUNT, 3)))
    changes = list(changes_of(chance))
    for _ in range(chance.randrange(1, 4)):
        where = {"skip": chance.randrange(5), "times": chance.randrange(1, 3)}
        fake.fail(method="POST", path=RRSET, **where, **chance.choice(FAULTS))
    if chance.random() < 0.3:
        fake.fail(method="GET", path=RRSET, skip=chance.randrange(3), times=20, drop="before")
    outcomes = carried_out(provider, live, changes)
    fake.faults.clear()

    now = read(provider).rrsets
    done = {change.key: now.get(change.key) == change.after for change in changes}
    assert all(done[change.key] or now.get(change.key) == change.before for change in changes)
    claimed = {where: outcome is Outcome.APPLIED for where, outcome in outcomes.items() if outcome != Outcome.UNKNOWN}
    assert claimed.items() <= done.items()
    assert not any(done[change.key] for change in changes if change.key not in outcomes)

    receipts = apply(provider, read(provider), *(change for change in changes if not done[change.key]))
    assert set(told(receipts).values()) <= {Outcome.APPLIED}
    after = read(provider).rrsets
    assert all(after.get(change.key) == change.after for change in changes)
    assert len(after) == 2 + sum(change.after is not None for change in changes)
