"""The state that one reading of a zone file keeps: across files, and within each."""

from dataclasses import dataclass, field
from pathlib import Path

from zonesync.load.zonefile.build import Build


@dataclass(slots=True)
class Session:
    """One reading: the zone being built, and what ``$INCLUDE`` may do."""

    build: Build
    root: Path | None
    fast: bool
    """Whether plain lines take the quick way."""
    chain: list[Path] = field(default_factory=list)
    """The files being read, outermost first."""


@dataclass(slots=True)
class Frame:
    """Where reading stands in one file."""

    session: Session
    file: int
    """Its index in ``Build.files``."""
    origin: str | None
    """What relative names end in."""
    owner: str | None = None
    """The owner of the record before, which a line that starts with white space continues."""
    run: int = 0
    """Where the records of that owner began, ``file << 32 | line``."""
    owner_bad: bool = False
    """The owner before was no name, which is said already."""


@dataclass(frozen=True, slots=True)
class Include:
    """An ``$INCLUDE`` to carry out."""

    path: Path
    shown: str
    """What findings call the file."""
    origin: str | None
    line: int
    column: int
