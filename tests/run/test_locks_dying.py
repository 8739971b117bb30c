"""Runs that die, sleep, or are cut off from the store: who takes their locks over, when, and what they may still do."""

import json

import pytest

from tests.support.lockers import CONTEXT, LEASE, Clock, Contender, Disturbed, zones
from zonesync.provider.permit import NoLeaveError
from zonesync.run import sessions
from zonesync.run.locks import LockedError, UnreadableLockError, break_lock, holder, seen
from zonesync.run.store import StoreError

COM, ORG = zones("example.com", "example.org")
NAME = "locks/example.com.json"
SESSION = "sessions/r1.json"


class Crash(BaseException):
    """The process ends here."""


# Taking over


def test_a_holder_without_a_sign_of_life_is_taken_over_after_its_lease(contender, clock, store):
    contender("r1").take("example.com", "example.org")
    second = contender("r2")
    clock.meanwhile.append(second.beat)
    assert second.take("example.com", "example.org", timeout=90) == {"example.com": "r1", "example.org": "r1"}
    assert LEASE <= sum(clock.slept) < LEASE + 1.3
    assert holder(store, COM).fence == 2
    assert store.real.names("sessions/") == ["sessions/r2.json"]


def test_the_lease_that_counts_is_the_holders(contender, clock):
    contender("r1", lease=10).take("example.com")
    contender("r2").take("example.com", timeout=90)
    assert 10 <= sum(clock.slept) < 11.3


def test_a_holder_that_beats_is_never_taken_over(contender, clock):
    first, second = contender("r1"), contender("r2")
    first.take("example.com")
    clock.meanwhile += [first.session.beat, second.beat]
    with pytest.raises(LockedError):
        second.take("example.com", timeout=1000)
    first.check("example.com")


def test_a_holder_whose_process_is_gone_is_taken_over_at_once(contender, clock):
    contender("r1").take("example.com")
    second = contender("r2", gone=lambda process: process.started == "r1")
    assert second.take("example.com") == {"example.com": "r1"}
    assert clock.slept == []


def test_in_a_shared_store_only_the_lease_counts(clock):
    store = Disturbed(is_local=False)
    Contender(store, clock, "r1").take("example.com")
    second = Contender(store, clock, "r2", gone=lambda _: True)
    clock.meanwhile.append(second.beat)
    assert second.take("example.com", timeout=90) == {"example.com": "r1"}
    assert sum(clock.slept) >= LEASE


def test_a_holder_whose_session_is_gone_is_taken_over_at_once(contender, store):
    first = contender("r1")
    first.take("example.com")
    store.real.remove(SESSION)
    second = contender("r2")
    assert second.take("example.com") == {"example.com": "r1"}
    with pytest.raises(NoLeaveError, match="was taken over by run r2"):
        first.check("example.com")
    assert first.session.beat() is None


def test_a_beat_that_arrives_in_the_last_moment_saves_the_holder(contender, clock, store):
    contender("r1").take("example.com")
    second = contender("r2")
    clock.meanwhile.append(second.beat)

    def arrive(operation, name):
        # Between its session being looked at and being ended; it was on its way for long.
        if (operation, name) == ("fetch", SESSION) and clock.now >= 5000 + LEASE:
            there = store.real.fetch(SESSION)
            store.real.replace(SESSION, there.data + b" ", there.version)
            store.calm()

    store.after = arrive
    with pytest.raises(LockedError):
        second.take("example.com", timeout=2 * LEASE - 2)
    assert holder(store, COM).run == "r1"
    assert store.real.names("sessions/") == [SESSION]


def test_a_lease_is_counted_from_the_end_of_the_first_look(contender, clock, store):
    contender("r1").take("example.com")
    second = contender("r2", lease=3600)

    def take_long(operation, name):
        if (operation, name) == ("fetch", SESSION):
            clock.now += 30
            store.calm()

    store.after = take_long
    second.take("example.com", timeout=200)
    assert clock.now >= 5000 + 30 + LEASE


