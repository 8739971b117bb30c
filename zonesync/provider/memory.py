"""A provider in memory, strict as a real service, in four characters that hold the contract to real clouds.

It is an adapter like any other in front of :class:`~zonesync.provider.memory_service.Service`, which plays the service.
"""

import functools
import hashlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from zonesync.model.change import Change
from zonesync.model.rrset import Key, RRset
from zonesync.model.zone import Kept, ZoneId
from zonesync.provider.batches import batches
from zonesync.provider.compare import same, soa_serial, with_serial
from zonesync.provider.contract import NO_WISHES, Capabilities, Creation, LiveZone, Outcome, Receipt, ZoneRef
from zonesync.provider.deletion import delete_zone, left_in
from zonesync.provider.errors import Conflict, Rejected, Unavailable, named
from zonesync.provider.memory_character import TRAITS, Character, Exactness
from zonesync.provider.memory_faults import Faults
from zonesync.provider.memory_service import Edit, Hosted, Service
from zonesync.provider.memory_spelling import Native
from zonesync.provider.outcomes import NOT_TRIED, certain, isolated
from zonesync.provider.permit import require_leave

_SOA = "{mname} hostmaster.{zone} 1 7200 900 1209600 86400"


@dataclass(frozen=True, slots=True)
class _Token:
    """The service's own form of what was read."""

    natives: Mapping[Key, Native]
    version: int


