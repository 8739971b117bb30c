"""An adapter has an ability by having its methods."""

import pytest

from tests.support.able import AbleProvider
from zonesync.provider.abilities import Account, Counted, DeletesZones, HasNetworks, HasQuotas, Particular, Translates
from zonesync.provider.contract import Provider
from zonesync.provider.memory import MemoryProvider
from zonesync.provider.memory_private import PrivateMemoryProvider
from zonesync_bind import BindProvider
from zonesync_gcloud import CloudDnsProvider
from zonesync_ns1 import Ns1Provider
from zonesync_route53 import Route53Provider

ABLE = (Translates, Particular, HasQuotas, Counted, Account)


@pytest.mark.parametrize("ability", ABLE)
def test_an_ability_is_seen_where_it_is_and_not_where_it_is_not(ability: type) -> None:
    assert isinstance(AbleProvider(), ability)
    assert not isinstance(MemoryProvider("m"), ability)
    assert not isinstance(PrivateMemoryProvider("m"), ability)


def test_networks_are_an_ability_of_private_zones() -> None:
    assert isinstance(PrivateMemoryProvider("m"), HasNetworks)
    assert not isinstance(MemoryProvider("m"), HasNetworks)
    assert not isinstance(AbleProvider(), HasNetworks)


def test_every_adapter_of_ours_deletes_zones() -> None:
    for kind in (MemoryProvider, PrivateMemoryProvider, BindProvider, CloudDnsProvider, Ns1Provider, Route53Provider):
        assert issubclass(kind, DeletesZones)


def test_every_one_of_them_is_a_provider() -> None:
    for made in (MemoryProvider("m"), PrivateMemoryProvider("m"), AbleProvider()):
        assert isinstance(made, Provider)


@pytest.mark.parametrize("text", ["", "net-", "7a", "other-7", "net--1", "\u0667"])
def test_what_is_no_network_says_how_one_is_written(text: str) -> None:
    with pytest.raises(ValueError, match="it is `net-` and a number"):
        PrivateMemoryProvider("m").spell_network(text)
