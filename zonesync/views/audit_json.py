"""What the audit commands say as JSON. Keys are added in later versions, never taken away or given another meaning."""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any

from zonesync.model.rrset import RRset
from zonesync.run.history import Applied
from zonesync.run.runs import RunSummary
from zonesync.run.verification import Verdict


def run(summary: RunSummary, entries: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return one run: ``run`` sums it up, its ``outcome`` empty where it has not ended; ``entries`` are the log's."""
    sums = {one.name: getattr(summary, one.name) for one in fields(summary)}
    sums |= {"counts": dict(sorted(summary.counts.items())), "took_over": dict(summary.took_over)}
    return {"run": sums, "entries": list(entries)}


def blame(zone: str, changes: Sequence[Applied], unreadable: int) -> dict[str, Any]:
    """Return ``changes``: for each RRset at each provider the last that took effect, or may have.

    ``after`` is null for a delete; with the ``outcome`` ``unknown``, live is ``before`` or ``after``. ``unreadable``
    counts entries that may belong here and cannot be read by this version.
    """
    return {"zone": zone, "changes": [_applied(one) for one in changes], "unreadable": unreadable}


def _applied(one: Applied) -> dict[str, Any]:
    return {
        "name": one.key.name,
        "type": one.key.type,
        "provider": one.provider,
        "before": _side(one.before),
        "after": _side(one.after),
        "outcome": one.outcome,
        "time": one.time,
        "actor": one.actor,
        "author": one.author,
        "commit": one.commit,
        "run": one.run,
        "run_url": one.run_url,
        "recovered_by": one.recovered_by,
        "change_id": one.change_id,
        "words": one.words,
        "sequence": one.sequence,
    }


def _side(rrset: RRset | None) -> dict[str, Any] | None:
    return None if rrset is None else {"ttl": rrset.ttl, "rdatas": list(rrset.rdatas)}


def verdict(found: Verdict) -> dict[str, Any]:
    """Return whether the log is ``whole``, and its ``fault`` where it is not.

    ``head`` is the last object that is whole with all before it. ``proven`` is the object up to which ``--head``
    proves that nothing was cut off or rewritten: 0 without it. What came after that object cannot be known.
    """
    fault = found.fault
    return {
        "whole": found.is_whole,
        "objects": found.objects,
        "entries": found.entries,
        "head": str(found.head),
        "proven": found.noted.sequence if found.noted and found.is_whole else 0,
        "fault": fault
        and {"deed": fault.deed.value, "object": fault.sequence, "entry": fault.entry or None, "words": fault.words},
    }
