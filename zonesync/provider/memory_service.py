"""A strict DNS service in memory: it refuses what a real one would, and keeps every RRset in its own spelling."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from threading import Lock

from zonesync.model.rrset import Key, RRset
from zonesync.model.zone import Kept, ZoneId
from zonesync.provider.contract import Capabilities
from zonesync.provider.errors import Conflict, NotFound, Rejected, Unavailable
from zonesync.provider.memory_character import Exactness, Traits
from zonesync.provider.memory_faults import Fault, Faults
from zonesync.provider.memory_rules import check_edit, check_zone
from zonesync.provider.memory_spelling import Native

_PAGE = 100


@dataclass(frozen=True, slots=True)
class Edit:
    """Replace *old* by *new* at one name and type; None stands for absence."""

    old: Native | None
    new: Native | None

    @property
    def where(self) -> tuple[str, str]:
        """The name and type in the service's spelling."""
        native = self.old or self.new
        assert native is not None
        return native.name, native.type


@dataclass(slots=True)
class Hosted:
    """One zone as the service stores it."""

    id: str
    nameservers: tuple[str, ...]
    records: dict[tuple[str, str], Native] = field(default_factory=dict)
    kept: tuple[Kept, ...] = ()
    version: int = 0
    reference: str = ""
    """What its maker called it, so that it is known again after a lost answer."""
    networks: frozenset[str] = frozenset()