def test_of_two_that_take_over_one_wins(contender, clock, store):
    contender("r1").take("example.com")
    second, third = contender("r2", gone=lambda process: process.started == "r1"), contender("r3")

    def overtake(operation, name):
        if operation == "replace" and name == NAME:
            store.calm()
            assert third.take("example.com") == {"example.com": "r1"}

    store.before = overtake
    with pytest.raises(LockedError, match="run r3"):
        second.take("example.com")
    third.check("example.com")


def test_an_unreadable_session_is_judged_by_standing_still(contender, clock, store):
    contender("r1").take("example.com")
    store.real.remove(SESSION)
    store.real.put_if_absent(SESSION, b"\x00[")
    assert contender("r2", lease=600).take("example.com", timeout=90) == {"example.com": "r1"}
    assert sum(clock.slept) >= LEASE


# What the holder learns of it


def test_a_run_that_was_not_renewed_for_its_lease_is_lost_for_good(contender, clock, store):
    one = contender("r1")
    one.take("example.com")
    before = store.real.get(SESSION)
    clock.now += LEASE + 1
    for _ in range(2):
        with pytest.raises(
            NoLeaveError, match=r"^the lock on `example\.com` was not renewed for 61 s, another run may hold it$"
        ):
            one.check("example.com")
        assert one.session.beat() is None
        clock.now += 1
        one.locks._session._renewed = clock.now  # whatever happens
    assert store.real.get(SESSION) == before


def test_a_run_that_is_lost_still_frees_what_nobody_took(contender, clock, store):
    one = contender("r1")
    one.take("example.com")
    clock.now += LEASE
    one.locks.release()
    assert contender("r2").take("example.com") == {"example.com": ""}


def test_a_run_stops_writing_before_its_lease_ends(contender, clock):
    one = contender("r1")
    one.take("example.com")
    clock.now += LEASE * 0.89
    one.check("example.com")
    clock.now += LEASE * 0.02
    with pytest.raises(NoLeaveError, match="not renewed for 55 s"):
        one.check("example.com")
    assert one.session.beat() is not None
    one.check("example.com")


def test_the_lease_counts_from_when_a_beat_began(contender, clock, store):
    one = contender("r1")
    one.take("example.com")
    clock.now += 10
    store.after = lambda operation, name: setattr(clock, "now", clock.now + 40)
    assert one.session.beat() == 0.0
    store.calm()
    clock.now += 14
    with pytest.raises(NoLeaveError, match="not renewed for 54 s"):
        one.check("example.com")


def test_a_beat_that_takes_longer_than_the_lease_is_the_last(contender, clock, store):
    one = contender("r1")
    one.take("example.com")
    clock.now += 10
    store.after = lambda operation, name: setattr(clock, "now", clock.now + 51)
    assert one.session.beat() is None
    store.calm()
    with pytest.raises(NoLeaveError):
        one.check("example.com")


def test_beats_come_four_times_in_a_lease(contender):
    one = contender("r1")
    one.take("example.com")
    assert one.session.beat() == LEASE / 4


def test_a_failed_beat_is_tried_again_soon(contender, clock, store):
    one = contender("r1")
    one.take("example.com")

    def fail(operation, name):
        raise StoreError("the disk is full")

    store.before = fail
    clock.now += 15
    assert one.session.beat() == 1.0
    clock.now += 30
    store.calm()
    assert one.session.beat() == 15.0
    clock.now += 50
    one.check("example.com")


def test_why_beats_failed_is_said(contender, clock, store):
    one = contender("r1")
    one.take("example.com")

    def fail(operation, name):
        raise StoreError("cannot write: No space left on device {}")

    store.before = fail
    while one.session.beat() is not None:
        clock.now += 1
    store.calm()
    with pytest.raises(NoLeaveError, match=r"another run may hold it \(cannot write: No space left on device \{\}\)$"):
        one.check("example.com")


