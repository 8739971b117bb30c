"""One connection over TCP, and one question on it (RFC 7766)."""

import asyncio
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field

from zonesync.run.asking import reading
from zonesync.run.asking.arrival import Arrival, Failure, of_error
from zonesync.run.asking.messages import Trouble
from zonesync.run.asking.place import Place

_USELESS = 1000
"""Messages in a row that answer nothing, after which a connection is given up: late answers are fewer."""


@dataclass(slots=True)
class Asked:
    """A question on a connection."""

    question: bytes
    sent: float
    outcome: "asyncio.Future[Arrival | Failure | Again]"
    noticed: list[tuple[Trouble, str]] = field(default_factory=list)

    def notice(self, trouble: Trouble, words: str) -> None:
        """Remember what came instead of an answer; the same thing again is nothing new."""
        if not self.noticed or self.noticed[-1] != (trouble, words):
            self.noticed.append((trouble, words))

    def settle(self, outcome: "Arrival | Failure | Again") -> None:
        """Tell who waits, once."""
        if not self.outcome.done():
            self.outcome.set_result(outcome)


@dataclass(frozen=True, slots=True)
class Again:
    """The connection ended before the answer came, for a reason that need not be this question's."""


class Line(asyncio.Protocol):
    """One connection."""

    def __init__(self) -> None:
        self.opened: asyncio.Task[Failure | None] | None = None
        self.answered = 0
        self.load = 0
        """Questions that wait for their turn on it or for an answer."""
        self.left = False
        """Whether it ended while questions waited for their answers."""
        self.asked: dict[int, Asked] = {}
        self._buffer = bytearray()
        self._ended = False
        self._heard = 0.0
        self._useless = 0
        """Messages since the last one that was of use."""
        self._transport: asyncio.Transport | None = None
        self._loop = asyncio.get_running_loop()

    @property
    def closed(self) -> bool:
        """Whether it has ended, or is about to."""
        return self._ended or (self._transport is not None and self._transport.is_closing())

    @property
    def is_open(self) -> bool:
        """Whether a query can be written to it now."""
        return self._transport is not None and not self.closed

    async def open(self, place: Place, seconds: float) -> Failure | None:
        """Connect within *seconds*, and return why that failed."""
        try:
            async with asyncio.timeout(seconds):
                await self._loop.create_connection(lambda: self, place.address, place.port, family=place.family)
        except TimeoutError:
            self._ended = True
            return Failure(Trouble.TIMEOUT, f"no connection within {seconds:g} s")
        except OSError as problem:
            self._ended = True
            return Failure(*of_error(problem))
        return None

    def send(self, number: int, query: bytes, asked: Asked) -> None:
        """Write one query, its length before it (RFC 1035 section 4.2.2)."""
        assert self._transport is not None
        self.asked[number] = asked
        self._transport.write(len(query).to_bytes(2) + query)

    def silent_since(self, sent: float) -> bool:
        """Tell whether no whole message has arrived since *sent*."""
        return self._heard < sent

    def close(self) -> None:
        """Give the connection up."""
        self._ended = True
        if self._transport is not None:
            self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take the transport over; asyncio calls this."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Cut what arrived into messages; asyncio calls this."""
        buffer = self._buffer
        buffer += data
        at, size = 0, len(buffer)
        while size - at >= 2 and size - at - 2 >= (length := buffer[at] << 8 | buffer[at + 1]):
            self._heard = self._loop.time()
            self._useless += 1
            if self._useless > _USELESS:
                self._give_up()
                return
            self._message(bytes(buffer[at + 2 : at + 2 + length]))
            at += 2 + length
        if at:
            del buffer[:at]

    def connection_lost(self, exc: Exception | None) -> None:
        """Tell every question that waits; asyncio calls this. Where none waits it is no trouble: it was idle."""
        self._ended = True
        self.left = bool(self.asked)
        together = len(self.asked) > 1
        # A server that closes with queries unread takes back answers that are on their way: many asked at once prove
        # nothing against any of them. The question whose answer was cut is told so, and the rest may be asked again.
        cut = int.from_bytes(self._buffer[2:4]) if len(self._buffer) >= 4 else None
        if self._buffer:
            words = "the connection was cut in the middle of a message"
        elif isinstance(exc, OSError):
            words = of_error(exc)[1]
        else:
            words = "the connection was closed before the answer came"
        for number, asked in self.asked.items():
            blameless = self.answered > 0 or together if cut is None else number != cut
            asked.settle(Again() if blameless else Failure(Trouble.BROKEN, words))
        self.asked.clear()

    def _message(self, octets: bytes) -> None:
        try:
            head = reading.head(octets)
        except reading.Malformed as problem:
            self._garbage(octets, str(problem))
            return
        asked = self.asked.get(head.number)
        if asked is None:
            for other in self.asked.values():
                if other.question == head.question:
                    other.notice(Trouble.WRONG_ID, "the answers have another id than the queries")
            return
        try:
            message = reading.answering(octets, head, asked.question)
        except reading.Malformed as problem:
            asked.notice(Trouble.MALFORMED, str(problem))
            return
        if message is None:
            asked.notice(Trouble.WRONG_QUESTION, "the answers repeat another question than was asked")
            return
        del self.asked[head.number]
        self.answered += 1
        self._useless = 0
        troubles = tuple(dict.fromkeys(trouble for trouble, _ in asked.noticed))
        asked.settle(Arrival(message, self._heard - asked.sent, troubles))

    def _give_up(self) -> None:
        """End a connection over which messages come without end, and none that was asked for."""
        self._buffer.clear()
        for asked in self.asked.values():
            trouble, words = asked.noticed[-1] if asked.noticed else (Trouble.MALFORMED, "nobody asked for what comes")
            asked.settle(Failure(trouble, words, tuple(dict.fromkeys(each for each, _ in asked.noticed))))
        self.asked.clear()
        self.close()

    def _garbage(self, octets: bytes, words: str) -> None:
        """Blame what is no message on the question of its id, and on every one where none has it."""
        asked = self.asked.get(int.from_bytes(octets[:2]))
        for each in [asked] if asked is not None else self.asked.values():
            each.notice(Trouble.MALFORMED, words)


