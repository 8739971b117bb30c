"""How old a saved plan may be: what was reviewed long ago was reviewed for another world."""

from collections.abc import Iterator
from datetime import UTC, datetime

from zonesync.findings import Finding, Severity
from zonesync.model.ttl import format_ttl
from zonesync.plan.plan import Plan

_UNITS = (("week", 604800), ("day", 86400), ("hour", 3600), ("minute", 60), ("second", 1))
_ENOUGH = 2
"""So many of a unit say more than one of the next larger one."""


def check(plan: Plan, now: datetime, limit: int | None) -> Iterator[Finding]:
    """Yield a refusal where *plan* is over *limit* seconds old at *now*; None for no limit.

    A plan from the future is none: a clock that jumped says nothing about the plan.
    """
    if limit is None:
        return
    made = _time(plan.created)
    if made is None:
        yield _refusal("it does not say when it was made", limit)
        return
    age = int((now - made).total_seconds())
    if age > limit:
        yield _refusal(f"it was made {_spelled(age)} ago, at {plan.created}", limit)


def _time(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _spelled(seconds: int) -> str:
    unit, size = next(((unit, size) for unit, size in _UNITS if seconds >= _ENOUGH * size), _UNITS[-1])
    count = seconds // size
    return f"{count} {unit}" if count == 1 else f"{count} {unit}s"


def _refusal(why: str, limit: int) -> Finding:
    return Finding(
        "plan-too-old",
        Severity.ERROR,
        f"{why}; the limit is {format_ttl(limit)}",
        help="plan again, review, and apply the new plan; `safety: {max_plan_age: …}` sets the limit",
    )
