"""Cut changes into requests that one ``changes.create`` takes: three limits at once, and no name torn apart.

https://cloud.google.com/dns/quotas
"""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from zonesync.model.change import Change
from zonesync.model.rrset import RRset
from zonesync.provider.batches import in_order
from zonesync_gcloud.quotas import Limits


class Weight(NamedTuple):
    """What a request costs of each limit."""

    additions: int = 0
    deletions: int = 0
    rrdata: int = 0

    def plus(self, other: "Weight") -> "Weight":
        """Add up."""
        return Weight(self.additions + other.additions, self.deletions + other.deletions, self.rrdata + other.rrdata)

    def fits(self, limits: Limits) -> bool:
        """Tell whether one request may be this heavy."""
        return (
            self.additions <= limits.additions and self.deletions <= limits.deletions and self.rrdata <= limits.rrdata
        )


def weight(change: Change) -> Weight:
    """Weigh one change; an update is a deletion and an addition."""
    after = change.after if isinstance(change.after, RRset) else None
    return Weight(int(after is not None), int(change.before is not None), octets(change.before) + octets(after))


def octets(rrset: RRset | None) -> int:
    """Count the octets of the values as they are sent."""
    return sum(map(len, rrset.rdatas)) if rrset else 0


def batches(changes: Sequence[Change], limits: Limits) -> Iterator[tuple[Change, ...]]:
    """Yield *changes* in batches within *limits*, all changes at one name in one batch where they fit.

    Deletes come before creates at one name. A change heavier than the limits is a batch of its own.
    """
    batch: list[Change] = []
    used = Weight()
    for _, found in groupby(in_order(changes), key=lambda change: change.key.name):
        group = tuple(found)
        for piece in [group] if _total(group).fits(limits) else [(change,) for change in group]:
            more = used.plus(_total(piece))
            if batch and not more.fits(limits):
                yield tuple(batch)
                batch, more = [], _total(piece)
            batch.extend(piece)
            used = more
    if batch:
        yield tuple(batch)


def _total(changes: Sequence[Change]) -> Weight:
    total = Weight()
    for change in changes:
        total = total.plus(weight(change))
    return total
