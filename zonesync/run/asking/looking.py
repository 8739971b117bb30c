"""Find the name servers of a zone's providers, and ask them all at the same time."""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from zonesync.run.asking.asks import Asks
from zonesync.run.asking.found import Found
from zonesync.run.asking.messages import Question, Server
from zonesync.run.asking.served import Look


class Finds(Protocol):
    """What is needed of the finder."""

    async def addresses(self, name: str) -> Found:
        """Return the addresses of the name server *name*, or why there are none."""
        ...


@dataclass(frozen=True, slots=True)
class Placed:
    """The addresses of one provider's name servers."""

    provider: str
    servers: tuple[Server, ...] = ()
    unfound: tuple[Found, ...] = ()
    """Name servers that cannot be asked, since their names lead nowhere."""


async def place(finder: Finds, hosts: Mapping[str, Sequence[str]], port: int = 53) -> tuple[Placed, ...]:
    """Return where each provider's name servers *hosts* are; one that is not found keeps nobody else waiting."""
    names = sorted({host for each in hosts.values() for host in each})
    answers = await asyncio.gather(*(finder.addresses(name) for name in names))
    found = dict(zip(names, answers, strict=True))
    return tuple(
        Placed(
            provider,
            tuple(Server(host, address, port) for host in each for address in found[host].addresses),
            tuple(found[host] for host in each if found[host].rule),
        )
        for provider, each in hosts.items()
    )


async def ask_all(
    asker: Asks,
    looks: Iterable[Look],
    *,
    only: Mapping[int, Sequence[Question]] | None = None,
    done: Callable[[], None] = lambda: None,
) -> None:
    """Ask every server of *looks*, over each of its transports, at the same time.

    *only* are questions by the ``id()`` of a look: those that are to be asked again, none for a look without an entry.
    """
    async with asyncio.TaskGroup() as group:
        for look in looks:
            questions = None if only is None else only.get(id(look), ())
            if questions is None or questions:
                for transport in look.transports:
                    group.create_task(look.ask(asker, transport, questions, done))
