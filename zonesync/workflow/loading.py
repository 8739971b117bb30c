"""Zone files to desired zones, linted, with everything that is found."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from zonesync.findings import Finding, Severity
from zonesync.lint import lint
from zonesync.lint.meta import holds
from zonesync.load import load_zones, with_excerpts
from zonesync.load.memory import ZoneMemory
from zonesync.load.zones import LoadedZone, said_once
from zonesync.model.names import NameSyntaxError
from zonesync.model.zone import NOTHING, DesiredZone, ZoneId
from zonesync.plan import apex, offline
from zonesync.provider.registry import Factory, factory
from zonesync.run.context import Context
from zonesync.workflow.facts import facts_of
from zonesync.workflow.policing import without_effect
from zonesync.workflow.project import Project, RefusedError, UnknownNameError, close_match, connect
from zonesync.workflow.shards import Shard


@dataclass(frozen=True, slots=True)
class Loaded:
    """The zones asked for, as their files describe them, with everything found in the files."""

    zones: tuple[DesiredZone, ...]
    findings: tuple[Finding, ...]
    asked: int = 0
    """How many zones were asked for, refused ones included."""
    all_zones: tuple[ZoneId, ...] = ()
    """Every zone that could be loaded, asked for or not."""
    is_whole: bool = True
    """Whether every zone was asked for, in this shard or another."""
    is_first: bool = True
    """Whether it tells what is of no zone, too: of several shards the first one does."""
    elsewhere: Mapping[ZoneId, tuple[str, ...]] = field(default_factory=lambda: NOTHING)
    """Zones asked for that are dealt to other shards, with their providers; none where the file is refused."""
    namesakes: tuple[DesiredZone, ...] = ()
    """Zones not asked for that differ by their view alone from one that was."""

    @property
    def has_errors(self) -> bool:
        """Whether a file is refused."""
        return any(finding.is_error for finding in self.findings)


Keep = Callable[[LoadedZone], bool]
"""Tells whether a zone is among those that are asked for."""


def load(
    project: Project,
    names: Sequence[str] = (),
    context: Context | None = None,
    keep: Keep | None = None,
    shard: Shard | None = None,
    memory: ZoneMemory | None = None,
) -> Loaded:
    """Load and lint the zones *names*, all for none, of those the ones that *keep* says, of those the ones of *shard*.

    A zone that cannot be loaded is kept: nobody knows what it is made of. It is in one shard all the same. What
    *memory* recalls is not worked out again. Raises :class:`UnknownNameError` for a name without a file.
    """
    found = load_zones(project.config, project.root, repeats=True, memory=memory)
    return select(project, found, names, context, keep, shard, memory)


def select(
    project: Project,
    found: Sequence[LoadedZone],
    names: Sequence[str] = (),
    context: Context | None = None,
    keep: Keep | None = None,
    shard: Shard | None = None,
    memory: ZoneMemory | None = None,
) -> Loaded:
    """Lint those of *found*, every zone there is, that are asked for; for the rest see :func:`load`."""
    context = context or Context()
    wanted = _wanted(names, [one.id for one in found])
    today = context.now().date()
    zones: list[DesiredZone] = []
    findings: list[Finding] = []
    asked = [
        one for one in found if (wanted is None or one.id in wanted) and (keep is None or one.zone is None or keep(one))
    ]
    mine = [one for one in asked if shard is None or shard.has(one)]
    for one in said_once(mine):
        if one.zone is None:
            findings += one.findings
        else:
            findings += without_accepted(one.findings, project, one.zone, context)
            zones.append(one.zone)
            findings += _linted(one, one.zone, project, today, memory)
            findings += apex.check_said(one.zone)
    is_first = shard is None or shard.is_first
    if not found:
        findings.append(_no_zones(project))
    elif is_first:
        findings += without_effect(project, found)
    return Loaded(
        tuple(zones),
        tuple(with_excerpts(findings, project.root)),
        len(mine),
        tuple(one.id for one in found),
        is_whole=wanted is None and keep is None,
        is_first=is_first,
        elsewhere=_elsewhere(asked, shard),
        namesakes=_namesakes([one.zone for one in found if one.zone], zones),
    )


def _linted(
    one: LoadedZone, zone: DesiredZone, project: Project, today: date, memory: ZoneMemory | None
) -> list[Finding]:
    ignored = project.config.lint_ignore

    def anew() -> list[Finding]:
        return lint(zone, ignore=ignored, today=today)

    return memory.linted(one, ignored, today, anew) if memory else anew()


def _elsewhere(asked: Iterable[LoadedZone], shard: Shard | None) -> dict[ZoneId, tuple[str, ...]]:
    others = [one for one in asked if not shard.has(one)] if shard else []
    return {one.id: tuple(one.zone.providers) if one.zone else () for one in others}


def _namesakes(every: Iterable[DesiredZone], asked: Sequence[DesiredZone]) -> tuple[DesiredZone, ...]:
    names, ids = {zone.apex for zone in asked}, {zone.id for zone in asked}
    return tuple(zone for zone in every if zone.apex in names and zone.id not in ids)


def check(
    project: Project,
    names: Sequence[str],
    context: Context,
    find: Callable[[str], Factory] = factory,
    keep: Keep | None = None,
    shard: Shard | None = None,
    memory: ZoneMemory | None = None,
) -> Loaded:
    """Load the zones *names* and hold them against what their providers can do, as far as that is known offline."""
    loaded = load(project, names, context, keep, shard, memory)
    used = dict.fromkeys(name for zone in loaded.zones for name in zone.providers)
    try:
        providers = connect(project, used, find)
    except RefusedError as problem:
        return replace(loaded, findings=(*loaded.findings, *problem.findings))
    findings = list(loaded.findings)
    for zone in loaded.zones:
        facts = [facts_of(providers[name], zone) for name in zone.providers]
        findings += without_accepted(offline.check(zone, facts), project, zone, context)
    return replace(loaded, findings=tuple(with_excerpts(dict.fromkeys(findings), project.root)))


def without_accepted(
    findings: Iterable[Finding], project: Project, zone: DesiredZone, context: Context
) -> list[Finding]:
    """Leave out the warnings that the configuration or *zone*'s file accepts; lint does so for its own rules.

    Of the errors, those on the apex NS set that can be accepted are left out where the file's ``allow:`` names them.
    """
    today = context.now().date()
    allowed = {allow.rule for allow in zone.allow if holds(allow.until, today)}
    ignored = allowed.union(project.config.lint_ignore, zone.lint_ignore)
    errors = allowed & apex.acceptable(zone)
    return [finding for finding in findings if finding.rule not in (errors if finding.is_error else ignored)]


def _no_zones(project: Project) -> Finding:
    globs = ", ".join(project.config.zones)
    return Finding(
        "no-zones", Severity.WARNING, f"no file matches `{globs}`", help="`zonesync init` writes a first zone"
    )


def _wanted(names: Sequence[str], known: Sequence[ZoneId]) -> set[ZoneId] | None:
    if not names:
        return None
    there = {str(zone): zone for zone in known}
    wanted: set[ZoneId] = set()
    for name in names:
        try:
            zone = ZoneId.parse(name)
        except NameSyntaxError as problem:
            raise UnknownNameError(f"`{name}` is no zone: {problem}") from None
        if str(zone) not in there:
            raise UnknownNameError(f"no file describes the zone `{zone}`{close_match(str(zone), there)}")
        wanted.add(zone)
    return wanted
