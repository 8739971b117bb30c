"""Faults and foreign edits in the middle of large applies: nothing is lost, doubled or overwritten."""

import random
from collections.abc import Callable

import pytest

from tests.fakes.gcloud import CloudDnsFake
from tests.fakes.gcloud_errors import error
from tests.fakes.kit import Answer
from tests.gcloud.support import ZONE, read, rrset
from tests.support.examples import BRIEF, STRESS
from zonesync.model.change import Change
from zonesync.model.rrset import Key, RRset
from zonesync.provider.contract import LiveZone, Outcome, Receipt
from zonesync.provider.errors import ProviderError
from zonesync_gcloud import CloudDnsProvider

Make = Callable[..., CloudDnsProvider]
APEX = {Key("example.com.", "NS"), Key("example.com.", "SOA")}
COUNT = 3000 if STRESS else 300
ROUNDS = range(50 if STRESS else 2 if BRIEF else 6)
FAULTS = (
    {"drop": "before"},
    {"drop": "after"},
    {"answer": error(503, "backendError", "Backend Error")},
    {"answer_after": error(502, "backendError", "Bad Gateway")},
    {"answer_after": Answer(200, b"<html>")},
    {"answer": error(429, "rateLimitExceeded", "Quota exceeded")},
)


def _wanted(chance: random.Random) -> dict[Key, RRset]:
    made = [
        rrset(f"h{number}", "A", f"192.0.2.{chance.randrange(1, 250)}")
        for number in range(COUNT)
        if chance.random() < 0.7
    ]
    return {new.key: new for new in made}


def _difference(live: LiveZone, wanted: dict[Key, RRset]) -> list[Change]:
    pairs = [(live.rrsets.get(key), wanted.get(key)) for key in (live.rrsets.keys() | wanted.keys()) - APEX]
    return sorted((Change(*pair) for pair in pairs if pair[0] != pair[1]), key=lambda change: change.key)


def _attempt(provider: CloudDnsProvider, live: LiveZone, changes: list[Change]) -> list[Receipt]:
    receipts = []
    try:
        for receipt in provider.apply(live, changes):
            receipts.append(receipt)  # noqa: PERF402 -- what was done before the error is to stay
    except ProviderError:
        pass
    return receipts


@pytest.mark.parametrize("seed", ROUNDS)
def test_whatever_goes_wrong_the_receipts_are_true_and_the_next_plan_is_the_rest(make: Make, seed: int):
    chance = random.Random(seed)
    quota = {"rrsetAdditionsPerChange": COUNT // 10, "rrsetDeletionsPerChange": COUNT // 10}
    with CloudDnsFake(project="acme-dns", seed=seed, quota=quota) as fake:
        provider = make(endpoint=fake.url)
        provider.create(ZONE)
        for _ in range(3):
            live, wanted = read(provider), _wanted(chance)
            changes = _difference(live, wanted)
            for _ in range(3):
                fake.fail(
                    method="POST", skip=chance.randrange(8), times=chance.randrange(1, 3), **chance.choice(FAULTS)
                )
            receipts = _attempt(provider, live, changes)
            _hold_true(live, read(provider), receipts, changes)
            fake.faults.clear()
        for _ in range(3):
            live = read(provider)
            _attempt(provider, live, _difference(live, wanted))
        assert not _difference(read(provider), wanted)


def _hold_true(before: LiveZone, now: LiveZone, receipts: list[Receipt], changes: list[Change]) -> None:
    told = {change.key: receipt.outcome for receipt in receipts for change in receipt.changes}
    assert len(told) == sum(len(receipt.changes) for receipt in receipts), "a change has two receipts"
    for change in changes:
        found, outcome = now.rrsets.get(change.key), told.get(change.key)
        if outcome is Outcome.APPLIED:
            assert found == change.after
        elif outcome is Outcome.UNKNOWN:
            assert found in (change.before, change.after)
        else:
            assert found == change.before
    touched = {change.key for change in changes}
    assert {key: one for key, one in now.rrsets.items() if key not in touched} == {
        key: one for key, one in before.rrsets.items() if key not in touched
    }


@pytest.mark.parametrize("seed", range(100 if STRESS else 5 if BRIEF else 20))
def test_a_foreign_edit_between_read_and_write_is_never_overwritten(make: Make, fake: CloudDnsFake, seed: int):
    chance = random.Random(seed)
    fake.create_zone("example.com.")
    for number in range(20):
        fake.edit("example.com.", f"h{number}.example.com.", "A", 300, ["192.0.2.1"])
    provider = make()
    live = read(provider)
    wanted = {Key(f"h{n}.example.com.", "A"): rrset(f"h{n}", "A", "192.0.2.2") for n in range(10, 30)}
    numbers = chance.sample(range(30), 6)
    theirs = [f"h{number}.example.com." for number in numbers]
    gone = {f"h{number}.example.com." for number in numbers if number < 20 and chance.random() < 0.3}

    def meddle() -> None:
        for name in theirs:
            fake.edit("example.com.", name, "A", 77, None if name in gone else ["198.51.100.1", "192.0.2.99"])

    # Before the request is looked at, as if they had been a moment faster.
    fake.fail(method="POST", run=meddle)
    changes = _difference(live, wanted)
    told = {change.key: receipt.outcome for receipt in provider.apply(live, changes) for change in receipt.changes}
    now = read(provider).rrsets
    for name in theirs:
        key = Key(name, "A")
        kept = None if name in gone else RRset(name, "A", 77, ("192.0.2.99", "198.51.100.1"))
        assert now.get(key) == kept
        assert told.get(key, Outcome.CONFLICT) is Outcome.CONFLICT
    for change in changes:
        if change.key.name not in theirs:
            assert told[change.key] is Outcome.APPLIED
            assert now.get(change.key) == change.after
