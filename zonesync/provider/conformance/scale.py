"""Many changes at once, and several threads."""

# ruff: noqa: D102 -- the name of a test is its sentence

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from zonesync.model.change import Change
from zonesync.model.zone import ZoneId
from zonesync.provider.conformance.fixtures import Fixtures
from zonesync.provider.conformance.kit import apex, carried_out, contents, created, host, read, rrset
from zonesync.provider.contract import Provider

_ROUNDS = 5


class ScaleConformance(Fixtures):
    """Batches are cut as the provider needs them, and zones do not disturb each other."""

    def test_a_large_zone_is_created_updated_and_emptied(self, provider: Provider, zone: ZoneId, many: int) -> None:
        live = host(provider, zone)
        bare = contents(provider, live)
        count = min(many, (provider.capabilities.max_rrsets or many + 2) - 2)
        old = [rrset(zone, f"host{number}", "A", f"192.0.2.{number % 250 + 1}") for number in range(count)]
        live = carried_out(provider, live, created(*old))
        assert contents(provider, live) == bare | {one.key: one for one in old}
        new = [rrset(zone, f"host{number}", "A", f"198.51.100.{number % 250 + 1}") for number in range(count)]
        live = carried_out(provider, live, [Change(*pair) for pair in zip(old, new, strict=True)])
        assert contents(provider, live) == bare | {one.key: one for one in new}
        live = carried_out(provider, live, [Change(one, None) for one in new])
        assert contents(provider, live) == bare

    def test_two_threads_work_on_two_zones(self, provider: Provider, zone: ZoneId, other_zone: ZoneId) -> None:
        together = Barrier(2, timeout=60)

        def work(mine: ZoneId) -> int:
            host(provider, mine)
            for number in range(_ROUNDS):
                together.wait()
                new = rrset(mine, f"host{number}", "A", f"192.0.2.{number + 1}")
                assert carried_out(provider, read(provider, mine), created(new)).rrsets[new.key] == new
            return len(read(provider, mine).rrsets)

        with ThreadPoolExecutor(2) as pool:
            assert list(pool.map(work, (zone, other_zone))) == [len(apex(provider, zone)) + _ROUNDS] * 2
