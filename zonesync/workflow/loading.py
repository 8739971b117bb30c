"""Zone files to desired zones, linted, with everything that is found."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from zonesync.findings import Finding, Severity
from zonesync.lint import lint
from zonesync.lint.meta import holds
from zonesync.load import load_zones, with_excerpts
from zonesync.model.names import NameSyntaxError
from zonesync.model.zone import DesiredZone, ZoneId
from zonesync.plan import apex, offline
from zonesync.provider.registry import Factory, factory
from zonesync.run.context import Context
from zonesync.workflow.facts import facts_of
from zonesync.workflow.project import Project, RefusedError, UnknownNameError, close_match, connect


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
    """Whether every zone was asked for."""
    namesakes: tuple[DesiredZone, ...] = ()
    """Zones not asked for that differ by their view alone from one that was."""

    @property
    def has_errors(self) -> bool:
        """Whether a file is refused."""
        return any(finding.is_error for finding in self.findings)


def load(project: Project, names: Sequence[str] = (), context: Context | None = None) -> Loaded:
    """Load and lint the zones *names*, all for none. Raises :class:`UnknownNameError` for one without a file."""
    context = context or Context()
    found = load_zones(project.config, project.root)
    wanted = _wanted(names, [one.id for one in found])
    today = context.now().date()
    zones: list[DesiredZone] = []
    findings: list[Finding] = []
    asked = 0
    for one in found:
        if wanted is not None and one.id not in wanted:
            continue
        asked += 1
        if one.zone is None:
            findings += one.findings
        else:
            findings += without_accepted(one.findings, project, one.zone, context)
            zones.append(one.zone)
            findings += lint(one.zone, ignore=project.config.lint_ignore, today=today)
            findings += apex.check_said(one.zone)
    if not found:
        findings.append(_no_zones(project))
    return Loaded(
        tuple(zones),
        tuple(with_excerpts(findings, project.root)),
        asked,
        tuple(one.id for one in found),
        is_whole=wanted is None,
        namesakes=_namesakes([one.zone for one in found if one.zone], zones),
    )


def _namesakes(every: Iterable[DesiredZone], asked: Sequence[DesiredZone]) -> tuple[DesiredZone, ...]:
    names, ids = {zone.apex for zone in asked}, {zone.id for zone in asked}
    return tuple(zone for zone in every if zone.apex in names and zone.id not in ids)


def check(project: Project, names: Sequence[str], context: Context, find: Callable[[str], Factory] = factory) -> Loaded:
    """Load the zones *names* and hold them against what their providers can do, as far as that is known offline."""
    loaded = load(project, names, context)
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
