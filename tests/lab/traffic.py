"""Which questions arrive at which name server: read off the loopback interface, whether or not anybody is there."""

import socket
import threading
import time
from collections import Counter
from collections.abc import Collection
from typing import NamedTuple, Self

from tests.lab.client import FRESH_LABEL

_ETH_P_IP = 0x0800
_UDP = 17


class Seen(NamedTuple):
    """A question on its way to a name server."""

    at: float
    """By the monotonic clock."""
    address: str
    name: str
    """As it stood there, in lower case."""


class Traffic:
    """The questions that go to port 53 over UDP, from the moment it is entered."""

    def __init__(self) -> None:
        self._socket = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(_ETH_P_IP))
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_000_000)
        self._socket.bind(("lo", _ETH_P_IP))
        self._socket.settimeout(0.1)
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._read, daemon=True)
        self.seen: list[Seen] = []

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *exception: object) -> None:
        time.sleep(0.05)  # what is on its way is still read
        self._over.set()
        self._thread.join()
        self._socket.close()

    def count(self, addresses: Collection[str], since: float = 0.0) -> Counter[str]:
        """Return how many of the client's questions each of *addresses* got: programs that check servers ask, too."""
        return Counter(
            one.address
            for one in list(self.seen)
            if one.address in addresses and since <= one.at and one.name.startswith(FRESH_LABEL)
        )

    def _read(self) -> None:
        while not self._over.is_set():
            try:
                packet, (_, _, kind, *_) = self._socket.recvfrom(2048)
            except TimeoutError:
                continue
            # The loopback interface shows each packet twice: going out, and coming in.
            if kind == socket.PACKET_HOST and (one := _question(packet)):
                self.seen.append(one)


def _question(packet: bytes) -> Seen | None:
    """Return the question in an IPv4 packet, None where it is none that goes to a server."""
    start = (packet[0] & 15) * 4
    if packet[9] != _UDP or packet[start + 2 : start + 4] != b"\x00\x35" or len(packet) < start + 21:
        return None
    message = packet[start + 8 :]
    if message[2] & 0x80:
        return None
    labels, position = [], 12
    while position < len(message) and (length := message[position]):
        labels.append(message[position + 1 : position + 1 + length].decode("latin-1").lower())
        position += 1 + length
    return Seen(time.monotonic(), socket.inet_ntoa(packet[16:20]), ".".join([*labels, ""]))
