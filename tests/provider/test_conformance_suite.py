"""The suite finds what it is there to find: each way of breaking the contract fails a test of it."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.support import broken
from tests.support.able import AbleProvider
from zonesync.model.change import Change
from zonesync.model.rrset import Key, RRset
from zonesync.model.zone import ZoneId
from zonesync.provider.conformance import FaultControl, ForeignEdit, ProviderConformance
from zonesync.provider.memory import MemoryProvider
from zonesync.provider.memory_faults import Fault
from zonesync.provider.memory_private import PrivateMemoryProvider

ZONE, OTHER = ZoneId("conformance.example."), ZoneId("other-conformance.example.")
NETWORKS = ("net-1", "net-2", "net-3")
SUITE = ProviderConformance()


class Faults:
    def __init__(self, provider: MemoryProvider) -> None:
        self.provider = provider

    def lose_call(self) -> None:
        self._arm(Fault.BEFORE)

    def lose_answer(self) -> None:
        self._arm(Fault.AFTER)

    def cut_list(self) -> None:
        self.provider.faults.arm(Fault.TRUNCATE, "read")

    def _arm(self, fault: Fault) -> None:
        for write in ("commit", "delete"):
            self.provider.faults.arm(fault, write)


def faults(provider: MemoryProvider) -> FaultControl:
    return Faults(provider)


def edits(provider: MemoryProvider) -> ForeignEdit:
    def edit(zone: ZoneId, key: Key, new: RRset | None) -> None:
        live = MemoryProvider.read(provider, zone)
        assert live is not None
        list(MemoryProvider.apply(provider, live, [Change(live.rrsets.get(key), new)]))

    return edit


Check = Callable[[Any], None]
CASES: list[tuple[type[MemoryProvider], Check]] = [
    (broken.Blind, lambda p: SUITE.test_a_stale_before_is_a_conflict_and_changes_nothing(p, ZONE)),
    (broken.Blind, lambda p: SUITE.test_creating_what_is_there_is_a_conflict(p, ZONE)),
    (broken.Blind, lambda p: SUITE.test_a_before_with_another_ttl_is_a_conflict(p, ZONE)),
    (broken.Blind, lambda p: SUITE.test_an_apex_ns_rrset_that_is_not_as_believed_is_not_overwritten(p, ZONE)),
    (broken.Blind, lambda p: SUITE.test_an_apex_ns_rrset_that_changed_since_it_was_read_is_not_overwritten(p, ZONE)),
    (broken.Blind, lambda p: SUITE.test_an_soa_that_is_not_as_believed_is_not_overwritten(p, ZONE)),
    *(
        (
            broken.Blind,
            lambda p, ours=ours, theirs=theirs: SUITE.test_a_foreign_edit_between_read_and_apply_is_never_overwritten(
                p, ZONE, edits(p), ours, theirs
            ),
        )
        for ours, theirs in [("create", "create"), ("update", "update"), ("update", "delete"), ("delete", "update")]
    ),
    *(
        (
            broken.Sure,
            lambda p, write=write: SUITE.test_what_a_lost_write_claims_is_true(p, ZONE, faults(p), write, "call"),
        )
        for write in ("create", "update", "delete")
    ),
    *(
        (
            kind,
            lambda p, write=write: SUITE.test_what_a_lost_write_claims_is_true(p, ZONE, faults(p), write, "answer"),
        )
        for kind in (broken.Gloomy, broken.Repeating, broken.Alarmed)
        for write in ("create", "update", "delete")
    ),
    (
        broken.Sure,
        lambda p: SUITE.test_a_run_that_faults_cut_short_is_finished_by_the_next(p, ZONE, faults(p), 90, "call"),
    ),
    (
        broken.Gloomy,
        lambda p: SUITE.test_a_run_that_faults_cut_short_is_finished_by_the_next(p, ZONE, faults(p), 90, "answer"),
    ),
    (broken.Unstoppable, lambda p: SUITE.test_creates_updates_and_deletes_go_together(p, ZONE)),
    (broken.Forgetful, lambda p: SUITE.test_an_update_of_values_replaces_them_all(p, ZONE)),
    *(
        (
            kind,
            lambda p, wrong=wrong, places=places: (
                SUITE.test_a_bad_change_stops_other_names_only_where_nothing_is_isolated(p, ZONE, wrong, places)
            ),
        )
        for kind in (broken.Blocked, broken.Halved)
        for wrong in ("refused", "stale")
        for places in ((4,), (1, 2, 7))
    ),
    (broken.Short, lambda p: SUITE.test_a_read_that_ends_early_never_gives_a_shorter_zone(p, ZONE, faults(p))),
    (broken.FirstPage, lambda p: SUITE.test_a_large_zone_is_created_updated_and_emptied(p, ZONE, 150)),
    (broken.Remembering, lambda p: SUITE.test_a_foreign_edit_is_seen_by_the_next_read(p, ZONE, edits(p))),
    (broken.Nameless, lambda p: SUITE.test_errors_say_whose_they_are(p, ZONE, faults(p))),
    (broken.Unspelled, lambda p: SUITE.test_txt_boundaries_are_kept_exactly_where_that_is_claimed(p, ZONE)),
    (broken.Trimming, lambda p: SUITE.test_texts_of_any_octets_come_back(p, ZONE)),
    (broken.Clamping, lambda p: SUITE.test_texts_of_every_length_come_back(p, ZONE)),
    (broken.Growing, lambda p: SUITE.test_normalise_is_idempotent_and_is_what_read_returns(p, ZONE)),
    (broken.Recreating, lambda p: SUITE.test_creating_a_zone_that_exists_is_a_conflict(p, ZONE)),
    (broken.Listless, lambda p: SUITE.test_a_zone_with_content_is_listed_and_has_an_id(p, ZONE)),
    (broken.Listless, lambda p: SUITE.test_an_emptied_zone_is_still_hosted_with_its_apex(p, ZONE)),
    (broken.Talkative, lambda p: SUITE.test_the_target_is_stable_and_tells_no_secret(p, ZONE, ("hunter2",))),
    (broken.Boastful, lambda p: SUITE.test_the_apex_ns_rrset_is_deleted_only_where_that_is_claimed(p, ZONE)),
    (broken.Hasty, lambda p: SUITE.test_networks_come_before_networks_go(p, ZONE, NETWORKS, (0, 1), (1, 2))),
    (broken.Bold, lambda p: SUITE.test_networks_that_changed_since_they_were_read_are_a_conflict(p, ZONE, NETWORKS)),
    (broken.Hiding, lambda p: SUITE.test_the_last_network_is_never_taken(p, ZONE, NETWORKS)),
    (broken.Sweeping, lambda p: SUITE.test_a_zone_that_holds_more_than_its_apex_is_not_deleted(p, ZONE)),
    (broken.Sweeping, lambda p: SUITE.test_a_zone_that_came_to_hold_more_since_it_was_read_is_not_deleted(p, ZONE)),
    (broken.Sweeping, lambda p: SUITE.test_a_zone_is_created_again_after_it_was_deleted(p, ZONE)),
    (broken.Idle, lambda p: SUITE.test_an_emptied_zone_is_deleted_and_no_other_one(p, ZONE, OTHER)),
    (broken.Idle, lambda p: SUITE.test_a_zone_that_has_gone_is_deleted_already(p, ZONE)),
    (broken.Stubborn, lambda p: SUITE.test_a_zone_that_has_gone_is_deleted_already(p, ZONE)),
    (broken.Unasked, lambda p: SUITE.test_without_leave_no_zone_is_deleted(p, ZONE)),
    *(
        (
            kind,
            lambda p, loss=loss: SUITE.test_what_a_lost_deletion_claims_is_true_and_the_next_one_finishes_it(
                p, ZONE, faults(p), loss
            ),
        )
        for kind, loss in [(broken.Overconfident, "call"), (broken.Idle, "call"), (broken.Idle, "answer")]
    ),
    (broken.Dropping, lambda p: SUITE.test_a_translation_changes_aliases_alone_and_leaves_no_name_empty(p, ZONE)),
    (broken.Rewriting, lambda p: SUITE.test_a_translation_changes_aliases_alone_and_leaves_no_name_empty(p, ZONE)),
    (broken.Moody, lambda p: SUITE.test_a_refusal_has_words_and_is_always_the_same(p, ZONE)),
    (broken.Generous, lambda p: SUITE.test_quotas_of_a_zone_change_limits_alone(p, ZONE)),
    (broken.Careless, lambda p: SUITE.test_calls_are_counted(p, ZONE)),
    (broken.Revealing, lambda p: SUITE.test_credentials_are_found_and_never_shown(p, ZONE, ("hunter2",))),
]


def sound(kind: type[MemoryProvider]) -> type[MemoryProvider]:
    """Return the adapter that *kind* was broken out of."""
    return next(base for base in kind.__mro__ if base in {MemoryProvider, PrivateMemoryProvider, AbleProvider})


@pytest.mark.parametrize(("kind", "check"), CASES, ids=[kind.__name__ for kind, _ in CASES])
def test_a_broken_adapter_fails_and_a_sound_one_passes(kind: type[MemoryProvider], check: Check) -> None:
    check(sound(kind)("sound"))
    with pytest.raises((AssertionError, pytest.fail.Exception)):
        check(kind("broken"))


def test_every_broken_adapter_is_tried() -> None:
    defined = {kind for kind in vars(broken).values() if isinstance(kind, type) and kind.__module__ == broken.__name__}
    assert {kind for kind, _ in CASES} == defined - {broken.Answering}


def test_the_fixture_of_the_provider_must_be_overridden() -> None:
    with pytest.raises(NotImplementedError, match="override the fixture `provider`"):
        ProviderConformance.provider.__wrapped__(SUITE)  # type: ignore[attr-defined]


def test_private_zones_without_networks_to_test_with_are_an_error_and_no_pass() -> None:
    with pytest.raises(AssertionError, match="override the fixture `private_networks`"):
        ProviderConformance.private.__wrapped__(SUITE, PrivateMemoryProvider("p"), ())  # type: ignore[attr-defined]


def test_claiming_networks_without_the_ability_is_an_error() -> None:
    provider = MemoryProvider("p", capabilities={"networks": True})
    with pytest.raises(AssertionError, match="there is no `set_networks`"):
        ProviderConformance.private.__wrapped__(SUITE, provider, NETWORKS)  # type: ignore[attr-defined]
