"""Programs for node, from the packages that tests/package.json pins and `make` installs into build/node."""

import shutil
import subprocess
from pathlib import Path

from tests.support.missing import missing

TREE = Path(__file__).resolve().parents[2]
PACKAGES = TREE / "build" / "node" / "node_modules"


def run_node(program: Path, package: str, *arguments: str, text: str = "") -> str:
    """Run *program*, which needs *package* and is told as its first argument where that is; return what it prints.

    Skips the test where node or the package is not there, and fails it where the tests run in CI.
    """
    node = shutil.which("node")
    if node is None or not (PACKAGES / package).is_dir():
        missing(f"node, or its package `{package}`, is not installed; `make node` installs the packages")
    done = subprocess.run(
        [node, str(program), str(PACKAGES), *arguments],
        input=text,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout
