"""Work that depends on other work, each piece done once: who waits for whom is known, so that a loop is told."""

import asyncio
from collections.abc import Callable, Coroutine, Hashable
from typing import Generic, TypeVar

Node = TypeVar("Node", bound=Hashable)
Result = TypeVar("Result")


class LoopError(Exception):
    """What is asked for waits, through others, for the one who asks. Carries the way round."""

    def __init__(self, path: tuple[Hashable, ...]) -> None:
        super().__init__(" → ".join(str(node) for node in path))
        self.path = path
        """From the asker on to whoever waits for it."""


class Memo(Generic[Node, Result]):
    """Results by node; pieces that several ask for at a time run once."""

    def __init__(self) -> None:
        self._tasks: dict[Node, asyncio.Task[Result]] = {}
        self._waits: dict[Node, list[Node]] = {}

    async def get(self, asker: Node | None, node: Node, work: Callable[[], Coroutine[None, None, Result]]) -> Result:
        """Return the result of *node*, doing *work* if nobody did; *asker* is the node that needs it, if one.

        Raises :class:`LoopError` at once where *node* waits for *asker*, directly or not.
        """
        if asker is not None and (path := self._path(node, asker)):
            raise LoopError((asker, *path))
        task = self._tasks.get(node)
        if task is None:
            task = self._tasks[node] = asyncio.create_task(work())
        if asker is None:
            # Others may wait for the same piece: whoever gives up must not end it for them.
            return await asyncio.shield(task)
        self._waits.setdefault(asker, []).append(node)
        try:
            return await asyncio.shield(task)
        finally:
            self._waits[asker].remove(node)

    def forget(self, unwanted: Callable[[Result], bool]) -> None:
        """Forget finished results that are *unwanted*: the next who asks has them worked out again."""
        for node, task in list(self._tasks.items()):
            if task.done() and not task.cancelled() and task.exception() is None and unwanted(task.result()):
                del self._tasks[node]

    def __len__(self) -> int:
        return len(self._tasks)

    def _path(self, start: Node, goal: Node) -> tuple[Node, ...]:
        """Return the way from *start* to *goal* along who waits for whom; empty where there is none."""
        ways: list[tuple[Node, ...]] = [(start,)]
        seen = {start}
        while ways:
            way = ways.pop()
            if way[-1] == goal:
                return way
            for node in self._waits.get(way[-1], ()):
                if node not in seen:
                    seen.add(node)
                    ways.append((*way, node))
        return ()
