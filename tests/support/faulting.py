"""Applies of thousands of changes in a storm of faults, at any provider: what is claimed is true, and nothing is lost.

    with Route53Fake(seed=1) as fake:
        storm = FakeStorm(fake, "POST", "/rrset/$")
        tally = run_with_faults(
            lambda: Route53Provider("route53", endpoint=fake.url, budget=Budget(first_wait=0.001)),
            ZoneId("faults.example."),
            storm,
            fault_matrix(seed=1, count=150),
            changes=3000,
            edit=lambda zone, key, new: fake.edit(zone.name, *key, new and new.ttl, new and list(new.rdatas)),
            count=lambda: len(fake.dump("faults.example.")),
        )
    assert tally.faults == 150

The zone is made and filled while all goes well. Then each round wants a third of its changes created, a third updated
and a third deleted (some names change from one type to another), and is gone at by apply after apply, each by a new
provider object as if the process had been killed, until nothing is left to do; and there are as many rounds as it takes
for every fault to strike. Between read and apply somebody else edits what the apply is about to write. Held after each
apply:

- every receipt is true: applied is live, rejected and conflict are as before, and all of an atomic batch of which the
  outcome is not known is in one of both states;
- nothing else in the zone is touched, and what somebody else wrote is still there;
- no RRset is there twice (*count* asks the service itself);
- the next plan is exactly what has not been done.
"""

import itertools
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from random import Random
from typing import Any, Protocol

from tests.fakes.kit import Answer, FakeService, Fault
from zonesync.model.change import Change
from zonesync.model.rrset import Key, RRset
from zonesync.model.zone import ZoneId
from zonesync.plan.diff import diff
from zonesync.provider.conformance.kit import attempt, contents, difference, hold_true, host, read
from zonesync.provider.contract import LiveZone, Outcome, Provider, Receipt
from zonesync.provider.memory import MemoryProvider
from zonesync.provider.memory_faults import Fault as MemoryFault

DROPS = ("drop-before", "drop-after")
KINDS = (*DROPS, "error-before", "error-after")
_MOST_APPLIES = 100
"""For one round; more means that it makes no headway."""
_EDITED = 5
"""RRsets that somebody else edits before an apply."""
_CALM = 0.5
"""The share of applies before which nobody else edits anything."""
_THEIRS = 7000
"""The first TTL of somebody else's."""


@dataclass(frozen=True, slots=True)
class Strike:
    """One fault: *skip* writes after the one before it, that goes wrong in this way."""

    skip: int
    kind: str


def fault_matrix(seed: int, count: int, *, gap: int = 3, kinds: Sequence[str] = KINDS) -> list[Strike]:
    """Return *count* faults, as many of each kind, with up to *gap* good writes before each; alike for one seed."""
    draw = Random(seed)
    order = [kinds[number % len(kinds)] for number in range(count)]
    draw.shuffle(order)
    return [Strike(draw.randint(0, gap), kind) for kind in order]


class Storm(Protocol):
    """What makes writes at a service go wrong."""

    def arm(self, strikes: Iterable[Strike]) -> None:
        """Order *strikes*, one after the other."""

    def left(self) -> int:
        """Return how many have not struck yet."""


class FakeStorm:
    """Faults of a fake service, at the requests that write: *method* and *path* are what its ``fail`` takes."""

    def __init__(self, fake: FakeService, method: str, path: str, error: Answer | None = None) -> None:
        self._fake = fake
        self._where = {"method": method, "path": path}
        error = error or Answer(503, b"<html>Service Unavailable</html>", content_type="text/html")
        self._fields: dict[str, dict[str, Any]] = {
            "drop-before": {"drop": "before"},
            "drop-after": {"drop": "after"},
            "error-before": {"answer": error},
            "error-after": {"answer_after": error},
        }
        self._faults: list[Fault] = []

    def arm(self, strikes: Iterable[Strike]) -> None:
        """Order *strikes*. A fault does not count the requests that one before it struck."""
        passed = 0
        for strike in strikes:
            passed += strike.skip
            self._faults.append(self._fake.fail(**self._where, skip=passed, **self._fields[strike.kind]))

    def left(self) -> int:
        """Return how many have not struck yet."""
        return sum(fault.seen <= fault.skip for fault in self._faults)


