"""Plan what is loaded, and carry a plan out."""

import contextlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from zonesync import __version__
from zonesync.findings import Finding, Severity
from zonesync.load import load_zones, with_excerpts
from zonesync.model.zone import NOTHING, DesiredZone, ZoneId
from zonesync.plan import age, digest, meanwhile, offline, planfile, verify
from zonesync.plan.facts import Facts
from zonesync.plan.plan import Allowance, Plan, Step, Target, Unread
from zonesync.plan.resume import Created, Resumed, remaining
from zonesync.provider.abilities import Counted, Counts
from zonesync.provider.contract import LiveZone, Provider
from zonesync.provider.registry import Factory, factory
from zonesync.run.context import Context
from zonesync.workflow.emptied import emptied
from zonesync.workflow.grounds import Grounds, Movement, excuses
from zonesync.workflow.loading import Loaded, select, without_accepted
from zonesync.workflow.policing import policed
from zonesync.workflow.project import Project, RefusedError, audit_log, connect, limits_of
from zonesync.workflow.reading import READERS, list_zones, read_zones
from zonesync.workflow.remembering import zone_memory
from zonesync.workflow.resuming import as_if_new, created_before
from zonesync.workflow.rotating import absences, told
from zonesync.workflow.secrets import veiled

ORPHAN = "orphan-zone"
"""The rule of the warning of a zone at a provider that no file puts there."""


@dataclass(frozen=True, slots=True)
class Planning:
    """A plan, and what it was worked out from."""

    plan: Plan
    live: Mapping[tuple[ZoneId, str], LiveZone | None]
    providers: Mapping[str, Provider]
    warnings: tuple[Finding, ...] = field(default=())
    """Worth saying, and no part of the plan: zones that no file describes."""
    zones: tuple[DesiredZone, ...] = ()
    """As their files describe them, those that could not be planned included."""
    unlisted: Mapping[str, str] = field(default_factory=lambda: NOTHING)
    """Providers that did not say which zones they host, and why."""
    created: Created = field(default_factory=lambda: NOTHING)
    """For a saved plan: what earlier runs of it have created, and what they have set there."""
    elsewhere: Mapping[ZoneId, tuple[str, ...]] = field(default_factory=lambda: NOTHING)
    """Zones that were asked for and are dealt to other shards, with their providers."""
    grounds: Grounds | None = None
    """What the zones were planned from; None for a plan that was made from the audit log."""


def make_plan(
    project: Project,
    loaded: Loaded,
    context: Context,
    *,
    only: Sequence[str] = (),
    allowances: Sequence[Allowance] = (),
    sealed: bool = True,
    find: Callable[[str], Factory] = factory,
    done: Callable[[], None] = lambda: None,
    readers: int = READERS,
    movement: Movement | None = None,
    has_policy: bool = True,
) -> Planning:
    """Plan *loaded* at its providers, or at those of *only*; changes nothing anywhere.

    *sealed* leaves out the digests when false: such a plan can be shown, not saved. *readers* is how many services
    are asked at a time. With a *movement* the plan takes a provider into or out of rotation, and does nothing else.
    *has_policy* is false for a plan that nobody means to apply.
    Raises :class:`RefusedError`.
    """
    names = dict.fromkeys(name for zone in loaded.zones for name in zone.providers)
    providers = connect(project, names, find)
    places = list(_same_places(loaded, providers))
    everyone = _everyone(project, providers, find) if _wants_orphans(project, loaded) else providers
    listed, unlisted = _listed(project, loaded, everyone, readers)
    out, unknown = absences(project)
    public = {name: digest.of_data(project.config.providers[name].public()) for name in names}
    grounds = Grounds(providers, {}, public, limits_of(project.config), out, movement)
    asked = [replace(zone, providers=tuple(grounds.names(zone))) for zone in loaded.zones]
    once = {name for _, name in out} | ({movement.move.provider} if movement else set())
    live, unread = read_zones(project.config, providers, asked, done, readers, once)
    gone, doubts = emptied(project, providers, live, allowances, out)
    live = {where: found for where, found in live.items() if where not in gone}
    unread |= gone
    excused = excuses(unread, out, movement, [zone.id for zone in loaded.zones])
    unread = {where: words for where, words in unread.items() if where not in excused}
    grounds = replace(grounds, live=live, excused=excused)
    steps: list[Step] = []
    targets: list[Target] = []
    findings = [*loaded.findings, *places, *grounds.unasked()]
    for zone in loaded.zones:
        if any((zone.id, name) in unread for name in grounds.names(zone)):
            if movement is None:
                # What cannot be is known without asking, and is more than that somebody did not answer.
                known = [one for one in offline.check(zone, grounds.facts(zone, NOTHING)) if one.is_error]
                findings += without_accepted(with_excerpts(known, project.root), project, zone, context)
            continue
        facts = grounds.facts(zone)
        findings += _same_targets(zone, [fact for fact in facts if not fact.is_unread])
        if not only or any(fact.name in only for fact in facts):
            planned = grounds.plan(zone, facts, only, sealed=sealed)
            steps += planned.steps
            targets += planned.targets
            findings += without_accepted(with_excerpts(planned.findings, project.root), project, zone, context)
    plan = Plan(
        created=context.time(),
        version=__version__,
        commit=context.commit,
        targets=tuple(targets),
        steps=tuple(steps),
        findings=tuple(_once(findings)),
        unread=tuple(Unread(zone=zone, provider=name, words=words) for (zone, name), words in unread.items()),
        allowances=tuple(allowances),
        move=movement.move if movement else None,
    )
    if has_policy:
        plan = policed(project, plan, loaded.zones, context)
    plan = veiled(project.config, plan)
    standing = () if movement else told(out, ((zone.id, zone.providers) for zone in loaded.zones))
    warnings = (*unknown, *standing, *doubts, *_orphans(project, loaded, listed, everyone))
    plan = planfile.sealed(plan) if sealed else plan
    return Planning(
        plan, live, providers, warnings, loaded.zones, unlisted, elsewhere=loaded.elsewhere, grounds=grounds
    )


