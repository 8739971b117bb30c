"""Which zones a change of the repository touches: by their files, their fragments, and the configuration."""

import subprocess
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from zonesync.load.zones import LoadedZone
from zonesync.workflow.project import Project, UnknownNameError


@dataclass(frozen=True, slots=True)
class Touched:
    """The files that differ between a commit and the working tree's, and what that means for zones."""

    ref: str
    files: frozenset[Path]
    """With all links followed."""
    root: Path
    is_all: bool = False
    """The configuration is among them: any zone may be planned otherwise."""

    def has(self, zone: LoadedZone) -> bool:
        """Tell whether *zone* is touched."""
        return self.is_all or any(not self.files.isdisjoint(_both(self.root / file)) for file in zone.files)


def touched_since(project: Project, ref: str) -> Touched:
    """Return what differs since this branch has left *ref*: what ``git diff REF...HEAD`` tells.

    Raises :class:`UnknownNameError` where git does not know *ref*, or has not the history that leads there.
    """
    root = project.root.resolve()
    if ref.startswith("-") or not ref.strip():
        raise UnknownNameError(f"--changed-since: `{ref}` is no commit")
    top = Path(_git(root, ref, "rev-parse", "--show-toplevel").rstrip("\n"))
    names = _git(root, ref, "diff", "--name-only", "--no-renames", "-z", f"{ref}...HEAD", "--").split("\0")
    # What is not committed yet is a change as well, on the way to being one.
    names += _git(root, ref, "diff", "--name-only", "--no-renames", "-z", "HEAD", "--").split("\0")
    names += [f"{top}/{name}" for name in _untracked(root, top, ref)]
    files = frozenset(one for name in names if name for one in _both(top / name))
    return Touched(ref, files, root, is_all=not files.isdisjoint(_both(root / project.config.file)))


def _untracked(root: Path, top: Path, ref: str) -> Collection[str]:
    del root
    found = _git(top, ref, "ls-files", "--others", "--exclude-standard", "-z")
    return [name for name in found.split("\0") if name]


def _both(path: Path) -> set[Path]:
    """Return a path as it is written, and what it leads to: either may be what was changed."""
    return {path, path.resolve()}


def _git(folder: Path, ref: str, *arguments: str) -> str:
    try:
        done = subprocess.run(  # noqa: S603 -- no shell; a ref that looks like an option was refused
            ["git", "-C", str(folder), *arguments],  # noqa: S607 -- the user's own git
            capture_output=True,
            encoding="utf-8",
            errors="surrogateescape",
            timeout=60,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as problem:
        raise UnknownNameError(f"--changed-since {ref}: git cannot be asked: {problem}") from None
    if done.returncode:
        words = done.stderr.strip().splitlines()
        raise UnknownNameError(
            f"--changed-since {ref}: git says `{words[0] if words else done.returncode}`; "
            "a clone without history does not do: fetch it whole (`fetch-depth: 0`)"
        )
    return done.stdout