class MemoryStorm:
    """Faults of the service in memory."""

    def __init__(self, provider: MemoryProvider) -> None:
        self._faults = provider.faults

    def arm(self, strikes: Iterable[Strike]) -> None:
        """Order *strikes*; those before a write and those after it are counted apart."""
        passed = 0
        for strike in strikes:
            passed += strike.skip + 1
            kind = MemoryFault.BEFORE if strike.kind.endswith("before") else MemoryFault.AFTER
            self._faults.arm(kind, "commit", passed)

    def left(self) -> int:
        """Return how many have not struck yet."""
        return len(self._faults._armed)


def memory_edit(provider: MemoryProvider) -> "Edit":
    """Return somebody else's edit at the service in memory, past all faults."""

    def edit(zone: ZoneId, key: Key, new: RRset | None) -> None:
        hosted = provider._service._zones[zone]
        spelling = provider._traits.spelling
        where = spelling.spell(RRset(key.name, key.type, 0, ()))
        old = hosted.records.pop((where.name, where.type), None)
        if new is not None:
            hosted.records[where.name, where.type] = replace(spelling.spell(new), extra=old.extra if old else {})
        hosted.version += 1

    return edit


Edit = Callable[[ZoneId, Key, RRset | None], object]


@dataclass(slots=True)
class Tally:
    """What came of it."""

    rounds: int = 0
    applies: int = 0
    faults: int = 0
    edits: int = 0
    outcomes: Counter[Outcome] = field(default_factory=Counter)
    """Changes by what became of them."""