class Service:
    """The service's side: every public method is one call over the wire."""

    def __init__(self, traits: Traits, faults: Faults) -> None:
        self.traits = traits
        self.faults = faults
        self._zones: dict[ZoneId, Hosted] = {}
        self._made = 0
        """Zones so far, those deleted since included: an id is never used twice."""
        self._lock = Lock()

    @property
    def _capabilities(self) -> Capabilities:
        return self.traits.capabilities

    def zones(self) -> list[tuple[ZoneId, str]]:
        """List the zones with their ids."""
        self.faults.arriving("zones")
        with self._lock:
            return [(zone, hosted.id) for zone, hosted in sorted(self._zones.items())]

    def create(self, zone: ZoneId, apex: Sequence[Native], hosted: Hosted) -> None:
        """Make a zone from *hosted*, with what the service puts into every new one."""
        self.faults.arriving("create")
        with self._lock:
            if zone in self._zones:
                raise Conflict("the zone exists")
            records = {(native.name, native.type): native for native in apex}
            self._zones[zone] = replace(hosted, id=self._new_id(), records=records)
        self.faults.answering("create")

    def delete(self, zone: ZoneId, version: int) -> None:
        """Take a zone away with all that is in it.

        A service of batches does so to an empty one alone; where the whole file is replaced, *version* is compared.
        """
        self.faults.arriving("delete")
        with self._lock:
            hosted = self._find(zone)
            apex = self.traits.spelling.spell(RRset(zone.name, "SOA", 0, ())).name
            more = len(hosted.records.keys() - {(apex, "SOA"), (apex, "NS")}) + len(hosted.kept)
            if more and self.traits.capabilities.premade_apex and self.traits.exactness is not Exactness.EXISTENCE:
                raise Rejected(f"the zone is not empty: {more} RRsets besides its apex NS and SOA")
            if not self.traits.capabilities.premade_apex and version != hosted.version:
                raise Conflict(f"the zone is at version {hosted.version}, not {version}")
            del self._zones[zone]
        self.faults.answering("delete")

    def show(self, zone: ZoneId, network: str) -> None:
        """Make a zone visible in one more network."""
        self.faults.arriving("show")
        with self._lock:
            hosted = self._find(zone)
            if network in hosted.networks:
                raise Conflict(f"the zone is visible in `{network}`")
            hosted.networks |= {network}
        self.faults.answering("show")

    def hide(self, zone: ZoneId, network: str) -> None:
        """Take a zone from one network, never from the last."""
        self.faults.arriving("hide")
        with self._lock:
            hosted = self._find(zone)
            if network not in hosted.networks:
                raise Conflict(f"the zone is not visible in `{network}`")
            if len(hosted.networks) == 1:
                raise Rejected("the last network of a private zone cannot be removed")
            hosted.networks -= {network}
        self.faults.answering("hide")

    def describe(self, zone: ZoneId) -> Hosted | None:
        """Return a zone's data, less its records."""
        self.faults.arriving("read")
        with self._lock:
            hosted = self._zones.get(zone)
            return hosted and replace(hosted, records={})

    def page(self, zone: ZoneId, start: int) -> tuple[list[Native], int | None]:
        """Return the records from *start*, and where the next page starts, None after the last."""
        with self._lock:
            records = list(self._find(zone).records.values())
        if self.faults.strike(Fault.TRUNCATE, "read"):
            return records[start : start + 1], -1
        if start < 0:
            raise Unavailable("the list ends early")
        following = start + _PAGE
        return records[start:following], following if following < len(records) else None

    def get(self, zone: ZoneId, where: tuple[str, str]) -> Native | None:
        """Return one RRset."""
        self.faults.arriving("get")
        with self._lock:
            return self._find(zone).records.get(where)

    def commit(
        self,
        zone: ZoneId,
        edits: Sequence[Edit],
        version: int | None = None,
        first: tuple[tuple[str, ...], tuple[Kept, ...]] | None = None,
    ) -> str:
        """Carry out *edits* all together, or none of them; return the id of the change.

        *version* is what the whole file was when read, where the service compares that. *first* has the name servers
        and the kept RRsets of a zone that its first content makes.
        """
        self.faults.arriving("commit")
        with self._lock:
            hosted = self._zones.get(zone)
            if hosted is None:
                if first is None:
                    raise NotFound("no such zone")
                hosted = Hosted("", first[0], kept=first[1])
            if version is not None and version != hosted.version:
                raise Conflict(f"the zone is at version {hosted.version}, not {version}")
            self._count(edits)
            after = dict(hosted.records)
            for edit in edits:
                self._compare(after, edit)
                after.pop(edit.where, None)
                if edit.new is not None:
                    after[edit.where] = edit.new
            self._check(zone, hosted, edits, after)
            hosted.id = hosted.id or self._new_id()
            hosted.records = after
            hosted.version += 1
            self._zones[zone] = hosted
            change = f"C{hosted.id}-{hosted.version}"
        self.faults.answering("commit")
        return change

    def _new_id(self) -> str:
        self._made += 1
        return f"Z{self._made:04d}"

    def _find(self, zone: ZoneId) -> Hosted:
        hosted = self._zones.get(zone)
        if hosted is None:
            raise NotFound("no such zone")
        return hosted

    def _count(self, edits: Sequence[Edit]) -> None:
        count = sum((edit.old is not None) + (edit.new is not None) for edit in edits)
        if self.traits.exactness is Exactness.EXISTENCE:
            count = len(edits)
        if count > self.traits.batch:
            raise Rejected(f"{count} changes in one call, at most {self.traits.batch}")
        if len({edit.where for edit in edits}) < len(edits):
            raise Rejected("one RRset is changed twice in one call")

    def _compare(self, records: dict[tuple[str, str], Native], edit: Edit) -> None:
        stored = records.get(edit.where)
        key = Key(*edit.where)
        if edit.old is None:
            if stored is not None:
                raise Conflict("it exists", key=key)
        elif stored is None:
            raise Conflict("it does not exist", key=key)
        elif self.traits.exactness is Exactness.ORDER and (stored.ttl, stored.values) != (
            edit.old.ttl,
            edit.old.values,
        ):
            raise Conflict("the values are not the stored ones in their stored order", key=key)
        elif self.traits.exactness is Exactness.VALUES and (
            stored.ttl != edit.old.ttl or set(stored.values) != set(edit.old.values)
        ):
            raise Conflict("the values are not the stored ones", key=key)

    def _check(self, zone: ZoneId, hosted: Hosted, edits: Sequence[Edit], after: dict[tuple[str, str], Native]) -> None:
        """Refuse what a real service refuses, then settle what it decides by itself."""
        for edit in edits:
            stored = hosted.records.get(edit.where)
            settled = check_edit(self.traits, (zone, hosted.nameservers), stored, edit.new)
            if settled is None:
                after.pop(edit.where, None)
            else:
                after[edit.where] = settled
        check_zone(zone, hosted.kept, after, {edit.where[0] for edit in edits}, self.traits)
        if self.traits.bumps_serial:
            soa = (self.traits.spelling.spell(RRset(zone.name, "SOA", 0, ())).name, "SOA")
            fields = after[soa].values[0].split(" ")
            old = hosted.records[soa].values[0].split(" ")[2] if soa in hosted.records else "0"
            fields[2] = str((int(old) + 1) % 2**32)
            after[soa] = replace(after[soa], values=(" ".join(fields),))
