"""A folder that is read-only, full, gone, no folder at all, or left behind by a run that was killed."""

import contextlib
import fcntl
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from zonesync.run.store import LocalStore, StoreError
from zonesync.run.store.guard import guarded


@contextlib.contextmanager
def mounted(folder, options):
    folder.mkdir()
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", folder], capture_output=True, check=False)
    if done.returncode:
        pytest.skip(f"a file system of its own needs leave to mount: {done.stderr.decode().strip()}")
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", folder], check=True)


def files(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


WRITES = [
    ("put", lambda store: store.put_if_absent("audit/2", b"new")),
    ("replace", lambda store: store.replace("audit/1", b"new", store.fetch("audit/1").version)),
    ("row", lambda store: store.row("journal/run").append(b"new")),
    ("new row", lambda store: store.row("journal/new").append(b"new")),
]
REMOVALS = [("remove", lambda store: store.remove("audit/1")), ("end", lambda store: store.row("journal/run").remove())]
READS = [
    ("get", lambda store: store.get("audit/1")),
    ("fetch", lambda store: store.fetch("audit/1")),
    ("names", lambda store: store.names("audit/")),
    ("rows", lambda store: store.rows("journal/")),
    ("records", lambda store: store.row("journal/run").records()),
]


def of(*tables):
    acts = [act for table in tables for act in table]
    return pytest.mark.parametrize("act", [act for _, act in acts], ids=[name for name, _ in acts])


def filled(folder):
    store = LocalStore(folder)
    store.put_if_absent("audit/1", b"old")
    store.row("journal/run").append(b"old")
    return store


def is_as_before(folder):
    store = LocalStore(folder)
    return (store.get("audit/1"), store.row("journal/run").records()) == (b"old", [b"old"])


@of(WRITES, REMOVALS)
def test_a_read_only_folder_is_an_error_and_stays_as_it_is(tmp_path, act):
    folder = tmp_path / "state"
    with mounted(folder, "size=1m"):
        filled(folder)
        LocalStore(folder).replace("locks/a", b"", None)
        before = files(folder)
        subprocess.run(["mount", "-o", "remount,ro", folder], check=True)

        with pytest.raises(StoreError, match=rf"cannot (write|remove) {folder}/.*: Read-only file system"):
            act(LocalStore(folder))
        assert files(folder) == before
        assert is_as_before(folder)


@of(READS)
def test_a_read_only_folder_can_be_read(tmp_path, act):
    folder = tmp_path / "state"
    with mounted(folder, "size=1m"):
        expected = act(filled(folder))
        subprocess.run(["mount", "-o", "remount,ro", folder], check=True)

        assert act(LocalStore(folder)) == expected


@of(WRITES)
def test_a_full_disk_is_an_error_and_leaves_nothing_behind(tmp_path, act):
    folder = tmp_path / "state"
    with mounted(folder, "size=64k"):
        store = filled(folder)
        store.replace("locks/a", b"", None)
        with contextlib.suppress(OSError), (folder / "ballast").open("wb", buffering=0) as ballast:
            while True:
                ballast.write(bytes(4096))
        before = files(folder)
        with contextlib.suppress(OSError), (folder / "ballast").open("ab", buffering=0) as ballast:
            ballast.write(b"0")

        big = {"put": store.put_if_absent, "replace": lambda name, data: store.replace(name, data, None)}
        for write in big.values():
            with pytest.raises(StoreError, match=r"cannot write .*: No space left on device"):
                write("audit/9", bytes(8192))
        row = store.row("journal/run")
        with pytest.raises(StoreError, match=r"cannot write .*journal/run.row: No space left on device"):
            row.append(bytes(8192))
        assert files(folder) == before
        assert is_as_before(folder)

        (folder / "ballast").unlink()
        row.append(b"new")
        assert store.row("journal/run").records() == [b"old", b"new"]
        act(store)


@of(WRITES, REMOVALS, READS)
def test_a_folder_that_goes_away_in_the_middle_of_a_run_is_no_empty_state(tmp_path, act):
    folder = tmp_path / "state"
    store = filled(folder)
    shutil.rmtree(folder)

    with pytest.raises(StoreError, match=f"the state folder {folder} has gone in the middle of a run"):
        act(store)
    assert not folder.exists()


@of(READS)
def test_a_folder_that_another_thread_makes_at_the_same_time_has_not_gone(tmp_path, act, monkeypatch):
    folder = tmp_path / "state"
    store = LocalStore(folder)
    real = Path.is_dir

    def is_dir(path):
        found = real(path)
        if path == folder:
            monkeypatch.undo()
            store.put_if_absent("made/meanwhile", b"by another thread")
        return found

    monkeypatch.setattr(Path, "is_dir", is_dir)
    act(store)
    assert store.get("made/meanwhile") == b"by another thread"


@of(WRITES, REMOVALS, READS)
def test_a_mount_that_goes_away_in_the_middle_of_a_run_is_no_empty_state(tmp_path, act):
    folder = tmp_path / "state"
    with mounted(folder, "size=1m"):
        store = filled(folder)
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", folder], check=True)
        try:
            with pytest.raises(StoreError, match=f"the state folder {folder} has gone in the middle of a run"):
                act(store)
            assert files(folder) == []
        finally:
            subprocess.run(["umount", "-l", folder], check=True)


@of(WRITES, READS, REMOVALS)
def test_a_file_in_the_folders_place_is_an_error(tmp_path, act):
    (tmp_path / "state").write_text("")

    with pytest.raises(
        StoreError, match=f"cannot (read|write|list|remove) {tmp_path}/state.*: (Not a dir|File exists)"
    ):
        act(LocalStore(tmp_path / "state"))
    assert (tmp_path / "state").read_text() == ""


@of(WRITES, READS, REMOVALS)
@pytest.mark.parametrize("below", ["", "deep/state"])
def test_a_link_to_nothing_is_an_error_and_never_an_empty_state(tmp_path, act, below):
    (tmp_path / "link").symlink_to(tmp_path / "nothing")

    with pytest.raises(StoreError, match=f"cannot be used: {tmp_path}/link is a link to nothing"):
        act(LocalStore(tmp_path / "link" / below))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["link"]


@pytest.mark.parametrize("make", [Path.mkdir, os.mkfifo, lambda path: path.symlink_to("nothing")])
def test_what_is_no_file_is_never_taken_for_an_object_or_for_none_nor_waited_for(tmp_path, make):
    filled(tmp_path / "state")
    make(tmp_path / "state/audit/3")

    with pytest.raises(StoreError, match=r"cannot read .*/audit/3: it is .*; move it elsewhere"):
        LocalStore(tmp_path / "state").get("audit/3")


def test_a_link_to_a_folder_is_that_folder(tmp_path):
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    filled(tmp_path / "link")

    assert is_as_before(tmp_path / "real")


@pytest.mark.parametrize("size", range(len(b"one\ntwo\nthree\n") + 1))
def test_a_record_that_was_cut_short_is_none_and_does_not_stick_to_the_next(tmp_path, size):
    whole = b"one\ntwo\nthree\n"
    (tmp_path / "journal").mkdir()
    (tmp_path / "journal/run.row").write_bytes(whole[:size])
    records = whole[:size].split(b"\n")[:-1]

    row = LocalStore(tmp_path).row("journal/run")
    assert row.records() == records
    row.append(b"later")
    row.append(b"on")
    assert row.records() == [*records, b"later", b"on"]


def test_a_torn_record_longer_than_a_block_is_none(tmp_path):
    (tmp_path / "run.row").write_bytes(b"one\n" + b"x" * 200_000)

    row = LocalStore(tmp_path).row("run")
    row.append(b"two")
    assert row.records() == [b"one", b"two"]


def test_a_row_that_another_run_has_removed_is_not_begun_again(tmp_path):
    row = LocalStore(tmp_path).row("journal/run")
    row.append(b"begin")
    LocalStore(tmp_path).row("journal/run").remove()

    with pytest.raises(StoreError, match="has been removed since this run began it"):
        row.append(b"later")
    assert LocalStore(tmp_path).rows("journal/") == []


def test_files_of_a_killed_run_are_no_objects_and_in_nobodys_way(tmp_path):
    store = filled(tmp_path)
    for name in (".1.0123456789abcdef.tmp", ".1.new", ".2.new"):
        (tmp_path / "audit" / name).write_bytes(b"half")

    assert store.names("audit/") == ["audit/1"]
    assert store.replace("audit/1", b"new", store.fetch("audit/1").version)
    assert store.replace("audit/2", b"new", None)
    assert (store.get("audit/1"), store.get("audit/2")) == (b"new", b"new")
    assert files(tmp_path / "audit") == [".1.0123456789abcdef.tmp", "1", "2"]


@pytest.mark.parametrize("where", ["fsync", "link", "replace"])
def test_a_failure_in_the_middle_leaves_no_temporary_file(tmp_path, monkeypatch, where):
    store = filled(tmp_path)
    before = files(tmp_path)

    def fail(*_args, **_more):
        raise OSError(5, "Input/output error")

    monkeypatch.setattr("pathlib.Path.replace" if where == "replace" else f"os.{where}", fail)
    write = store.put_if_absent if where == "link" else lambda name, data: store.replace(name, data, None)
    with pytest.raises(StoreError, match=r"cannot write .*audit/2: Input/output error"):
        write("audit/2", b"new")
    monkeypatch.undo()
    assert [name for name in files(tmp_path) if name != ".guard"] == before


def test_everything_is_synced_before_it_is_told(tmp_path, monkeypatch):
    events = []

    def noted(what, path_of, act):
        def wrapper(*args):
            events.append((what, os.path.relpath(path_of(*args), tmp_path)))
            return act(*args)

        return wrapper

    monkeypatch.setattr(os, "fsync", noted("sync", lambda fd: Path(f"/proc/self/fd/{fd}").readlink(), os.fsync))
    monkeypatch.setattr(os, "link", noted("link", lambda _, new: new, os.link))
    monkeypatch.setattr(os, "replace", noted("rename", lambda _, new: new, os.replace))
    store = LocalStore(tmp_path / "a" / "state")

    def told(act):
        events.clear()
        act()
        return [(what, "temporary" if "/.1." in name else name) for what, name in events]

    assert told(lambda: store.put_if_absent("audit/1", b"1")) == [
        ("sync", "."),
        ("sync", "a"),
        ("sync", "a/state"),
        ("sync", "temporary"),
        ("link", "a/state/audit/1"),
        ("sync", "a/state/audit"),
    ]
    version = store.fetch("audit/1").version
    assert told(lambda: store.replace("audit/1", b"2", version)) == [
        ("sync", "temporary"),
        ("rename", "a/state/audit/1"),
        ("sync", "a/state/audit"),
    ]
    assert told(lambda: store.remove("audit/1")) == [("sync", "a/state/audit")]
    row = store.row("journal/run")
    assert told(lambda: row.append(b"1")) == [
        ("sync", "a/state"),
        ("sync", "a/state/journal/run.row"),
        ("sync", "a/state/journal"),
    ]
    assert told(lambda: row.append(b"2")) == [("sync", "a/state/journal/run.row")]
    assert told(row.remove) == [("sync", "a/state/journal")]


def test_a_process_that_is_stopped_in_the_middle_of_a_write_is_not_waited_for_for_ever(tmp_path):
    filled(tmp_path)
    program = (
        "import pathlib, sys\nfrom zonesync.run.store.guard import guarded\n"
        f"with guarded(pathlib.Path({str(tmp_path / '.guard')!r}), 5):\n"
        "    print('held', flush=True)\n    sys.stdin.read()"
    )
    with subprocess.Popen([sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdout.readline() == b"held\n"
        holder.send_signal(signal.SIGSTOP)
        store = LocalStore(tmp_path, patience=0.02)
        with pytest.raises(
            StoreError, match=r"another process has held it for 0\.02 seconds; is one of zonesync's stopped"
        ):
            store.replace("locks/a", b"1", None)
        assert store.get("audit/1") == b"old"
        holder.kill()
    assert store.replace("locks/a", b"1", None)


def test_a_child_that_was_forked_in_the_middle_of_a_write_holds_up_nobody(tmp_path):
    guard = tmp_path / ".guard"
    ends = os.pipe()
    with guarded(guard, 1):
        child = subprocess.Popen(["cat"], stdin=ends[0], pass_fds=_descriptors(guard))
    os.close(ends[0])
    try:
        with guarded(guard, 0.02):
            pass
    finally:
        os.close(ends[1])
        child.wait()


def _descriptors(path):
    found = []
    for link in Path("/proc/self/fd").iterdir():
        with contextlib.suppress(OSError):
            if link.readlink() == path:
                found.append(int(link.name))
    assert found
    return found


def test_a_guard_that_somebody_removes_guards_anew(tmp_path):
    guard = tmp_path / ".guard"
    with guarded(guard, 1):
        guard.unlink()
        with guarded(guard, 1), pytest.raises(StoreError, match="another process"), guarded(guard, 0.01):
            pass
    with guarded(guard, 1):
        pass


def test_a_lock_on_a_guard_that_was_removed_before_it_was_locked_is_none(tmp_path, monkeypatch):
    guard, flock, swapped = tmp_path / ".guard", fcntl.flock, []

    def late(descriptor, how):
        if how & fcntl.LOCK_EX and not swapped:
            swapped.append(guard.unlink())
            other.enter_context(guarded(guard, 1))
        flock(descriptor, how)

    with contextlib.ExitStack() as other:
        monkeypatch.setattr(fcntl, "flock", late)
        with pytest.raises(StoreError, match="another process"), guarded(guard, 0):
            pass
        assert swapped
    with guarded(guard, 0):
        pass
