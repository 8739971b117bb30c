"""What a server is asked to bear, proven on a clock of its own."""

import asyncio
import heapq
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.examples import examples
from zonesync.run.asking.pace import Pace, Window


class World:
    """A clock, what is due on it, and a process that is sometimes late."""

    def __init__(self):
        self.now = 0.0
        self.due = []
        self.number = itertools.count()

    def clock(self):
        return self.now

    def later(self, seconds, call):
        entry = [self.now + seconds, next(self.number), call]
        heapq.heappush(self.due, entry)
        return type("Timer", (), {"cancel": lambda _: entry.__setitem__(2, lambda: None)})()

    def run(self, lateness):
        """Do all that is due, each as late as the next of *lateness* says."""
        while self.due:
            at, _, call = heapq.heappop(self.due)
            self.now = max(self.now, at) + next(lateness)
            call()


LATE = st.sampled_from([0.0, 0.0, 0.0, 0.0005, 0.003, 0.05, 0.7, 4.0])


@given(
    st.sampled_from([0.5, 3.0, 10.0, 200.0, 1000.0]),
    st.lists(st.tuples(st.floats(0, 3), st.integers(1, 90)), min_size=1, max_size=8),
    st.lists(LATE, min_size=1, max_size=30),
)
@examples(200)
def test_no_stretch_of_time_sees_more_than_the_rate_and_one_burst(rate, arrivals, lateness):
    world = World()
    pace = Pace(rate, world.clock, world.later)
    sent = []
    asked = itertools.count()

    def ask(number):
        def send():
            sent.append((world.now, number))
            return True

        pace.submit(send)

    for at, count in arrivals:
        for _ in range(count):
            world.later(at, lambda: ask(next(asked)))
    world.run(itertools.cycle(lateness))

    numbers = [number for _, number in sent]
    assert numbers == list(range(sum(count for _, count in arrivals)))
    assert pace.sent == len(sent)
    times = [at for at, _ in sent]
    # Over every stretch at once: what is above the line through an earlier query is the burst.
    ahead = [number - rate * at for number, at in enumerate(times)]
    lowest = itertools.accumulate(ahead, min)
    assert all(high - low + 1 <= max(1, rate / 10) + 1e-6 for high, low in zip(ahead, lowest, strict=True))


def test_a_process_that_stops_in_the_middle_of_a_burst_sends_no_second_one():
    world = World()
    pace = Pace(100, world.clock, world.later)
    sent = []

    def send():
        sent.append(world.now)
        if len(sent) == 5:
            world.now += 60
        return True

    for _ in range(40):
        pace.submit(send)
    assert len(sent) == 15
    world.run(itertools.repeat(0.0))
    assert len(sent) == 40


def test_who_need_not_send_any_more_costs_nothing():
    world = World()
    pace = Pace(10, world.clock, world.later)
    for _ in range(100):
        pace.submit(lambda: False)
    assert not world.due
    assert pace.sent == 0


def test_who_goes_first_goes_before_those_who_wait():
    world = World()
    pace = Pace(10, world.clock, world.later)
    order = []
    for name in "abc":
        pace.submit(lambda name=name: not order.append(name))
    pace.submit(lambda: not order.append("first"), first=True)
    world.run(itertools.repeat(0.0))
    assert order == ["a", "first", "b", "c"]


def test_a_closed_pace_sends_nothing():
    world = World()
    pace = Pace(10, world.clock, world.later)
    sent = []
    for _ in range(3):
        pace.submit(lambda: not sent.append(1))
    pace.close()
    world.run(itertools.repeat(0.0))
    assert len(sent) == 1


async def inside(window, started):
    await window.enter()
    started.append(1)


async def admitted(window, count):
    """Return how many of *count* are let in at once."""
    started = []
    tasks = [asyncio.create_task(inside(window, started)) for _ in range(count)]
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    return len(started), tasks


def test_a_window_opens_with_answers_and_closes_with_silence():
    async def story():
        window = Window(least=8, most=64)
        seen = []
        for answered in [True] * 10 + [False] * 10:
            count, tasks = await admitted(window, 100)
            seen.append(count)
            for _ in range(count):
                window.leave(answered=answered)
                for task in tasks:
                    task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        return seen

    seen = asyncio.run(story())
    assert seen[0] == 8
    assert max(seen) == 64
    assert seen[-1] == 8


def test_who_is_cancelled_while_waiting_leaves_the_place_to_the_next():
    async def story():
        window = Window(least=1, most=1)
        await window.enter()
        started = []
        first, second = (asyncio.create_task(inside(window, started)) for _ in range(2))
        await asyncio.sleep(0)
        window.leave(answered=True)
        first.cancel()
        await asyncio.wait_for(second, 5)
        await asyncio.gather(first, return_exceptions=True)
        window.leave(answered=True)
        await asyncio.wait_for(window.enter(), 5)
        return len(started)

    assert asyncio.run(story()) == 1


@pytest.mark.parametrize("limit", [1, 2])
def test_a_limit_holds_for_good(limit):
    async def story():
        window = Window(least=8, most=64)
        window.limit(limit)
        for _ in range(20):
            await window.enter()
            window.leave(answered=True)
        count, tasks = await admitted(window, 10)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        return count

    assert asyncio.run(story()) == limit
