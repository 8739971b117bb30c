"""Who is out of rotation, for plans, drift checks and checks of what is served."""

from collections.abc import Iterable, Iterator

from zonesync.findings import Finding, Severity
from zonesync.model.zone import ZoneId
from zonesync.plan.plan import Standing
from zonesync.plan.rotation import NOBODY, Absences
from zonesync.run import rotation
from zonesync.run.store import StoreError, open_store
from zonesync.workflow.project import Project

GONE = frozenset({Standing.LEAVING, Standing.LEFT})
"""Standings of a provider at which nothing of a zone is kept in step any more."""


def absences(project: Project) -> tuple[Absences, list[Finding]]:
    """Return who is out of rotation; where the state cannot be read nobody is known to be, and a warning says so.

    An apply needs the state, and makes its plan again under the locks: nobody is put back for want of it.
    """
    try:
        return rotation.read(open_store(project.config.state, project.root)), []
    except StoreError as problem:
        return NOBODY, [
            Finding(
                "rotation-unread",
                Severity.WARNING,
                f"the state cannot be read, so it is not known who is out of rotation: {problem}",
                help="a plan made without it may be refused when it is applied",
            )
        ]


def told(found: Absences, zones: Iterable[tuple[ZoneId, Iterable[str]]]) -> Iterator[Finding]:
    """Yield a warning for each of *zones*, given with its providers, that one of them is out of rotation for."""
    for zone, providers in zones:
        for provider in providers:
            one = found.get((zone, provider))
            if one is None:
                continue
            if one.standing is Standing.OUT:
                words = f"`{provider}` is out of rotation {one.words}: nobody is sent there"
                hint = f"`zonesync restore {provider} {zone}` once it is well again"
            else:
                state = "has left the zone" if one.standing is Standing.LEFT else "is leaving the zone"
                words = f"`{provider}` {state} {one.words}, and the file still lists it"
                back = f"zonesync provider join {zone} {provider}"
                hint = f"take `{provider}` out of `providers:`, or have it back: `{back}`"
            rule = "out-of-rotation" if one.standing is Standing.OUT else "provider-left"
            yield Finding(rule, Severity.WARNING, words, help=hint, zone=str(zone), provider=provider)
