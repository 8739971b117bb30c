"""What happens when calls fail: nothing is claimed that is not known, and the next read tells the truth."""

# ruff: noqa: D102 -- the name of a test is its sentence

import pytest

from zonesync.model.change import Change
from zonesync.model.zone import ZoneId
from zonesync.provider.conformance.fixtures import FaultControl, Fixtures
from zonesync.provider.conformance.kit import apply, carried_out, contents, host, outcomes, read, rrset, unchanged
from zonesync.provider.contract import Outcome, Provider
from zonesync.provider.errors import ProviderError, Unavailable


class FailureConformance(Fixtures):
    """Faults before a write, after it, and within a read."""

    def test_a_write_that_fails_before_it_takes_effect_claims_nothing(
        self, provider: Provider, zone: ZoneId, faults: FaultControl
    ) -> None:
        old, new = rrset(zone, "www", "A", "192.0.2.1"), rrset(zone, "www", "A", "192.0.2.2")
        live = host(provider, zone, old)
        faults.lose_call()
        try:
            found = outcomes(apply(provider, live, [Change(old, new)]))
        except ProviderError:
            found = set()
        assert found <= {Outcome.UNKNOWN}
        assert unchanged(provider, live)
        # And nothing stands in the way of the next run.
        after = carried_out(provider, read(provider, zone), [Change(old, new)])
        assert after.rrsets[new.key] == new

    def test_a_write_whose_answer_is_lost_is_unknown_and_read_tells(
        self, provider: Provider, zone: ZoneId, faults: FaultControl
    ) -> None:
        old, new = rrset(zone, "www", "A", "192.0.2.1"), rrset(zone, "www", "A", "192.0.2.2")
        live = host(provider, zone, old)
        faults.lose_answer()
        receipts = apply(provider, live, [Change(old, new)])
        assert outcomes(receipts) == {Outcome.UNKNOWN}
        assert contents(provider, read(provider, zone)) == contents(provider, live) | {new.key: new}
        assert outcomes(apply(provider, live, [Change(old, None)])) == {Outcome.CONFLICT}

    def test_a_read_that_ends_early_raises_and_never_gives_a_shorter_zone(
        self, provider: Provider, zone: ZoneId, faults: FaultControl
    ) -> None:
        live = host(provider, zone, *(rrset(zone, f"host{number}", "A", "192.0.2.1") for number in range(10)))
        faults.cut_list()
        with pytest.raises(Unavailable):
            provider.read(zone)
        assert len(live.rrsets) == 12

    def test_errors_say_whose_they_are(self, provider: Provider, zone: ZoneId, faults: FaultControl) -> None:
        host(provider, zone, *(rrset(zone, f"host{number}", "A", "192.0.2.1") for number in range(3)))
        faults.cut_list()
        with pytest.raises(ProviderError) as raised:
            provider.read(zone)
        assert (raised.value.provider, raised.value.zone) == (provider.name, str(zone))
        assert raised.value.words
