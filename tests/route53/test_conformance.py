"""The Route 53 adapter keeps the contract, in front of a strict fake of the service, public and private."""

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest

from tests.fakes.kit import Answer
from tests.fakes.route53 import Route53Fake
from tests.route53.conftest import ACCESS_KEY, RRSET, Make
from tests.support.credentials import CREDENTIALS
from tests.support.examples import large
from zonesync.model.rrset import Key, RRset
from zonesync.model.zone import ZoneId
from zonesync.provider.conformance import ProviderConformance
from zonesync.provider.conformance.fixtures import ForeignEdit
from zonesync_route53 import Route53Provider
from zonesync_route53.convert import spell


class ServiceFaults:
    """Breaks the one request that a fault is ordered for."""

    def __init__(self, fake: Route53Fake) -> None:
        self.fake = fake

    def lose_call(self) -> None:
        self._fail("before")

    def lose_answer(self) -> None:
        self._fail("after")

    def _fail(self, drop: str) -> None:
        for method in ("POST", "DELETE"):
            self.fake.fail(method=method, drop=drop)

    def cut_list(self) -> None:
        def ends_early(answer: Answer) -> Answer:
            body = re.sub(rb"<(NextRecord\w+)>[^<]*</\1>", b"", answer.body)
            return replace(answer, body=body.replace(b"<IsTruncated>false", b"<IsTruncated>true"))

        self.fake.fail(method="GET", path=RRSET, rewrite=ends_early)


class Route53(ProviderConformance):
    @pytest.fixture
    def many(self) -> int:
        return large(1500)

    @pytest.fixture
    def faults(self, fake: Route53Fake) -> ServiceFaults:
        return ServiceFaults(fake)

    @pytest.fixture
    def secrets(self) -> tuple[str, ...]:
        return (CREDENTIALS["AWS_SECRET_ACCESS_KEY"], CREDENTIALS["AWS_SESSION_TOKEN"], ACCESS_KEY)

    @pytest.fixture
    def foreign_edit(self, fake: Route53Fake) -> ForeignEdit:
        def edit(zone: ZoneId, key: Key, rrset: RRset | None) -> None:
            native = spell(rrset or RRset(key.name, key.type, 0, ("-",)), "-")
            values = [record["Value"] for record in native["ResourceRecords"]] if rrset else None
            fake.edit(zone.name, native["Name"], key.type, native["TTL"], values)

        return edit


class TestPublic(Route53):
    @pytest.fixture
    def provider(self, make: Make) -> Route53Provider:
        return make()


class TestPrivate(Route53):
    @pytest.fixture
    def private_networks(self) -> tuple[str, ...]:
        return ("eu-west-1/vpc-0a1b2c3d", "us-east-1/vpc-00000001", "us-east-1/vpc-00000002")

    @pytest.fixture
    def provider(self, make: Make) -> Route53Provider:
        return make(private="true", networks=["eu-west-1/vpc-0a1b2c3d"])


class TestThroughManyPages(Route53):
    @pytest.fixture
    def many(self) -> int:
        return large(300)

    @pytest.fixture
    def fake(self) -> Iterator[Route53Fake]:
        with Route53Fake(seed=11, page=7, zone_page=1, insync_after=3, escaped_order=False) as running:
            yield running

    @pytest.fixture
    def provider(self, make: Make) -> Route53Provider:
        return make()
