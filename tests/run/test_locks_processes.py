"""Locks between real processes on a folder: killed, stopped, gone."""

import os
import signal
import subprocess
import sys
import time

import pytest

from tests.support.lockers import CONTEXT, zones
from zonesync.run import processes
from zonesync.run.locks import LockedError, Locks
from zonesync.run.locks import holder as who_holds
from zonesync.run.processes import Process, is_gone, is_here, process_of, this_process
from zonesync.run.store import LocalStore

COM = zones("example.com")[0]
HOLDER = """
import sys
from pathlib import Path
from zonesync.model.zone import ZoneId
from zonesync.provider.permit import NoLeaveError
from zonesync.run.context import Context
from zonesync.run.locks import Locks
from zonesync.run.store import LocalStore

folder, run, lease = sys.argv[1:]
zone = ZoneId.parse("example.com")
with Locks(LocalStore(Path(folder)), run, Context(), lease=float(lease)) as locks:
    locks.acquire([zone], 60)
    print("held", flush=True)
    for _ in sys.stdin:
        try:
            locks.check(zone)
            print("may write", flush=True)
        except NoLeaveError as problem:
            print(problem, flush=True)
"""
COUNTER = """
import sys
from pathlib import Path
from zonesync.model.zone import ZoneId
from zonesync.run.context import Context
from zonesync.run.locks import Locks
from zonesync.run.store import LocalStore

folder, run = Path(sys.argv[1]), sys.argv[2]
file = folder / "count"
zones = [ZoneId.parse("example.com"), ZoneId.parse("example.org")]
for turn in range(5):
    with Locks(LocalStore(folder / "state"), f"{run}-{turn}", Context()) as locks:
        locks.acquire(zones, 120)
        count = int(file.read_text())
        locks.check(zones[0])
        file.write_text(str(count + 1))
"""

linux = pytest.mark.skipif(not os.path.exists("/proc/self/stat"), reason="needs /proc")  # noqa: PTH110 -- a string


def environment():
    return {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}


