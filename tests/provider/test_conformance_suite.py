"""The suite finds what it is there to find: each way of breaking the contract fails a test of it."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

import pytest

from zonesync.model.change import Change
from zonesync.model.rrset import RRset
from zonesync.model.zone import ZoneId
from zonesync.provider.conformance import ProviderConformance
from zonesync.provider.contract import ApexNs, LiveZone, Outcome, Receipt
from zonesync.provider.errors import Conflict, Unavailable
from zonesync.provider.memory import MemoryProvider
from zonesync.provider.memory_character import Character
from zonesync.provider.memory_faults import Fault

ZONE, OTHER = ZoneId("conformance.example."), ZoneId("other-conformance.example.")
SUITE = ProviderConformance()


class Blind(MemoryProvider):
    """Overwrites whatever is there."""

    def apply(self, live: LiveZone, changes: Sequence[Change]) -> Iterator[Receipt]:
        now = self.read(live.id)
        assert now is not None
        rebased = [Change(now.rrsets.get(change.key), change.after) for change in changes]
        back = dict(zip(map(id, rebased), changes, strict=True))
        for receipt in super().apply(now, [change for change in rebased if change.before or change.after]):
            yield replace(receipt, changes=tuple(back[id(change)] for change in receipt.changes))


class Sure(MemoryProvider):
    """Takes a lost answer for success."""

    def apply(self, live: LiveZone, changes: Sequence[Change]) -> Iterator[Receipt]:
        for receipt in super().apply(live, changes):
            yield replace(receipt, outcome=Outcome.APPLIED) if receipt.outcome is Outcome.UNKNOWN else receipt


class Forgetful(MemoryProvider):
    """Leaves changes out of its receipts."""

    def apply(self, live: LiveZone, changes: Sequence[Change]) -> Iterator[Receipt]:
        for receipt in super().apply(live, changes):
            yield replace(receipt, changes=receipt.changes[1:])


class Short(MemoryProvider):
    """Takes a list that ends early for the whole."""

    def read(self, zone: ZoneId) -> LiveZone | None:
        try:
            return super().read(zone)
        except Unavailable:
            return LiveZone(zone, "Z", {})


class Unspelled(MemoryProvider):
    """Normalises otherwise than it stores."""

    def normalise(self, rrset: RRset) -> RRset:
        return rrset


class Recreating(MemoryProvider):
    """Takes a zone that exists for created."""

    def create(self, zone: ZoneId) -> LiveZone:
        try:
            return super().create(zone)
        except Conflict:
            found = self.read(zone)
            assert found is not None
            return found


class Listless(MemoryProvider):
    """Lists no zones."""

    def zones(self) -> Iterator[Any]:
        yield from ()


class Talkative(MemoryProvider):
    """Has its key in the target."""

    def target(self, zone: ZoneId) -> str:
        return f"memory:hunter2/{zone}"


class Boastful(MemoryProvider):
    """Claims an apex NS level that it does not have."""

    @property
    def capabilities(self) -> Any:
        return replace(super().capabilities, apex_ns=ApexNs.FULL)


class Faults:
    def __init__(self, provider: MemoryProvider) -> None:
        self.lose_answer = lambda: provider.faults.arm(Fault.AFTER)
        self.cut_list = lambda: provider.faults.arm(Fault.TRUNCATE, "read")


Check = Callable[[MemoryProvider], None]
CASES: list[tuple[type[MemoryProvider], Check]] = [
    (Blind, lambda p: SUITE.test_a_stale_before_is_a_conflict_and_changes_nothing(p, ZONE)),
    (Blind, lambda p: SUITE.test_creating_what_is_there_is_a_conflict(p, ZONE)),
    (Blind, lambda p: SUITE.test_a_before_with_another_ttl_is_a_conflict(p, ZONE)),
    (Sure, lambda p: SUITE.test_a_write_whose_answer_is_lost_is_unknown_and_read_tells(p, ZONE, Faults(p))),  # type: ignore[arg-type]
    (Forgetful, lambda p: SUITE.test_an_update_of_values_replaces_them_all(p, ZONE)),
    (Short, lambda p: SUITE.test_a_read_that_ends_early_raises_and_never_gives_a_shorter_zone(p, ZONE, Faults(p))),  # type: ignore[arg-type]
    (Unspelled, lambda p: SUITE.test_txt_boundaries_are_kept_exactly_where_that_is_claimed(p, ZONE)),
    (Recreating, lambda p: SUITE.test_creating_a_zone_that_exists_is_a_conflict(p, ZONE)),
    (Listless, lambda p: SUITE.test_a_zone_with_content_is_listed_and_has_an_id(p, ZONE)),
    (Talkative, lambda p: SUITE.test_the_target_is_stable_and_tells_no_secret(p, ZONE, ("hunter2",))),
    (Boastful, lambda p: SUITE.test_the_apex_ns_rrset_is_deleted_only_where_that_is_claimed(p, ZONE)),
]


@pytest.mark.parametrize(("kind", "check"), CASES, ids=[kind.__name__ for kind, _ in CASES])
def test_a_broken_adapter_fails_and_a_sound_one_passes(kind: type[MemoryProvider], check: Check) -> None:
    check(MemoryProvider("sound", Character.BATCH))
    with pytest.raises((AssertionError, pytest.fail.Exception)):
        check(kind("broken", Character.BATCH))


def test_the_fixture_of_the_provider_must_be_overridden() -> None:
    with pytest.raises(NotImplementedError, match="override the fixture `provider`"):
        ProviderConformance.provider.__wrapped__(SUITE)  # type: ignore[attr-defined]
