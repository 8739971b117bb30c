"""Carry a plan out under the locks of its zones, on a record that a killed run before it did not finish."""

import contextlib
import threading
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial

from zonesync.findings import Finding, Severity
from zonesync.model.zone import ZoneId
from zonesync.plan.plan import Plan
from zonesync.run import rotation
from zonesync.run.apply import WORKERS, Footing, apply_plan, new_run
from zonesync.run.audit import AuditLog, Head
from zonesync.run.context import Context
from zonesync.run.gate import SHUT, Gate
from zonesync.run.locks import Holder, LockedError, Locks
from zonesync.run.processes import boottime, is_gone
from zonesync.run.recovery import left_behind, recover
from zonesync.run.results import Run, StepResult
from zonesync.run.sessions import is_over
from zonesync.run.store import Store, open_store
from zonesync.run.watching import Watch
from zonesync.workflow.gating import Keeper, Patience
from zonesync.workflow.planning import Planning
from zonesync.workflow.project import Project, RefusedError
from zonesync.workflow.secrets import concealed

LOCK_TIMEOUT = 120.0
"""Seconds to wait for another run: longer than the lease of one that has died."""
EPHEMERAL = "ephemeral-state"


@dataclass(frozen=True, slots=True)
class Held:
    """The locks of some zones, and the record that a run under them goes into."""

    run: str
    store: Store
    log: AuditLog
    locks: Locks
    took_over: Mapping[str, str]
    """By zone the dead run that held its lock."""
    recovered: tuple[str, ...]
    """Killed runs whose record this one has finished."""


def require_durable(
    project: Project, context: Context, allowed: Collection[str] = (), *, command: str = "apply"
) -> None:
    """Raise :class:`RefusedError` where the record of a run would end with the CI job that makes it.

    *command* is the one that makes the run, and that takes ``--allow``.
    """
    state = project.config.state
    if context.is_ci and state.is_folder and not state.durable and EPHEMERAL not in allowed:
        raise RefusedError(
            [
                Finding(
                    EPHEMERAL,
                    Severity.ERROR,
                    f"the state is the folder `{state.url}` of a CI job, and would be lost with it: "
                    "the audit log, and the lock that keeps other jobs out",
                    help="let `state:` name a bucket (s3://bucket/prefix); or, where the folder outlives the job, "
                    f"write `state: {{url: {state.url}, durable: true}}`, or say `{command} --allow {EPHEMERAL}`",
                )
            ]
        )


@contextlib.contextmanager
def holding(
    project: Project,
    zones: Iterable[ZoneId],
    context: Context,
    *,
    timeout: float = LOCK_TIMEOUT,
    waiting: Callable[[Holder], None] = lambda _: None,
    stop: threading.Event | None = None,
) -> Iterator[Held]:
    """Hold the locks of *zones*; *waiting* is told whom this run has to wait for, *timeout* seconds at most.

    Raises :class:`RefusedError` where it has waited in vain, :class:`~zonesync.run.store.StoreError`, and
    KeyboardInterrupt where *stop* is set while it waits; nothing is held then.
    """
    store = open_store(project.config.state, project.root)
    log = AuditLog(store)
    run = new_run(context)
    event = stop or threading.Event()
    wanted = set(zones)
    if not wanted:
        # Who takes no locks looks at no sessions, either.
        Watch(store, run, boottime, is_gone).look()

    def nap(seconds: float) -> None:
        if event.wait(seconds):
            raise KeyboardInterrupt

    with Locks(store, run, context, lease=project.config.state.lease, sleep=nap) as locks:
        try:
            taken = locks.acquire(wanted, timeout, waiting)
        except LockedError as problem:
            raise RefusedError([_locked(problem)]) from problem
        took_over = {str(zone): other for zone, other in taken.items() if other}
        dead = {*took_over.values(), *(other for other in left_behind(store) if is_over(store, other))}
        recovered = recover(store, log, dead, run, context)
        yield Held(run, store, log, locks, took_over, tuple(recovered))


def has_left_behind(project: Project) -> bool:
    """Tell whether there is a journal: of a run that is under way, or of one that was killed."""
    return bool(left_behind(open_store(project.config.state, project.root)))


def _locked(problem: LockedError) -> Finding:
    return Finding(
        "locked",
        Severity.ERROR,
        str(problem),
        help=f"wait for it (`--lock-timeout SECONDS`); where it is certainly dead, `zonesync unlock {problem.zone}`",
        zone=str(problem.zone),
    )


def _require_same_absences(store: Store, plan: Plan, now: Planning) -> None:
    """Raise where it is not, or no longer, known who is out of rotation: nobody is put back by mistake."""
    there = rotation.read(store)
    before = now.grounds.absences if now.grounds else there
    zones = {step.zone for step in plan.steps}
    changed = [
        (str(zone), provider)
        for zone, provider in there.keys() | before.keys()
        if zone in zones and there.get((zone, provider)) != before.get((zone, provider))
    ]
    if changed:
        zone, provider = min(changed)
        words = f"whether `{provider}` is out of rotation is on record in another way than when this was planned"
        help_ = "run the command again"
        raise RefusedError([Finding("plan-stale", Severity.ERROR, words, help=help_, zone=zone, provider=provider)])


def has_moved(held: Held, head: Head, zones: Collection[ZoneId]) -> bool:
    """Tell whether another run has written one of *zones* since the audit log had *head*."""
    names = {str(zone) for zone in zones}
    for entry in held.log.entries_backwards():
        if entry.get("sequence", 0) <= head.sequence:
            return False
        if entry.get("zone") in names or not names.isdisjoint(entry.get("zones", ())):
            return True
    return False


def apply(
    project: Project,
    plan: Plan,
    now: Planning,
    context: Context,
    held: Held,
    *,
    stop: threading.Event | None = None,
    done: Callable[[StepResult], None] = lambda _: None,
    workers: int = WORKERS,
    patience: Patience | None = None,
    say: Callable[[str], None] = lambda _: None,
) -> Run:
    """Carry out *plan*, which was found to hold under the locks *held*, *workers* zones at a time.

    *patience* tells what is waited for besides the providers; *say* hears what that is. Raises
    :class:`~zonesync.run.store.StoreError` where the run cannot be recorded, or nobody can tell who is out of rotation,
    and :class:`RefusedError` where others are than when the plan was made: before any change.
    """
    _require_same_absences(held.store, plan, now)
    event = stop or threading.Event()
    gate: Gate = SHUT
    if now.grounds is not None:
        gate = Keeper(patience or Patience(), held.store, context, held.run, plan, now.grounds, now.zones, event, say)
    footing = Footing(
        held.log,
        context,
        held.run,
        held.store,
        held.locks.check,
        event,
        held.took_over,
        frozenset(now.created),
        gate,
    )
    conceal = partial(concealed, project.config)
    return apply_plan(plan, now.providers, now.live, footing, done=done, workers=workers, conceal=conceal)
