"""The rate limit holds over every stretch of time, whoever calls, and follows the service's own word."""

import threading
from collections.abc import Iterator
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.examples import examples
from tests.support.virtual import VirtualTime
from zonesync.provider.limiter import Bucket, shared

HAIR = 1e-6
rates = st.floats(0.1, 50)
bursts = st.integers(1, 20)
gaps = st.lists(st.floats(0, 5), min_size=1, max_size=40)


def bucket(time: VirtualTime, rate: float, burst: float = 1) -> Bucket:
    return Bucket(rate, burst, clock=time.clock, sleep=time.sleep)


def most_in_excess(moments: list[float], rate: float) -> float:
    """Return by how many calls any stretch of time has more than *rate* allows."""
    return max(
        later - earlier + 1 - (moments[later] - moments[earlier]) * rate
        for earlier in range(len(moments))
        for later in range(earlier, len(moments))
    )


@examples(60)
@given(rates, bursts, gaps)
def test_no_stretch_of_time_has_more_calls_than_the_rate_and_one_burst(
    rate: float, burst: int, gaps: list[float]
) -> None:
    time = VirtualTime()
    limiter, moments = bucket(time, rate, burst), []
    for gap in gaps:
        time.sleep(gap)
        limiter.take()
        moments.append(time.now)
    assert most_in_excess(moments, rate) <= burst + HAIR


@examples(60)
@given(rates, bursts, gaps)
def test_nobody_waits_for_longer_than_the_rate_asks(rate: float, burst: int, gaps: list[float]) -> None:
    time = VirtualTime()
    limiter, moments = bucket(time, rate, burst), []
    for gap in gaps:
        time.sleep(gap)
        waited = limiter.take()
        moments.append(time.now)
        # A wait ends at the very moment at which one call more would fit.
        assert waited <= HAIR or most_in_excess(moments, rate) >= burst - HAIR
    assert sum(time.slept) == pytest.approx(time.now - 1000)


@examples(20)
@given(st.integers(2, 8), rates, bursts, st.integers(0, 10**6))
def test_threads_share_one_rate_and_go_in_the_order_in_which_they_came(
    threads: int, rate: float, burst: int, seed: int
) -> None:
    time, draw = VirtualTime(), Random(seed)
    limiter = bucket(time, rate, burst)
    arrived: list[int] = []
    admitted: list[tuple[int, float]] = []

    def work() -> None:
        for _ in range(5):
            time.sleep(draw.random())
            number = len(arrived)
            arrived.append(number)
            limiter.take()
            admitted.append((number, time.now))

    time.run(*[work] * threads)
    assert [number for number, _ in admitted] == arrived
    assert most_in_excess([moment for _, moment in admitted], rate) <= burst + HAIR


def test_a_rate_of_nothing_lets_everything_through() -> None:
    time = VirtualTime()
    limiter = bucket(time, 0)
    assert [limiter.take() for _ in range(1000)] == [0.0] * 1000
    assert limiter.rate == 0


def test_a_rest_is_kept_by_those_that_come_and_by_those_that_wait_already() -> None:
    time = VirtualTime()
    limiter = bucket(time, 1)
    admitted: list[float] = []

    def work() -> None:
        limiter.take()
        admitted.append(time.now - 1000)

    def interrupt() -> None:
        time.sleep(1.5)
        limiter.pause(30)

    time.run(*[work] * 4, interrupt)
    assert admitted[:2] == [0.0, 1.0]
    assert min(admitted[2:]) >= 31.5
    assert most_in_excess(sorted(admitted), 1) <= 1 + HAIR


def test_a_rest_is_kept_where_there_is_no_rate() -> None:
    time = VirtualTime()
    limiter = bucket(time, 0)
    limiter.pause(7)
    limiter.pause(3)
    assert (limiter.take(), limiter.take()) == (7, 0)


def test_after_a_rest_there_is_no_burst() -> None:
    time = VirtualTime()
    limiter = bucket(time, 2, 10)
    limiter.pause(5)
    assert [limiter.take() for _ in range(3)] == [5.0, 0.5, 0.5]


