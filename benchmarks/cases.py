"""The commands that are measured, and which figure each two of them give."""

import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from benchmarks.measure import Case
from benchmarks.peers import bare_program, shape
from benchmarks.setting import ROOT, Setting

SERVERS = "/usr/local/sbin:/usr/sbin:/sbin:/usr/local/bin:/usr/bin:/bin"
"""Where name servers are installed."""
READ = """
import gc, sys
from pathlib import Path
from zonesync.load.zonefile import read_zonefile
gc.freeze()
gc.disable()
path = Path(sys.argv[1])
zone = read_zonefile(path, "bench.example.", root=path.parent)
if len(zone.rrsets) < int(sys.argv[2]) or zone.findings:
    sys.exit(f"{len(zone.rrsets)} RRsets, {zone.findings[:3]}")
"""
READ_IMPORTS = "from zonesync.load.zonefile import read_zonefile"


@dataclass(frozen=True)
class Figure:
    """What two cases give when compared."""

    ours: str
    theirs: str
    kind: str
    """``faster``: their time by ours; ``time`` and ``memory``: ours by theirs."""
    target: float | None = None
    """At least for ``faster``, at most for the others; None where the number is only for information."""
    less: str = ""
    """A case whose median is first taken off ours."""


@dataclass
class Suite:
    """Everything of one run."""

    cases: list[Case] = field(default_factory=list)
    figures: list[Figure] = field(default_factory=list)
    planned: dict[Path, int] = field(default_factory=dict)
    """Folders, with how many changes zonesync must plan there."""


def suite(setting: Setting, octodns: Path, *, sizes: list[int], zones: int) -> Suite:
    """Make the zones and return what to run on them."""
    made = Suite()
    for size in sizes:
        _one_zone(setting, octodns, size, made)
    _many_zones(setting, octodns, zones, made)
    for size in sizes:
        _reading(setting, size, made)
    _start_up(setting, octodns, made)
    _served(setting, made)
    return made


