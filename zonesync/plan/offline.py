"""What is known of a zone at its providers without asking any of them."""

from collections.abc import Iterator, Mapping

from zonesync.findings import Finding
from zonesync.model.zone import DesiredZone
from zonesync.plan import apex, fit
from zonesync.provider.contract import Capabilities


def check(zone: DesiredZone, capabilities: Mapping[str, Capabilities]) -> Iterator[Finding]:
    """Yield what :func:`~zonesync.plan.planner.plan_zone` would find, as far as *capabilities* tell."""
    yield from apex.check_said(zone)
    yield from apex.check_levels(zone, capabilities)
    for provider in zone.providers:
        yield from fit.check(zone, provider, capabilities[provider], zone.at(provider))
