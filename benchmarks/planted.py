"""Plant 200 invalid rdata in a large zone, on each side, and count how many are found at their line.

    python -m benchmarks.planted [--size 100000] [--scratch DIR]

Fifty each of numbers out of range, parts too long or too short, bad hex, and bad addresses. On the YAML side
`zonesync validate` and `zonesync plan` must report each; on the zone-file side the reader must (a provider whose file
has errors cannot be planned at all). Exit code 1 when one is missed, or anything else is called an error.
"""

import argparse
import itertools
import json
import random
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks.generate import PROVIDER, SEED
from benchmarks.setting import Setting, prepare, walk
from benchmarks.writers import zone_file, zonesync_yaml
from benchmarks.zones import Zone, make

EACH = 50
_LABEL = "x" * 64
_NAME = ".".join(["y" * 49] * 5) + ".example.net."  # 262 octets
_DIGEST = "ab" * 32

WRONG: dict[str, tuple[tuple[str, str], ...]] = {
    "range": (
        ("MX", "99999 mail.example.net."),
        ("MX", "65536 mail.example.net."),
        ("MX", "-1 mail.example.net."),
        ("SRV", "0 5 70000 sip.example.net."),
        ("SRV", "65536 5 5060 sip.example.net."),
        ("SRV", "0 100000 5060 sip.example.net."),
        ("CAA", '256 issue "ca.example.net"'),
        ("DS", f"65536 13 2 {_DIGEST}"),
        ("TLSA", f"3 1 256 {_DIGEST}"),
        ("SSHFP", f"256 2 {_DIGEST}"),
    ),
    "length": (
        ("CNAME", f"{_LABEL}.example.net."),
        ("CNAME", _NAME),
        ("MX", f"10 {_LABEL}.example.net."),
        ("MX", f"10 {_NAME}"),
        ("SRV", f"0 5 5060 {_LABEL}.example.net."),
        ("NS", f"ns1.{_LABEL}.example.net."),
        ("CNAME", "two..dots.example.net."),
        ("DS", f"4711 13 2 {_DIGEST[2:]}"),
        ("DS", f"4711 13 2 {_DIGEST}ab"),
        ("SSHFP", f"4 2 {_DIGEST[2:]}"),
    ),
    "hex": (
        ("DS", f"4711 13 2 {_DIGEST[1:]}g"),
        ("DS", f"4711 13 2 {_DIGEST[1:]}"),
        ("DS", f"4711 13 2 0x{_DIGEST[2:]}"),
        ("TLSA", f"3 1 1 {_DIGEST[1:]}z"),
        ("TLSA", f"3 1 1 {_DIGEST[1:]}"),
        ("SSHFP", f"4 2 {_DIGEST[1:]}-"),
        ("SSHFP", f"4 2 {_DIGEST[1:]}"),
    ),
    "address": (
        ("A", "256.1.1.1"),
        ("A", "192.0.2"),
        ("A", "192.0.2.1.1"),
        ("A", "192.0.2.-1"),
        ("A", "192.0.2.x"),
        ("A", "1921.0.2.1"),
        ("A", "2001:db8::1"),
        ("AAAA", ":::::"),
        ("AAAA", "2001:db8::1::2"),
        ("AAAA", "12345::1"),
        ("AAAA", "2001:db8::g"),
        ("AAAA", "1:2:3:4:5:6:7"),
        ("AAAA", "1:2:3:4:5:6:7:8:9"),
        ("AAAA", "192.0.2.1"),
    ),
}
"""Values that no reader may take, by kind and type."""

_HEAD = re.compile(r"([a-z]+)\[[a-z0-9-]+\]: ")
_PLACE = re.compile(r"  --> .+:(\d+):\d+$")

_READ = """
import json, sys
from pathlib import Path
import zonesync.load.zonefile
for name, module in list(sys.modules.items()):
    if name.startswith("zonesync.load.zonefile") and hasattr(module, "MAX_ERRORS"):
        module.MAX_ERRORS = 10**6  # the reader stops at the hundredth error, for people's sake
path = Path(sys.argv[1])
found = zonesync.load.zonefile.read_zonefile(path, "bench.example.", root=path.parent).errors
print(json.dumps([error.place.line if error.place else 0 for error in found]))
"""


@dataclass(frozen=True)
class Plant:
    """One wrong value and where it was put."""

    kind: str
    owner: str
    type: str
    index: int
    value: str


@dataclass(frozen=True)
class Side:
    """What one side was found to report."""

    name: str
    missed: list[tuple[int, Plant]]
    extra: int
    """Errors at lines where nothing was planted."""

    @property
    def text(self) -> str:
        """One line, and one for each that was missed."""
        total = EACH * len(WRONG)
        lines = [f"{self.name}: {total - len(self.missed)}/{total} found, {self.extra} errors elsewhere"]
        lines += [f"  missed at line {line}: {plant.kind}: {plant.type} {plant.value}" for line, plant in self.missed]
        return "\n".join(lines)


