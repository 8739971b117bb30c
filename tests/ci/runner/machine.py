"""The machine of one job: a folder, the variables that the job is given and no other, and a shell."""

import os
import re
import shlex
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tests.ci.runner import warm
from tests.ci.runner.expressions import UnsupportedError

_COMMAND = re.compile(r"^::(\w[\w-]*)(?: ([^\n]*?))?::(.*)$", re.MULTILINE)
_INSTALL = re.compile(r'python -m pip install (?:--[\w-]+ )*"[^"\s]+"')
_OURS = re.compile(r"zonesync ci [a-z]+")
_SECONDS = 120


@dataclass(frozen=True, slots=True)
class Ran:
    """One process of a step, ended."""

    command: str
    env: Mapping[str, str]
    code: int
    stdout: str
    stderr: str
    summary: str

    @property
    def annotations(self) -> list[tuple[str, str, str]]:
        """Level, properties and text of each workflow command that the step printed, and that was not stopped."""
        found, stopped = [], ""
        for one in _COMMAND.finditer(self.stdout):
            if one[1] == stopped:
                stopped = ""
            elif not stopped and one[1] == "stop-commands":
                stopped = one[3]
            elif not stopped:
                found.append((one[1], one[2] or "", one[3]))
        return found


@dataclass(slots=True)
class Machine:
    """A job's machine; what was run on it is in :attr:`ran`."""

    folder: Path
    env: dict[str, str]
    """What every step has: the runner's own, and what steps before exported."""
    ran: list[Ran] = field(default_factory=list)
    installed: list[str] = field(default_factory=list)
    _files: int = 0

    def __post_init__(self) -> None:
        """Make the folders; there is git, and no Python to speak of."""
        for path in (self.workspace, self.temp, self.tools, self.folder / "home"):
            path.mkdir(parents=True)
        self.env |= {
            "PATH": os.pathsep.join([str(self.tools), "/usr/local/bin", "/usr/bin", "/bin"]),
            "HOME": str(self.folder / "home"),
            "LANG": "C.UTF-8",
            "CI": "true",
            "GITHUB_ACTIONS": "true",
            "GITHUB_WORKSPACE": str(self.workspace),
            "RUNNER_OS": "Linux",
            "RUNNER_TEMP": str(self.temp),
        }
        # The system's own Python is not what a job should get by luck.
        self._tool("python", "echo 'no Python was set up' >&2; exit 127")
        self._tool("zonesync", "echo 'zonesync is not installed' >&2; exit 127")

    @property
    def workspace(self) -> Path:
        """Where the repository is checked out."""
        return self.folder / "work"

    @property
    def temp(self) -> Path:
        """For the files that a step writes to, and for an action's own."""
        return self.folder / "temp"

    @property
    def tools(self) -> Path:
        """What the job installed."""
        return self.folder / "tools"

    def set_python_up(self) -> None:
        """Let `python -m pip install` work from now on."""
        self._tool("python", "exit 0")

    def run(self, script: str, env: Mapping[str, str]) -> tuple[Ran, dict[str, str]]:
        """Run the *script* of a step, as GitHub does with `bash`; return what came of it, and its outputs."""
        script = script.strip()
        if not (_OURS.fullmatch(script) or _INSTALL.fullmatch(script)):
            raise UnsupportedError(f"a step runs one command of ours, or a pinned installation, not `{script}`")
        self._files += 1
        files = {
            name: self.temp / f"{name.lower()}-{self._files}"
            for name in ("GITHUB_OUTPUT", "GITHUB_ENV", "GITHUB_PATH", "GITHUB_STEP_SUMMARY")
        }
        for file in files.values():
            file.touch()
        given = {**self.env, **env, **{name: str(file) for name, file in files.items()}}
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script],
            cwd=self.workspace,
            env=given,
            capture_output=True,
            text=True,
            timeout=_SECONDS,
            check=False,
            stdin=subprocess.DEVNULL,
        )
        texts = {name: file.read_text(encoding="utf-8") for name, file in files.items()}
        if texts["GITHUB_ENV"] or texts["GITHUB_PATH"]:
            raise UnsupportedError("a step that sets variables for those after it")
        ran = Ran(script, given, done.returncode, done.stdout, done.stderr, texts["GITHUB_STEP_SUMMARY"])
        self.ran.append(ran)
        if done.returncode == 0 and _INSTALL.fullmatch(script):
            self._install(script, given)
        return ran, outputs(texts["GITHUB_OUTPUT"])

    def _install(self, script: str, env: Mapping[str, str]) -> None:
        """Let `zonesync` be there: what a package is asked for is what is under test."""
        what = re.sub(r"\$(\w+)", lambda found: env[found[1]], shlex.split(script)[-1])
        path, _, extras = what.partition("[")
        if "/" in path:
            assert (Path(path) / "pyproject.toml").is_file(), f"{path} has nothing to install"
        else:
            assert re.fullmatch(r"zonesync\[[\w,]+\]==[\d.]+", what), f"`{what}` is not pinned"
        assert "ci" in extras.partition("]")[0].split(","), what
        self.installed.append(what)
        self._tool("zonesync", f'exec {warm.command()} "$@"')

    def _tool(self, name: str, script: str) -> None:
        file = self.tools / name
        file.write_text(f"#!/bin/sh\n{script}\n")
        file.chmod(0o755)


def outputs(text: str) -> dict[str, str]:
    """Read a file of outputs: `name=value`, or `name<<END`, lines, `END`."""
    found: dict[str, str] = {}
    lines = iter(text.splitlines())
    for line in lines:
        name, sign, value = line.partition("<<" if "<<" in line.partition("=")[0] else "=")
        assert sign, f"`{line}` is no output"
        if sign == "=":
            found[name] = value
            continue
        inside: list[str] = []
        for one in lines:
            if one == value:
                break
            inside.append(one)
        else:
            raise AssertionError(f"the output `{name}` does not end")
        found[name] = "\n".join(inside)
    return found
