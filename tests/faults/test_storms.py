"""150 faults a service, before and after the commit, in applies of many changes; and a service that throttles."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from tests.fakes.gcloud import CloudDnsFake
from tests.fakes.kit import Throttle
from tests.fakes.ns1 import Ns1Fake
from tests.fakes.route53 import Route53Fake
from tests.support.credentials import CREDENTIALS
from tests.support.examples import BRIEF, STRESS
from tests.support.faulting import FakeStorm, fault_matrix, run_with_faults
from zonesync.model.change import Change
from zonesync.model.rrset import RRset
from zonesync.model.zone import ZoneId
from zonesync.provider.calls import Budget
from zonesync.provider.contract import Outcome, Provider
from zonesync_gcloud import CloudDnsProvider
from zonesync_ns1 import Ns1Provider
from zonesync_route53 import Route53Provider

ZONE = ZoneId("faults.example.")
KEY = CREDENTIALS["NS1_APIKEY"]
FAULTS = 150 if STRESS else 8 if BRIEF else 24
LARGE, SMALL = (3000, 200) if STRESS else (300, 60)
RATE = 5 if STRESS else 100
BUDGET = Budget(attempts=4, seconds=30, first_wait=0.001, longest_wait=0.01)


@dataclass(frozen=True)
class Service:
    """A fake, how to connect to it, and where it takes writes."""

    fake: Any
    connect: Callable[..., Provider]
    method: str
    path: str
    changes: int

    def edit(self, zone: ZoneId, key: tuple[str, str], new: RRset | None) -> None:
        """Change an RRset as somebody else would."""
        name = key[0].removesuffix(".") if isinstance(self.fake, Ns1Fake) else key[0]
        self.fake.edit(zone.name, name, key[1], new.ttl if new else 0, list(new.rdatas) if new else None)

    def count(self) -> int:
        """Return how many RRsets the service has; at NS1 the SOA is no record, but fields of the zone."""
        return len(self.fake.dump(ZONE.name)) + isinstance(self.fake, Ns1Fake)


def route53() -> Iterator[Service]:
    with Route53Fake(seed=5, insync_after=0) as fake:

        def connect(rate: float = 1000) -> Provider:
            return Route53Provider("hosted", endpoint=fake.url, rate=str(rate), budget=BUDGET)

        yield Service(fake, connect, "POST", "/rrset/?$", LARGE)


def gcloud() -> Iterator[Service]:
    with CloudDnsFake(project="acme", done_after=0) as fake:

        def connect(rate: float = 1000) -> Provider:
            return CloudDnsProvider(
                "hosted", project="acme", endpoint=fake.url, anonymous="true", rate=str(rate), budget=BUDGET
            )

        yield Service(fake, connect, "POST", "/changes$", LARGE)


def ns1() -> Iterator[Service]:
    with Ns1Fake(key=KEY) as fake:

        def connect(rate: float = 0) -> Provider:
            return Ns1Provider("hosted", api_key=KEY, endpoint=fake.url, rate=str(rate), budget=BUDGET)

        yield Service(fake, connect, "PUT|POST|DELETE", "/zones/faults.example/.+", SMALL)


@pytest.fixture(params=[route53, gcloud, ns1], ids=lambda start: start.__name__)
def service(request: Any) -> Iterator[Service]:
    yield from request.param()


def test_no_fault_loses_doubles_or_overwrites_a_change_and_the_next_plan_is_the_rest(service: Service) -> None:
    tally = run_with_faults(
        service.connect,
        ZONE,
        FakeStorm(service.fake, service.method, service.path),
        fault_matrix(seed=11, count=FAULTS),
        changes=service.changes,
        edit=service.edit,
        count=service.count,
    )
    assert tally.faults == FAULTS


def test_a_service_that_throttles_is_asked_no_faster_than_it_allows_and_loses_nothing(service: Service) -> None:
    service.fake.throttle = Throttle(rate=RATE, burst=5)
    provider = service.connect(RATE)
    live = provider.create(ZONE)
    names = range(service.changes)
    new = [RRset.of(f"h{number}.{ZONE.name}", "A", 300, [f"192.0.2.{number % 250}"]) for number in names]
    receipts = list(provider.apply(live, [Change(None, one) for one in new]))
    assert {receipt.outcome for receipt in receipts} == {Outcome.APPLIED}
    found = provider.read(ZONE)
    assert found is not None
    assert [found.rrsets.get(one.key) for one in new] == new
    assert service.count() >= len(new)
    # A few at the start, until the limit is known, and now and then one where two clocks disagree.
    assert service.fake.throttle.refused <= 5 + len(service.fake.log) // 10
