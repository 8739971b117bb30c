"""Which rules of the policy ``--allow`` waives."""

from collections.abc import Iterable, Iterator

from zonesync.load.policy import PolicyShape
from zonesync.plan.plan import POLICY as PREFIX
from zonesync.plan.plan import Allowance

__all__ = ["PREFIX", "granted", "waivable"]


def waivable(rules: Iterable[PolicyShape]) -> set[str]:
    """Return what ``--allow`` takes for those of *rules* that say ``allow: true``, without the zone."""
    return {f"{PREFIX}{rule.id}" for rule in rules if rule.allow}


def granted(rules: Iterable[PolicyShape], allowances: Iterable[Allowance]) -> Iterator[Allowance]:
    """Yield those of *allowances* that *rules* let anybody give; what lifts a limit is none of their business.

    A plan file can hold any allowance. That it is in there does not make it one.
    """
    may_be = waivable(rules)
    yield from (one for one in allowances if not one.rule.startswith(PREFIX) or one.rule in may_be)
