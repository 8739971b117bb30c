"""What writing promises: exactly the changes asked for, and never over something that was not seen."""

# ruff: noqa: D102 -- the name of a test is its sentence

from collections.abc import Sequence

from zonesync.model.change import Change
from zonesync.model.rrset import RRset
from zonesync.model.zone import ZoneId
from zonesync.provider.conformance.fixtures import Fixtures
from zonesync.provider.conformance.kit import (
    apply,
    carried_out,
    contents,
    created,
    host,
    outcomes,
    read,
    rrset,
    unchanged,
)
from zonesync.provider.contract import LiveZone, Outcome, Provider

_REFUSED = {Outcome.CONFLICT, Outcome.REJECTED}


class WritingConformance(Fixtures):
    """Creates, updates and deletes, each compared with what is live."""

    def test_an_update_of_values_replaces_them_all(self, provider: Provider, zone: ZoneId) -> None:
        old = rrset(zone, "www", "A", ["192.0.2.1", "192.0.2.2", "192.0.2.3"])
        new = rrset(zone, "www", "A", ["192.0.2.2", "192.0.2.9"])
        live = carried_out(provider, host(provider, zone, old), [Change(old, new)])
        assert live.rrsets[new.key] == new

    def test_an_update_of_the_ttl_keeps_the_values(self, provider: Provider, zone: ZoneId) -> None:
        old = rrset(zone, "www", "MX", ["10 mail.example.net.", "5 mail2.example.net."], 3600)
        new = rrset(zone, "www", "MX", ["10 mail.example.net.", "5 mail2.example.net."], 7200)
        live = carried_out(provider, host(provider, zone, old), [Change(old, new)])
        assert live.rrsets[new.key] == new

    def test_a_delete_takes_one_type_and_leaves_the_others(self, provider: Provider, zone: ZoneId) -> None:
        goes, stays = rrset(zone, "www", "A", "192.0.2.1"), rrset(zone, "www", "AAAA", "2001:db8::1")
        live = carried_out(provider, host(provider, zone, goes, stays), [Change(goes, None)])
        assert goes.key not in live.rrsets
        assert live.rrsets[stays.key] == stays

    def test_a_change_leaves_everything_else_alone(self, provider: Provider, zone: ZoneId) -> None:
        old = [rrset(zone, f"host{number}", "A", f"192.0.2.{number}") for number in range(1, 6)]
        live = host(provider, zone, *old)
        new = rrset(zone, "host3", "A", "192.0.2.33")
        after = contents(provider, carried_out(provider, live, [Change(old[2], new)]))
        assert after == contents(provider, live) | {new.key: new}

    def test_a_cname_and_an_address_change_places(self, provider: Provider, zone: ZoneId) -> None:
        was_a, was_cname = rrset(zone, "one", "A", "192.0.2.1"), rrset(zone, "two", "CNAME", "one.example.net.")
        live = host(provider, zone, was_a, was_cname)
        is_cname, is_a = rrset(zone, "one", "CNAME", "two.example.net."), rrset(zone, "two", "A", "192.0.2.1")
        # Creates first: it is the adapter's duty to delete first at a name.
        changes = [*created(is_cname, is_a), Change(was_a, None), Change(was_cname, None)]
        after = carried_out(provider, live, changes)
        assert not {was_a.key, was_cname.key} & after.rrsets.keys()
        assert (after.rrsets[is_cname.key], after.rrsets[is_a.key]) == (is_cname, is_a)

    def test_creates_updates_and_deletes_go_together(self, provider: Provider, zone: ZoneId) -> None:
        goes, old = rrset(zone, "goes", "A", "192.0.2.1"), rrset(zone, "stays", "A", "192.0.2.2")
        new, comes = rrset(zone, "stays", "A", "192.0.2.22"), rrset(zone, "comes", "TXT", '"new"')
        live = host(provider, zone, goes, old)
        after = carried_out(provider, live, [Change(None, comes), Change(old, new), Change(goes, None)])
        expected = contents(provider, live) | {new.key: new, comes.key: comes}
        del expected[goes.key]
        assert contents(provider, after) == expected

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

    def test_an_atomic_batch_with_one_stale_change_changes_nothing(self, provider: Provider, zone: ZoneId) -> None:
        live = host(provider, zone, rrset(zone, "www", "A", "192.0.2.1"))
        good, stale = rrset(zone, "good", "A", "192.0.2.2"), rrset(zone, "www", "A", "192.0.2.3")
        receipts = apply(provider, live, created(good, stale))
        after = read(provider, zone).rrsets
        applied = {
            change.key for receipt in receipts if receipt.outcome is Outcome.APPLIED for change in receipt.changes
        }
        assert (good.key in after) == (good.key in applied)
        assert stale.key not in applied
        if provider.capabilities.atomic:
            assert unchanged(provider, live)

    def test_a_cname_beside_other_data_is_refused(self, provider: Provider, zone: ZoneId) -> None:
        live = host(provider, zone, rrset(zone, "www", "A", "192.0.2.1"))
        receipts = apply(provider, live, created(rrset(zone, "www", "CNAME", "target.example.net.")))
        assert outcomes(receipts) <= _REFUSED
        assert unchanged(provider, live)

    def test_a_name_outside_the_zone_is_refused(self, provider: Provider, zone: ZoneId, other_zone: ZoneId) -> None:
        live = host(provider, zone)
        receipts = apply(provider, live, created(rrset(other_zone, "www", "A", "192.0.2.1")))
        assert outcomes(receipts) <= _REFUSED
        assert unchanged(provider, live)

    def test_kept_rrsets_outlast_every_write_and_block_their_key(self, provider: Provider, zone: ZoneId) -> None:
        live = host(provider, zone)
        new = rrset(zone, "www", "A", "192.0.2.1")
        after = carried_out(provider, live, created(new))
        assert after.kept == live.kept
        for kept in after.kept:
            collides = RRset.of(kept.name, kept.type, 3600, ["192.0.2.1"])
            receipts = apply(provider, read(provider, zone), created(collides))
            assert outcomes(receipts) <= _REFUSED
        assert unchanged(provider, after)

    def test_no_changes_are_no_receipts(self, provider: Provider, zone: ZoneId) -> None:
        live = host(provider, zone)
        assert not apply(provider, live, [])
        assert read(provider, zone) == live

    def _conflicts(self, provider: Provider, base: LiveZone, live: LiveZone, changes: Sequence[Change]) -> None:
        receipts = apply(provider, base, changes)
        assert outcomes(receipts) == {Outcome.CONFLICT}
        assert unchanged(provider, live)
