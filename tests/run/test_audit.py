"""The audit log: a chain that several writers extend without losing an entry."""

import hashlib
import json
import subprocess
import sys
import threading
from collections import Counter

import pytest

from zonesync.run.audit import EMPTY, AuditError, AuditLog, Head
from zonesync.run.context import Context, from_environment
from zonesync.run.store import LocalStore, StoreError
from zonesync.views.audit_text import audit_lines


@pytest.fixture
def store(tmp_path):
    return LocalStore(tmp_path)


def chain(store):
    """The entries in order, after checking the chain without the code under test."""
    previous, entries = "sha256:" + "0" * 64, []
    for sequence, name in enumerate(store.names("audit/"), 1):
        data = store.get(name)
        document = json.loads(data)
        assert (name, document["sequence"]) == (f"audit/{sequence:012d}.json", sequence)
        assert document["previous"] == previous
        previous = "sha256:" + hashlib.sha256(data).hexdigest()
        entries += document["entries"]
    return entries, previous


def test_an_empty_log_has_an_empty_head(store):
    log = AuditLog(store)
    assert log.head() == EMPTY == Head(0, "sha256:" + "0" * 64)
    assert list(log.entries()) == []


def test_each_object_names_the_one_before(store):
    log = AuditLog(store)
    heads = [log.append([{"n": n}, {"n": -n}]) for n in range(1, 4)]
    entries, last = chain(store)
    assert [entry["n"] for entry in entries] == [1, -1, 2, -2, 3, -3]
    assert heads[-1] == log.head() == Head(3, last)
    assert str(heads[-1]) == f"3:{last}"
    assert [entry["sequence"] for entry in log.entries()] == [1, 1, 2, 2, 3, 3]


def test_a_log_is_taken_up_where_it_ended(store):
    AuditLog(store).append([{"n": 1}])
    AuditLog(store).append([{"n": 2}])
    assert [entry["n"] for entry in chain(store)[0]] == [1, 2]


def test_a_writer_that_was_overtaken_steps_over_what_came(store):
    slow, fast = AuditLog(store), AuditLog(store)
    slow.append([{"n": 1}])
    for n in (2, 3, 4):
        fast.append([{"n": n}])
    assert slow.append([{"n": 5}]).sequence == 5
    assert [entry["n"] for entry in chain(store)[0]] == [1, 2, 3, 4, 5]


