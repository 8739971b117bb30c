"""The walk from the root down to a name: which zone it is in, who serves that, and at which addresses."""

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field

from zonesync.model.names import is_within, parent
from zonesync.model.zone import NOTHING
from zonesync.run.asking.asks import Asks
from zonesync.run.asking.found import CNAME, LOOP, NO_IPV6, UNRESOLVABLE, Found
from zonesync.run.asking.meaning import Kind, Meaning, addresses, meaning
from zonesync.run.asking.memo import LoopError, Memo
from zonesync.run.asking.messages import NoReply, Question, Reply, Server
from zonesync.run.asking.routes import is_ipv6

_GLUELESS = 6
"""How many name servers without glue are looked up, one after the other, until one is of use. A zone can name many
that lead to many others each (NXNSAttack, 2020)."""
_DEEP = 12
"""How many name servers' names may each need the next one's, before it is called a loop."""
_WIDE = 64
"""How many hosts may be looked up for one, all in all."""
_TOLD = 3
"""How many servers' troubles a problem spells out."""


@dataclass(frozen=True, slots=True)
class Cut:
    """A zone and how its servers are reached; or the rule and the problem that keep us from knowing, and its glue."""

    zone: str
    hosts: tuple[str, ...] = ()
    glue: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: NOTHING)
    ready: tuple[Server, ...] = ()
    """Servers whose addresses are known already: of the hints, of the glue, or since they answered for the zone."""
    rule: str = ""
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Node:
    """A piece of work: the cut at or above a name, or the addresses of a host."""

    name: str
    is_host: bool
    depth: int = field(default=0, compare=False)
    """How many hosts wait for this one."""
    sake: str = field(default="", compare=False)
    """The name that somebody outside asked for, and that this is needed for."""


