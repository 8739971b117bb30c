"""Ask one address of one name server everything that it is to answer, and keep what it said.

A :class:`Look` can be asked again for the questions that failed: it then holds the newest answer to each.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from zonesync.run.asking.asks import Asks
from zonesync.run.asking.expected import Expectation
from zonesync.run.asking.judging import CONTENT, FAILS, LAME, Judged, judge, serial
from zonesync.run.asking.messages import NoReply, Question, Server, Transport, Trouble

BOTH = (Transport.UDP, Transport.TCP)
FIRST = 3
"""Questions that a server gets to show that it answers at all."""
IN_A_ROW = 24
"""Questions without an answer after which a server that did answer gets no more."""
WIDTH = 64
"""Questions under way to one server over one transport."""
SAMPLE = 12
"""Right answers, and wrong ones, that are asked for again to see whether they vary."""
AGAIN = 2


@dataclass(frozen=True, slots=True)
class Heard:
    """What became of one question over one transport."""

    judged: tuple[Judged, ...]
    """One for each expectation of the question, in order."""
    is_answered: bool
    trouble: Trouble | None = None
    """Why there is no answer."""
    troubles: tuple[Trouble, ...] = ()
    """What went wrong on the way to an answer."""
    seconds: float = 0.0
    varies: bool = False
    """Whether it was answered differently when asked again."""

    @property
    def is_equal(self) -> bool:
        """Whether all of it is as it should be."""
        return not self.varies and all(one.is_equal for one in self.judged)

    @property
    def is_useless(self) -> bool:
        """Whether the server did not speak for the zone: no answer, or one of a lame or failing server."""
        return not self.is_answered or any(one.rule in (LAME, FAILS) for one in self.judged)


class Look:
    """One address of one provider's name server, and all that it said."""

    def __init__(
        self,
        provider: str,
        server: Server,
        expectations: Sequence[Expectation],
        transports: Sequence[Transport] = BOTH,
    ) -> None:
        self.provider = provider
        self.server = server
        self.transports = tuple(transports)
        self.expectations: dict[Question, list[Expectation]] = {}
        for one in expectations:
            self.expectations.setdefault(one.question, []).append(one)
        self.heard: dict[tuple[Transport, Question], Heard] = {}
        self.unasked: dict[Transport, int] = {}
        """Questions that were spared a server that does not answer."""
        self.serial: int | None = None
        self.nsids: dict[str, None] = {}

    @property
    def failing(self) -> list[Question]:
        """The questions that are not answered as they should be, unasked ones included."""
        return [
            question
            for question in self.expectations
            if any(
                (heard := self.heard.get((transport, question))) is None or not heard.is_equal
                for transport in self.transports
            )
        ]

    async def ask(
        self,
        asker: Asks,
        transport: Transport,
        questions: Collection[Question] | None = None,
        done: Callable[[], None] = lambda: None,
    ) -> None:
        """Ask *questions*, all for None, over *transport*; the first few tell whether the rest is worth asking."""
        order = _probes_first(list(self.expectations if questions is None else questions))
        for question in order:
            self.heard.pop((transport, question), None)
        rest = iter(order)
        first = list(islice(rest, FIRST))
        await self._spread(asker, transport, iter(first), done)
        if first and all(self.heard[transport, question].is_useless for question in first):
            self.unasked[transport] = len(order) - len(first)
            return
        await self._spread(asker, transport, rest, done)
        self.unasked[transport] = sum(1 for _ in rest)
        if not self.unasked[transport]:
            await self._unanswered_again(asker, transport, order)
        await self._again(asker, transport, order)

    async def _spread(
        self, asker: Asks, transport: Transport, questions: Iterator[Question], done: Callable[[], None]
    ) -> None:
        """Ask *questions*, several at a time, until they are all asked or nobody seems to be there any more."""
        import asyncio  # noqa: PLC0415 -- only who asks needs it

        silent = 0

        async def work() -> None:
            nonlocal silent
            for question in questions:
                heard = await self._heard(asker, transport, question)
                self.heard[transport, question] = heard
                done()
                silent = 0 if heard.is_answered else silent + 1
                if silent >= IN_A_ROW:
                    return

        async with asyncio.TaskGroup() as group:
            for _ in range(WIDTH):
                group.create_task(work())

    async def _heard(self, asker: Asks, transport: Transport, question: Question) -> Heard:
        reply = await asker.ask(self.server, question, transport)
        judged = tuple(judge(one, reply) for one in self.expectations[question])
        if isinstance(reply, NoReply):
            return Heard(judged, is_answered=False, trouble=reply.trouble, troubles=reply.troubles)
        if reply.nsid:
            self.nsids[reply.nsid] = None
        if question.type == "SOA":
            found = serial(reply)
            self.serial = self.serial if found is None else found
        return Heard(judged, is_answered=True, troubles=reply.troubles, seconds=reply.seconds)

    async def _unanswered_again(self, asker: Asks, transport: Transport, order: Sequence[Question]) -> None:
        """Ask again what had no answer from a server that answers others: it may have been lost on the way."""
        for _ in range(AGAIN):
            unanswered = [one for one in order if not self.heard[transport, one].is_answered]
            if not unanswered or len(unanswered) == len(order):
                return
            await self._spread(asker, transport, iter(unanswered), lambda: None)
            for question in unanswered:
                heard = self.heard[transport, question]
                if heard.is_answered:
                    troubles = (*heard.troubles, Trouble.LOST)
                    self.heard[transport, question] = replace(heard, troubles=tuple(dict.fromkeys(troubles)))

    async def _again(self, asker: Asks, transport: Transport, order: Sequence[Question]) -> None:
        """Ask again for a few wrong and a few right answers: a server may answer differently each time."""
        import asyncio  # noqa: PLC0415 -- as above

        answered = [one for one in order if (heard := self.heard.get((transport, one))) and heard.is_answered]
        wrong = [one for one in answered if any(two.rule in CONTENT for two in self.heard[transport, one].judged)]
        failing = set(wrong)
        right = [one for one in answered if one not in failing]
        step = max(1, len(right) // SAMPLE)
        chosen = [*wrong[:SAMPLE], *right[::step][:SAMPLE]]

        async def again(question: Question) -> None:
            before = self.heard[transport, question]
            for _ in range(AGAIN):
                heard = await self._heard(asker, transport, question)
                if heard.is_answered and _said(heard) != _said(before):
                    worse = before if before.is_equal < heard.is_equal else heard
                    self.heard[transport, question] = replace(worse, varies=True)
                    return

        async with asyncio.TaskGroup() as group:
            for question in chosen:
                group.create_task(again(question))
        if any(self.heard[transport, one].varies for one in wrong[:SAMPLE]):
            # What varies is not told as a difference as well.
            async with asyncio.TaskGroup() as group:
                for question in wrong[SAMPLE:]:
                    group.create_task(again(question))


def _said(heard: Heard) -> tuple[object, ...]:
    return tuple((one.rule, one.served) for one in heard.judged)


def _probes_first(questions: list[Question]) -> list[Question]:
    """Put a question from the middle and the last one behind the first: three of different kinds, most likely."""
    if len(questions) <= FIRST:
        return questions
    middle, last = len(questions) // 2, len(questions) - 1
    return [questions[0], questions[middle], questions[last], *questions[1:middle], *questions[middle + 1 : last]]
