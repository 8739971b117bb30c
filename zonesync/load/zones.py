"""Zone files to desired zones: settings, records and fragments together, with every finding of every file."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Protocol

from zonesync.findings import Finding, Place, Severity
from zonesync.load.config import Config, Defaults
from zonesync.load.includes import Files, Included, Proposed
from zonesync.load.nodes import Mapping, unpack
from zonesync.load.records import ZoneRecords
from zonesync.load.report import Report, Unreadable
from zonesync.load.rrset_forms import Reading
from zonesync.load.settings import (
    SUFFIXES,
    allowances,
    ignore_rules,
    nameservers,
    networks,
    read_settings,
    soa,
    zone_id,
)
from zonesync.load.zone_yaml import Document
from zonesync.model.rrset import Key
from zonesync.model.zone import DesiredZone, Nameservers, ZoneId


@dataclass(frozen=True, slots=True)
class LoadedZone:
    """What one zone file gave."""

    file: str
    id: ZoneId
    """The identity it claims, also where the rest of it is wrong."""
    zone: DesiredZone | None
    """None where a finding is an error."""
    findings: list[Finding] = field(default_factory=list)
    files: tuple[str, ...] = ()
    """What it was read from, fragments included, as places name them; not all of them where it could not be loaded."""


class Memory(Protocol):
    """What earlier runs have loaded."""

    def recall(self, path: Path, content: bytes, files: Files) -> LoadedZone | None:
        """Return the zone of the file *path*, which holds *content*; None where it has to be read."""
        ...

    def keep(self, loaded: LoadedZone, path: Path, content: bytes, files: Files, included: Sequence[Included]) -> None:
        """Keep what the file *path*, which holds *content*, has given."""
        ...


def load_zone(path: Path, *, root: Path, defaults: Defaults | None = None) -> tuple[DesiredZone | None, list[Finding]]:
    """Read the zone file *path*, whose includes are confined to *root*.

    Places name files relative to *root*. The zone is None where a finding is an error; nothing is raised for what
    the file holds.
    """
    loaded = _load(path, Files(root), defaults or Defaults(), ())
    return loaded.zone, loaded.findings


def load_proposed(path: Path, changed: Path, content: bytes, *, config: Config, root: Path) -> LoadedZone:
    """Read the zone file *path* as if *changed*, it or a fragment of it, held *content*; the disk stays as it is."""
    return _load(path, Proposed(root, changed, content), config.defaults, tuple(config.providers))


def load_zones(
    config: Config,
    root: Path,
    only: Collection[str] = (),
    *,
    repeats: bool = False,
    memory: Memory | None = None,
) -> list[LoadedZone]:
    """Read every zone file that the configuration names, in the order of zone names.

    *only* holds identities (``example.com``, ``example.com@internal``) or bare names, which mean every view; files of
    other zones are left out, whatever is wrong with them. A zone that an earlier file describes already is
    an error of the later one. What a fragment is wrong in is said for the first zone that includes it; with *repeats*
    for each of them, for who leaves zones out, and calls :func:`said_once` then. What *memory* recalls is not parsed
    again. Raises :class:`NameSyntaxError` where *only* holds what is no name.
    """
    files = Files(root)
    wanted = {_identity(text) for text in only}
    loaded = [
        zone
        for path in zone_files(config.zones, root)
        if _is_wanted((zone := _load(path, files, config.defaults, tuple(config.providers), memory)).id, wanted)
    ]
    loaded.sort(key=lambda zone: (zone.id.name, zone.id.view, zone.file))
    found = _distinct(loaded)
    return found if repeats else said_once(found)


def zone_files(patterns: Iterable[str], root: Path) -> list[Path]:
    """Return the files below *root* that the globs name, each once, in order.

    Links to nowhere and folders named as zone files are among them: to leave them out would make the run smaller.
    """
    found: set[Path] = set()
    for pattern in patterns:
        if Path(pattern).is_absolute():
            anchor = Path(Path(pattern).anchor)
            found.update(_matching(anchor, str(Path(pattern).relative_to(anchor))))
        else:
            found.update(_matching(root, pattern))
    return sorted(path for path in found if _is_meant(path))


def _matching(folder: Path, pattern: str) -> Iterator[Path]:
    yield from folder.glob(pattern)
    # A last part without a wildcard is looked up by what it leads to, which leaves out a link to nowhere.
    *above, last = Path(pattern).parts
    if set(last).isdisjoint("*?["):
        for parent in folder.glob(str(Path(*above))) if above else [folder]:
            if (parent / last).is_symlink():
                yield parent / last


def _is_meant(path: Path) -> bool:
    if path.is_file():
        return True
    if path.is_symlink() and not path.exists():
        # Emacs locks a file that is being edited by a link to nowhere beside it.
        return not path.name.startswith(".#")
    return path.is_dir() and path.suffix in SUFFIXES


def _identity(text: str) -> tuple[str, str | None]:
    zone = ZoneId.parse(text)
    return zone.name, zone.view if "@" in text else None


def _is_wanted(zone: ZoneId, wanted: set[tuple[str, str | None]]) -> bool:
    return not wanted or (zone.name, None) in wanted or (zone.name, zone.view) in wanted


def _distinct(loaded: list[LoadedZone]) -> list[LoadedZone]:
    """Refuse every file after the first that describes the same zone."""
    first: dict[ZoneId, LoadedZone] = {}
    result = []
    for zone in loaded:
        if zone.zone is None and zone.id.name == ".":
            # The root stands in for a name that could not be read, too.
            result.append(zone)
            continue
        other = first.setdefault(zone.id, zone)
        if other is not zone:
            finding = Finding(
                "duplicate-zone",
                Severity.ERROR,
                f"`{zone.id}` is described twice, also in `{other.file}`",
                Place(zone.file, 1, 1),
                "keep one of the two files, or give one of them a `view:`",
                zone=str(zone.id),
            )
            result.append(replace(zone, zone=None, findings=[finding, *zone.findings]))
        else:
            result.append(zone)
    return result


def said_once(loaded: Iterable[LoadedZone]) -> list[LoadedZone]:
    """Keep what a fragment's own text is wrong in to the first zone that includes it."""
    seen: set[tuple[Place | None, str, str]] = set()
    result = []
    for zone in loaded:
        fresh = [finding for finding in zone.findings if (finding.place, finding.rule, finding.message) not in seen]
        seen.update((finding.place, finding.rule, finding.message) for finding in fresh)
        result.append(zone if len(fresh) == len(zone.findings) else replace(zone, findings=fresh))
    return result


