"""One place tries again: what is safe, as often and as long as there is patience, and it counts what it does."""

import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
import stamina

from tests.support.virtual import VirtualTime
from zonesync.provider.abilities import Counts
from zonesync.provider.calls import Budget, Calls
from zonesync.provider.errors import Denied, ProviderError, Rejected, Throttled, Unavailable
from zonesync.provider.limiter import Bucket
from zonesync.provider.permit import NoLeaveError, asking


class SdkError(Exception):
    """What an SDK raises; holds what it means."""

    def __init__(self, meaning: ProviderError | None) -> None:
        super().__init__("403 Forbidden")
        self.meaning = meaning


def explain(problem: Exception) -> ProviderError | None:
    return problem.meaning if isinstance(problem, SdkError) else None


def throttled(after: float | None = None) -> SdkError:
    problem = Throttled("slow down")
    problem.retry_after = after
    return SdkError(problem)


def failed(*, sent: bool = True, after: float | None = None) -> SdkError:
    problem = Unavailable("503")
    problem.sent, problem.retry_after = sent, after
    return SdkError(problem)


class Script:
    """A service that raises what it is told to, one after the other, and answers `done` in the end."""

    def __init__(self, time: VirtualTime, problems: Sequence[Exception], took: float = 0.0) -> None:
        self.time = time
        self.problems = list(problems)
        self.took = took
        self.moments: list[float] = []

    def __call__(self) -> str:
        self.moments.append(self.time.now - 1000)
        if self.took:
            self.time.sleep(self.took)
        if self.problems:
            raise self.problems.pop(0)
        return "done"


@pytest.fixture
def virtual(monkeypatch: pytest.MonkeyPatch) -> VirtualTime:
    """Time that passes at once: stamina and the limiter ask the module."""
    made = VirtualTime()
    monkeypatch.setattr(time, "sleep", made.sleep)
    monkeypatch.setattr(time, "monotonic", made.clock)
    return made


@pytest.fixture
def calls(virtual: VirtualTime) -> Calls:
    return made(virtual)


def made(virtual: VirtualTime, rate: float = 0, **budget: Any) -> Calls:
    return Calls(Bucket(rate, clock=virtual.clock, sleep=virtual.sleep), explain, Budget(**budget))


READ_AND_WRITE = pytest.mark.parametrize("kind", ["read", "write"])


@READ_AND_WRITE
def test_an_answer_is_handed_back_and_counted(calls: Calls, virtual: VirtualTime, kind: str) -> None:
    assert getattr(calls, kind)(Script(virtual, [])) == "done"
    assert calls.counts == Counts(calls=1)
    assert virtual.slept == []


@READ_AND_WRITE
def test_a_throttled_call_goes_out_again_after_the_rest_that_was_asked_for(
    calls: Calls, virtual: VirtualTime, kind: str
) -> None:
    script = Script(virtual, [throttled(7.5), throttled(0), throttled(30)])
    assert getattr(calls, kind)(script) == "done"
    assert script.moments == [0, 7.5, 7.5, 37.5]
    assert calls.counts == Counts(calls=4, retries=3, throttled=3, waited=37.5)


def test_a_rest_is_kept_by_the_other_threads_too(virtual: VirtualTime) -> None:
    calls = made(virtual, rate=10)
    scripts = [Script(virtual, [throttled(60)]), *(Script(virtual, []) for _ in range(3))]
    virtual.run(*(lambda script=script: calls.read(script) for script in scripts))
    assert scripts[0].moments[0] == 0
    assert all(60 <= script.moments[-1] < 62 for script in scripts)
    assert calls.counts.throttled == 1


@READ_AND_WRITE
def test_without_a_word_from_the_service_waits_grow_within_bounds(
    calls: Calls, virtual: VirtualTime, kind: str
) -> None:
    getattr(calls, kind)(Script(virtual, [failed(sent=False)] * 7))
    for wait, most in zip(virtual.slept, [0.25, 0.5, 1, 2, 4, 8, 16], strict=True):
        assert most / 2 <= wait <= most


def test_a_throttle_without_a_time_to_wait_gives_everybody_a_short_rest(virtual: VirtualTime) -> None:
    calls = made(virtual, attempts=1)
    with pytest.raises(Throttled):
        calls.read(Script(virtual, [throttled()]))
    calls.read(Script(virtual, []))
    assert virtual.slept == [0.25]


