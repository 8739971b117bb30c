"""Who runs this, when, and from which commit: read once, at the edge, and passed in everywhere else."""

import getpass
import os
import socket
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Context:
    """What an audit entry says of the run."""

    actor: str = ""
    """Who is answerable: CI's actor, else git's user, else the system's."""
    commit: str = ""
    url: str = ""
    """Of the CI run, where it is one."""
    is_ci: bool = False
    now: Callable[[], datetime] = field(default=_now, compare=False)
    author: str = ""
    """Of the commit, as git has it."""
    user: str = ""
    """Of the operating system."""
    host: str = ""

    def time(self) -> str:
        """Return the time in UTC, ISO 8601 with seconds."""
        return self.now().astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def from_environment(root: Path, environ: Mapping[str, str] | None = None) -> Context:
    """Read the CI variables of GitHub and GitLab, git, and the operating system, in this order."""
    env = os.environ if environ is None else environ
    url = env.get("CI_JOB_URL", "")
    if env.get("GITHUB_RUN_ID"):
        server = env.get("GITHUB_SERVER_URL", "https://github.com")
        url = f"{server}/{env.get('GITHUB_REPOSITORY', '')}/actions/runs/{env['GITHUB_RUN_ID']}"
    user = _user()
    actor = env.get("GITHUB_ACTOR") or env.get("GITLAB_USER_LOGIN") or _git(root, "config", "user.email") or user
    head, _, author = _git(root, "log", "-1", "--format=%H %an <%ae>").partition(" ")
    commit = env.get("GITHUB_SHA") or env.get("CI_COMMIT_SHA") or head
    is_ci = env.get("CI", "").lower() in {"true", "1"}
    return Context(actor, commit, url, is_ci=is_ci, author=author, user=user, host=socket.gethostname())


def _git(root: Path, *arguments: str) -> str:
    try:
        done = subprocess.run(  # noqa: S603 -- fixed arguments
            ["git", "-C", str(root), *arguments],  # noqa: S607 -- the user's own git
            capture_output=True,
            text=True,
            errors="replace",
            timeout=10,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return ""
