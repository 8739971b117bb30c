"""Private zones: visible in the networks they are told, and never in none."""

# ruff: noqa: D102 -- the name of a test is its sentence

from dataclasses import replace

import pytest

from zonesync.model.zone import ZoneId
from zonesync.provider.abilities import HasNetworks
from zonesync.provider.conformance.fixtures import Fixtures
from zonesync.provider.conformance.kit import contents, outcomes, read
from zonesync.provider.contract import Creation, LiveZone, Outcome, Provider
from zonesync.provider.errors import Rejected


class NetworksConformance(Fixtures):
    """Asked of providers whose capabilities claim ``networks``; ``private_networks`` names three that exist."""

    @pytest.fixture
    def private(self, provider: Provider, private_networks: tuple[str, ...]) -> tuple[str, ...]:
        """Return the three networks, spelled and sorted; none where there are no private zones."""
        if not provider.capabilities.networks:
            return ()
        assert isinstance(provider, HasNetworks), "capabilities claim networks, and there is no `set_networks`"
        spelled = tuple(sorted({provider.spell_network(network) for network in private_networks}))
        assert len(spelled) >= 3, "override the fixture `private_networks` with three networks"
        return spelled[:3]

    def test_networks_are_spelled_in_one_way(self, provider: Provider, private: tuple[str, ...]) -> None:
        if not isinstance(provider, HasNetworks) or not private:
            return
        assert tuple(map(provider.spell_network, private)) == private
        assert provider.networks == tuple(sorted(map(provider.spell_network, provider.networks)))
        for text in ("", " ", "no such\nnetwork"):
            with pytest.raises(ValueError, match=r"."):
                provider.spell_network(text)

    def test_a_zone_is_created_where_it_is_to_be_visible(
        self, provider: Provider, zone: ZoneId, private: tuple[str, ...]
    ) -> None:
        if not private:
            return
        live = provider.create(zone, Creation("conformance", private[:2]))
        assert live.networks == private[:2]
        assert read(provider, zone).networks == private[:2]

    def test_a_zone_without_networks_of_its_own_has_those_of_its_provider(
        self, provider: Provider, zone: ZoneId, private: tuple[str, ...]
    ) -> None:
        if not isinstance(provider, HasNetworks) or not private:
            return
        if provider.networks:
            provider.create(zone)
            assert read(provider, zone).networks == provider.networks
        else:
            with pytest.raises(Rejected):
                provider.create(zone)
            assert provider.read(zone) is None

    @pytest.mark.parametrize(
        ("was", "becomes"), [((0,), (1,)), ((0,), (0, 1, 2)), ((0, 1, 2), (1,)), ((0, 1), (1, 2))], ids=str
    )
    def test_networks_come_before_networks_go(
        self, provider: Provider, zone: ZoneId, private: tuple[str, ...], was: tuple[int, ...], becomes: tuple[int, ...]
    ) -> None:
        if not isinstance(provider, HasNetworks) or not private:
            return
        old, new = ({private[place] for place in places} for places in (was, becomes))
        live = provider.create(zone, Creation("conformance", tuple(sorted(old))))
        receipts = []
        for receipt in provider.set_networks(live, tuple(sorted(new))):
            receipts.append(receipt)
            now = set(read(provider, zone).networks)
            assert now >= old or now >= new, "something went before everything had come"
        assert receipts
        assert outcomes(receipts) == {Outcome.APPLIED}
        assert not [receipt for receipt in receipts if receipt.changes]
        provider.wait(receipts)
        after = read(provider, zone)
        assert set(after.networks) == new
        assert contents(provider, after) == contents(provider, live)

    def test_networks_that_are_as_wanted_are_left_alone(
        self, provider: Provider, zone: ZoneId, private: tuple[str, ...]
    ) -> None:
        if not isinstance(provider, HasNetworks) or not private:
            return
        live = provider.create(zone, Creation("conformance", private[:2]))
        assert outcomes(provider.set_networks(live, private[:2])) <= {Outcome.APPLIED}
        assert read(provider, zone).networks == private[:2]

    def test_networks_that_changed_since_they_were_read_are_a_conflict(
        self, provider: Provider, zone: ZoneId, private: tuple[str, ...]
    ) -> None:
        if not private:
            return
        live = provider.create(zone, Creation("conformance", private[:1]))
        stale = replace(live, networks=private[:2])
        self._refused(provider, stale, private[2:], {Outcome.CONFLICT})

    def test_the_last_network_is_never_taken(self, provider: Provider, zone: ZoneId, private: tuple[str, ...]) -> None:
        if not private:
            return
        live = provider.create(zone, Creation("conformance", private[:1]))
        self._refused(provider, live, (), {Outcome.REJECTED})

    def _refused(self, provider: Provider, live: LiveZone, networks: tuple[str, ...], expected: set[Outcome]) -> None:
        assert isinstance(provider, HasNetworks)
        before = read(provider, live.id).networks
        assert outcomes(provider.set_networks(live, networks)) == expected
        assert read(provider, live.id).networks == before
