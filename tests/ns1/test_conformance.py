"""The NS1 adapter and its fake keep the contract."""

from dataclasses import dataclass, replace

import pytest

from tests.fakes.kit import Answer
from tests.fakes.ns1 import Ns1Fake
from tests.support.examples import large
from zonesync.model.rdata import txt_strings
from zonesync.model.rrset import Key, RRset
from zonesync.model.zone import ZoneId
from zonesync.provider.calls import Budget
from zonesync.provider.conformance import ProviderConformance
from zonesync_ns1 import Ns1Provider

QUICK = Budget(attempts=3, seconds=20, first_wait=0.001, longest_wait=0.01)
WRITES = "PUT|POST|DELETE"


@dataclass
class Faults:
    """Faults at the fake."""

    fake: Ns1Fake

    def lose_call(self) -> None:
        self.fake.fail(method=WRITES, drop="before")

    def lose_answer(self) -> None:
        self.fake.fail(method=WRITES, drop="after")

    def cut_list(self) -> None:
        self.fake.fail(method="GET", rewrite=_cut, times=3)


def _cut(answer: Answer) -> Answer:
    return replace(answer, body=answer.body[: len(answer.body) // 2])


class TestNs1(ProviderConformance):
    @pytest.fixture
    def many(self) -> int:
        return large(300)

    @pytest.fixture
    def provider(self, fake: Ns1Fake, api_key: str) -> Ns1Provider:
        return Ns1Provider("ns1", api_key=api_key, endpoint=fake.url, budget=QUICK)

    @pytest.fixture
    def faults(self, fake: Ns1Fake) -> Faults:
        return Faults(fake)

    @pytest.fixture
    def secrets(self, api_key: str) -> tuple[str, ...]:
        return (api_key,)

    @pytest.fixture
    def foreign_edit(self, fake: Ns1Fake):
        def edit(zone: ZoneId, key: Key, rrset: RRset | None) -> None:
            if rrset is None:
                fake.edit(zone.name, key.name, key.type, 0, None)
                return
            texts = rrset.type in {"TXT", "SPF"}
            values = [[b"".join(txt_strings(text)).decode()] if texts else text for text in rrset.rdatas]
            fake.edit(zone.name, key.name, key.type, rrset.ttl or 0, values)

        return edit
