"""The BIND adapter: a zone is a file in a folder, read back as live, and written so that no reader sees half of it."""

import contextlib
import errno
import functools
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from threading import Lock

from zonesync.findings import Finding, Severity
from zonesync.model.change import Change
from zonesync.model.rrset import RRset
from zonesync.model.zone import ZoneId
from zonesync.provider import options
from zonesync.provider.contract import NO_WISHES, ApexNs, Capabilities, Creation, LiveZone, Outcome, Receipt, ZoneRef
from zonesync.provider.deletion import GONE, delete_zone, left_in
from zonesync.provider.errors import Conflict, Denied, Rejected, Unavailable, named
from zonesync.provider.permit import require_leave
from zonesync_bind import contents, named_conf
from zonesync_bind.check import check_file, find_checker
from zonesync_bind.deleting import Removal, tell_server
from zonesync_bind.files import LOCK_SECONDS, LeftInDoubtError, LockTimeoutError, keep_original, locked, replace_file
from zonesync_bind.naming import Naming
from zonesync_bind.options import NAMES, command, style
from zonesync_bind.reload import record, recorded, run_reload
from zonesync_bind.serial import next_serial
from zonesync_bind.snapshot import Snapshot, digest_of, symlink_finding, take_snapshot

_AT_ONCE = 0.1
"""Seconds."""
_FORBIDDEN = (errno.EACCES, errno.EPERM, errno.EROFS)