class Walk:
    """Walks, and remembers; pieces of work that need each other in a circle are told.

    *hints* are the root's servers; the port of the first is every server's.
    """

    def __init__(self, asker: Asks, hints: Sequence[Server], known: Mapping[str, Sequence[str]], *, ipv6: bool) -> None:
        self._asker = asker
        self._known = known
        self._ipv6 = ipv6
        self._silent: set[str] = set()
        self._spent: Counter[str] = Counter()
        self._port = hints[0].port if hints else 53
        self._hints = Cut(".", tuple(sorted({hint.name for hint in hints})), ready=self._ordered(hints))
        self._memo: Memo[Node, Cut | Found] = Memo()

    async def cut(self, name: str, asker: Node | None = None) -> Cut:
        """Return the zone that *name* is in. Raises :class:`LoopError` where that waits for *asker*."""
        node = self._node(name, asker, is_host=False)
        cut = await self._memo.get(asker, node, lambda: self._find_cut(node))
        assert isinstance(cut, Cut)
        return cut

    async def host(self, name: str, asker: Node | None = None) -> Found:
        """Return the addresses of *name*. Raises :class:`LoopError` where that waits for *asker*."""
        node = self._node(name, asker, is_host=True)
        found = await self._memo.get(asker, node, lambda: self._find_host(node))
        assert isinstance(found, Found)
        return found

    def forget_loops(self) -> None:
        """Forget what failed for a loop: seen from elsewhere it may be none."""
        self._memo.forget(lambda result: result.rule == LOOP)

    async def ask(self, server: Server, question: Question) -> Reply | NoReply:
        """Ask, and remember who is silent: such are asked last from then on."""
        reply = await self._asker.ask(server, question)
        if isinstance(reply, NoReply):
            self._silent.add(server.address)
        return reply

    def at(self, found: Found) -> list[Server]:
        """Return the servers that *found* stands for."""
        return [Server(found.name, address, self._port) for address in found.addresses]

    def _node(self, name: str, asker: Node | None, *, is_host: bool) -> Node:
        if asker is None:
            self._spent[name] = 0
            return Node(name, is_host, sake=name)
        return Node(name, is_host, asker.depth + is_host, asker.sake)

    async def _find_cut(self, node: Node) -> Cut:
        if node.name == ".":
            return self._hints
        try:
            above = await self.cut(parent(node.name), node)
        except LoopError as loop:
            return Cut(node.name, rule=LOOP, problem=_round(loop))
        if above.problem:
            return above
        told = await self._useful(node, above, Question(node.name, "NS"))
        if isinstance(told, Cut):
            return told
        return self._below(told) or above

    async def _find_host(self, node: Node) -> Found:
        name = node.name
        if name in self._known:
            return self._found(name, self._known[name])
        if name == ".":
            return Found(name, rule=UNRESOLVABLE, problem="the root is no host")
        self._spent[node.sake] += 1
        if node.depth > _DEEP or self._spent[node.sake] > _WIDE:
            words = f"`{node.sake}` leads on and on: {node.depth} name servers each need the next one's address"
            return Found(name, rule=LOOP, problem=words)
        try:
            cut = await self.cut(parent(name), node)
        except LoopError as loop:
            return Found(name, rule=LOOP, problem=_round(loop))
        cut, told = await self._answer(node, cut, Question(name, "A"))
        if isinstance(told, Cut):
            glue = cut.glue.get(name, ())
            return self._found(name, glue) if glue else Found(name, rule=told.rule, problem=told.problem)
        if told.kind is Kind.ALIAS:
            words = f"`{name}` is an alias (CNAME or DNAME), which no name server may be (RFC 2181 section 10.3)"
            return Found(name, rule=CNAME, problem=words)
        if told.kind is Kind.NXDOMAIN:
            return Found(name, rule=UNRESOLVABLE, problem=f"`{name}` does not exist: NXDOMAIN from {told.server}")
        held = addresses([told.records] if told.records else [])
        if self._ipv6 or not held:
            _, more = await self._answer(node, cut, Question(name, "AAAA"))
            if isinstance(more, Meaning) and more.records is not None:
                held += addresses([more.records])
        return self._found(name, held)

    async def _answer(self, node: Node, cut: Cut, question: Question) -> tuple[Cut, Meaning | Cut]:
        """Follow referrals from *cut* down to what answers *question*; return the zone it came from too."""
        while True:
            if cut.problem:
                return cut, cut
            told = await self._useful(node, cut, question)
            if isinstance(told, Cut) or told.kind is not Kind.REFERRAL:
                return cut, told
            # Strictly further down each time: no more often than the name has labels.
            cut = self._below(told) or cut

    def _below(self, told: Meaning) -> Cut | None:
        """Return the cut that an answer to a question for NS, or a referral, tells of."""
        if told.records is None or told.records.type != "NS":
            return None
        ready = [Server(host, address, self._port) for host, found in told.glue.items() for address in found]
        if told.kind is Kind.ANSWER:
            # It serves both sides of the cut, and need not say at which addresses its fellows are.
            ready.append(told.server)
        return Cut(told.owner, told.hosts, told.glue, self._ordered(ready))

    async def _useful(self, node: Node, cut: Cut, question: Question) -> Meaning | Cut:
        """Ask servers of *cut* until one is of use; else say what each of them did."""
        troubles: list[str] = []
        loops: list[str] = []
        spare: Meaning | None = None
        async with aclosing(self._replies(node, cut, question, troubles, loops)) as replies:
            async for reply in replies:
                told = meaning(reply, cut.zone)
                if told.kind is not Kind.USELESS and told.authoritative:
                    return told
                if told.kind is not Kind.USELESS:
                    spare = spare or told
                troubles.append(f"{told.server} {told.words or f'is not authoritative for `{cut.zone}`'}")
        if spare is not None:
            # Lame, and yet it has an answer: resolvers take it.
            return spare
        if loops:
            return Cut(cut.zone, glue=cut.glue, rule=LOOP, problem=loops[0])
        more = f"; and {len(troubles) - _TOLD} more" if len(troubles) > _TOLD else ""
        words = "; ".join(sorted(troubles)[:_TOLD]) + more
        problem = f"no name server of `{cut.zone}` is of use: {words or 'none has an address that this host can use'}"
        return Cut(cut.zone, glue=cut.glue, rule=UNRESOLVABLE, problem=problem)

    async def _replies(
        self, node: Node, cut: Cut, question: Question, troubles: list[str], loops: list[str]
    ) -> AsyncGenerator[Reply | NoReply, None]:
        """Ask one server of *cut*; then the others at hand, together, as they come; then those that must be looked up.

        Why a host has no address goes to *troubles* or *loops*.
        """
        ready = self._ordered(cut.ready)
        for server in ready[:1]:
            yield await self.ask(server, question)
        asking = [asyncio.ensure_future(self.ask(server, question)) for server in ready[1:]]
        try:
            for reply in asyncio.as_completed(asking):
                yield await reply
        finally:
            for task in asking:
                task.cancel()
        async for server in self._looked_up(node, cut, troubles, loops):
            if server not in ready:
                yield await self.ask(server, question)

    async def _looked_up(
        self, node: Node, cut: Cut, troubles: list[str], loops: list[str]
    ) -> AsyncGenerator[Server, None]:
        """Yield the servers of *cut* whose addresses did not come with it; why there is none goes to the lists."""
        glueless = [host for host in cut.hosts if host not in cut.glue and cut is not self._hints]
        for host in sorted(glueless, key=lambda host: (is_within(host, cut.zone), host))[:_GLUELESS]:
            try:
                found = await self.host(host, node)
            except LoopError as loop:
                if all(is_within(name, cut.zone) for name in _hosts(loop)):
                    troubles.append(f"`{host}` is within `{cut.zone}` itself, and there is no glue for it")
                else:
                    loops.append(_round(loop))
                continue
            if found.rule:
                (loops if found.rule == LOOP else troubles).append(found.problem)
            for server in self.at(found):
                yield server

    def _ordered(self, servers: Sequence[Server]) -> tuple[Server, ...]:
        """Return those of a usable family, each once: silent ones last, IPv4 first."""
        usable = {server for server in servers if self._ipv6 or not is_ipv6(server.address)}
        return tuple(sorted(usable, key=lambda one: (one.address in self._silent, is_ipv6(one.address), one)))

    def _found(self, name: str, held: Sequence[str]) -> Found:
        ordered = sorted(set(held), key=lambda address: (is_ipv6(address), address))
        if usable := tuple(address for address in ordered if self._ipv6 or not is_ipv6(address)):
            return Found(name, usable)
        if held:
            words = f"`{name}` has IPv6 addresses alone ({', '.join(ordered)}), and this host has no IPv6"
            return Found(name, rule=NO_IPV6, problem=words)
        return Found(name, rule=UNRESOLVABLE, problem=f"`{name}` has neither A nor AAAA")


def _hosts(loop: LoopError) -> list[str]:
    """Return the hosts on the way round, each once."""
    return list(dict.fromkeys(node.name for node in loop.path if isinstance(node, Node) and node.is_host))


def _round(loop: LoopError) -> str:
    names = _hosts(loop)
    if len(names) == 1:
        return (
            f"`{names[0]}` is needed to find `{names[0]}`: it serves a zone above itself, and there is no glue for it"
        )
    ways = " needs ".join(f"`{name}`" for name in [*names, *names[:1]])
    return f"name servers need each other's addresses first: {ways}"
