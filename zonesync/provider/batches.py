"""Cut changes into batches that a provider takes, without tearing a name apart."""

from collections.abc import Callable, Iterable, Iterator, Sequence

from zonesync.model.change import Action, Change

_ORDER = {Action.DELETE: 0, Action.UPDATE: 1, Action.CREATE: 2}


def in_order(changes: Iterable[Change]) -> list[Change]:
    """Return *changes* with those at one name together: deletes, then updates, then creates."""
    names: dict[str, list[Change]] = {}
    for change in changes:
        names.setdefault(change.key.name, []).append(change)
    return [change for group in names.values() for change in sorted(group, key=lambda c: _ORDER[c.action])]


def batches(
    changes: Sequence[Change], limit: int, weight: Callable[[Change], int] = lambda _: 1
) -> Iterator[tuple[Change, ...]]:
    """Yield *changes* in batches of at most *limit* by *weight*, all changes at one name in one batch where they fit.

    Deletes come before creates at one name. A change heavier than *limit* is a batch of its own.
    """
    batch: list[Change] = []
    used = 0
    for group in _by_name(in_order(changes)):
        total = sum(map(weight, group))
        pieces = [(group, total)] if total <= limit else [((change,), weight(change)) for change in group]
        for piece, heavy in pieces:
            if batch and used + heavy > limit:
                yield tuple(batch)
                batch, used = [], 0
            batch.extend(piece)
            used += heavy
    if batch:
        yield tuple(batch)


def _by_name(changes: Sequence[Change]) -> Iterator[tuple[Change, ...]]:
    start = 0
    for index in range(1, len(changes) + 1):
        if index == len(changes) or changes[index].key.name != changes[start].key.name:
            yield tuple(changes[start:index])
            start = index
