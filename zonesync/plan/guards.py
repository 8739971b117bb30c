"""What the steps of a saved move have to wait for, and to say: as much as a plan worked out now asks.

In a move the order is what keeps resolvers from being sent where nothing is served. A step that was taken out of the
plan, or put behind the one that it guards, leaves every other step as it was.
"""

from collections.abc import Iterator

from zonesync.model.zone import ZoneId
from zonesync.plan.plan import Plan, Standing, Step, StepKind

_UNORDERED = frozenset({StepKind.MANUAL, StepKind.RELOAD, StepKind.CREATE_ZONE, StepKind.METADATA})
"""Steps that nothing waits for, or that what comes after them cannot do without."""
_Named = tuple[ZoneId, str, StepKind, Standing | None]


def asks_as_much(asked: Step, step: Step) -> bool:
    """Tell whether *step* of a saved move is what is *asked* now: the same standing and names, and no shorter wait.

    Names that nobody can tell now may have been known when the plan was made.
    """
    if asked.handover and step.handover:
        return (asked.handover.after, asked.handover.glue) == (step.handover.after, step.handover.glue)
    has_names = step.hosts == asked.hosts or not asked.hosts
    return has_names and step.standing is asked.standing and step.seconds >= asked.seconds


def unguarded(plan: Plan, left: Plan, fresh: Plan) -> Iterator[tuple[ZoneId, str, str]]:
    """Yield zone, provider and words where a step *left* of *plan* does not wait for all that *fresh* puts before it.

    The first such step of a zone is told alone.
    """
    planned, asked = _before(plan), _before(fresh)
    told: set[ZoneId] = set()
    for named in dict.fromkeys(_named(step) for step in left.steps if step.kind not in _UNORDERED):
        missing = asked.get(named, set()) - planned[named] - {named}
        zone, provider, kind, _ = named
        if missing and zone not in told:
            told.add(zone)
            kinds = ", ".join(sorted({f"`{one[2]}`" for one in missing}))
            yield zone, provider, f"its step `{kind}` does not wait for what has to come before it: {kinds}"


def _named(step: Step) -> _Named:
    return step.zone, step.provider, step.kind, step.standing


def _before(plan: Plan) -> dict[_Named, set[_Named]]:
    """Return for each step of *plan* what comes before it in its zone; for one that is there twice, before both."""
    seen: dict[ZoneId, set[_Named]] = {}
    found: dict[_Named, set[_Named]] = {}
    for step in plan.steps:
        there = seen.setdefault(step.zone, set())
        if step.kind not in _UNORDERED:
            named = _named(step)
            found[named] = found.get(named, there) & there
            there.add(named)
    return found
