"""How name servers are asked: one value that the configuration and the command line fill."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from zonesync.model.zone import NOTHING
from zonesync.run.asking.messages import Server

RATE = 200.0
"""Queries a second to one server address, repeats included: what one busy resolver sends, and nobody's limit."""
TIMEOUT = 2.0
TRIES = 3


@dataclass(frozen=True, slots=True)
class AskSettings:
    """Where asking begins, and how hard."""

    hints: Sequence[Server] | None = None
    """The root's servers; None for the real ones."""
    rate: float = RATE
    """Queries a second to one server address, over both transports, repeats included."""
    timeout: float = TIMEOUT
    """Seconds until a question is asked again, or given up."""
    tries: int = TRIES
    """How often one question is asked over UDP."""
    port: int = 53
    known: Mapping[str, Sequence[str]] = field(default_factory=lambda: NOTHING)
    """Addresses that zone files give for name servers within their zones, those of zones without a view."""
    known_in: Mapping[str, Mapping[str, Sequence[str]]] = field(default_factory=lambda: NOTHING)
    """The same as seen from within a view, by its name."""
    ipv6: bool | None = None
    """Whether IPv6 addresses are asked; None: where this host has a route."""
