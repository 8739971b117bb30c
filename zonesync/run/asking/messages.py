"""What is asked of a name server, and what comes back: values, no sockets."""

import enum
from collections.abc import Sequence
from dataclasses import dataclass, field


class Transport(enum.StrEnum):
    """How a question travels."""

    UDP = "udp"
    TCP = "tcp"


@dataclass(frozen=True, slots=True, order=True)
class Server:
    """One address of one name server."""

    name: str
    """Canonical name of the name server."""
    address: str
    """IPv4 or IPv6."""
    port: int = 53

    def __str__(self) -> str:
        return f"{self.name} ({self.address})"


@dataclass(frozen=True, slots=True, order=True)
class Question:
    """A name and a type, class IN."""

    name: str
    """Canonical: absolute, lower case, RFC 1035 decimal escapes, A-labels."""
    type: str


class Trouble(enum.StrEnum):
    """Why there is no answer, or what came beside it."""

    TIMEOUT = "timeout"
    """Nothing came back, however often it was asked."""
    LOST = "lost"
    """It had to be asked again: a packet was lost, or dropped on purpose."""
    CLOSED = "closed"
    """Nobody listens there: ICMP port unreachable, or a TCP connection that is refused."""
    BROKEN = "broken"
    """A TCP connection was cut in the middle."""
    UNREACHABLE = "unreachable"
    """No route, or a network that says so."""
    WRONG_ID = "wrong-id"
    """A message with another id than the query's."""
    WRONG_SOURCE = "wrong-source"
    """A message from another address or port than was asked."""
    WRONG_QUESTION = "wrong-question"
    MALFORMED = "malformed"
    """No DNS message (RFC 1035 section 4)."""
    TRUNCATED = "truncated"
    """TC over TCP, or over UDP with a server that takes no TCP."""
    NO_EDNS = "no-edns"
    """It answers FORMERR to EDNS, and was asked again without (RFC 6891 section 7)."""


@dataclass(frozen=True, slots=True)
class Records:
    """One RRset in an answer."""

    name: str
    """Canonical owner name."""
    type: str
    ttl: int
    rdatas: frozenset[bytes]
    """Each in wire form without compression, names in lower case (RFC 4034 section 6.2)."""


@dataclass(frozen=True, slots=True)
class Reply:
    """A message that answers the question: whatever it says."""

    server: Server
    question: Question
    transport: Transport
    """The one that the answer came by: TCP also where UDP was truncated and it was asked again."""
    rcode: str
    """``NOERROR``, ``NXDOMAIN``, ``REFUSED``, ``SERVFAIL``, …"""
    authoritative: bool
    truncated: bool = False
    """Whether the first answer, over UDP, was truncated."""
    answer: Sequence[Records] = ()
    authority: Sequence[Records] = ()
    additional: Sequence[Records] = ()
    nsid: str = ""
    """What the server calls itself (RFC 5001), printable; empty where it does not say."""
    seconds: float = field(default=0.0, compare=False)
    troubles: tuple[Trouble, ...] = ()
    """What went wrong on the way to this answer."""


@dataclass(frozen=True, slots=True)
class NoReply:
    """No answer to a question."""

    server: Server
    question: Question
    transport: Transport
    trouble: Trouble
    words: str = ""
    """More, for the reader."""
    troubles: tuple[Trouble, ...] = ()
