"""Applies in a storm of faults lose nothing, double nothing and overwrite nothing; and the storm would find it out."""

from collections import Counter
from dataclasses import replace

import pytest

from tests.fakes.kit import Answer, FakeService, Request
from tests.support import broken
from tests.support.faulting import (
    KINDS,
    FakeStorm,
    MemoryStorm,
    Strike,
    Tally,
    fault_matrix,
    memory_edit,
    run_with_faults,
)
from zonesync.model.zone import ZoneId
from zonesync.provider.contract import LiveZone, Outcome
from zonesync.provider.memory import MemoryProvider
from zonesync.provider.memory_character import Character
from zonesync.provider.memory_spelling import Native

ZONE = ZoneId("faults.example.")


def storm(provider: MemoryProvider, faults: int, changes: int, gap: int = 3) -> Tally:
    return run_with_faults(
        lambda: provider,
        ZONE,
        MemoryStorm(provider),
        fault_matrix(1, faults, gap=gap),
        changes=changes,
        edit=memory_edit(provider),
        count=lambda: len(provider._service._zones[ZONE].records),
    )


def of(character: Character, batch: int | None) -> MemoryProvider:
    return MemoryProvider("m", character, batch=batch, nameservers=["ns1.example.net."], kept=True)


@pytest.mark.parametrize(
    ("character", "batch", "faults"),
    [("batch", 20, 150), ("batch", 3, 150), ("ordered", 20, 150), ("single", None, 150), ("file", None, 30)],
)
def test_nothing_is_lost_doubled_or_overwritten(character: Character, batch: int | None, faults: int) -> None:
    tally = storm(of(character, batch), faults, 60)
    assert tally.faults == faults
    assert tally.edits > 5
    assert tally.outcomes[Outcome.APPLIED] >= 50 * tally.rounds
    assert tally.outcomes[Outcome.CONFLICT] > 5


@pytest.mark.stress
@pytest.mark.parametrize(("character", "faults"), [("batch", 150), ("ordered", 150), ("single", 150), ("file", 10)])
def test_nothing_is_lost_in_applies_of_three_thousand_changes(character: Character, faults: int) -> None:
    assert storm(of(character, None), faults, 3000, gap=1).faults == faults


def test_faults_are_of_every_kind_and_the_same_for_one_seed() -> None:
    faults = fault_matrix(7, 100, gap=5)
    assert faults == fault_matrix(7, 100, gap=5) != fault_matrix(8, 100, gap=5)
    assert Counter(strike.kind for strike in faults) == dict.fromkeys(KINDS, 25)
    assert {strike.skip for strike in faults} == set(range(6))


class Losing(MemoryProvider):
    """Takes an RRset more than it says."""

    def _send(self, live: LiveZone, batch):
        receipt = super()._send(live, batch)
        records = self._service._zones[live.id].records
        victim = next((where for where in records if where[1] == "TXT"), None)
        if victim and len(batch) < 20:
            del records[victim]
        return receipt


class Doubling(MemoryProvider):
    """Leaves a second RRset behind, which reading does not show."""

    def _send(self, live: LiveZone, batch):
        receipt = super()._send(live, batch)
        self._service._zones[live.id].records["HIDDEN", "A"] = Native("hidden.", "A", 1, ("192.0.2.1",))
        return receipt

    def read(self, zone: ZoneId) -> LiveZone | None:
        live = super().read(zone)
        return live and replace(live, rrsets={key: new for key, new in live.rrsets.items() if key.name != "hidden."})


@pytest.mark.parametrize(
    "kind", [broken.Blind, broken.Sure, broken.Gloomy, broken.Repeating, broken.Alarmed, Losing, Doubling]
)
def test_an_adapter_that_is_wrong_does_not_come_through(kind: type[MemoryProvider]) -> None:
    storm(MemoryProvider("sound", batch=20), 20, 60)
    with pytest.raises(AssertionError):
        storm(kind("broken", batch=20), 20, 60)


class Writes(FakeService):
    """Counts the writes that took effect."""

    effects = 0

    def handle(self, request: Request) -> Answer:
        self.effects += 1
        return Answer()


def test_a_storm_at_a_fake_strikes_writes_alone_and_each_of_them_once() -> None:
    fake = Writes()
    ordered = FakeStorm(fake, "POST", "/rrset$")
    strikes = [Strike(0, "drop-before"), Strike(0, "error-after"), Strike(2, "drop-after"), Strike(1, "error-before")]
    ordered.arm(strikes)
    seen = []
    while ordered.left():
        assert fake.answer(Request("GET", "/rrset", {}, {}, b"")) == Answer()
        before = fake.effects
        answer = fake.answer(Request("POST", "/rrset", {}, {}, b""))
        seen.append((answer.status if answer else 0, fake.effects - before))
    assert seen == [(0, 0), (503, 1), (200, 1), (200, 1), (0, 1), (200, 1), (503, 0)]