@pytest.mark.parametrize(
    ("remaining", "waits"), [(3, [0, 0, 0, 2]), (1, [0, 2]), (0, [2, 2]), (-5, [2, 2]), (10_000, [0] * 30 + [2])]
)
def test_as_many_calls_go_at_once_as_the_service_says_are_left(remaining: float, waits: list[float]) -> None:
    time = VirtualTime()
    limiter = bucket(time, 0)
    limiter.learn(30, 60, remaining)
    assert limiter.rate == 0.5
    assert [limiter.take() for _ in waits] == pytest.approx(waits)


@pytest.mark.parametrize(("limit", "period"), [(0, 300), (300, 0), (-1, 300), (300, -1)])
def test_a_limit_that_makes_no_sense_is_not_learnt(limit: float, period: float) -> None:
    time = VirtualTime()
    limiter = bucket(time, 5)
    limiter.learn(limit, period, 7)
    assert limiter.rate == 5


def test_a_late_answer_does_not_give_back_what_was_taken_meanwhile() -> None:
    time = VirtualTime()
    limiter = bucket(time, 0)
    limiter.learn(30, 60, 3)
    for _ in range(3):
        assert limiter.take() == 0
    limiter.learn(30, 60, 3)
    assert limiter.take() == pytest.approx(2)


def test_what_another_client_took_is_learnt() -> None:
    time = VirtualTime()
    limiter = bucket(time, 0)
    limiter.learn(30, 60, 30)
    limiter.take()
    limiter.learn(30, 60, 0)
    assert limiter.take() == pytest.approx(2)


class Service:
    """A token bucket that refills all the time, with its answers' headers, as NS1 has one for each method."""

    def __init__(self, time: VirtualTime, limit: int, period: float, tokens: float) -> None:
        self.time = time
        self.limit, self.period = limit, period
        self.tokens, self.at = tokens, time.now
        self.refused = 0

    def answer(self) -> tuple[bool, int]:
        refilled = (self.time.now - self.at) * self.limit / self.period
        self.tokens, self.at = min(self.limit, self.tokens + refilled), self.time.now
        if self.tokens < 1 - HAIR:
            self.refused += 1
            return False, 0
        self.tokens -= 1
        return True, int(self.tokens)


def use(service: Service, threads: int, calls: int, way: float) -> float:
    """Let *threads* make *calls* in all, each with up to *way* seconds there and back; return the seconds it took."""
    time, draw = service.time, Random(7)
    limiter = bucket(time, 0)
    left = iter(range(calls))

    def call() -> Iterator[bool]:
        while True:
            limiter.take()
            time.sleep(draw.uniform(way / 5, way))
            admitted, remaining = service.answer()
            time.sleep(draw.uniform(way / 5, way))
            limiter.learn(service.limit, service.period, remaining)
            yield admitted
            limiter.pause(service.period / service.limit)

    def work() -> None:
        for _ in left:
            next(admitted for admitted in call() if admitted)

    return time.run(*[work] * threads)


@pytest.mark.parametrize("threads", [1, 2, 8])
@pytest.mark.parametrize(("limit", "period"), [(900, 300), (300, 300), (50, 10)])
@pytest.mark.parametrize("left", [0, 3, 10**9])
@pytest.mark.parametrize("way", [0.005, 0.05])
def test_a_learnt_rate_is_used_up_and_hardly_ever_exceeded(
    threads: int, limit: int, period: float, left: int, way: float
) -> None:
    time = VirtualTime()
    service = Service(time, limit, period, min(left, limit))
    calls = 2 * limit
    took = use(service, threads, calls, way)
    least = (calls - service.limit if left > limit else calls - left) * period / limit
    # Only those that were under way before the first answer came can have been too many.
    assert service.refused <= threads
    assert least - HAIR <= took <= 1.05 * least + 2 * period / limit


def test_one_account_has_one_bucket_for_as_long_as_it_is_used() -> None:
    first = shared("route53:a", lambda: Bucket(5))
    assert shared("route53:a", lambda: Bucket(1)) is first
    assert shared("route53:b", lambda: Bucket(1)).rate == 1
    del first
    assert shared("route53:a", lambda: Bucket(1)).rate == 1


def test_threads_that_ask_for_one_account_at_once_get_one_bucket() -> None:
    together, found = threading.Barrier(8, timeout=60), []

    def ask() -> None:
        together.wait()
        found.append(shared("ns1:crowd", lambda: Bucket(1)))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len({id(one) for one in found}) == 1
    assert len(found) == 8
