"""What happened to something that differs, and who had to do with it last, in a sentence for whoever is on call."""

import re

from zonesync.model.rrset import RRset
from zonesync.run.drift import DriftItem, Event, Kind, Subject
from zonesync.run.traces import Trace

NEXT_APPLY = "the next apply that changes the zone takes it as it is by then"
"""What becomes of an edit to something that is kept."""

_time = re.compile(r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d):\d\dZ").fullmatch
_COMMIT = 12
_PASSIVE = {Event.ADDED: "added", Event.DELETED: "deleted", Event.EDITED: "edited"}


def of(item: DriftItem) -> str:
    """Say what happened to *item*, and who had to do with it last; empty where there is nothing to say."""
    match item.kind:
        case Kind.READ_FAILED:
            return item.words
        case Kind.KEPT_CHANGED:
            return f"{_PASSIVE[item.event or Event.EDITED]} since {_run(item.last)}"
        case Kind.UNMANAGED_ZONE:
            return _ever(item)
        case Kind.CHANGED_OUTSIDE:
            return _outside(item)
        case _:
            return _not_applied(item)


def _outside(item: DriftItem) -> str:
    if item.subject is Subject.ZONE:
        return f"the zone has gone: it was there after {_run(item.last)}"
    ahead = "; the file has changed since, too" if item.is_file_ahead else ""
    if item.event is Event.ADDED and not (item.last and item.last.is_change):
        return f"added: it was not there after {_run(item.last)}{ahead}"
    return f"{_event(item)}: last {_set(item.last)}{ahead}"


def _event(item: DriftItem) -> str:
    change = item.change
    before, after = (change.before, change.after) if change else (None, None)
    is_settled = item.event is Event.EDITED and not item.is_file_ahead
    if is_settled and before and isinstance(after, RRset) and after.rdatas == before.rdatas:
        return "TTL edited"
    return _PASSIVE[item.event or Event.EDITED]


def _not_applied(item: DriftItem) -> str:
    if item.subject is Subject.ZONE:
        return "the zone is not there" + (", and was never applied from here" if item.is_known else "")
    if item.subject is Subject.STEP:
        return ""
    if not item.is_known or item.last is None:
        return "what zonesync left here is not known, nor who has changed it"
    if not item.last.is_change:
        return f"live is as it was after {_run(item.last)}: the file is ahead"
    return f"live is as last {_set(item.last)}: the file is ahead"


def _set(last: Trace | None) -> str:
    """Say who set something, when, in which run, from which commit."""
    if last is None:
        return "set by nobody that the audit log knows"
    if not last.is_change:
        return f"seen by zonesync after {_run(last)}"
    done = "deleted" if last.is_delete else "set"
    done += "" if last.is_certain else ", as far as is known,"
    actor = f" by {last.actor}" if last.actor else ""
    author = f" (commit by {last.author})" if last.author and last.actor not in last.author else ""
    commit = f" at commit {last.commit[:_COMMIT]}" if last.commit else ""
    return f"{done}{actor}{author} in {_run(last)}{commit}"


def _run(last: Trace | None) -> str:
    if last is None:
        return "no run that the audit log knows"
    found = _time(last.time)
    when = f"{found[1]} {found[2]} UTC" if found else last.time
    return f"run {last.run} ({when})" if when else f"run {last.run}"


def _ever(item: DriftItem) -> str:
    if item.last:
        return f"last applied in {_run(item.last)}: its file has gone, or no longer names {item.provider}"
    return "never applied from here" if item.is_known else ""
