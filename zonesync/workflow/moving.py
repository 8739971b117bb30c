"""Plan to take a provider into or out of rotation: join, leave, evacuate, restore."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from zonesync.findings import Finding, Place, Severity
from zonesync.load import load_zones
from zonesync.model.zone import DesiredZone, ZoneId
from zonesync.plan import planfile
from zonesync.plan.facts import Facts
from zonesync.plan.moving import UNASKED, Parent
from zonesync.plan.plan import Allowance, Move, Plan, Unread
from zonesync.plan.rotation import Absences
from zonesync.provider.registry import Factory, factory
from zonesync.run import rotation
from zonesync.run.asking.barrier import delegated, gives_keys
from zonesync.run.asking.found import Delegated
from zonesync.run.asking.settings import AskSettings
from zonesync.run.asking.signing import joining_problem
from zonesync.run.context import Context
from zonesync.run.store import open_store
from zonesync.workflow.grounds import Movement
from zonesync.workflow.loading import load
from zonesync.workflow.planning import Planning, held_against, make_plan
from zonesync.workflow.project import Project, RefusedError, UnknownNameError, check_providers
from zonesync.workflow.reading import READERS
from zonesync.workflow.rotating import GONE
from zonesync.workflow.verifying import ask_settings

_OUT = frozenset({"evacuate", "leave"})
_MANY = frozenset({"evacuate", "restore"})
"""Moves of many zones: what is wrong with one of them keeps no other back."""
_FATAL = frozenset({"nobody-left", "nameservers-unmanaged", "apex-ns-unread", "same-target", "ns-without-address"})
"""Errors by which nobody can be taken out of rotation; all others can wait until the outage is over."""


def plan_move(
    project: Project,
    move: Move,
    zones: Sequence[str],
    context: Context,
    *,
    root_hints: str = "",
    allowances: Sequence[Allowance] = (),
    find: Callable[[str], Factory] = factory,
    done: Callable[[], None] = lambda: None,
    readers: int = READERS,
) -> Planning:
    """Plan *move* for *zones*, or for every zone of the provider where none is named; changes nothing anywhere.

    *root_hints* is a file that stands in for the configuration's. Raises :class:`RefusedError`,
    :class:`UnknownNameError` for a zone or provider that there is not, and
    :class:`~zonesync.run.store.StoreError` where nobody can tell who is out of rotation.
    """
    check_providers(project, [move.provider])
    out = rotation.read(open_store(project.config.state, project.root))
    loaded = load(project, zones, context)
    settings = ask_settings(project, loaded.zones, root_hints=root_hints) if move.asks else None
    asker = _Asker(move, settings)
    movement = Movement(move, verify=move.asks, parent=asker.parent, objection=asker.objection)
    chosen = [zone for zone in loaded.zones if zones or _concerns(move, zone, out)]
    _require_known(move, [zone for zone in chosen if not _concerns(move, zone, out)])
    findings = [_softened(one) for one in loaded.findings] if move.kind in _OUT else loaded.findings
    narrowed = replace(
        loaded,
        zones=tuple(_without_gone(movement.takes_in(zone), out) for zone in chosen),
        findings=tuple(findings),
        is_whole=False,
    )
    planning = make_plan(
        project,
        narrowed,
        context,
        allowances=allowances,
        find=find,
        done=done,
        readers=readers,
        movement=movement,
    )
    there = {str(zone.id) for zone in loaded.zones}
    broken = {one.zone: one.message for one in loaded.findings if one.is_error and one.zone and one.zone not in there}
    return _each_alone(planning, broken) if move.kind in _MANY else planning


def replan(
    project: Project,
    saved: Plan,
    context: Context,
    find: Callable[[str], Factory] = factory,
    readers: int = READERS,
    root_hints: str = "",
) -> Planning:
    """Plan now the move that *saved* planned then, for the zones of its steps."""
    assert saved.move is not None
    known = {zone.id for zone in load_zones(project.config, project.root)}
    asked = dict.fromkeys([*(target.zone for target in saved.targets), *(step.zone for step in saved.steps)])
    names = [str(zone) for zone in asked if zone in known]
    if not names:
        raise RefusedError([Finding("plan-foreign", Severity.ERROR, "the files describe none of the plan's zones")])
    now = plan_move(
        project,
        saved.move,
        names,
        context,
        root_hints=root_hints,
        allowances=saved.allowances,
        find=find,
        readers=readers,
    )
    return held_against(project, saved, now, context)


class _Asker:
    """Asks the parents of zones, each once, and the name servers of a provider that is to join."""

    def __init__(self, move: Move, settings: AskSettings | None) -> None:
        self._move = move
        self._settings = settings
        self._known: dict[ZoneId, Delegated] = {}

    def _delegated(self, zone: DesiredZone) -> Delegated | None:
        if self._settings is None or zone.id.view:
            return None
        if zone.id not in self._known:
            self._known[zone.id] = delegated(zone.apex, self._settings)
        return self._known[zone.id]

    def parent(self, zone: DesiredZone) -> Parent:
        """Return what the parent of *zone* delegates to."""
        found = self._delegated(zone)
        return Parent("" if found.rule else found.parent, found.hosts, found.ttl) if found else UNASKED

    def objection(self, zone: DesiredZone, facts: Sequence[Facts]) -> str:
        """Say why a validating resolver would not believe who is to join; empty where it would."""
        if self._move.kind != "join":
            return ""
        found = self._delegated(zone)
        ds = found.ds if found else None
        signers = [fact.name for fact in facts if fact.live and fact.live.signed]
        mover = next(fact for fact in facts if fact.name == self._move.provider)
        signs = mover.live.signed if mover.live else False
        if signs is None and (ds or signers) and self._settings:
            signs = gives_keys(zone.apex, mover.own_names, self._settings)
        return joining_problem(zone.apex, mover.name, signs=signs, ds=ds, signers=signers)


def _without_gone(zone: DesiredZone, out: Absences) -> DesiredZone:
    """Return *zone* without names that its list still has of a provider that has left it, and that it lists no more.

    Nothing else refuses them in an outage, where a rule of the set keeps nobody back.
    """
    gone = {
        host
        for (where, provider), one in out.items()
        if where == zone.id and one.standing in GONE and provider not in zone.providers
        for host in one.hosts
    }
    hosts = tuple(host for host in zone.nameservers.hosts if host not in gone)
    return replace(zone, nameservers=replace(zone.nameservers, hosts=hosts)) if hosts else zone


def _concerns(move: Move, zone: DesiredZone, out: Absences) -> bool:
    """Whether the files put *zone* at who moves; one may leave that they name no more, and of which a record tells."""
    return move.provider in zone.providers or (move.kind == "leave" and (zone.id, move.provider) in out)


def _require_known(move: Move, zones: Sequence[DesiredZone]) -> None:
    """Raise where the files do not put *zones* at the provider that is to move; one may leave that they name no more.

    What it has there is an orphan otherwise, and how it got there nobody knows.
    """
    if not zones or move.kind == "leave":
        return
    if move.kind != "join":
        names = ", ".join(f"`{zone.id}`" for zone in zones)
        raise UnknownNameError(f"the file does not put {names} at `{move.provider}`")
    raise RefusedError([_not_listed(move, zone) for zone in zones])


def _not_listed(move: Move, zone: DesiredZone) -> Finding:
    listed = ", ".join([*zone.providers, move.provider])
    return Finding(
        "not-listed",
        Severity.ERROR,
        f"the file of `{zone.id}` does not list `{move.provider}`, and the files say who hosts a zone",
        Place(zone.file, 1, 1) if zone.file else None,
        f"write `providers: [{listed}]` there, and run this again",
        zone=str(zone.id),
        provider=move.provider,
    )


def _softened(finding: Finding) -> Finding:
    """Return *finding* as a warning: in an outage nobody waits for a rule that has nothing to do with it."""
    return replace(finding, severity=Severity.WARNING) if finding.is_error else finding


def _each_alone(planning: Planning, broken: dict[str, str]) -> Planning:
    """Return *planning* without the zones that cannot be moved: they are told as unread, and keep no other back.

    *broken* are zones whose files are refused, and why.
    """
    plan = planning.plan
    assert plan.move is not None
    findings = list(plan.findings)
    if plan.move.kind in _OUT:
        findings = [one if one.rule in _FATAL else _softened(one) for one in findings]
    stuck = {one.zone: one.message for one in findings if one.zone and plan.is_refused(one)}
    stuck |= {zone: f"its file is refused: {words}" for zone, words in broken.items()}
    left = tuple(Unread(zone=ZoneId.parse(zone), provider=plan.move.provider, words=stuck[zone]) for zone in stuck)
    made = plan.model_copy(
        update={
            "steps": tuple(step for step in plan.steps if str(step.zone) not in stuck),
            "targets": tuple(target for target in plan.targets if str(target.zone) not in stuck),
            "findings": tuple(_softened(one) if one.zone in stuck else one for one in findings),
            "unread": (*plan.unread, *left),
        }
    )
    return replace(planning, plan=planfile.sealed(made))