def _load(
    path: Path, files: Files, defaults: Defaults, known: tuple[str, ...], memory: Memory | None = None
) -> LoadedZone:
    content = files.content(path)
    if memory and isinstance(content, bytes) and (recalled := memory.recall(path, content, files)):
        return recalled
    document = files.read(path, content)
    report = document.report
    identity = zone_id(document.settings, path, Report(document.file) if report.broken else report)
    documents = [document]
    included: list[Included] = []
    zone = None
    if not report.broken:
        with suppress(Unreadable):  # too many errors: what there is was recorded
            included = files.included(document, path)
            documents += [one.document for one in included]
            zone = _zone(identity, documents, defaults, known)
    findings = [finding for each in documents for finding in each.report.findings(str(identity))]
    if any(each.report.errors for each in documents):
        zone = None
    read = tuple(dict.fromkeys(each.file for each in documents))
    loaded = LoadedZone(document.file, identity, zone, findings, read)
    if memory and isinstance(content, bytes):
        memory.keep(loaded, path, content, files, included)
    return loaded


def _zone(
    identity: ZoneId, documents: list[Document], defaults: Defaults, known: tuple[str, ...]
) -> DesiredZone | None:
    document = documents[0]
    node, report = document.settings, document.report
    settings = read_settings(node, identity, report, ttl=defaults.ttl, providers=defaults.providers, known=known)
    records = ZoneRecords(
        identity.name,
        settings.ttl if settings else defaults.ttl,
        settings.providers if settings else defaults.providers,
    )
    for each in documents:
        records.add(each)
    if settings is None:
        return None
    servers = nameservers(settings, report)
    fields = soa(settings, report)
    visible, network_places = networks(settings, report)
    if records.apex_ns:
        servers = _from_records(records.apex_ns, servers, records, node, report)
    elif "nameservers" in node.entries:
        records.places[Key(identity.name, "NS")] = (document.file, (node.entries["nameservers"][1].place,))
    if "soa" in node.entries:
        records.places[Key(identity.name, "SOA")] = (document.file, (node.entries["soa"][1].place,))
    return DesiredZone(
        id=identity,
        rrsets=records.rrsets,
        providers=settings.providers,
        ttl=settings.ttl,
        nameservers=servers,
        soa=fields,
        networks=visible,
        unmanaged=settings.shape.unmanaged,
        ignore=ignore_rules(settings, report),
        allow=allowances(settings),
        lint_ignore=settings.shape.lint.ignore,
        overlays=records.overlays,
        comments=records.comments,
        file=document.file,
        places=records.places,
        network_places=network_places,
    )


def _from_records(
    apex_ns: Reading, said: Nameservers, records: ZoneRecords, node: Mapping, report: Report
) -> Nameservers:
    """Return the apex NS set that stands under ``records``, which is the list form of ``nameservers``."""
    file, places = records.places[Key(records.apex, "NS")]
    if said.said:
        report.error(
            node.entries["nameservers"][0],
            "nameservers-twice",
            f"the apex NS set is given here and under `records`, at {unpack(places[0], file)}",
            "keep one of the two",
            name=records.apex,
            type="NS",
        )
    return Nameservers(mode="list", hosts=apex_ns.rdatas, ttl=apex_ns.ttl, said=True)
