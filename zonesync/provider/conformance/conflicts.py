"""Changes that are based on what is no longer so: refused, and in nobody's way."""

# ruff: noqa: D102 -- the name of a test is its sentence

from collections.abc import Sequence

import pytest

from zonesync.model.change import Change
from zonesync.model.zone import ZoneId
from zonesync.provider.conformance.fixtures import Fixtures, ForeignEdit
from zonesync.provider.conformance.kit import (
    apply,
    carried_out,
    contents,
    created,
    hold_true,
    host,
    outcomes,
    read,
    rrset,
    unchanged,
)
from zonesync.provider.contract import LiveZone, Outcome, Provider

_EDITS = [("create", "create"), ("update", "update"), ("update", "delete"), ("delete", "update"), ("delete", "delete")]


class ConflictConformance(Fixtures):
    """What somebody else wrote is never overwritten, and one bad change stops no other name."""

    def test_a_stale_before_is_a_conflict_and_changes_nothing(self, provider: Provider, zone: ZoneId) -> None:
        old = rrset(zone, "www", "A", "192.0.2.1")
        stale = host(provider, zone, old)
        theirs, ours = rrset(zone, "www", "A", "192.0.2.2"), rrset(zone, "www", "A", "192.0.2.3")
        live = carried_out(provider, read(provider, zone), [Change(old, theirs)])
        self._conflicts(provider, stale, live, [Change(old, ours)])
        self._conflicts(provider, stale, live, [Change(old, None)])
        self._conflicts(provider, live, live, [Change(old, ours)])

    def test_a_before_with_another_ttl_is_a_conflict(self, provider: Provider, zone: ZoneId) -> None:
        live = host(provider, zone, rrset(zone, "www", "A", "192.0.2.1", 3600))
        believed, new = rrset(zone, "www", "A", "192.0.2.1", 300), rrset(zone, "www", "A", "192.0.2.2")
        self._conflicts(provider, live, live, [Change(believed, new)])
        self._conflicts(provider, live, live, [Change(believed, None)])

    def test_creating_what_is_there_is_a_conflict(self, provider: Provider, zone: ZoneId) -> None:
        theirs = rrset(zone, "www", "A", "192.0.2.1")
        stale = host(provider, zone)
        live = carried_out(provider, read(provider, zone), created(theirs))
        new = rrset(zone, "www", "A", "192.0.2.2")
        self._conflicts(provider, stale, live, created(new))
        self._conflicts(provider, live, live, created(new))

    def test_deleting_or_updating_what_is_not_there_is_a_conflict(self, provider: Provider, zone: ZoneId) -> None:
        gone = rrset(zone, "www", "A", "192.0.2.1")
        stale = host(provider, zone, gone)
        live = carried_out(provider, read(provider, zone), [Change(gone, None)])
        for base in (stale, live):
            self._conflicts(provider, base, live, [Change(gone, None)])
            self._conflicts(provider, base, live, [Change(gone, rrset(zone, "www", "A", "192.0.2.2"))])

    def test_what_somebody_else_changed_meanwhile_is_never_lost(self, provider: Provider, zone: ZoneId) -> None:
        stale = host(provider, zone)
        theirs, ours = rrset(zone, "theirs", "A", "192.0.2.1"), rrset(zone, "ours", "A", "192.0.2.2")
        carried_out(provider, read(provider, zone), created(theirs))
        receipts = apply(provider, stale, created(ours))
        after = read(provider, zone).rrsets
        assert after[theirs.key] == theirs
        assert (ours.key in after) == (outcomes(receipts) == {Outcome.APPLIED})

    @pytest.mark.parametrize("wrong", ["refused", "stale"])
    @pytest.mark.parametrize("places", [(0,), (4,), (8,), (1, 2, 7)], ids=str)
    def test_a_bad_change_stops_other_names_only_where_nothing_is_isolated(
        self, provider: Provider, zone: ZoneId, wrong: str, places: tuple[int, ...]
    ) -> None:
        there = [rrset(zone, f"host{number}", "A", "192.0.2.1") for number in places]
        bad = [
            rrset(zone, f"host{number}", *(("CNAME", "a.example.net.") if wrong == "refused" else ("A", "192.0.2.3")))
            for number in places
        ]
        good = [rrset(zone, f"host{number}", "A", "192.0.2.2") for number in range(9) if number not in places]
        live = host(provider, zone, *there)
        receipts = apply(provider, live, created(*sorted([*good, *bad], key=lambda new: new.name)))
        hold_true(provider, live, receipts)
        done = {change.key for receipt in receipts if receipt.outcome is Outcome.APPLIED for change in receipt.changes}
        assert not done & {new.key for new in bad}
        if provider.capabilities.isolates:
            assert done == {new.key for new in good}
        elif provider.capabilities.atomic:
            assert not done, "nine small changes are one batch, and it is not to be half done"

    @pytest.mark.parametrize(("ours", "theirs"), _EDITS)
    def test_a_foreign_edit_between_read_and_apply_is_never_overwritten(
        self, provider: Provider, zone: ZoneId, foreign_edit: ForeignEdit, ours: str, theirs: str
    ) -> None:
        old, by_them = rrset(zone, "www", "A", "192.0.2.1"), rrset(zone, "www", "A", "192.0.2.2", 600)
        by_us = rrset(zone, "www", "A", "192.0.2.3")
        beside = rrset(zone, "beside", "A", "192.0.2.4")
        live = host(provider, zone, *([] if ours == "create" else [old]))
        foreign_edit(zone, old.key, None if theirs == "delete" else by_them)
        mine = Change(live.rrsets.get(old.key), None if ours == "delete" else by_us)
        receipts = apply(provider, live, [mine, Change(None, beside)])
        found = read(provider, zone).rrsets
        assert found.get(old.key) == (None if theirs == "delete" else by_them)
        assert {receipt.outcome for receipt in receipts if mine in receipt.changes} == {Outcome.CONFLICT}
        assert (beside.key in found) == provider.capabilities.isolates

    def test_a_foreign_edit_is_seen_by_the_next_read(
        self, provider: Provider, zone: ZoneId, foreign_edit: ForeignEdit
    ) -> None:
        old, new = rrset(zone, "www", "A", "192.0.2.1"), rrset(zone, "www", "A", ["192.0.2.2", "192.0.2.3"], 600)
        live = host(provider, zone, old)
        foreign_edit(zone, new.key, new)
        assert contents(provider, read(provider, zone)) == contents(provider, live) | {new.key: new}
        foreign_edit(zone, new.key, None)
        assert new.key not in read(provider, zone).rrsets

    def _conflicts(self, provider: Provider, base: LiveZone, live: LiveZone, changes: Sequence[Change]) -> None:
        receipts = apply(provider, base, changes)
        assert outcomes(receipts) == {Outcome.CONFLICT}
        assert unchanged(provider, live)
