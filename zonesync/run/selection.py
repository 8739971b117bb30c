"""Which entries of the audit log somebody asks for."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from zonesync.model.names import NameSyntaxError, absolute, display, relative
from zonesync.run.history import zone_of

Entry = dict[str, Any]
_FRAME = ("run_start", "run_end")
"""Entries about a run as a whole: shown where anything of the run is."""


@dataclass(frozen=True, slots=True)
class Filter:
    """What is asked for; what is empty asks for nothing."""

    zone: str = ""
    """As :class:`~zonesync.model.zone.ZoneId` spells it."""
    name: str = ""
    """Of an RRset, relative to its zone or absolute, or a glob over either."""
    type: str = ""
    provider: str = ""
    since: str = ""
    """UTC, ISO 8601 with seconds, as entries have it."""
    actor: str = ""
    """A glob over the actor, author or user; of a mail address its local part is enough."""


def select(entries: Sequence[Entry], wanted: Filter) -> Iterator[Entry]:
    """Yield the *entries* that are *wanted*, and with them the beginning and the end of their runs."""
    tests = list(_tests(entries, wanted))
    shown = [all(test(entry) for test in tests) for entry in entries]
    runs = {entry.get("run", "") for entry, is_shown in zip(entries, shown, strict=True) if is_shown}
    for entry, is_shown in zip(entries, shown, strict=True):
        if is_shown or (entry.get("kind") in _FRAME and entry.get("run", "") in runs):
            yield entry


def _tests(entries: Sequence[Entry], wanted: Filter) -> Iterator[Callable[[Entry], bool]]:
    if wanted.zone:
        touched = {entry.get("run", "") for entry in entries if _is_of(wanted.zone, entry)}
        yield (
            lambda entry: (
                _is_of(wanted.zone, entry) or (entry.get("kind") in _FRAME and entry.get("run", "") in touched)
            )
        )
    if wanted.provider:
        yield lambda entry: entry.get("provider") == wanted.provider
    if wanted.type:
        yield lambda entry: entry.get("kind") == "change" and entry.get("type") == wanted.type
    if wanted.name:
        yield named(wanted.name)
    if wanted.since:
        yield lambda entry: str(entry.get("time", "")) >= wanted.since
    if wanted.actor:
        pattern = wanted.actor.casefold()
        yield lambda entry: any(fnmatchcase(one, pattern) for one in _people(entry))


def _is_of(zone: str, entry: Entry) -> bool:
    return entry.get("zone") == zone or zone in entry.get("zones", ())


def named(pattern: str) -> Callable[[Entry], bool]:
    """Return what tells whether a change is of a name that *pattern* matches."""
    lowered = pattern.lower()

    def is_named(entry: Entry) -> bool:
        name, zone = entry.get("name", ""), zone_of(entry)
        if entry.get("kind") != "change" or zone is None:
            return False
        short = relative(name, zone.name)
        spellings = {name, short, name.removesuffix("."), display(name), display(short)}
        return name == _absolute(pattern, zone.name) or any(fnmatchcase(one, lowered) for one in spellings)

    return is_named


def _absolute(name: str, zone: str) -> str:
    try:
        return absolute(name, zone)
    except NameSyntaxError:
        return ""


def _people(entry: Entry) -> Iterator[str]:
    """Yield what the one behind *entry* is called: ``Kim Doe <kim@example.com>`` is four names."""
    for key in ("actor", "author", "user"):
        whole = str(entry.get(key) or "").casefold()
        name, bracket, address = whole.partition(" <")
        address = address.removesuffix(">") if bracket else whole
        yield from {one for one in (whole, name, address, address.partition("@")[0]) if one}
