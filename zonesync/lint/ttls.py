"""Rules on TTLs. A bad default is one finding, not one for every record that inherits it."""

from collections.abc import Callable, Iterator

from zonesync.findings import Severity
from zonesync.lint.registry import Problem, rule
from zonesync.lint.view import ZoneView

LOW = 60
HIGH = 7 * 86400


@rule(
    "zero-ttl",
    Severity.WARNING,
    why="Zero forbids caching altogether: every use is a query, and some resolvers and providers substitute a value of "
    "their own.",
    fix="Use 60 seconds or more.",
    example_bad="""
        www:
          A: {ttl: 0, values: 198.51.100.1}  # reported here
    """,
    example_good="""
        www:
          A: {ttl: 60, values: 198.51.100.1}
    """,
    reference="RFC 1035 section 3.2.1",
)
def zero_ttl(view: ZoneView) -> Iterator[Problem]:
    """A TTL of zero."""
    return _out_of_range(view, lambda ttl: ttl == 0, "is zero: nobody may cache it")


@rule(
    "low-ttl",
    Severity.WARNING,
    why="Most providers bill by query and several clamp such values, so the saving in reaction time is smaller than it "
    "looks. It also makes the zone depend on every name server all the time.",
    fix="Use 60 seconds or more, or allow it until a migration is over.",
    example_bad="""
        www:
          A: {ttl: 30, values: 198.51.100.1}  # reported here
    """,
    example_good="""
        www:
          A: {ttl: 60, values: 198.51.100.1}
    """,
    reference="RFC 1912 section 2.2",
)
def low_ttl(view: ZoneView) -> Iterator[Problem]:
    """A TTL under a minute."""
    return _out_of_range(view, lambda ttl: 0 < ttl < LOW, f"is under {LOW} seconds")


@rule(
    "high-ttl",
    Severity.WARNING,
    why="A mistake stays in caches for that long, and resolvers commonly cut TTLs down to a day or a week anyway.",
    fix="Use a week (`1w`) at most.",
    example_bad="""
        www:
          A: {ttl: 2w, values: 198.51.100.1}  # reported here
    """,
    example_good="""
        www:
          A: {ttl: 1w, values: 198.51.100.1}
    """,
    reference="RFC 8767 section 4",
)
def high_ttl(view: ZoneView) -> Iterator[Problem]:
    """A TTL over a week."""
    return _out_of_range(view, lambda ttl: ttl > HIGH, f"is over a week ({HIGH} seconds)")


def _out_of_range(view: ZoneView, bad: Callable[[int], bool], words: str) -> Iterator[Problem]:
    wrong = {ttl for ttl in view.ttls if bad(ttl)}
    if not wrong:
        return
    default = view.zone.ttl
    inheriting = 0
    for rrset in view.rrsets.values():
        ttl = rrset.ttl
        if ttl in wrong:
            if ttl == default:
                inheriting += 1
            else:
                yield Problem(rrset.name, rrset.type, f"TTL {ttl} of `{rrset.name}` {rrset.type} {words}")
    if inheriting:
        yield Problem(view.apex, "", f"TTL {default}, the zone's default and that of {inheriting} RRsets, {words}")


@rule(
    "unequal-ttls",
    Severity.INFO,
    why="When the addresses change, clients of one family follow sooner than those of the other.",
    fix="Give both the same TTL.",
    example_bad="""
        www:
          A: 198.51.100.1
          AAAA: {ttl: 2h, values: "2a00:1450::1"}  # reported here
    """,
    example_good="""
        www:
          A: {ttl: 2h, values: 198.51.100.1}
          AAAA: {ttl: 2h, values: "2a00:1450::1"}
    """,
    reference="RFC 2181 section 5.2 (for the values of one RRset)",
    types=["AAAA"],
)
def unequal_ttls(view: ZoneView) -> Iterator[Problem]:
    """A and AAAA of a name have different TTLs."""
    if len(view.ttls) < 2:
        return
    rrsets = view.rrsets
    for rrset in view.of("AAAA"):
        other = rrsets.get((rrset.name, "A"))
        if other is not None and other.ttl != rrset.ttl and None not in (other.ttl, rrset.ttl):
            yield Problem(rrset.name, "AAAA", f"`{rrset.name}` has TTL {other.ttl} on A and {rrset.ttl} on AAAA")
