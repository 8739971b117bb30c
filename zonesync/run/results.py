"""What became of a plan: step by step, and in all."""

from collections.abc import Iterable
from dataclasses import dataclass

from zonesync.plan.plan import Step, StepKind
from zonesync.provider.contract import Outcome, Receipt
from zonesync.run.audit import Head


@dataclass(frozen=True, slots=True)
class StepResult:
    """What became of one step."""

    step: Step
    receipts: tuple[Receipt, ...] = ()
    problem: str = ""
    skipped: bool = False
    """Not begun, because an earlier step of the zone failed."""
    changed: bool = False
    """Whether the provider was changed, or may have been."""

    @property
    def is_done(self) -> bool:
        """Whether all of it was carried out."""
        return not self.problem and not self.skipped

    @property
    def words(self) -> str:
        """What a reader should know of a zone that was deleted, in the provider's words: where its file is, say."""
        is_told = self.is_done and self.step.kind is StepKind.DELETE_ZONE and self.receipts
        return self.receipts[-1].words if is_told else ""


@dataclass(frozen=True, slots=True)
class Run:
    """The outcome of one apply."""

    id: str
    results: tuple[StepResult, ...]
    head: Head | None
    problem: str = ""
    """Why the log could not be written, if so."""

    @property
    def is_complete(self) -> bool:
        """Whether all of the plan was carried out and recorded."""
        return not self.problem and all(result.is_done for result in self.results)

    @property
    def has_changed(self) -> bool:
        """Whether any provider was changed."""
        return any(result.changed for result in self.results)


def done_changes(results: Iterable[StepResult]) -> int:
    """Count the changes that providers acknowledged."""
    return sum(
        len(receipt.changes) for result in results for receipt in result.receipts if receipt.outcome is Outcome.APPLIED
    )
