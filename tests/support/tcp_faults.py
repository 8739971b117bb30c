"""A TCP proxy that loses what it is told to lose: a write before it arrives, its answer, or the end of a read."""

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

IsWrite = Callable[[bytes], bool | None]
"""Tells from what a client sends in one piece whether a write begins (True), a read (False), or neither (None)."""


def http_write(piece: bytes) -> bool | None:
    """Tell of HTTP requests."""
    method = piece.split(b" ", 1)[0]
    if method in {b"PATCH", b"POST", b"PUT", b"DELETE"}:
        return True
    return False if method == b"GET" else None


def dns_write(piece: bytes) -> bool | None:
    """Tell of DNS messages over TCP, whose opcode is 5 for an UPDATE (RFC 2136)."""
    return len(piece) > 14 and (piece[4] >> 3) & 0xF == 5


@dataclass
class TcpFaults:
    """A running proxy. Each order is for the next call that fits; what comes after that goes well again."""

    address: str
    port: int
    upstream: tuple[str, int]
    is_write: IsWrite
    orders: list[str] = field(default_factory=list)
    done: list[str] = field(default_factory=list)
    """What was carried out, so that a test knows that its fault came to pass."""

    def lose_call(self) -> None:
        """Let the next write fail before it takes effect."""
        self.orders.append("call")

    def lose_answer(self) -> None:
        """Let the next write take effect, and its answer be lost."""
        self.orders.append("answer")

    def cut_list(self) -> None:
        """Let the next read end early."""
        self.orders.append("list")

    def serve(self, client: socket.socket) -> None:
        """Carry one connection, as long as nothing is to be lost."""
        with client, socket.create_connection(self.upstream, timeout=60) as server, contextlib.suppress(OSError):
            state = {"order": ""}
            back = threading.Thread(target=self._back, args=(server, client, state), daemon=True)
            back.start()
            while piece := client.recv(65536):
                state["order"] = self._due(piece) or state["order"]
                if state["order"] == "call":
                    self.done.append("call")
                    break
                server.sendall(piece)
            for end in (server, client):
                with contextlib.suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)
            back.join(60)

    def _due(self, piece: bytes) -> str:
        kind = self.is_write(piece)
        fitting = {True: ("call", "answer"), False: ("list",), None: ()}[kind]
        if self.orders and self.orders[0] in fitting:
            return self.orders.pop(0)
        return ""

    def _back(self, server: socket.socket, client: socket.socket, state: dict[str, str]) -> None:
        with contextlib.suppress(OSError):
            while piece := server.recv(65536):
                if state["order"]:
                    self.done.append(state["order"])
                    if state["order"] == "list":
                        client.sendall(piece[: len(piece) // 2])
                    break
                client.sendall(piece)
            client.shutdown(socket.SHUT_RDWR)


@contextmanager
def tcp_faults(address: str, upstream: tuple[str, int], is_write: IsWrite) -> Iterator[TcpFaults]:
    """Run a proxy to *upstream* on a free port of *address*."""
    with socket.create_server((address, 0)) as listener:
        proxy = TcpFaults(address, listener.getsockname()[1], upstream, is_write)

        def accept() -> None:
            with contextlib.suppress(OSError):
                while True:
                    client, _ = listener.accept()
                    threading.Thread(target=proxy.serve, args=(client,), daemon=True).start()

        thread = threading.Thread(target=accept, daemon=True)
        thread.start()
        yield proxy
        with contextlib.suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
    thread.join(10)
