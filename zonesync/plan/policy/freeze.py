"""Times in which nothing is changed: from one date to another, or a part of each week."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from zonesync.load.policy import FreezeShape, WeekTime
from zonesync.plan.policy.scope import is_zone
from zonesync.plan.policy.touches import Objection, Touch

_DAY = 24 * 60


def check(rule: FreezeShape, touched: Iterable[Touch], now: datetime) -> Iterator[Objection]:
    """Yield each zone that would be changed while it is frozen."""
    end = until(rule, now)
    if not end:
        return
    for zone in dict.fromkeys(touch.zone for touch in touched):
        if is_zone(rule.zones, zone):
            yield Objection(zone, f"`{zone}` is frozen until {end}", help=f"wait until {end}")


def until(rule: FreezeShape, now: datetime) -> str:
    """Return the end of the freeze that *now* is in, as a reader wants it; empty where it is in none.

    A weekly one goes by the clock on the wall, whatever is done to that between two seasons. Its end is no part of
    it, that of a day is its midnight.
    """
    if isinstance(rule.begin, WeekTime) and isinstance(rule.until, WeekTime):
        here = now.astimezone(rule.time_zone)
        minute = here.weekday() * _DAY + here.hour * 60 + here.minute
        begin, end = (moment.day * _DAY + moment.minute for moment in (rule.begin, rule.until))
        is_in = begin <= minute < end if begin < end else minute >= begin or minute < end
        return f"{rule.until} {rule.time_zone.key}" if is_in else ""
    first, after = rule.instants()
    if not first <= now < after:
        return ""
    return f"{after.astimezone(rule.time_zone):%Y-%m-%d %H:%M} {rule.time_zone.key}"
