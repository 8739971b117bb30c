"""Where the runs happen: folders of zones, the environment of the commands, and how zonesync is called."""

import json
import os
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.measure import CommandFailedError

ROOT = Path(__file__).resolve().parent.parent

# What the installed `zonesync` script does.
_SCRIPT = "import sys; from zonesync.cli import main; sys.exit(main())"

_INSTALLED = """
from importlib.metadata import entry_points
print(",".join(point.name for point in entry_points(group="zonesync.providers")))
"""

# The first line of a zone file that zonesync itself wrote: without it the file would have to be adopted first.
_HEADER = """
import importlib, pkgutil
import zonesync_bind
for found in pkgutil.iter_modules(zonesync_bind.__path__, "zonesync_bind."):
    for name, value in vars(importlib.import_module(found.name)).items():
        if name.isupper() and isinstance(value, str) and value.startswith(";"):
            print(value.splitlines()[0])
            raise SystemExit
"""


@dataclass(frozen=True)
class Setting:
    """One run's folders and commands."""

    scratch: Path
    python: str
    zonesync: Sequence[str]
    env: Mapping[str, str]

    def folder(self, name: str) -> Path:
        """Return a folder of its own below the scratch folder."""
        return self.scratch / name

    def generate(self, name: str, *arguments: str) -> Path:
        """Write zones into folder *name*; in another process, as what this one holds counts in its children's peak."""
        folder = self.folder(name)
        shutil.rmtree(folder, ignore_errors=True)
        header = _said(self.python, _HEADER, self.env)
        command = [self.python, "-m", "benchmarks.generate", str(folder), *arguments]
        subprocess.run([*command, "--header", header], cwd=ROOT, check=True, stdout=sys.stderr)
        return folder

    def planned(self, folder: Path) -> int:
        """Return how many changes zonesync plans in *folder*. Raises CommandFailedError when it gives no plan."""
        command = [*self.zonesync, "plan", "--format", "json"]
        done = subprocess.run(command, cwd=folder, env=self.env, capture_output=True, check=False)
        if done.returncode != 0:
            said = (done.stderr + done.stdout)[-1500:].decode("utf-8", "replace")
            raise CommandFailedError(f"plan in {folder}: exit code {done.returncode}\n{said}")
        return sum(1 for value in walk(json.loads(done.stdout)) if {"before", "after"} <= value.keys())


def walk(data: object) -> "list[dict[str, object]]":
    """Return every mapping within *data*, outermost first."""
    found: list[dict[str, object]] = []
    stack = [data]
    while stack:
        match stack.pop():
            case dict() as mapping:
                found.append(mapping)
                stack.extend(mapping.values())
            case list() as items:
                stack.extend(items)
    return found


def prepare(scratch: Path, python: str, zonesync: Sequence[str] | None) -> Setting:
    """Return the setting: zonesync as installed, as *zonesync* says, or from this checkout with *python*."""
    scratch.mkdir(parents=True, exist_ok=True)
    env = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    paths = [str(ROOT), str(ROOT / "providers")]
    env |= {"PYTHONPATH": os.pathsep.join(paths), "COLUMNS": "80", "NO_COLOR": "1"}
    if "bind" not in _said(python, _INSTALLED, env).split(","):
        paths.append(str(_metadata(scratch / "metadata")))
        env["PYTHONPATH"] = os.pathsep.join(paths)
    return Setting(scratch, python, zonesync or (python, "-c", _SCRIPT), env)


def _said(python: str, code: str, env: Mapping[str, str]) -> str:
    done = subprocess.run([python, "-c", code], env=env, capture_output=True, text=True, check=False)
    return done.stdout.strip()


def _metadata(folder: Path) -> Path:
    """Tell the entry points of a checkout that is not installed."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    info = folder / "zonesync-0.dist-info"
    info.mkdir(parents=True, exist_ok=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: zonesync\nVersion: 0\n")
    points = project["entry-points"]["zonesync.providers"]
    lines = [f"{name} = {target}\n" for name, target in points.items()]
    (info / "entry_points.txt").write_text("[zonesync.providers]\n" + "".join(lines))
    return folder
