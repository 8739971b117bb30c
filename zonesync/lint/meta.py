"""Rules on how a zone uses lint itself: what it ignores and allows."""

from collections.abc import Iterator
from datetime import date
from difflib import get_close_matches

from zonesync.findings import Severity
from zonesync.lint.registry import RULES, Problem, rule
from zonesync.lint.view import ZoneView

ELSEWHERE = frozenset(
    {
        "apex-ns-not-editable",
        "differs-by-provider",
        "foreign-nameserver",
        "nameservers-differ",
        "nameservers-leave-provider-out",
        "nameservers-too-few",
        "one-provider",
        "orphan-zone",
        "txt-boundaries-lost",
    }
)
"""Findings of other stages, which a file may name as well."""


@rule(
    "unknown-rule",
    Severity.WARNING,
    why="It has no effect, and the finding it was written for is still reported.",
    fix="Use an id from this page.",
    example_bad="""
        allow:
          - {rule: lowttl, reason: soon}
    """,
    example_good="""
        allow:
          - {rule: low-ttl, reason: soon}
    """,
    reference="zonesync: `lint.ignore`, `allow`",
)
def unknown_rule(view: ZoneView) -> Iterator[Problem]:
    """`ignore` or `allow` names a rule that does not exist."""
    named = {allow.rule: "allow" for allow in view.zone.allow}
    named |= dict.fromkeys([*view.ignored, *view.zone.lint_ignore], "ignore")
    for identifier in sorted(named.keys() - RULES.keys() - ELSEWHERE):
        close = get_close_matches(identifier, RULES, 1)
        yield Problem(
            view.apex,
            "",
            f"`{named[identifier]}` names rule `{identifier}`, which does not exist",
            0,
            f"did you mean `{close[0]}`?" if close else "",
        )


@rule(
    "expired-allow",
    Severity.WARNING,
    why="The finding it accepted is reported again, as was agreed.",
    fix="Solve what the rule reports and remove the entry, or set a later `until`.",
    example_bad="""
        allow:
          - {rule: low-ttl, until: 2001-01-31, reason: move}
    """,
    example_good="""
        allow:
          - {rule: low-ttl, until: 2999-01-31, reason: move}
    """,
    reference="zonesync: `allow`",
)
def expired_allow(view: ZoneView) -> Iterator[Problem]:
    """An `allow` whose time is over."""
    for allow in view.zone.allow:
        if not holds(allow.until, view.today):
            reason = f" ({allow.reason})" if allow.reason else ""
            yield Problem(view.apex, "", f"`allow` of `{allow.rule}`{reason} ended on {allow.until}")


def holds(until: str, today: date) -> bool:
    """Tell whether an allowance until the ISO date *until* still counts; an empty one has no end."""
    return not until or until >= today.isoformat()


@rule(
    "allow-without-effect",
    Severity.WARNING,
    why="No provider would serve such a zone, so accepting the finding would only move the failure to the apply.",
    fix="Solve what the rule reports and remove the entry.",
    example_bad="""
        allow:
          - {rule: cname-at-apex, reason: old}
    """,
    example_good="""
        allow:
          - {rule: mx-is-cname, reason: old}
    """,
    reference="zonesync: `allow`",
)
def allow_without_effect(view: ZoneView) -> Iterator[Problem]:
    """An `allow` of an error that cannot be allowed."""
    for allow in view.zone.allow:
        if (named := RULES.get(allow.rule)) and not named.allowable:
            yield Problem(view.apex, "", f"`{allow.rule}` is an error that `allow` does not cover")
        elif allow.rule == "apex-ns-not-editable" and view.zone.nameservers.mode != "unmanaged":
            message = f"`allow` covers `{allow.rule}` only where the zone's `nameservers:` are `unmanaged`"
            yield Problem(view.apex, "", message)
