"""Carry out a plan: zone by zone in parallel, step by step within a zone, each outcome in the audit log.

What fails stops its own zone alone. Nothing here decides: it does what the plan says, or says why not.
"""

import secrets
import threading
from collections.abc import Callable, Collection, Mapping
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass, field

from zonesync.model.zone import NOTHING, ZoneId
from zonesync.plan.plan import Plan, Step
from zonesync.provider.contract import Provider
from zonesync.run.audit import AuditLog
from zonesync.run.carrying import Conceal, Leave, Live, ZoneRun
from zonesync.run.context import Context
from zonesync.run.gate import SHUT, Gate
from zonesync.run.recorder import Recorder
from zonesync.run.results import Run, StepResult
from zonesync.run.store import Store, StoreError

WORKERS = 4
_LOOK = 0.05
"""Seconds after which the thread that waits for the others notices a signal at the latest."""


def new_run(context: Context) -> str:
    """Return a name for a run that no other has."""
    return f"{context.now():%Y%m%dT%H%M%SZ}-{secrets.token_hex(3)}"


@dataclass(frozen=True, slots=True)
class Footing:
    """What a run stands on: where its record goes, and who may tell it to stop."""

    log: AuditLog
    context: Context
    run: str = ""
    """Its name; a new one where empty."""
    store: Store | None = None
    """Where its journal goes, and what zones had after it; None for neither."""
    leave: Leave = lambda _: None
    """Raises :class:`~zonesync.provider.permit.NoLeaveError` where a zone may be written no more."""
    stop: threading.Event = field(default_factory=threading.Event)
    """Once set, what is in flight is finished and recorded, and nothing more is begun."""
    took_over: Mapping[str, str] = field(default_factory=lambda: NOTHING)
    """By zone the dead run whose lock this one has."""
    created: Collection[tuple[ZoneId, str]] = frozenset()
    """Zones that an earlier run of the same plan created, and where."""
    gate: Gate = SHUT
    """What steps wait for besides their providers."""


def apply_plan(
    plan: Plan,
    providers: Mapping[str, Provider],
    live: Live,
    footing: Footing,
    *,
    done: Callable[[StepResult], None] = lambda _: None,
    workers: int = WORKERS,
    conceal: Conceal = lambda _, words: words,
) -> Run:
    """Carry out *plan*, whose ``before`` values were found to hold in *live*, *workers* zones at a time.

    *conceal* takes the secrets of a provider out of its words before they are shown or recorded. Raises
    :class:`StoreError` when the start of the run cannot be recorded: then nothing was changed.
    """
    run = footing.run or new_run(footing.context)
    recorder = Recorder(footing.log, footing.context, run, plan, footing.store)
    recorder.start(footing.took_over)
    zones: dict[ZoneId, list[tuple[int, Step]]] = {}
    for number, step in enumerate(plan.steps):
        zones.setdefault(step.zone, []).append((number, step))
    bound: dict[ZoneId, list[str]] = {}
    for target in plan.targets:
        bound.setdefault(target.zone, []).append(target.provider)

    def carry_out(zone: ZoneId) -> list[StepResult]:
        created = {provider for where, provider in footing.created if where == zone}
        zone_run = ZoneRun(zone, providers, live, recorder, footing.leave, footing.stop, conceal, created, footing.gate)
        return zone_run.run(zones[zone], bound.get(zone, ()), done)

    with ThreadPoolExecutor(max_workers=workers) as pool:
        jobs = [pool.submit(carry_out, zone) for zone in zones]
        try:
            # The kernel may give a signal to another thread; its handler runs in this one, once it does anything.
            while wait(jobs, timeout=_LOOK).not_done:
                pass
        except KeyboardInterrupt:
            footing.stop.set()
            wait(jobs)
        results = tuple(result for job in jobs for result in job.result())
    complete = all(result.is_done for result in results)
    try:
        head = recorder.end(complete=complete, changed=any(result.changed for result in results))
    except StoreError as problem:
        return Run(run, results, None, str(problem))
    return Run(run, results, head)