class Turn:
    """One question on one connection, once."""

    def __init__(self, line: Line, question: bytes, timeout: float, query: Callable[[int], bytes]) -> None:
        self._line = line
        self._timeout = timeout
        self._query = query
        self._loop = asyncio.get_running_loop()
        self._asked = Asked(question, 0.0, self._loop.create_future())
        self._number = -1
        self._timer: asyncio.TimerHandle | None = None
        line.load += 1

    async def outcome(self) -> "Arrival | Failure | Again":
        """Wait for what comes of it."""
        try:
            return await self._asked.outcome
        finally:
            self._line.load -= 1
            if self._line.asked.get(self._number) is self._asked:
                del self._line.asked[self._number]
            if self._timer is not None:
                self._timer.cancel()

    def send(self) -> bool:
        """Send it; where the connection has gone meanwhile there is nothing to send."""
        if self._asked.outcome.done():
            return False
        if self._line.closed:
            self._asked.outcome.set_result(Again())
            return False
        self._number = secrets.randbits(16)
        while self._number in self._line.asked:
            self._number = secrets.randbits(16)
        self._asked.sent = self._loop.time()
        self._line.send(self._number, self._query(self._number), self._asked)
        self._timer = self._loop.call_later(self._timeout, self._late)
        return True

    def _late(self) -> None:
        noticed = self._asked.noticed
        trouble, words = noticed[-1] if noticed else (Trouble.TIMEOUT, f"no answer within {self._timeout:g} s")
        self._asked.settle(Failure(trouble, words, tuple(dict.fromkeys(each for each, _ in noticed))))
        if self._line.silent_since(self._asked.sent):
            self._line.close()
