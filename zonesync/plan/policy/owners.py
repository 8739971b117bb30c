"""Who may change what: as in a CODEOWNERS file the last entry that matches counts."""

from collections.abc import Iterable, Iterator

from zonesync.load.policy import OwnersEntryShape, OwnersShape
from zonesync.plan.policy.scope import covers, is_path
from zonesync.plan.policy.touches import Objection, Touch, shown


def check(rule: OwnersShape, touched: Iterable[Touch], actor: str) -> Iterator[Objection]:
    """Yield what *actor* may not change. What no entry matches, or one without owners does, is anybody's."""
    who = actor.removeprefix("@").casefold()
    teams = rule.members()
    for touch in touched:
        owners = owners_of(rule, touch)
        people = [person for owner in owners for person in teams.get(owner, (owner,))]
        if owners and who not in people:
            asks = f"and not to `{actor}`" if who else "and nobody knows who asks"
            yield Objection(
                touch.zone,
                f"{touch.name} belongs to {shown([f'`{owner}`' for owner in owners])}, {asks}",
                touch.provider,
                touch.key,
                f"let one of them do it: {shown([f'`{person}`' for person in dict.fromkeys(people)])}",
            )


def owners_of(rule: OwnersShape, touch: Touch) -> tuple[str, ...]:
    """Return the owners of what is touched, teams by their names."""
    return next((entry.by for entry in reversed(rule.entries) if _matches(entry, touch)), ())


def _matches(entry: OwnersEntryShape, touch: Touch) -> bool:
    return is_path(entry.paths, touch.path) and covers(entry, touch.zone, touch.key)
