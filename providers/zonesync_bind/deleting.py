"""Take a zone's file away so that it can be put back by hand, and let the servers drop the zone."""

from dataclasses import dataclass
from pathlib import Path

from zonesync.model.zone import ZoneId
from zonesync.provider.contract import LiveZone, Outcome
from zonesync.provider.errors import Conflict, Rejected
from zonesync.provider.permit import NoLeaveError, require_leave
from zonesync_bind import named_conf
from zonesync_bind.files import LeftInDoubtError, put_aside
from zonesync_bind.naming import Naming
from zonesync_bind.reload import forget, run_reload
from zonesync_bind.snapshot import symlink_finding, take_snapshot


@dataclass(slots=True)
class Removal:
    """One zone's file on its way out, under the lock of its folder."""

    zone: ZoneId
    naming: Naming
    fragment: Path | None
    kept: Path | None = None
    """Where the file is by now."""
    doubt: str = ""
    """Why the removal may not survive a loss of power."""

    def carry_out(self, live: LiveZone) -> str:
        """Rename the file, which must be as *live* has it, and return its last serial.

        Raises :class:`Conflict`, :class:`Rejected` for a file that is not ours to take away, and OSError.
        """
        path = self.naming.path(self.zone)
        found = take_snapshot(path, self.zone, self.naming.directory)
        if found is None or found.digest != live.token:
            raise Conflict(f"`{path}` has changed since it was read")
        if path.is_symlink():
            raise Rejected(symlink_finding(path).message)
        if not found.ours:
            raise Rejected(f"`{path}` was not written by zonesync: take it from its server's configuration by hand")
        require_leave()
        # First, so that no server is told of a file that is not there.
        self.unlist()
        kept = self.naming.aside(path)
        require_leave()
        try:
            put_aside(path, kept)
        except LeftInDoubtError as problem:
            self.doubt = problem.strerror or str(problem)
        self.kept = kept
        forget(self.naming.directory, self.zone)
        return f"serial {found.serial}"

    def unlist(self) -> None:
        """Take the zone from the fragment of named.conf, where there is one. Raises OSError and :class:`Rejected`."""
        if self.fragment is not None:
            named_conf.unlist_zone(self.fragment, self.zone, self.naming.zones)


def tell_server(command: tuple[str, ...], zone: ZoneId) -> str:
    """Run the reload *command* for a *zone* that has gone; return what went wrong, empty where all is well."""
    try:
        require_leave()
    except NoLeaveError as refused:
        # The zone has gone all the same, and the run is to know.
        return f"its server was not told: {refused}"
    receipt = run_reload(command, zone)
    if receipt.outcome is Outcome.APPLIED:
        return ""
    return f"a server may serve the zone until it reads its configuration anew: {receipt.words}"