def run_with_faults(
    connect: Callable[[], Provider],
    zone: ZoneId,
    storm: Storm,
    strikes: Sequence[Strike],
    *,
    changes: int = 3000,
    seed: int = 1,
    edit: Edit | None = None,
    count: Callable[[], int] | None = None,
) -> Tally:
    """Go through the storm; raises AssertionError for anything that is not as it is to be.

    *connect* makes a provider object for the one service; *edit* is somebody else's change at it, and *count* how many
    RRsets the service has in *zone*, kept ones left out.
    """
    tally, content = Tally(), Content(zone, Random(seed))
    live = host(connect(), zone, *content.of(2 * changes // 3))
    storm.arm(strikes)
    while storm.left():
        tally.rounds += 1
        wanted = content.next(live.rrsets, changes)
        run = _Round(connect, zone, wanted, tally, content.draw, edit, count)
        live = run.finish(live)
    tally.faults = len(strikes)
    return tally


class Content:
    """What a zone has, state after state."""

    def __init__(self, zone: ZoneId, draw: Random) -> None:
        self.zone = zone
        self.draw = draw
        self.apex = {Key(zone.name, "NS"), Key(zone.name, "SOA")}
        self._numbers = itertools.count()

    def of(self, number: int) -> list[RRset]:
        """Return as many new RRsets, at a name each."""
        types = ("A", "A", "CNAME", "TXT", "MX")
        return [
            self._rrset(f"h{place}.{self.zone.name}", types[place % len(types)])
            for place in itertools.islice(self._numbers, number)
        ]

    def next(self, live: Mapping[Key, RRset], changes: int) -> dict[Key, RRset]:
        """Return the next state: as many RRsets are created, updated and deleted, and some change their type."""
        state = {key: rrset for key, rrset in live.items() if key not in self.apex}
        third = changes // 3
        chosen = self.draw.sample(sorted(state), 2 * third)
        for number, key in enumerate(chosen):
            old = state.pop(key)
            if number < third:
                continue
            swaps = number % 10 == 0 and key.type in _SWAPS
            new = self._rrset(key.name, _SWAPS[key.type] if swaps else key.type)
            state[new.key] = replace(new, ttl=(old.ttl or 0) + 1)
        return state | {new.key: new for new in self.of(third)}

    def _rrset(self, name: str, rtype: str) -> RRset:
        numbers = self.draw.sample(range(1, 250), self.draw.randint(1, 3))
        if rtype == "CNAME":
            numbers = numbers[:1]
        form = {"A": "192.0.2.{}", "CNAME": "t{}.example.net.", "TXT": '"text {}"', "MX": "{0} mail{0}.example.net."}
        return RRset.of(name, rtype, 600, [form[rtype].format(number) for number in numbers])


_SWAPS = {"A": "CNAME", "CNAME": "A"}


@dataclass(slots=True)
class _Round:
    """One state that is wanted, and the applies that lead there."""

    connect: Callable[[], Provider]
    zone: ZoneId
    wanted: Mapping[Key, RRset]
    tally: Tally
    draw: Random
    edit: Edit | None
    count: Callable[[], int] | None

    def finish(self, live: LiveZone) -> LiveZone:
        """Apply until nothing is left to do, and return the zone."""
        for _ in range(_MOST_APPLIES):
            provider = self.connect()
            live = read(provider, self.zone)
            plan = self._plan(provider, live)
            if not plan:
                assert not difference(provider, live, self.wanted)
                return live
            self._apply(provider, live, plan)
        raise AssertionError(f"not done after {_MOST_APPLIES} applies")

    def _plan(self, provider: Provider, live: LiveZone) -> list[Change]:
        apex = {Key(self.zone.name, "NS"), Key(self.zone.name, "SOA")}
        return diff(live.rrsets, self.wanted, normalise=provider.normalise, skip=apex)

    def _apply(self, provider: Provider, live: LiveZone, plan: list[Change]) -> None:
        theirs = self._edit_some(plan)
        known = replace(live, rrsets={**live.rrsets, **theirs})
        receipts = attempt(provider, live, plan)
        now = hold_true(provider, known, receipts)
        for key, new in theirs.items():
            assert now.rrsets.get(key) == new, f"somebody else's `{key.name} {key.type}` was overwritten"
        _hold_whole(provider, known, now, receipts)
        assert not self.count or self.count() == len(now.rrsets), "an RRset is there twice, or is not read"
        found = contents(provider, now)
        rest = {change.key for change in plan if found.get(change.key) != change.after}
        assert {change.key for change in self._plan(provider, now)} == rest
        self.tally.applies += 1
        for receipt in receipts:
            self.tally.outcomes[receipt.outcome] += len(receipt.changes)

    def _edit_some(self, plan: Sequence[Change]) -> dict[Key, RRset]:
        """Let somebody else edit a few of the RRsets that *plan* updates and deletes, and return them as they are."""
        if not self.edit or self.draw.random() < _CALM:
            return {}
        there = [change.before for change in plan if change.before and change.key.type == "A"]
        chosen = self.draw.sample(there, min(_EDITED, len(there)))
        # A TTL that nobody had before: an edit that changes nothing would be no edit.
        theirs = {old.key: replace(old, ttl=_THEIRS + self.tally.edits + place) for place, old in enumerate(chosen)}
        for key, new in theirs.items():
            self.edit(self.zone, key, new)
        self.tally.edits += len(theirs)
        return theirs


def _hold_whole(provider: Provider, before: LiveZone, now: LiveZone, receipts: Iterable[Receipt]) -> None:
    """Hold that no atomic batch of which the outcome is not known is half done."""
    was, found = contents(provider, before), contents(provider, now)
    for receipt in receipts:
        if receipt.outcome is Outcome.UNKNOWN and provider.capabilities.atomic:
            assert len({found.get(change.key) == was.get(change.key) for change in receipt.changes}) == 1
