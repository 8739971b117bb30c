"""A project of two BIND providers, and what must hold after its apply was killed."""

import gc
import json
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from zonesync import cli
from zonesync.load.zonefile import read_zonefile, require
from zonesync.run.store import LocalStore

PROGRAM = Path(__file__).with_name("crashing.py")
PROVIDERS = ("one", "two")
CONFIGURATION = """\
state: {state}
defaults: {{providers: [one, two]}}
providers:
  one: {{type: bind, directory: one, nameservers: [ns1.example.net., ns2.example.net.], check: false}}
  two: {{type: bind, directory: two, nameservers: [ns1.example.edu., ns2.example.edu.], check: false}}
safety: {{max_deletes: 100%, max_changes: 100%}}
"""


def zone_text(names, value):
    records = "".join(f"  n{number}: {{A: {value}}}\n" for number in names)
    return f"nameservers: auto\nrecords:\n{records}"


class Project:
    """A folder with a configuration and zones, and the command line on it."""

    def __init__(self, folder, capfd):
        self.folder = folder
        self.capfd = capfd

    @classmethod
    def made(cls, folder, capfd, state=".zonesync"):
        (folder / "zones").mkdir(parents=True)
        (folder / "zonesync.yaml").write_text(CONFIGURATION.format(state=state))
        return cls(folder, capfd)

    def copy(self, folder):
        shutil.copytree(self.folder, folder)
        return Project(folder, self.capfd)

    def write(self, zone, names, value):
        (self.folder / "zones" / f"{zone}.yaml").write_text(zone_text(names, value))

    def run(self, *arguments):
        self.capfd.readouterr()
        try:
            code = cli.run(["--chdir", str(self.folder), *arguments])
        finally:
            gc.enable()
        return code, *self.capfd.readouterr()

    def done(self, *arguments):
        code, out, err = self.run(*arguments)
        assert code == 0, (arguments, code, out, err)
        return out

    def killed(self, when, *arguments):
        """Run the command line in a process of its own that is killed *when*; return how it ended."""
        told = self.folder / "operations"
        command = [sys.executable, str(PROGRAM), when, str(told), "--chdir", str(self.folder), *arguments]
        return subprocess.run(command, capture_output=True, check=False)

    def operations(self, *arguments):
        """Return the durable operations of a command, in order; it is carried out."""
        done = self.killed("count", *arguments)
        assert done.returncode == 0, done.stderr
        return (self.folder / "operations").read_text().splitlines()

    def contents(self):
        """Return what each provider has, by provider and zone: read by the zone-file reader alone, and whole."""
        found = {}
        for provider in PROVIDERS:
            for file in sorted((self.folder / provider).glob("*.zone")):
                zone = file.name.removesuffix(".zone") + "."
                rrsets = require(read_zonefile(file.read_bytes(), zone, root=file.parent, file=str(file))).rrsets
                found[provider, zone] = {key: rrset for key, rrset in rrsets.items() if key.type != "SOA"}
        return found

    def left(self):
        """Return the changes of a plan made now: provider, name and type."""
        plan = json.loads(self.done("plan", "--format", "json"))
        return {
            (
                step["provider"],
                (change["after"] or change["before"])["name"],
                (change["after"] or change["before"])["type"],
            )
            for step in plan["steps"]
            for change in step["changes"]
        }

    def entries(self):
        return json.loads(self.done("audit", "log", "--format", "json"))["entries"]

    def hold_after_a_kill(self, before, after):
        """Hold that nothing is lost, half done or untold, and that the next apply does the rest."""
        self.done("audit", "verify")
        there = self.contents()
        expected = set()
        for place, wanted in after.items():
            now = there.get(place, {})
            assert now in (wanted, before.get(place, {})), place
            expected |= {(place[0], *key) for key in now.keys() | wanted.keys() if now.get(key) != wanted.get(key)}
        left = {change for change in self.left() if change[2] != "SOA"}
        assert left == expected
        told = {(entry["run"]): entry for entry in self.entries() if entry["kind"] == "run_start"}
        self.done("apply", "--yes")
        self.done("audit", "verify")
        assert self.contents() == after
        assert self.left() == set()
        self.hold_told(before, there, told)
        if left:
            # Who was killed after all was done leaves a session for the next run that takes locks.
            assert LocalStore(self.folder / ".zonesync").names("sessions/") == []

    def hold_told(self, before, there, told):
        """Hold that the audit log, once a later run has seen to it, has every change that took effect."""
        entries = self.entries()
        starts = [entry["run"] for entry in entries if entry["kind"] == "run_start"]
        ends = [entry["run"] for entry in entries if entry["kind"] == "run_end"]
        assert sorted(starts) == sorted(ends)
        assert told.keys() <= set(starts)
        fields = {
            (entry["run"], entry["provider"], entry["name"], entry["type"]): entry["outcome"]
            for entry in entries
            if entry["kind"] == "change"
        }
        for place, now in there.items():
            was = before.get(place, {})
            for key in now.keys() | was.keys():
                outcomes = {outcome for (_, *where), outcome in fields.items() if (*where,) == (place[0], *key)}
                if now.get(key) != was.get(key):
                    assert outcomes & {"applied", "unknown"}, (place, key)
        store = LocalStore(self.folder / ".zonesync")
        assert store.rows("journal/") == []


@pytest.fixture
def project(tmp_path, capfd):
    return Project.made(tmp_path / "project", capfd)


def was_killed(done):
    return done.returncode == -signal.SIGKILL
