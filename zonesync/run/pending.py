"""What the audit log does not have yet: changes in the journals of runs that are under way, or were killed.

Until a later apply has brought them into the log they are found here, so that nobody else is blamed for them.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace

from zonesync.run import journal
from zonesync.run.audit import Entry
from zonesync.run.history import Known, Place, change
from zonesync.run.recovery import left_behind
from zonesync.run.snapshots import fingerprint
from zonesync.run.store import Store


def unfinished(store: Store) -> list[Entry]:
    """Return the entries that the journals would make, newest first. Raises :class:`StoreError`."""
    return list(reversed(list(_noted(store))))


def _noted(store: Store) -> Iterator[Entry]:
    for run in left_behind(store):
        notes = journal.notes(store.row(journal.PREFIX + run))
        if notes.of_run is not None:
            for step in notes.steps:
                yield from ({**entry, **notes.of_run} for entry in step.entries())


def with_pending(
    known: Mapping[Place, Known], wanted: Collection[Place], pending: Collection[Entry]
) -> dict[Place, Known]:
    """Return *known* with what *pending*, newest first, may have left at each of *wanted* since."""
    found = dict(known)
    for entry in reversed(list(pending)):
        one = change(entry)
        if one is None or not one.took_effect or (one.zone, one.provider) not in wanted:
            continue
        place = (one.zone, one.provider)
        there = found.get(place) or Known(one.run, one.time, None)
        marks = tuple(None if side is None else fingerprint(side) for side in one.possible)
        found[place] = replace(there, since={**there.since, one.key: marks})
    return found
