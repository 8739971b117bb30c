"""What git knows of the commits that a job has checked out."""

import subprocess
from pathlib import Path

from zonesync.ci.job import is_sha

SECONDS = 60
"""After which git is not waited for any more."""


def commits(root: Path, before: str, after: str, limit: int) -> list[str]:
    """Return the commits of the branch itself, oldest first, at most *limit*; none where the history is not there.

    Those of a merged branch belong to its merge.
    """
    words = ("--first-parent", "--reverse", f"--max-count={limit}", f"{before}..{after}")
    return (_git(root, "rev-list", *words) or "").split()


def is_before(root: Path, commit: str, later: str) -> bool:
    """Tell whether *later* has *commit* in its history, as far as that is there."""
    return all(map(is_sha, (commit, later))) and _git(root, "merge-base", "--is-ancestor", commit, later) is not None


def parent(root: Path, commit: str) -> str:
    """Return the commit of the branch before *commit*; empty where there is none, or none that git knows."""
    return (_git(root, "rev-parse", "--verify", "--quiet", f"{commit}^") or "").strip() if is_sha(commit) else ""


def _git(root: Path, *arguments: str) -> str | None:
    try:
        done = subprocess.run(  # noqa: S603 -- fixed arguments, and names of commits that were checked
            ["git", "-C", str(root), *arguments],  # noqa: S607 -- the user's own git
            capture_output=True,
            text=True,
            errors="replace",
            timeout=SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout if done.returncode == 0 else None
