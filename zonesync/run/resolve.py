"""Fill in what a plan could not know: the apex NS set and SOA of a zone that was created a moment ago."""

from collections.abc import Iterable, Mapping, Sequence

from zonesync.model.change import Change, Computed
from zonesync.plan.computed import settled
from zonesync.plan.diff import settle
from zonesync.provider.contract import LiveZone


class UnresolvedError(Exception):
    """A computed RRset cannot be worked out from what the providers say."""


def resolve(
    changes: Iterable[Change], live: LiveZone, servers: Mapping[str, Sequence[str]], *, created: bool
) -> list[Change]:
    """Return *changes* with nothing computed left in them, and without those that are there already.

    Where this run *created* the zone, its pre-made apex NS and SOA are the ``before`` that the plan could not show.
    *servers* are each provider's own name servers for the zone. Raises :class:`UnresolvedError`.
    """
    resolved = []
    for change in changes:
        after = change.after
        before = change.before
        if created and before is None and change.key.type in {"NS", "SOA"} and change.key.name == live.id.name:
            before = live.rrsets.get(change.key)
        if isinstance(after, Computed):
            try:
                after = settled(after, live, servers)
            except ValueError as problem:
                raise UnresolvedError(str(problem)) from None
        if before is not None and after is not None and settle(before, after) is None:
            continue
        resolved.append(Change(before, after, change.why))
    return resolved
