"""What reading promises."""

# ruff: noqa: D102 -- the name of a test is its sentence

from zonesync.model.names import absolute
from zonesync.model.zone import ZoneId
from zonesync.provider.conformance.fixtures import Fixtures
from zonesync.provider.conformance.kit import apex, contents, created, first_content, host, read, rrset
from zonesync.provider.contract import Capabilities, Provider
from zonesync.provider.errors import Conflict


class ReadingConformance(Fixtures):
    """Zones come and are found, and reading leaves no trace."""

    def test_it_has_what_the_contract_names(self, provider: Provider) -> None:
        assert isinstance(provider, Provider)
        assert provider.name
        assert isinstance(provider.capabilities, Capabilities)
        assert provider.capabilities == provider.capabilities

    def test_a_zone_that_is_not_hosted_reads_as_none(self, provider: Provider, zone: ZoneId) -> None:
        assert provider.read(zone) is None
        assert zone not in {ref.id for ref in provider.zones()}

    def test_a_zone_with_content_is_listed_and_has_an_id(self, provider: Provider, zone: ZoneId) -> None:
        live = host(provider, zone)
        assert live.id == zone
        assert live.provider_id
        listed = [ref.provider_id for ref in provider.zones() if ref.id == zone]
        assert listed == ([live.provider_id] if provider.capabilities.lists_zones else [])

    def test_creating_a_zone_that_exists_is_a_conflict(self, provider: Provider, zone: ZoneId) -> None:
        live = host(provider, zone, rrset(zone, "www", "A", "192.0.2.1"))
        try:
            provider.create(zone)
        except Conflict:
            pass
        else:
            raise AssertionError("a second `create` went through")
        assert contents(provider, read(provider, zone)) == contents(provider, live)

    def test_a_created_zone_has_the_apex_that_the_capabilities_tell_of(self, provider: Provider, zone: ZoneId) -> None:
        live = provider.create(zone)
        if provider.capabilities.premade_apex:
            assert set(live.rrsets) == apex(provider, zone)
            assert contents(provider, read(provider, zone)) == contents(provider, live)
        else:
            assert not live.rrsets
            list(provider.apply(live, first_content(provider, zone)))
            assert set(read(provider, zone).rrsets) == apex(provider, zone)

    def test_assigned_name_servers_come_with_the_zone_and_configured_ones_do_not(
        self, provider: Provider, zone: ZoneId
    ) -> None:
        live = host(provider, zone)
        if provider.capabilities.assigns_nameservers:
            assert live.nameservers
            assert live.nameservers == tuple(map(absolute, live.nameservers))
            assert not provider.nameservers
        else:
            assert not live.nameservers
            assert provider.nameservers == tuple(map(absolute, provider.nameservers))

    def test_assigned_name_servers_are_not_taken_from_the_ns_rrset(self, provider: Provider, zone: ZoneId) -> None:
        live = host(provider, zone)
        delegation = rrset(zone, "sub", "NS", ["ns1.example.org.", "ns2.example.org."])
        list(provider.apply(live, created(delegation)))
        assert read(provider, zone).nameservers == live.nameservers

    def test_reading_and_listing_change_nothing(self, provider: Provider, zone: ZoneId) -> None:
        host(provider, zone, rrset(zone, "www", "A", "192.0.2.1"))
        first, listed = read(provider, zone), list(provider.zones())
        assert read(provider, zone) == first
        assert list(provider.zones()) == listed

    def test_the_target_is_stable_and_tells_no_secret(
        self, provider: Provider, zone: ZoneId, secrets: tuple[str, ...]
    ) -> None:
        host(provider, zone)
        target = provider.target(zone)
        read(provider, zone)
        assert target == provider.target(zone)
        assert target
        assert not [secret for secret in secrets if secret in target]

    def test_zones_have_targets_of_their_own(self, provider: Provider, zone: ZoneId, other_zone: ZoneId) -> None:
        host(provider, zone)
        host(provider, other_zone)
        assert provider.target(zone) != provider.target(other_zone)

    def test_a_created_zone_is_not_another_one(self, provider: Provider, zone: ZoneId, other_zone: ZoneId) -> None:
        host(provider, zone, rrset(zone, "www", "A", "192.0.2.1"))
        assert provider.read(other_zone) is None
