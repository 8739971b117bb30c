"""One lock per zone: taken, waited for, checked before each write, and freed."""

import json
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.support.lockers import CONTEXT, LEASE, Contender, Disturbed, zones
from tests.support.virtual import VirtualTime
from zonesync.provider.permit import NoLeaveError
from zonesync.run.holders import find
from zonesync.run.locks import LockedError, Locks, break_lock, holder, seen
from zonesync.run.store import MemoryStore, StoreError

COM, NET, ORG = zones("example.com", "example.net", "example.org")
NAME = "locks/example.com.json"


def lock(store, name=NAME):
    return json.loads(store.real.get(name))


def test_a_lock_lets_its_holder_write_and_nobody_else(contender):
    first, second = contender("r1"), contender("r2")
    assert first.take("example.com") == {"example.com": ""}
    first.check("example.com")
    with pytest.raises(LockedError):
        second.take("example.com")
    with pytest.raises(NoLeaveError, match=r"the lock on `example\.com` is not held"):
        second.check("example.com")
    first.check("example.com")


def test_a_zone_that_was_not_asked_for_is_not_held(contender):
    one = contender("r1")
    one.take("example.com")
    with pytest.raises(NoLeaveError, match="is not held"):
        one.check("example.org")


def test_no_zones_are_no_locks(contender, store):
    one = contender("r1")
    assert one.take() == {}
    assert one.locks.release() == ""
    assert store.calls == []


def test_the_fence_grows_with_each_hand_and_never_begins_again(contender, store):
    for number in range(1, 4):
        one = contender(f"r{number}")
        one.take("example.com")
        assert (lock(store)["fence"], lock(store)["holder"]["run"]) == (number, f"r{number}")
        one.locks.release()
        assert (lock(store)["fence"], lock(store)["holder"]) == (number, None)


def test_views_of_a_zone_have_locks_of_their_own(contender):
    one, two = contender("r1"), contender("r2")
    one.take("example.com")
    two.take("example.com@internal")
    one.check("example.com")
    two.check("example.com@internal")


def test_a_refusal_says_all_of_who_holds_the_lock(contender, store):
    contender("r1").take("example.com")
    with pytest.raises(LockedError) as refused:
        contender("r2").take("example.com")
    found = refused.value.holder
    assert found == holder(store, COM)
    assert (found.run, found.host, found.user, found.actor) == ("r1", "runner-17", "ci", "ada@example.com")
    assert (found.commit, found.run_url, found.pid) == ("c0ffee1234567890", "https://ci.example/1", 100)
    assert (found.started, found.beat) == ("2026-11-22T02:03:04Z", "2026-11-22T02:03:04Z")
    assert (found.lease, found.fence) == (60.0, 1)
    assert str(refused.value) == (
        "`example.com` is locked by run r1 (ada@example.com on runner-17) at commit c0ffee123456, "
        "https://ci.example/1, begun 2026-11-22T02:03:04Z, last sign of life 2026-11-22T02:03:04Z"
    )


def test_what_is_refused_leaves_nothing_held(contender, store):
    contender("r1").take("example.net")
    with pytest.raises(LockedError):
        contender("r2").take("example.org", "example.net", "example.com")
    assert holder(store, COM) is None
    assert holder(store, ORG) is None
    assert store.real.names("sessions/") == ["sessions/r1.json"]
    contender("r3").take("example.com", "example.org")


def test_locks_are_taken_in_order_and_once(contender, store):
    one = contender("r1")
    one.take("example.org", "example.com", "example.net", "example.com")
    written = [name for operation, name in store.calls if operation == "replace" and name.startswith("locks/")]
    assert written == ["locks/example.com.json", "locks/example.net.json", "locks/example.org.json"]
    with pytest.raises(ValueError, match="locks are taken once"):
        one.take("example.com")


def test_a_name_that_is_no_runs_is_refused():
    for name in ("", "../r1", "a b", ".r1", "r" * 101, "r1\n"):
        with pytest.raises(ValueError, match="cannot name a run"):
            Locks(MemoryStore(), name, CONTEXT)


