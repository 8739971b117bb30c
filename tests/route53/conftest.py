"""A fake of the service, and providers in front of it."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.fakes.route53 import Route53Fake
from zonesync.model.change import Change
from zonesync.model.rrset import Key, RRset
from zonesync.model.zone import ZoneId
from zonesync.provider.calls import Budget
from zonesync.provider.contract import LiveZone, Outcome, Receipt
from zonesync_route53 import Route53Provider

ACCESS_KEY = "AKIAFAKEFAKEFAKEFAKE"
QUICK = Budget(attempts=4, seconds=5, first_wait=0.001, longest_wait=0.002)
ZONE = ZoneId("example.com.")
RRSET = r"/rrset/?$"


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give boto3 an access key that a test can look for."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", ACCESS_KEY)


@pytest.fixture
def fake() -> Iterator[Route53Fake]:
    with Route53Fake(seed=5) as running:
        yield running


@pytest.fixture
def zone() -> ZoneId:
    return ZONE


Make = Callable[..., Route53Provider]


@pytest.fixture
def make(fake: Route53Fake) -> Make:
    def made(**options: Any) -> Route53Provider:
        given = {"endpoint": fake.url, "rate": "100000", "budget": QUICK, "poll": lambda _: None}
        return Route53Provider("aws", **{**given, **options})

    return made


@pytest.fixture
def provider(make: Make) -> Route53Provider:
    return make()


def rrset(owner: str, rtype: str, *values: str, ttl: int = 300) -> RRset:
    """Return an RRset of the zone; *owner* is relative to it."""
    return RRset.of(ZONE.name if owner == "@" else f"{owner}.{ZONE.name}", rtype, ttl, values)


def key(owner: str, rtype: str) -> Key:
    return Key(ZONE.name if owner == "@" else f"{owner}.{ZONE.name}", rtype)


def read(provider: Route53Provider, zone: ZoneId = ZONE) -> LiveZone:
    live = provider.read(zone)
    assert live is not None
    return live


def apply(provider: Route53Provider, live: LiveZone, *changes: Change) -> list[Receipt]:
    """Carry out *changes*, each of which must be in exactly one receipt."""
    receipts = list(provider.apply(live, changes))
    assert sorted(id(change) for receipt in receipts for change in receipt.changes) == sorted(map(id, changes))
    return receipts


def told(receipts: list[Receipt]) -> dict[Key, Outcome]:
    """Return what became of each change."""
    return {change.key: receipt.outcome for receipt in receipts for change in receipt.changes}


def host(provider: Route53Provider, *rrsets: RRset) -> LiveZone:
    """Create the zone with *rrsets*, and return it as read."""
    live = provider.create(ZONE)
    receipts = apply(provider, live, *(Change(None, one) for one in rrsets))
    assert {receipt.outcome for receipt in receipts} <= {Outcome.APPLIED}, [receipt.words for receipt in receipts]
    return read(provider)
