"""Zone files in canonical form: worked out, proven to load as before, and only then written."""

import os
import secrets
import stat
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import yaml

from zonesync.exporters.fmt import formatted
from zonesync.findings import Finding, Place, Severity
from zonesync.load.zones import LoadedZone, load_proposed, load_zones
from zonesync.workflow.project import Project, RefusedError
from zonesync.workflow.same import same_comments, same_meaning, same_zone

_RIGHTS = "check the path and its rights"


@dataclass(frozen=True, slots=True)
class Formatted:
    """One file, as it is and as it would be."""

    path: Path
    file: str
    """As places name it."""
    before: bytes
    after: bytes
    """The same as *before* where it is canonical, or is left alone."""
    findings: tuple[Finding, ...] = ()
    """Why it is left alone."""

    @property
    def differs(self) -> bool:
        """Whether there is something to write."""
        return self.before != self.after


def format_files(project: Project, paths: Sequence[Path] = ()) -> Iterator[Formatted]:
    """Yield each zone file and fragment of *project*, or those of *paths*, with its canonical form; writes nothing.

    A file that has an error, that no zone is read from, that cannot be read, or whose canonical form would load
    differently or lack a comment is left alone, and says so.
    """
    loaded = load_zones(project.config, project.root)
    zones: dict[Path, list[LoadedZone]] = {}
    for zone in loaded:
        for file in zone.files or (zone.file,):
            zones.setdefault(_real(project.root / file), []).append(zone)
    targets = [_real(path) for path in paths] or sorted(zones)
    for target in dict.fromkeys(targets):
        yield _formatted(project, target, zones.get(target, []))


def _real(path: Path) -> Path:
    """Return *path* with all links followed; where they go in a circle as far as that goes, and no exception."""
    return Path(os.path.realpath(path))


def _formatted(project: Project, path: Path, zones: Sequence[LoadedZone]) -> Formatted:
    root = _real(project.root)
    file = path.relative_to(root).as_posix() if path.is_relative_to(root) else path.as_posix()
    if not zones:
        try:
            path.stat()
        except OSError as fault:
            return _unread(path, file, fault)
        advice = "name files that `zones:` matches, and those they include"
        return Formatted(path, file, b"", b"", (_left(file, "fmt-foreign", "no zone is read from it", advice),))
    bad = [zone for zone in zones if zone.zone is None]
    if bad:
        found = tuple(finding for zone in bad for finding in zone.findings if finding.is_error)
        said = _left(file, "fmt-unloadable", f"the zone `{bad[0].id}` does not load", "mend what `validate` finds")
        return Formatted(path, file, b"", b"", (*found, said))
    try:
        before = path.read_bytes()
    except OSError as fault:
        return _unread(path, file, fault)
    # Names can be relative to the zone of the file alone: not in a fragment, nor where two zones read one file.
    is_own = len(zones) == 1 and _real(project.root / zones[0].file) == path
    name = zones[0].id.name if is_own else ""
    try:
        after = formatted(before, name)
        problem = _difference(project, path, zones, (before, after), name)
    except (yaml.YAMLError, ValueError, OverflowError, RecursionError) as fault:
        after, problem = before, f"its canonical form cannot be worked out: {type(fault).__name__}"
    if problem:
        advice = "write what is unusual in it more plainly, and please report it"
        return Formatted(path, file, before, before, (_left(file, "fmt-unsafe", problem, advice),))
    return Formatted(path, file, before, after)


def _difference(
    project: Project, path: Path, zones: Sequence[LoadedZone], texts: tuple[bytes, bytes], name: str
) -> str:
    """Return what speaks against writing the second of *texts* over the first; empty for nothing."""
    before, after = texts
    if before == after:
        return ""
    if not same_comments(before, after):
        return "its canonical form would lack a comment"
    if not same_meaning(before, after, name):
        return "its canonical form would say something else"
    for zone in zones:
        file = project.root / zone.file
        # Both from the texts in hand: what loads is what was compared, whatever became of the file meanwhile.
        old, new = (load_proposed(file, path, text, config=project.config, root=project.root) for text in texts)
        if not same_zone(old, new):
            return f"the zone `{zone.id}` would load differently"
    return "" if formatted(after, name) == after else "a second run would change it again"


def _left(file: str, rule: str, message: str, advice: str) -> Finding:
    return Finding(rule, Severity.ERROR, f"left as it is: {message}", Place(file, 1, 1), advice)


def _unread(path: Path, file: str, fault: OSError) -> Formatted:
    return Formatted(path, file, b"", b"", (_left(file, "fmt-unreadable", _reason(fault), _RIGHTS),))


def _reason(problem: OSError) -> str:
    return (problem.strerror or type(problem).__name__).lower()


def write_formatted(one: Formatted) -> None:
    """Write *one* over its file, whole or not at all, with the file's mode, and its owner as far as that is allowed.

    Raises :class:`RefusedError` where the file was changed since it was read, or cannot be written.
    """
    try:
        _replace(one)
    except OSError as problem:
        words = f"it cannot be replaced: {_reason(problem)}"
        raise RefusedError([_left(one.file, "fmt-unwritable", words, f"{_RIGHTS}, and its folder's")]) from None


def _replace(one: Formatted) -> None:
    with one.path.open("r+b"):
        pass  # a file that nobody may write is not replaced either
    temporary = one.path.with_name(f".{one.path.name}.{secrets.token_hex(4)}.tmp")
    try:
        with temporary.open("xb") as stream:
            known = one.path.stat()
            # Root keeps a file its owner's; anybody else may give a file to a group of their own at most.
            with suppress(PermissionError):
                os.chown(temporary, -1, known.st_gid)
                os.chown(temporary, known.st_uid, -1)
            temporary.chmod(stat.S_IMODE(known.st_mode))
            stream.write(one.after)
            stream.flush()
            os.fsync(stream.fileno())
        if one.path.read_bytes() != one.before:
            raise RefusedError([_left(one.file, "fmt-changed", "it was changed meanwhile", "run `fmt` again")])
        temporary.replace(one.path)
    finally:
        temporary.unlink(missing_ok=True)
