"""Plan to take a run back: what it did comes from the audit log, what is there now from the providers."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from zonesync import __version__
from zonesync.findings import Finding, Severity
from zonesync.load import LoadedZone, load_zones
from zonesync.model.rrset import Key
from zonesync.model.zone import DesiredZone, ZoneId
from zonesync.plan import digest, planfile
from zonesync.plan.plan import Allowance, Plan, Step, Target, Unread
from zonesync.plan.planner import ZonePlan
from zonesync.provider.abilities import HasQuotas
from zonesync.provider.contract import LiveZone, Provider
from zonesync.provider.errors import ProviderError
from zonesync.provider.registry import Factory, factory
from zonesync.run.context import Context
from zonesync.run.history import Place
from zonesync.run.reversals import Reversal
from zonesync.run.rollback import Rules, in_order, plan_place, settings_key
from zonesync.workflow.emptied import emptied
from zonesync.workflow.facts import facts_of
from zonesync.workflow.planning import Planning, resumed
from zonesync.workflow.policing import policed
from zonesync.workflow.project import Project, RefusedError, UnknownNameError, connect, limits_of
from zonesync.workflow.reading import READERS, read_zones, said
from zonesync.workflow.secrets import concealing, veiled
from zonesync.workflow.taking_back import TakingBack, find_run


def plan_rollback(
    project: Project,
    asked: TakingBack,
    context: Context,
    *,
    allowances: Sequence[Allowance] = (),
    find: Callable[[str], Factory] = factory,
    done: Callable[[], None] = lambda: None,
    readers: int = READERS,
) -> Planning:
    """Plan to take back what *asked* says; changes nothing anywhere. Raises :class:`RefusedError`."""
    zones: dict[ZoneId, list[str]] = {}
    for zone, name in asked.places:
        zones.setdefault(zone, []).append(name)
    files = {one.id: one for one in load_zones(project.config, project.root, [str(zone) for zone in zones])}
    findings = [finding for zone, names in zones.items() for finding in _unconfigured(project, files, zone, names)]
    refused = {finding.zone for finding in findings if finding.is_error}
    stubs = [DesiredZone(zone, {}, providers=tuple(names)) for zone, names in zones.items() if str(zone) not in refused]
    providers = connect(project, dict.fromkeys(name for stub in stubs for name in stub.providers), find)
    live, unread = read_zones(project.config, providers, stubs, done, readers)
    gone, doubts = emptied(project, providers, live, allowances)
    live = {place: found for place, found in live.items() if place not in gone}
    unread |= gone
    steps: list[Step] = []
    targets: list[Target] = []
    for stub in stubs:
        file = files[stub.id].zone
        try:
            plans = [
                _planned(project, asked, stub, providers[name], live[stub.id, name], file)
                for name in stub.providers
                if (stub.id, name) in live and not any(place[0] == stub.id for place in unread)
            ]
        except ProviderError as problem:
            unread[stub.id, problem.provider] = said(problem)
            continue
        steps += in_order(plans)
        targets += [target for plan in plans for target in plan.targets]
        findings += [finding for plan in plans for finding in plan.findings]
    plan = Plan(
        created=context.time(),
        version=__version__,
        commit=context.commit,
        targets=tuple(targets),
        steps=tuple(steps),
        findings=tuple(dict.fromkeys(findings)),
        unread=tuple(Unread(zone=zone, provider=name, words=words) for (zone, name), words in unread.items()),
        allowances=tuple(allowances),
        rollback=asked.run.id,
    )
    known = tuple(file.zone for file in files.values() if file.zone is not None)
    plan = policed(project, plan, known, context)
    return Planning(planfile.sealed(veiled(project.config, plan)), live, providers, tuple(doubts), known)


def replan(
    project: Project, saved: Plan, context: Context, find: Callable[[str], Factory] = factory, readers: int = READERS
) -> Planning:
    """Work out now, from the audit log, what *saved* takes back: its own RRsets alone, whatever they are now."""
    try:
        whole = find_run(project, saved.rollback)
    except UnknownNameError as problem:
        hint = "apply it where the state is that has the run"
        raise RefusedError([Finding("plan-foreign", Severity.ERROR, str(problem), help=hint)]) from None
    if whole.run.id != saved.rollback:
        message = f"the audit log has no run `{saved.rollback}`"
        raise RefusedError([Finding("plan-foreign", Severity.ERROR, message, help="make the plan again")])
    keys: dict[Place, set[Key]] = {(target.zone, target.provider): set() for target in saved.targets}
    for step in saved.steps:
        mine = keys.setdefault((step.zone, step.provider), set())
        mine |= {change.key for change in step.changes}
        if step.settings:
            mine.add(settings_key(step.zone))
    places = {place: _only(one, place[0], keys[place]) for place, one in whole.places.items() if place in keys}
    overwrites = frozenset((place, key) for place, mine in keys.items() for key in mine)
    asked = TakingBack(whole.run, places, overwrites)
    now = plan_rollback(project, asked, context, allowances=saved.allowances, find=find, readers=readers)
    return replace(now, plan=policed(project, now.plan, now.zones, context, done=resumed(saved, now).plan))


def _only(reversal: Reversal, zone: ZoneId, keys: Collection[Key]) -> Reversal:
    return replace(
        reversal,
        rrsets={key: sides for key, sides in reversal.rrsets.items() if key in keys},
        networks=reversal.networks if settings_key(zone) in keys else None,
    )


def _unconfigured(
    project: Project, files: Mapping[ZoneId, LoadedZone], zone: ZoneId, names: Sequence[str]
) -> Iterable[Finding]:
    """Yield why *zone* cannot be taken back with the files as they are, and what should be known before it is."""

    def finding(severity: Severity, message: str, hint: str, provider: str = "") -> Finding:
        return Finding("rollback-unconfigured", severity, message, help=hint, zone=str(zone), provider=provider)

    file = files.get(zone)
    if file is None:
        message = f"no file describes the zone `{zone}` any more, so it is not known who is in charge of it"
        yield finding(Severity.ERROR, message, "put its file back, or name other zones with --zone")
        return
    if file.zone is None:
        first = next((one for one in file.findings if one.is_error), None)
        where = f"{first.place or file.file}: {first.message}" if first else file.file
        message = f"the zone's file is refused, so its ignore rules protect nothing: {where}"
        yield finding(Severity.WARNING, message, "correct the file first, if it has any")
    for name in names:
        if name not in project.config.providers:
            message = f"the configuration has no provider `{name}` any more, where the run changed `{zone}`"
            yield finding(Severity.ERROR, message, "put it back, or name other zones with --zone", name)
        elif file.zone is not None and name not in file.zone.providers:
            message = f"the zone's file does not put `{zone}` at `{name}` any more"
            yield finding(Severity.WARNING, message, "look whether anybody else is in charge of it there", name)


def _planned(
    project: Project,
    asked: TakingBack,
    stub: DesiredZone,
    provider: Provider,
    live: LiveZone | None,
    file: DesiredZone | None,
) -> ZonePlan:
    """Plan one zone at one provider. Raises ProviderError where its limits cannot be asked."""
    place = (stub.id, provider.name)
    reversal = asked.places[place]
    if live is None:
        return ZonePlan(findings=tuple(_gone(place, reversal)))
    if isinstance(provider, HasQuotas):
        returning = sum(before is not None and key not in live.rrsets for key, (before, _) in reversal.rrsets.items())
        with concealing(project.config, provider.name):
            count = len(live.rrsets) + len(live.kept) + returning
            live = replace(live, capabilities=provider.capabilities_for(live, count))
    fact = facts_of(provider, stub, live, digest.of_data(project.config.providers[provider.name].public()))
    overwrites = frozenset(key for where, key in asked.overwrites if where == place)
    managed = frozenset(fact.desired(file)) if file and file.unmanaged == "keep" else None
    rules = Rules(limits_of(project.config, "rollback"), file.ignore if file else (), overwrites, managed)
    return plan_place(stub.id, reversal, fact, rules)


def _gone(place: Place, reversal: Reversal) -> Iterable[Finding]:
    if reversal.deleted or any(before is not None for before, _ in reversal.rrsets.values()):
        deed = (
            f"the run deleted the zone at `{place[1]}`"
            if reversal.deleted
            else f"the zone is not at `{place[1]}` any more"
        )
        yield Finding(
            "rollback-zone-gone",
            Severity.ERROR,
            f"{deed}, and a rollback creates none",
            help="let `zonesync apply` create it from its file",
            zone=str(place[0]),
            provider=place[1],
        )