def _once(findings: Iterable[Finding]) -> Iterator[Finding]:
    """Say what is found at two providers alike, or by validate and plan alike, once."""
    yield from dict.fromkeys(findings)


def _same_targets(zone: DesiredZone, facts: Sequence[Facts]) -> Iterator[Finding]:
    """Yield an error for each provider that is another one under a second name: they would write over each other."""
    first: dict[str, Facts] = {}
    for fact in facts:
        other = first.setdefault(fact.target, fact)
        if other is not fact and not _may_differ(fact, other):
            yield Finding(
                "same-target",
                Severity.ERROR,
                f"`{fact.name}` and `{other.name}` keep the zone in the same place: {fact.target}",
                help="take one of them out of `providers:`, or give it a place of its own",
                zone=str(zone.id),
                provider=fact.name,
            )


def _may_differ(one: Facts, other: Facts) -> bool:
    """Tell whether two services without the zone may be two accounts: its id, which would tell, is not there yet.

    Where they are one after all, the second one refuses to create what the first one has created.
    """
    is_known = bool(one.live or other.live) or one.capabilities.local or not one.capabilities.premade_apex
    return not is_known and one.config_digest != other.config_digest


def _same_places(loaded: Loaded, providers: Mapping[str, Provider]) -> Iterator[Finding]:
    """Yield an error for each zone that a provider cannot tell from another one of its name, before any is read."""
    asked = {zone.id for zone in loaded.zones}
    places: dict[tuple[str, str], list[ZoneId]] = {}
    for zone in (*loaded.zones, *loaded.namesakes):
        for name in zone.providers:
            if name in providers:
                places.setdefault((name, providers[name].target(zone.id)), []).append(zone.id)
    for (name, target), zones in places.items():
        for zone_id in sorted(asked.intersection(zones), key=str) if len(zones) > 1 else ():
            others = " and ".join(f"`{other}`" for other in zones if other != zone_id)
            yield Finding(
                "same-target",
                Severity.ERROR,
                f"`{zone_id}` and {others} are one zone at `{name}`, where each would undo the other: {target}",
                help="give each its own `zone_id` in the provider's configuration, or a provider of its own",
                zone=str(zone_id),
                provider=name,
            )


def _everyone(
    project: Project, providers: Mapping[str, Provider], find: Callable[[str], Factory]
) -> dict[str, Provider]:
    """Return *providers* and those that no loaded zone names, as far as they can be made."""
    found = dict(providers)
    for name in project.config.providers:
        if name not in found:
            with contextlib.suppress(RefusedError):
                found |= connect(project, [name], find)
    return found


def _listed(
    project: Project, loaded: Loaded, providers: Mapping[str, Provider], readers: int
) -> tuple[dict[str, list[ZoneId]], dict[str, str]]:
    """Return what is hosted where, as far as this run has use for it, and why some cannot tell."""
    if not loaded.is_whole:
        return {}, {}
    if not _wants_orphans(project, loaded):
        remote = {name: one for name, one in providers.items() if not one.capabilities.local}
        return list_zones(project.config, remote, readers)[0], {}
    return list_zones(project.config, providers, readers)