def test_waits_are_not_all_alike(virtual: VirtualTime) -> None:
    for _ in range(5):
        made(virtual).read(Script(virtual, [failed()]))
    assert len(set(virtual.slept)) > 1


def test_no_wait_is_longer_than_the_longest(virtual: VirtualTime) -> None:
    made(virtual, attempts=30, seconds=1000, longest_wait=3).read(Script(virtual, [failed()] * 20))
    assert max(virtual.slept) <= 3


def test_a_read_goes_out_again_after_any_failure(calls: Calls, virtual: VirtualTime) -> None:
    script = Script(virtual, [failed(), failed(sent=False), failed(after=9), throttled(1)])
    assert calls.read(script) == "done"
    assert script.moments[3] - script.moments[2] == 9
    assert (calls.counts.calls, calls.counts.retries, calls.counts.throttled) == (5, 4, 1)


def test_a_write_whose_answer_is_lost_is_never_sent_twice(calls: Calls, virtual: VirtualTime) -> None:
    script = Script(virtual, [failed(after=1)])
    with pytest.raises(Unavailable) as raised:
        calls.write(script)
    assert raised.value.sent
    assert len(script.moments) == 1
    assert calls.counts == Counts(calls=1)


def test_a_write_that_never_left_goes_out_again_until_its_answer_is_lost(calls: Calls, virtual: VirtualTime) -> None:
    script = Script(virtual, [failed(sent=False), throttled(1), failed(sent=False), failed()])
    with pytest.raises(Unavailable):
        calls.write(script)
    assert len(script.moments) == 4


@READ_AND_WRITE
@pytest.mark.parametrize("problem", [Denied("no"), Rejected("never")])
def test_a_refusal_is_final_and_holds_what_the_sdk_said(
    calls: Calls, virtual: VirtualTime, kind: str, problem: ProviderError
) -> None:
    cause = SdkError(problem)
    with pytest.raises(type(problem)) as raised:
        getattr(calls, kind)(Script(virtual, [cause]))
    assert raised.value is problem
    assert raised.value.__cause__ is cause
    assert calls.counts == Counts(calls=1)


@READ_AND_WRITE
@pytest.mark.parametrize("problem", [KeyError("x"), SdkError(None), AssertionError(), TimeoutError()])
def test_what_nobody_can_explain_goes_through_as_it_is(
    calls: Calls, virtual: VirtualTime, kind: str, problem: Exception
) -> None:
    with pytest.raises(type(problem)) as raised:
        getattr(calls, kind)(Script(virtual, [problem]))
    assert raised.value is problem
    assert raised.value.__cause__ is None
    assert calls.counts == Counts(calls=1)


@READ_AND_WRITE
def test_an_interruption_ends_everything_at_once(calls: Calls, kind: str) -> None:
    def interrupted() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        getattr(calls, kind)(interrupted)
    assert calls.counts == Counts(calls=1)


@READ_AND_WRITE
def test_an_error_of_the_contract_is_nothing_to_explain(calls: Calls, virtual: VirtualTime, kind: str) -> None:
    problem = throttled(2).meaning
    assert problem is not None
    assert getattr(calls, kind)(Script(virtual, [problem])) == "done"
    assert virtual.slept == [2]


@pytest.mark.parametrize("attempts", [1, 2, 5])
def test_there_are_no_more_tries_than_allowed(virtual: VirtualTime, attempts: int) -> None:
    calls, script = made(virtual, attempts=attempts), Script(virtual, [failed()] * 20)
    with pytest.raises(Unavailable):
        calls.read(script)
    assert len(script.moments) == attempts
    assert (calls.counts.calls, calls.counts.retries) == (attempts, attempts - 1)


@pytest.mark.parametrize("took", [0, 1, 7])
def test_a_call_is_given_up_before_patience_ends(virtual: VirtualTime, took: float) -> None:
    calls = made(virtual, attempts=1000, seconds=60)
    script = Script(virtual, [failed()] * 1000, took)
    with pytest.raises(Unavailable):
        calls.read(script)
    # The last try starts within the time; what it takes itself is the transport's time-out.
    assert script.moments[-1] <= 60
    assert script.moments[-1] + took + 20 > 60


@READ_AND_WRITE
def test_a_rest_beyond_all_patience_is_said_at_once_and_delays_nobody(virtual: VirtualTime, kind: str) -> None:
    calls = made(virtual, seconds=60)
    with pytest.raises(Throttled) as raised:
        getattr(calls, kind)(Script(virtual, [throttled(3600)]))
    assert raised.value.retry_after == 3600
    assert calls.read(Script(virtual, [])) == "done"
    assert virtual.slept == []


