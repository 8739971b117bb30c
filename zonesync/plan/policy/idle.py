"""Rules that match nothing: a zone's name mistyped in one protects nobody, and looks as though it did."""

from collections.abc import Collection, Iterator, Sequence

from zonesync.findings import Finding, Severity
from zonesync.load.ignoring import repeats_zone
from zonesync.load.policy import PolicyShape, ScopeShape
from zonesync.load.suggest import did_you_mean
from zonesync.model.names import shorten
from zonesync.model.zone import ZoneId
from zonesync.plan.policy.scope import is_path, is_zone

RULE = "policy-without-effect"


def check(rule: PolicyShape, zones: Sequence[ZoneId], files: Collection[str] | None) -> Iterator[Finding]:
    """Yield a warning for each glob of *rule* that is none of *zones*, of the names they can have, or of *files*.

    The files are None where not all are known.
    """
    for glob in dict.fromkeys(_zone_globs(rule)):
        if not any(is_zone([glob], zone) for zone in zones):
            advice = did_you_mean(glob, [str(zone) for zone in zones]) or "correct it, or take it out"
            yield _warning(
                f"the policy `{rule.id}` is about `{shorten(glob)}`, and no file describes such a zone", advice
            )
    for glob in dict.fromkeys(_name_globs(rule)):
        for zone in zones:
            meant = repeats_zone(glob, zone.name)
            if meant:
                advice = f"names are relative to the zone: write `{shorten(meant)}`, or `{shorten(glob)}.` with its dot"
                words = f"matches no names but those like `{shorten(glob)}.{zone.name}`"
                yield _warning(f"`{shorten(glob)}` in the policy `{rule.id}` {words}", advice)
                break
    for glob in dict.fromkeys(_path_globs(rule)):
        if files is not None and not any(is_path([glob], file) for file in files):
            advice = did_you_mean(glob, [*files]) or "paths begin at the configuration's folder"
            yield _warning(f"the policy `{rule.id}` is about `{shorten(glob)}`, and no zone is read from there", advice)


def _scopes(rule: PolicyShape) -> Iterator[ScopeShape]:
    yield from (scope for scope in (rule.protect, rule.max_ttl_before_change) if scope)
    yield from rule.owners.entries if rule.owners else ()


def _zone_globs(rule: PolicyShape) -> Iterator[str]:
    for part in (*_scopes(rule), *(one for one in (rule.freeze, rule.require) if one)):
        yield from part.zones


def _name_globs(rule: PolicyShape) -> Iterator[str]:
    for scope in _scopes(rule):
        yield from scope.names


def _path_globs(rule: PolicyShape) -> Iterator[str]:
    for entry in rule.owners.entries if rule.owners else ():
        yield from entry.paths


def _warning(message: str, hint: str) -> Finding:
    return Finding(RULE, Severity.WARNING, message, help=hint)