class MemoryProvider:
    """One account at an in-memory service.

    *character* chooses the kind of service; *capabilities* overrides single ones (``{"apex_ns": ApexNs.FIXED}``);
    *nameservers* is for the character ``file``, the others assign their own; with *kept* every new zone has an
    RRset that the model cannot hold, at ``kept``; *batch* overrides how many changes one call takes; *signed* is what
    it says of each zone's signatures.
    :attr:`faults` orders what goes wrong.
    """

    def __init__(
        self,
        name: str,
        character: Character | str = Character.BATCH,
        *,
        nameservers: Sequence[str] = (),
        kept: bool = False,
        batch: int | None = None,
        capabilities: Mapping[str, Any] | None = None,
        signed: bool | None = False,
    ) -> None:
        self.name = name
        self.character = Character(character)
        traits = TRAITS[self.character]
        self._traits = replace(
            traits,
            capabilities=replace(traits.capabilities, **(capabilities or {})),
            batch=batch or traits.batch,
        )
        self._nameservers = tuple(nameservers)
        self._kept = kept
        self._signed = signed
        self.faults = Faults()
        self._service = Service(self._traits, self.faults)

    @property
    def capabilities(self) -> Capabilities:
        """What it can hold and do."""
        return self._traits.capabilities

    @property
    def nameservers(self) -> tuple[str, ...]:
        """The configured names, where the provider assigns none."""
        return () if self.capabilities.assigns_nameservers else self._nameservers

    def target(self, zone: ZoneId) -> str:
        """Name the account and the zone."""
        return f"memory:{self.character}/{self.name}/{zone}"

    def zones(self) -> Iterator[ZoneRef]:
        """Yield every zone hosted here."""
        with named(self.name):
            found = self._service.zones()
        for zone, provider_id in found:
            yield ZoneRef(zone, provider_id)

    def read(self, zone: ZoneId) -> LiveZone | None:
        """Return everything served for *zone*, page by page; None where it is not hosted here."""
        natives: list[Native] = []
        start: int | None = 0
        with named(self.name, zone):
            hosted = self._service.describe(zone)
            if hosted is None:
                return None
            while start is not None:
                page, start = self._service.page(zone, start)
                natives += page
        by_key = {rrset.key: (rrset, native) for native in natives for rrset in [self._traits.spelling.read(native)]}
        return LiveZone(
            zone,
            hosted.id,
            {key: rrset for key, (rrset, _) in by_key.items()},
            hosted.nameservers if self.capabilities.assigns_nameservers else (),
            hosted.kept,
            networks=tuple(sorted(hosted.networks)),
            signed=self._signed,
            token=_Token({key: native for key, (_, native) in by_key.items()}, hosted.version),
        )

    def create(self, zone: ZoneId, how: Creation = NO_WISHES) -> LiveZone:
        """Create *zone*. Without a ready-made apex (character ``file``) nothing is made before the first apply."""
        with named(self.name, zone):
            if not self.capabilities.premade_apex:
                if self._service.describe(zone) is not None:
                    raise Conflict("the zone exists")
                return LiveZone(zone, "", {}, token=_Token({}, 0))
            self._create(zone, how)
        created = self.read(zone)
        assert created is not None
        return created

    def delete(self, live: LiveZone) -> Receipt:
        """Delete the zone, if it is empty; in the character ``single`` the service itself would take it full."""

        def send(found: LiveZone) -> str:
            assert isinstance(found.token, _Token)
            require_leave()
            self._service.delete(live.id, found.token.version)
            return f"D{found.provider_id}"

        with named(self.name, live.id):
            left = functools.partial(left_in, addresses=not self.capabilities.premade_apex)
            return delete_zone(live, lambda: self.read(live.id), send, left)

    def _create(self, zone: ZoneId, how: Creation) -> None:
        names = self._assigned(zone)
        soa = _SOA.format(mname=names[0], zone=zone.name.removeprefix("."))
        apex = [RRset.of(zone.name, "NS", 172800, names), RRset.of(zone.name, "SOA", 900, [soa])]
        natives = [self._traits.spelling.spell(rrset) for rrset in apex]
        new = Hosted("", names, kept=self._keepsakes(zone), reference=how.reference, networks=frozenset(how.networks))
        require_leave()
        try:
            self._service.create(zone, natives, new)
        except Unavailable:
            # Without a reference nobody could tell this zone from somebody else's.
            if not how.reference:
                raise
            if not self._is_ours(zone, how.reference):
                self._service.create(zone, natives, new)

    def _is_ours(self, zone: ZoneId, reference: str) -> bool:
        hosted = self._service.describe(zone)
        return hosted is not None and hosted.reference == reference

    def _assigned(self, zone: ZoneId) -> tuple[str, ...]:
        if not self.capabilities.assigns_nameservers:
            return self._nameservers
        pool = hashlib.sha256(str(zone).encode()).digest()[0] % 4
        return tuple(f"ns{number}.pool{pool}.{self.name.lower()}.example.net." for number in range(1, 5))

    def _keepsakes(self, zone: ZoneId) -> tuple[Kept, ...]:
        if not self._kept:
            return ()
        name = "kept." if zone.name == "." else f"kept.{zone.name}"
        return (Kept(name, "A", "weighted, 2 targets", "sha256:5a1e", set_identifier="blue"),)

    def normalise(self, rrset: RRset) -> RRset:
        """Return *rrset* as the service will give it back."""
        return self._traits.spelling.normalise(rrset)

    def apply(self, live: LiveZone, changes: Sequence[Change]) -> Iterator[Receipt]:
        """Carry out *changes*, batch by batch; a name of which one change failed is not gone on with."""
        over = ""
        failed: set[str] = set()
        weight = _one if self._traits.exactness is Exactness.EXISTENCE else _deletion_and_addition
        # The SOA goes first: a service that counts its serial up would make the value that was read stale.
        ordered = sorted(changes, key=lambda change: change.key != Key(live.id.name, "SOA"))
        for whole in batches(ordered, self._traits.batch, weight):
            left = tuple(change for change in whole if over or change.key.name in failed)
            if left:
                yield Receipt(left, Outcome.REJECTED, words=NOT_TRIED + (over or "it is at the same name"))
            batch = tuple(change for change in whole if not over and change.key.name not in failed)
            for receipt in self._receipts(live, batch) if batch else ():
                if receipt.outcome is not Outcome.APPLIED:
                    failed |= {change.key.name for change in receipt.changes}
                    if receipt.outcome is Outcome.UNKNOWN or not self.capabilities.isolates:
                        over = receipt.words
                yield receipt

    def _receipts(self, live: LiveZone, batch: tuple[Change, ...]) -> Iterator[Receipt]:
        def send(part: tuple[Change, ...]) -> Receipt:
            return certain(part, lambda: self._send(live, part), lambda: self._now(live.id, part), self.normalise)

        with named(self.name, live.id):
            yield from isolated(batch, send, self._blamed) if self.capabilities.isolates else (send(batch),)

    def _blamed(self, refusal: Receipt) -> Collection[str]:
        """Read from a refusal which name it is about, where names are spelled as the model has them."""
        return [refusal.words.partition(" ")[0]] if self.character is Character.ORDERED else []

    def _now(self, zone: ZoneId, changes: Sequence[Change]) -> Mapping[Key, RRset]:
        """Return what is live at *changes*, by one call for each where the service has no batches."""
        if self.character is Character.SINGLE:
            found = ((change.key, self._stored(zone, change.key)) for change in changes)
            return {key: self._traits.spelling.read(native) for key, native in found if native is not None}
        live = self.read(zone)
        return live.rrsets if live else {}

    def _stored(self, zone: ZoneId, key: Key) -> Native | None:
        where = self._traits.spelling.spell(RRset(key.name, key.type, 0, ()))
        return self._service.get(zone, (where.name, where.type))

    def _send(self, live: LiveZone, batch: tuple[Change, ...]) -> Receipt:
        token = live.token
        assert isinstance(token, _Token)
        try:
            edits = [self._edit(live, token, change) for change in batch]
            first = None
            if not self.capabilities.premade_apex:
                first = (self._assigned(live.id), self._keepsakes(live.id))
            version = token.version if self.character is Character.FILE else None
            require_leave()
            change_id = self._service.commit(live.id, edits, version, first)
        except Conflict as problem:
            return Receipt(batch, Outcome.CONFLICT, words=str(problem))
        except Rejected as problem:
            return Receipt(batch, Outcome.REJECTED, words=str(problem))
        return Receipt(batch, Outcome.APPLIED, change_id)

    def _edit(self, live: LiveZone, token: _Token, change: Change) -> Edit:
        key = change.key
        if change.after is not None and not isinstance(change.after, RRset):
            raise Rejected("what it becomes is not computed yet", key=key)
        after, old = change.after, live.rrsets.get(key)
        if after is not None and old is not None and after.type == old.type == "SOA":
            after = with_serial(after, soa_serial(old))
        new = None if after is None else self._traits.spelling.spell(after)
        if self.character is not Character.SINGLE:
            if not same(old, change.before):
                raise Conflict("live data is not what the change is based on", key=key)
            return Edit(token.natives.get(key), new)
        # Without compare-and-swap at the service: read, compare, write. Another writer may still come in between.
        stored = self._stored(live.id, key)
        current = None if stored is None else self._traits.spelling.read(stored)
        if not same(current, change.before):
            raise Conflict("live data is not what the change is based on", key=key)
        if new is not None:
            extra = stored.extra if stored else {"id": hashlib.sha256(str(key).encode()).hexdigest()[:8], "tier": "1"}
            new = replace(new, extra=extra)
        return Edit(stored, new)

    def reload(self, live: LiveZone) -> Receipt:
        """Do nothing: what is written is served."""
        return Receipt((), Outcome.APPLIED, words=f"`{live.id}` needs no reload")

    def wait(self, receipts: Sequence[Receipt]) -> None:
        """Return at once: what is written is served."""
        if receipts:
            with named(self.name):
                self.faults.arriving("wait")


def _one(_: Change) -> int:
    return 1


def _deletion_and_addition(change: Change) -> int:
    return (change.before is not None) + (change.after is not None)