def _wants_orphans(project: Project, loaded: Loaded) -> bool:
    return loaded.is_whole and loaded.is_first and ORPHAN not in project.config.lint_ignore


def _orphans(
    project: Project, loaded: Loaded, listed: Mapping[str, Sequence[ZoneId]], providers: Mapping[str, Provider]
) -> Iterator[Finding]:
    """Warn of zones at a provider that no file puts there: they are never touched."""
    if not _wants_orphans(project, loaded):
        return
    files = set(loaded.all_zones)
    used = {zone.id: zone.providers for zone in loaded.zones}
    used |= {zone: names for zone, names in loaded.elsewhere.items() if names}
    for name, hosted in listed.items():
        there = {zone for zone, names in used.items() if name in names}
        if not providers[name].capabilities.lists_views:
            there |= {ZoneId(zone.name) for zone in there}
        for zone in hosted:
            if zone not in there and (zone not in files or zone in used):
                yield Finding(
                    ORPHAN,
                    Severity.WARNING,
                    f"`{zone}` is at `{name}`, and no zone file puts it there; it is left as it is",
                    help="import it, or remove it at the provider by hand",
                    zone=str(zone),
                    provider=name,
                )


def calls(planning: Planning) -> dict[str, Counts]:
    """Return what each service was asked so far, by provider, as far as adapters count."""
    return {name: one.counts for name, one in planning.providers.items() if isinstance(one, Counted)}


def replan(
    project: Project,
    saved: Plan,
    context: Context,
    find: Callable[[str], Factory] = factory,
    readers: int = READERS,
    root_hints: str = "",
) -> Planning:
    """Plan now, from the checked-out files, what *saved* planned then: its zones, its providers, its allowances.

    What takes a run back is worked out from the audit log instead.
    """
    if saved.rollback:
        from zonesync.workflow import rolling_back  # noqa: PLC0415 -- it makes what is defined here

        return rolling_back.replan(project, saved, context, find, readers)
    if saved.move:
        from zonesync.workflow import moving  # noqa: PLC0415 -- it makes what is defined here

        return moving.replan(project, saved, context, find, readers, root_hints)
    with zone_memory(project, reads=False) as memory:
        found = load_zones(project.config, project.root, repeats=True, memory=memory)
        known = {zone.id for zone in found}
        names = dict.fromkeys(str(target.zone) for target in saved.targets if target.zone in known)
        loaded = select(project, found, tuple(names), context, memory=memory) if names else Loaded((), ())
    only = tuple(dict.fromkeys(target.provider for target in saved.targets))
    now = make_plan(project, loaded, context, only=only, allowances=saved.allowances, find=find, readers=readers)
    return held_against(project, saved, now, context)


def held_against(project: Project, saved: Plan, now: Planning, context: Context) -> Planning:
    """Return *now* as *saved* is held against it: what earlier runs of that have created is as if it were not there."""
    created = created_before(audit_log(project), saved, now.live, now.providers)
    assert now.grounds is not None
    fresh = as_if_new(now.plan, now.grounds, now.zones, created)
    now = replace(now, plan=fresh, created=created)
    limits = limits_of(project.config)
    left = resumed(saved, now)
    fresh = meanwhile.limited(saved, fresh, now.live, left, limits)
    # What others have edited since, and the files would undo, is nothing that the saved plan does.
    return replace(now, plan=policed(project, fresh, now.zones, context, done=left.plan))


def too_old(project: Project, plan: Plan, context: Context) -> list[Finding]:
    """Return why the saved *plan* is too old to be applied, by the configuration's ``max_plan_age``."""
    return list(age.check(plan, context.now(), project.config.safety.max_plan_age))


def resumed(plan: Plan, now: Planning) -> Resumed:
    """Return what is left of the saved *plan*, given what is live *now*: an earlier run of it may have stopped."""
    standings = {where: one.standing for where, one in now.grounds.absences.items()} if now.grounds else {}
    return remaining(plan, now.live, now.created, now.providers, standings)


def refusals(plan: Plan, now: Planning, *, plan_only: bool = False) -> list[Finding]:
    """Return why the saved *plan* may not be applied, given the plan worked out *now*."""
    left = resumed(plan, now)
    return verify.refusals(plan, now.plan, now.live, plan_only=plan_only, resumed=left, created=now.created)


def other_edits(plan: Plan, now: Planning) -> list[Finding]:
    """Return what somebody has edited beside the saved *plan* since it was made, for each zone at a provider."""
    return list(meanwhile.others(plan, now.plan, now.live, resumed(plan, now)))
