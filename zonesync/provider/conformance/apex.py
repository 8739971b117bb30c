"""The apex NS RRset and the SOA: changed as far as the capabilities say, never deleted."""

# ruff: noqa: D102 -- the name of a test is its sentence

from dataclasses import replace

from zonesync.model.change import Change
from zonesync.model.rrset import Key, RRset
from zonesync.model.zone import ZoneId
from zonesync.provider.compare import same, with_serial
from zonesync.provider.conformance.fixtures import Fixtures
from zonesync.provider.conformance.kit import apply, carried_out, host, outcomes, read, rrset, unchanged
from zonesync.provider.contract import ApexNs, Outcome, Provider

_FIELDS = ("mname", "rname", "serial", "refresh", "retry", "expire", "minimum")
_OTHER = {
    "mname": "primary.example.net.",
    "rname": "dns.example.net.",
    "refresh": "10001",
    "retry": "1801",
    "expire": "1209601",
    "minimum": "601",
}
_FOREIGN = ("ns1.elsewhere.example.org.", "ns2.elsewhere.example.org.")


class ApexConformance(Fixtures):
    """What the capabilities say of the apex is what happens."""

    def test_the_soa_is_shown_exactly_where_that_is_claimed(self, provider: Provider, zone: ZoneId) -> None:
        live = host(provider, zone)
        assert (Key(zone.name, "SOA") in live.rrsets) == provider.capabilities.shows_soa
        assert provider.capabilities.shows_soa or not provider.capabilities.soa_fields

    def test_every_soa_field_that_can_be_set_is_set(self, provider: Provider, zone: ZoneId) -> None:
        live = host(provider, zone)
        assert provider.capabilities.soa_fields <= _OTHER.keys()
        for field in sorted(provider.capabilities.soa_fields):
            old = live.rrsets[Key(zone.name, "SOA")]
            new = _with_field(old, field, _OTHER[field])
            live = carried_out(provider, live, [Change(old, new)])
            assert same(live.rrsets[new.key], new)

    def test_the_ttl_of_the_soa_is_set_where_it_can_be(self, provider: Provider, zone: ZoneId) -> None:
        if not provider.capabilities.shows_soa:
            return
        live = host(provider, zone)
        old = live.rrsets[Key(zone.name, "SOA")]
        new = replace(old, ttl=(old.ttl or 0) + 100)
        receipts = apply(provider, live, [Change(old, new)])
        applied = outcomes(receipts) == {Outcome.APPLIED}
        assert same(read(provider, zone).rrsets[new.key], new) == applied
        assert applied or not provider.capabilities.soa_ttl

    def test_the_serial_is_neither_compared_nor_taken(self, provider: Provider, zone: ZoneId) -> None:
        if not provider.capabilities.soa_fields:
            return
        live = host(provider, zone)
        old = live.rrsets[Key(zone.name, "SOA")]
        field = max(provider.capabilities.soa_fields)
        new = with_serial(_with_field(old, field, _OTHER[field]), 4000000000)
        live = carried_out(provider, live, [Change(with_serial(old, 77), new)])
        assert same(live.rrsets[new.key], new)
        assert live.rrsets[new.key] != new

    def test_the_soa_is_never_deleted(self, provider: Provider, zone: ZoneId) -> None:
        if not provider.capabilities.shows_soa:
            return
        live = host(provider, zone)
        receipts = apply(provider, live, [Change(live.rrsets[Key(zone.name, "SOA")], None)])
        assert outcomes(receipts) == {Outcome.REJECTED}
        assert unchanged(provider, live)

    def test_the_apex_ns_rrset_is_deleted_only_where_that_is_claimed(self, provider: Provider, zone: ZoneId) -> None:
        live = host(provider, zone)
        key = Key(zone.name, "NS")
        receipts = apply(provider, live, [Change(live.rrsets[key], None)])
        if provider.capabilities.apex_ns is ApexNs.FULL:
            assert outcomes(receipts) == {Outcome.APPLIED}
            assert key not in read(provider, zone).rrsets
        else:
            assert outcomes(receipts) == {Outcome.REJECTED}
            assert unchanged(provider, live)

    def test_the_apex_ns_rrset_is_replaced_only_where_that_is_claimed(self, provider: Provider, zone: ZoneId) -> None:
        live = host(provider, zone)
        old = live.rrsets[Key(zone.name, "NS")]
        self._edits(provider, zone, Change(old, rrset(zone, "@", "NS", _FOREIGN, 7200)), _REPLACED)

    def test_names_are_added_to_the_apex_ns_rrset_only_where_that_is_claimed(
        self, provider: Provider, zone: ZoneId
    ) -> None:
        old = host(provider, zone).rrsets[Key(zone.name, "NS")]
        more = replace(old, rdatas=tuple(sorted({*old.rdatas, *_FOREIGN})))
        self._edits(provider, zone, Change(old, more), _ADDED)

    def test_the_ttl_of_the_apex_ns_rrset_is_set_only_where_that_is_claimed(
        self, provider: Provider, zone: ZoneId
    ) -> None:
        old = host(provider, zone).rrsets[Key(zone.name, "NS")]
        self._edits(provider, zone, Change(old, replace(old, ttl=(old.ttl or 0) // 2 + 300)), _TTL_SET)

    def test_an_apex_ns_rrset_that_is_not_as_believed_is_not_overwritten(
        self, provider: Provider, zone: ZoneId
    ) -> None:
        live = host(provider, zone)
        old = live.rrsets[Key(zone.name, "NS")]
        more = replace(old, rdatas=tuple(sorted({*old.rdatas, *_FOREIGN})))
        for believed in (replace(old, rdatas=_FOREIGN), replace(old, ttl=(old.ttl or 0) + 1), None):
            receipts = apply(provider, live, [Change(believed, more)])
            assert provider.capabilities.apex_ns is ApexNs.IGNORED or outcomes(receipts) <= _refused(provider, _ADDED)
            assert unchanged(provider, live)

    def test_an_apex_ns_rrset_that_changed_since_it_was_read_is_not_overwritten(
        self, provider: Provider, zone: ZoneId
    ) -> None:
        if provider.capabilities.apex_ns not in _ADDED:
            return
        stale = host(provider, zone)
        old = stale.rrsets[Key(zone.name, "NS")]
        more = replace(old, rdatas=tuple(sorted({*old.rdatas, *_FOREIGN})))
        live = carried_out(provider, read(provider, zone), [Change(old, more)])
        other = replace(old, rdatas=tuple(sorted({*old.rdatas, _FOREIGN[0]})))
        for base in (stale, live):
            assert outcomes(apply(provider, base, [Change(old, other)])) == {Outcome.CONFLICT}
            assert unchanged(provider, live)

    def test_an_soa_that_is_not_as_believed_is_not_overwritten(self, provider: Provider, zone: ZoneId) -> None:
        if not provider.capabilities.shows_soa:
            return
        live = host(provider, zone)
        old = live.rrsets[Key(zone.name, "SOA")]
        field = max(provider.capabilities.soa_fields, default="minimum")
        new = _with_field(old, field, _OTHER[field])
        for believed in (_with_field(old, "retry", "77"), replace(old, ttl=(old.ttl or 0) + 1), None):
            receipts = apply(provider, live, [Change(believed, new)])
            assert outcomes(receipts) <= ({Outcome.CONFLICT} if provider.capabilities.soa_fields else _REFUSED)
            assert unchanged(provider, live)

    def _edits(self, provider: Provider, zone: ZoneId, change: Change, possible: frozenset[ApexNs]) -> None:
        live = read(provider, zone)
        level = provider.capabilities.apex_ns
        receipts = apply(provider, live, [change])
        if level in possible:
            assert outcomes(receipts) == {Outcome.APPLIED}
            assert read(provider, zone).rrsets[change.key] == change.after
        elif level is ApexNs.ADD_ONLY and possible is _TTL_SET:
            # Whether the TTL of the provider's own names can be set is not told by this level.
            assert outcomes(receipts) <= {Outcome.APPLIED, Outcome.REJECTED}
        else:
            if level is not ApexNs.IGNORED:
                assert outcomes(receipts) == {Outcome.REJECTED}
            assert unchanged(provider, live)


_REFUSED = {Outcome.CONFLICT, Outcome.REJECTED}
_REPLACED = frozenset({ApexNs.FULL, ApexNs.NON_EMPTY})
_ADDED = _REPLACED | {ApexNs.ADD_ONLY}
_TTL_SET = _REPLACED | {ApexNs.TTL_ONLY}


def _refused(provider: Provider, possible: frozenset[ApexNs]) -> set[Outcome]:
    """Return how a change of the apex NS RRset may fail: by conflict alone, where it could have been carried out."""
    return {Outcome.CONFLICT} if provider.capabilities.apex_ns in possible else _REFUSED


def _with_field(soa: RRset, field: str, value: str) -> RRset:
    texts = soa.rdatas[0].split(" ")
    texts[_FIELDS.index(field)] = value
    return replace(soa, rdatas=(" ".join(texts),))
