"""Verify one zone: its delegation, then every name server; again and again until all agree, where that is asked for."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from zonesync.findings import Finding, Severity
from zonesync.model.zone import NOTHING
from zonesync.run.asking import registered, telling
from zonesync.run.asking.asks import Asks
from zonesync.run.asking.found import NO_IPV6, UNREACHABLE, Delegated, Found
from zonesync.run.asking.looking import Placed, ask_all, place
from zonesync.run.asking.messages import Question, Server, Transport
from zonesync.run.asking.report import ServerReport, differing_serials, report
from zonesync.run.asking.served import BOTH, Look
from zonesync.run.asking.subject import Subject, expected_of, hosts, stand_in, unknown

UNKNOWN = "nameservers-unknown"
UNASKED = frozenset({UNKNOWN, UNREACHABLE, NO_IPV6})
"""Rules that say that something could not be asked at all."""
FIRST_PAUSE = 1.0
LONGEST_PAUSE = 10.0
_LONGER = 1.5


class Finds(Protocol):
    """What is needed of a finder."""

    async def addresses(self, name: str) -> Found:
        """Return the addresses of the name server *name*, or why there are none."""
        ...

    async def delegation(self, zone: str) -> Delegated:
        """Return what the parent's servers say of *zone*."""
        ...


@dataclass(frozen=True, slots=True)
class Tools:
    """What asking takes: whom to ask through, and the time."""

    asker: Asks
    finder: Callable[[], Finds]
    """Makes a finder that remembers nothing yet."""
    clock: Callable[[], float]
    """Seconds, from whenever."""
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    port: int = 53
    transports: tuple[Transport, ...] = BOTH
    expect: Callable[[int], None] = lambda _: None
    """Told how many questions more there are."""
    done: Callable[[], None] = lambda: None
    """Told of each that was asked."""


@dataclass(frozen=True, slots=True)
class ZoneReport:
    """What was found of one zone."""

    subject: Subject
    servers: tuple[ServerReport, ...] = ()
    findings: tuple[Finding, ...] = ()
    """Every fault, and notes."""
    delegated: Delegated | None = None
    """None where nobody was asked about it."""
    arrivals: Mapping[tuple[str, Server], float] = field(default_factory=lambda: NOTHING)
    """Where it was waited for: seconds until a server, by provider and address, answered with all of it."""
    is_timed_out: bool = False

    @property
    def is_whole(self) -> bool:
        """Whether everything could be asked."""
        return not any(one.rule in UNASKED and one.severity is not Severity.INFO for one in self.findings)

    @property
    def differs(self) -> bool:
        """Whether anything but a note was found."""
        return any(finding.severity is not Severity.INFO for finding in self.findings)


async def verify(subject: Subject, tools: Tools, patience: float | None = None) -> ZoneReport:
    """Ask every name server of *subject*; with *patience*, in seconds, again until they all agree.

    In a later round only what failed is asked again; once nothing fails any more, everything is, one last time.
    """
    one = _Verifying(subject, tools)
    started = tools.clock()
    await one.begin()
    pause = FIRST_PAUSE
    while patience is not None and not one.is_clean:
        left = patience - (tools.clock() - started)
        if left <= 0:
            break
        await tools.sleep(min(pause, left))
        pause = min(pause * _LONGER, LONGEST_PAUSE)
        await one.again()
    return one.report(waited=patience is not None)


