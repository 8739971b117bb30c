"""unlock: a lock is shown, and broken only when that is meant."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.test_process import on_a_terminal
from tests.support.lockers import CONTEXT, Clock, Contender, zones
from zonesync.provider.permit import NoLeaveError
from zonesync.run.locks import Locks, holder
from zonesync.run.processes import this_process
from zonesync.run.store import LocalStore

COM = zones("example.com")[0]
RUN = "20261122T020304Z-abc123"


@pytest.fixture
def store(project):
    return LocalStore(project / ".zonesync")


@pytest.fixture
def locked(store):
    one = Contender(store, Clock(), RUN)
    one.take("example.com", "example.org")
    return one


def unlocks(store):
    entries = [entry for name in store.names("audit/") for entry in json.loads(store.get(name))["entries"]]
    return [entry for entry in entries if entry["kind"] == "unlock"]


def test_who_holds_the_lock_is_shown(locked, run):
    shown = run("unlock", "example.com")
    assert shown.code == 1
    assert shown.out == (
        "example.com is locked\n"
        f"  run         {RUN}\n"
        "  actor       ada@example.com\n"
        "  account     ci on runner-17\n"
        "  commit      c0ffee1234567890\n"
        "  CI run      https://ci.example/1\n"
        "  since       2026-11-22T02:03:04Z\n"
        "  last sign   2026-11-22T02:03:04Z\n"
        "  process     100 is on another machine: nobody can tell from here whether it is\n"
        "              running\n"
    )


def test_without_a_terminal_nothing_is_broken(locked, run, store, monkeypatch):
    shown = run("unlock", "example.com")
    assert shown.code == 1
    assert "error[not-confirmed]: there is no terminal to ask at" in shown.err
    assert "--yes" in shown.err
    locked.check("example.com")
    assert unlocks(store) == []


def test_yes_breaks_the_lock_and_says_so_in_the_audit_log(locked, run, store):
    shown = run("unlock", "example.com", "--yes")
    assert shown.code == 0
    assert "Broken: the lock on example.com is free.\naudit log 1:sha256:" in shown.out
    with pytest.raises(NoLeaveError, match="was broken by"):
        locked.check("example.com")
    locked.check("example.org")
    (entry,) = unlocks(store)
    assert (entry["zone"], entry["holder"]) == ("example.com", RUN)
    assert "is on another machine" in entry["words"]
    assert "last sign of life 2026-11-22T02:03:04Z" in entry["words"]
    assert entry["run"] not in {"", RUN}
    assert {"time", "actor", "author", "user", "host", "commit", "run_url", "plan"} <= entry.keys()
    assert run("audit", "log", "--zone", "example.com").code == 0
    assert run("audit", "verify").code == 0


def test_a_broken_lock_can_be_taken_with_a_higher_fence(locked, run, store):
    assert run("unlock", "example.com", "--yes").code == 0
    Contender(store, Clock(), "next").take("example.com")
    assert holder(store, COM).fence == 3


@pytest.mark.parametrize("zone", ["example.com", "gone.example", "example.com@internal", "bücher.example"])
def test_nothing_to_break_is_said_and_is_no_failure(zone, project, run, store):
    shown = run("unlock", zone, "--yes")
    assert shown.code == 0
    assert shown.out == f"Nothing to break: nobody holds the lock on {zone}.\n"
    assert unlocks(store) == []


def test_a_lock_that_was_freed_needs_no_breaking(locked, run):
    locked.locks.release()
    assert run("unlock", "example.com", "--yes").out.startswith("Nothing to break")


def test_the_zone_needs_no_file(project, run, store):
    Contender(store, Clock(), RUN).take("gone.example")
    assert run("unlock", "gone.example", "--yes").code == 0
    assert holder(store, zones("gone.example")[0]) is None


@pytest.mark.parametrize("zone", ["", "a..b", "example.com@\x1b[31m", f"{'a' * 64}.example"])
def test_a_text_that_is_no_zone_is_a_wrong_command_line(zone, project, run):
    shown = run("unlock", zone, "--yes")
    assert shown.code == 64
    assert "\x1b" not in shown.err
    assert not (project / ".zonesync").exists()


def test_a_zone_must_be_named(project, run):
    assert run("unlock").code == 64


@pytest.mark.parametrize(("is_alive", "words"), [(True, "is running on this machine"), (False, "has ended")])
def test_whether_the_process_of_this_machine_is_gone_is_shown(is_alive, words, run, store):
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    mine = this_process()
    process = type(mine)(mine.boot, mine.namespace, child.pid, started_of(child.pid))
    Locks(store, RUN, CONTEXT, process=process, keep=id).acquire([COM])
    if not is_alive:
        child.communicate(b"\n")
    shown = run("unlock", "example.com")
    assert f"  process     {child.pid} {words}" in shown.out
    child.communicate(b"\n" if is_alive else None)


def started_of(pid):
    with Path(f"/proc/{pid}/stat").open() as file:
        return file.read().rpartition(")")[2].split()[19]


def test_a_session_that_is_gone_is_said_to_be(locked, run, store):
    store.remove(f"sessions/{RUN}.json")
    shown = run("unlock", "example.com")
    assert "  last sign   none: it has no session\n" in shown.out
    assert "has given its session up" in shown.out


@pytest.mark.parametrize(
    "data", [b"", b"{", b"\xff", b'{"format": 2, "zone": "example.com", "fence": 7, "holder": null}'], ids=repr
)
def test_an_unreadable_lock_is_repaired(data, project, run, store):
    store.put_if_absent("locks/example.com.json", data)
    refused = run("unlock", "example.com")
    assert refused.code == 1
    assert "cannot be read" in refused.out
    assert store.get("locks/example.com.json") == data
    assert run("unlock", "example.com", "--yes").code == 0
    Contender(store, Clock(), "next").take("example.com")
    assert unlocks(store)[0]["holder"] == ""
    assert "is no lock" in unlocks(store)[0]["words"]


def test_what_a_lock_says_cannot_steer_a_terminal(project, run, store):
    hostile = type(CONTEXT)("\x1b[2Jada", "\u202ec0ffee", "https://x/\r\n", user="u\x07", host="h\nrun  other")
    Locks(store, RUN, hostile, keep=id).acquire([COM])
    shown = run("unlock", "example.com")
    assert not set(shown.out) & set("\x1b\x07\r\u202e")
    assert len(shown.out.splitlines()) == len(run("unlock", "example.com").out.splitlines())
    assert "\n  run  other" not in shown.out


def test_a_lock_that_changes_hands_while_the_question_stands_is_not_broken(locked, run, store, monkeypatch):
    from zonesync.cli import unlock

    def meanwhile(session):
        locked.locks.release()
        Contender(store, Clock(), "next").take("example.com")
        return True

    monkeypatch.setattr(unlock, "_confirmed", meanwhile)
    shown = run("unlock", "example.com")
    assert shown.code == 1
    assert "error[locked]: the lock has changed hands: `example.com` is locked by run next" in " ".join(
        shown.err.split()
    )
    assert holder(store, COM).run == "next"
    assert unlocks(store) == []


def test_a_lock_that_is_freed_while_the_question_stands_needs_no_breaking(locked, run, store, monkeypatch):
    from zonesync.cli import unlock

    monkeypatch.setattr(unlock, "_confirmed", lambda session: locked.locks.release() == "")
    shown = run("unlock", "example.com")
    assert shown.code == 0
    assert "Nothing to break any more" in shown.out
    assert unlocks(store) == []


def test_a_log_that_cannot_be_read_leaves_the_lock(locked, run, store):
    store.put_if_absent("audit/000000000001.json", b"{")
    shown = run("unlock", "example.com", "--yes")
    assert shown.code == 1
    assert "error[state-unusable]" in shown.err
    locked.check("example.com")


def test_a_state_that_cannot_be_written_is_said_to_be(locked, run, project):
    (project / ".zonesync/audit").write_text("no folder")
    shown = run("unlock", "example.com", "--yes")
    assert shown.code == 1
    assert "error[state-unusable]" in shown.err


@pytest.mark.parametrize(("keys", "code", "words"), [(b"yes\n", 0, "Broken"), (b"y\n", 1, "Not broken.")])
def test_only_yes_does_on_a_terminal(keys, code, words, locked, store):
    done, output = on_a_terminal("unlock", "example.com", keys=keys)
    assert done == code
    assert words in output
    assert "A run that still goes on stops before its next write" in output
    assert (holder(store, COM) is None) == (code == 0)
