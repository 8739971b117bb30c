"""Drift in one line that fits an alert, and as numbers."""

from collections.abc import Mapping, Sequence

from zonesync.model.zone import NOTHING
from zonesync.plan.plan import Plan
from zonesync.run.drift import DriftItem, Kind, Subject
from zonesync.views.plain import counted

ROOM = 119
"""Characters that an alert shows of a line."""


def line(
    items: Sequence[DriftItem], plan: Plan, *, unlisted: Mapping[str, str] = NOTHING, is_whole: bool = True
) -> str:
    """Say in one line what differs, what is not known, and how much was looked at.

    It begins with ``drift: none;`` only where everything was looked at, and with ``drift: unknown`` where nothing is
    known to differ and not everything was. Shorter words are taken where the line would pass :data:`ROOM`, and the
    end is left out where even that does not do.
    """
    numbers = counts(items, plan, unlisted)
    looked = f"{counted(numbers['zones'], 'zone')} at {counted(numbers['providers'], 'provider')}"
    parts = _differing(items, numbers)
    doubts = _doubts(numbers, is_whole=is_whole, is_empty=not (is_whole or plan.targets or plan.unread))
    start = [] if parts else ["unknown" if doubts else "none"]
    found = f"drift: {', '.join([*start, *parts, *doubts])}"
    if len(found) + len(looked) + 2 > ROOM:
        for long, short in _SHORTER:
            found = found.replace(long, short)
    return f"{found}; {looked}" if len(found) + len(looked) + 2 <= ROOM else found


_SHORTER = (
    (" record sets changed outside zonesync", " changed outside"),
    (" record set changed outside zonesync", " changed outside"),
    (" differences made outside zonesync", " changed outside"),
    (" difference made outside zonesync", " changed outside"),
    (" kept record sets changed", " kept changed"),
    (" kept record set changed", " kept changed"),
    (" zones unmanaged", " unmanaged"),
    (" zone unmanaged", " unmanaged"),
    (" providers unlisted", " unlisted"),
    (" provider unlisted", " unlisted"),
)


def counts(items: Sequence[DriftItem], plan: Plan, unlisted: Mapping[str, str] = NOTHING) -> dict[str, int]:
    """Return how many there are of each cause, and how many zones and providers were looked at or should have been."""
    looked = {(one.zone, one.provider) for one in plan.targets} | {(one.zone, one.provider) for one in plan.unread}
    return {
        **{_named(kind): sum(item.kind is kind for item in items) for kind in Kind if kind is not Kind.READ_FAILED},
        "unread_zones": len({one.zone for one in plan.unread}),
        "unlisted_providers": len(unlisted),
        "zones": len({zone for zone, _ in looked}),
        "providers": len({provider for _, provider in looked}),
    }


def _named(kind: Kind) -> str:
    return kind.value.replace("-", "_")


def _differing(items: Sequence[DriftItem], numbers: Mapping[str, int]) -> list[str]:
    """Return a phrase for each cause that there is."""
    gone = sum(item.kind is Kind.CHANGED_OUTSIDE and item.subject is Subject.ZONE for item in items)
    outside = [item for item in items if item.kind is Kind.CHANGED_OUTSIDE and item.subject is not Subject.ZONE]
    parts = []
    if outside and all(item.subject is Subject.RRSET for item in outside):
        parts.append(f"{counted(len(outside), 'record set')} changed outside zonesync")
    elif outside:
        parts.append(f"{counted(len(outside), 'difference')} made outside zonesync")
    parts += [f"{counted(gone, 'zone')} gone"] if gone else []
    kept = numbers["kept_changed"]
    parts += [f"{counted(kept, 'kept record set')} changed"] if kept else []
    unexplained = sum(item.kind is Kind.NOT_APPLIED and not item.is_known for item in items)
    behind = numbers["not_applied"] - unexplained
    parts += [f"{behind} not applied"] if behind else []
    parts += [f"{unexplained} of unknown cause"] if unexplained else []
    zones = numbers["unmanaged_zone"]
    return [*parts, *([f"{counted(zones, 'zone')} unmanaged"] if zones else [])]


def _doubts(numbers: Mapping[str, int], *, is_whole: bool, is_empty: bool) -> list[str]:
    """Return a phrase for each reason why silence proves nothing."""
    unread, unlisted = numbers["unread_zones"], numbers["unlisted_providers"]
    parts = [f"{unread} unread"] if unread else []
    parts += [f"{counted(unlisted, 'provider')} unlisted"] if unlisted else []
    if is_empty:
        return [*parts, "no zone was looked at"]
    # What is not whole for another reason is a file that could not be used.
    return parts if is_whole or parts else ["not every zone file could be used"]
