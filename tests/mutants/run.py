"""Break the code on purpose, one mutant at a time, and see whether the tests notice.

    python tests/mutants/run.py                 # all of mutants.toml
    python tests/mutants/run.py --sample 4      # a seeded few
    python tests/mutants/run.py 3 17            # by number
    python tests/mutants/run.py --first 3 17    # against the tests of its file alone

Each mutant is a copy of packages and tests in a temporary folder, and a pytest of its own in it.
"""

import argparse
import os
import random
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = (("zonesync", "zonesync"), ("providers/zonesync_bind", "zonesync_bind"), ("tests", "tests"))
TABLE = tomllib.loads((Path(__file__).parent / "mutants.toml").read_text())
FIRST: Mapping[str, Sequence[str]] = TABLE["tests"]
"""For some files the tests that are quickest to notice; they are run before all others."""
STAGES = (
    ["tests/plan", "tests/run", "-m", "not property"],
    ["tests/workflow", "-m", "not property"],
    ["tests/plan", "-m", "property"],
)
"""What kills most comes first: the next stage is run only for a mutant that survived the one before."""
SEED = 2026
_SECONDS = 600
_FAILED = 1
"""pytest's exit code where tests failed; any other says that the mutant was not tried at all."""


@dataclass(frozen=True)
class Mutant:
    """One way to break a file."""

    number: int
    file: str
    old: str
    new: str
    breaks: str

    @property
    def copy(self) -> str:
        """Where the copy of the file is that is broken."""
        return next(
            f"{package}/{self.file.removeprefix(f'{source}/')}"
            for source, package in PACKAGES
            if self.file.startswith(f"{source}/")
        )

    def stages(self, *, only_first: bool = False) -> list[Sequence[str]]:
        """Return what pytest is told, one time after the other."""
        first = [FIRST[self.file]] if self.file in FIRST else []
        return first if first and only_first else [*first, *STAGES]

    def count(self) -> int:
        """Count *old* in today's source: 1, unless the table has rotted."""
        return (ROOT / self.file).read_text().count(self.old)


def mutants() -> list[Mutant]:
    """Return the table."""
    return [Mutant(number, **row) for number, row in enumerate(TABLE["mutant"], 1)]


def sample(count: int) -> list[Mutant]:
    """Return a seeded few."""
    return random.Random(SEED).sample(mutants(), count)


def is_killed(mutant: Mutant, *, only_first: bool = False) -> bool:
    """Tell whether the tests notice *mutant*. Raises RuntimeError where they could not be run."""
    return is_noticed(mutant, mutant.stages(only_first=only_first))


def is_noticed(mutant: Mutant, stages: Sequence[Sequence[str]]) -> bool:
    """Tell whether one of *stages* notices *mutant*. Raises RuntimeError where they could not be run."""
    with tempfile.TemporaryDirectory(prefix="mutant-") as folder:
        for source, package in PACKAGES:
            shutil.copytree(ROOT / source, Path(folder) / package, ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copy(ROOT / "pyproject.toml", folder)
        broken = Path(folder) / mutant.copy
        broken.write_text(broken.read_text().replace(mutant.old, mutant.new, 1))
        return any(_fails(folder, stage) for stage in stages)


def _fails(folder: str, stage: Sequence[str]) -> bool:
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("COV_", "PYTEST_"))}
    environ |= {"PYTHONPATH": folder, "PYTHONDONTWRITEBYTECODE": "1", "ZONESYNC_STRESS": "0"}
    # In the folder of the broken packages, since pytest puts the folder that it runs in first on the path.
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", *stage]
    done = subprocess.run(
        command, cwd=folder, env=environ, capture_output=True, text=True, timeout=_SECONDS, check=False
    )
    if done.returncode not in {0, _FAILED}:
        raise RuntimeError(f"the tests could not be run:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    return done.returncode == _FAILED


def verdicts(chosen: Sequence[Mutant], jobs: int, *, only_first: bool = False) -> Iterator[tuple[Mutant, bool]]:
    """Try *chosen*, so many at a time, and yield each with whether it was killed."""
    with ThreadPoolExecutor(jobs) as pool:
        yield from zip(chosen, pool.map(partial(is_killed, only_first=only_first), chosen), strict=True)


def main() -> int:
    """Run from the command line; exit with 1 where a mutant survives."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("numbers", nargs="*", type=int)
    parser.add_argument("--sample", type=int, metavar="COUNT")
    parser.add_argument("--first", action="store_true", help="run the tests of the mutant's file alone")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    options = parser.parse_args()
    chosen = sample(options.sample) if options.sample else mutants()
    chosen = [mutant for mutant in chosen if not options.numbers or mutant.number in options.numbers]
    survivors = 0
    for mutant, killed in verdicts(chosen, options.jobs, only_first=options.first):
        survivors += not killed
        sys.stdout.write(f"{'killed  ' if killed else 'SURVIVED'} {mutant.number:3} {mutant.file}: {mutant.breaks}\n")
        sys.stdout.flush()
    sys.stdout.write(f"{len(chosen) - survivors} of {len(chosen)} killed\n")
    return 1 if survivors else 0


if __name__ == "__main__":
    sys.exit(main())
