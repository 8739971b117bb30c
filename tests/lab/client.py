"""A client that never stops asking: it tells which answers were wrong, which never came, and which came late."""

import enum
import itertools
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple, Self

import dns.exception
import dns.message
import dns.rcode

RATE = 50.0
PATIENCE = 5.0
"""Seconds that a program waits for its resolver: the resolver library's default (resolv.conf, `timeout`)."""
LATE = 0.3
"""Seconds; an answer that took longer has met a server that did not answer the resolver."""

FRESH_LABEL = "fresh-"
"""How the names begin that the client alone asks for."""


class Verdict(enum.StrEnum):
    """What became of a lookup."""

    RIGHT = "right"
    WRONG = "wrong"
    """An answer that the zone does not give: other addresses, or none at all."""
    FAILED = "failed"
    """SERVFAIL, or nothing within the client's patience."""


class Lookup(NamedTuple):
    """One question of the client, and what became of it."""

    number: int
    name: str
    at: float
    """When it was asked, by the monotonic clock."""
    seconds: float
    verdict: Verdict
    words: str

    def __str__(self) -> str:
        return f"{self.name} {self.verdict} after {self.seconds:.2f} s: {self.words}"


@dataclass(slots=True)
class Tally:
    """What became of some lookups."""

    lookups: list[Lookup] = field(default_factory=list)

    @property
    def bad(self) -> list[Lookup]:
        """Wrong and failed ones."""
        return [one for one in self.lookups if one.verdict is not Verdict.RIGHT]

    @property
    def late(self) -> list[Lookup]:
        """Ones that took long, whatever came."""
        return [one for one in self.lookups if one.seconds > LATE]

    def count(self) -> Counter[Verdict]:
        """Return how many there are of each."""
        return Counter(one.verdict for one in self.lookups)

    def __str__(self) -> str:
        counts = self.count()
        said = ", ".join(f"{counts[verdict]} {verdict}" for verdict in Verdict)
        worst = max((one.seconds for one in self.lookups), default=0.0)
        first = "".join(f"\n  {one}" for one in self.bad[:5])
        return f"{len(self.lookups)} lookups: {said}, {len(self.late)} late, the slowest {worst:.3f} s{first}"


class Client:
    """Asks the resolver at *address* for names under *zone*, *rate* times a second, in a thread of its own.

    Every second name is one that nobody has asked for before, so that no cache can answer it: *fresh* says what the
    wildcard gives. The others are *known*, names to addresses.
    """

    def __init__(self, address: str, zone: str, known: Mapping[str, str], fresh: str, rate: float = RATE) -> None:
        self._zone = zone
        self._known = list(known.items())
        self._right = frozenset({fresh})
        self._rate = rate
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.connect((address, 53))
        self._waiting: dict[int, tuple[int, str, float, frozenset[str]]] = {}
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._serial = itertools.count()
        self._done: list[Lookup] = []

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._over.set()
        self._thread.join()
        self._socket.close()

    def expect(self, *fresh: str) -> None:
        """Take any of *fresh* for right from now on: an old and a new value while a change is under way."""
        self._right = frozenset(fresh)

    def since(self, start: float, until: float = float("inf")) -> Tally:
        """Return the lookups that were begun between two moments of the monotonic clock, once all have ended."""
        self.settle()
        return Tally([one for one in list(self._done) if start <= one.at < until])

    def settle(self) -> None:
        """Return once every lookup begun before this call has ended."""
        now = time.monotonic()
        while self._thread.is_alive() and any(at < now for _, _, at, _ in list(self._waiting.values())):
            time.sleep(0.01)

    def during(self, work: Callable[[], object], after: float = 0.0) -> Tally:
        """Return what became of the lookups during *work*, and *after* seconds more."""
        start = time.monotonic()
        work()
        self.rest(after)
        return self.since(start, time.monotonic())

    def rest(self, seconds: float) -> None:
        """Let it ask for a while."""
        self._over.wait(seconds)

    def _run(self) -> None:
        start, sent = time.monotonic(), 0
        while not (self._over.is_set() and not self._waiting):
            now = time.monotonic()
            if not self._over.is_set() and now >= start + sent / self._rate:
                self._send(now)
                sent += 1
            self._receive(max(0.001, min(start + sent / self._rate - time.monotonic(), 0.02)))
            self._give_up()

    def _send(self, now: float) -> None:
        number = next(self._serial)
        if number % 2:
            name, right = f"{FRESH_LABEL}{number}-{time.time_ns() % 10**9}.{self._zone}", self._right
        else:
            name, value = self._known[number // 2 % len(self._known)]
            right = frozenset({value})
        query = dns.message.make_query(name, "A", use_edns=False, id=number & 0xFFFF)
        self._waiting[number & 0xFFFF] = (number, name, now, right)
        self._socket.send(query.to_wire())

    def _receive(self, seconds: float) -> None:
        self._socket.settimeout(seconds)
        try:
            data = self._socket.recv(4096)
        except (TimeoutError, ConnectionRefusedError):
            return
        found = self._waiting.pop(int.from_bytes(data[:2], "big"), None)
        if found is None:
            return
        number, name, at, right = found
        verdict, words = self._judged(data, right | (self._right if number % 2 else frozenset()))
        self._done.append(Lookup(number, name, at, time.monotonic() - at, verdict, words))

    @staticmethod
    def _judged(data: bytes, right: frozenset[str]) -> tuple[Verdict, str]:
        try:
            reply = dns.message.from_wire(data)
        except dns.exception.DNSException as problem:
            return Verdict.FAILED, str(problem)
        values = {rdata.to_text() for rrset in reply.answer for rdata in rrset}
        words = f"{dns.rcode.to_text(reply.rcode())} {' '.join(sorted(values))}"
        if reply.rcode() not in {dns.rcode.NOERROR, dns.rcode.NXDOMAIN}:
            return Verdict.FAILED, words
        return (Verdict.RIGHT if values and values <= right else Verdict.WRONG), words

    def _give_up(self) -> None:
        now = time.monotonic()
        for number, name, at, _ in [one for one in self._waiting.values() if now - one[2] > PATIENCE]:
            del self._waiting[number & 0xFFFF]
            self._done.append(Lookup(number, name, at, now - at, Verdict.FAILED, "no answer"))
