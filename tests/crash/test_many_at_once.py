"""Several processes edit the same zones and apply them at once: no change and no entry is lost, none is mixed up."""

import contextlib
import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from tests.crash.conftest import PROVIDERS, Project
from tests.support.examples import STRESS
from tests.support.object_store import s3
from zonesync.load.config import load_config
from zonesync.run.audit import AuditLog
from zonesync.run.store import open_store

PROGRAM = Path(__file__).with_name("applying.py")
ZONES = [f"zone{number}.example" for number in range(4)]
PROCESSES, ROUNDS, SECONDS = (8, 10_000, 60) if STRESS else (3, 2, 300)
"""Each process ends after so many rounds or seconds, whichever comes first."""


@contextlib.contextmanager
def state_of(kind):
    if kind == "a folder":
        yield ".zonesync"
    else:
        with s3() as served:
            yield f"{{url: '{served.url}', endpoint: '{served.endpoint}', region: us-east-1}}"


@pytest.mark.parametrize("kind", ["a folder", "a bucket"])
def test_processes_that_apply_at_once_lose_no_change_and_no_entry(tmp_path, capfd, kind):
    with state_of(kind) as state:
        project = Project.made(tmp_path / "project", capfd, state)
        for zone in ZONES:
            project.write(zone, range(PROCESSES), "192.0.2.0")
        project.done("apply", "--yes")
        command = [sys.executable, str(PROGRAM), str(project.folder), str(ROUNDS), str(SECONDS)]
        running = [
            subprocess.Popen([*command, f"n{number}", *ZONES], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            for number in range(PROCESSES)
        ]
        told = [process.communicate() for process in running]
        assert [process.returncode for process in running] == [0] * PROCESSES, told
        assert all(json.loads(out) > 0 for out, _ in told)
        hold_whole(project)


def hold_whole(project):
    """Hold that every provider has what the files say, and that the log has how it came to that, run by run."""
    project.done("audit", "verify")
    assert project.left() == set()
    config, _ = load_config(project.folder / "zonesync.yaml")
    log = AuditLog(open_store(config.state, project.folder))
    objects = list(log.objects())
    assert all(len({entry["run"] for entry in one.entries}) == 1 for one in objects)
    entries = list(log.entries())
    kinds = Counter((entry["run"], entry["kind"]) for entry in entries)
    assert all(kinds[run, kind] == 1 for run, _ in kinds for kind in ("run_start", "run_end"))
    had = {}
    for entry in entries:
        if entry["kind"] == "change" and entry["type"] == "A":
            assert entry["outcome"] == "applied"
            place = (entry["zone"], entry["provider"], entry["name"])
            # What a change begins with is what the one before it has left.
            assert entry["before"] == had.get(place), entry
            had[place] = entry["after"]
    there = project.contents()
    for zone in ZONES:
        for provider in PROVIDERS:
            live = {
                (zone, provider, key.name): {"ttl": rrset.ttl, "rdatas": list(rrset.rdatas)}
                for key, rrset in there[provider, f"{zone}."].items()
                if key.type == "A"
            }
            assert live.items() <= had.items()
