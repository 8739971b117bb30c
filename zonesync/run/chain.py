"""One object of the audit log: its bytes, its place in the chain, and the digests that vouch for both.

An object is one mapping of JSON, an entry a line, so that ``grep`` finds whole entries:

- ``format`` 1; ``sequence``, which is also its name; ``previous``, the digest of all bytes of the object before it;
- ``entries``, mappings;
- ``marks``, for each entry the first 8 hexadecimal digits of its line's SHA-256: they find what was altered;
- ``digest``, the SHA-256 of all bytes that stand before its own hexadecimal digits. Nothing but the end follows, so
  that a single bit turned anywhere shows in the object itself.

Objects that are older than the last two have neither: the ``previous`` of the next object vouches for them.
"""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any

from zonesync.run.store import StoreError

PREFIX = "audit/"
FORMAT = 1
DIGEST = "sha256:"
_DIGITS = 12
_DEEPEST = 8
"""How deep lists and mappings of an entry may lie in each other; ours have half of it."""
_KEYS = frozenset({"format", "sequence", "previous", "entries", "marks", "digest"})
_TEXTS = ("kind", "run", "time", "actor", "commit", "zone", "provider", "step", "name", "type", "outcome", "words")
"""What is text in every entry that has it, so that readers need not ask."""
_SEAL = b'","digest":"sha256:'
_END = b'"}\n'
_HEX = 64
_MARK = 8
_is_digest = re.compile("sha256:[0-9a-f]{64}").fullmatch
_head = re.compile("([0-9]{1,12}):(sha256:[0-9a-f]{64})").fullmatch

Entry = Mapping[str, Any]


class AuditError(StoreError):
    """The log cannot be read as one."""

    def __init__(self, words: str, why: str = "") -> None:
        super().__init__(words)
        self.why = why or words
        """The reason alone."""


@dataclass(frozen=True, slots=True)
class Head:
    """The last object of the log; noted down after a run, it proves later that nothing before it was cut."""

    sequence: int
    digest: str
    """Of all its bytes."""

    def __str__(self) -> str:
        return f"{self.sequence}:{self.digest}"

    @classmethod
    def parse(cls, text: str) -> "Head":
        """Read what a run has printed. Raises ValueError for anything else."""
        found = _head(text.strip())
        if not found:
            raise ValueError(
                f"`{text[:100]}` is no head of an audit log: write SEQUENCE:sha256:DIGITS, as a run prints it"
            )
        return cls(int(found[1]), found[2])


EMPTY = Head(0, DIGEST + "0" * _HEX)


@dataclass(frozen=True, slots=True)
class AuditObject:
    """One object, whole in itself."""

    sequence: int
    previous: str
    """The digest of the object before it."""
    entries: tuple[dict[str, Any], ...]
    """In order; each has the object's ``sequence``, too."""
    digest: str
    """Of all its bytes."""
    is_sealed: bool = True
    """Whether it has a digest of its own."""

    @property
    def head(self) -> Head:
        """What names the log up to here."""
        return Head(self.sequence, self.digest)


def name_of(sequence: int) -> str:
    """Return the name of an object in the store."""
    return f"{PREFIX}{sequence:0{_DIGITS}d}.json"


def sequence_of(name: str) -> int:
    """Return the sequence that *name* stands for. Raises :class:`AuditError` where it is none of an audit object."""
    stem = name.removeprefix(PREFIX).removesuffix(".json")
    is_number = len(stem) == _DIGITS and stem.isascii() and stem.isdecimal()
    if name != f"{PREFIX}{stem}.json" or not is_number or not int(stem):
        raise AuditError(f"`{name}` does not belong in the audit log: move it elsewhere")
    return int(stem)


def encode(sequence: int, previous: str, entries: Sequence[Entry]) -> bytes:
    """Return the bytes of an object. Raises ValueError for an entry that could not be read again."""
    if not all(map(_is_entry, entries)):
        raise ValueError("an audit entry is a mapping of plain values, and its common keys hold text")
    lines = [_line(entry) for entry in entries]
    sealed = b"".join(
        (
            f'{{"format":{FORMAT},"sequence":{sequence},"previous":"{previous}","entries":[\n'.encode(),
            b",\n".join(lines),
            b'\n],"marks":"',
            b" ".join(map(mark, lines)),
            _SEAL,
        )
    )
    return sealed + hashlib.sha256(sealed).hexdigest().encode() + _END


