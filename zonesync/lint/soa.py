"""Rules on the SOA fields that a file sets."""

from collections.abc import Iterator

from zonesync.findings import Severity
from zonesync.lint.registry import Problem, rule
from zonesync.lint.view import ZoneView

_DAY = 86400
_PAIRS = (
    ("retry", "refresh", "a secondary retries before it would refresh anyway"),
    ("refresh", "expire", "a secondary drops the zone before it refreshes it"),
    ("retry", "expire", "a secondary drops the zone before it tries again"),
)


@rule(
    "soa-timers",
    Severity.WARNING,
    why="Secondaries refresh a zone every `refresh` seconds, try again every `retry` seconds when that fails, and stop "
    "serving it after `expire`: retry has to be shorter than refresh, and refresh much shorter than expire. "
    "`minimum` is "
    "how long resolvers remember that a name does not exist.",
    fix="Usual values: refresh 1h to 12h, retry 15m, expire 2w to 4w, minimum 5m to 3h.",
    example_bad="""
        soa:
          refresh: 1h  # reported here
          retry: 2h
    """,
    example_good="""
        soa:
          refresh: 2h
          retry: 1h
    """,
    reference="RFC 1912 section 2.2, RFC 2308 section 5",
)
def soa_timers(view: ZoneView) -> Iterator[Problem]:
    """SOA timers that do not fit together."""
    if not view.zone.soa:
        return
    given = {name: value for name, value in view.zone.soa.items() if isinstance(value, int)}
    for small, large, effect in _PAIRS:
        if small in given and large in given and given[small] >= given[large]:
            yield Problem(view.apex, "SOA", f"SOA {small} {given[small]} is not below {large} {given[large]}: {effect}")
    if 0 < given.get("expire", 0) < 2 * _DAY:
        yield Problem(
            view.apex, "SOA", f"SOA expire {given['expire']} is under two days: a weekend outage ends the zone"
        )
    if given.get("minimum", 0) > _DAY:
        yield Problem(
            view.apex, "SOA", f"SOA minimum {given['minimum']} is over a day: a new name stays unknown that long"
        )
    for field in ("refresh", "retry"):
        if field in given and given[field] < 60:
            yield Problem(
                view.apex, "SOA", f"SOA {field} {given[field]} is under a minute: secondaries ask without end"
            )