def test_rests_that_add_up_beyond_patience_are_not_begun(virtual: VirtualTime) -> None:
    calls, script = made(virtual, seconds=60), Script(virtual, [throttled(25)] * 5)
    with pytest.raises(Throttled):
        calls.read(script)
    assert script.moments == [0, 25, 50]


def test_standing_in_line_for_a_turn_does_not_use_up_patience(virtual: VirtualTime) -> None:
    calls = made(virtual, rate=0.01, seconds=10)
    calls.read(Script(virtual, []))
    script = Script(virtual, [failed(after=1)])
    assert calls.read(script) == "done"
    assert script.moments == [100, 200]
    assert calls.counts.waited == 200


def test_a_call_may_have_a_bucket_of_its_own(virtual: VirtualTime) -> None:
    calls, other = made(virtual, rate=1), Bucket(0.1, clock=virtual.clock, sleep=virtual.sleep)
    script = Script(virtual, [])
    for _ in range(3):
        calls.write(script, other)
    calls.read(script)
    assert script.moments == [0, 10, 20, 20]


def test_counts_of_many_threads_add_up() -> None:
    problem = Throttled("slow down")
    problem.retry_after = 0
    calls = Calls(Bucket(0), explain, Budget(attempts=3))
    done: list[str] = []

    def work() -> None:
        done.extend(calls.read(raising_once(problem)) for _ in range(50))

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(done) == 400
    counts = calls.counts
    assert (counts.calls, counts.retries, counts.throttled) == (800, 400, 400)


def raising_once(problem: Exception) -> Callable[[], str]:
    problems = [problem]

    def call() -> str:
        if problems:
            raise problems.pop()
        return "done"

    return call


def leave(count: int) -> Callable[[], None]:
    """Leave that is given so many times, and never again."""
    asked: list[None] = []

    def ask() -> None:
        asked.append(None)
        if len(asked) > count:
            raise NoLeaveError("the lock is lost")

    return ask


def test_nothing_is_written_without_leave_and_reading_needs_none(calls: Calls, virtual: VirtualTime) -> None:
    script = Script(virtual, [])
    with asking(leave(0)):
        with pytest.raises(NoLeaveError, match="the lock is lost"):
            calls.write(script)
        assert script.moments == []
        assert calls.read(script) == "done"


def test_leave_is_asked_before_each_try_of_a_write(calls: Calls, virtual: VirtualTime) -> None:
    script = Script(virtual, [throttled(1), throttled(1)])
    with asking(leave(2)), pytest.raises(NoLeaveError):
        calls.write(script)
    assert len(script.moments) == 2


def test_leave_is_asked_after_the_wait_for_a_turn(virtual: VirtualTime) -> None:
    calls = made(virtual, rate=1)
    moments: list[float] = []
    with asking(lambda: moments.append(virtual.now)):
        for _ in range(5):
            calls.write(Script(virtual, []))
    assert moments[-1] > moments[0]
    assert moments[-1] == virtual.now


def test_a_retry_is_neither_logged_nor_printed(
    calls: Calls, virtual: VirtualTime, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    with caplog.at_level(0):
        calls.read(Script(virtual, [failed()]))
    assert caplog.records == []
    assert capfd.readouterr() == ("", "")
    assert stamina.instrumentation.get_on_retry_hooks() == ()


def test_a_plan_for_zone_files_loads_nothing_that_calls_services(tmp_path: Path) -> None:
    (tmp_path / "zones").mkdir()
    (tmp_path / "zones" / "example.com.yaml").write_text("records: {www: {A: 192.0.2.1}}\n")
    (tmp_path / "zonesync.yaml").write_text(
        "zones: [zones/*.yaml]\ndefaults: {providers: [primary]}\n"
        "providers: {primary: {type: bind, directory: build, nameservers: [ns1.example.net.]}}\n"
    )
    program = """
        import sys
        from zonesync.cli import main
        sys.argv = ["zonesync", "plan"]
        try:
            main()
        except SystemExit as ended:
            assert not ended.code, ended.code
        heavy = ["stamina", "tenacity", "asyncio", "boto3", "botocore", "google", "requests", "ns1", "pytest"]
        print("LOADED", sorted(set(heavy) & set(sys.modules)))
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program)], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "LOADED []"), done.stdout + done.stderr
