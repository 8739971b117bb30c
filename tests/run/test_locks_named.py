"""What a lock object is called, and what it holds."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.examples import examples
from tests.support.lockers import CONTEXT, Clock, Contender
from zonesync.model.zone import ZoneId
from zonesync.run import lockfiles
from zonesync.run.context import Context
from zonesync.run.lockfiles import name_of
from zonesync.run.locks import Locks, holder
from zonesync.run.store import LocalStore, MemoryStore
from zonesync.run.store.names import checked


@pytest.mark.parametrize(
    ("zone", "name"),
    [
        ("example.com", "locks/example.com.json"),
        ("example.com@internal", "locks/example.com%40internal.json"),
        ("example.com@Internal", "locks/example.com%40%49nternal.json"),
        ("0/25.2.0.192.in-addr.arpa", "locks/0%2F25.2.0.192.in-addr.arpa.json"),
        ("_tcp.example.com", "locks/_tcp.example.com.json"),
        ("bücher.example", "locks/xn--bcher-kva.example.json"),
        (".", "locks/%2E.json"),
    ],
)
def test_a_lock_is_named_for_its_zone(zone, name):
    assert name_of(ZoneId.parse(zone)) == name


def test_a_long_name_is_cut_and_told_apart_by_a_digest():
    long, other = (ZoneId.parse(f"{'a' * 60}.{'b' * 60}.{'c' * 60}.{label}.example") for label in ("x", "y"))
    assert name_of(long) != name_of(other)
    assert len(name_of(long)) == len("locks/") + 145 + len(".json")
    assert name_of(long).startswith(f"locks/{'a' * 60}.")


texts = st.text(st.characters(codec="utf-8"), max_size=200) | st.text("aA.%+/@~\\é", max_size=12)
names = st.tuples(st.sampled_from(["", "a.", "a" * 150]), texts).map("".join)


@given(names, names)
@examples(200)
def test_every_identity_has_a_name_of_its_own_that_any_store_takes(one, other):
    zones = ZoneId(f"{one}."), ZoneId(f"{other}.")
    first, second = map(name_of, zones)
    assert checked(first) == first
    assert (first.lower() == second.lower()) == (str(zones[0]) == str(zones[1]))


def test_a_lock_is_kept_in_a_folder_whatever_the_zone_is_called(tmp_path):
    store = LocalStore(tmp_path)
    zones = [
        ZoneId.parse(name) for name in (".", "0/25.example", "a.example@b", f"{'x' * 60}.{'y' * 60}.{'z' * 60}.com")
    ]
    with Locks(store, "r1", CONTEXT) as locks:
        locks.acquire(zones)
        for zone in zones:
            locks.check(zone)
            assert holder(store, zone).run == "r1"


def test_names_that_cannot_be_written_are_spelled_out():
    store = MemoryStore()
    with Locks(store, "r1", Context("\udce9ric", host='h"\x1b[31m')) as locks:
        zone = ZoneId.parse("example.com")
        locks.acquire([zone])
        locks.check(zone)
        assert (holder(store, zone).actor, holder(store, zone).host) == ("\\udce9ric", 'h"\x1b[31m')


def test_what_is_written_is_read_again():
    clock, store = Clock(), MemoryStore()
    Contender(store, clock, "r1").take("example.com")
    zone = ZoneId.parse("example.com")
    data = store.get(name_of(zone))
    lock = lockfiles.read(zone, data)
    assert lockfiles.held(zone, lock.holder, lock.fence) == data
    assert lockfiles.salvaged_fence(data) == lock.fence == 1
