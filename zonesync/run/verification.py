"""Whether the audit log is whole: what is broken first, where exactly, and what kind of deed that looks like."""

import enum
import json
from collections.abc import Iterable
from dataclasses import dataclass

from zonesync.run import chain
from zonesync.run.chain import EMPTY, AuditError, AuditObject, Head


class Deed(enum.StrEnum):
    """What was done to a log that is not whole."""

    EDITED = "edited"
    """Bytes of an object are not those that were written."""
    REMOVED = "removed"
    """Objects are missing, and there are later ones."""
    REORDERED = "reordered"
    """An object, or an entry, stands in another's place."""
    REWRITTEN = "rewritten"
    """Objects are whole in themselves, but are not those that were there before."""
    CUT_OFF = "cut off"
    """Objects are missing at the end."""
    FOREIGN = "foreign"
    """Something is there that is no audit object."""


@dataclass(frozen=True, slots=True)
class Fault:
    """The first place where a log is broken."""

    deed: Deed
    sequence: int
    """Of the object; 0 for a foreign one."""
    words: str
    entry: int = 0
    """Which entry of the object, counted from 1; 0 where that is not known, or where it is none of them."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is known of a log."""

    objects: int
    """How many there are."""
    entries: int
    """How many there are in the objects that are whole."""
    head: Head
    """The last object; with a fault, the last before it."""
    noted: Head | None = None
    """What the log was held against."""
    fault: Fault | None = None
    unsealed: int = 0
    """Objects of an older zonesync, which have no digest of their own."""
    is_end_sealed: bool = True
    """Whether the last object has a digest of its own."""

    @property
    def is_whole(self) -> bool:
        """Whether nothing is known to be broken."""
        return self.fault is None


def examine(objects: Iterable[tuple[str, bytes | None]], noted: Head | None) -> Verdict:
    """Hold the named *objects*, in the order of their names, against each other and against *noted*."""
    walk = _Walk(noted)
    for name, data in objects:
        walk.step(name, data)
    return walk.verdict()


class _Walk:
    """The way along the chain."""

    def __init__(self, noted: Head | None) -> None:
        self._noted = noted
        self._objects = self._entries = self._unsealed = 0
        self._last = EMPTY
        self._is_last_sealed = True
        self._good = self._good_before = EMPTY
        self._fault: Fault | None = None
        self._foreign: Fault | None = None
        self._broken_after = 0
        """The object that the first fault is the matter of; 0 where it is no broken link, or the chain broke again."""
        self._is_proven = False
        """Whether the noted head vouches for all objects after that one."""
        self._at_noted = "" if noted is None or noted.sequence else EMPTY.digest

    def step(self, name: str, data: bytes | None) -> None:
        """Look at the next object."""
        try:
            sequence = chain.sequence_of(name)
        except AuditError as problem:
            self._foreign = self._foreign or Fault(Deed.FOREIGN, 0, str(problem))
            return
        if data is None:
            self._blame(Fault(Deed.REMOVED, sequence, f"object {sequence} has gone while the log was read"))
            return
        self._objects += 1
        due = self._last.sequence + 1
        if sequence != due:
            self._blame(_gap(due, sequence))
        try:
            found = chain.made_of(chain.parse(name, data), data)
        except AuditError as problem:
            self._blame(damage(sequence, data, problem.why))
            self._last = Head(sequence, chain.digest_of(data))
            self._is_last_sealed = True
        else:
            self._follow(sequence, found, is_next=sequence == due)
        if self._noted and sequence == self._noted.sequence:
            self._at_noted = self._last.digest
            self._is_proven = self._broken_after > 0 and self._at_noted == self._noted.digest

    def _follow(self, sequence: int, found: AuditObject, *, is_next: bool) -> None:
        if found.sequence != sequence:
            words = f"object {sequence} is whole, but it is object {found.sequence}, put in another's place"
            self._blame(Fault(Deed.REORDERED, sequence, words))
        elif is_next and found.previous != self._last.digest:
            self._blame_before(self._broken_link(sequence), sequence - 1)
        self._entries += len(found.entries)
        self._unsealed += not found.is_sealed
        self._is_last_sealed = found.is_sealed
        self._last = Head(sequence, found.digest)
        if self._fault is None:
            self._good_before, self._good = self._good, self._last

    def _broken_link(self, sequence: int) -> Fault:
        if sequence == 1:
            return Fault(Deed.REWRITTEN, 1, "object 1 says that it follows another one: it was rewritten")
        if not self._is_last_sealed:
            words = f"object {sequence - 1} was edited: object {sequence} was written after another one"
            return Fault(Deed.EDITED, sequence - 1, words)
        words = (
            f"object {sequence - 1} is whole in itself, but object {sequence} was written after another one: either "
            f"object {sequence - 1} was rewritten, or everything from object {sequence} on"
        )
        return Fault(Deed.REWRITTEN, sequence - 1, words)

    def _blame(self, fault: Fault) -> None:
        self._broken_after = 0
        self._fault = self._fault or fault

    def _blame_before(self, fault: Fault, sequence: int) -> None:
        """Blame the object *sequence*, which was taken for good until the next one did not follow it."""
        if self._fault:
            self._blame(fault)
            return
        self._broken_after, self._fault, self._good = sequence, fault, self._good_before

    def verdict(self) -> Verdict:
        """Sum up."""
        fault = self._fault or self._foreign or self._end()
        if fault and self._is_proven:
            words = (
                f"object {fault.sequence} was rewritten: object {fault.sequence + 1}, for which the noted head "
                "vouches, was written after another one"
            )
            fault = Fault(Deed.REWRITTEN, fault.sequence, words)
        head = self._good if fault else self._last
        return Verdict(self._objects, self._entries, head, self._noted, fault, self._unsealed, self._is_last_sealed)

    def _end(self) -> Fault | None:
        if self._noted is None or self._at_noted == self._noted.digest:
            return None
        wanted, last = self._noted.sequence, self._last.sequence
        if wanted > last:
            words = f"the log ends with object {last}, but it had {wanted}: the last {wanted - last} were cut off"
            return Fault(Deed.CUT_OFF, last + 1, words)
        words = f"object {wanted} is another one than the noted head: it was rewritten, and maybe objects before it"
        return Fault(Deed.REWRITTEN, wanted, words)


