"""A disk that fills up in the middle of an apply: what is said is true, nothing is torn, and with room it goes on."""

import contextlib
import os
import subprocess

import pytest

from tests.crash.conftest import Project
from tests.support.examples import several

ZONES = ("example.com", "example.org")
NAMES = 150


@contextlib.contextmanager
def small_disk(folder, kilobytes):
    """Mount a disk of so many kilobytes on *folder*."""
    if os.geteuid():
        pytest.skip("mounting a small disk takes root")
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={kilobytes}k", "tmpfs", str(folder)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip(f"mounting a small disk is not possible here: {mounted.stderr.decode()}")
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def room_left(folder):
    found = os.statvfs(folder)
    return found.f_bavail * found.f_frsize // 1024


def test_a_disk_that_fills_up_tears_nothing_and_the_apply_goes_on_once_there_is_room(tmp_path, capfd):
    codes = set()
    count = several(40, 6)
    with small_disk(tmp_path / "disk", 4000 + 1500 * count):
        project = Project.made(tmp_path / "disk" / "project", capfd)
        for zone in ZONES:
            project.write(zone, range(NAMES), "192.0.2.0")
        project.done("apply", "--yes")
        for number in range(count):
            before = project.contents()
            value = f"192.0.2.{number + 1}"
            for zone in ZONES:
                project.write(zone, range(NAMES), value)
            ballast = tmp_path / "disk" / "ballast"
            # From next to nothing to nearly enough.
            ballast.write_bytes(b"\0" * 1024 * max(0, room_left(tmp_path / "disk") - 8 - 140 * number // count))
            code, out, err = project.run("apply", "--yes")
            codes.add(code)
            there = project.contents()
            assert (code == 1) == (there == before), (out, err)
            assert code in {1, 3}, (out, err)
            assert "No space left on device" in " ".join((out + err).split())
            ballast.unlink()
            project.done("audit", "verify")
            assert len(project.left()) == left_by(value, there)
            project.done("apply", "--yes")
            assert project.left() == set()
            project.done("audit", "verify")
            starts, ends = (
                sorted(entry["run"] for entry in project.entries() if entry["kind"] == kind)
                for kind in ("run_start", "run_end")
            )
            assert starts == ends
    assert codes == {1, 3}


def left_by(value, there):
    """Count the addresses that are not *value* yet."""
    return sum(
        key.type == "A" and rrset.rdatas != (value,) for rrsets in there.values() for key, rrset in rrsets.items()
    )