def test_a_run_whose_session_another_one_ended_stops(contender, store):
    one = contender("r1")
    one.take("example.com")
    store.real.remove(SESSION)
    assert one.session.beat() is None
    with pytest.raises(NoLeaveError, match="is lost: another run has ended this one"):
        one.check("example.com")
    assert store.real.get(SESSION) is None


# Lost answers: what was written was written


@pytest.mark.parametrize("name", [SESSION, NAME], ids=["session", "lock"])
def test_a_lost_answer_while_acquiring_blocks_nobody(name, contender, store):
    def lose(operation, where):
        if operation == "replace" and where == name:
            raise StoreError("the answer was lost")

    store.after = lose
    with pytest.raises(StoreError, match="the answer was lost"):
        contender("r1").take("example.com")
    store.calm()
    assert store.real.names("sessions/") == []
    assert contender("r2").take("example.com") == {"example.com": ""}


@pytest.mark.parametrize("name", [SESSION, NAME], ids=["session", "lock"])
def test_a_write_that_was_sent_twice_by_the_store_counts_once(name, contender, store, monkeypatch):
    real = store.real.replace

    def twice(where, data, expected):
        version = real(where, data, expected)
        return real(where, data, expected) if where == name else version

    monkeypatch.setattr(store.real, "replace", twice)
    one = contender("r1")
    assert one.take("example.com") == {"example.com": ""}
    assert one.session.beat() is not None
    one.check("example.com")
    assert one.locks.release() == ""
    assert holder(store, COM) is None


def test_a_beat_whose_answer_was_lost_counts_from_its_first_try(contender, clock, store):
    one = contender("r1")
    one.take("example.com")

    def lose(operation, where):
        raise StoreError("the answer was lost")

    store.after = lose
    clock.now += 15
    assert one.session.beat() == 1.0
    store.calm()
    clock.now += 20
    assert one.session.beat() == 0.0
    clock.now += 36
    with pytest.raises(NoLeaveError, match="not renewed for 56 s"):
        one.check("example.com")
    assert one.session.beat() is not None
    one.check("example.com")


# Death between any two steps


def whole_life(one):
    one.take("example.com", "example.org")
    one.session.beat()
    one.check("example.com")
    one.locks.release()


def steps():
    store = Disturbed()
    whole_life(Contender(store, Clock(), "r1"))
    return len(store.calls)


