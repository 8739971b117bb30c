"""Requests within Route 53's limits: 1,000 records and 32,000 characters of values, an UPSERT counting twice.

https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/DNSLimitations.html#limits-api-requests-changeresourcerecordsets
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from zonesync.model.change import Change
from zonesync_route53.kept import Native
from zonesync_route53.ordering import Group

MAX_RECORDS = 1000
MAX_CHARACTERS = 32000


@dataclass(frozen=True, slots=True)
class Cost:
    """What changes use up of one request."""

    records: int = 0
    characters: int = 0

    def __add__(self, other: "Cost") -> "Cost":
        return Cost(self.records + other.records, self.characters + other.characters)

    @property
    def fits(self) -> bool:
        """Whether one request takes it."""
        return self.records <= MAX_RECORDS and self.characters <= MAX_CHARACTERS


def cost(native: Native) -> Cost:
    """Return what creating or deleting *native* costs. An alias has no records; it counts as one, to bound requests."""
    values = [record["Value"] for record in native.get("ResourceRecords", ())]
    return Cost(max(1, len(values)), sum(map(len, values)))


def batches(groups: Iterable[Group], cost_of: Callable[[Change], Cost]) -> Iterator[Group]:
    """Yield the changes of *groups* in order, each group in one batch where it fits into one.

    A change that is too heavy on its own is a batch, for the service to refuse.
    """
    batch: list[Change] = []
    used = Cost()
    for group in groups:
        for piece, heavy in _pieces(group, cost_of):
            if batch and not (used + heavy).fits:
                yield tuple(batch)
                batch, used = [], Cost()
            batch.extend(piece)
            used += heavy
    if batch:
        yield tuple(batch)


def _pieces(group: Group, cost_of: Callable[[Change], Cost]) -> Iterator[tuple[Sequence[Change], Cost]]:
    """Yield *group* whole, or else name by name, or else change by change."""
    whole = sum(map(cost_of, group), Cost())
    names = list(dict.fromkeys(change.key.name for change in group))
    if whole.fits or len(group) == 1:
        yield group, whole
    elif len(names) > 1:
        for name in names:
            yield from _pieces(tuple(change for change in group if change.key.name == name), cost_of)
    else:
        for change in group:
            yield (change,), cost_of(change)
