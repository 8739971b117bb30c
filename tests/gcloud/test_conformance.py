"""The Cloud DNS adapter and its fake keep the contract."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import pytest

from tests.fakes.gcloud import CloudDnsFake
from tests.fakes.kit import Answer
from tests.support.examples import large
from zonesync.model.rrset import Key, RRset
from zonesync.model.zone import ZoneId
from zonesync.provider.conformance import ProviderConformance
from zonesync_gcloud import CloudDnsProvider

WRITES = "POST|PATCH|DELETE"


@dataclass
class Faults:
    """Faults at the fake."""

    fake: CloudDnsFake

    def lose_call(self) -> None:
        self.fake.fail(method=WRITES, drop="before")

    def lose_answer(self) -> None:
        self.fake.fail(method=WRITES, drop="after")

    def cut_list(self) -> None:
        self.fake.fail(method="GET", path="/rrsets$", rewrite=_cut, times=3)


def _cut(answer: Answer) -> Answer:
    return replace(answer, body=answer.body[: len(answer.body) // 2])


class _CloudDns(ProviderConformance):
    @pytest.fixture
    def many(self) -> int:
        return large(1500)

    @pytest.fixture
    def faults(self, fake: CloudDnsFake) -> Faults:
        return Faults(fake)

    @pytest.fixture
    def foreign_edit(self, fake: CloudDnsFake):
        def edit(zone: ZoneId, key: Key, rrset: RRset | None) -> None:
            fake.edit(zone.name, key.name, key.type, (rrset.ttl or 0) if rrset else 0, rrset.rdatas if rrset else None)

        return edit


class TestPublicZones(_CloudDns):
    @pytest.fixture
    def provider(self, make: Callable[..., CloudDnsProvider]) -> CloudDnsProvider:
        return make()


class TestPrivateZones(_CloudDns):
    @pytest.fixture
    def provider(self, make: Callable[..., CloudDnsProvider], private_networks: tuple[str, ...]) -> CloudDnsProvider:
        return make(private="true", networks=private_networks[:1])

    @pytest.fixture
    def private_networks(self) -> tuple[str, ...]:
        return tuple(f"projects/acme-dns/global/networks/net{number}" for number in range(3))