@pytest.mark.parametrize("is_after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("number", range(steps()))
@pytest.mark.parametrize("same_machine", [False, True], ids=["elsewhere", "here"])
def test_death_at_any_step_blocks_nobody_for_longer_than_a_lease(number, is_after, same_machine, clock):
    store = Disturbed()
    one = Contender(store, clock, "r1")

    def die(operation, name):
        if len(store.calls) == number + 1:
            # The dead do not tidy up.
            store.before = store.after = dead
            raise Crash

    def dead(operation, name):
        raise Crash

    setattr(store, "after" if is_after else "before", die)
    with pytest.raises(Crash):
        whole_life(one)
    store.calm()
    second = Contender(store, clock, "r2", gone=lambda process: same_machine)
    clock.meanwhile.append(second.beat)
    taken = second.take("example.com", "example.org", timeout=LEASE + 2)
    assert sum(clock.slept) <= (0 if same_machine else LEASE + 1.3)
    assert set(taken.values()) <= {"", "r1"}
    clock.sleep(LEASE)
    second.locks.release()
    assert store.real.names("sessions/") == []


def test_what_runs_left_behind_is_cleared_away_by_one_that_lasts_a_lease(contender, clock, store):
    for number in range(5):
        contender(f"dead{number}").take(f"z{number}.example")
    ended = sessions.ended("dead0", "r0")
    store.real.replace("sessions/dead0.json", ended, store.real.fetch("sessions/dead0.json").version)
    alive, brief, long = contender("alive"), contender("brief"), contender("long")
    alive.take("alive.example")
    brief.take("example.org")
    brief.locks.release()
    assert len(store.real.names("sessions/")) == 5
    long.take("example.com")
    clock.now += LEASE / 2
    assert alive.session.beat() is not None
    clock.now += LEASE / 2
    long.locks.release()
    assert store.real.names("sessions/") == ["sessions/alive.json"]
    alive.check("alive.example")


def test_a_run_is_over_once_its_session_is_gone_or_was_ended(contender, store):
    one = contender("r1")
    one.take("example.com")
    assert not sessions.is_over(store, "r1")
    store.real.replace(SESSION, sessions.ended("r1", "r2"), store.real.fetch(SESSION).version)
    assert sessions.is_over(store, "r1")
    store.real.remove(SESSION)
    assert sessions.is_over(store, "r1")


# Locks that are none


CORRUPT = {
    "empty": (b"", "EOF"),
    "cut": (b'{"format": 1, "zone": "example.com", "fence": 41', "EOF"),
    "binary": (b"\x00\xff", "is no lock"),
    "list": (b"[]", "is no lock"),
    "deep": (b"[" * 100_000, "is no lock"),
    "newer": (
        b'{"format": 2, "zone": "example.com", "fence": 41, "holder": null}',
        "its `format` is not 1, a newer version may have written it",
    ),
    "no fence": (b'{"format": 1, "zone": "example.com", "holder": null}', "`fence`"),
    "a text for a fence": (b'{"format": 1, "zone": "example.com", "fence": "41", "holder": null}', "`fence`"),
    "another zone": (b'{"format": 1, "zone": "example.org", "fence": 41, "holder": null}', "another zone's"),
    "no run": (b'{"format": 1, "zone": "example.com", "fence": 41, "holder": {}}', r"`holder\.run`"),
    "a way out": (
        b'{"format": 1, "zone": "example.com", "fence": 41, "holder": {"run": "../../etc/passwd"}}',
        r"`holder\.run`",
    ),
    "a lease without end": (
        b'{"format": 1, "zone": "example.com", "fence": 41, "holder": {"run": "r1", "lease": 1e99}}',
        r"`holder\.lease`",
    ),
}


@pytest.mark.parametrize(("data", "words"), CORRUPT.values(), ids=CORRUPT)
def test_an_object_that_is_no_lock_is_said_to_be_none_and_can_be_broken(data, words, contender, store):
    store.real.put_if_absent(NAME, data)
    with pytest.raises(UnreadableLockError, match=words) as refused:
        contender("r1").take("example.com")
    assert "`zonesync unlock example.com` writes it anew" in str(refused.value)
    assert store.real.get(NAME) == data
    with pytest.raises(UnreadableLockError):
        holder(store, COM)
    assert break_lock(store, COM, CONTEXT).problem
    contender("r2").take("example.com")
    fence = json.loads(store.real.get(NAME))["fence"]
    assert fence > (41 if b"41" in data else 0)


def test_an_unreadable_lock_has_a_version_to_be_seen(store):
    store.real.put_if_absent(NAME, b"{")
    before = seen(store, [COM])
    assert seen(store, [COM]) == before != {COM: ""}


def test_an_unreadable_lock_that_was_written_meanwhile_is_looked_at_again(store):
    store.real.put_if_absent(NAME, b"{")
    with pytest.raises(StoreError, match="written while it was looked at; look again"):
        break_lock(store, COM, CONTEXT, "another version")
    assert store.real.get(NAME) == b"{"


def test_breaking_frees_only_the_lock_that_was_shown(contender, store):
    first = contender("r1")
    first.take("example.com")
    shown = store.real.fetch(NAME).version
    first.locks.release()
    assert break_lock(store, COM, CONTEXT, shown) is None
    second = contender("r2")
    second.take("example.com")
    with pytest.raises(LockedError, match="run r2"):
        break_lock(store, COM, CONTEXT, shown)
    second.check("example.com")
    assert break_lock(store, ORG, CONTEXT) is None


def test_a_broken_lock_is_not_freed_by_the_run_that_had_it(contender, store):
    first, second = contender("r1"), contender("r2")
    first.take("example.com")
    break_lock(store, COM, CONTEXT)
    second.take("example.com")
    first.locks.release()
    second.check("example.com")
