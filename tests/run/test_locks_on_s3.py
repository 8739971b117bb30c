"""Locks in a bucket that several machines share."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.support.lockers import CONTEXT, zones
from tests.support.object_store import s3
from zonesync.provider.permit import NoLeaveError
from zonesync.run.locks import LockedError, Locks, break_lock, holder
from zonesync.run.processes import Process
from zonesync.run.store import open_store

NAMES = [
    "example.com",
    "example.com@Internal",
    "0/25.2.0.192.in-addr.arpa",
    f"{'a' * 60}.{'b' * 60}.{'c' * 60}.example",
]


@pytest.fixture(scope="module")
def store():
    with s3() as served:
        yield open_store(served.state, Path())


def test_every_zone_can_be_locked_checked_broken_and_freed(store):
    wanted = zones(*NAMES)
    with Locks(store, "s1", CONTEXT) as locks:
        assert set(locks.acquire(wanted).values()) == {""}
        for zone in wanted:
            locks.check(zone)
            assert holder(store, zone).run == "s1"
        break_lock(store, wanted[0], CONTEXT)
        with pytest.raises(NoLeaveError, match="was broken by"):
            locks.check(wanted[0])
        with pytest.raises(LockedError):
            Locks(store, "s2", CONTEXT).acquire(wanted)
        locks.check(wanted[1])
    assert {holder(store, zone) for zone in wanted} == {None}
    assert store.names("sessions/") == []


def test_a_holder_whose_session_is_gone_is_taken_over(store):
    (zone,) = zones("gone.example")
    first = Locks(store, "s3", CONTEXT, keep=id)
    first.acquire([zone])
    store.remove("sessions/s3.json")
    with Locks(store, "s4", CONTEXT) as second:
        assert second.acquire([zone]) == {zone: "s3"}
        with pytest.raises(NoLeaveError, match="was taken over by run s4"):
            first.check(zone)


def test_runs_that_want_overlapping_zones_at_once_exclude_each_other(store):
    names = [f"z{number}.example" for number in range(5)]
    inside: dict[str, str] = {}
    guard = threading.Lock()

    def work(number):
        wanted = names[number % 3 : number % 3 + 3]
        process = Process("boot", "pid:[1]", number, str(number))
        with Locks(
            store, f"w{number}", CONTEXT, process=process, is_gone=lambda _: False, sleep=lambda _: time.sleep(0.01)
        ) as locks:
            locks.acquire(zones(*wanted), 120)
            with guard:
                assert not inside.keys() & set(wanted)
                inside.update(dict.fromkeys(wanted, locks.run))
            for zone in zones(*wanted):
                locks.check(zone)
            with guard:
                for name in wanted:
                    assert inside.pop(name) == locks.run
        return number

    with ThreadPoolExecutor(6) as pool:
        assert list(pool.map(work, range(12))) == list(range(12))
    assert {holder(store, zone) for zone in zones(*names)} == {None}
