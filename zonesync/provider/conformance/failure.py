"""What happens when calls fail: nothing is claimed that is not so, and the next run does what is left."""

# ruff: noqa: D102 -- the name of a test is its sentence

from collections.abc import Callable

import pytest

from zonesync.model.change import Change
from zonesync.model.rrset import RRset
from zonesync.model.zone import ZoneId
from zonesync.provider.conformance.fixtures import FaultControl, Fixtures
from zonesync.provider.conformance.kit import (
    apex,
    apply,
    attempt,
    contents,
    difference,
    hold_true,
    host,
    outcomes,
    read,
    rrset,
)
from zonesync.provider.contract import Outcome, Provider
from zonesync.provider.errors import ProviderError, Unavailable

_ROUNDS = 5
_WRITES = ("create", "update", "delete")
_LOSSES = ("call", "answer")


class FailureConformance(Fixtures):
    """Faults before a write, after it, and within a read."""

    @pytest.mark.parametrize("write", _WRITES)
    @pytest.mark.parametrize("loss", _LOSSES)
    def test_what_a_lost_write_claims_is_true(
        self, provider: Provider, zone: ZoneId, faults: FaultControl, write: str, loss: str
    ) -> None:
        change = _written(zone)[write]
        live = host(provider, zone, *([change.before] if change.before else []))
        _lose(faults, loss)()
        receipts = attempt(provider, live, [change])
        hold_true(provider, live, receipts)
        assert outcomes(receipts) <= {Outcome.APPLIED, Outcome.UNKNOWN}, "nothing was wrong with the change"

    @pytest.mark.parametrize("write", _WRITES)
    @pytest.mark.parametrize("loss", _LOSSES)
    def test_a_lost_write_does_not_stand_in_the_way_of_the_next_run(
        self, provider: Provider, zone: ZoneId, faults: FaultControl, write: str, loss: str
    ) -> None:
        change = _written(zone)[write]
        live = host(provider, zone, *([change.before] if change.before else []))
        wanted = {change.after.key: change.after} if isinstance(change.after, RRset) else {}
        _lose(faults, loss)()
        attempt(provider, live, [change])
        again = read(provider, zone)
        hold_true(provider, again, apply(provider, again, difference(provider, again, wanted)))
        assert not difference(provider, read(provider, zone), wanted)

    def test_what_was_read_before_a_lost_answer_is_no_base_for_a_change(
        self, provider: Provider, zone: ZoneId, faults: FaultControl
    ) -> None:
        old, new = rrset(zone, "www", "A", "192.0.2.1"), rrset(zone, "www", "A", "192.0.2.2")
        live = host(provider, zone, old)
        faults.lose_answer()
        attempt(provider, live, [Change(old, new)])
        assert contents(provider, read(provider, zone)) == contents(provider, live) | {new.key: new}
        assert outcomes(apply(provider, live, [Change(old, None)])) == {Outcome.CONFLICT}

    @pytest.mark.parametrize("loss", _LOSSES)
    def test_a_run_that_faults_cut_short_is_finished_by_the_next(
        self, provider: Provider, zone: ZoneId, faults: FaultControl, many: int, loss: str
    ) -> None:
        count = min(many // 5, (provider.capabilities.max_rrsets or many) // 2)
        goes, changes, comes = _thirds(zone, count)
        live = host(provider, zone, *goes, *changes)
        wanted = {new.key: new for new in (*(_moved(old) for old in changes), *comes)}
        lose = _lose(faults, loss)
        lose()
        receipts = attempt(provider, live, difference(provider, live, wanted), after_first=lose)
        live = hold_true(provider, live, receipts)
        for _ in range(_ROUNDS):
            left = difference(provider, live, wanted)
            live = hold_true(provider, live, attempt(provider, live, left))
        assert not difference(provider, live, wanted)

    def test_a_read_that_ends_early_never_gives_a_shorter_zone(
        self, provider: Provider, zone: ZoneId, faults: FaultControl
    ) -> None:
        live = host(provider, zone, *(rrset(zone, f"host{number}", "A", "192.0.2.1") for number in range(10)))
        assert len(live.rrsets) == 10 + len(apex(provider, zone))
        faults.cut_list()
        with pytest.raises(Unavailable):
            provider.read(zone)

    def test_errors_say_whose_they_are(self, provider: Provider, zone: ZoneId, faults: FaultControl) -> None:
        host(provider, zone, *(rrset(zone, f"host{number}", "A", "192.0.2.1") for number in range(3)))
        faults.cut_list()
        with pytest.raises(ProviderError) as raised:
            provider.read(zone)
        assert (raised.value.provider, raised.value.zone) == (provider.name, str(zone))
        assert raised.value.words


def _lose(faults: FaultControl, loss: str) -> Callable[[], None]:
    return faults.lose_call if loss == "call" else faults.lose_answer


def _written(zone: ZoneId) -> dict[str, Change]:
    old, new = rrset(zone, "www", "A", "192.0.2.1"), rrset(zone, "www", "A", "192.0.2.2")
    return {"create": Change(None, new), "update": Change(old, new), "delete": Change(old, None)}


def _thirds(zone: ZoneId, count: int) -> list[list[RRset]]:
    """Return RRsets that are to go, to change and to come."""
    return [
        [rrset(zone, f"{kind}{number}", "A", f"192.0.2.{number % 250 + 1}") for number in range(count // 3)]
        for kind in ("goes", "changes", "comes")
    ]


def _moved(old: RRset) -> RRset:
    return RRset.of(old.name, old.type, old.ttl, [value.replace("192.0.2.", "198.51.100.") for value in old.rdatas])
