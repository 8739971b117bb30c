"""Zones that are taken away: empty ones alone, and what is said of it is so."""

# ruff: noqa: D102 -- the name of a test is its sentence

from dataclasses import replace

import pytest

from zonesync.model.change import Change
from zonesync.model.rrset import Key
from zonesync.model.zone import ZoneId
from zonesync.provider.abilities import DeletesZones
from zonesync.provider.conformance.fixtures import FaultControl, Fixtures
from zonesync.provider.conformance.kit import carried_out, contents, created, host, read, rrset, unchanged
from zonesync.provider.contract import Outcome, Provider, Receipt
from zonesync.provider.errors import ProviderError
from zonesync.provider.permit import NoLeaveError, asking


class DeletionConformance(Fixtures):
    """Asked of providers that delete zones. One whose new zones hold what cannot be edited never deletes any."""

    def test_an_emptied_zone_is_deleted_and_no_other_one(
        self, provider: Provider, zone: ZoneId, other_zone: ZoneId
    ) -> None:
        if not isinstance(provider, DeletesZones):
            return
        new = rrset(zone, "www", "A", "192.0.2.1")
        other = host(provider, other_zone, replace(new, name=f"www.{other_zone.name}"))
        live = carried_out(provider, host(provider, zone, new), [Change(new, None)])
        receipt = provider.delete(live)
        if live.kept:
            assert receipt.outcome is Outcome.CONFLICT
            assert unchanged(provider, live)
            return
        _is_done(provider, zone, receipt)
        provider.wait([receipt])
        assert unchanged(provider, other)
        assert [found.id for found in provider.zones() if found.id in {zone, other_zone}] == [other_zone]

    def test_a_zone_that_holds_more_than_its_apex_is_not_deleted(self, provider: Provider, zone: ZoneId) -> None:
        if not isinstance(provider, DeletesZones):
            return
        live = host(provider, zone, rrset(zone, "www", "A", "192.0.2.1"))
        _is_refused(provider, live.id, provider.delete(live))
        assert unchanged(provider, live)

    def test_a_zone_that_came_to_hold_more_since_it_was_read_is_not_deleted(
        self, provider: Provider, zone: ZoneId
    ) -> None:
        if not isinstance(provider, DeletesZones):
            return
        empty = host(provider, zone)
        live = carried_out(provider, read(provider, zone), created(rrset(zone, "@", "MX", "10 mail.example.net.")))
        _is_refused(provider, zone, provider.delete(empty))
        assert unchanged(provider, live)

    def test_a_zone_that_has_gone_is_deleted_already(self, provider: Provider, zone: ZoneId) -> None:
        if not isinstance(provider, DeletesZones):
            return
        live = host(provider, zone)
        if live.kept:
            return
        for _ in range(2):
            _is_done(provider, zone, provider.delete(live))

    def test_a_zone_is_created_again_after_it_was_deleted(self, provider: Provider, zone: ZoneId) -> None:
        if not isinstance(provider, DeletesZones):
            return
        was = host(provider, zone)
        if was.kept:
            return
        _is_done(provider, zone, provider.delete(was))
        new = rrset(zone, "www", "A", "192.0.2.1")
        live = host(provider, zone, new)
        assert live.rrsets[new.key] == new
        assert contents(provider, live).keys() == {*was.rrsets, new.key}
        _is_refused(provider, zone, provider.delete(was))
        assert unchanged(provider, live)

    def test_without_leave_no_zone_is_deleted(self, provider: Provider, zone: ZoneId) -> None:
        if not isinstance(provider, DeletesZones):
            return
        live = host(provider, zone)
        if live.kept:
            return
        with asking(_refuse), pytest.raises(NoLeaveError):
            provider.delete(live)
        assert unchanged(provider, live)

    @pytest.mark.parametrize("loss", ["call", "answer"])
    def test_what_a_lost_deletion_claims_is_true_and_the_next_one_finishes_it(
        self, provider: Provider, zone: ZoneId, faults: FaultControl, loss: str
    ) -> None:
        if not isinstance(provider, DeletesZones):
            return
        live = host(provider, zone)
        if live.kept:
            return
        lose = faults.lose_call if loss == "call" else faults.lose_answer
        lose()
        try:
            receipt = provider.delete(live)
        except ProviderError:
            assert unchanged(provider, live), "an error says that nothing was deleted"
        else:
            assert receipt.outcome in {Outcome.APPLIED, Outcome.UNKNOWN}, "nothing was wrong with the deletion"
            now = provider.read(zone)
            assert now is None or receipt.outcome is Outcome.UNKNOWN
        _is_done(provider, zone, provider.delete(live))


def _refuse() -> None:
    raise NoLeaveError("the lock is lost")


def _is_done(provider: Provider, zone: ZoneId, receipt: Receipt) -> None:
    assert (receipt.changes, receipt.outcome) == ((), Outcome.APPLIED), receipt.words
    assert provider.read(zone) is None


def _is_refused(provider: Provider, zone: ZoneId, receipt: Receipt) -> None:
    assert (receipt.changes, receipt.outcome) == ((), Outcome.CONFLICT)
    assert receipt.words
    assert Key(zone.name, "SOA") in read(provider, zone).rrsets
