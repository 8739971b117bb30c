"""Read one zone's file whole, or say why not: a file that cannot be trusted is never taken for a shorter zone."""

import hashlib
import stat
from dataclasses import dataclass, replace
from pathlib import Path

from zonesync.findings import Finding, Severity
from zonesync.load.zonefile import ZoneFile, ZoneFileError, read_zonefile, require
from zonesync.load.zonefile.limits import MAX_TOTAL
from zonesync.model.zone import ZoneId
from zonesync.provider.compare import soa_serial
from zonesync.provider.errors import Rejected, Unavailable
from zonesync_bind.files import read_file
from zonesync_bind.header import adopt_finding, edited_finding, is_ours, signed_finding

_SIGNS = ("DNSKEY", "RRSIG")


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A zone's file at one moment."""

    path: Path
    data: bytes
    digest: str
    """SHA-256 of :attr:`data`."""
    file: ZoneFile

    @property
    def ours(self) -> bool:
        """Whether zonesync wrote it."""
        return is_ours(self.data)

    @property
    def serial(self) -> int:
        """The serial in the file."""
        assert self.file.soa is not None
        return soa_serial(self.file.soa)

    @property
    def signed(self) -> bool | None:
        """True where the file is signed or a server has signed it (``FILE.signed``); else nobody can tell from here.

        A server may sign what it loads and keep that elsewhere.
        """
        has_keys = any(key.type in _SIGNS for key in self.file.rrsets)
        return True if has_keys or self.path.with_name(f"{self.path.name}.signed").exists() else None

    def findings(self, zone: ZoneId, provider: str) -> tuple[Finding, ...]:
        """Return what a write to the file would meet."""
        shown = str(self.path)
        found = [*self.file.findings]
        if not self.ours:
            found.append(adopt_finding(zone, shown, self.file))
        elif edited := edited_finding(shown, self.file):
            found.append(edited)
        if signed := signed_finding(shown, self.file):
            found.append(signed)
        if self.path.is_symlink():
            found.append(symlink_finding(self.path))
        return tuple(replace(finding, zone=str(zone), provider=provider) for finding in found)


def symlink_finding(path: Path) -> Finding:
    """Say that the file is a symbolic link, which a rename would replace."""
    return Finding(
        "symlinked-zone-file",
        Severity.ERROR,
        f"`{path}` is a symbolic link, and writing would put a file in its place",
        help=f"let `directory` be the folder of the file itself, `{path.resolve().parent}`",
    )


def take_snapshot(path: Path, zone: ZoneId, root: Path) -> Snapshot | None:
    """Read the file of *zone*; None where there is none. ``$INCLUDE`` reads below *root* alone.

    Raises :class:`Unavailable` for a file that cannot be read whole, and :class:`Rejected` for a dynamic zone's.
    """
    journal = path.with_name(f"{path.name}.jnl")
    try:
        if journal.exists():
            raise Rejected(
                f"dynamic zone: `{journal}` lies beside the zone file, so the server itself writes to it",
                hint="end dynamic updates and remove the journal (`rndc sync -clean`), or manage the zone by updates",
            )
        data = _read(path)
    except OSError as problem:
        raise Unavailable(f"`{path}` cannot be read: {problem.strerror}") from problem
    if data is None:
        return None
    try:
        file = require(read_zonefile(data, zone.name, root=root, file=str(path)))
    except ZoneFileError as problem:
        raise Unavailable(
            f"the zone file cannot be read whole: {problem}", hint="correct the file by hand"
        ) from problem
    return Snapshot(path, data, _digest(data), file)


def digest_of(path: Path) -> str | None:
    """Return the digest that a snapshot of *path* would have now; None where there is no file. Raises OSError."""
    data = _read(path)
    return None if data is None else _digest(data)


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _read(path: Path) -> bytes | None:
    try:
        status = path.stat()
    except FileNotFoundError:
        if path.is_symlink():
            raise Unavailable(f"`{path}` is a symbolic link to nowhere") from None
        return None
    if not stat.S_ISREG(status.st_mode):
        raise Unavailable(f"`{path}` is no regular file")
    if status.st_size > MAX_TOTAL:
        raise Unavailable(f"`{path}` has {status.st_size} octets, at most {MAX_TOTAL} are read")
    return read_file(path)