def test_threads_lose_no_entry(store):
    def write(log, name):
        for number in range(10):
            log.append([{"who": name, "n": number}])

    shared = AuditLog(store)
    threads = [threading.Thread(target=write, args=(log, n)) for n, log in enumerate([shared, shared, AuditLog(store)])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    entries, _ = chain(store)
    assert Counter(entry["who"] for entry in entries) == {0: 10, 1: 10, 2: 10}
    for who in range(3):
        assert [entry["n"] for entry in entries if entry["who"] == who] == list(range(10))


def test_processes_lose_no_entry(store, tmp_path):
    code = (
        "import sys; from pathlib import Path; from zonesync.run.audit import AuditLog; "
        "from zonesync.run.store import LocalStore; log = AuditLog(LocalStore(Path(sys.argv[1]))); "
        "[log.append([{'who': sys.argv[2], 'n': n}]) for n in range(15)]"
    )
    running = [subprocess.Popen([sys.executable, "-c", code, str(tmp_path), name]) for name in "ab"]
    assert [process.wait(60) for process in running] == [0, 0]
    assert Counter(entry["who"] for entry in chain(store)[0]) == {"a": 15, "b": 15}


WHOLE = {"format": 1, "sequence": 1, "previous": EMPTY.digest, "entries": [{"kind": "run_end"}]}
ODD = {
    "nothing": b"",
    "no JSON": b"{",
    "no text": b"\xff",
    "too deep": b"[" * 100_000,
    "a list": b"[]",
    "empty": b"{}",
    **{f"without {key}": json.dumps({**WHOLE, key: None}).encode() for key in WHOLE},
    "another format": json.dumps({**WHOLE, "format": 2}).encode(),
    "true for 1": json.dumps({**WHOLE, "sequence": True}).encode(),
    "another's sequence": json.dumps({**WHOLE, "sequence": 2}).encode(),
    "no digest": json.dumps({**WHOLE, "previous": "sha256:0"}).encode(),
    "entries no list": json.dumps({**WHOLE, "entries": 1}).encode(),
    "entries a mapping": json.dumps({**WHOLE, "entries": {"a": 1}}).encode(),
    "an entry no mapping": json.dumps({**WHOLE, "entries": [{}, ["kind", "run"]]}).encode(),
    "an entry's zones no list": json.dumps({**WHOLE, "entries": [{"zones": 5}]}).encode(),
    "an entry's run no text": json.dumps({**WHOLE, "entries": [{"run": ["a"]}]}).encode(),
}


def test_an_object_of_our_shape_is_read(store):
    store.put_if_absent("audit/000000000001.json", json.dumps(WHOLE).encode())
    assert list(AuditLog(store).entries()) == [{"sequence": 1, "kind": "run_end"}]


@pytest.mark.parametrize("data", ODD.values(), ids=ODD)
def test_an_object_that_is_none_is_an_error_and_nothing_is_built_on_it(store, data):
    store.put_if_absent("audit/000000000001.json", data)
    for act in (lambda log: list(log.entries()), AuditLog.head, lambda log: log.append([{"n": 1}])):
        with pytest.raises(AuditError, match=r"audit/000000000001.json is no audit object: .*; move it out of"):
            act(AuditLog(store))
    assert store.names("audit/") == ["audit/000000000001.json"]


def test_a_stray_file_far_ahead_is_refused(store):
    AuditLog(store).append([{"n": 1}])
    store.put_if_absent("audit/000000000099.json", b"{}")
    with pytest.raises(AuditError, match=r"audit/000000000099.json is no audit object: .*; move it out of"):
        AuditLog(store).append([{"n": 2}])
    assert store.names("audit/") == ["audit/000000000001.json", "audit/000000000099.json"]


def test_a_stray_file_in_the_next_place_is_not_stepped_over(store):
    log = AuditLog(store)
    log.append([{"n": 1}])
    store.put_if_absent("audit/000000000002.json", b"{}")
    with pytest.raises(AuditError, match=r"audit/000000000002.json is no audit object"):
        log.append([{"n": 2}])


@pytest.mark.parametrize("odd", [5, 0.5, True, "text", ["a", 5], [], {"ttl": [1], "rdatas": 5}, {"rdatas": [5, None]}])
@pytest.mark.parametrize(
    "entry",
    [
        {"kind": "run_start", "run": "r"},
        {"kind": "change", "name": "www.example.com.", "type": "A", "before": None, "after": None},
        {"kind": "step", "step": "reload"},
        {"kind": "run_end", "outcome": "complete"},
    ],
    ids=lambda entry: entry["kind"],
)
def test_odd_values_are_shown_as_they_are(odd, entry):
    keys = ("time", "actor", "commit", "allowances", "zone", "provider", "step", "outcome", "words", "before", "after")
    for key in keys:
        assert all(isinstance(line, str) for line in audit_lines([{**entry, key: odd}]))
    assert list(audit_lines([{**entry, "kind": odd}])) == []


def test_an_odd_side_of_a_change_is_not_hidden():
    change = {"kind": "change", "name": "n.", "type": "A", "provider": "a", "outcome": "applied"}
    assert list(audit_lines([{**change, "before": 5}])) == ["    - n. A at a  5"]
    assert list(audit_lines([{**change, "after": {"ttl": 60, "rdatas": 5}}])) == ["    + n. A at a  60 5"]
    assert "allowed 5" in next(audit_lines([{"kind": "run_start", "allowances": 5}]))


@pytest.mark.parametrize("name", ["notes.txt", "1.json", "00000000000a.json", "0000000000001.json"])
def test_what_does_not_belong_into_the_log_is_an_error(store, name):
    store.put_if_absent(f"audit/{name}", b'{"entries": [{}]}')
    with pytest.raises(AuditError, match="does not belong"):
        AuditLog(store).head()


# The store
def test_a_taken_name_is_never_rewritten(store):
    assert store.put_if_absent("audit/x", b"one")
    assert not store.put_if_absent("audit/x", b"two")
    assert store.get("audit/x") == b"one"
    assert store.names("audit/") == ["audit/x"]
    assert [path.name for path in (store.folder / "audit").iterdir()] == ["x"], "nothing is left behind"


def test_what_is_not_there_is_none(store):
    assert store.get("audit/x") is None
    assert store.names("audit/") == []


def test_half_written_objects_are_no_objects(store):
    store.put_if_absent("audit/b", b"1")
    store.put_if_absent("audit/a", b"1")
    (store.folder / "audit/.c.tmp").write_bytes(b"half")
    assert store.names("audit/") == ["audit/a", "audit/b"]


def test_a_folder_that_cannot_be_is_an_error(tmp_path):
    (tmp_path / "file").write_text("")
    store = LocalStore(tmp_path / "file")
    with pytest.raises(StoreError, match="cannot write"):
        store.put_if_absent("audit/x", b"")
    with pytest.raises(StoreError, match="cannot list"):
        store.names("audit/")
    with pytest.raises(StoreError, match="cannot read"):
        store.get("audit/x")


# Who runs it
@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        (
            {
                "GITHUB_RUN_ID": "7",
                "GITHUB_REPOSITORY": "o/r",
                "GITHUB_ACTOR": "kim",
                "GITHUB_SHA": "abc",
                "CI": "true",
            },
            ("kim", "abc", "https://github.com/o/r/actions/runs/7", True),
        ),
        (
            {
                "GITHUB_RUN_ID": "7",
                "GITHUB_REPOSITORY": "o/r",
                "GITHUB_ACTOR": "k",
                "GITHUB_SHA": "a",
                "GITHUB_SERVER_URL": "https://git.x",
            },
            ("k", "a", "https://git.x/o/r/actions/runs/7", False),
        ),
        (
            {"CI_JOB_URL": "https://gitlab.x/1", "GITLAB_USER_LOGIN": "lee", "CI_COMMIT_SHA": "def", "CI": "1"},
            ("lee", "def", "https://gitlab.x/1", True),
        ),
        ({"GITHUB_ACTOR": "kim", "GITHUB_SHA": "abc", "CI": "false"}, ("kim", "abc", "", False)),
    ],
)
def test_the_run_is_told_by_its_environment(tmp_path, environ, expected):
    context = from_environment(tmp_path, environ)
    assert (context.actor, context.commit, context.url, context.is_ci) == expected


def test_outside_git_there_is_no_commit(tmp_path):
    assert from_environment(tmp_path, {"GITHUB_ACTOR": "kim"}).commit == ""


def test_times_are_utc_with_seconds():
    assert len(Context().time()) == len("2026-11-22T02:03:04Z")
    assert Context().time().endswith("Z")