def test_two_runs_cannot_have_one_name(contender, store):
    contender("r1").take("example.com")
    with pytest.raises(StoreError, match=r"sessions/r1\.json is there already"):
        contender("r1").take("example.org")


# Waiting


def test_without_a_timeout_it_looks_once(contender, clock):
    contender("r1").take("example.com")
    with pytest.raises(LockedError):
        contender("r2").take("example.com")
    assert clock.slept == []


def test_it_waits_about_a_second_at_a_time_until_the_timeout(contender, clock):
    first, second = contender("r1"), contender("r2")
    first.take("example.com")
    clock.meanwhile += [first.session.beat, second.beat]
    with pytest.raises(LockedError):
        second.take("example.com", timeout=300)
    assert sum(clock.slept) == pytest.approx(300)
    assert all(0.7 <= seconds <= 1.3 for seconds in clock.slept[:-1])
    assert len(set(clock.slept)) > 100
    assert second.told == ["r1"]


def test_it_goes_on_once_the_lock_is_freed(contender, clock):
    first, second = contender("r1"), contender("r2")
    first.take("example.com")
    clock.meanwhile.append(lambda: clock.now > 5020 and first.locks.release())
    assert second.take("example.com", "example.org", timeout=300) == {"example.com": "", "example.org": ""}
    assert 20 < sum(clock.slept) < 23
    second.check("example.org")


def test_each_holder_is_told_once(contender, clock):
    first, next_one, last = contender("r1"), contender("r2"), contender("r3")
    first.take("example.com")

    def hand_on():
        if clock.now > 5010 and not next_one.sessions:
            first.locks.release()
            next_one.take("example.com")
        if clock.now > 5030:
            next_one.locks.release()

    clock.meanwhile.append(hand_on)
    last.take("example.com", timeout=50)
    assert last.told == ["r1", "r2"]


def test_an_interrupted_wait_leaves_nothing_held(contender, clock, store):
    contender("r1").take("example.org")

    def interrupt():
        raise KeyboardInterrupt

    clock.meanwhile.append(interrupt)
    with pytest.raises(KeyboardInterrupt):
        contender("r2").take("example.com", "example.org", timeout=50)
    assert holder(store, COM) is None
    assert store.real.names("sessions/") == ["sessions/r1.json"]


def test_a_run_that_slept_through_its_lease_while_it_waited_begins_again(contender, clock, store):
    first, second = contender("r1", lease=3600), contender("r2")
    first.take("example.org")
    clock.meanwhile.append(lambda: setattr(clock, "now", clock.now + LEASE))
    with pytest.raises(StoreError, match=r"not renewed for 6\d s, another run may hold it; nothing was written"):
        second.take("example.com", "example.org", timeout=300)
    assert holder(store, COM) is None


def test_overlapping_sets_never_wait_in_a_circle():
    time = VirtualTime()
    store = MemoryStore()
    names = [f"z{number}.example" for number in range(6)]
    inside: dict[str, str] = {}
    done = []

    def work(run, wanted):
        locks = Locks(
            store, run, CONTEXT, lease=9000, clock=time.clock, sleep=time.sleep, is_gone=lambda _: False, keep=id
        )
        with locks:
            locks.acquire(zones(*wanted), 8000)
            for name in wanted:
                assert inside.setdefault(name, run) == run
            time.sleep(3)
            for zone in zones(*wanted):
                locks.check(zone)
            for name in wanted:
                del inside[name]
        done.append(run)

    sets = [names, names[::-1], names[:4], names[2:], names[::2], names[1::2], [names[5], names[0]], [names[3]]]
    time.run(*(lambda run=f"r{n}", wanted=wanted: work(run, wanted) for n, wanted in enumerate(sets)))
    assert sorted(done) == [f"r{n}" for n in range(8)]
    assert store.names("sessions/") == []


# Checks


