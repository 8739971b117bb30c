"""A zone file (RFC 1035) as zone YAML."""

from dataclasses import dataclass
from pathlib import Path

from zonesync.exporters import zone_yaml
from zonesync.findings import Finding, Severity
from zonesync.load.zonefile import ZoneFile, read_zonefile
from zonesync.model.names import NameSyntaxError
from zonesync.model.zone import Zone, ZoneId

SUFFIXES = (".zone", ".db")


@dataclass(frozen=True, slots=True)
class Imported:
    """What came of one file; without :attr:`text` it is refused, and the findings say why."""

    zone: ZoneId | None
    text: str | None
    findings: tuple[Finding, ...]
    count: int = 0
    """RRsets, SOA and apex NS included."""

    @property
    def file_stem(self) -> str:
        """The name of the YAML file, less its suffix: ``/`` of an RFC 2317 name is ``%2F``."""
        return str(self.zone).replace("/", "%2F")


def zone_of_file(file: Path) -> str:
    """Return the zone that a file's name names: less ``.zone``, ``.db`` or ``db.`` before it, ``%2F`` for ``/``."""
    name = file.name.removeprefix("db.")
    for suffix in SUFFIXES:
        name = name.removesuffix(suffix)
    return name.replace("%2F", "/")


def import_zonefile(file: Path, zone: str) -> Imported:
    """Read *file* as *zone* (``example.com``, ``example.com@view``) and write it as YAML. Raises OSError."""
    try:
        identity = ZoneId.parse(zone)
    except NameSyntaxError as problem:
        return Imported(
            None, None, (Finding("bad-name", Severity.ERROR, f"{file}: {problem}", help="name the zone with `--zone`"),)
        )
    read = read_zonefile(file, identity.name, root=file.parent, file=str(file))
    if read.errors:
        return Imported(identity, None, read.findings)
    text = zone_yaml.dumps(Zone(identity, read.rrsets))
    return Imported(identity, text, (*read.findings, *_unlike(read)), len(read.rrsets))


def _unlike(read: ZoneFile) -> list[Finding]:
    if read.rrsets and read.soa is None:
        return [
            Finding(
                "no-soa", Severity.WARNING, f"`{read.file}` has no SOA, so none is written", help="a provider makes one"
            )
        ]
    return []
