"""The order of changes at a service that takes one at a time, so that it is served well at every moment between."""

from collections.abc import Iterable, Sequence

from zonesync.model.change import Action, Change
from zonesync.model.rrset import Key
from zonesync.provider.batches import in_order


def ordered(changes: Iterable[Change], apex: str) -> list[Change]:
    """Return *changes* in the order in which they are safe.

    At one name what is deleted comes first, as it may free the name (a CNAME), and what takes its place comes next,
    so that the name is empty for a moment only. Names that come are before names that change, and those before names
    that go: nothing points to what is not there. A DNAME goes before anything below it comes, and comes after that
    has gone (RFC 6672 section 2.4). The NS records of *apex* come last.
    """
    last = Key(apex, "NS")
    names: dict[str, list[Change]] = {}
    for change in in_order(change for change in changes if change.key != last):
        names.setdefault(change.key.name, []).append(change)
    # `sorted` keeps the order of what ranks equal.
    groups = sorted(names.values(), key=_rank)
    return [change for group in groups for change in group] + [change for change in changes if change.key == last]


def _rank(group: Sequence[Change]) -> int:
    for change in group:
        if change.key.type == "DNAME" and change.action is not Action.UPDATE:
            return 0 if change.action is Action.DELETE else 4
    actions = {change.action for change in group}
    if actions == {Action.CREATE}:
        return 1
    return 3 if actions == {Action.DELETE} else 2
