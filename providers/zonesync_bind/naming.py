"""Which file is which zone's: ``example.com@internal`` with the template ``{zone}.zone``."""

import itertools
import os.path
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, unquote

from zonesync.model.names import NameSyntaxError, absolute
from zonesync.model.zone import ZoneId
from zonesync.provider.observing import request

DELETED = ".deleted"
"""The ending of what a deleted zone's file is kept as."""
_OTHERS = (".orig", DELETED, ".jnl", ".jbk", ".signed", ".tmp", ".lock", ".json")
"""Endings of what lies beside zone files, in case the template has no ending of its own."""


@dataclass(frozen=True, slots=True)
class Naming:
    """Maps zones to paths and back."""

    directory: Path
    prefix: str
    suffix: str

    @classmethod
    def of(cls, directory: Path, template: str) -> "Naming":
        """Read a template. Raises ValueError where it is none."""
        prefix, found, suffix = template.partition("{zone}")
        if not found or "{" in prefix + suffix or "/" in template or "\0" in template:
            raise ValueError(f"`filename` is `{template}`; it is a file's name with `{{zone}}` in it once")
        return cls(directory, prefix, suffix)

    def path(self, zone: ZoneId) -> Path:
        """Return the path of *zone*'s file. What a file's name cannot hold is percent-encoded, ``/`` as ``%2F``."""
        name = "%2E" if zone.name == "." else quote(zone.name[:-1], safe="*")
        view = f"@{quote(zone.view, safe='')}" if zone.view else ""
        return self.directory / f"{self.prefix}{name}{view}{self.suffix}"

    def zone(self, file: str) -> ZoneId | None:
        """Return whose file *file* is, None where it is no zone's."""
        if not (file.startswith(self.prefix) and file.endswith(self.suffix)) or (
            file.endswith(_OTHERS) and not self.suffix.endswith(_OTHERS)
        ):
            return None
        name, _, view = file[len(self.prefix) : len(file) - len(self.suffix)].partition("@")
        if not name:
            return None
        try:
            zone = ZoneId(absolute(unquote(name)), unquote(view))
        except NameSyntaxError:
            return None
        # Two spellings of one name must not make two zones.
        return zone if self.path(zone).name == file else None

    def aside(self, path: Path) -> Path:
        """Return a free path for *path*'s file when its zone is deleted: ``FILE.deleted``, then ``FILE.1.deleted``.

        No pattern for zone files matches it: where their ending does not tell it apart, it begins with a dot.
        """
        for number in itertools.count():
            name = f"{path.name}{f'.{number}' if number else ''}{DELETED}"
            kept = path.with_name(f".{name}" if name.endswith(self.suffix) else name)
            if not os.path.lexists(kept):
                return kept
        raise AssertionError("unreachable: there is always one number more")

    def zones(self) -> list[tuple[ZoneId, Path]]:
        """List the zones that have a file, in order; none where the folder is missing. Raises OSError."""
        with request("list folder", str(self.directory)):
            try:
                files = [entry.name for entry in self.directory.iterdir() if entry.is_file()]
            except FileNotFoundError:
                return []
        found = ((self.zone(file), self.directory / file) for file in files)
        return sorted((zone, path) for zone, path in found if zone is not None)
