"""TTLs that are lowered before the values under them are changed: resolvers remember the old ones for so long."""

from collections.abc import Iterable, Iterator

from zonesync.load.policy import TtlShape
from zonesync.model.change import Change
from zonesync.model.rrset import RRset
from zonesync.model.ttl import format_ttl
from zonesync.plan.policy.scope import covers
from zonesync.plan.policy.touches import Objection, Touch


def check(rule: TtlShape, touched: Iterable[Touch]) -> Iterator[Objection]:
    """Yield each RRset that would be changed or deleted while its live TTL is above the limit.

    A change of the TTL alone is no change of what is answered. Nobody caches an SOA for its serial, and an alias
    without a TTL has that of its target: neither is looked at.
    """
    for touch in touched:
        before = touch.change.before if touch.change else None
        if touch.change is None or before is None or before.ttl is None or before.type == "SOA":
            continue
        if before.ttl > rule.ttl and not _keeps_values(touch.change) and covers(rule, touch.zone, touch.key):
            live, limit = format_ttl(before.ttl), format_ttl(rule.ttl)
            yield Objection(
                touch.zone,
                f"{touch.name} has a TTL of {live}, the limit is {limit}",
                touch.provider,
                touch.key,
                f"lower its TTL to {limit} or less and keep its values, apply that, wait {live} until resolvers have "
                "forgotten the old one, then change it",
            )


def _keeps_values(change: Change) -> bool:
    before, after = change.before, change.after
    return isinstance(before, RRset) and isinstance(after, RRset) and before.rdatas == after.rdatas
