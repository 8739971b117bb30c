"""TXT: any octets, any length, with and without the boundaries of character strings."""

# ruff: noqa: D102 -- the name of a test is its sentence

from collections.abc import Iterable

from zonesync.model.change import Change
from zonesync.model.rdata import txt_from_strings, txt_strings, txt_text
from zonesync.model.rrset import RRset
from zonesync.model.zone import ZoneId
from zonesync.provider.conformance.fixtures import Fixtures
from zonesync.provider.conformance.kit import carried_out, contents, holds, host, rrset, spelled
from zonesync.provider.conformance.samples import LONG_TEXTS, TEXTS
from zonesync.provider.contract import Capabilities, LiveZone, Provider


class TextConformance(Fixtures):
    """Every text that the provider says it can hold comes back octet for octet."""

    def test_texts_of_any_octets_come_back(self, provider: Provider, zone: ZoneId) -> None:
        self._come_back(provider, zone, TEXTS)

    def test_texts_of_every_length_come_back(self, provider: Provider, zone: ZoneId) -> None:
        self._come_back(provider, zone, LONG_TEXTS)

    def _come_back(self, provider: Provider, zone: ZoneId, texts: Iterable[bytes]) -> None:
        wanted = _held(provider, zone, texts)
        assert len(wanted) > 1
        live = host(provider, zone, *(new for new, _ in wanted))
        for new, data in wanted:
            assert _octets(live, new) == [data]
            assert provider.normalise(live.rrsets[new.key]) == provider.normalise(new)

    def test_several_texts_at_one_name_come_back(self, provider: Provider, zone: ZoneId) -> None:
        held = [data for _, data in _held(provider, zone, TEXTS) if len(data) < 300]
        new = rrset(zone, "several", "TXT", map(txt_text, held))
        if holds(provider, zone, new):
            assert sorted(_octets(host(provider, zone, new), new)) == sorted(set(held))

    def test_a_text_is_replaced_by_one_that_is_hardly_different(self, provider: Provider, zone: ZoneId) -> None:
        texts = [b"a b", b"a  b", b"A b", b'"a b"', b"a;b", rb"a\;b", b"a\tb"]
        first, *others = (new for new, _ in _held(provider, zone, texts, owner="same"))
        live = host(provider, zone, first)
        for new in others:
            live = carried_out(provider, live, [Change(live.rrsets[new.key], new)])
            assert _octets(live, new) == [b"".join(txt_strings(new.rdatas[0]))]

    def test_txt_boundaries_are_kept_exactly_where_that_is_claimed(self, provider: Provider, zone: ZoneId) -> None:
        new = rrset(zone, "sd", "TXT", txt_from_strings([b"k=1", b"k=2"]))
        live = host(provider, zone, new)
        assert (live.rrsets[new.key] == new) == provider.capabilities.keeps_txt_boundaries
        assert spelled(provider, {new.key: new})[new.key] == contents(provider, live)[new.key]


def _held(provider: Provider, zone: ZoneId, texts: Iterable[bytes], owner: str = "text{}") -> list[tuple[RRset, bytes]]:
    """Return an RRset for each text that *provider* says it can hold."""
    pairs = [
        (rrset(zone, owner.format(index), "TXT", txt_text(data)), data)
        for index, data in enumerate(texts)
        if _fits(provider.capabilities, data)
    ]
    return [(new, data) for new, data in pairs if holds(provider, zone, new)]


def _fits(capabilities: Capabilities, data: bytes) -> bool:
    if not capabilities.txt_octets:
        try:
            data.decode()
        except UnicodeDecodeError:
            return False
    return capabilities.min_txt <= len(data) and (capabilities.max_txt is None or len(data) <= capabilities.max_txt)


def _octets(live: LiveZone, new: RRset) -> list[bytes]:
    return [b"".join(txt_strings(text)) for text in live.rrsets[new.key].rdatas]
