"""The fake of GitHub's API as the runner's forge: tokens of jobs, runs that begin and end, artefacts."""

from collections.abc import Mapping
from itertools import count
from typing import Any

from tests.ci.runner.runner import Event
from tests.fakes.github import GitHubFake
from tests.fakes.github_shapes import Token

_SECRET = count(1)


class RunningFake(GitHubFake):
    """A repository at GitHub whose workflows run."""

    def __init__(self, repository: str = "acme/dns", **more: Any) -> None:
        super().__init__(repository, **more)
        self.issued: list[str] = []
        """Every token that a job got."""

    def token(self, permissions: Mapping[str, str]) -> str:
        """Return a token that may do no more than *permissions*."""
        secret = f"ghs_job{next(_SECRET):06d}"
        self.tokens[secret] = Token(permissions=dict(permissions))
        self.issued.append(secret)
        return secret

    def begin(self, file: str, event: Event) -> tuple[int, int]:
        """Note that a run begins."""
        self.workflows.add(file.rpartition("/")[2])
        number = 1 + sum(run.path == file for run in self.runs.values())
        run = self.add_run(
            event.head or event.sha,
            file,
            event=event.name,
            status="in_progress",
            conclusion=None,
            head_repository=event.head_repository,
            head_branch=event.ref.removeprefix("refs/heads/"),
            number=number,
        )
        return run.id, number

    def end(self, run: int, conclusion: str, jobs: Mapping[str, str]) -> None:
        """Note how it ended; the tokens of its jobs are worth nothing any more."""
        self.runs[run].status, self.runs[run].conclusion = "completed", conclusion
        self.runs[run].jobs = dict(jobs)
        for secret in self.issued:
            self.tokens.pop(secret, None)

    def keep(self, run: int, name: str, content: bytes) -> None:
        """Keep an artefact."""
        self.add_artifact(self.runs[run], name, content)
