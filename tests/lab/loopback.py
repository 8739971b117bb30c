"""Addresses that programs find at the loopback interface: `named` listens on no other, whatever it is told."""

import contextlib
import fcntl
import socket
import struct
from collections.abc import Iterator

_SIOCSIFFLAGS, _SIOCSIFADDR, _SIOCSIFNETMASK = 0x8914, 0x8916, 0x891C
"""linux/sockios.h; netdevice(7)."""


@contextlib.contextmanager
def listed(address: str) -> Iterator[None]:
    """Give the loopback interface *address*, and take it away again. Raises OSError where that is not allowed.

    All of 127.0.0.0/8 can be used without, and stays so: this is for programs that ask which addresses there are.
    """
    _, second, third, fourth = address.split(".")
    alias = f"lo:{int(second):x}.{int(third):x}.{int(fourth):x}".encode()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as kernel:
        fcntl.ioctl(kernel, _SIOCSIFADDR, _request(alias, address))
        fcntl.ioctl(kernel, _SIOCSIFNETMASK, _request(alias, "255.255.255.255"))
        try:
            yield
        finally:
            # An alias that is down is gone.
            fcntl.ioctl(kernel, _SIOCSIFFLAGS, struct.pack("16sH14x", alias, 0))


def _request(interface: bytes, address: str) -> bytes:
    return struct.pack("16sH2x4s8x", interface, socket.AF_INET, socket.inet_aton(address))