class _Verifying:
    """One zone while it is verified."""

    def __init__(self, subject: Subject, tools: Tools) -> None:
        self.subject = subject
        self.tools = tools
        self.started = tools.clock()
        self.delegated: Delegated | None = None
        self.registered: list[Finding] = []
        """What is to be said of the delegation and of DNSSEC."""
        self.placed: tuple[Placed, ...] = ()
        self.looks: dict[tuple[str, Server], Look] = {}
        self.arrivals: dict[tuple[str, Server], float] = {}
        self.is_confirmed = True

    @property
    def is_clean(self) -> bool:
        """Whether every server answered with all of it, in a last look at everything, and the parent agrees."""
        return (
            self.is_confirmed
            and all(where in self.arrivals or not self._matters(*where) for where in self.looks)
            and not any(
                self._matters(one.provider, found) and found.rule != NO_IPV6
                for one in self.placed
                for found in one.unfound
            )
            and all(finding.severity is Severity.INFO for finding in self.registered)
        )

    async def begin(self) -> None:
        """Look at everything once."""
        finder = self.tools.finder()
        if self.subject.is_delegated:
            self.delegated = await finder.delegation(self.subject.zone.apex)
        await self._place(finder)
        await self._ask(dict.fromkeys(self.looks.values()))
        await self._register()

    async def again(self) -> None:
        """Look again at what failed, and at everything once nothing does."""
        finder = self.tools.finder()
        named = self._named
        if any(finding.severity is not Severity.INFO for finding in self.registered) and self.subject.is_delegated:
            self.delegated = await finder.delegation(self.subject.zone.apex)
        is_moved = self._named != named or any(one.unfound for one in self.placed)
        new = await self._place(finder) if is_moved else []
        self._forget_the_unnamed()
        failing = {look: look.failing for where, look in self.looks.items() if where not in self.arrivals}
        for look in new:
            failing[look] = list(look.expectations)
        if any(failing.values()):
            self.is_confirmed = False
            await self._ask(failing)
        if all(where in self.arrivals or not self._matters(*where) for where in self.looks) and not self.is_confirmed:
            self.is_confirmed = True
            await self._ask(dict.fromkeys(self.looks.values()))
        await self._register()

    def _matters(self, provider: str, server: Server | Found) -> bool:
        """Tell whether a resolver may be sent to *server*: one of a provider out of rotation only while it is named."""
        return provider not in self.subject.out or server.name in self.subject.apex or server.name in self._named

    @property
    def _named(self) -> tuple[str, ...]:
        """The name servers that the parent names."""
        return self.delegated.hosts if self.delegated else ()

    async def _place(self, finder: Finds) -> list[Look]:
        """Find the servers; return those that are new."""
        tools = self.tools
        self.placed = await place(finder, hosts(self.subject, self._named), tools.port)
        new = []
        for one in self.placed:
            for server in one.servers:
                where = (one.provider, server)
                if where not in self.looks:
                    questions = expected_of(self.subject, one.provider).questions
                    self.looks[where] = Look(one.provider, server, questions, tools.transports)
                    new.append(self.looks[where])
        return new

    def _forget_the_unnamed(self) -> None:
        """Leave out the servers that nobody names any more: no resolver comes to them."""
        placed = {(one.provider, server) for one in self.placed for server in one.servers}
        for where in self.looks.keys() - placed:
            del self.looks[where]
            self.arrivals.pop(where, None)

    async def _ask(self, questions: Mapping[Look, Sequence[Question] | None]) -> None:
        """Ask *questions*, all for None, and note which servers are through, and since when."""
        tools = self.tools
        count = sum(len(look.expectations if some is None else some) for look, some in questions.items())
        tools.expect(count * len(tools.transports))

        async def ask(look: Look, some: Sequence[Question] | None) -> None:
            where = (look.provider, look.server)
            await ask_all(tools.asker, [look], only=None if some is None else {id(look): some}, done=tools.done)
            if look.failing:
                self.arrivals.pop(where, None)
            else:
                self.arrivals.setdefault(where, tools.clock() - self.started)

        async with asyncio.TaskGroup() as group:
            for look, some in questions.items():
                group.create_task(ask(look, some))

    async def _register(self) -> None:
        """Hold the delegation against what is served, and the DS at the parent against the keys."""
        servers = [where for where in self.looks if self._matters(*where)]
        self.registered = await registered.check(self.subject, self.delegated, servers, self.tools.asker)

    def report(self, *, waited: bool) -> ZoneReport:
        """Return what was found."""
        zone = self.subject.zone
        reports = tuple(report(look) for look in self.looks.values())
        found: list[Finding] = [*self.subject.notes, *self.registered]
        for placed in self.placed:
            for host in placed.unfound:
                told = [telling.unfound(str(zone.id), placed.provider, host)]
                found += told if self._matters(placed.provider, host) else _as_notes(told)
        for one in reports:
            told = list(telling.findings(str(zone.id), zone.apex, one))
            found += told if self._matters(one.provider, one.server) else _as_notes(told)
        for provider, by_serial in differing_serials(reports).items():
            found.append(telling.serials(str(zone.id), provider, by_serial))
        found += self._unknown()
        return ZoneReport(
            self.subject,
            reports,
            tuple(dict.fromkeys(found)),
            self.delegated,
            dict(self.arrivals) if waited else NOTHING,
            is_timed_out=waited and not self.is_clean,
        )

    def _unknown(self) -> list[Finding]:
        """Return an error for each provider whose servers are not known, and that nobody stands in for."""
        told = {finding.provider for finding in self.subject.notes}
        nobody_knows = unknown(self.subject)
        if any(one.provider == stand_in(self.subject) for one in self.placed):
            return []
        return [
            Finding(
                UNKNOWN,
                Severity.ERROR,
                f"no name server of `{provider}` is known, so none was asked",
                help="list them under `nameservers:` of the zone or of the provider, or let its API be reached",
                zone=str(self.subject.zone.id),
                provider=provider,
            )
            for provider in nobody_knows
            if provider in self.subject.asked and provider not in self.subject.out and provider not in told
        ]


def _as_notes(findings: Iterable[Finding]) -> list[Finding]:
    """Return *findings* about a server that no resolver is sent to: good to know, and no wrong answer to anybody."""
    return [
        replace(finding, severity=Severity.INFO, message=f"{finding.message} (out of rotation)") for finding in findings
    ]
