"""What goes in comes out."""

# ruff: noqa: D102 -- the name of a test is its sentence

from zonesync.model.change import Change
from zonesync.model.rdata import txt_from_strings, txt_strings, txt_text
from zonesync.model.rrset import Key
from zonesync.model.zone import ZoneId
from zonesync.provider.conformance.fixtures import Fixtures
from zonesync.provider.conformance.kit import carried_out, contents, created, host, read, rrset, spelled, supports
from zonesync.provider.conformance.samples import OWNERS, SAMPLES, TEXTS
from zonesync.provider.contract import AliasSupport, Provider


class ContentConformance(Fixtures):
    """Every type, text and name that the capabilities claim survives the way there and back."""

    def test_every_type_that_the_capabilities_claim_comes_back(self, provider: Provider, zone: ZoneId) -> None:
        wanted = [
            rrset(zone, f"{rtype.lower()}-sample", rtype, values)
            for rtype, values in SAMPLES.items()
            if supports(provider, rtype)
        ]
        if provider.capabilities.alias is AliasSupport.ANYWHERE:
            wanted.append(rrset(zone, "alias-sample", "ALIAS", "target.example.net."))
        found = contents(provider, host(provider, zone, *wanted))
        for new in wanted:
            assert found.get(new.key) == provider.normalise(new)

    def test_an_alias_at_the_apex_comes_back(self, provider: Provider, zone: ZoneId) -> None:
        alias = rrset(zone, "@", "ALIAS", "target.example.net.")
        live = host(provider, zone, *([] if provider.capabilities.alias is AliasSupport.NOWHERE else [alias]))
        assert (alias.key in live.rrsets) == (provider.capabilities.alias is not AliasSupport.NOWHERE)

    def test_normalise_is_idempotent_and_is_what_read_returns(self, provider: Provider, zone: ZoneId) -> None:
        wanted = [
            rrset(zone, f"{rtype.lower()}-sample", rtype, values)
            for rtype, values in SAMPLES.items()
            if supports(provider, rtype)
        ]
        live = host(provider, zone, *wanted)
        for new in wanted:
            once = provider.normalise(new)
            assert provider.normalise(once) == once
            assert provider.normalise(live.rrsets[new.key]) == once
            assert (once.name, once.type, once.ttl) == (new.name, new.type, new.ttl)

    def test_texts_of_any_octets_come_back(self, provider: Provider, zone: ZoneId) -> None:
        limit = provider.capabilities.max_txt
        texts = [data for data in TEXTS if limit is None or len(data) <= limit]
        wanted = [rrset(zone, f"text{index}", "TXT", txt_text(data)) for index, data in enumerate(texts)]
        live = host(provider, zone, *wanted)
        for new, data in zip(wanted, texts, strict=True):
            assert [b"".join(txt_strings(text)) for text in live.rrsets[new.key].rdatas] == [data]

    def test_the_longest_text_comes_back(self, provider: Provider, zone: ZoneId) -> None:
        data = b"0123456789" * 400
        data = data[: provider.capabilities.max_txt]
        live = host(provider, zone, rrset(zone, "long", "TXT", txt_text(data)))
        (text,) = live.rrsets[Key(f"long.{zone.name}", "TXT")].rdatas
        assert b"".join(txt_strings(text)) == data

    def test_txt_boundaries_are_kept_exactly_where_that_is_claimed(self, provider: Provider, zone: ZoneId) -> None:
        new = rrset(zone, "sd", "TXT", txt_from_strings([b"k=1", b"k=2"]))
        live = host(provider, zone, new)
        assert (live.rrsets[new.key] == new) == provider.capabilities.keeps_txt_boundaries
        assert spelled(provider, {new.key: new})[new.key] == contents(provider, live)[new.key]

    def test_owner_names_of_all_kinds_come_back(self, provider: Provider, zone: ZoneId) -> None:
        wanted = [rrset(zone, owner, "TXT", '"here"') for owner in OWNERS]
        found = contents(provider, host(provider, zone, *wanted))
        assert {new.key for new in wanted} <= found.keys()
        assert len({new.key for new in wanted}) == len(OWNERS)

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
        wanted = [
            rrset(zone, "both", rtype, SAMPLES[rtype])
            for rtype in ("A", "AAAA", "MX", "TXT", "CAA", "SRV")
            if supports(provider, rtype)
        ]
        live = carried_out(provider, host(provider, zone), created(*wanted))
        assert read(provider, zone) == live
        assert {new.key for new in wanted} <= live.rrsets.keys()
