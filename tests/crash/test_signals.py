"""Signals in mid-apply: what is in flight is finished and recorded; who was paused too long writes no more."""

import contextlib
import fcntl
import signal
import subprocess
import sys
import time

import pytest

from tests.crash.conftest import PROVIDERS, Project
from zonesync_bind.files import LOCK_FILE

pytestmark = pytest.mark.usefixtures("listening")

ZONES = [f"zone{number:03}.example" for number in range(10)]


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
    # Whoever started the tests may ignore signals, as `nohup` does, and children would do so, too.
    before = {number: signal.signal(number, signal.SIG_DFL) for number in (signal.SIGINT, signal.SIGHUP)}
    try:
        return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def files(project):
    """Return which file each provider has for each zone, and since when."""
    return {
        (provider, zone): (path.stat().st_ino, path.stat().st_mtime_ns)
        for provider in PROVIDERS
        for zone in ZONES
        for path in [project.folder / provider / f"{zone}.zone"]
    }


@contextlib.contextmanager
def held_up(project):
    """Let nobody write at the second provider: a run gets as far as its first zone at the first one, and waits."""
    with (project.folder / PROVIDERS[1] / LOCK_FILE).open() as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def midway(project, process, before):
    """Wait until the first zone is written."""
    while process.poll() is None and files(project) == before:
        time.sleep(0.002)
    assert process.poll() is None


def pause(project, process):
    """Stop *process* where it does not hold the lock of the first folder: that would hold up whoever takes over."""
    process.send_signal(signal.SIGSTOP)
    while is_locked(project.folder / PROVIDERS[0] / LOCK_FILE):
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


@pytest.mark.parametrize("name", ["SIGTERM", "SIGINT", "SIGHUP"])
def test_a_signal_lets_what_is_in_flight_be_finished_and_recorded(tmp_path, capfd, name):
    project = ready(tmp_path / "project", capfd)
    before = project.contents()
    with held_up(project):
        process = started(project)
        midway(project, process, files(project))
        # Whoever stands still is given the signal in whichever thread.
        process.send_signal(signal.SIGSTOP)
        process.send_signal(getattr(signal, name))
        process.send_signal(signal.SIGCONT)
        said = process.stderr.readline()
        while f"{name}: finishing what is in flight" not in said:
            assert said, process.communicate()
            said = process.stderr.readline()
    out, err = process.communicate()
    assert process.returncode == 3, (out, err)
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
    with held_up(project):
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
    out, _ = process.communicate()
    assert process.returncode == 3
    assert "was not renewed for" in out
    assert files(project) == after
    assert project.contents() == contents
    project.done("audit", "verify")
    project.done("apply", "--yes")
    assert project.left() == set()
