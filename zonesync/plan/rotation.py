"""Providers that are out of rotation for a zone: nobody is to be sent to them, whatever the files say."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from zonesync.model.zone import NOTHING, ZoneId
from zonesync.plan.plan import Move, Standing


@dataclass(frozen=True, slots=True)
class Absence:
    """What is known of a provider that is out of rotation for a zone."""

    standing: Standing
    hosts: tuple[str, ...] = ()
    """Its name servers when it went out: while it cannot be asked, nobody else knows them."""
    since: str = ""
    """UTC, as is :attr:`cleared`."""
    run: str = ""
    actor: str = ""
    cleared: str = ""
    """Of one that is leaving: since when neither the apex NS set nor the parent names its servers, as was seen."""

    seconds: int = 0
    """For how long resolvers may remember the apex NS set or the delegation that named it."""

    @property
    def words(self) -> str:
        """Say since when it is out and whose doing that is, for a reader."""
        by = f" by {self.actor}" if self.actor else ""
        return f"since {self.since}{by} (run {self.run})" if self.since else "from this plan on"


Absences = Mapping[tuple[ZoneId, str], Absence]
NOBODY: Absences = NOTHING
_AFTER = {"evacuate": Standing.OUT, "leave": Standing.LEAVING}


def moved(absences: Absences, move: Move | None, zones: Iterable[ZoneId]) -> dict[tuple[ZoneId, str], Absence]:
    """Return *absences* as they are once *move* has taken place for *zones*."""
    after = dict(absences)
    for zone in zones if move else ():
        where = (zone, move.provider) if move else (zone, "")
        there = after.get(where)
        standing = _AFTER.get(move.kind) if move else None
        if standing is None:
            after.pop(where, None)
        elif there is None:
            after[where] = Absence(standing)
        elif there.standing is Standing.OUT:
            after[where] = replace(there, standing=standing)
    return after
