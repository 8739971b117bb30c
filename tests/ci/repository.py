"""A repository as GitHub keeps one: a default branch, pull requests with their trial merges, merges; in real git."""

import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

_WHO = {
    "GIT_AUTHOR_NAME": "Kim",
    "GIT_AUTHOR_EMAIL": "kim@example.com",
    "GIT_COMMITTER_NAME": "Kim",
    "GIT_COMMITTER_EMAIL": "kim@example.com",
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_CONFIG_SYSTEM": "/dev/null",
}


@dataclass(frozen=True, slots=True)
class Repository:
    """A clone in which everything happens, and from which jobs check out."""

    folder: Path

    @classmethod
    def made(cls, folder: Path, files: Mapping[str, str]) -> "Repository":
        """Make a repository with *files* on `main`."""
        folder.mkdir()
        made = cls(folder)
        made.git("init", "--quiet", "--initial-branch=main", ".")
        # Jobs fetch commits by their names, as GitHub lets them.
        made.git("config", "uploadpack.allowAnySHA1InWant", "true")
        made.commit(files)
        return made

    def git(self, *words: str) -> str:
        """Run git, and return what it prints."""
        env = {"PATH": os.environ["PATH"], "HOME": str(self.folder), **_WHO}
        done = subprocess.run(["git", *words], cwd=self.folder, env=env, check=True, capture_output=True, text=True)
        return done.stdout.strip()

    def commit(self, files: Mapping[str, str | None], branch: str = "") -> str:
        """Commit *files*, None for one that goes, on *branch* where one is named, and return the commit."""
        if branch:
            self.git("checkout", "--quiet", "-B", branch, branch if self._has(branch) else "main")
        for path, text in files.items():
            file = self.folder / path
            if text is None:
                file.unlink()
                continue
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", "change")
        made = self.git("rev-parse", "HEAD")
        self.git("checkout", "--quiet", "main")
        return made

    def trial(self, number: int, head: str) -> str:
        """Return the trial merge of a pull request's *head* into `main`; the commit that its jobs check out."""
        self.git("checkout", "--quiet", "--detach", "main")
        self.git("merge", "--quiet", "--no-ff", "--message", f"Merge {head} into main", head)
        made = self.git("rev-parse", "HEAD")
        self.git("update-ref", f"refs/pull/{number}/merge", made)
        self.git("checkout", "--quiet", "main")
        return made

    def merge(self, number: int, head: str) -> str:
        """Merge *head* into `main`, and return the commit."""
        self.git("merge", "--quiet", "--no-ff", "--message", f"Merge pull request #{number}", head)
        return self.head

    @property
    def head(self) -> str:
        """The newest commit of `main`."""
        return self.git("rev-parse", "main")

    def text(self, path: str) -> str:
        """Return a file of `main`."""
        return (self.folder / path).read_text()

    def _has(self, branch: str) -> bool:
        return bool(self.git("branch", "--list", branch))
