"""Somebody edits at the service between our read and our write: their edit is never overwritten."""

import random
from dataclasses import replace

import pytest

from tests.hosted.conftest import KEY
from tests.support.examples import BRIEF, STRESS
from zonesync.model.change import Change
from zonesync.model.rrset import RRset
from zonesync.model.zone import ZoneId
from zonesync.provider.contract import Outcome
from zonesync.provider.errors import Conflict
from zonesync_gcloud import CloudDnsProvider
from zonesync_ns1 import Ns1Provider
from zonesync_route53 import Route53Provider

ZONE = ZoneId("example.com.")
CASES = range(100 if STRESS else 5 if BRIEF else 25)
NAMES = ("a", "b", "c", "d")
WRITES = {"route53": r"/rrset/?$", "gcloud": r"/changes$", "ns1": r"/zones/example.com/"}


def make(kind, fake):
    if kind == "route53":
        return Route53Provider("p", endpoint=fake.url, rate="1000")
    if kind == "gcloud":
        return CloudDnsProvider("p", project="acme", endpoint=fake.url, anonymous="true", rate="1000")
    return Ns1Provider("p", api_key=KEY, endpoint=fake.url)


def rrset(name, address, ttl=300):
    return RRset.of(f"{name}.{ZONE.name}", "A", ttl, [address])


@pytest.mark.parametrize("kind", ["route53", "gcloud", "ns1"])
@pytest.mark.parametrize("seed", CASES)
def test_an_edit_between_read_and_write_is_never_overwritten(service, kind, seed):
    chance = random.Random(seed)
    fake = service(kind)
    provider = make(kind, fake)
    live = provider.create(ZONE)
    there = {name: rrset(name, f"192.0.2.{number}") for number, name in enumerate(NAMES[:3], 1)}
    assert {one.outcome for one in provider.apply(live, [Change(None, one) for one in there.values()])} == {
        Outcome.APPLIED
    }
    live = provider.read(ZONE)
    assert live is not None

    # Ours: one change of each kind, at names that theirs may hit.
    ours = [
        Change(there["a"], rrset("a", "198.51.100.1")),
        Change(there["b"], None),
        Change(None, rrset("d", "198.51.100.4")),
        Change(there["c"], replace(there["c"], ttl=900)),
    ]
    victim = chance.choice(NAMES)
    theirs = (
        chance.choice([["203.0.113.9"], ["203.0.113.9", "203.0.113.10"], None]) if victim != "d" else ["203.0.113.9"]
    )
    name = f"{victim}.example.com" + ("" if kind == "ns1" else ".")

    def edit():
        fake.edit(ZONE.name, name, "A", 300, theirs)

    if kind == "ns1" or chance.random() < 0.5:
        # NS1 has no compare-and-swap: what comes before its read is seen, the window after it is documented.
        edit()
    else:
        fake.fail(method="POST", path=WRITES[kind], run=edit)
    try:
        receipts = list(provider.apply(live, chance.sample(ours, len(ours))))
    except Conflict:
        receipts = []
    after = provider.read(ZONE)
    assert after is not None
    key = rrset(victim, "192.0.2.1").key
    expected = RRset.of(key.name, "A", 300, theirs) if theirs else None
    assert after.rrsets.get(key) == expected
    told = {change.key.name: receipt.outcome for receipt in receipts for change in receipt.changes}
    assert told.get(key.name) == Outcome.CONFLICT
    for change in ours:
        if change.key != key:
            done = told.get(change.key.name) == Outcome.APPLIED
            assert after.rrsets.get(change.key) == (change.after if done else change.before)
