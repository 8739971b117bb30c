"""Ask every name server of every provider what it serves. Changes nothing anywhere."""

import asyncio
import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from functools import partial

from zonesync.findings import Finding, Severity
from zonesync.model.zone import DesiredZone
from zonesync.run.asking import rounds
from zonesync.run.asking.addresses import Addresses
from zonesync.run.asking.engine import engine
from zonesync.run.asking.hints import read_hints
from zonesync.run.asking.messages import Transport
from zonesync.run.asking.rounds import ZoneReport
from zonesync.run.asking.served import BOTH
from zonesync.run.asking.settings import AskSettings
from zonesync.run.asking.sparing import Sparing
from zonesync.run.asking.subject import Subject
from zonesync.workflow.project import Project, RefusedError
from zonesync.workflow.subjects import Subjects

ZONES = 8
"""Zones that are verified at a time; what one server is asked is bounded by its rate whatever their number."""
WAIT = 600.0


@dataclass(frozen=True, slots=True)
class Verifying:
    """What the name servers of all zones were found to serve."""

    zones: tuple[ZoneReport, ...]
    warnings: tuple[Finding, ...] = field(default=())
    notes: tuple[Finding, ...] = field(default=())

    @property
    def is_whole(self) -> bool:
        """Whether something was asked, and nothing could not be."""
        return bool(self.zones) and all(one.is_whole for one in self.zones)

    @property
    def differs(self) -> bool:
        """Whether a name server, or a parent, does not say what it is to say."""
        return any(one.differs for one in self.zones)


def ask_settings(
    project: Project, zones: Collection[DesiredZone], *, rate: float | None = None, root_hints: str = ""
) -> AskSettings:
    """Return how name servers are asked: as the configuration has it, unless *rate* or *root_hints* are given.

    Raises :class:`RefusedError` for hints that cannot be read.
    """
    given = project.config.verify
    file = root_hints or given.root_hints
    hints = None
    if file:
        path = project.root / file
        try:
            hints = read_hints(path)
        except (OSError, ValueError) as problem:
            reason = problem.strerror if isinstance(problem, OSError) else str(problem)
            message = f"the root hints `{file}` cannot be used: {reason}"
            raise RefusedError([Finding("bad-root-hints", Severity.ERROR, message)]) from None
    return AskSettings(
        hints=hints,
        rate=given.rate if rate is None else rate,
        timeout=given.timeout,
        known=Addresses(zones),
        known_in={view: Addresses(zones, view) for view in {zone.id.view for zone in zones} if view},
    )


def verify(
    subjects: Subjects,
    settings: AskSettings,
    *,
    transports: Sequence[Transport] = BOTH,
    patience: float | None = None,
    expect: Callable[[int], None] = lambda _: None,
    done: Callable[[], None] = lambda: None,
) -> Verifying:
    """Ask all name servers of *subjects* everything; with *patience*, in seconds, again until they all agree.

    *expect* is told how many questions there are, and *done* of each that was asked.
    """
    reports = asyncio.run(_verify(subjects, settings, tuple(transports), patience, expect, done))
    return Verifying(reports, subjects.warnings, subjects.notes)


async def _verify(
    subjects: Subjects,
    settings: AskSettings,
    transports: tuple[Transport, ...],
    patience: float | None,
    expect: Callable[[int], None],
    done: Callable[[], None],
) -> tuple[ZoneReport, ...]:
    waiting = asyncio.Semaphore(ZONES)
    async with engine(settings) as (asker, finder_of):
        sparing = Sparing(asker, time.monotonic)

        async def one(subject: Subject) -> ZoneReport:
            tools = rounds.Tools(
                sparing,
                partial(finder_of, subject.zone.id.view),
                time.monotonic,
                port=settings.port,
                transports=transports,
                expect=expect,
                done=done,
            )
            async with waiting:
                return await rounds.verify(subject, tools, patience)

        return tuple(await asyncio.gather(*map(one, subjects.zones)))
