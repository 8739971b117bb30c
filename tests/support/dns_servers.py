"""Name servers that misbehave, each in its own way, on real sockets.

    with dns_server("127.51.0.9", ZONE, Behaviour.TRUNCATES, Behaviour.REFUSES_TCP) as server:
        ...
        assert server.asked["udp"] == 3

A server has a thread and an event loop of its own and binds its own address alone, port 53 unless said.
"""

import asyncio
import contextlib
import enum
import errno
import itertools
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import cast

import dns.edns
import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdatatype
import dns.rrset

from tests.support.dns_zones import Zones, zones_of


class Behaviour(enum.StrEnum):
    """What a server does instead of answering well; several may be combined."""

    REFUSES = "refuses"
    """REFUSED to everything: lame."""
    FAILS = "fails"
    """SERVFAIL to everything."""
    NOT_AUTHORITATIVE = "not-authoritative"
    """Right data, without AA: lame."""
    SILENT = "silent"
    """No answer to anything; TCP connections are taken."""
    SILENT_UDP = "silent-udp"
    SILENT_TCP = "silent-tcp"
    DROPS_HALF = "drops-half"
    """Every second packet over UDP gets no answer, the first among them."""
    WRONG_ID = "wrong-id"
    WRONG_ID_FIRST = "wrong-id-first"
    """An answer with a wrong id, and the right one after it."""
    WRONG_PORT = "wrong-port"
    WRONG_ADDRESS = "wrong-address"
    """The answers come from `OTHER`."""
    WRONG_QUESTION = "wrong-question"
    TRUNCATES = "truncates"
    """TC over UDP, and the whole over TCP."""
    TRUNCATES_ALWAYS = "truncates-always"
    """TC over both."""
    REFUSES_TCP = "refuses-tcp"
    """Nobody listens on TCP."""
    REFUSES_UDP = "refuses-udp"
    """Nobody listens on UDP."""
    CUTS_TCP = "cuts-tcp"
    """A connection ends in the middle of a message."""
    RESETS_TCP = "resets-tcp"
    """A connection ends, with RST, instead of an answer."""
    CLOSES_TCP = "closes-tcp"
    """A connection ends after each answer, whatever else was asked on it."""
    SHUFFLES_TCP = "shuffles-tcp"
    """What is asked together is answered last first."""
    VARIES = "varies"
    """Addresses in the answers are others each time."""
    GARBAGE = "garbage"
    """Octets that are no message."""
    CUT_RECORD = "cut-record"
    """A message that ends within a record, although nothing says that it is truncated."""
    LOOPS = "loops"
    """A message with a compressed name that points to itself."""
    ECHOES = "echoes"
    """The query comes back."""
    FORMERR_TO_EDNS = "formerr-to-edns"
    """FORMERR without an OPT record, as servers from before EDNS."""
    HEADER_TO_EDNS = "header-to-edns"
    """The same, and not even the question is repeated."""
    NOTIMP_TO_EDNS = "notimp-to-edns"
    FORMERR = "formerr"
    """FORMERR with an OPT record: it knows EDNS, and that is not why."""
    ONE_CONNECTION = "one-connection"
    """Nobody listens on TCP any more once a connection is there."""
    SLOW = "slow"
    """Every answer takes `dns_server(delay=)` seconds."""


_SECONDS = 60.0
OTHER = "127.51.255.254"
Asked = Callable[[dns.message.Message], dns.message.Message]
_EDNS = {
    Behaviour.FORMERR_TO_EDNS: dns.rcode.FORMERR,
    Behaviour.HEADER_TO_EDNS: dns.rcode.FORMERR,
    Behaviour.NOTIMP_TO_EDNS: dns.rcode.NOTIMP,
}
_EVERYWHERE = {
    Behaviour.REFUSES: dns.rcode.REFUSED,
    Behaviour.FAILS: dns.rcode.SERVFAIL,
    Behaviour.FORMERR: dns.rcode.FORMERR,
}