def test_a_check_is_one_read(contender, store):
    one = contender("r1")
    one.take("example.com", "example.org")
    store.calls.clear()
    one.check("example.com")
    assert store.calls == [("fetch", NAME)]


def test_checks_may_come_from_many_threads(contender):
    one = contender("r1")
    names = [f"z{number}.example" for number in range(20)]
    one.take(*names)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(one.check, names * 20))


def test_a_broken_lock_says_who_broke_it(contender, store):
    one = contender("r1")
    one.take("example.com", "example.org")
    assert break_lock(store, COM, CONTEXT).holder.run == "r1"
    with pytest.raises(NoLeaveError, match=r"was broken by ada@example\.com at 2026-11-22T02:03:04Z"):
        one.check("example.com")
    one.check("example.org")
    assert lock(store)["fence"] == 2


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (None, r"the lock on `example\.com` has gone from the state store"),
        (b"{", r"locks/example\.com\.json is no lock: "),
        (b'{"format":1,"zone":"example.com","fence":1,"holder":null}', "was freed by somebody else"),
        (b'{"format":1,"zone":"example.com","fence":2,"holder":{"run":"r9"}}', "was taken over by run r9, begun"),
        (b'{"format":1,"zone":"example.com","fence":2,"holder":{"run":"r1"}}', "was taken over by run r1"),
    ],
    ids=["gone", "corrupt", "freed", "other", "other fence"],
)
def test_a_lock_that_is_no_longer_as_it_was_taken_refuses(data, words, contender, store):
    one = contender("r1")
    one.take("example.com")
    store.real.remove(NAME)
    if data is not None:
        store.real.put_if_absent(NAME, data)
    with pytest.raises(NoLeaveError, match=words):
        one.check("example.com")


def test_a_store_that_cannot_tell_refuses(contender, store):
    one = contender("r1")
    one.take("example.com")
    store.before = failing
    with pytest.raises(NoLeaveError, match=r"nobody can tell whether .* is still held: the store is away"):
        one.check("example.com")
    store.calm()
    one.check("example.com")


def test_a_read_that_takes_the_rest_of_the_lease_refuses(contender, store, clock):
    one = contender("r1")
    one.take("example.com")
    store.after = lambda operation, name: setattr(clock, "now", clock.now + LEASE)
    with pytest.raises(NoLeaveError, match="not renewed for 60 s"):
        one.check("example.com")


def failing(operation, name):
    raise StoreError("the store is away")


# Release


def test_after_its_release_nothing_may_be_written(contender, store):
    one = contender("r1")
    one.take("example.com")
    assert one.locks.release() == ""
    with pytest.raises(NoLeaveError):
        one.check("example.com")
    assert one.session.beat() is None
    assert store.real.names("sessions/") == []
    assert one.locks.release() == ""


def test_the_session_outlives_the_locks(contender, store):
    one = contender("r1")
    one.take("example.com", "example.org")
    store.calls.clear()
    one.locks.release()
    assert store.calls[:2] == [("replace", NAME), ("replace", "locks/example.org.json")]
    assert ("remove", "sessions/r1.json") in store.calls[2:]


def test_what_another_run_has_by_now_is_left_to_it(contender, store):
    one, two = contender("r1"), contender("r2")
    one.take("example.com", "example.org")
    break_lock(store, COM, CONTEXT)
    two.take("example.com")
    one.locks.release()
    two.check("example.com")
    assert holder(store, ORG) is None


def test_a_context_manager_releases_whatever_happens(contender, store):
    one = contender("r1")

    def fail():
        with one.locks:
            one.take("example.com")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert holder(store, COM) is None


def test_a_release_says_what_it_could_not_free(contender, store):
    one = contender("r1")
    one.take("example.com")
    store.before = failing
    assert one.locks.release() == "the lock on `example.com` was not freed: the store is away"
    with pytest.raises(NoLeaveError):
        one.check("example.com")


