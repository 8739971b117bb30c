"""Who is out of rotation is on record whole or not at all, whoever writes at the same time."""

import json
import re
import threading
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.examples import examples
from zonesync.model.zone import ZoneId
from zonesync.plan.plan import Standing
from zonesync.plan.rotation import Absence
from zonesync.run import rotation
from zonesync.run.store import LocalStore, MemoryStore, StoreError

ZONE = ZoneId("example.com.")
OUT = Absence(
    Standing.OUT, ("ns1.b.example.",), "2026-11-22T02:03:04Z", "20261122T020304Z-c0ffee", "tester", "", 172800
)

texts = st.text(max_size=20)
absences = st.builds(
    Absence,
    st.sampled_from([Standing.OUT, Standing.LEAVING, Standing.LEFT]),
    st.lists(texts, max_size=3).map(tuple),
    texts,
    texts,
    texts,
    st.sampled_from(["", "2026-11-22T02:03:04Z", "2026-11-22T02:03:04+01:00"]),
    st.integers(0, 2**31),
)
zones = st.sampled_from([ZoneId("example.com."), ZoneId("example.com.", "internal"), ZoneId("."), ZoneId("b.example.")])


def test_nobody_is_out_where_nothing_was_written(tmp_path):
    assert rotation.read(LocalStore(tmp_path / "state")) == {}
    assert not (tmp_path / "state").exists()


@given(st.dictionaries(st.tuples(zones, texts.filter(bool)), absences, max_size=6))
@settings(examples(60))
def test_what_was_written_is_read_back(wanted):
    store = MemoryStore()
    for (zone, provider), one in wanted.items():
        assert rotation.change(store, zone, provider, lambda _, one=one: one) == one
    assert rotation.read(store) == wanted
    for zone, provider in wanted:
        rotation.change(store, zone, provider, lambda _: None)
    assert rotation.read(store) == {}


def test_a_change_that_changes_nothing_writes_nothing():
    store = MemoryStore()
    rotation.change(store, ZONE, "b", lambda _: OUT)
    before = store.fetch(rotation.NAME)
    assert rotation.change(store, ZONE, "b", lambda one: one) == OUT
    assert store.fetch(rotation.NAME) == before


@pytest.mark.parametrize("kind", ["memory", "folder"])
def test_runs_that_write_at_the_same_time_lose_nothing_of_each_other(kind, tmp_path):
    store = MemoryStore() if kind == "memory" else LocalStore(tmp_path / "state")
    there = [ZoneId(f"z{number}.example.") for number in range(8)]
    threads = [
        threading.Thread(
            target=rotation.change, args=(store, zone, "b", lambda _, zone=zone: replace(OUT, run=str(zone)))
        )
        for zone in there
    ]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert set(rotation.read(store)) == {(zone, "b") for zone in there}


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b"{}",
        b'{"format": 2, "zones": {}}',
        b'{"format": 1, "zones": {"a b": {}}, "more": 1}',
        b'{"format": 1, "zones": {"example.com": {"b": {"standing": "asleep"}}}}',
        b'{"format": 1, "zones": {"example.com": {"b": 7}}}',
        b'{"format": 1, "zones": {"a..b": {"b": {}}}}',
        b"[" * 100_000,
        b"\xff",
    ],
)
def test_a_record_that_cannot_be_read_is_no_record_of_nobody(data):
    store = MemoryStore()
    assert store.put_if_absent(rotation.NAME, data)
    with pytest.raises(StoreError, match=r"rotation\.json"):
        rotation.read(store)
    with pytest.raises(StoreError, match=r"rotation\.json"):
        rotation.change(store, ZONE, "b", lambda _: None)
    assert store.get(rotation.NAME) == data


def test_a_record_with_a_name_that_is_no_zone_is_refused():
    store = MemoryStore()
    entry = {"standing": "out", "hosts": [], "since": "", "run": "", "actor": "", "cleared": "", "seconds": 0}
    store.put_if_absent(rotation.NAME, json.dumps({"format": 1, "zones": {"a..b": {"b": entry}}}).encode())
    with pytest.raises(StoreError, match=r"rotation\.json"):
        rotation.read(store)


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"standing": "in"}, "zones.example.com.b.standing: Value error, who is in rotation has no entry"),
        ({"cleared": "yesterday"}, "yesterday"),
        ({"cleared": "2026-11-22T02:03:04"}, "has no time zone"),
        ({"seconds": -1}, "zones.example.com.b.seconds: Input should be greater than or equal to 0"),
    ],
)
def test_a_record_that_nobody_could_have_written_is_refused_in_words(more, words):
    store = MemoryStore()
    rotation.change(store, ZONE, "b", lambda _: OUT)
    found = store.fetch(rotation.NAME)
    data = json.loads(found.data)
    data["zones"]["example.com"]["b"] |= more
    assert store.replace(rotation.NAME, json.dumps(data).encode(), found.version)
    with pytest.raises(StoreError, match=re.escape(words)):
        rotation.read(store)
