"""Find name servers without a resolver's help: from the root down, as a resolver does (RFC 1034 section 5.3.3).

It walks a label at a time and asks for NS on the way (as RFC 9156 would have it), so that no cut is passed over where
one server has both sides of it. Nothing is validated by DNSSEC: what is found is asked and judged by others.
"""

import asyncio
from collections.abc import Mapping, Sequence

from zonesync.model.names import parent
from zonesync.model.zone import NOTHING
from zonesync.run.asking.asks import Asks
from zonesync.run.asking.found import LOOP, UNREACHABLE, Delegated, Found, Said
from zonesync.run.asking.hints import ROOT
from zonesync.run.asking.meaning import meaning
from zonesync.run.asking.messages import Question, Server
from zonesync.run.asking.referral import combined, said
from zonesync.run.asking.routes import has_ipv6
from zonesync.run.asking.walking import Cut, Walk

__all__ = ["Asks", "Delegated", "Finder", "Found", "Said"]


class Finder:
    """Finds addresses and delegations, and remembers what it found as long as it lives, within one event loop.

    *hints* are the root's servers, and the port of the first is every server's. *known* are addresses of hosts that
    need no asking, by canonical name. *ipv6* None means: only where this host has a route.
    """

    def __init__(
        self,
        asker: Asks,
        hints: Sequence[Server] = ROOT,
        *,
        known: Mapping[str, Sequence[str]] = NOTHING,
        ipv6: bool | None = None,
    ) -> None:
        self._walk = Walk(asker, hints, known, ipv6=has_ipv6() if ipv6 is None else ipv6)
        self._again = asyncio.Lock()

    async def addresses(self, name: str) -> Found:
        """Return the addresses of the name server *name*, as the zone it is in has them.

        Its glue is taken where all servers of that zone are silent, as a resolver does.
        """
        found = await self._walk.host(name)
        if found.rule == LOOP:
            # Met while others were on the way too, a loop may be theirs: by itself the name has another way.
            async with self._again:
                self._walk.forget_loops()
                found = await self._walk.host(name)
        return found

    async def delegation(self, zone: str) -> Delegated:
        """Ask every server of the zone above for the NS and the DS of *zone*, and return what each of them says.

        A server that has the child too answers with the child's own NS RRset, which ranks above what the parent has
        (RFC 2181 section 5.4.1), so that the parent's cannot be seen there. That answer is taken for the delegation
        only where no server refers: it is what resolvers get, too. The root has no parent, and no rule is broken.
        """
        if zone == ".":
            return Delegated(zone, "", problem="the root has no parent")
        above = await self._above(zone)
        if above.problem:
            return Delegated(zone, "", rule=UNREACHABLE, problem=above.problem)
        servers, unresolved = await self._servers(above)
        answers = await asyncio.gather(*(self._said(server, zone, above.zone) for server in servers))
        return combined(zone, above.zone, dict(zip(servers, answers, strict=True)), unresolved)

    async def _above(self, zone: str) -> Cut:
        cut = await self._walk.cut(parent(zone))
        if cut.rule == LOOP:
            async with self._again:
                self._walk.forget_loops()
                cut = await self._walk.cut(parent(zone))
        return cut

    async def _said(self, server: Server, zone: str, above: str) -> Said:
        questions = Question(zone, "NS"), Question(zone, "DS")
        ns, ds = await asyncio.gather(*(self._walk.ask(server, question) for question in questions))
        return said(meaning(ns, above), meaning(ds, above), zone)

    async def _servers(self, cut: Cut) -> tuple[list[Server], dict[str, str]]:
        """Return every server of *cut*, one an address; and which host has none, and why."""
        ready = {server.name for server in cut.ready}
        if cut.zone != ".":
            # One that merely answered for the zone is none of its name servers for that.
            ready &= cut.glue.keys()
        hosts = [host for host in cut.hosts if host not in ready]
        looked = await asyncio.gather(*(self.addresses(host) for host in hosts))
        servers = {server for server in cut.ready if server.name in ready}
        servers.update(server for found in looked for server in self._walk.at(found))
        return sorted(servers), {found.name: found.problem for found in looked if not found.addresses}
