"""What is known of a step while it is carried out, and the words for what became of it."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from zonesync.model.change import Change
from zonesync.provider.contract import Outcome, Receipt
from zonesync.provider.errors import ProviderError


class StopZone(Exception):  # noqa: N818 -- it ends a zone, and is not an error of its own
    """A step failed, with words for the reader."""


@dataclass(slots=True)
class Progress:
    """What is known of a step while it runs."""

    receipts: list[Receipt] = field(default_factory=list)
    changed: bool = False
    begun: bool = False
    """Whether the adapter was told to write."""
    intended: Sequence[Change] = ()
    """What it was told to write."""

    def unanswered(self) -> tuple[Change, ...]:
        """Return what no receipt covers."""
        known = {change.key for receipt in self.receipts for change in receipt.changes}
        return tuple(change for change in self.intended if change.key not in known)


def said(problem: Exception) -> str:
    """Return the words of *problem*, with what to do next where a provider knows that."""
    hint = problem.hint if isinstance(problem, ProviderError) else ""
    return f"{problem} ({hint})" if hint else str(problem)


def require_applied(progress: Progress) -> None:
    """Raise :class:`StopZone` where a part of a step was not applied."""
    failed = [receipt for receipt in progress.receipts if receipt.outcome is not Outcome.APPLIED]
    if failed:
        raise StopZone("; ".join(_failure(receipt) for receipt in failed))


def _failure(receipt: Receipt) -> str:
    keys = [f"{change.key.name} {change.key.type}" for change in receipt.changes[:3]]
    more = f" and {len(receipt.changes) - 3} more" if len(receipt.changes) > len(keys) else ""
    return ": ".join(filter(None, (f"{', '.join(keys)}{more}", receipt.outcome.value, receipt.words)))
