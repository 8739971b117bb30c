"""The networks of a private zone: which the files want, which the provider has, and what may be done about it."""

from collections.abc import Iterator

from zonesync.findings import Finding, Place, Severity
from zonesync.model.zone import DesiredZone
from zonesync.plan.facts import Facts
from zonesync.plan.plan import Setting

NETWORKS = "networks"
"""The name of the setting."""


def wanted(zone: DesiredZone, fact: Facts) -> tuple[str, ...] | None:
    """Return where *zone* is to be visible: the file's networks, else the configuration's; None leaves it alone.

    A network that cannot be spelled is left out, and is a finding of :func:`check`.
    """
    if fact.spell_network is None:
        return None
    said = zone.networks.get(fact.name)
    if said is None:
        return fact.networks or None
    spelled = set()
    for text in said:
        try:
            spelled.add(fact.spell_network(text))
        except ValueError:
            continue
    return tuple(sorted(spelled))


def check(zone: DesiredZone, fact: Facts) -> Iterator[Finding]:
    """Yield an error for each network that cannot be one, or cannot be at this provider; needs no reading."""
    said = zone.networks.get(fact.name)
    if said is None:
        return
    if fact.spell_network is None:
        message = f"`{fact.name}` does not know networks: its zones are visible everywhere"
        hint = f"take `{fact.name}` out of `networks:`, or configure it for private zones"
        yield _error(zone, fact, "networks-unsupported", message, hint, 0)
        return
    for index, text in enumerate(said):
        try:
            fact.spell_network(text)
        except ValueError as problem:
            message = f"`{text}` is no network of `{fact.name}`: {problem}"
            yield _error(zone, fact, "bad-network", message, "write it as the message says", index)


def check_change(zone: DesiredZone, fact: Facts) -> Iterator[Finding]:
    """Yield an error where a private zone would be left without any network: nobody could ask it."""
    if fact.spell_network is None:
        return
    said = zone.networks.get(fact.name)
    if fact.live is None:
        if not (fact.networks if said is None else said):
            message = f"a private zone at `{fact.name}` is created in a network, and nothing says which"
            hint = f"write `networks: {{{fact.name}: [NETWORK]}}`, or `networks: [NETWORK]` of `{fact.name}`"
            yield _error(zone, fact, "network-missing", message, f"{hint} in the configuration", 0)
    elif said == () and fact.live.networks:
        message = f"the zone would be in no network of `{fact.name}` any more, and the last one is never removed"
        hint = f"name a network, or take `{fact.name}` out of `networks:` to leave them as they are"
        yield _error(zone, fact, "last-network", message, hint, 0)


def change(zone: DesiredZone, fact: Facts) -> Setting | None:
    """Return how the networks change, or those of a zone to be created; None for nothing to do."""
    after = wanted(zone, fact)
    before = fact.live.networks if fact.live else ()
    return Setting(name=NETWORKS, before=before, after=after) if after and after != before else None


def _error(zone: DesiredZone, fact: Facts, rule: str, message: str, hint: str, index: int) -> Finding:
    places = zone.network_places.get(fact.name, ())
    packed = places[min(index, len(places) - 1)] if places else 0
    place = Place(zone.file, packed >> 20, packed & 0xFFFFF) if packed and zone.file else None
    return Finding(rule, Severity.ERROR, message, place, hint, zone=str(zone.id), provider=fact.name)
