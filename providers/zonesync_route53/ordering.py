"""The order of changes: a target exists before the alias that points to it, and goes after it.

Route 53 refuses an alias whose target is not there, also where a later change of the same request would make it.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from graphlib import CycleError, TopologicalSorter

from zonesync.model.change import Action, Change
from zonesync.model.rrset import Key
from zonesync.provider.batches import in_order
from zonesync_route53.aliases import alias_of

Group = tuple[Change, ...]


def groups(changes: Iterable[Change]) -> list[Group]:
    """Return *changes* by name, names with targets before those with their new aliases, old aliases before targets.

    Names that need each other both ways are one group. At one name deletes come first.
    """
    by_name: dict[str, list[Change]] = {}
    for change in in_order(changes):
        by_name.setdefault(change.key.name, []).append(change)
    earlier = _earlier([change for group in by_name.values() for change in group])
    if not earlier:
        return [tuple(group) for group in by_name.values()]
    leader = {name: name for name in by_name}
    while True:
        try:
            order = list(TopologicalSorter(_between_leaders(by_name, earlier, leader)).static_order())
        except CycleError as problem:
            cycle = problem.args[1]
            leader = {name: cycle[0] if led in cycle else led for name, led in leader.items()}
            continue
        members: dict[str, list[Change]] = {}
        for name, group in by_name.items():
            members.setdefault(leader[name], []).extend(group)
        return [tuple(members[name]) for name in order]


def deletes_first(changes: Iterable[Change]) -> list[Change]:
    """Return those of *changes* that take something away, aliases before their targets."""
    old = {change.key: change.before for change in changes if change.before is not None}
    depth = _depth(old)
    gone = [change for change in changes if change.before is not None]
    return sorted(gone, key=lambda change: -depth(change.key))


def targets_first(changes: Iterable[Change]) -> list[Change]:
    """Return those of *changes* that make something, targets before their aliases."""
    new = {change.key: change.after for change in changes if change.after is not None}
    depth = _depth(new)
    come = [change for change in changes if change.after is not None]
    return sorted(come, key=lambda change: depth(change.key))


def _target(rrset: object, key: Key) -> Key | None:
    alias = alias_of(rrset)
    return Key(alias.target, key.type) if alias else None


def _earlier(changes: Sequence[Change]) -> dict[str, list[str]]:
    """Return by name the names whose changes must not come later."""
    actions = {change.key: change.action for change in changes}
    earlier: dict[str, list[str]] = {}
    for change in changes:
        new, old = _target(change.after, change.key), _target(change.before, change.key)
        if new and actions.get(new) is Action.CREATE:
            earlier.setdefault(change.key.name, []).append(new.name)
        if old and actions.get(old) is Action.DELETE:
            earlier.setdefault(old.name, []).append(change.key.name)
    return earlier


def _between_leaders(
    by_name: Iterable[str], earlier: Mapping[str, list[str]], leader: Mapping[str, str]
) -> dict[str, list[str]]:
    graph: dict[str, list[str]] = {}
    for name in by_name:
        needed = graph.setdefault(leader[name], [])
        needed += [leader[other] for other in earlier.get(name, ()) if leader[other] != leader[name]]
    return graph


def _depth(rrsets: Mapping[Key, object]) -> Callable[[Key], int]:
    """Return a function that counts how many aliases among *rrsets* lie between a key and an RRset with values."""

    def depth(key: Key) -> int:
        count, seen = 0, {key}
        target = _target(rrsets[key], key)
        while target and target in rrsets and target not in seen:
            seen.add(target)
            count += 1
            target = _target(rrsets[target], target)
        return count

    return depth