def _gap(due: int, found: int) -> Fault:
    missing = f"object {due} is" if found == due + 1 else f"objects {due} to {found - 1} are"
    return Fault(Deed.REMOVED, due, f"{missing} missing, although there is object {found}")


def damage(sequence: int, data: bytes, problem: str) -> Fault:
    """Say as exactly as can be known what was done to an object that is not as it was written."""
    try:
        found = json.loads(data.decode())
    except (ValueError, RecursionError):
        found = None
    if isinstance(found, dict) and chain.is_newer(found, data):
        return Fault(Deed.FOREIGN, sequence, f"object {sequence} has a later format: a newer zonesync can read it")
    what = f"object {sequence} is not as it was written"
    lines, marks = chain.lines_and_marks(data)
    if not marks:
        if found is None and not data.rstrip().endswith(b"}"):
            place = data.count(b"\n")
            inside = f", in entry {place}" if place else ""
            return Fault(Deed.EDITED, sequence, f"{what}: it ends after {len(data)} bytes{inside}", place)
        return Fault(Deed.EDITED, sequence, f"{what}: {problem}")
    now = [chain.mark(line) for line in lines]
    if now == marks:
        return Fault(Deed.EDITED, sequence, f"{what}: its {len(now)} entries are whole, what stands around them is not")
    return _unmarked(sequence, marks, now, what, lines)


def _unmarked(sequence: int, marks: list[bytes], now: list[bytes], what: str, lines: list[bytes]) -> Fault:
    first = next((at for at, (one, other) in enumerate(zip(marks, now, strict=False), 1) if one != other), 0)
    first = first or min(len(marks), len(now)) + 1
    says = _brief(lines[first - 1]) if first <= len(lines) else ""
    deed, words = Deed.EDITED, f"entry {first} of {len(now)} was edited{says}"
    if len(marks) > len(now) and _is_part(now, marks):
        words = f"it has {len(now)} entries of {len(marks)}; entry {first} is the first that is missing"
    elif len(marks) < len(now) and _is_part(marks, now):
        words = f"it has {len(now)} entries instead of {len(marks)}; entry {first} is the first added{says}"
    elif sorted(marks) == sorted(now):
        deed, words = Deed.REORDERED, f"entry {first} of {len(now)} stands in another's place{says}"
    return Fault(deed, sequence, f"{what}: {words}", first)


def _is_part(some: list[bytes], every: list[bytes]) -> bool:
    """Tell whether *some* is *every* with a few left out."""
    rest = iter(every)
    return all(one in rest for one in some)


def _brief(line: bytes) -> str:
    """Return what an entry is about as it stands now."""
    try:
        entry = json.loads(line.decode())
    except (ValueError, RecursionError):
        return ", and is no JSON now"
    about = [entry.get(key) for key in ("kind", "zone", "name", "type", "provider")] if isinstance(entry, dict) else []
    words = " ".join(one[:100] for one in about if isinstance(one, str) and one)
    return f", which says now: {words}" if words else ""
