"""What is needed of whoever asks a name server."""

from typing import Protocol

from zonesync.run.asking.messages import NoReply, Question, Reply, Server, Transport


class Asks(Protocol):
    """What is needed of the asker."""

    async def ask(
        self,
        server: Server,
        question: Question,
        transport: Transport = Transport.UDP,
        *,
        dnssec: bool = False,
        fallback: bool = True,
    ) -> Reply | NoReply:
        """Ask *server* once; never raises for what a server does."""
        ...
