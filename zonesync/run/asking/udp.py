"""One question over UDP, asked again until an answer comes or the tries are used up."""

import asyncio
import contextlib
import secrets
import socket

from zonesync.run.asking import reading, wire
from zonesync.run.asking.arrival import Arrival, Failure, of_error
from zonesync.run.asking.messages import Trouble
from zonesync.run.asking.pace import Pace
from zonesync.run.asking.place import Place

# An unconnected socket hears what a wrong address sends; that nobody listens it only hears with these (ip(7), ipv6(7)).
_HEAR_ERRORS = {
    socket.AF_INET: (socket.IPPROTO_IP, 11),
    socket.AF_INET6: (socket.IPPROTO_IPV6, 25),
}
_LARGEST = 65535
_AT_ONCE = 32
"""Packets that are read in one turn: who sends without end must not keep the clock from us, nor other servers."""


class Exchange:
    """One question on its way.

    It has a socket of its own, so its port is random (RFC 5452) and whatever arrives there is about this question. Each
    try has another id; an answer to an earlier one is as good, it was only slow.
    """

    def __init__(
        self, place: Place, question: bytes, pace: Pace, *, edns: bool, dnssec: bool, timeout: float, tries: int
    ) -> None:
        self._place = place
        self._question = question
        self._pace = pace
        self._edns = edns
        self._dnssec = dnssec
        self._timeout = timeout
        self._tries = tries
        self._loop = asyncio.get_running_loop()
        self._sent: dict[int, float] = {}
        self._noticed: list[Trouble] = []
        self._words = ""
        self._timer: asyncio.TimerHandle | None = None
        self._socket: socket.socket | None = None
        self._outcome: asyncio.Future[Arrival | Failure] = self._loop.create_future()

    async def outcome(self) -> Arrival | Failure:
        """Send, wait, and return what came; never raises for what the network does."""
        try:
            self._open()
            self._pace.submit(self._send)
            return await self._outcome
        except OSError as problem:
            return Failure(*of_error(problem))
        finally:
            self._close()

    def _open(self) -> None:
        self._socket = opened = socket.socket(self._place.family, socket.SOCK_DGRAM)
        opened.setblocking(False)
        with contextlib.suppress(OSError):  # Not Linux: then a closed port is silent.
            opened.setsockopt(*_HEAR_ERRORS[self._place.family], 1)
        self._loop.add_reader(opened, self._ready)

    def _close(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        if self._socket is not None:
            self._loop.remove_reader(self._socket)
            self._socket.close()
            self._socket = None

    def _send(self) -> bool:
        if self._outcome.done() or self._socket is None:
            return False
        number = secrets.randbits(16)
        while number in self._sent:
            number = secrets.randbits(16)
        query = wire.query(number, self._question, edns=self._edns, dnssec=self._dnssec)
        try:
            self._socket.sendto(query, (self._place.address, self._place.port))
        except BlockingIOError:
            pass  # The network's queue is full: as good as lost on the way.
        except OSError as problem:
            self._fail(*of_error(problem))
            return False
        self._sent[number] = self._loop.time()
        self._timer = self._loop.call_later(self._timeout, self._late)
        return True

    def _late(self) -> None:
        if len(self._sent) < self._tries:
            self._pace.submit(self._send)
        elif self._noticed:
            self._fail(self._noticed[-1], self._words)
        else:
            self._fail(Trouble.TIMEOUT, f"no answer to {self._tries} queries within {self._timeout:g} s each")

    def _fail(self, trouble: Trouble, words: str) -> None:
        if not self._outcome.done():
            self._outcome.set_result(Failure(trouble, words, tuple(dict.fromkeys(self._noticed))))

    def _notice(self, trouble: Trouble, words: str) -> None:
        if not self._noticed or self._noticed[-1] is not trouble:
            self._noticed.append(trouble)
        self._words = words

    def _ready(self) -> None:
        for _ in range(_AT_ONCE):
            if self._socket is None or self._outcome.done():
                return
            try:
                octets, source = self._socket.recvfrom(_LARGEST)
            except (BlockingIOError, InterruptedError):
                return
            except OSError as problem:
                self._fail(*of_error(problem))
                return
            self._packet(octets, source[0], source[1])

    def _packet(self, octets: bytes, address: str, port: int) -> None:
        now = self._loop.time()
        elsewhere = (address, port) != (self._place.address, self._place.port)
        try:
            head = reading.head(octets)
            if head.number not in self._sent:
                # A stray of an earlier question of this port has another question.
                if head.question == self._question and not elsewhere:
                    self._notice(Trouble.WRONG_ID, "the answers have another id than the queries")
                return
            if elsewhere:
                self._notice(Trouble.WRONG_SOURCE, f"the answers come from {address} port {port}")
                return
            message = reading.answering(octets, head, self._question)
        except reading.Malformed as problem:
            if not elsewhere:
                self._notice(Trouble.MALFORMED, str(problem))
            return
        if message is None:
            self._notice(Trouble.WRONG_QUESTION, "the answers repeat another question than was asked")
            return
        if len(self._sent) > 1 and head.number == next(reversed(self._sent)):
            self._noticed.append(Trouble.LOST)
        arrival = Arrival(message, now - self._sent[head.number], tuple(dict.fromkeys(self._noticed)))
        self._outcome.set_result(arrival)
