"""Safety limits: how much of a zone one plan may take away before somebody has to say so."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from zonesync.findings import Finding, Severity
from zonesync.model.change import Action, Change

if TYPE_CHECKING:
    from zonesync.model.zone import ZoneId

RULES = ("max-deletes", "max-changes", "empty-zone")
"""What :func:`check` finds."""


@dataclass(frozen=True, slots=True)
class Limit:
    """At most *amount*, of the base in percent or in RRsets."""

    amount: float
    percent: bool = True

    def exceeded(self, count: int, base: int) -> bool:
        """Tell whether *count* of *base* is too much."""
        return count * 100 > self.amount * base if self.percent else count > self.amount

    def __str__(self) -> str:
        return f"{self.amount:g}%" if self.percent else f"{self.amount:g} RRsets"


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of one run."""

    max_deletes: Limit = Limit(30)
    max_changes: Limit = Limit(60)
    always_allow: int = 3
    """So many changes pass whatever their percentage, so that small zones can be edited."""
    command: str = "plan"
    """Which command makes such a plan, and takes the ``--allow`` that lifts the limits for once."""


def check(zone: "ZoneId", provider: str, changes: Sequence[Change], base: int, limits: Limits) -> Iterator[Finding]:
    """Yield an error for each limit that *changes* pass; *base* counts the live RRsets that the plan is in charge of.

    Creates count in none, so a new zone is never refused. Apex NS and SOA are no part of *changes* or *base*.
    """
    deletes = sum(1 for change in changes if change.action is Action.DELETE)
    updates = sum(1 for change in changes if change.action is Action.UPDATE)
    creates = len(changes) - deletes - updates
    if base and deletes == base and not creates:
        message = f"all {base} RRsets would go, and nothing would take their place"
        yield _refusal("empty-zone", zone, provider, message, limits)
        return
    for rule, verb, count, limit in (
        ("max-deletes", "go", deletes, limits.max_deletes),
        ("max-changes", "change or go", deletes + updates, limits.max_changes),
    ):
        if limit.percent and count <= limits.always_allow:
            continue
        if limit.exceeded(count, base):
            share = f" ({count * 100 / base:.0f}%)" if base else ""
            message = f"{count} of {base} RRsets would {verb}{share}, the limit is {limit}"
            yield _refusal(rule, zone, provider, message, limits)


def _refusal(rule: str, zone: "ZoneId", provider: str, message: str, limits: Limits) -> Finding:
    return Finding(
        rule,
        Severity.ERROR,
        message,
        help=f"if that is meant, say `{limits.command} --allow {rule}@{zone}`",
        zone=str(zone),
        provider=provider,
    )
