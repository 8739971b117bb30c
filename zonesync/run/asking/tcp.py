"""Questions over TCP: connections to one server, kept open and used by many questions at once (RFC 7766)."""

import asyncio
from dataclasses import replace

from zonesync.run.asking import wire
from zonesync.run.asking.arrival import Arrival, Failure
from zonesync.run.asking.line import Again, Line, Turn
from zonesync.run.asking.messages import Trouble
from zonesync.run.asking.pace import Pace, Window
from zonesync.run.asking.place import Place

_WORTH_ANOTHER = frozenset(
    {Trouble.TIMEOUT, Trouble.BROKEN, Trouble.WRONG_ID, Trouble.WRONG_QUESTION, Trouble.MALFORMED}
)
_FREE = 8
"""How often a question is sent again without that counting as a try: the server had closed for another's sake."""
_PLENTY = 1 << 30
"""Questions on one connection, where the server is not known to take fewer."""


class Lines:
    """The connections to one server."""

    def __init__(self, place: Place, pace: Pace, *, connections: int, timeout: float, tries: int) -> None:
        self._place = place
        self._pace = pace
        self._most = connections
        self._budget = _PLENTY
        self._cut_short = 0
        self._window = Window()
        self._timeout = timeout
        self._tries = tries
        self._lines: list[Line] = []
        self._loop = asyncio.get_running_loop()

    async def ask(self, question: bytes, *, edns: bool, dnssec: bool) -> Arrival | Failure:
        """Ask one question; never raises for what the network does."""
        failed, free = 0, 0
        noticed: list[Trouble] = []
        while True:
            outcome = await self._once(question, edns=edns, dnssec=dnssec, again=free > 0)
            if isinstance(outcome, Again) and free < _FREE:
                free += 1
                continue
            if isinstance(outcome, Arrival):
                noticed = [Trouble.LOST if trouble is Trouble.TIMEOUT else trouble for trouble in noticed]
                return replace(outcome, troubles=tuple(dict.fromkeys([*noticed, *outcome.troubles])))
            if isinstance(outcome, Again):
                outcome = Failure(Trouble.BROKEN, "every connection is closed before the answer comes")
            failed += 1
            noticed += outcome.troubles
            # Where no connection comes about, the operating system has tried for as long as we would.
            if failed >= self._tries or outcome.trouble not in _WORTH_ANOTHER:
                return replace(outcome, troubles=tuple(dict.fromkeys(t for t in noticed if t is not Trouble.TIMEOUT)))
            noticed.append(outcome.trouble)

    async def close(self) -> None:
        """Close all connections."""
        tasks = [line.opened for line in self._lines if line.opened is not None]
        for line in self._lines:
            line.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _line(self) -> Line | Failure:
        """Return the open connection with the fewest questions on it; open one where that is allowed and of use."""
        while True:
            self._forget_the_closed()
            fresh = [line for line in self._lines if not self._is_spent(line)]
            if len(self._lines) < self._most and all(line.load or not line.is_open for line in fresh):
                line = Line()
                line.opened = self._loop.create_task(line.open(self._place, self._timeout))
                self._lines.append(line)
                fresh.append(line)
            line = min(fresh or self._lines, key=lambda one: (not one.is_open, one.load))
            assert line.opened is not None
            if not line.opened.done():
                await asyncio.wait([line.opened])
            failure = line.opened.result()
            if failure is None:
                return line
            if not (open_ := sum(other.is_open for other in self._lines)):
                return failure
            self._most = open_  # It takes no more connections than these.

    def _is_spent(self, line: Line) -> bool:
        return line.answered + line.load >= self._budget

    def _forget_the_closed(self) -> None:
        for line in self._lines:
            if line.closed and line.left:
                self._cut_short += 1
                # Once may be chance; a server that does it again takes so many questions on a connection and no more
                # (RFC 7766 section 6.2.1.1 has clients bear that).
                if self._cut_short > 1:
                    self._budget = min(self._budget, max(1, line.answered))
                    self._window.limit(self._budget * self._most)
            elif self._is_spent(line) and not line.load:
                line.close()
        self._lines = [line for line in self._lines if not line.closed]

    async def _once(self, question: bytes, *, edns: bool, dnssec: bool, again: bool) -> Arrival | Failure | Again:
        """Ask on one connection."""
        await self._window.enter()
        outcome: Arrival | Failure | Again | None = None
        try:
            line = await self._line()
            if isinstance(line, Failure):
                outcome = line
                return outcome
            turn = Turn(
                line, question, self._timeout, lambda number: wire.query(number, question, edns=edns, dnssec=dnssec)
            )
            self._pace.submit(turn.send, first=again)
            outcome = await turn.outcome()
            return outcome
        finally:
            self._window.leave(answered=isinstance(outcome, Arrival))