class Other:
    """A process that holds the lock, and checks it when asked."""

    def __init__(self, folder, run, lease):
        self.process = subprocess.Popen(
            [sys.executable, "-c", HOLDER, str(folder), run, str(lease)],
            env=environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.line() == "held"

    def line(self):
        return self.process.stdout.readline().strip()

    def check(self):
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        return self.line()

    def end(self):
        self.process.kill()
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait()


@pytest.fixture
def other(tmp_path):
    made = []

    def start(run, lease=60.0):
        made.append(Other(tmp_path, run, lease))
        return made[-1]

    yield start
    for one in made:
        one.end()


@pytest.fixture
def store(tmp_path):
    return LocalStore(tmp_path)


def test_processes_that_count_under_a_lock_miss_nothing(tmp_path):
    (tmp_path / "count").write_text("0")
    running = [
        subprocess.Popen([sys.executable, "-c", COUNTER, str(tmp_path), f"r{number}"], env=environment())
        for number in range(3)
    ]
    assert [one.wait(120) for one in running] == [0, 0, 0]
    assert (tmp_path / "count").read_text() == "15"
    assert list((tmp_path / "state/sessions").iterdir()) == []


@linux
@pytest.mark.parametrize("is_reaped", [True, False], ids=["reaped", "zombie"])
def test_a_killed_holder_is_overcome_at_once(is_reaped, other, store):
    holder = other("r1")
    assert holder.check() == "may write"
    with pytest.raises(LockedError):
        Locks(store, "r2", CONTEXT).acquire([COM])
    holder.process.kill()
    if is_reaped:
        holder.process.wait()
    else:
        assert holder.line() == ""  # its end of the pipe is closed as it ends
        while not is_gone(who_holds(store, COM).process):
            pass
    with Locks(store, "r3", CONTEXT) as locks:
        assert locks.acquire([COM]) == {COM: "r1"}
        locks.check(COM)
    assert store.names("sessions/") == []


def test_a_holder_that_beats_keeps_its_lock_beyond_its_lease(other, store):
    holder = other("r1", lease=4)
    with pytest.raises(LockedError):
        Locks(store, "r2", CONTEXT).acquire([COM], 5)
    assert holder.check() == "may write"


@linux
def test_a_holder_that_was_stopped_beyond_its_lease_writes_nothing_more(other, store):
    holder = other("r1", lease=2)
    assert holder.check() == "may write"
    holder.process.send_signal(signal.SIGSTOP)
    with Locks(store, "r2", CONTEXT) as locks:
        assert locks.acquire([COM], 30) == {COM: "r1"}
        holder.process.send_signal(signal.SIGCONT)
        words = [holder.check() for _ in range(3)]
        assert all("not renewed for" in line or "another run has ended this one" in line for line in words)
        locks.check(COM)
    assert "example.com" in holder.check()


# Which process, and whether it is gone


def test_the_clock_goes_on_and_is_not_the_time_of_day():
    before = processes.boottime()
    assert before <= processes.boottime() < time.time() / 2


@linux
def test_this_process_is_here_and_not_gone():
    mine = this_process()
    assert mine.pid == os.getpid()
    assert is_here(mine)
    assert not is_gone(mine)


@linux
def test_another_process_with_the_same_number_is_not_the_one():
    mine = this_process()
    assert is_gone(Process(mine.boot, mine.namespace, mine.pid, str(int(mine.started) - 1)))


@linux
def test_a_process_that_ended_is_gone():
    mine = this_process()
    child = subprocess.Popen([sys.executable, "-c", ""])
    child.wait()
    assert is_gone(Process(mine.boot, mine.namespace, child.pid, "1"))


@linux
@pytest.mark.parametrize(
    "change",
    [
        {"boot": "another"},
        {"boot": ""},
        {"namespace": "pid:[1]"},
        {"namespace": ""},
        {"started": ""},
        {"pid": 0},
        {"pid": -1},
    ],
    ids=str,
)
def test_a_process_that_cannot_be_looked_for_is_not_known_to_be_gone(change):
    mine = this_process()
    gone = {"boot": mine.boot, "namespace": mine.namespace, "pid": 2**22 + 1, "started": "1"}
    assert is_gone(Process(**gone))
    assert not is_gone(Process(**{**gone, **change}))


@linux
def test_a_process_that_proc_hides_is_not_known_to_be_gone(monkeypatch):
    mine = this_process()
    monkeypatch.setattr(processes, "_stat", lambda pid: None)
    assert not is_gone(mine)


@linux
@pytest.mark.parametrize(("state", "threads", "expected"), [("Z", 1, True), ("Z", 2, False), ("S", 1, False)])
def test_a_process_whose_first_thread_ended_is_gone_once_all_have(state, threads, expected, tmp_path, monkeypatch):
    mine = this_process()
    fields = [state, *["0"] * 16, str(threads), "0", mine.started, "0"]
    (tmp_path / str(mine.pid)).mkdir()
    (tmp_path / str(mine.pid) / "stat").write_text(f"{mine.pid} (a) b) {' '.join(fields)}\n")
    for name in ("sys", "self"):
        (tmp_path / name).symlink_to(f"/proc/{name}")
    monkeypatch.setattr(processes, "_PROC", tmp_path)
    assert is_gone(mine) is expected


@linux
def test_a_number_too_large_for_a_process_is_gone_or_unknown():
    mine = this_process()
    assert not is_gone(Process(mine.boot, mine.namespace, 10**30, "1"))


def test_without_proc_nothing_is_known(tmp_path, monkeypatch):
    monkeypatch.setattr(processes, "_PROC", tmp_path)
    mine = this_process()
    assert (mine.boot, mine.namespace, mine.started) == ("", "", "")
    assert not is_here(mine)
    assert not is_gone(mine)


@pytest.mark.parametrize("data", [None, [], "x", {"pid": "1"}, {"pid": 1.5}, {"boot": None}], ids=str)
def test_what_describes_no_process_is_the_unknown_one(data):
    assert process_of(data) == Process()
