"""Work that others wait for is done once, and who would wait for itself is told."""

import asyncio

import pytest

from zonesync.run.asking.memo import LoopError, Memo


def test_work_that_several_ask_for_is_done_once():
    done = []

    async def work():
        await asyncio.sleep(0)
        done.append(1)
        return "result"

    async def ask():
        memo = Memo()
        return await asyncio.gather(*(memo.get(None, "node", work) for _ in range(5)))

    assert asyncio.run(ask()) == ["result"] * 5
    assert done == [1]


def test_a_circle_of_any_length_is_told_with_its_way():
    async def ask(length):
        memo = Memo()

        async def work(number):
            try:
                return await memo.get(number, (number + 1) % length, lambda: work((number + 1) % length))
            except LoopError as loop:
                return loop.path

        return await memo.get(None, 0, lambda: work(0))

    assert asyncio.run(ask(1)) == (0, 0)
    assert asyncio.run(ask(4)) == (3, 0, 1, 2, 3)


def test_two_who_wait_for_each_other_from_two_sides_do_not_wait_for_ever():
    async def ask():
        memo = Memo()

        async def work(mine, other):
            await asyncio.sleep(0)
            try:
                return await memo.get(mine, other, lambda: work(other, mine))
            except LoopError:
                return f"{mine} met a loop"

        return await asyncio.wait_for(
            asyncio.gather(memo.get(None, "a", lambda: work("a", "b")), memo.get(None, "b", lambda: work("b", "a"))), 10
        )

    told = asyncio.run(ask())
    assert told[0] == told[1]
    assert "met a loop" in told[0]


def test_whoever_gives_up_ends_the_work_for_nobody_else():
    async def ask():
        memo = Memo()
        go = asyncio.Event()

        async def work():
            await go.wait()
            return "result"

        first = asyncio.create_task(memo.get(None, "node", work))
        second = asyncio.create_task(memo.get(None, "node", work))
        await asyncio.sleep(0)
        first.cancel()
        go.set()
        with pytest.raises(asyncio.CancelledError):
            await first
        return await second

    assert asyncio.run(ask()) == "result"


def test_what_is_forgotten_is_worked_out_again_and_nothing_else_is():
    async def ask():
        memo = Memo()
        done = []

        async def work(node):
            done.append(node)
            return node

        for _ in range(2):
            for node in "ab":
                await memo.get(None, node, lambda node=node: work(node))
            memo.forget(lambda result: result == "a")
        return done

    assert asyncio.run(ask()) == ["a", "b", "a"]
