"""Who last had to do with something: found by reading the audit log backwards, no further than needed."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from zonesync.model.rrset import Key
from zonesync.model.zone import NOTHING
from zonesync.provider.contract import Outcome
from zonesync.run.audit import Entry
from zonesync.run.history import TOOK_EFFECT, Applied, Known, Place, change


@dataclass(frozen=True, slots=True)
class Trace:
    """Who, in which run, when, from which commit."""

    run: str
    time: str
    """UTC, ISO 8601."""
    actor: str = ""
    author: str = ""
    """Of the commit."""
    commit: str = ""
    run_url: str = ""
    is_change: bool = False
    """Whether that run set the thing itself; else it only left it as it was."""
    is_delete: bool = False
    """Whether it deleted the thing."""
    is_certain: bool = True
    """False where the service never said whether the change took effect."""

    @classmethod
    def of(cls, one: Applied) -> "Trace":
        """Return the trace that a change has left."""
        is_certain = one.outcome != Outcome.UNKNOWN.value
        return cls(
            one.run,
            one.time,
            one.actor,
            one.author,
            one.commit,
            one.run_url,
            is_change=True,
            is_delete=one.after is None,
            is_certain=is_certain,
        )

    @classmethod
    def left(cls, known: Known) -> "Trace":
        """Return the run after which it was last known what was there."""
        return cls(known.run, known.time)


@dataclass(frozen=True, slots=True)
class LastSetting:
    """The value that zonesync last gave a setting of a zone, such as its networks."""

    value: tuple[str, ...]
    trace: Trace


@dataclass(frozen=True, slots=True)
class Traces:
    """Who last changed what was asked for; what no entry tells of is absent."""

    changes: Mapping[Place, Mapping[Key, Applied]] = field(default_factory=lambda: NOTHING)
    settings: Mapping[Place, Mapping[str, LastSetting]] = field(default_factory=lambda: NOTHING)


NO_TRACES = Traces()


def look_back(
    entries: Iterable[Entry], keys: Mapping[Place, Collection[Key]], settings: Mapping[Place, Collection[str]]
) -> Traces:
    """Return the last change of each of *keys* and *settings*; *entries* come newest first.

    Reading ends with the entry that answers the last question. What is no entry of ours is passed over.
    """
    changes: dict[Place, dict[Key, Applied]] = {}
    values: dict[Place, dict[str, LastSetting]] = {}
    wanted = {(place, key) for place, mine in keys.items() for key in mine}
    named = {(place, name) for place, mine in settings.items() for name in mine}
    partly: set[tuple[Place, str, str]] = set()
    zones = {str(place[0]): place[0] for place, _ in [*wanted, *named]}
    for entry in entries if zones else ():
        zone = zones.get(_text(entry, "zone"))
        if zone is None:
            continue
        place = (zone, _text(entry, "provider"))
        if entry.get("kind") == "change":
            key = Key(_text(entry, "name"), _text(entry, "type"))
            one = change(entry) if (place, key) in wanted else None
            if one is not None and one.took_effect:
                changes.setdefault(place, {})[key] = one
                wanted.discard((place, key))
        else:
            if entry.get("kind") == "setting" and _text(entry, "outcome") not in TOOK_EFFECT:
                # Of several parts one failed, so that the value is neither the old one nor the new.
                partly.add((place, _text(entry, "name"), _text(entry, "run")))
            for name, value in _values(entry):
                if (place, name) in named:
                    trace = _trace(entry)
                    if (place, name, trace.run) in partly:
                        trace = replace(trace, is_certain=False)
                    values.setdefault(place, {})[name] = LastSetting(value, trace)
                    named.discard((place, name))
        if not wanted and not named:
            break
    return Traces(changes, values)


def _values(entry: Entry) -> Iterable[tuple[str, tuple[str, ...]]]:
    """Yield the settings that *entry* says were given to a zone; a zone is created with its own."""
    told: Any = ()
    if entry.get("kind") == "setting" and _text(entry, "outcome") in TOOK_EFFECT:
        told = [entry]
    elif (entry.get("kind"), entry.get("step"), entry.get("outcome")) == ("step", "create_zone", "done"):
        told = entry.get("settings")
    for one in told if isinstance(told, list) else ():
        name, value = (one.get("name"), one.get("after")) if isinstance(one, Mapping) else (None, None)
        if isinstance(name, str) and isinstance(value, list) and all(isinstance(part, str) for part in value):
            yield name, tuple(value)


def _trace(entry: Entry) -> Trace:
    run, time, actor, author, commit, url = (
        _text(entry, name) for name in ("run", "time", "actor", "author", "commit", "run_url")
    )
    is_certain = entry.get("outcome") != Outcome.UNKNOWN.value
    return Trace(run, time, actor, author, commit, url, is_change=True, is_certain=is_certain)


def _text(entry: Entry, name: str) -> str:
    value = entry.get(name)
    return value if isinstance(value, str) else ""
