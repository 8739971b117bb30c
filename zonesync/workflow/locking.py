"""Locks that a run left behind: who has one, and how it is broken."""

from dataclasses import dataclass

from zonesync.findings import Finding, Severity
from zonesync.model.zone import ZoneId
from zonesync.run import entries, processes
from zonesync.run.apply import new_run
from zonesync.run.audit import AuditLog, Head
from zonesync.run.context import Context
from zonesync.run.holders import Found, LockedError, break_lock, find
from zonesync.run.lockfiles import Holder
from zonesync.run.store import StoreError, open_store
from zonesync.workflow.project import Project, RefusedError


@dataclass(frozen=True, slots=True)
class Standing:
    """A lock that can be broken."""

    zone: ZoneId
    found: Found
    is_local: bool
    """Whether the state is a folder of this machine."""

    @property
    def holder(self) -> Holder | None:
        """Who has it; None where its object cannot be read."""
        return self.found.holder

    @property
    def life(self) -> str:
        """What is known of the holder's process, for a reader."""
        holder = self.found.holder
        if holder is None:
            return ""
        if processes.is_gone(holder.process):
            wait = "" if self.is_local else f", {holder.lease:.0f} s after it begins to wait"
            return f"has ended: the next apply takes the lock over by itself{wait}"
        if not holder.beat:
            return "has given its session up, or another run has: the next apply takes the lock over by itself"
        if processes.is_here(holder.process):
            return "is running on this machine"
        return "is on another machine: nobody can tell from here whether it is running"


def find_lock(project: Project, zone: ZoneId) -> Standing | None:
    """Return the lock on *zone*, None where there is nothing to break. Raises :class:`StoreError`."""
    store = open_store(project.config.state, project.root)
    found = find(store, zone)
    return Standing(zone, found, store.is_local) if found and (found.holder or found.problem) else None


def unlock(project: Project, standing: Standing, context: Context) -> Head | None:
    """Break a lock, and say so in the audit log, whose head is returned; None where it was freed meanwhile.

    Raises :class:`RefusedError` where another run has the lock by now, and :class:`StoreError`.
    """
    store = open_store(project.config.state, project.root)
    log = AuditLog(store)
    log.head()  # what cannot be recorded is not done
    zone, holder = standing.zone, standing.holder
    try:
        broken = break_lock(store, zone, context, standing.found.version)
    except LockedError as problem:
        raise RefusedError(
            [Finding("locked", Severity.ERROR, f"the lock has changed hands: {problem}", zone=str(zone))]
        ) from None
    if broken is None:
        return None
    words = f"its process {standing.life}; last sign of life {holder.beat or 'none'}" if holder else broken.problem
    entry = {
        **entries.of_run(context, new_run(context), ""),
        "kind": "unlock",
        "time": context.time(),
        "zone": str(zone),
        "holder": holder.run if holder else "",
        "words": words,
    }
    try:
        return log.append([entry])
    except StoreError as problem:
        raise StoreError(f"the lock on `{zone}` is broken, but the audit log does not say so: {problem}") from problem
