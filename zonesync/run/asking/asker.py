"""Ask name servers as a resolver does: UDP first, TCP where it is wanted or needed, EDNS where it is understood.

Whatever a server does, or leaves undone, comes back as a value. Every server has its own pace, its own window of
questions on the way and its own connections, so that a slow or a silent one holds nobody else up.
"""

import asyncio
from collections.abc import Mapping
from types import TracebackType
from typing import Self

from zonesync.run.asking import wire
from zonesync.run.asking.arrival import Arrival, Failure
from zonesync.run.asking.messages import NoReply, Question, Reply, Server, Transport, Trouble
from zonesync.run.asking.pace import Pace, Window
from zonesync.run.asking.place import Place, place_of
from zonesync.run.asking.tcp import Lines
from zonesync.run.asking.udp import Exchange

_SOCKETS = 400
"""Sockets for UDP at once, over all servers: a process has 1,024 descriptors by default."""


class Asker:
    """Asks questions; an async context manager, for one event loop.

    *rate* is queries a second to one server address, over both transports, repeats included, in bursts of at most a
    tenth of it. *timeout* is seconds for one try. Over TCP up to *connections* to one server are open at once. Leaving
    the context closes the connections and cancels who still waits for an answer.
    """

    def __init__(self, *, rate: float = 200.0, timeout: float = 2.0, tries: int = 3, connections: int = 2) -> None:
        if rate <= 0 or timeout <= 0 or tries < 1 or connections < 1:
            raise ValueError(
                f"rate {rate:g} and timeout {timeout:g} must be above 0,"
                f" tries {tries} and connections {connections} at least 1"
            )
        self._rate = rate
        self._timeout = timeout
        self._tries = tries
        self._connections = connections
        self._paces: dict[str, Pace] = {}
        self._windows: dict[Place, Window] = {}
        self._lines: dict[Place, Lines] = {}
        self._without_edns: set[Place] = set()
        self._sockets = asyncio.Semaphore(_SOCKETS)
        self._asking: set[asyncio.Task[object]] = set()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        for task in self._asking:
            task.cancel()
        for pace in self._paces.values():
            pace.close()
        await asyncio.gather(*(lines.close() for lines in self._lines.values()))

    @property
    def counts(self) -> Mapping[str, int]:
        """Queries sent, by address."""
        return {address: pace.sent for address, pace in self._paces.items()}

    async def ask(
        self,
        server: Server,
        question: Question,
        transport: Transport = Transport.UDP,
        *,
        dnssec: bool = False,
        fallback: bool = True,
    ) -> Reply | NoReply:
        """Ask *server*, and return its answer or why there is none; never raises for what a server does.

        With *fallback* a truncated answer over UDP is asked for again over TCP (RFC 7766 section 5), and without it
        that answer is returned as it came. A server that refuses EDNS is asked without (RFC 6891 section 7), and from
        then on at once. Raises ``ValueError`` for an address, a name or a type that is none, and ``OSError`` where this
        process has no file descriptors left.
        """
        place = place_of(server.address, server.port)
        asked = wire.of_question(question)
        task = asyncio.current_task()
        assert task is not None
        self._asking.add(task)
        try:
            outcome = await self._with_edns(place, asked, transport, dnssec=dnssec)
            if not isinstance(outcome, Arrival) or not outcome.message.truncated:
                return _told(server, question, transport, outcome)
            if transport is Transport.TCP:
                return _truncated(server, question, transport, outcome, "over TCP")
            if not fallback:
                return _told(server, question, transport, outcome, truncated=True)
            second = await self._with_edns(place, asked, Transport.TCP, dnssec=dnssec)
            troubles = (*outcome.troubles, *second.troubles)
            if isinstance(second, Failure):
                words = f"over UDP, and over TCP: {second.words}"
                return _truncated(server, question, transport, outcome, words, (*troubles, second.trouble))
            if second.message.truncated:
                return _truncated(server, question, transport, outcome, "over UDP and over TCP", troubles)
            whole = Arrival(second.message, second.seconds, tuple(dict.fromkeys(troubles)))
            return _told(server, question, Transport.TCP, whole, truncated=True)
        finally:
            self._asking.discard(task)

    async def _with_edns(
        self, place: Place, question: bytes, transport: Transport, *, dnssec: bool
    ) -> Arrival | Failure:
        if place not in self._without_edns:
            outcome = await self._once(place, question, transport, edns=True, dnssec=dnssec)
            if not isinstance(outcome, Arrival) or outcome.message.edns or outcome.message.rcode not in _NO_EDNS:
                return outcome
        plain = await self._once(place, question, transport, edns=False, dnssec=False)
        if not isinstance(plain, Arrival) or plain.message.rcode in _NO_EDNS:
            return plain
        self._without_edns.add(place)
        return Arrival(plain.message, plain.seconds, (*plain.troubles, Trouble.NO_EDNS))

    async def _once(
        self, place: Place, question: bytes, transport: Transport, *, edns: bool, dnssec: bool
    ) -> Arrival | Failure:
        pace = self._paces.get(place.address)
        if pace is None:
            pace = self._paces[place.address] = Pace(self._rate)
        if transport is Transport.TCP:
            lines = self._lines.get(place)
            if lines is None:
                lines = self._lines[place] = Lines(
                    place, pace, connections=self._connections, timeout=self._timeout, tries=self._tries
                )
            return await lines.ask(question, edns=edns, dnssec=dnssec)
        window = self._windows.setdefault(place, Window())
        await window.enter()
        outcome: Arrival | Failure | None = None
        try:
            async with self._sockets:
                exchange = Exchange(
                    place, question, pace, edns=edns, dnssec=dnssec, timeout=self._timeout, tries=self._tries
                )
                outcome = await exchange.outcome()
                return outcome
        finally:
            window.leave(answered=isinstance(outcome, Arrival))


_NO_EDNS = frozenset({"FORMERR", "NOTIMP"})


def _told(
    server: Server, question: Question, transport: Transport, outcome: Arrival | Failure, *, truncated: bool = False
) -> Reply | NoReply:
    if isinstance(outcome, Failure):
        return NoReply(server, question, transport, outcome.trouble, outcome.words, outcome.troubles)
    message = outcome.message
    return Reply(
        server,
        question,
        transport,
        message.rcode,
        message.authoritative,
        truncated,
        message.answer,
        message.authority,
        message.additional,
        message.nsid,
        outcome.seconds,
        outcome.troubles,
    )


def _truncated(
    server: Server,
    question: Question,
    transport: Transport,
    outcome: Arrival,
    words: str,
    troubles: tuple[Trouble, ...] | None = None,
) -> NoReply:
    noticed = outcome.troubles if troubles is None else troubles
    return NoReply(server, question, transport, Trouble.TRUNCATED, f"truncated {words}", tuple(dict.fromkeys(noticed)))
