"""What is known of a zone at its providers without asking any of them."""

from collections.abc import Iterator, Sequence

from zonesync.findings import Finding
from zonesync.model.zone import DesiredZone
from zonesync.plan import apex, fit, networks
from zonesync.plan.facts import Facts


def check(zone: DesiredZone, facts: Sequence[Facts]) -> Iterator[Finding]:
    """Yield what :func:`~zonesync.plan.planner.plan_zone` would find, as far as *facts* tell of each provider."""
    yield from apex.check_offline(zone, facts)
    for fact in facts:
        yield from fit.check(zone, fact.name, fact.able, fact.desired(zone), fact.refusal)
        yield from networks.check(zone, fact)
