"""What goes in comes out."""

# ruff: noqa: D102 -- the name of a test is its sentence

from dataclasses import replace

from zonesync.model.alias import AliasTarget
from zonesync.model.change import Change
from zonesync.model.names import absolute
from zonesync.model.rrset import RRset
from zonesync.model.zone import ZoneId
from zonesync.provider.conformance.fixtures import Fixtures
from zonesync.provider.conformance.kit import apex, carried_out, contents, created, holds, host, read, rrset
from zonesync.provider.conformance.samples import OWNERS, SAMPLES
from zonesync.provider.contract import AliasSupport, Provider


class ContentConformance(Fixtures):
    """Every type, text and name that the capabilities claim survives the way there and back."""

    def test_every_type_that_the_capabilities_claim_comes_back(self, provider: Provider, zone: ZoneId) -> None:
        wanted = _samples(provider, zone)
        assert {new.type for new in wanted} > {"A", "AAAA", "CNAME", "MX", "TXT"}
        found = contents(provider, host(provider, zone, *wanted))
        for new in wanted:
            assert found.get(new.key) == provider.normalise(new)

    def test_every_type_can_be_changed_and_deleted(self, provider: Provider, zone: ZoneId) -> None:
        old = _samples(provider, zone)
        live = host(provider, zone, *old)
        new = [replace(one, ttl=7200, rdatas=one.rdatas[:1]) for one in old]
        live = carried_out(provider, live, [Change(live.rrsets[one.key], one) for one in new])
        found = contents(provider, live)
        for one in new:
            assert found.get(one.key) == provider.normalise(one)
        live = carried_out(provider, live, [Change(live.rrsets[one.key], None) for one in new])
        assert set(live.rrsets) == apex(provider, zone)

    def test_an_alias_at_the_apex_comes_back(self, provider: Provider, zone: ZoneId) -> None:
        native = provider.capabilities.alias in {AliasSupport.APEX, AliasSupport.ANYWHERE}
        alias = rrset(zone, "@", "ALIAS", "target.example.net.")
        live = host(provider, zone, *([alias] if native else []))
        assert (alias.key in live.rrsets) == native

    def test_an_alias_of_the_providers_own_comes_back(self, provider: Provider, zone: ZoneId) -> None:
        target = rrset(zone, "target", "A", "192.0.2.1")
        alias = RRset(f"alias.{zone.name}", "A", None, (AliasTarget(target=target.name).to_text(),))
        if not provider.capabilities.provider_alias or not holds(provider, zone, alias):
            return
        live = host(provider, zone, target, alias)
        found = live.rrsets[alias.key]
        assert (found.ttl, AliasTarget.from_text(found.rdatas[0]).target) == (None, target.name)
        assert alias.key not in carried_out(provider, live, [Change(live.rrsets[alias.key], None)]).rrsets

    def test_normalise_is_idempotent_and_is_what_read_returns(self, provider: Provider, zone: ZoneId) -> None:
        wanted = _samples(provider, zone)
        live = host(provider, zone, *wanted)
        for new in (*wanted, *live.rrsets.values()):
            once = provider.normalise(new)
            assert provider.normalise(once) == once
            assert provider.normalise(live.rrsets[new.key]) == once
            assert (once.name, once.type, once.ttl) == (new.name, new.type, new.ttl)

    def test_owner_names_of_all_kinds_come_back(self, provider: Provider, zone: ZoneId) -> None:
        wanted = [rrset(zone, owner, "TXT", '"here"') for owner in OWNERS]
        assert len({new.key for new in wanted}) == len(OWNERS)
        held = [new for new in wanted if holds(provider, zone, new)]
        assert len(held) > len(OWNERS) // 3
        live = host(provider, zone, *held)
        assert {key for key in live.rrsets if key.name != zone.name} == {new.key for new in held}
        live = carried_out(provider, live, [Change(live.rrsets[new.key], replace(new, ttl=7200)) for new in held])
        assert {live.rrsets[new.key].ttl for new in held} == {7200}
        live = carried_out(provider, live, [Change(live.rrsets[new.key], None) for new in held])
        assert {key.name for key in live.rrsets} == {zone.name}

    def test_an_internationalised_name_comes_back_as_owner_and_as_target(
        self, provider: Provider, zone: ZoneId
    ) -> None:
        owners = [absolute(f"{label}.{zone.name}") for label in ("bücher", "*.例え")]
        targets = [absolute("münchen.example.net."), absolute("straße.example.net.")]
        wanted = [
            *(RRset.of(owner, "A", 3600, ["192.0.2.1"]) for owner in owners),
            rrset(zone, "target", "CNAME", targets[0]),
            rrset(zone, "mail", "MX", f"10 {targets[1]}"),
        ]
        assert all("xn--" in name for name in (*owners, *targets))
        live = host(provider, zone, *wanted)
        assert [live.rrsets.get(new.key) for new in wanted] == wanted

    def test_a_wildcard_can_be_changed_and_deleted(self, provider: Provider, zone: ZoneId) -> None:
        old, new = rrset(zone, "*", "A", "192.0.2.1"), rrset(zone, "*", "A", "192.0.2.2")
        live = host(provider, zone, old)
        live = carried_out(provider, live, [Change(old, new)])
        assert live.rrsets[new.key] == new
        live = carried_out(provider, live, [Change(new, None)])
        assert new.key not in live.rrsets

    def test_ttls_from_the_least_to_the_greatest_come_back(self, provider: Provider, zone: ZoneId) -> None:
        capabilities = provider.capabilities
        ttls = {capabilities.min_ttl, capabilities.min_ttl + 1, 86400, capabilities.max_ttl}
        wanted = [rrset(zone, f"ttl{ttl}", "A", "192.0.2.1", ttl) for ttl in sorted(ttls)]
        found = host(provider, zone, *wanted).rrsets
        assert [found[new.key].ttl for new in wanted] == sorted(ttls)

    def test_many_values_at_one_name_come_back(self, provider: Provider, zone: ZoneId) -> None:
        count = min(100, provider.capabilities.max_values or 100)
        new = rrset(zone, "many", "A", [f"192.0.2.{number}" for number in range(1, count + 1)])
        assert host(provider, zone, new).rrsets[new.key] == new

    def test_many_types_at_one_name_come_back(self, provider: Provider, zone: ZoneId) -> None:
        wanted = [rrset(zone, "both", rtype, SAMPLES[rtype]) for rtype in ("A", "AAAA", "MX", "TXT", "CAA", "SRV")]
        wanted = [new for new in wanted if holds(provider, zone, new)]
        live = carried_out(provider, host(provider, zone), created(*wanted))
        assert read(provider, zone) == live
        assert {new.key for new in wanted} <= live.rrsets.keys()


def _samples(provider: Provider, zone: ZoneId) -> list[RRset]:
    """Return an RRset of each type that *provider* says it can hold, less the values that it is particular about."""
    samples = dict(SAMPLES)
    if provider.capabilities.alias is AliasSupport.ANYWHERE:
        samples["ALIAS"] = ("target.example.net.",)
    found = []
    for rtype, values in samples.items():
        owner = f"{rtype.lower()}-sample"
        held = [value for value in values if holds(provider, zone, rrset(zone, owner, rtype, value))]
        if held and holds(provider, zone, rrset(zone, owner, rtype, held)):
            found.append(rrset(zone, owner, rtype, held))
    return found
