"""Whether name servers answer with what they are to answer: what a run asks before it sends resolvers to them."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from zonesync.model.zone import DesiredZone
from zonesync.run.asking.engine import engine
from zonesync.run.asking.expected import Expectation
from zonesync.run.asking.judging import TTL
from zonesync.run.asking.looking import Placed, ask_all, place
from zonesync.run.asking.messages import Question, Reply
from zonesync.run.asking.report import report
from zonesync.run.asking.served import Look
from zonesync.run.asking.settings import AskSettings
from zonesync.run.asking.telling import findings, unfound

if TYPE_CHECKING:
    from zonesync.run.asking.found import Delegated


def unserved(
    zone: DesiredZone,
    expected: Mapping[str, Sequence[Expectation]],
    hosts: Mapping[str, Sequence[str]],
    settings: AskSettings,
) -> list[str]:
    """Return what the name servers of *zone* do not answer as they should, in short sentences; empty when all do.

    *expected* are what each provider's servers are to answer (:func:`zonesync.run.asking.expected.expect`), *hosts*
    the names of each provider's servers. Every address of every name server is asked over UDP and TCP. One that does
    not answer, or whose name does not resolve, is a problem: nobody may be sent there. So is a provider of *expected*
    of which no name server is known.
    """
    return asyncio.run(_unserved(zone, expected, hosts, settings))


def delegated(zone: str, settings: AskSettings) -> "Delegated":
    """Return what the parent's servers say of *zone*, asked from the root on."""
    return asyncio.run(_delegated(zone, settings))


def gives_keys(zone: str, hosts: Sequence[str], settings: AskSettings) -> bool | None:
    """Return whether every one of the name servers *hosts* gives a DNSKEY of *zone*; None where none of them answers.

    They are what a validating resolver needs before it believes any answer (RFC 4035 section 5).
    """
    return asyncio.run(_gives_keys(zone, hosts, settings))


async def _gives_keys(zone: str, hosts: Sequence[str], settings: AskSettings) -> bool | None:
    question = Question(zone, "DNSKEY")
    async with engine(settings) as (asker, finder_of):
        placed = await place(finder_of(""), {"": hosts}, settings.port)
        replies = await asyncio.gather(*(asker.ask(server, question) for one in placed for server in one.servers))
    answers = [reply.answer for reply in replies if isinstance(reply, Reply) and reply.authoritative]
    return all(any(one.type == "DNSKEY" for one in answer) for answer in answers) if answers else None


async def _unserved(
    zone: DesiredZone,
    expected: Mapping[str, Sequence[Expectation]],
    hosts: Mapping[str, Sequence[str]],
    settings: AskSettings,
) -> list[str]:
    async with engine(settings) as (asker, finder_of):
        placed = await place(
            finder_of(zone.id.view),
            {provider: hosts.get(provider, ()) for provider in expected},
            settings.port,
        )
        looks = [Look(one.provider, server, expected[one.provider]) for one in placed for server in one.servers]
        await ask_all(asker, looks)
    return [*_unplaced(zone, placed), *_problems(zone, looks)]


def _unplaced(zone: DesiredZone, placed: Sequence[Placed]) -> Iterator[str]:
    for one in placed:
        for found in one.unfound:
            yield f"{one.provider}: {unfound(str(zone.id), one.provider, found).message}"
        if not one.servers and not one.unfound:
            yield f"{one.provider}: no name server of it is known"


def _problems(zone: DesiredZone, looks: Sequence[Look]) -> Iterator[str]:
    for look in looks:
        for finding in findings(str(zone.id), zone.apex, report(look)):
            # Another TTL is an older version; what only costs a resolver time keeps nobody from being sent there.
            if finding.is_error or finding.rule == TTL:
                yield f"{look.provider}: {finding.message}"


async def _delegated(zone: str, settings: AskSettings) -> "Delegated":
    async with engine(settings) as (_, finder_of):
        return await finder_of("").delegation(zone)
