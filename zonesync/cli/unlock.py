"""unlock: break the lock of a run that will not come back."""

import sys
from typing import TYPE_CHECKING

from zonesync import workflow
from zonesync.cli.arguments import require_zone
from zonesync.cli.exits import Exit
from zonesync.cli.output import put
from zonesync.views.plain import clean, wrapped

if TYPE_CHECKING:
    from zonesync.cli.session import Session


def unlock(session: "Session", name: str, *, yes: bool) -> int:
    """Show who holds the lock on a zone, ask, and break it."""
    zone = require_zone(name)
    project = session.open()
    standing = workflow.find_lock(project, zone)
    shown = clean(zone.display)
    if standing is None:
        put(f"Nothing to break: nobody holds the lock on {shown}.")
        return Exit.OK
    width = session.width(sys.stdout)
    put("\n".join(line for row in _rows(standing) for line in wrapped(clean(row), width, 14)))
    if not yes and not _confirmed(session):
        return Exit.REFUSED
    head = workflow.unlock(project, standing, session.context)
    if head is None:
        put(f"Nothing to break any more: the lock on {shown} was freed meanwhile.")
        return Exit.OK
    put(f"Broken: the lock on {shown} is free.\naudit log {head}")
    return Exit.OK


def _rows(standing: workflow.Standing) -> list[str]:
    holder, zone = standing.holder, standing.zone.display
    if holder is None:
        return [f"The lock on {zone} cannot be read, and keeps every apply from the zone:", standing.found.problem]
    account = " on ".join(filter(None, (holder.user, holder.host)))
    told = {
        "run": holder.run,
        "actor": holder.actor,
        "account": account,
        "commit": holder.commit,
        "CI run": holder.run_url,
        "since": holder.started,
        "last sign": holder.beat or "none: it has no session",
        "process": f"{holder.pid} {standing.life}",
    }
    return [f"{zone} is locked", *(f"  {name:<12}{text}" for name, text in told.items() if text)]


def _confirmed(session: "Session") -> bool:
    if not sys.stdin.isatty():
        session.complain("not-confirmed", "there is no terminal to ask at", "give --yes")
        return False
    session.say("A run that still goes on stops before its next write to this zone; what it has sent is sent.")
    session.ask("Break this lock? Only `yes` does:")
    if sys.stdin.readline().strip() == "yes":
        return True
    session.say("Not broken.")
    return False