@dataclass(slots=True)
class FakeServer:
    """A running server, and what it was asked."""

    address: str
    port: int
    zones: Zones
    behaviours: frozenset[Behaviour]
    nsid: str = ""
    delay: float = 0.0
    asked: Counter[str] = field(default_factory=Counter)
    """Queries over ``udp`` and ``tcp``."""
    connections: int = 0
    questions: list[tuple[str, str]] = field(default_factory=list)
    """Names and types, in the order of coming."""
    times: list[float] = field(default_factory=list)
    """When each query came, in seconds of the server's clock."""
    waiting: int = 0
    """Questions over UDP that a slow server has not answered yet."""
    most_waiting: int = 0
    listening: asyncio.Server | None = None
    together: int = 0
    """The most queries that one connection brought at once."""
    open: list[asyncio.Transport] = field(default_factory=list)
    """The TCP connections, those that have ended too."""
    _varied: Iterator[int] = field(default_factory=itertools.count)

    def does(self, *behaviours: Behaviour) -> bool:
        """Tell whether it behaves in one of these ways."""
        return not self.behaviours.isdisjoint(behaviours)

    def wire(self, octets: bytes, *, tcp: bool) -> bytes:
        """Return what is sent back over *tcp* or UDP, or nothing."""
        query = dns.message.from_wire(octets)
        asked = query.question[0]
        self.asked["tcp" if tcp else "udp"] += 1
        self.questions.append((str(asked.name).lower(), dns.rdatatype.to_text(asked.rdtype)))
        if self.does(Behaviour.SILENT, Behaviour.SILENT_TCP if tcp else Behaviour.SILENT_UDP):
            return b""
        if self.does(Behaviour.DROPS_HALF) and not tcp and self.asked["udp"] % 2:
            return b""
        if self.does(Behaviour.GARBAGE):
            return octets[:2] + b"\xffgarbage\xff"
        if self.does(Behaviour.ECHOES):
            return octets
        if self.does(Behaviour.LOOPS):
            head = dns.message.make_response(query).to_wire()[: len(query.to_wire())]
            at = 12 + len(asked.name.to_wire() or b"") + 4
            pointer = (0xC000 | at).to_bytes(2)
            return head[:6] + b"\0\1\0\0\0\0" + head[12:at] + pointer + b"\0\1\0\1\0\0\0\1\0\4\1\2\3\4"
        response = self._response(query)
        if self.does(Behaviour.TRUNCATES_ALWAYS) or (self.does(Behaviour.TRUNCATES) and not tcp):
            response.flags |= dns.flags.TC
            response.answer, response.authority, response.additional = [], [], []
        limit = 65535 if tcp else max(query.payload, 512)
        sent = response.to_wire(max_size=limit, prefer_truncation=True)
        return sent[:-3] if self.does(Behaviour.CUT_RECORD) else sent

    def _response(self, query: dns.message.Message) -> dns.message.Message:
        for behaviour, rcode in _EDNS.items():
            if self.does(behaviour) and query.edns >= 0:
                response = dns.message.make_response(query)
                response.use_edns(False)
                response.set_rcode(rcode)
                if behaviour is Behaviour.HEADER_TO_EDNS:
                    response.question = []
                return response
        response = self.zones.answer(query)
        if self.nsid and query.edns >= 0 and any(option.otype == dns.edns.OptionType.NSID for option in query.options):
            response.use_edns(0, payload=1232, options=[dns.edns.NSIDOption(self.nsid.encode())])
        for behaviour, rcode in _EVERYWHERE.items():
            if self.does(behaviour):
                response = dns.message.make_response(query)
                response.set_rcode(rcode)
        return self._spoilt(response)

    def _spoilt(self, response: dns.message.Message) -> dns.message.Message:
        if self.does(Behaviour.NOT_AUTHORITATIVE):
            response.flags &= ~dns.flags.AA
        if self.does(Behaviour.WRONG_ID):
            response.id ^= 0x1234
        if self.does(Behaviour.WRONG_QUESTION):
            other = dns.name.from_text("another", response.question[0].name)
            response.question = [dns.rrset.RRset(other, response.question[0].rdclass, response.question[0].rdtype)]
        if self.does(Behaviour.VARIES):
            response.answer = [self._vary(rrset) for rrset in response.answer]
        return response

    def _vary(self, rrset: dns.rrset.RRset) -> dns.rrset.RRset:
        if rrset.rdtype != dns.rdatatype.A:
            return rrset
        return dns.rrset.from_text(rrset.name, rrset.ttl, "IN", "A", f"203.0.113.{next(self._varied) % 250 + 1}")


class _Udp(asyncio.DatagramProtocol):
    def __init__(self, server: FakeServer, others: Mapping[Behaviour, asyncio.DatagramTransport]) -> None:
        self.server = server
        self.others = others

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.DatagramTransport", transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        loop = asyncio.get_running_loop()
        self.server.times.append(loop.time())
        try:
            sent = self.server.wire(data, tcp=False)
        except (dns.exception.DNSException, IndexError):
            return
        if not sent:
            return
        transport = self.transport
        for behaviour, other in self.others.items():
            if self.server.does(behaviour):
                transport = other
        if self.server.does(Behaviour.WRONG_ID_FIRST):
            transport.sendto((int.from_bytes(sent[:2]) ^ 1).to_bytes(2) + sent[2:], addr)
        if self.server.does(Behaviour.SLOW):
            self.server.waiting += 1
            self.server.most_waiting = max(self.server.most_waiting, self.server.waiting)
            loop.call_later(self.server.delay, self._late, transport, sent, addr)
        else:
            transport.sendto(sent, addr)

    def _late(self, transport: asyncio.DatagramTransport, sent: bytes, addr: tuple[str, int]) -> None:
        self.server.waiting -= 1
        transport.sendto(sent, addr)


