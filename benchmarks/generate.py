"""Write the benchmark's folders: zones as zonesync's YAML, octoDNS's YAML and zone files, and both configurations.

    python -m benchmarks.generate DIR --size 100000 [--changed]
    python -m benchmarks.generate DIR --size 20 --zones 1000

A folder holds `zonesync.yaml`, `zones/`, `live/` (zone files), `absolute/` (the same with absolute owners), and for
octoDNS `octodns.yaml`, `octodns/` and `octodns-live/`.
"""

import argparse
from pathlib import Path

from benchmarks.writers import octodns_yaml, zone_file, zonesync_yaml
from benchmarks.zones import Zone, changed, make

PROVIDER = "primary"
SEED = 20260101

_ZONESYNC = """\
zones: [zones/*.yaml]
state: .zonesync
providers:
  primary: {type: bind, directory: live}
"""

_OCTODNS = """\
---
providers:
  config:
    class: octodns.provider.yaml.YamlProvider
    directory: octodns
    enforce_order: false
    escaped_semicolons: false
  live:
    class: octodns.provider.yaml.YamlProvider
    directory: octodns-live
    enforce_order: false
    escaped_semicolons: false
  bind:
    class: octodns_bind.ZoneFileSource
    directory: live
    file_extension: .zone
zones:
"""


def names(count: int) -> list[str]:
    """Return the names of *count* zones, with final dots."""
    return ["bench.example."] if count == 1 else [f"z{n:04}.example." for n in range(count)]


def write(folder: Path, *, size: int, zones: int = 1, seed: int = SEED, change: bool = False, header: str = "") -> int:
    """Write *zones* zones of *size* RRsets under *folder*; return the number of records, apex NS and SOA aside."""
    for sub in ("zones", "live", "absolute", "octodns", "octodns-live"):
        (folder / sub).mkdir(parents=True, exist_ok=True)
    (folder / "zonesync.yaml").write_text(_ZONESYNC)
    octodns, records = [_OCTODNS], 0
    for name in names(zones):
        zone = make(name, size, seed)
        records += sum(len(record.values) for record in zone.records)
        _write_zone(folder, zone, changed(zone, seed) if change else zone, header)
        octodns.append(f"  {name}:\n    sources: [config]\n    targets: [live]\n")
    (folder / "octodns.yaml").write_text("".join(octodns))
    return records


def _write_zone(folder: Path, zone: Zone, live: Zone, header: str) -> None:
    plain = zone.name[:-1]
    (folder / "zones" / f"{plain}.yaml").write_text(zonesync_yaml(zone, PROVIDER)[0])
    (folder / "live" / f"{plain}.zone").write_text(zone_file(live, header=header)[0])
    (folder / "absolute" / f"{plain}.zone").write_text(zone_file(live, header=header, absolute=True)[0])
    (folder / "octodns" / f"{plain}.yaml").write_text(octodns_yaml(zone))
    (folder / "octodns-live" / f"{plain}.yaml").write_text(octodns_yaml(live))


def main() -> None:
    parser = argparse.ArgumentParser(description="Write zones to measure with.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--size", type=int, default=10_000, help="RRsets a zone")
    parser.add_argument("--zones", type=int, default=1)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--changed", action="store_true", help="the live side differs in 1%% of the RRsets")
    parser.add_argument("--header", default="", help="first line of each zone file")
    args = parser.parse_args()
    records = write(
        args.folder, size=args.size, zones=args.zones, seed=args.seed, change=args.changed, header=args.header
    )
    rrsets = args.size * args.zones
    print(f"{args.folder}: {args.zones} zones, {rrsets} RRsets, {records} records ({records / rrsets:.3f} an RRset)")


if __name__ == "__main__":
    main()
