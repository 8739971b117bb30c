"""What a plan is in charge of: ignored, unmanaged and kept RRsets are left alone, and never run over."""

import fnmatch
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from zonesync.findings import Finding, Severity
from zonesync.model.change import Action, Change
from zonesync.model.names import relative
from zonesync.model.rrset import Key, RRset
from zonesync.model.zone import DesiredZone, Ignore, Kept

_HERITAGE = '"heritage=external-dns,'
_REGISTRY_PREFIX = re.compile(r"(a|aaaa|cname|ns|mx|ptr|srv|naptr|txt)-(.+)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Scope:
    """The parts of a live zone that a plan leaves alone."""

    ignored: frozenset[Key]
    unmanaged: frozenset[Key]
    kept: tuple[Kept, ...]

    @property
    def left_alone(self) -> frozenset[Key]:
        """Every key that is not the plan's business, kept RRsets apart."""
        return self.ignored | self.unmanaged


def scope_of(
    zone: DesiredZone, live: Mapping[Key, RRset], desired: Mapping[Key, RRset], kept: tuple[Kept, ...]
) -> Scope:
    """Work out what *zone*'s file leaves alone of *live*; apex NS and SOA are never part of it."""
    apex = zone.apex
    own = {Key(apex, "NS"), Key(apex, "SOA")}
    ignored: frozenset[Key] = frozenset()
    if zone.ignore:
        matches = matcher(zone.ignore, apex, live)
        # What the file declares and ignores alike is ignored before it is live, too: it could never be changed again.
        ignored = frozenset(key for key in live.keys() | desired.keys() if key not in own and matches(key))
    unmanaged: frozenset[Key] = frozenset()
    if zone.unmanaged == "keep":
        unmanaged = frozenset(key for key in live if key not in desired and key not in own and key not in ignored)
    return Scope(ignored, unmanaged, kept)


def matcher(rules: Iterable[Ignore], apex: str, live: Mapping[Key, RRset]) -> Callable[[Key], bool]:
    """Return the predicate of *rules*: globs over the relative name, or names that external-dns marks in *live*."""
    globs: list[tuple[Callable[[str], object], frozenset[str]]] = []
    owned: frozenset[Key] = frozenset()
    for rule in rules:
        if rule.owner:
            owned |= external_dns_keys(live)
        else:
            types = frozenset(part.strip().upper() for part in rule.type.split(",") if part.strip() not in ("", "*"))
            pattern = rule.name.lower() or "*"
            globs.append((re.compile(fnmatch.translate(pattern)).match, types))

    def matches(key: Key) -> bool:
        if key in owned:
            return True
        name = relative(key.name, apex)
        return any((not types or key.type in types) and glob(name) for glob, types in globs)

    return matches


def external_dns_keys(live: Mapping[Key, RRset]) -> frozenset[Key]:
    """Return what external-dns's TXT registry marks as its own, the marks included.

    A mark stands at the name itself, or at the name with the type and a hyphen before it (``cname-www``).
    """
    keys: set[Key] = set()
    marked: set[tuple[str, str]] = set()
    for key, rrset in live.items():
        if key.type == "TXT" and any(text.startswith(_HERITAGE) for text in rrset.rdatas):
            keys.add(key)
            marked.add((key.name, ""))
            prefixed = _REGISTRY_PREFIX.fullmatch(key.name)
            if prefixed:
                rtype = prefixed[1].upper()
                # Where a provider has aliases, a CNAME is stored as address records under the CNAME's mark.
                marked |= {(prefixed[2], each) for each in ((rtype, "A", "AAAA") if rtype == "CNAME" else (rtype,))}
    keys.update(
        key for key in live if key.type != "TXT" and ((key.name, "") in marked or (key.name, key.type) in marked)
    )
    return frozenset(keys)


def within(changes: Iterable[Change], scope: Scope) -> list[Change]:
    """Drop the changes to what is left alone."""
    left_alone = scope.left_alone | {Key(kept.name, kept.type) for kept in scope.kept}
    return [change for change in changes if change.key not in left_alone] if left_alone else list(changes)


def conflicts(
    zone: DesiredZone, provider: str, changes: Iterable[Change], live: Mapping[Key, RRset], scope: Scope
) -> Iterator[Finding]:
    """Yield an error for each change that would run over something left alone, or could not stand beside it."""
    left_alone = scope.left_alone
    if not left_alone and not scope.kept:
        return
    others: dict[str, set[str]] = {}
    for key in left_alone:
        others.setdefault(key.name, set()).add(key.type)
    held: dict[str, dict[str, Kept]] = {}
    for kept in scope.kept:
        held.setdefault(kept.name, {})[kept.type] = kept
    for change in changes:
        name, rtype = change.key
        if change.action is Action.DELETE:
            continue
        if change.key in left_alone:
            rrset = live.get(change.key)
            there = f"the live `{' '.join(rrset.rdatas)[:80]}`" if rrset else "whatever is there"
            yield _conflict(
                "declared-and-ignored",
                zone,
                provider,
                change.key,
                f"`{name} {rtype}` is declared, and an ignore rule leaves {there} alone",
                "take it out of the file, or narrow the rule under `ignore:`",
            )
            continue
        kept_here = held.get(name, {})
        if rtype in kept_here:
            yield _conflict(
                "blocked-by-kept",
                zone,
                provider,
                change.key,
                f"`{name} {rtype}` exists in a form that zonesync cannot edit: {kept_here[rtype].description}",
                "remove it at the provider first, or take it out of the file",
            )
            continue
        beside = others.get(name, set()) | set(kept_here)
        clash = beside if rtype == "CNAME" else beside & {"CNAME"}
        if clash:
            yield _conflict(
                "conflicts-with-unmanaged",
                zone,
                provider,
                change.key,
                f"`{name} {rtype}` cannot stand beside {', '.join(sorted(clash))}, which this zone's file leaves alone "
                "(RFC 1034 section 3.6.2)",
                "remove the other one at the provider, or declare it here",
            )


def _conflict(rule: str, zone: DesiredZone, provider: str, key: Key, message: str, hint: str) -> Finding:
    return Finding(
        rule,
        Severity.ERROR,
        message,
        help=hint,
        zone=str(zone.id),
        provider=provider,
        name=key.name,
        type=key.type,
    )