class _Tcp(asyncio.Protocol):
    def __init__(self, server: FakeServer) -> None:
        self.server = server
        self.buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self.server.connections += 1
        self.server.open.append(transport)
        if self.server.does(Behaviour.ONE_CONNECTION) and self.server.listening is not None:
            self.server.listening.close()

    def data_received(self, data: bytes) -> None:
        loop = asyncio.get_running_loop()
        self.buffer += data
        answers = []
        while len(self.buffer) >= 2 and len(self.buffer) >= 2 + (length := int.from_bytes(self.buffer[:2])):
            self.server.times.append(loop.time())
            answers.append(self.server.wire(self.buffer[2 : 2 + length], tcp=True))
            self.buffer = self.buffer[2 + length :]
        self.server.together = max(self.server.together, len(answers))
        if self.server.does(Behaviour.SHUFFLES_TCP):
            answers.reverse()
        for sent in filter(None, answers):
            if self.transport.is_closing():
                return
            if self.server.does(Behaviour.SLOW):
                loop.call_later(self.server.delay, self._write, sent)
            else:
                self._write(sent)

    def _write(self, sent: bytes) -> None:
        if self.server.does(Behaviour.RESETS_TCP):
            self.transport.abort()
        elif self.server.does(Behaviour.CUTS_TCP):
            self.transport.write(len(sent).to_bytes(2) + sent[: len(sent) // 2])
            self.transport.close()
        else:
            self.transport.write(len(sent).to_bytes(2) + sent)
            if self.server.does(Behaviour.CLOSES_TCP):
                self.transport.close()


_TURNS = 20
"""More than it takes: a connection that was accepted becomes one in a later turn, and is closed in one after that."""


@contextlib.contextmanager
def dns_server(
    address: str,
    zones: str | Mapping[str, str],
    *behaviours: Behaviour,
    port: int = 53,
    nsid: str = "",
    delay: float = 0.05,
) -> Iterator[FakeServer]:
    """Run a server of *zones*, one text with ``$ORIGIN`` or texts by their names, at *address* and *port*."""
    server = FakeServer(address, port, zones_of(zones), frozenset(behaviours), nsid, delay)
    loop = asyncio.new_event_loop()
    ready = threading.Event()
    stop = asyncio.Event()
    problems: list[OSError] = []

    async def serve() -> None:
        async with contextlib.AsyncExitStack() as stack:
            try:
                await _listen(server, stack)
            except OSError as problem:
                problems.append(problem)
            ready.set()
            await stop.wait()
        # A connection that was just being taken is closed too; then some turns of the loop, so that all of them are.
        for _ in range(_TURNS):
            await asyncio.gather(*(asyncio.all_tasks() - {asyncio.current_task()}), return_exceptions=True)
            _abort(server)
            await asyncio.sleep(0)

    places = [(address, port), *([(OTHER, port)] if server.does(Behaviour.WRONG_ADDRESS) else [])]
    thread = threading.Thread(target=lambda: loop.run_until_complete(serve()), name=f"dns {address}")
    with contextlib.ExitStack() as stack:
        stack.callback(loop.close)
        for place in places:
            stack.enter_context(_alone(*place))
        thread.start()
        stack.callback(thread.join)
        stack.callback(loop.call_soon_threadsafe, stop.set)
        ready.wait()
        if problems:
            raise problems[0]
        yield server


@contextlib.contextmanager
def _alone(address: str, port: int) -> Iterator[None]:
    """Have *address* for this server: tests that run beside this one in another process wait.

    Binding the port is not enough, since a server may listen on UDP or on TCP alone.
    """
    with contextlib.closing(socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)) as held:
        deadline = time.monotonic() + _SECONDS
        while True:
            try:
                held.bind(f"\0zonesync-dns-{address}-{port}")  # Gone with this process, however it ends.
                break
            except OSError as problem:
                if problem.errno != errno.EADDRINUSE or time.monotonic() > deadline:
                    raise
                time.sleep(0.02)
        yield


async def _listen(server: FakeServer, stack: contextlib.AsyncExitStack) -> None:
    """Open the sockets that *server* has; *stack* closes them."""
    loop = asyncio.get_running_loop()
    others: dict[Behaviour, asyncio.DatagramTransport] = {}
    for behaviour, place in (
        (Behaviour.WRONG_PORT, (server.address, 0)),
        (Behaviour.WRONG_ADDRESS, (OTHER, server.port)),
    ):
        if server.does(behaviour):
            others[behaviour], _ = await loop.create_datagram_endpoint(asyncio.DatagramProtocol, place)
            stack.callback(others[behaviour].close)
    if not server.does(Behaviour.REFUSES_UDP):
        transport, _ = await loop.create_datagram_endpoint(lambda: _Udp(server, others), (server.address, server.port))
        stack.callback(transport.close)
    if not server.does(Behaviour.REFUSES_TCP):
        listening = await loop.create_server(lambda: _Tcp(server), server.address, server.port)
        server.listening = listening
        stack.callback(_abort, server)
        stack.callback(listening.close)


def _abort(server: FakeServer) -> None:
    for connection in server.open:
        connection.abort()
