"""Where findings are, as the forge that shows them sees its files: from the top of the repository."""

import os
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from zonesync.findings import Finding


def from_top(found: Iterable[Finding], root: Path, environ: Mapping[str, str]) -> list[Finding]:
    """Return *found*, whose files are named from *root*, with the files named from the top of the repository."""
    base = base_of(root, environ)
    return [_from(finding, base) for finding in found]


def base_of(root: Path, environ: Mapping[str, str]) -> str:
    """Return where *root* is in its repository: the checkout of the CI job, else what git keeps; ``.`` for the top."""
    root = root.resolve()
    for name in ("GITHUB_WORKSPACE", "CI_PROJECT_DIR"):
        if (named := environ.get(name)) and root.is_relative_to(top := Path(named).resolve()):
            return os.path.relpath(root, top)
    for folder in (root, *root.parents):
        if (folder / ".git").exists():
            return os.path.relpath(root, folder)
    return "."


def _from(finding: Finding, base: str) -> Finding:
    if finding.place is None or base == ".":
        return finding
    file = os.path.normpath(Path(base, finding.place.file)).replace(os.sep, "/")
    return replace(finding, place=replace(finding.place, file=file))
