"""Which loopback addresses a laboratory has: two of them may stand side by side, each server on port 53 of its own."""

import errno
import socket
from dataclasses import dataclass

_BLOCKS = 16
_CLAIM = 5355


@dataclass(frozen=True, slots=True)
class Block:
    """Sixteen networks of 127.55.0.0/16, this laboratory's alone for as long as *claim* is open."""

    number: int
    claim: socket.socket

    def address(self, network: int, host: int) -> str:
        """Return an address of the block."""
        return f"127.55.{_BLOCKS * self.number + network}.{host}"

    def close(self) -> None:
        """Leave the block to others."""
        self.claim.close()


def claim_block() -> Block:
    """Return a block that nobody else has: the system frees it with the process, however that ends."""
    for number in range(_BLOCKS):
        claim = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        block = Block(number, claim)
        try:
            claim.bind((block.address(15, 250), _CLAIM))
        except OSError as problem:
            claim.close()
            if problem.errno != errno.EADDRINUSE:
                raise
        else:
            return block
    raise RuntimeError(f"{_BLOCKS} laboratories stand here already")