class BindProvider:
    """A folder of zone files. Options are described in the adapter's README; a wrong one raises ValueError."""

    def __init__(
        self,
        name: str,
        *,
        root: Path = Path(),
        directory: str | None = None,
        nameservers: Sequence[str] = (),
        serial: str = "date",
        reload: Sequence[str] | None = None,
        named_conf: str | None = None,
        check: bool | str = True,
        filename: str = "{zone}.zone",
        clock: Callable[[], float] = time.time,
        **unknown: object,
    ) -> None:
        options.refuse_unknown("bind", NAMES, unknown)
        if directory is None:
            raise ValueError("`directory` is missing: the folder of the zone files")
        self.name = name
        self._root = root
        self._directory = root / options.text("directory", directory)
        self._naming = Naming.of(self._directory, options.text("filename", filename))
        self._nameservers = options.hosts("nameservers", nameservers)
        self._style = style("serial", serial)
        self._reload = command("reload", reload)
        self._fragment = None if named_conf is None else root / options.text("named_conf", named_conf)
        self._check = options.truth("check", check)
        self._clock = clock
        self._writing = Lock()
        self._patience = LOCK_SECONDS
        self._capabilities = Capabilities(
            types=None,
            # A file might have none, but no server loads it then.
            apex_ns=ApexNs.NON_EMPTY,
            atomic=True,
            compare_and_swap=True,
            isolates=False,
            reloads=bool(self._reload),
            lists_views=True,
            local=True,
            documentation="https://bind9.readthedocs.io/en/stable/chapter3.html",
        )

    @property
    def capabilities(self) -> Capabilities:
        """What zone files can hold, and what BIND asks of them."""
        return self._capabilities

    @property
    def nameservers(self) -> tuple[str, ...]:
        """The configured names."""
        return self._nameservers

    def target(self, zone: ZoneId) -> str:
        """Name the file, as the configuration has it: a checkout may lie elsewhere when the plan is applied."""
        path = self._naming.path(zone)
        return f"file:{path.relative_to(self._root) if path.is_relative_to(self._root) else path}"

    def zones(self) -> Iterator[ZoneRef]:
        """Yield a zone for each file that the template names."""
        with self._errors():
            found = self._naming.zones()
        for zone, path in found:
            yield ZoneRef(zone, str(path))

    def read(self, zone: ZoneId) -> LiveZone | None:
        """Return the zone as its file has it; None where it has no file.

        Raises :class:`Unavailable` for a file that cannot be read whole, and :class:`Rejected` for a dynamic zone's.
        """
        with self._errors(zone):
            snapshot = self._snapshot(zone)
            if snapshot is None:
                return None
            foreign = named_conf.foreign_finding(self._fragment, zone, self.name) if self._fragment else None
            listed = foreign is not None or self._is_listed(zone, snapshot)
            told = (foreign,) if foreign else () if listed else (self._unlisted(zone),)
            return LiveZone(
                zone,
                str(snapshot.path),
                snapshot.file.rrsets,
                signed=snapshot.signed,
                findings=snapshot.findings(zone, self.name) + told,
                pending=self._pending(zone, snapshot, listed=listed),
                token=snapshot.digest,
            )

    def create(self, zone: ZoneId, how: Creation = NO_WISHES) -> LiveZone:
        """Return an empty zone; its file is made by the first apply.

        Raises :class:`Conflict` where it has one, and :class:`Rejected` where ``named_conf`` is somebody else's file.
        """
        del how  # a file is where its folder is, and a second one of the same name cannot be
        with self._errors(zone):
            self._refuse_foreign(zone)
            if self._snapshot(zone) is not None:
                raise Conflict(f"`{self._naming.path(zone)}` exists")
        return LiveZone(zone, str(self._naming.path(zone)), {}, token=None)

    def delete(self, live: LiveZone) -> Receipt:
        """Rename the zone's file, so that a wrong deletion can be undone by hand, and let the servers drop the zone.

        The addresses of name servers in the zone may be left in it. Raises :class:`ProviderError` where the folder
        cannot be read or its lock is not to be had; nothing is changed then.
        """
        zone = live.id
        with self._errors(zone):
            if not self._directory.is_dir():
                return Receipt((), Outcome.APPLIED, words=GONE)
            removal = Removal(zone, self._naming, self._fragment)
            with self._locked():
                left = functools.partial(left_in, addresses=True)
                receipt = delete_zone(live, lambda: self.read(zone), lambda found: self._remove(removal, found), left)
                if receipt.words == GONE:
                    # Another run may have been killed when it had come so far.
                    removal.unlist()
            if removal.kept is None:
                return receipt
            told = tell_server(self._reload, zone) if self._reload else ""
            words = "; ".join(filter(None, (f"the file is kept as `{removal.kept}`", removal.doubt, told)))
            return replace(receipt, outcome=Outcome.UNKNOWN if removal.doubt else receipt.outcome, words=words)

    def _remove(self, removal: Removal, live: LiveZone) -> str:
        with self._errors(live.id):
            return removal.carry_out(live)

    def normalise(self, rrset: RRset) -> RRset:
        """Return *rrset* itself: a zone file keeps all of it."""
        return rrset

    def apply(self, live: LiveZone, changes: Sequence[Change]) -> Iterator[Receipt]:
        """Write the file anew with *changes* in it, all or none.

        Raises :class:`ProviderError` where the folder or file cannot be read or written; nothing is changed then.
        """
        if not changes:
            return
        covered = tuple(changes)
        try:
            with self._errors(live.id):
                receipt = self._write(live, covered)
        except Conflict as problem:
            receipt = Receipt(covered, Outcome.CONFLICT, words=str(problem))
        except Rejected as problem:
            receipt = Receipt(covered, Outcome.REJECTED, words=str(problem))
        yield receipt

    def reload(self, live: LiveZone) -> Receipt:
        """Run the configured command for the zone, and record the serial that the server was told to load."""
        with self._errors(live.id):
            # The serial is read before the command runs: what is written meanwhile stays due.
            snapshot = self._snapshot(live.id)
            if snapshot is None:
                return Receipt((), Outcome.REJECTED, words=f"`{self._naming.path(live.id)}` does not exist")
            if self._reload:
                try:
                    self._list_zones(live.id)
                except Rejected as problem:
                    return Receipt((), Outcome.REJECTED, f"serial {snapshot.serial}", problem.words)
                require_leave()
                receipt = run_reload(self._reload, live.id)
                if receipt.outcome is Outcome.APPLIED:
                    with self._locked():
                        record(self._directory, live.id, snapshot.serial)
                return Receipt((), receipt.outcome, f"serial {snapshot.serial}", receipt.words)
        return Receipt((), Outcome.APPLIED, words="no reload is configured")

    def wait(self, receipts: Sequence[Receipt]) -> None:
        """Return at once: nothing tells when a server has loaded a file."""

    def _snapshot(self, zone: ZoneId) -> Snapshot | None:
        return take_snapshot(self._naming.path(zone), zone, self._directory)

    def _write(self, live: LiveZone, changes: tuple[Change, ...]) -> Receipt:
        path = self._naming.path(live.id)
        self._refuse_foreign(live.id)
        self._directory.mkdir(parents=True, exist_ok=True)
        with self._locked():
            found = self._snapshot(live.id)
            if (found.digest if found else None) != live.token:
                raise Conflict(f"`{path}` has changed since it was read")
            if path.is_symlink():
                raise Rejected(symlink_finding(path).message)
            before = found.file.rrsets if found else {}
            after = contents.changed(live.id, before, changes)
            if found and contents.is_equal(live.id, before, after):
                return Receipt(changes, Outcome.APPLIED, words="the file has it already")
            serial = next_serial(found.serial if found else None, self._style, self._clock())
            return self._put(live.id, found, changes, contents.rendered(live.id, after, serial), serial)

    def _put(
        self, zone: ZoneId, found: Snapshot | None, changes: tuple[Change, ...], data: bytes, serial: int
    ) -> Receipt:
        path = self._naming.path(zone)
        words = ""

        def before_rename(temporary: Path) -> None:
            nonlocal words
            checker = find_checker() if self._check else None
            if checker:
                check_file(checker, str(ZoneId(zone.name)), temporary, path)
            # The check may take seconds, in which an editor saves its file.
            if digest_of(path) != (found.digest if found else None):
                raise Conflict(f"`{path}` has changed while the new file was checked")
            require_leave()
            if found and not found.ours:
                words = f"the old file is kept as `{keep_original(path, found.data)}`"

        try:
            replace_file(path, data, before_rename)
        except LeftInDoubtError as problem:
            return Receipt(changes, Outcome.UNKNOWN, f"serial {serial}", str(problem.strerror))
        try:
            self._list_zones(zone, locked_already=True)
        except (OSError, Rejected) as problem:
            why = problem.words if isinstance(problem, Rejected) else problem.strerror
            words = f"the zone is written, `{self._fragment}` is not: {why}"
        return Receipt(changes, Outcome.APPLIED, f"serial {serial}", words)

    def _list_zones(self, zone: ZoneId, *, locked_already: bool = False) -> None:
        if self._fragment is None:
            return
        with contextlib.nullcontext() if locked_already else self._locked():
            named_conf.list_zone(self._fragment, zone, self._naming.path(zone), self._naming.zones)

    def _refuse_foreign(self, zone: ZoneId) -> None:
        if self._fragment is not None:
            named_conf.refuse_foreign(self._fragment, zone)

    def _is_listed(self, zone: ZoneId, snapshot: Snapshot) -> bool:
        return self._fragment is None or not snapshot.ours or named_conf.lists(self._fragment, zone, snapshot.path)

    def _unlisted(self, zone: ZoneId) -> Finding:
        return Finding(
            "named-conf-stale",
            Severity.WARNING,
            f"`{self._fragment}` does not list the zone",
            help="it is written anew with the next change or reload",
            zone=str(zone),
            provider=self.name,
        )

    def _pending(self, zone: ZoneId, snapshot: Snapshot, *, listed: bool) -> str:
        # A file that somebody else wrote is somebody else's to load.
        if not self._reload or not snapshot.ours:
            return ""
        if recorded(self._directory).get(str(zone)) != snapshot.serial:
            return f"serial {snapshot.serial} was written but not reloaded"
        return "" if listed else f"`{self._fragment}` does not list the zone"

    @contextlib.contextmanager
    def _locked(self) -> Iterator[None]:
        # Threads queue here, so that only processes contend for the file.
        with self._writing, contextlib.ExitStack() as stack:
            try:
                stack.enter_context(locked(self._directory, self._patience))
            except LockTimeoutError:
                # A holder that was stopped in mid-write holds up each zone in turn: the next ones wait no more.
                self._patience = _AT_ONCE
                raise
            self._patience = LOCK_SECONDS
            yield

    @contextlib.contextmanager
    def _errors(self, zone: ZoneId | None = None) -> Iterator[None]:
        """Turn errors of the system into the contract's, and say in each whose it is."""
        with named(self.name, zone):
            try:
                yield
            except OSError as problem:
                kind = Denied if problem.errno in _FORBIDDEN else Unavailable
                raise kind(_words(problem)) from problem


def _words(problem: OSError) -> str:
    about = f"`{problem.filename}`: " if problem.filename else ""
    return f"{about}{problem.strerror or problem}"
