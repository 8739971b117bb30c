"""What an adapter may do besides: each ability that it has keeps its own promises."""

# ruff: noqa: D102 -- the name of a test is its sentence

from dataclasses import fields

from zonesync.model.rrset import Key, RRset
from zonesync.model.zone import ZoneId
from zonesync.provider.abilities import Account, Counted, Counts, DeletesZones, HasQuotas, Particular, Translates
from zonesync.provider.conformance.fixtures import Fixtures
from zonesync.provider.conformance.kit import contents, holds, host, read, rrset, spelled
from zonesync.provider.conformance.samples import OWNERS, SAMPLES
from zonesync.provider.contract import Capabilities, Provider


class OptionalConformance(Fixtures):
    """Translations, refusals, quotas, counts and credentials."""

    def test_a_translation_changes_aliases_alone_and_leaves_no_name_empty(
        self, provider: Provider, zone: ZoneId
    ) -> None:
        if not isinstance(provider, Translates):
            return
        given = _with_aliases(zone)
        before = dict(given)
        made = dict(provider.translate(zone, given))
        assert given == before
        assert made == dict(provider.translate(zone, given))
        assert made == dict(provider.translate(zone, made))
        assert {key: new for key, new in made.items() if key in given and key.type != "ALIAS"} == {
            key: new for key, new in given.items() if key.type != "ALIAS"
        }
        assert {key.name for key in made} == {key.name for key in given}

    def test_what_a_translation_made_can_be_hosted(self, provider: Provider, zone: ZoneId) -> None:
        if not isinstance(provider, Translates):
            return
        made = provider.translate(zone, _with_aliases(zone))
        held = [new for new in made.values() if new.type != "ALIAS" and holds(provider, zone, new)]
        found = contents(provider, host(provider, zone, *held))
        assert {new.key: found.get(new.key) for new in held} == spelled(provider, {new.key: new for new in held})

    def test_a_refusal_has_words_and_is_always_the_same(self, provider: Provider, zone: ZoneId) -> None:
        if not isinstance(provider, Particular):
            return
        samples = [rrset(zone, f"{rtype.lower()}-sample", rtype, values) for rtype, values in SAMPLES.items()]
        for new in [*samples, *(rrset(zone, owner, "TXT", '"here"') for owner in OWNERS)]:
            words = provider.refusal(zone, new)
            assert words == provider.refusal(zone, new)
            assert words == words.strip().removesuffix(".")
        assert not provider.refusal(zone, rrset(zone, "www", "A", "192.0.2.1"))

    def test_quotas_of_a_zone_change_limits_alone(self, provider: Provider, zone: ZoneId) -> None:
        if not isinstance(provider, HasQuotas):
            return
        live = host(provider, zone)
        for count in (0, 2, 100_000):
            found = provider.capabilities_for(live, count)
            limits = {"max_rrsets", "max_values", "max_txt"}
            for field in fields(Capabilities):
                known = getattr(provider.capabilities, field.name)
                assert field.name in limits or getattr(found, field.name) == known

    def test_calls_are_counted(self, provider: Provider, zone: ZoneId) -> None:
        if not isinstance(provider, Counted):
            return
        assert provider.counts == Counts()
        host(provider, zone)
        hosted = provider.counts
        assert hosted.calls > 0
        read(provider, zone)
        assert provider.counts.calls > hosted.calls
        assert provider.counts.retries < provider.counts.calls

    def test_credentials_are_found_and_never_shown(
        self, provider: Provider, zone: ZoneId, secrets: tuple[str, ...]
    ) -> None:
        if not isinstance(provider, Account):
            return
        found = provider.credentials()
        assert found.found
        assert found.source
        host(provider, zone)
        shown = [repr(found), repr(provider), repr(provider.permissions), repr(provider.read(zone))]
        shown += map(repr, provider.quotas())
        assert not [secret for secret in secrets for text in shown if secret in text]

    def test_permissions_and_quotas_are_told(self, provider: Provider) -> None:
        if not isinstance(provider, Account):
            return
        permissions = provider.permissions
        assert permissions.plan
        assert permissions.apply
        assert not set(permissions.plan) & set(permissions.apply)
        assert not set(permissions.delete) & {*permissions.plan, *permissions.apply}
        assert isinstance(provider, DeletesZones) or not permissions.delete
        for quota in provider.quotas():
            assert quota.name
            assert quota.limit > 0
            assert quota.used is None or quota.used >= 0


def _with_aliases(zone: ZoneId) -> dict[Key, RRset]:
    """Return a zone with aliases to its own names, to names elsewhere, and to nothing."""
    found = [
        rrset(zone, "@", "MX", "10 mail.example.net."),
        rrset(zone, "@", "ALIAS", f"www.{zone.name}"),
        rrset(zone, "www", "A", "192.0.2.1"),
        rrset(zone, "www", "AAAA", "2001:db8::1"),
        rrset(zone, "v4", "A", "192.0.2.1"),
        rrset(zone, "to-v4", "ALIAS", f"v4.{zone.name}"),
        rrset(zone, "elsewhere", "ALIAS", "www.example.net."),
        rrset(zone, "nothing", "ALIAS", f"absent.{zone.name}"),
    ]
    return {new.key: new for new in found}
