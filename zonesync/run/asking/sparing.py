"""Spare a server that is gone: who verifies a thousand zones need not wait for it a thousand times."""

from collections.abc import Callable
from dataclasses import dataclass

from zonesync.run.asking.asks import Asks
from zonesync.run.asking.messages import NoReply, Question, Reply, Server, Transport

GONE = 12
"""Questions in a row without an answer after which a server is taken to be gone."""
LOOK = 2.0
"""Seconds after which a server that is gone gets another question."""


@dataclass(slots=True)
class _State:
    silent: int = 0
    asked: float = 0.0
    last: NoReply | None = None


class Sparing:
    """An asker that answers in the place of a server that has gone, but for a question now and then.

    *clock* is in seconds, from whenever.
    """

    def __init__(self, asker: Asks, clock: Callable[[], float]) -> None:
        self._asker = asker
        self._clock = clock
        self._states: dict[tuple[str, int, Transport], _State] = {}

    async def ask(
        self,
        server: Server,
        question: Question,
        transport: Transport = Transport.UDP,
        *,
        dnssec: bool = False,
        fallback: bool = True,
    ) -> Reply | NoReply:
        """Ask *server*, or repeat why it did not answer a moment ago; never raises for what a server does."""
        state = self._states.setdefault((server.address, server.port, transport), _State())
        now = self._clock()
        if state.last is not None and state.silent >= GONE and now - state.asked < LOOK:
            return NoReply(server, question, transport, state.last.trouble, state.last.words, state.last.troubles)
        state.asked = now
        reply = await self._asker.ask(server, question, transport, dnssec=dnssec, fallback=fallback)
        if isinstance(reply, NoReply):
            state.silent += 1
            state.last = reply
        else:
            state.silent = 0
        return reply
