"""A dead host: packets to it are taken, and nothing ever comes back."""

import socket
import time

_SECONDS = 5.0


class Silence:
    """Port 53 of *address*, over UDP and TCP, without anybody who reads it.

    A socket stands in for a host that is down: to a port that is merely closed the kernel answers with ICMP, which
    tells resolvers in a moment what takes them a timeout otherwise.
    """

    def __init__(self, address: str) -> None:
        self._sockets: list[socket.socket] = []
        for kind in (socket.SOCK_DGRAM, socket.SOCK_STREAM):
            one = socket.socket(socket.AF_INET, kind)
            one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1)
            _bind(one, address)
            if kind is socket.SOCK_STREAM:
                one.listen(1)
            self._sockets.append(one)

    def close(self) -> None:
        """Free the address."""
        for one in self._sockets:
            one.close()


def _bind(one: socket.socket, address: str) -> None:
    """Bind *one*, as soon as the last process of a killed server has let go of the port."""
    deadline = time.monotonic() + _SECONDS
    while True:
        try:
            one.bind((address, 53))
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.002)
        else:
            return
