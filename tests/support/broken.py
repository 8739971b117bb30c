"""Adapters that are wrong, each in one way that an adapter may well be."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from tests.support.able import AbleProvider
from zonesync.model.change import Change
from zonesync.model.rdata import txt_strings, txt_text
from zonesync.model.rrset import Key, RRset
from zonesync.model.zone import ZoneId
from zonesync.provider.abilities import Counts, Credentials
from zonesync.provider.contract import NO_WISHES, ApexNs, Capabilities, Creation, LiveZone, Outcome, Receipt
from zonesync.provider.errors import Conflict, ProviderError, Unavailable
from zonesync.provider.memory import MemoryProvider
from zonesync.provider.memory_private import PrivateMemoryProvider
from zonesync.provider.permit import asking


class Blind(MemoryProvider):
    """Overwrites whatever is there."""

    def apply(self, live: LiveZone, changes: Sequence[Change]) -> Iterator[Receipt]:
        now = self.read(live.id)
        assert now is not None
        rebased = [Change(now.rrsets.get(change.key), change.after) for change in changes]
        back = dict(zip(map(id, rebased), changes, strict=True))
        for receipt in super().apply(now, [change for change in rebased if change.before or change.after]):
            yield replace(receipt, changes=tuple(back[id(change)] for change in receipt.changes))


class Answering(MemoryProvider):
    """Says something of its own where an answer is lost."""

    says = Outcome.APPLIED

    def _send(self, live: LiveZone, batch: tuple[Change, ...]) -> Receipt:
        try:
            return super()._send(live, batch)
        except Unavailable as problem:
            return Receipt(batch, self.says, words=problem.words)


class Sure(Answering):
    """Takes a lost call for success."""


class Gloomy(Answering):
    """Takes a lost answer for failure."""

    says = Outcome.REJECTED


class Repeating(MemoryProvider):
    """Sends a write again where its answer is lost, without a look."""

    def _send(self, live: LiveZone, batch: tuple[Change, ...]) -> Receipt:
        try:
            return super()._send(live, batch)
        except Unavailable:
            return super()._send(live, batch)


class Alarmed(MemoryProvider):
    """Raises in the middle of an apply although a change took effect."""

    def _send(self, live: LiveZone, batch: tuple[Change, ...]) -> Receipt:
        try:
            return super()._send(live, batch)
        except Unavailable as problem:
            problem.sent = False
            raise


class Unstoppable(MemoryProvider):
    """Goes on after what is not known."""

    def apply(self, live: LiveZone, changes: Sequence[Change]) -> Iterator[Receipt]:
        for receipt in super().apply(live, changes):
            unknown = Receipt(receipt.changes[:1], Outcome.UNKNOWN)
            yield from (unknown, replace(receipt, changes=receipt.changes[1:]))


class Forgetful(MemoryProvider):
    """Leaves changes out of its receipts."""

    def apply(self, live: LiveZone, changes: Sequence[Change]) -> Iterator[Receipt]:
        for receipt in super().apply(live, changes):
            yield replace(receipt, changes=receipt.changes[1:])


class Blocked(MemoryProvider):
    """Claims to isolate, and lets one bad change spoil its batch."""

    def _receipts(self, live: LiveZone, batch: tuple[Change, ...]) -> Iterator[Receipt]:
        yield self._send(live, batch)


class Halved(MemoryProvider):
    """Claims that a batch goes whole, and carries out what it can."""

    @property
    def capabilities(self) -> Capabilities:
        return replace(super().capabilities, isolates=False)

    def _receipts(self, live: LiveZone, batch: tuple[Change, ...]) -> Iterator[Receipt]:
        for change in batch:
            yield self._send(live, (change,))


class Short(MemoryProvider):
    """Takes a list that ends early for the whole."""

    def read(self, zone: ZoneId) -> LiveZone | None:
        try:
            return super().read(zone)
        except Unavailable:
            return LiveZone(zone, "Z", {})


class FirstPage(MemoryProvider):
    """Reads the first page alone."""

    def read(self, zone: ZoneId) -> LiveZone | None:
        live = super().read(zone)
        return live and replace(live, rrsets=dict(list(live.rrsets.items())[:100]))


class Remembering(MemoryProvider):
    """Reads what it has read before."""

    seen: LiveZone | None = None

    def read(self, zone: ZoneId) -> LiveZone | None:
        self.seen = self.seen or super().read(zone)
        return self.seen


class Nameless(MemoryProvider):
    """Does not say whose its errors are."""

    def read(self, zone: ZoneId) -> LiveZone | None:
        try:
            return super().read(zone)
        except ProviderError as problem:
            problem.provider = ""
            raise


class Unspelled(MemoryProvider):
    """Normalises otherwise than it stores."""

    def normalise(self, rrset: RRset) -> RRset:
        return rrset


class Trimming(MemoryProvider):
    """Strips texts."""

    def read(self, zone: ZoneId) -> LiveZone | None:
        live = super().read(zone)
        return live and replace(live, rrsets={key: self.trimmed(rrset) for key, rrset in live.rrsets.items()})

    def trimmed(self, rrset: RRset) -> RRset:
        if rrset.type != "TXT":
            return rrset
        return replace(rrset, rdatas=tuple(txt_text(b"".join(txt_strings(text)).strip()) for text in rrset.rdatas))


class Clamping(Trimming):
    """Keeps 255 octets of a text."""

    def trimmed(self, rrset: RRset) -> RRset:
        if rrset.type != "TXT":
            return rrset
        return replace(rrset, rdatas=tuple(txt_text(b"".join(txt_strings(text))[:255]) for text in rrset.rdatas))


class Growing(MemoryProvider):
    """Spells what it has spelled otherwise again."""

    def normalise(self, rrset: RRset) -> RRset:
        return replace(super().normalise(rrset), ttl=(rrset.ttl or 0) + 1)


class Recreating(MemoryProvider):
    """Takes a zone that exists for created."""

    def create(self, zone: ZoneId, how: Creation = NO_WISHES) -> LiveZone:
        try:
            return super().create(zone, how)
        except Conflict:
            found = self.read(zone)
            assert found is not None
            return found


class Listless(MemoryProvider):
    """Lists no zones."""

    def zones(self) -> Iterator[Any]:
        yield from ()


class Talkative(MemoryProvider):
    """Has its key in the target."""

    def target(self, zone: ZoneId) -> str:
        return f"memory:hunter2/{zone}"


class Boastful(MemoryProvider):
    """Claims an apex NS level that it does not have."""

    @property
    def capabilities(self) -> Capabilities:
        return replace(super().capabilities, apex_ns=ApexNs.FULL)


class Hasty(PrivateMemoryProvider):
    """Takes networks away before it adds any."""

    def set_networks(self, live: LiveZone, networks: Sequence[str]) -> Iterator[Receipt]:
        yield from super().set_networks(live, live.networks[:1])
        now = self.read(live.id)
        assert now is not None
        yield from super().set_networks(now, networks)


class Bold(PrivateMemoryProvider):
    """Sets networks over those that somebody else set."""

    def set_networks(self, live: LiveZone, networks: Sequence[str]) -> Iterator[Receipt]:
        now = self.read(live.id)
        assert now is not None
        yield from super().set_networks(now, networks)


class Hiding(PrivateMemoryProvider):
    """Takes the last network."""

    def set_networks(self, live: LiveZone, networks: Sequence[str]) -> Iterator[Receipt]:
        self._service._zones[live.id].networks = frozenset(networks)
        yield Receipt((), Outcome.APPLIED)


class Sweeping(MemoryProvider):
    """Deletes a zone with whatever is in it."""

    def delete(self, live: LiveZone) -> Receipt:
        self._service._zones.pop(live.id, None)
        return Receipt((), Outcome.APPLIED)


class Idle(MemoryProvider):
    """Says that it has deleted a zone, and has not."""

    def delete(self, live: LiveZone) -> Receipt:
        return Receipt((), Outcome.APPLIED)


class Stubborn(MemoryProvider):
    """Takes a zone that has gone for one that cannot be deleted."""

    def delete(self, live: LiveZone) -> Receipt:
        return super().delete(live) if self.read(live.id) else Receipt((), Outcome.REJECTED)


class Unasked(MemoryProvider):
    """Deletes zones without leave."""

    def delete(self, live: LiveZone) -> Receipt:
        with asking(lambda: None):
            return super().delete(live)


class Overconfident(MemoryProvider):
    """Takes a lost deletion for done."""

    def delete(self, live: LiveZone) -> Receipt:
        try:
            self._service.delete(live.id, 0)
        except Unavailable:
            return Receipt((), Outcome.APPLIED)
        return Receipt((), Outcome.APPLIED)


class Dropping(AbleProvider):
    """Drops what it cannot translate."""

    def translate(self, zone: ZoneId, rrsets: Mapping[Key, RRset]) -> Mapping[Key, RRset]:
        return {key: rrset for key, rrset in super().translate(zone, rrsets).items() if key.type != "ALIAS"}


class Rewriting(AbleProvider):
    """Translates in the mapping that it was given."""

    def translate(self, zone: ZoneId, rrsets: Mapping[Key, RRset]) -> Mapping[Key, RRset]:
        made = super().translate(zone, rrsets)
        assert isinstance(rrsets, dict)
        rrsets.clear()
        rrsets.update(made)
        return rrsets


class Moody(AbleProvider):
    """Refuses every second time."""

    moods = 0

    def refusal(self, zone: ZoneId, rrset: RRset) -> str:
        self.moods += 1
        return "not today" if self.moods % 2 else ""


class Generous(AbleProvider):
    """Tells of other abilities where it tells of quotas."""

    def capabilities_for(self, live: LiveZone, rrsets: int) -> Capabilities:
        return replace(self.capabilities, types=None)


class Careless(AbleProvider):
    """Counts nothing."""

    @property
    def counts(self) -> Counts:
        return Counts()


class Revealing(AbleProvider):
    """Tells its key."""

    def credentials(self) -> Credentials:
        return Credentials(found=True, source=f"the key {self._key}")