def _one_zone(setting: Setting, octodns: Path, size: int, into: Suite) -> None:
    label, large = f"{size // 1000}k", size >= 100_000
    same = setting.generate(label, "--size", str(size))
    other = setting.generate(f"{label}-changed", "--size", str(size), "--changed")
    into.planned |= {same: 0, other: size // 100}
    for folder, what, code, changes in ((same, "no change", 0, 0), (other, "1% changed", 2, size // 100)):
        ours, theirs = f"zonesync plan, {label}, {what}", f"octodns-compare, {label}, {what}"
        plan = (*setting.zonesync, "plan", "--exit-code")
        compare = (str(octodns / "octodns-compare"), "--config-file", "octodns.yaml",
                   "--a", "config", "--b", "bind", "--zone", "bench.example.")  # fmt: skip
        into.cases.append(Case(ours, plan, folder, setting.env, code, warm=not large))
        into.cases.append(Case(theirs, compare, folder, _clean(setting.env), min(code, 1), changes, warm=not large))
        target = 20.0 if large and not code else None
        into.figures.append(Figure(ours, theirs, "faster", target))
        into.figures.append(Figure(ours, theirs, "memory", 0.45 if target else None))
    sync = f"octodns-sync, YAML to YAML, {label}"
    into.cases.append(_sync(sync, octodns, same, setting))
    into.figures.append(Figure(f"zonesync plan, {label}, no change", sync, "faster"))


def _many_zones(setting: Setting, octodns: Path, zones: int, into: Suite) -> None:
    folder = setting.generate("many", "--size", "20", "--zones", str(zones))
    ours, theirs = f"zonesync plan, {zones:,} zones of 20", f"octodns-sync, {zones:,} zones of 20"
    into.cases.append(Case(ours, (*setting.zonesync, "plan", "--exit-code"), folder, setting.env))
    into.cases.append(_sync(theirs, octodns, folder, setting))
    into.figures.append(Figure(ours, theirs, "faster", 8.0 if zones >= 1000 else None))
    into.figures.append(Figure(ours, theirs, "memory"))
    again = setting.generate("many-again", "--size", "20", "--zones", str(zones))
    (again / ".zonesync").mkdir(exist_ok=True)  # what was loaded is kept in a state that is there already
    for command in ("validate", "plan"):
        cached, anew = (
            f"zonesync {command}, again, {zones:,} zones of 20",
            f"zonesync {command}, again with --no-cache",
        )
        into.cases.append(Case(cached, (*setting.zonesync, command), again, setting.env, warm=True))
        into.cases.append(Case(anew, (*setting.zonesync, command, "--no-cache"), again, setting.env, warm=True))
        into.figures.append(Figure(cached, anew, "faster"))


def _sync(name: str, octodns: Path, folder: Path, setting: Setting) -> Case:
    command = (str(octodns / "octodns-sync"), "--config-file", "octodns.yaml")
    return Case(name, command, folder, _clean(setting.env), says=b"No changes were planned")


def _reading(setting: Setting, size: int, into: Suite) -> None:
    checker = shutil.which("named-checkzone")
    label, folder = f"{size // 1000}k", setting.folder(f"{size // 1000}k")
    start = "python, import of the zone-file reader"
    if not any(case.name == start for case in into.cases):
        into.cases.append(Case(start, (setting.python, "-c", READ_IMPORTS), folder, setting.env, repeat=5, warm=True))
    for spelling, where in (("relative owners", "live"), ("absolute owners", "absolute")):
        path = str(folder / where / "bench.example.zone")
        ours, theirs = f"read_zonefile, {label}, {spelling}", f"named-checkzone -i local, {label}, {spelling}"
        read = (setting.python, "-c", READ, path, str(size))
        into.cases.append(Case(ours, read, folder, setting.env, repeat=3, warm=True))
        if checker:
            check = (checker, "-i", "local", "bench.example", path)
            into.cases.append(Case(theirs, check, folder, setting.env, repeat=3, warm=True))
            target = 2.5 if size >= 100_000 else None
            into.figures.append(Figure(ours, theirs, "time", target, less="python -c pass"))
            into.figures.append(Figure(ours, theirs, "time", less=start))
            into.figures.append(Figure(ours, theirs, "time", target))


def _served(setting: Setting, into: Suite) -> None:
    """Add `verify` at real name servers, with its own bound for a peer; they need two programs, and root."""
    if os.geteuid() == 0 and all(shutil.which(name, path=SERVERS) for name in ("named", "nsd")):
        command = (setting.python, "-m", "benchmarks.served", "--rrsets", "10000", "--rate", "1000")
        name = "verify, 10k RRsets at four servers, 1,000 queries a second (at least 20 s; target < 60 s)"
        into.cases.append(Case(name, command, ROOT, setting.env, says=b"0 RRsets not equal"))


def _start_up(setting: Setting, octodns: Path, into: Suite) -> None:
    spec, real = shape(setting.python, setting.env)
    folder = setting.folder("bare")
    bare_program(spec, folder)
    bare = "bare typer program --help" + ("" if real else " (zonesync's commands guessed)")
    bare_env = {**_clean(setting.env), "PYTHONPATH": str(folder)}
    once = Case("python -c pass", (setting.python, "-c", "pass"), folder, setting.env, repeat=5, warm=True)
    into.cases.extend((
        once,
        replace(once, name="zonesync --help", command=(*setting.zonesync, "--help")),
        replace(once, name=bare, command=(setting.python, "-c", "import bare_typer; bare_typer.main()", "--help"),
                env=bare_env),
        replace(once, name="octodns-sync --help", command=(str(octodns / "octodns-sync"), "--help"),
                env=_clean(setting.env)),
    ))  # fmt: skip
    into.figures.append(Figure("zonesync --help", bare, "time", 1.25))
    into.figures.append(Figure("zonesync --help", "octodns-sync --help", "time", 1.0))


def _clean(env: Mapping[str, str]) -> dict[str, str]:
    """Return *env* without our paths: the peers get an environment of their own."""
    return {name: value for name, value in env.items() if name != "PYTHONPATH"}
