"""What a plan touches, with all that a rule may ask about it, and what a rule objects to."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from zonesync.model.change import Change
from zonesync.model.rrset import Key
from zonesync.model.zone import NOTHING, DesiredZone, ZoneId
from zonesync.plan import apex_set
from zonesync.plan.plan import Plan, StepKind

_ADDRESSES = frozenset({"A", "AAAA"})
_OUTAGE = frozenset({"evacuate", "restore"})
_IDLE = frozenset({StepKind.BARRIER, StepKind.WAIT, StepKind.MANUAL, StepKind.RELOAD})
"""Steps that make a provider serve nothing that it was not told before."""


@dataclass(frozen=True, slots=True)
class Circumstances:
    """Who asks, when, and what the files say."""

    actor: str
    """As in the audit log; empty where nobody knows."""
    now: datetime
    """With its offset."""
    zones: Mapping[ZoneId, DesiredZone] = field(default_factory=lambda: NOTHING)
    """What is known of the plan's zones from their files."""


class Touch(NamedTuple):
    """One thing that a plan would do: change an RRset, or the zone as a whole."""

    zone: ZoneId
    provider: str
    key: Key
    """Of a step without changes the apex, with no type."""
    change: Change | None
    path: str
    """The file that asks for the RRset; of one that no file asks for, and of a whole zone, the zone's."""
    kind: StepKind
    """Of the step."""

    @property
    def name(self) -> str:
        """What is touched, for a message."""
        return f"`{self.key.name} {self.key.type}`" if self.key.type else f"`{self.zone}`"


class Objection(NamedTuple):
    """What a rule has against a plan."""

    zone: ZoneId
    words: str
    """After the rule's own message."""
    provider: str = ""
    key: Key | None = None
    help: str = ""
    """What to do, where waiving the rule is not the best that can be done."""


def touches(plan: Plan, zones: Mapping[ZoneId, DesiredZone]) -> Iterator[Touch]:
    """Yield what *plan* touches.

    That an outage takes a provider out of the apex NS set, or its end takes it back, is no change that anybody asks
    for in a file, and cannot wait: it is left out.
    """
    is_outage = plan.move is not None and plan.move.kind in _OUTAGE
    for step in plan.steps:
        zone = zones.get(step.zone)
        file = zone.file if zone else ""
        if is_outage and step.kind is StepKind.ROTATION:
            continue
        for change in step.changes:
            if not (is_outage and change.key == apex_set.key(step.zone.name)):
                yield Touch(step.zone, step.provider, change.key, change, path_of(zone, change.key) or file, step.kind)
        if not step.changes and step.kind not in _IDLE:
            yield Touch(step.zone, step.provider, Key(step.zone.name, ""), None, file, step.kind)


def path_of(zone: DesiredZone | None, key: Key) -> str:
    """Return the file of *zone* that asks for *key*; empty where none does."""
    if zone is None:
        return ""
    found = zone.places.get(key)
    if found is None and key.type in _ADDRESSES:
        found = zone.places.get(Key(key.name, "ALIAS"))
    return found[0] if found else ""


def shown(words: list[str], most: int = 5) -> str:
    """Return *words* in one line, the number of those after *most* in their place."""
    rest = f" and {len(words) - most} more" if len(words) > most else ""
    return re.sub(r"\s+", " ", ", ".join(words[:most])) + rest
