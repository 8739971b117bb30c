"""A repository to start from: what ``init`` writes, worked out first and then written whole or not at all."""

import json
import os
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from zonesync.exporters.scalars import scalar
from zonesync.findings import Finding, Severity
from zonesync.importers.zonefile import Imported, import_zonefile
from zonesync.load.state import State
from zonesync.load.variables import VARIABLE
from zonesync.model.names import is_within
from zonesync.model.zone import ZoneId
from zonesync.provider.registry import ProviderTypeError, factory
from zonesync.workflow.choosing import Choice, defaults
from zonesync.workflow.project import RefusedError, schema
from zonesync.workflow.templates import TARGETS, Ci, workflow_file

SCHEMAS = ".zonesync-schema"
"""Folder of the JSON Schemas that editors check the files with."""
_HOSTS = ("example.net.", "example.org.", "example.com.", "hosting.example.")
_REVERSE = {"in-addr.arpa.": 4, "ip6.arpa.": 32}
"""Trees of addresses, and how many labels an address has in each (RFC 1035 section 3.5, RFC 3596 section 2.5)."""


@dataclass(frozen=True, slots=True)
class Start:
    """What somebody wants to start with."""

    zones: tuple[ZoneId, ...]
    """Each gets a file with examples in it."""
    providers: tuple[Choice, ...] = (Choice("primary", "bind"),)
    imported: tuple[Imported, ...] = ()
    """Zones that have a file already, in another form."""
    ci: Ci = "none"
    state: str = ".zonesync"
    config: str = "zonesync.yaml"
    """Name of the configuration's file."""
    folder: str | None = None
    """Of the configuration, as seen from the top of the git repository: `.` at the top, None outside of any."""

    @property
    def types(self) -> tuple[str, ...]:
        """The types of the providers, each once."""
        return tuple(dict.fromkeys(one.type for one in self.providers))


def import_zone(file: Path, name: str) -> Imported:
    """Read a zone file that is to be one of the first zones. Raises :class:`RefusedError`."""
    try:
        found = import_zonefile(file, name)
    except OSError as problem:
        words = f"{file}: {problem.strerror or problem}"
        raise RefusedError([Finding("unreadable", Severity.ERROR, words)]) from None
    if found.text is None:
        raise RefusedError(found.findings)
    return found


def files(start: Start) -> dict[str, str]:
    """Return what is to be written, by path relative to the configuration's folder."""
    found = {start.config: _config(start)}
    up = "../"
    for zone in start.zones:
        found[zone_file(str(zone))] = f"{_header('zone', up)}{_zone(zone, start)}"
    for one in start.imported:
        found[zone_file(str(one.zone))] = f"{_header('zone', up)}{one.text}"
    for kind in ("config", "zone"):
        found[f"{SCHEMAS}/{kind}.json"] = f"{json.dumps(schema(kind), indent=1)}\n"
    if start.ci != "none":
        found[workflow_place(start)] = workflow_file(start.ci, start.types, _join(start.folder, start.config))
    return found


def workflow_place(start: Start) -> str:
    """Return where the workflow goes: to the top of the repository, where alone its service looks for it."""
    return f"{'../' * len(PurePosixPath(start.folder or '').parts)}{TARGETS[start.ci]}"


def _join(folder: str | None, name: str) -> str:
    return (PurePosixPath(folder or "") / name).as_posix()


def leaves_out(start: Start) -> list[str]:
    """Return what git is to leave out, as lines of ``.gitignore``; none where there is no repository."""
    if start.folder is None:
        return []
    state = PurePosixPath(os.path.normpath(start.state))
    # Where it is kept among files that belong to the repository, nothing is left out with it.
    is_apart = not any(PurePosixPath(name).is_relative_to(state) for name in files(start))
    is_below = not state.is_absolute() and state.parts[:1] != ("..",)
    folders = [f"/{state}/"] if State(url=start.state).is_folder and is_below and is_apart else []
    folders += ["/build/"] if "bind" in start.types else []
    return [*folders, "/plan.json"]


def require_free(root: Path, wanted: Collection[str]) -> None:
    """Raise :class:`RefusedError`, naming each of the files *wanted* that is there already."""
    if taken := [name for name in wanted if os.path.lexists(_place(root, name))]:
        raise RefusedError([_taken(taken)])


def write(root: Path, wanted: Mapping[str, str]) -> None:
    """Write the files *wanted* below *root*: all of them or none, and never over what is there.

    Raises :class:`RefusedError` that names each file in the way, and OSError.
    """
    require_free(root, wanted)
    made: list[Path] = []
    try:
        for name, text in wanted.items():
            path = _place(root, name)
            made += _folders(path.parent)
            with path.open("x", encoding="utf-8") as file:
                made.append(path)
                file.write(text)
    except BaseException as problem:
        for path in reversed(made):
            path.rmdir() if path.is_dir() else path.unlink()
        if isinstance(problem, FileExistsError):  # somebody was quicker
            raise RefusedError([_taken([os.path.relpath(problem.filename, os.path.realpath(root))])]) from None
        raise


