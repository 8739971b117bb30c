"""What is kept of a zone after a run: fingerprints that tell RRsets apart, under a name that vouches for them."""

import hashlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import strategies
from tests.support.examples import examples
from zonesync.model.rrset import Key, RRset
from zonesync.model.zone import Kept, ZoneId
from zonesync.run import snapshots
from zonesync.run.snapshots import Snapshot, SnapshotError, fingerprint
from zonesync.run.store import MemoryStore

ZONE = ZoneId.parse("example.com@inside")
SOA = RRset("example.com.", "SOA", 3600, ("ns1.example.com. hostmaster.example.com. 7 3600 900 1209600 300",))
KEPT = (
    Kept("www.example.com.", "A", "weighted", "sha256:1", "blue"),
    Kept("www.example.com.", "A", "weighted", "sha256:2", "green is good"),
    Kept("geo.example.com.", "A", "geo", "sha256:3"),
)


def taken(*rrsets, kept=()):
    return snapshots.of_live(ZONE, "aws", {rrset.key: rrset for rrset in rrsets}, kept)


@given(strategies.zones(), strategies.rrsets())
@examples(100)
def test_a_snapshot_is_read_back(zone, other):
    rrsets = {**zone.rrsets, other.key: other}
    data = snapshots.of_live(ZONE, "aws", rrsets, KEPT)
    found = Snapshot.loads(data)
    assert (found.zone, found.provider) == ("example.com@inside", "aws")
    assert found.rrsets == {key: fingerprint(rrset) for key, rrset in rrsets.items()}
    assert found.kept == snapshots.kept_digests(KEPT)
    assert snapshots.of_live(ZONE, "aws", dict(reversed(rrsets.items())), KEPT[::-1]) == data


@given(strategies.rrsets(), strategies.rrsets())
@examples(200)
def test_two_rrsets_have_one_fingerprint_where_they_are_equal(one, other):
    if one.type != "SOA" and other.type != "SOA":
        assert (fingerprint(one) == fingerprint(other)) == ((one.ttl, one.rdatas) == (other.ttl, other.rdatas))


def test_values_do_not_run_into_each_other():
    sets = [("a.", "b."), ("a.|b.",), ("a.b.",), ("a.", "b.", "c."), ("a. b.",)]
    assert len({fingerprint(RRset("x.", "NS", 60, values)) for values in sets}) == len(sets)
    assert fingerprint(RRset("x.", "A", None, ("alias x. - false",))) != fingerprint(
        RRset("x.", "A", 0, ("alias x. - false",))
    )


def test_the_serial_of_an_soa_does_not_count_and_its_other_fields_do():
    later = RRset(SOA.name, "SOA", 3600, (SOA.rdatas[0].replace(" 7 ", " 8 "),))
    other = RRset(SOA.name, "SOA", 3600, (SOA.rdatas[0].replace(" 900 ", " 901 "),))
    assert taken(SOA) == taken(later) != taken(other)


def test_kept_rrsets_are_told_apart_by_their_set_identifiers():
    found = Snapshot.loads(taken(kept=KEPT)).kept
    assert found == {
        "www.example.com. A blue": "sha256:1",
        "www.example.com. A green is good": "sha256:2",
        "geo.example.com. A": "sha256:3",
    }
    twice = (KEPT[2], Kept("geo.example.com.", "A", "geo", "sha256:9"))
    assert snapshots.kept_digests(twice) == {"geo.example.com. A": "sha256:3 sha256:9"}


def test_a_snapshot_is_kept_once_under_the_digest_of_its_bytes():
    store, data = MemoryStore(), taken(SOA)
    digest = snapshots.save(store, data)
    assert snapshots.save(store, data) == digest == "sha256:" + hashlib.sha256(data).hexdigest()
    assert store.names("snapshots/") == [snapshots.name_of(data)] == [f"snapshots/{digest[7:]}.json"]
    assert snapshots.load(store, digest) == Snapshot.loads(data)


def test_a_damaged_snapshot_is_never_believed_and_is_written_again():
    store, data = MemoryStore(), taken(SOA)
    digest = snapshots.save(store, data)
    name = snapshots.name_of(data)
    store.replace(name, data.replace(b"aws", b"ns1"), store.fetch(name).version)
    with pytest.raises(SnapshotError, match=r"snapshots/.*\.json was altered"):
        snapshots.load(store, digest)
    assert snapshots.save(store, data) == digest
    assert snapshots.load(store, digest).provider == "aws"


def test_a_snapshot_that_has_gone_is_an_error():
    with pytest.raises(SnapshotError, match="has gone"):
        snapshots.load(MemoryStore(), "sha256:" + "0" * 64)


@pytest.mark.parametrize("digest", ["", "sha256:", "sha256:../x", "md5:" + "0" * 64, "sha256:" + "A" * 64, "0" * 64])
def test_what_is_no_digest_names_no_snapshot(digest):
    with pytest.raises(SnapshotError, match="what is no digest"):
        snapshots.load(MemoryStore(), digest)


WHOLE = json.loads(taken(SOA, kept=KEPT))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"\xff",
        b"[]",
        b"[" * 100_000,
        *(json.dumps({**WHOLE, key: odd}).encode() for key in WHOLE for odd in (None, 5, [1], {"a": 1})),
    ],
)
def test_what_is_no_snapshot_is_an_error(data):
    with pytest.raises(SnapshotError, match="no snapshot"):
        Snapshot.loads(data)


@given(st.dictionaries(st.text(max_size=8), st.text(max_size=4), max_size=4))
@examples(50)
def test_a_name_that_is_no_name_and_type_is_passed_over(rrsets):
    found = Snapshot.loads(json.dumps({**WHOLE, "rrsets": rrsets}).encode())
    assert found.rrsets == {Key(*name.split(" ")): mark for name, mark in rrsets.items() if name.count(" ") == 1}
