"""What a run is about to write and what providers said of it, noted down ahead: the truth after a kill."""

import json
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from zonesync.model.change import Change
from zonesync.plan.plan import Setting, Step
from zonesync.provider.contract import Outcome, Receipt
from zonesync.run import entries
from zonesync.run.store import Row, Store

PREFIX = "journal/"


class Journal:
    """Notes of one run, each durable before its method returns; several threads write, each for another zone.

    Every method raises :class:`~zonesync.run.store.StoreError`: then what was to be noted must not be done.
    """

    def __init__(self, row: Row) -> None:
        self._row = row
        self._lock = threading.Lock()

    @classmethod
    def of(cls, store: Store, run: str) -> "Journal":
        """Return the journal of *run*."""
        return cls(store.row(PREFIX + run))

    def begin(self, of_run: Mapping[str, Any]) -> None:
        """Note who begins what."""
        self._note({"note": "begin", "entry": dict(of_run)})

    def intend(self, number: int, step: Step, changes: Sequence[Change], settings: Sequence[Setting] = ()) -> None:
        """Note what is about to be written."""
        self._note(
            {
                "note": "intend",
                "where": entries.place(number, step),
                "changes": [entries.sides(change) for change in changes],
                "settings": [one.model_dump(mode="json") for one in settings],
            }
        )

    def told(self, number: int, receipt: Receipt) -> None:
        """Note what a provider acknowledged."""
        keys = [[change.key.name, change.key.type] for change in receipt.changes]
        self._note({"note": "told", "number": number, "keys": keys, "said": entries.told(receipt)})

    def end(self, outcome: str) -> None:
        """Note how the run ended."""
        self._note({"note": "end", "outcome": outcome})

    def remove(self) -> None:
        """Throw the journal away: all of it is in the audit log."""
        self._row.remove()

    def _note(self, note: Mapping[str, Any]) -> None:
        data = json.dumps(note, ensure_ascii=True, separators=(",", ":")).encode()
        with self._lock:
            self._row.append(data)


@dataclass(slots=True)
class Intended:
    """A step that was about to be carried out, as far as its journal tells."""

    where: Mapping[str, Any]
    changes: Mapping[tuple[str, str], Mapping[str, Any]]
    """Sides by name and type."""
    settings: Sequence[Mapping[str, Any]] = ()
    said: dict[tuple[str, str], Mapping[str, Any]] = field(default_factory=dict)
    """What a provider said, by name and type."""
    outcome: Mapping[str, Any] | None = None
    """What it said last, where that was no matter of single changes."""

    def entries(self) -> Iterator[entries.Entry]:
        """Yield what the audit log should have. What no provider has answered for is unknown."""
        lost = {"outcome": Outcome.UNKNOWN.value, "change_id": "", "words": LOST}
        for key, sides in self.changes.items():
            yield entries.change(self.where, sides, self.said.get(key, lost))
        for setting in self.settings:
            yield {"kind": "setting", **self.where, **(self.outcome or lost), **setting}
        if not self.changes and not self.settings:
            is_done = self.outcome is not None and self.outcome.get("outcome") == Outcome.APPLIED.value
            words = "" if is_done else str((self.outcome or lost).get("words"))
            outcome = "done" if is_done else "unknown" if self.outcome is None else "failed"
            yield entries.step(self.where, (), outcome, words)


LOST = "the run was killed before the provider's answer was noted"


@dataclass(frozen=True, slots=True)
class Notes:
    """A journal read back."""

    of_run: Mapping[str, Any] | None
    """What every entry of the run says; None where not even its beginning was noted."""
    steps: tuple[Intended, ...] = ()
    outcome: str = ""
    """How the run ended, where it came that far."""


def notes(row: Row) -> Notes:
    """Read a journal as far as it is one: what a loss of power has cut short was never acted upon."""
    of_run: Mapping[str, Any] | None = None
    steps: dict[int, Intended] = {}
    outcome = ""
    for record in row.records():
        try:
            note = json.loads(record)
            kind = note["note"]
            if kind == "begin":
                of_run = dict(note["entry"])
            elif kind == "intend":
                changes = {(one["name"], one["type"]): one for one in note["changes"]}
                steps[note["where"]["number"]] = Intended(
                    dict(note["where"]), changes, tuple(map(dict, note["settings"]))
                )
            elif kind == "told":
                step = steps[note["number"]]
                step.said.update({(name, rtype): dict(note["said"]) for name, rtype in note["keys"]})
                step.outcome = dict(note["said"])
            elif kind == "end":
                outcome = str(note["outcome"])
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            continue
    return Notes(of_run, tuple(steps.values()), outcome)