def _place(root: Path, name: str) -> Path:
    """Return where the file *name* goes: `..` leads to what is above the folder itself, not above a link to it."""
    return Path(os.path.normpath(Path(os.path.realpath(root), name)))


def _folders(folder: Path) -> list[Path]:
    """Make *folder*, and return those that were not there, outermost first."""
    missing = [one for one in (folder, *folder.parents) if not one.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    return missing[::-1]


def _taken(names: Sequence[str]) -> Finding:
    there = (
        "is there already and is not overwritten" if len(names) == 1 else "are there already, and none is overwritten"
    )
    return Finding(
        "file-exists",
        Severity.ERROR,
        f"{', '.join(f'`{name}`' for name in names)} {there}",
        help="nothing was written; move them away, or start in another folder with `--chdir DIR`",
    )


def missing_extras(start: Start) -> Iterator[str]:
    """Yield what has to be said of types whose SDK is not installed."""
    for kind in start.types:
        try:
            factory(kind)
        except ProviderTypeError as problem:
            yield str(problem)


def variables(start: Start) -> list[str]:
    """Return the environment variables that the configuration refers to."""
    texts = " ".join(text for one in start.providers for text in one.options.values())
    return sorted(set(VARIABLE.findall(texts)))


def _header(kind: str, up: str = "") -> str:
    return f"# yaml-language-server: $schema={up}{SCHEMAS}/{kind}.json\n"


def zone_file(identity: str) -> str:
    """Return where the file of a zone lies; ``/`` of an RFC 2317 name is ``%2F``."""
    return f"zones/{identity.replace('/', '%2F')}.yaml"


def _config(start: Start) -> str:
    names = ", ".join(one.name for one in start.providers)
    zones = [*(zone.name for zone in start.zones), *(one.zone.name for one in start.imported if one.zone)]
    lines = [
        "# What each key means: `zonesync schema config`, or an editor that knows the line above.",
        "zones: [zones/*.yaml]",
        f"state: {scalar(start.state)}",
        f"defaults: {{ttl: 1h, providers: [{names}]}}",
        "providers:",
        *(_provider(one, number, zones) for number, one in enumerate(start.providers)),
        "safety: {max_deletes: 30%, max_changes: 60%, always_allow: 3}",
    ]
    return _header("config") + "\n".join(lines) + "\n"


def _provider(made: Choice, number: int, zones: Collection[str]) -> str:
    hosts = [f"ns{2 * number + place}.{_outside(zones)}" for place in (1, 2)]
    parts = [f"type: {scalar(made.type)}"]
    for key, value in (defaults(made, hosts) | dict(made.options)).items():
        shown = f"[{', '.join(map(scalar, value))}]" if isinstance(value, list) else scalar(str(value))
        parts.append(f"{key}: {shown}")
    return f"  {made.name}: {{{', '.join(parts)}}}"


def _outside(zones: Collection[str]) -> str:
    """Return a domain for hosts that is in none of *zones*: within one they would need addresses there."""
    return next((one for one in _HOSTS if not any(is_within(one, zone) for zone in zones)), _HOSTS[0])


def _zone(zone: ZoneId, start: Start) -> str:
    name, _, view = str(zone).partition("@")
    lines = ["# What each key means: `zonesync schema zone`. The addresses are examples.", f"zone: {scalar(name)}"]
    lines += [f"view: {scalar(view)}"] if view else []
    if len(start.providers) > 1 or start.types == ("bind",):
        lines.append("nameservers: auto")
    lines += ["records:", *(f"  {line}" for line in _examples(zone))]
    return "\n".join(lines) + "\n"


def _examples(zone: ZoneId) -> list[str]:
    outside = _outside([zone.name])
    first, *others = zone.name.split(".")
    for tree, parts in _REVERSE.items():
        if is_within(zone.name, tree):
            missing = parts - (zone.name.count(".") - tree.count("."))
            # An address of its own stands for itself; below it is a part of a network (RFC 2317).
            name = "@" if missing <= 0 and first.isalnum() else ".".join(["1", *["0"] * (missing - 1)])
            return [f"{scalar(name)}: {{PTR: www.{outside}}}"]
    if any(label[:1] in {"_", "*"} for label in (first, *others)):
        return ['"@": {TXT: an example}']  # a host has no such name
    # Within the zone, which then is the root, the mail host would need addresses.
    mail = [] if is_within(outside, zone.name) else [f"  MX: 10 mail.{outside}"]
    return [
        '"@":',
        "  A: 192.0.2.1",
        "  AAAA: 2001:db8::1",
        *mail,
        f"  TXT: v=spf1 {'mx ' if mail else ''}-all",
        'www: {CNAME: "@"}',
    ]
