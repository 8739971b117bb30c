"""Which zones a change of the repository touches: by their files, their fragments, and the configuration."""

import os
import subprocess
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path, PurePath

from zonesync.findings import Finding, Severity
from zonesync.load.zones import LoadedZone, load_proposed
from zonesync.model.zone import ZoneId
from zonesync.workflow.loading import Loaded
from zonesync.workflow.planning import ORPHAN
from zonesync.workflow.project import Project, UnknownNameError


@dataclass(frozen=True, slots=True)
class Touched:
    """The files that differ between a commit and the working tree's, and what that means for zones."""

    ref: str
    files: frozenset[Path]
    """As they are written, and with all links followed; among them folders that are links or other repositories."""
    root: Path
    top: Path
    """Of the repository."""
    is_all: bool = False
    """The configuration is among them: any zone may be planned otherwise."""
    gone: tuple[ZoneId, ...] = ()
    """The zones of files that are not there any more; other files may describe them now."""

    def has(self, zone: LoadedZone) -> bool:
        """Tell whether *zone* is touched, or nobody knows since git does not see all of it."""
        return self.is_all or any(self._has(path) for file in zone.files for path in _both(self.root / file))

    def _has(self, path: Path) -> bool:
        return not path.is_relative_to(self.top) or _is_among(path, self.files)

    def orphans(self, project: Project, loaded: Loaded) -> list[Finding]:
        """Say which zones have lost their file, which no plan of what is touched would: nothing ever deletes them."""
        if not loaded.is_first or ORPHAN in project.config.lint_ignore:
            return []
        return [
            Finding(
                ORPHAN,
                Severity.WARNING,
                f"the file of `{zone}` is gone since `{self.ref}`; the zone is left as it is wherever it is served",
                help="bring the file back, or remove the zone at its providers by hand",
                zone=str(zone),
            )
            for zone in self.gone
            if zone not in loaded.all_zones
        ]


def touched_since(project: Project, ref: str) -> Touched:
    """Return what differs since this branch has left *ref*: what ``git diff REF...HEAD`` tells.

    Raises :class:`UnknownNameError` where git does not know *ref*, or has not the history that leads there.
    """
    root = Path(os.path.realpath(project.root))
    if ref.startswith("-") or not ref.strip():
        raise UnknownNameError(f"--changed-since: `{ref}` is no commit")
    top = Path(_git(root, ref, "rev-parse", "--show-toplevel").rstrip("\n"))
    # From the top: elsewhere git's own settings may make names relative to the folder, and leave out the others.
    committed = _names(top, ref, "diff", *_PLAIN, f"{ref}...HEAD", "--")
    # What is not committed yet is a change as well, on the way to being one.
    edited = _names(top, ref, "diff", *_PLAIN, "HEAD", "--")
    untracked = _names(top, ref, "ls-files", "--others", "--exclude-standard", "-z")
    names = dict.fromkeys((*committed, *edited, *untracked))
    files = frozenset(one for name in names for one in _both(top / name))
    is_all = any(_is_among(path, files) for path in _both(root / project.config.file))
    return Touched(ref, files, root, top, is_all, tuple(_gone(project, ref, top, names)))


_PLAIN = ("--name-only", "--no-renames", "--ignore-submodules=none", "-z")


def _names(top: Path, ref: str, *arguments: str) -> list[str]:
    return [name for name in _git(top, ref, *arguments).split("\0") if name]


def _is_among(path: Path, files: Collection[Path]) -> bool:
    """Tell whether *path*, or a folder that it lies in, is among *files*."""
    return any(one in files for one in (path, *path.parents))


def _gone(project: Project, ref: str, top: Path, names: Iterable[str]) -> Iterator[ZoneId]:
    """Yield the zones that those of the files *names* described which are not there any more."""
    root = Path(os.path.realpath(project.root))
    lost = [name for name in names if not os.path.lexists(top / name) and _is_zone_file(project, top / name, root)]
    base = _git(top, ref, "merge-base", ref, "HEAD").strip() if lost else ""
    for name in lost:
        path = top / name
        before = _git(top, ref, "ls-tree", "-z", "--name-only", base, "--", f":(top,literal){name}")
        # What came and went since is not missed.
        if before:
            content = _git(top, ref, "show", f"{base}:{name}").encode("utf-8", "surrogateescape")
            zone = load_proposed(path, path, content, config=project.config, root=root).id
            if zone.name != ".":  # which stands in for what cannot be read
                yield zone


def _is_zone_file(project: Project, path: Path, root: Path) -> bool:
    """Tell whether the configuration's ``zones:`` would find *path*."""
    if not path.is_relative_to(root):
        return False
    name = path.relative_to(root)
    return any(
        fnmatchcase(name.as_posix(), pattern.replace("**/", "*"))
        and ("**" in pattern or len(name.parts) == len(PurePath(pattern).parts))
        for pattern in project.config.zones
    )


def _both(path: Path) -> set[Path]:
    """Return a path as it is written, and what it leads to: either may be what was changed."""
    return {path, Path(os.path.realpath(path))}


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
