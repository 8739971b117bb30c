"""What writing promises: exactly the changes asked for, and never over something that was not seen."""

# ruff: noqa: D102 -- the name of a test is its sentence

from collections.abc import Generator

import pytest

from zonesync.model.change import Change
from zonesync.model.rrset import RRset
from zonesync.model.zone import ZoneId
from zonesync.provider.conformance.fixtures import Fixtures
from zonesync.provider.conformance.kit import (
    apex,
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
from zonesync.provider.contract import Outcome, Provider
from zonesync.provider.permit import NoLeaveError, asking

_REFUSED = {Outcome.CONFLICT, Outcome.REJECTED}


def _refuse() -> None:
    raise NoLeaveError("no leave")


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

    def test_an_rrset_of_one_type_gives_way_to_one_of_another(self, provider: Provider, zone: ZoneId) -> None:
        was, becomes = rrset(zone, "www", "TXT", '"was"'), rrset(zone, "www", "MX", "10 mail.example.net.")
        live = host(provider, zone, was)
        after = carried_out(provider, live, [Change(None, becomes), Change(was, None)])
        expected = {key: found for key, found in contents(provider, live).items() if key != was.key}
        assert contents(provider, after) == expected | {becomes.key: becomes}

    def test_an_emptied_zone_is_still_hosted_with_its_apex(self, provider: Provider, zone: ZoneId) -> None:
        content = [rrset(zone, "@", "MX", "10 mail.example.net."), rrset(zone, "www", "A", "192.0.2.1")]
        live = host(provider, zone, *content)
        after = carried_out(provider, live, [Change(live.rrsets[new.key], None) for new in content])
        assert set(after.rrsets) == apex(provider, zone)
        assert (zone in {ref.id for ref in provider.zones()}) == provider.capabilities.lists_zones

    def test_creates_updates_and_deletes_go_together(self, provider: Provider, zone: ZoneId) -> None:
        goes, old = rrset(zone, "goes", "A", "192.0.2.1"), rrset(zone, "stays", "A", "192.0.2.2")
        new, comes = rrset(zone, "stays", "A", "192.0.2.22"), rrset(zone, "comes", "TXT", '"new"')
        live = host(provider, zone, goes, old)
        after = carried_out(provider, live, [Change(None, comes), Change(old, new), Change(goes, None)])
        expected = contents(provider, live) | {new.key: new, comes.key: comes}
        del expected[goes.key]
        assert contents(provider, after) == expected

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

    def test_without_leave_nothing_is_written(self, provider: Provider, zone: ZoneId) -> None:
        old = rrset(zone, "old", "A", "192.0.2.1")
        live = host(provider, zone, old)
        changes = [Change(old, None), *created(rrset(zone, "new", "A", "192.0.2.2"))]
        with asking(_refuse), pytest.raises(NoLeaveError):
            apply(provider, live, changes)
        assert unchanged(provider, live)

    def test_an_apply_may_be_left_after_any_receipt(self, provider: Provider, zone: ZoneId) -> None:
        new = [rrset(zone, f"n{number}", "A", "192.0.2.1") for number in range(3)]
        receipts = provider.apply(host(provider, zone), created(*new))
        first = next(iter(receipts))
        if isinstance(receipts, Generator):
            receipts.close()
        there = contents(provider, read(provider, zone))
        assert all(there[change.key] == change.after for change in first.changes)

    def test_no_changes_are_no_receipts(self, provider: Provider, zone: ZoneId) -> None:
        live = host(provider, zone)
        assert not apply(provider, live, [])
        assert read(provider, zone) == live