def _line(entry: Entry) -> bytes:
    # Half a surrogate pair, as undecodable file names have, becomes JSON's own escape of it.
    text = json.dumps(entry, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return text.encode(errors="backslashreplace")


def mark(line: bytes) -> bytes:
    """Return the digits that tell the *line* of an entry from an altered one."""
    return hashlib.sha256(line).hexdigest()[:_MARK].encode()


def lines_and_marks(data: bytes) -> tuple[list[bytes], list[bytes]]:
    """Return the lines of the entries in *data*, and the marks that they should have, however damaged it is."""
    body, _, tail = data.rpartition(b'\n],"marks":"')
    lines = [line.removesuffix(b",") for line in body.split(b"\n")[1:]]
    return [line for line in lines if line], tail.partition(b'"')[0].split()


def digest_of(data: bytes) -> str:
    """Return the digest by which the next object, and a noted head, name an object."""
    return DIGEST + hashlib.sha256(data).hexdigest()


def is_seal_whole(data: bytes) -> bool:
    """Tell whether *data* ends in the digest of all bytes before it."""
    end = len(data) - len(_END) - _HEX
    sealed, stated = data[: max(end, 0)], data[max(end, 0) : max(end, 0) + _HEX]
    return data.endswith(_END) and sealed.endswith(_SEAL) and hashlib.sha256(sealed).hexdigest().encode() == stated


def read(name: str, data: bytes) -> AuditObject:
    """Return the object *name*, which holds *data*. Raises :class:`AuditError` for what this log has not written."""
    sequence = sequence_of(name)
    found = parse(name, data)
    if not _is_number(found["sequence"], sequence):
        raise no_object(name, f"its `sequence` is not {sequence}")
    return made_of(found, data)


def made_of(found: Mapping[str, Any], data: bytes) -> AuditObject:
    """Return the object that *data* holds, parsed as *found*."""
    sequence = found["sequence"]
    for entry in found["entries"]:
        entry["sequence"] = sequence
    return AuditObject(sequence, found["previous"], tuple(found["entries"]), digest_of(data), "digest" in found)


def parse(name: str, data: bytes) -> dict[str, Any]:
    """Return what *data* says, which may stand in another's place. Raises :class:`AuditError` for what is no object."""
    try:
        found = json.loads(data.decode())
    except (ValueError, RecursionError) as problem:
        raise no_object(name, str(problem)) from problem
    if not isinstance(found, dict):
        raise no_object(name, "it is no mapping")
    if not _is_number(found.get("format"), FORMAT):
        newer = "; a newer zonesync wrote it" if is_newer(found, data) else ""
        raise no_object(name, f"its `format` is not {FORMAT}{newer}")
    if unknown := found.keys() - _KEYS:
        raise no_object(name, f"no version of zonesync writes `{min(unknown)}`")
    if type(found.get("sequence")) is not int:
        raise no_object(name, f"its `sequence` is not {sequence_of(name)}")
    previous = found.get("previous")
    if not isinstance(previous, str) or not _is_digest(previous):
        raise no_object(name, "its `previous` is no digest")
    entries = found.get("entries")
    if not isinstance(entries, list) or not all(map(_is_entry, entries)):
        raise no_object(name, "its `entries` are no list of entries")
    if ("digest" in found or "marks" in found) and not is_seal_whole(data):
        raise no_object(name, "it was altered after it was written: its digest is another")
    return found


def is_newer(found: Mapping[str, Any], data: bytes) -> bool:
    """Tell whether *found* is the whole work of a zonesync that knows a later format."""
    version = found.get("format")
    return type(version) is int and version > FORMAT and is_seal_whole(data)


def _is_number(value: object, wanted: int) -> bool:
    # JSON's true equals 1.
    return type(value) is int and value == wanted


def _is_entry(entry: object) -> bool:
    return (
        isinstance(entry, dict)
        and all(isinstance(entry.get(key, ""), str) for key in _TEXTS)
        and type(entry.get("number", 0)) is int
        and isinstance(entry.get("zones", []), list)
        and _is_plain(entry, _DEEPEST)
    )


def _is_plain(value: Any, depth: int) -> bool:
    """Tell whether *value*, a mapping or list, holds no number without end and is no tower of lists."""
    for one in value.values() if isinstance(value, dict) else value:
        if isinstance(one, dict | list | tuple):
            if not depth or not _is_plain(one, depth - 1):
                return False
        elif isinstance(one, float) and not isfinite(one):
            return False
    return True


def no_object(name: str, why: str) -> AuditError:
    """Return the error for an object that is none."""
    help_ = "move it out of the log's folder, or restore it from a copy"
    return AuditError(f"{name} is no audit object: {why}; {help_}", why)
