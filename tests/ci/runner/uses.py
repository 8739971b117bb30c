"""The actions of others that our workflows use, played: what each needs, and what it leaves. No other is played.

Each refuses inputs that it is not known to have; what they do is in their own repositories' READMEs.
"""

import io
import os
import re
import subprocess
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from tests.ci.runner.expressions import UnsupportedError
from tests.ci.runner.machine import Machine

PINNED = re.compile(r"([\w.-]+/[\w.-]+)((?:/[\w.-]+)*)@([0-9a-f]{40})")


class FailedError(Exception):
    """The action fails, and so does its step."""


class Cloud(Protocol):
    """A cloud that believes GitHub's tokens, or does not."""

    def assume(self, who: str, subject: str) -> Mapping[str, str]:
        """Return the variables with the credentials of *who*. Raises :class:`FailedError`."""


@dataclass(frozen=True, slots=True)
class Place:
    """What a job's actions know of the job."""

    origin: Path
    """The repository, as git has it."""
    sha: str
    permissions: Mapping[str, str]
    subject: str
    """What GitHub would say in a token that the job is."""
    keep: Callable[[str, bytes], None]
    """Keeps an artefact of the run."""
    clouds: Mapping[str, Cloud] = field(default_factory=dict)


def use(name: str, given: Mapping[str, str], place: Place, machine: Machine) -> None:
    """Play the action *name*. Raises :class:`FailedError`."""
    if name not in _PLAYED:
        raise UnsupportedError(f"the action `{name}` is not played")
    play, known = _PLAYED[name]
    if unknown := sorted(set(given) - set(known)):
        raise UnsupportedError(f"`{name}` is given `{'`, `'.join(unknown)}`")
    if missing := sorted(key for key, needed in known.items() if needed and not given.get(key)):
        raise FailedError(f"`{name}` needs `{'`, `'.join(missing)}`")
    play(given, place, machine)


def _checkout(given: Mapping[str, str], place: Place, machine: Machine) -> None:
    if given["persist-credentials"] != "false":
        raise UnsupportedError("a checkout that leaves its token for every step after it")
    if "contents" not in place.permissions:
        raise FailedError("the token may not read the repository")
    depth = given.get("fetch-depth", "1")
    only = [] if depth == "0" else [f"--depth={depth}"]
    _git(machine, "init", "--quiet", ".")
    _git(machine, "fetch", "--quiet", "--no-tags", *only, f"file://{place.origin}", place.sha)
    _git(machine, "checkout", "--quiet", "--detach", place.sha)


def _git(machine: Machine, *words: str) -> None:
    env = {"PATH": os.environ["PATH"], "HOME": machine.env["HOME"]}
    subprocess.run(["git", *words], cwd=machine.workspace, env=env, check=True, capture_output=True)


def _set_python_up(given: Mapping[str, str], place: Place, machine: Machine) -> None:
    if not re.fullmatch(r"3\.\d+", given["python-version"]):
        raise UnsupportedError(f"Python {given['python-version']}")
    machine.set_python_up()


def _upload(given: Mapping[str, str], place: Place, machine: Machine) -> None:
    folder = machine.workspace / given["path"]
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    if not files and given.get("if-no-files-found") != "error":
        return
    if not files:
        raise FailedError(f"No files were found with the provided path: {given['path']}")
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in files:
            archive.write(file, file.relative_to(folder).as_posix())
    place.keep(given["name"], held.getvalue())


def _log_in_at(cloud: str, who: str) -> Callable[[Mapping[str, str], Place, Machine], None]:
    def play(given: Mapping[str, str], place: Place, machine: Machine) -> None:
        if place.permissions.get("id-token") != "write":
            raise FailedError("Credentials could not be loaded: the job may not ask for a token of its own")
        machine.env |= place.clouds[cloud].assume(given[who], place.subject)

    return play


_Play = Callable[[Mapping[str, str], Place, Machine], None]
_PLAYED: Mapping[str, tuple[_Play, Mapping[str, bool]]] = {
    "actions/checkout": (_checkout, {"persist-credentials": True, "fetch-depth": False}),
    "actions/setup-python": (_set_python_up, {"python-version": True}),
    "actions/upload-artifact": (
        _upload,
        {"name": True, "path": True, "if-no-files-found": False, "overwrite": False, "retention-days": False},
    ),
    "aws-actions/configure-aws-credentials": (
        _log_in_at("aws", "role-to-assume"),
        {"role-to-assume": True, "aws-region": True},
    ),
    "google-github-actions/auth": (
        _log_in_at("google", "service_account"),
        {"workload_identity_provider": True, "service_account": False},
    ),
}
"""By name: how it is played, and of each input that it has whether we rely on its being given."""
