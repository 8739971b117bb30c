"""How a fault of the apex NS set is told."""

from zonesync.findings import Finding, Place, Severity
from zonesync.model.zone import DesiredZone


def found(
    zone: DesiredZone, rule: str, provider: str, message: str, hint: str, severity: Severity = Severity.ERROR
) -> Finding:
    """Return the finding *rule* about the apex NS set of *zone*; an empty *provider* stands for all of them."""
    place = Place(zone.file, 1, 1) if zone.file else None
    return Finding(
        rule, severity, message, place, hint, zone=str(zone.id), provider=provider, name=zone.apex, type="NS"
    )
