"""Measure zonesync against octoDNS, named-checkzone and a bare typer program, all in one run, and print one table.

    python -m benchmarks.run [--quick | --full] [--octodns-venv PATH] [--only TEXT] [--json FILE]

Every sample is a process of its own, from start to exit; the cases take turns, round by round, so that a slow minute of
the machine hits them alike. No time is asserted: the ratios stand beside their targets. The exit code is 1 only when a
command did not do its job, or a planted mistake was missed.
"""

import argparse
import json
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from benchmarks.cases import Suite, suite
from benchmarks.measure import Case, CommandFailedError, Samples, run
from benchmarks.peers import octodns
from benchmarks.report import as_data, outcomes, table
from benchmarks.setting import Setting, prepare


@dataclass(frozen=True)
class Scale:
    """How much a run does."""

    sizes: tuple[int, ...]
    zones: int
    rounds: int
    planted: int


SCALES = {
    "quick": Scale((10_000,), 100, 1, 10_000),
    "usual": Scale((10_000, 100_000), 1000, 3, 100_000),
    "full": Scale((10_000, 100_000), 1000, 5, 100_000),
}


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure zonesync against its peers, as ratios in one run.")
    scale = parser.add_mutually_exclusive_group()
    scale.add_argument("--quick", action="store_const", const="quick", dest="scale", help="10k RRsets, one round")
    scale.add_argument("--full", action="store_const", const="full", dest="scale", help="10k and 100k, five rounds")
    parser.add_argument("--rounds", type=int, help="rounds instead (default: 3)")
    parser.add_argument("--only", action="append", default=[], help="only cases whose name has this; may be repeated")
    parser.add_argument("--no-planted", action="store_true", help="leave out the planted mistakes")
    parser.add_argument("--json", type=Path, help="write the results as JSON (default: after the table, to stdout)")
    parser.add_argument("--octodns-venv", type=Path, help="an environment with octoDNS (default: a throw-away one)")
    parser.add_argument("--zonesync", help="an installed zonesync command (default: this checkout)")
    parser.add_argument("--python", default=sys.executable, help="the interpreter that has zonesync's dependencies")
    parser.add_argument("--scratch", type=Path, help="folder to work in (default: a temporary one)")
    parser.set_defaults(scale="usual")
    return parser.parse_args()


def measured(cases: list[Case], rounds: int, scratch: Path) -> tuple[dict[str, Samples], list[str]]:
    """Run all *cases* round robin; a case that fails is dropped, and said."""
    failed: dict[str, str] = {}
    samples = {case.name: Samples() for case in cases}
    warm = [(0, case) for case in cases if case.warm]
    turns = [(number, case) for number in range(1, rounds + 1) for case in cases for _ in range(case.repeat)]
    for number, case in warm + turns:
        if case.name in failed:
            continue
        print(f"round {number}/{rounds}: {case.name}", file=sys.stderr)
        try:
            wall, peak = run(case, scratch)
        except CommandFailedError as error:
            failed[case.name] = str(error)
            print(error, file=sys.stderr)
            continue
        if number:
            samples[case.name].walls.append(wall)
            samples[case.name].peaks.append(peak)
    done = {name: sample for name, sample in samples.items() if sample.walls and name not in failed}
    return done, list(failed.values())


def plans(made: Suite, setting: Setting) -> list[str]:
    """Return what zonesync plans wrongly: a time counts only for the right plan."""
    wrong = []
    for folder, expected in made.planned.items():
        try:
            found = setting.planned(folder)
        except CommandFailedError as error:
            wrong.append(str(error))
            continue
        if found != expected:
            wrong.append(f"plan in {folder}: {found} changes, expected {expected}")
    return wrong


def main() -> int:
    args = arguments()
    scale = SCALES[args.scale]
    with tempfile.TemporaryDirectory(prefix="zonesync-bench-") as temporary:
        scratch = (args.scratch or Path(temporary)).resolve()
        setting = prepare(scratch, args.python, args.zonesync.split() if args.zonesync else None)
        made = suite(setting, octodns(args.octodns_venv, scratch), sizes=list(scale.sizes), zones=scale.zones)
        cases = [case for case in made.cases if not args.only or any(text in case.name for text in args.only)]
        samples, failed = measured(cases, args.rounds or scale.rounds, scratch)
        if not args.only:
            failed += plans(made, setting)
        found = outcomes(made.figures, samples)
        print(table(samples, found))
        sides = [] if args.no_planted or args.only else _planted(setting, scale.planted)
    data = as_data(samples, found) | {"failed": failed, "planted": sides}
    if args.json:
        args.json.write_text(json.dumps(data, indent=1) + "\n")
    else:
        print(json.dumps(data))
    for text in failed:
        print(f"FAILED: {text}", file=sys.stderr)
    return int(bool(failed) or any(side["missed"] or side["extra"] for side in sides))


def _planted(setting: Setting, size: int) -> list[dict[str, object]]:
    # here and not above: what this process holds counts in the peak of its children
    from benchmarks.planted import check  # noqa: PLC0415 -- only this row needs the core imported

    sides = check(setting, size)
    print("\n" + "\n".join(side.text for side in sides))
    return [{"side": side.name, "missed": len(side.missed), "extra": side.extra} for side in sides]


if __name__ == "__main__":
    sys.exit(main())
