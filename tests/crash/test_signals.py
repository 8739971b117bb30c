"""Signals in mid-apply: what is in flight is finished and recorded; who was paused too long writes no more."""

import fcntl
import signal
import subprocess
import sys
import time

import pytest

from tests.crash.conftest import PROVIDERS, Project

ZONES = [f"zone{number:03}.example" for number in range(60)]


def ready(folder, capfd, state=".zonesync"):
    """A project applied once, every zone of which has changed since."""
    project = Project.made(folder, capfd, state)
    rewrite(project, "192.0.2.1")
    project.done("apply", "--yes")
    rewrite(project, "192.0.2.2")
    return project


def rewrite(project, value):
    for zone in ZONES:
        project.write(zone, range(3), value)


def started(project):
    command = [sys.executable, "-m", "zonesync", "--chdir", str(project.folder), "apply", "--yes", "--concurrency", "1"]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def files(project):
    """Return which file each provider has for each zone, and since when."""
    return {
        (provider, zone): (path.stat().st_ino, path.stat().st_mtime_ns)
        for provider in PROVIDERS
        for zone in ZONES
        for path in [project.folder / provider / f"{zone}.zone"]
    }


def midway(project, process, before):
    """Wait until the first zones are written."""
    while process.poll() is None and files(project) == before:
        time.sleep(0.002)
    assert process.poll() is None


def pause(project, process):
    """Stop *process* where it holds the lock of no folder: that one would hold up whoever takes over."""
    process.send_signal(signal.SIGSTOP)
    while any(is_locked(project.folder / provider / ".zonesync.lock") for provider in PROVIDERS):
        process.send_signal(signal.SIGCONT)
        time.sleep(0.003)
        assert process.poll() is None
        process.send_signal(signal.SIGSTOP)


def is_locked(path):
    with path.open() as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def caught(project):
    """Return what was there before, and a process that stands still with a part of the zones written.

    On a busy machine one may be done before anybody looks; then the zones change once more.
    """
    for value in range(3, 9):
        before, first = project.contents(), files(project)
        process = started(project)
        while process.poll() is None and files(project) == first:
            time.sleep(0.002)
        process.send_signal(signal.SIGSTOP)
        if process.poll() is None and any(first[place] == now for place, now in files(project).items()):
            return before, process
        process.send_signal(signal.SIGCONT)
        process.communicate(timeout=60)
        rewrite(project, f"192.0.2.{value}")
    raise AssertionError("every apply was done before it was looked at")


@pytest.mark.parametrize("name", ["SIGTERM", "SIGINT", "SIGHUP"])
def test_a_signal_lets_what_is_in_flight_be_finished_and_recorded(tmp_path, capfd, name):
    project = ready(tmp_path / "project", capfd)
    before, process = caught(project)
    process.send_signal(getattr(signal, name))
    process.send_signal(signal.SIGCONT)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 3, (out, err)
    assert f"{name}: finishing what is in flight" in err
    assert "Incomplete: " in out
    (run,) = [line.removeprefix("run ") for line in out.splitlines() if line.startswith("run ")]
    assert project.done("audit", "verify")
    mine = [entry for entry in project.entries() if entry["run"] == run]
    assert (mine[0]["kind"], mine[-1]["kind"], mine[-1]["outcome"]) == ("run_start", "run_end", "incomplete")
    there = project.contents()
    changed = {(*place, *key) for place, now in there.items() for key in now if now[key] != before[place][key]}
    told = {
        (entry["provider"], f"{entry['zone']}.", entry["name"], entry["type"])
        for entry in mine
        if entry["kind"] == "change" and entry["outcome"] == "applied"
    }
    assert changed == told
    project.done("apply", "--yes", "--lock-timeout", "0")
    assert project.left() == set()


def test_who_was_paused_past_its_lease_writes_nothing_more(tmp_path, capfd):
    project = ready(tmp_path / "project", capfd, "{url: .zonesync, lease: 2s}")
    process = started(project)
    midway(project, process, files(project))
    pause(project, process)
    try:
        # Another run takes over, for files that say something else by now.
        rewrite(project, "192.0.2.3")
        _, _, err = project.run("apply", "--yes", "--lock-timeout", "30")
        assert "has died holding the lock" in err
        after, contents = files(project), project.contents()
    finally:
        process.send_signal(signal.SIGCONT)
    out, _ = process.communicate(timeout=60)
    assert process.returncode == 3
    assert "was not renewed for" in out
    assert files(project) == after
    assert project.contents() == contents
    project.done("audit", "verify")
    project.done("apply", "--yes")
    assert project.left() == set()
