"""A provider's own alias of a name in the zone answers for an RRset there: one of its type has to exist.

https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resource-record-sets-choosing-alias-non-alias.html
"""

from collections.abc import Collection, Iterator, Mapping

from zonesync.findings import Finding, Severity
from zonesync.model.alias import PREFIX, AliasTarget
from zonesync.model.names import is_within
from zonesync.model.rrset import Key, RRset
from zonesync.model.zone import DesiredZone
from zonesync.plan.diff import Normalise


def check(
    zone: DesiredZone,
    provider: str,
    rrsets: Mapping[Key, RRset],
    beside: Collection[Key],
    normalise: Normalise | None = None,
) -> Iterator[Finding]:
    """Yield an error for each alias whose target is neither among the desired *rrsets* nor *beside* them."""
    for key, rrset in rrsets.items():
        if rrset.ttl is not None or not rrset.rdatas[0].startswith(PREFIX):
            continue
        alias = AliasTarget.from_text((normalise(rrset) if normalise else rrset).rdatas[0])
        target = Key(alias.target, key.type)
        if alias.zone_id or not is_within(alias.target, zone.apex) or target in rrsets or target in beside:
            continue
        yield Finding(
            "alias-target-missing",
            Severity.ERROR,
            f"`{key.name} {key.type}` is an alias of `{alias.target}`, which has no {key.type} at `{provider}`",
            help=f"declare `{alias.target} {key.type}`, or point the alias elsewhere",
            zone=str(zone.id),
            provider=provider,
            name=key.name,
            type=key.type,
        )
