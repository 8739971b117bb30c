"""A team's repository at GitHub, and what people do there: open pull requests, push, merge, wait for the night."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from tests.ci.forge import RunningFake
from tests.ci.repository import Repository
from tests.ci.runner.results import RunResult
from tests.ci.runner.runner import Event, Runner


@dataclass(slots=True)
class World:
    """The repository, GitHub's API before it, and the runner of its workflows."""

    repository: Repository
    forge: RunningFake
    runner: Runner
    heads: dict[int, str] = field(default_factory=dict)
    """The last commit of each pull request."""
    trials: dict[int, str] = field(default_factory=dict)

    def open(self, number: int, files: Mapping[str, str], fork: str = "") -> RunResult:
        """Open a pull request, from the repository *fork* where one is named."""
        self.heads[number] = self.repository.commit(files, f"change-{number}")
        self.forge.add_pull(
            number, self.heads[number], base_sha=self.repository.head, head_ref=f"change-{number}", head_repository=fork
        )
        return self._planned(number, "opened")

    def push(self, number: int, files: Mapping[str, str]) -> RunResult:
        """Push to a pull request."""
        self.heads[number] = self.repository.commit(files, f"change-{number}")
        self.forge.pulls[number].head_sha = self.heads[number]
        return self._planned(number, "synchronize")

    def _planned(self, number: int, kind: str) -> RunResult:
        self.trials[number] = self.repository.trial(number, self.heads[number])
        event = Event(
            "pull_request",
            self.forge.event(number, kind),
            self.trials[number],
            f"refs/pull/{number}/merge",
            self.heads[number],
            self.forge.pulls[number].head_repository or "",
        )
        return self._one(event, kind)

    def queue(self, number: int) -> RunResult:
        """Put a pull request into the merge queue."""
        base, head = self.repository.head, self.repository.trial(number, self.heads[number])
        payload = self.forge.merge_group_event(number, head, base)
        return self._one(Event("merge_group", payload, head, payload["merge_group"]["head_ref"]))

    def merge(self, number: int) -> RunResult:
        """Merge a pull request into the default branch."""
        return self._one(self._merged(number))

    def merge_in_a_rush(self, *numbers: int) -> list[RunResult]:
        """Merge pull requests one after the other, all while the first one is being applied."""
        return self.runner.rush([self._merged(number) for number in numbers])

    def _merged(self, number: int) -> Event:
        before = self.repository.head
        after = self.repository.merge(number, self.heads[number])
        self.forge.merge(number, self.heads[number], after)
        changed = tuple(self.repository.git("diff", "--name-only", before, after).splitlines())
        payload = self.forge.push_event(before, after, [after])
        return Event("push", payload, after, "refs/heads/main", changed=changed)

    def night(self) -> RunResult:
        """Let the hour of the nightly workflow come."""
        return self._one(Event("schedule", {"schedule": "23 3 * * *"}, self.repository.head, "refs/heads/main"))

    def _one(self, event: Event, kind: str = "") -> RunResult:
        results = self.runner.play(event, kind)
        assert len(results) == 1, [result.file for result in results]
        return results[0]