def plant(zone: Zone, seed: int) -> tuple[Zone, list[Plant]]:
    """Return *zone* with wrong values in 200 of its RRsets, one each, and where they are."""
    rng = random.Random(seed)
    places: dict[str, list[int]] = {}
    for at, record in enumerate(zone.records):
        places.setdefault(record.type, []).append(at)
    for found in places.values():
        rng.shuffle(found)
    records, plants = list(zone.records), []
    for kind, rtype, value in _wrong():
        at = places[rtype].pop()
        values = list(records[at].values)
        index = rng.randrange(len(values))
        values[index] = value
        records[at] = replace(records[at], values=tuple(values))
        plants.append(Plant(kind, records[at].owner, rtype, index, value))
    return replace(zone, records=tuple(records)), plants


def _wrong() -> Iterator[tuple[str, str, str]]:
    for kind, values in WRONG.items():
        for rtype, value in itertools.islice(itertools.cycle(values), EACH):
            yield kind, rtype, value


def check(setting: Setting, size: int) -> list[Side]:
    """Plant in a zone of *size* RRsets and return what was found: by validate, by plan, and by the zone-file reader."""
    folder = setting.generate("planted", "--size", str(size))
    good = make("bench.example.", size, SEED)
    bad, plants = plant(good, SEED)
    watch = [(put.owner, put.type) for put in plants]
    text, lines = zonesync_yaml(bad, PROVIDER, watch)
    (folder / "zones" / "bench.example.yaml").write_text(text)
    wanted = {lines[put.owner, put.type, put.index]: put for put in plants}
    sides = [
        _side("zonesync validate", wanted, _validated(setting, folder)),
        _side("zonesync plan", wanted, _planned(setting, folder)),
    ]
    text, lines = zone_file(bad, watch)
    path = folder / "planted.zone"
    path.write_text(text)
    wanted = {lines[put.owner, put.type, put.index]: put for put in plants}
    done = subprocess.run(
        [setting.python, "-c", _READ, str(path)], env=setting.env, capture_output=True, text=True, check=False
    )
    if done.returncode:
        print(done.stderr, file=sys.stderr)
    reported = json.loads(done.stdout) if done.returncode == 0 else []
    return [*sides, _side("read_zonefile", wanted, reported)]


def _validated(setting: Setting, folder: Path) -> list[int]:
    """Return the lines at which `validate` reports errors."""
    printed, _ = _refused(setting, folder, "validate", "--format", "json")
    findings = walk(json.loads(printed)) if printed else []
    return [
        line for found in findings if found.get("severity") == "error" and isinstance(line := found.get("line"), int)
    ]


def _planned(setting: Setting, folder: Path) -> list[int]:
    """Return the lines at which `plan` reports errors, which is text for people."""
    lines, head = [], ""
    for line in "".join(_refused(setting, folder, "plan")).splitlines():
        if found := _HEAD.match(line):
            head = found[1]
        elif head == "error" and (found := _PLACE.match(line)):
            lines.append(int(found[1]))
    return lines


def _refused(setting: Setting, folder: Path, *arguments: str) -> tuple[str, str]:
    command = [*setting.zonesync, *arguments]
    done = subprocess.run(command, cwd=folder, env=setting.env, capture_output=True, text=True, check=False)
    if done.returncode != 1:
        print(f"{arguments[0]}: exit code {done.returncode}, expected 1\n{done.stderr[-1500:]}", file=sys.stderr)
        return "", ""
    return done.stdout, done.stderr


def _side(name: str, wanted: dict[int, Plant], reported: list[int]) -> Side:
    found = set(reported)
    missed = [(line, put) for line, put in sorted(wanted.items()) if line not in found]
    return Side(name, missed, sum(line not in wanted for line in reported))


def main() -> int:
    parser = argparse.ArgumentParser(description="Plant 200 invalid rdata on each side and count those found.")
    parser.add_argument("--size", type=int, default=100_000, help="RRsets of the zone (default: 100000)")
    parser.add_argument("--scratch", type=Path, help="folder to work in (default: a temporary one)")
    parser.add_argument("--python", default=sys.executable, help="the interpreter that has zonesync's dependencies")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="zonesync-planted-") as temporary:
        sides = check(prepare((args.scratch or Path(temporary)).resolve(), args.python, None), args.size)
    for side in sides:
        print(side.text)
    return int(any(side.missed or side.extra for side in sides))


if __name__ == "__main__":
    sys.exit(main())
