"""Zones for the real servers: of the corpus and generated, each with the file that zonesync wrote for it."""

import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, seed, settings

from tests.strategies import RDATA_TYPES
from tests.strategies import zones as drawn_zones
from tests.support.answers import HIDDEN
from tests.support.driving import Driver
from tests.support.projects import one_zone_project
from tests.support.shared import BIND, zone_name
from zonesync import workflow
from zonesync.model.names import is_within
from zonesync.model.rrset import Key, RRset
from zonesync.model.zone import DesiredZone, Nameservers, Zone
from zonesync.plan import apex_set, soa
from zonesync.run.context import Context
from zonesync_bind import BindProvider

NAMESERVERS = ("ns1.example.net.", "ns2.example.net.")


@dataclass(frozen=True, slots=True)
class Batch:
    """Zones that one server can have at once, with their files."""

    folder: Path
    zones: dict[str, Zone] = field(default_factory=dict)
    """By name without final dot."""
    files: dict[str, Path] = field(default_factory=dict)

    def takes(self, zone: Zone) -> bool:
        """Tell whether *zone* is apart from all others: the deeper of two would answer for the other."""
        return not any(
            is_within(zone.apex, other.apex) or is_within(other.apex, zone.apex) for other in self.zones.values()
        )

    def write(self, zone: DesiredZone) -> None:
        """Let zonesync write *zone*'s file, and remember what it is to hold."""
        provider = BindProvider("bind", directory=str(self.folder), nameservers=list(NAMESERVERS))
        live = Driver(provider).sync(zone)
        name = str(zone.id)
        self.zones[name] = wanted(zone)
        self.files[name] = Path(live.provider_id)


def wanted(zone: DesiredZone) -> Zone:
    """Return all that a server of *zone* has to answer, worked out from the desired zone alone."""
    hosts = zone.nameservers.hosts or NAMESERVERS
    ttl = apex_set.DEFAULT_TTL if zone.nameservers.ttl is None else zone.nameservers.ttl
    servers = RRset(zone.apex, "NS", ttl, tuple(sorted(hosts)))
    start = soa.initial(zone.apex, servers.rdatas[0], zone.ttl, zone.soa)
    return Zone(zone.id, {**zone.at("bind"), servers.key: servers, start.key: start})


def batches(folder: Path, zones: Iterable[DesiredZone]) -> list[Batch]:
    """Write every zone, into as few batches as their names allow."""
    found: list[Batch] = []
    for zone in zones:
        batch = next((batch for batch in found if batch.takes(zone)), None)
        if batch is None:
            batch = Batch(folder / f"batch{len(found)}")
            found.append(batch)
        batch.write(zone)
    return found


def corpus_zones(folder: Path, keys: Iterable[str]) -> Iterator[DesiredZone]:
    """Yield the corpus files *keys* as they are after the way through YAML."""
    for number, key in enumerate(keys):
        imported = workflow.import_zonefile(BIND / key, zone_name(key))
        assert imported.text is not None, key
        project = one_zone_project(folder / str(number), imported)
        loaded = workflow.load(project, (), Context())
        yield loaded.zones[0]


def generated_zones(count: int) -> list[DesiredZone]:
    """Return *count* zones drawn by hypothesis, the same at every run, each with content."""
    said = Nameservers("list", NAMESERVERS, ttl=3600, said=True)
    drawn = (_largest(number) for number in range(count))
    return [DesiredZone(zone.id, zone.rrsets, ("bind",), nameservers=said) for zone in drawn]


def _largest(number: int) -> Zone:
    """Draw some zones, and return the one with most RRsets."""
    found: list[Zone] = []
    apex_name = f"z{number}.test."
    refused = {Key(apex_name, "CDS"), Key(apex_name, "CDNSKEY")}
    """Without a DNSKEY that they match, BIND does not load them (RFC 7344 section 4.1)."""

    @seed(number)
    @settings(
        max_examples=8, database=None, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck)
    )
    @given(drawn_zones(apex_name, _TYPES))
    def draw(zone: Zone) -> None:
        rrsets = {key: _loadable(rrset) for key, rrset in zone.rrsets.items() if key not in refused}
        found.append(Zone(zone.id, rrsets))

    draw()
    return max(found, key=lambda zone: len(zone.rrsets))


_TYPES = tuple(rtype for rtype in RDATA_TYPES if rtype != "ALIAS")


_NAPTR = '100 10 "u" "E2U+sip" "!^.*$!sip:info@example.net!" .'


def _loadable(rrset: RRset) -> RRset:
    """Return *rrset*, a NAPTR with an expression that BIND can compile (RFC 3403 section 4.1)."""
    return replace(rrset, rdatas=(_NAPTR,)) if rrset.type == "NAPTR" else rrset


def sample(zones: Iterable[Zone], count: int) -> list[tuple[Zone, RRset]]:
    """Draw *count* RRsets, the same at every run, some of every zone before more of a large one."""
    draw = random.Random(2000)
    rows = []
    for zone in zones:
        keys = sorted(key for key in zone.rrsets if key.type not in HIDDEN)
        draw.shuffle(keys)
        rows += [(place, zone, key) for place, key in enumerate(keys)]
    rows.sort(key=lambda row: row[0])
    return [(zone, zone.rrsets[key]) for _, zone, key in rows[:count]]