def test_a_lock_that_was_not_freed_is_anybodys_once_its_session_is_gone(contender, store):
    one = contender("r1")
    one.take("example.com", "example.org")

    def fail(operation, name):
        if name == NAME:
            failing(operation, name)

    store.before = fail
    assert one.locks.release() == ""
    store.calm()
    assert holder(store, COM).beat == ""
    assert contender("r2").take("example.com", "example.org") == {"example.com": "r1", "example.org": ""}


def test_the_heartbeat_is_a_daemon_that_ends_with_the_release():
    locks = Locks(MemoryStore(), "r1", CONTEXT)
    locks.acquire([COM])
    (thread,) = [one for one in threading.enumerate() if one.name == "heartbeat of r1"]
    assert thread.daemon
    locks.release()
    thread.join(10)
    assert not thread.is_alive()


# What was found before


def test_a_lock_that_nobody_held_in_between_is_found_as_it_was_seen(contender, store):
    assert seen(store, [COM]) == {COM: ""}
    first = contender("r1")
    first.take("example.com")
    assert first.locks.before == {COM: ""}
    first.locks.release()
    before = seen(store, [COM, ORG])
    second = contender("r2")
    second.take("example.com", "example.org")
    assert second.locks.before == before


def test_a_lock_that_was_held_in_between_is_not_found_as_it_was_seen(contender, store):
    before = seen(store, [COM])
    first = contender("r1")
    first.take("example.com")
    while_held = seen(store, [COM])
    first.locks.release()
    second = contender("r2")
    second.take("example.com")
    assert before[COM] != second.locks.before[COM] != while_held[COM]


def test_a_lock_that_is_taken_over_is_not_found_as_it_was_seen(contender, store):
    contender("r1").take("example.com")
    while_held = seen(store, [COM])
    second = contender("r2", gone=lambda _: True)
    assert second.take("example.com") == {"example.com": "r1"}
    assert second.locks.before[COM] != while_held[COM]


# A distant store


def test_a_thousand_locks_of_a_distant_store_are_taken_several_at_once(clock):
    store = Disturbed(is_local=False)
    together = threading.Barrier(16)
    store.before = lambda operation, name: operation == "replace" and name.startswith("locks/") and together.wait(60)
    names = [f"z{number:04}.example" for number in range(992)]
    one = Contender(store, clock, "r1")
    one.take(*names)
    one.check(names[500])
    assert len(store.calls) < 2 * len(names) + 10
    assert one.locks.release() == ""
    assert {found.holder for found in (find(store, zone) for zone in zones(*names))} == {None}


def test_what_was_taken_too_early_is_given_back(clock):
    store = Disturbed(is_local=False)
    names = [f"z{number}.example" for number in range(9)]
    quick, slow = Contender(store, clock, "r1"), Contender(store, clock, "r2")
    lock = threading.Lock()

    def overtake(operation, name):
        with lock:
            if operation == "replace" and name == "locks/z4.example.json" and not quick.sessions:
                store.calm()
                quick.take("z4.example")

    store.before = overtake
    held = []

    def look():
        held.append([str(zone) for zone in zones(*names) if (h := holder(store, zone)) and h.run == "r2"])
        quick.locks.release()

    clock.meanwhile.append(look)
    before = seen(store, zones(*names))
    slow.take(*names, timeout=30)
    assert held == [names[:4]]
    for name in names:
        slow.check(name)
    differing = [str(zone) for zone in before if before[zone] != slow.locks.before[zone]]
    assert differing == ["z4.example"]


def test_a_distant_store_that_fails_midway_leaves_nothing_that_blocks(clock):
    store = Disturbed(is_local=False)
    names = [f"z{number:02}.example" for number in range(40)]

    def fail(operation, name):
        if operation == "replace" and name == "locks/z20.example.json":
            raise StoreError("the answer was lost")

    store.after = fail
    with pytest.raises(StoreError, match="the answer was lost"):
        Contender(store, clock, "r1").take(*names)
    store.calm()
    assert set(Contender(store, clock, "r2").take(*names).values()) == {""}
