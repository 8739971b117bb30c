"""A provider in memory with every ability that an adapter may have, for tests of what asks for them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from zonesync.model.rrset import Key, RRset
from zonesync.model.zone import ZoneId
from zonesync.provider.abilities import Counts, Credentials, Permissions, Quota
from zonesync.provider.contract import AliasSupport, Capabilities, LiveZone
from zonesync.provider.memory import MemoryProvider
from zonesync.provider.memory_faults import Faults

ADDRESSES = ("A", "AAAA")


@dataclass(slots=True)
class CountingFaults(Faults):
    """Counts the calls, too."""

    calls: int = 0

    def arriving(self, call: str) -> None:
        self.calls += 1
        Faults.arriving(self, call)


class AbleProvider(MemoryProvider):
    """Translates an ALIAS to one of its own zone's names into addresses, and holds no label of over 40 octets."""

    def __init__(self, name: str = "able", key: str = "hunter2") -> None:
        super().__init__(name, capabilities={"alias": AliasSupport.TRANSLATED})
        self._key = key
        self._calls = CountingFaults()
        self.faults = self._service.faults = self._calls

    def translate(self, zone: ZoneId, rrsets: Mapping[Key, RRset]) -> Mapping[Key, RRset]:
        made: dict[Key, RRset] = {}
        for key, rrset in rrsets.items():
            keys = [Key(rrset.rdatas[0], rtype) for rtype in ADDRESSES]
            targets = [rrsets[found] for found in keys if found in rrsets]
            if key.type == "ALIAS" and targets:
                made |= {Key(key.name, target.type): replace(target, name=key.name) for target in targets}
            else:
                made[key] = rrset
        return made

    def refusal(self, zone: ZoneId, rrset: RRset) -> str:
        longest = max(map(len, rrset.name.split(".")))
        return f"a label of {longest} octets, at most 40" if longest > 40 else ""

    def capabilities_for(self, live: LiveZone, rrsets: int) -> Capabilities:
        return replace(self.capabilities, max_rrsets=10_000 if rrsets > 8_000 else None)

    @property
    def counts(self) -> Counts:
        return Counts(calls=self._calls.calls)

    @property
    def permissions(self) -> Permissions:
        return Permissions(("memory.read",), ("memory.write",), ("memory.delete",))

    def credentials(self) -> Credentials:
        return Credentials(bool(self._key), "an argument")

    def quotas(self) -> Iterator[Quota]:
        yield Quota("zones", 500, len(list(self.zones())))
