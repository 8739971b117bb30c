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
from zonesync.run.store import LocalStore, StoreError, open_store


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


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b"{}", b'{"entries": 1}', b"\xff"])
def test_an_object_that_is_none_is_an_error(store, data):
    store.put_if_absent("audit/000000000001.json", data)
    with pytest.raises(AuditError, match=r"audit/000000000001.json is no audit object"):
        list(AuditLog(store).entries())


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


def test_a_bucket_is_refused_until_there_is_one(tmp_path):
    with pytest.raises(StoreError, match="`s3://` is not supported by this version"):
        open_store("s3://bucket/x", tmp_path)
    assert open_store(".zonesync", tmp_path).folder == tmp_path / ".zonesync"


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
