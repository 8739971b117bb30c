"""Killed with SIGKILL at any instant of an apply: the truth stays, and the rest is done."""

import random
import shutil
import signal
import subprocess
import sys
import time

import pytest

from tests.support.examples import STRESS, several

NAMES = 1000 if STRESS else 250
"""Each is changed at two providers."""


@pytest.fixture
def ready(project):
    """A project whose apply makes one change for each name at each of two providers."""
    project.write("example.com", range(NAMES), "192.0.2.1")
    project.done("apply", "--yes")
    project.write("example.com", range(NAMES), "192.0.2.2")
    return project


def started(project):
    command = [sys.executable, "-m", "zonesync", "--chdir", str(project.folder), "--quiet", "apply", "--yes"]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def begun(project, process):
    """Wait until the run has its lock: what is killed before has nothing to lose."""
    sessions = project.folder / ".zonesync" / "sessions"
    while process.poll() is None and not any(sessions.glob("*.json")):
        time.sleep(0.001)


def seconds_of(project):
    """Return how long an apply takes from its lock to its end."""
    process = started(project)
    begun(project, process)
    start = time.monotonic()
    assert process.wait() == 0
    return time.monotonic() - start


@pytest.mark.parametrize("batch", range(10 if STRESS else 1))
def test_a_kill_at_any_instant_leaves_the_truth_and_the_rest_is_done(ready, tmp_path, batch):
    before = ready.contents()
    whole = ready.copy(tmp_path / "whole")
    seconds = seconds_of(whole)
    after = whole.contents()
    changed = [key for place, rrsets in after.items() for key, now in rrsets.items() if now != before[place].get(key)]
    assert len(changed) == 2 * NAMES
    dice = random.Random(200 + batch)
    killed = 0
    for number in range(several(20, 3)):
        case = ready.copy(tmp_path / f"case-{number}")
        process = started(case)
        begun(case, process)
        time.sleep(dice.uniform(0, seconds) if number else 0)  # the first is never over before it is killed
        process.send_signal(signal.SIGKILL)
        killed += process.wait() == -signal.SIGKILL
        case.hold_after_a_kill(before, after)
        shutil.rmtree(case.folder)
    assert killed
