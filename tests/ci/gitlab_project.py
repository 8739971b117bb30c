"""A team's project at GitLab, and what people do there: open merge requests, push, merge, wait for the night."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from tests.ci.gitlab_player import Event, Player, Result
from tests.ci.repository import Repository
from tests.fakes.gitlab import GitLabFake

FORK = 99


@dataclass(slots=True)
class Project:
    """The repository, GitLab's API before it, and the player of its `.gitlab-ci.yml`."""

    repository: Repository
    fake: GitLabFake
    player: Player
    has_results: bool = False
    """Whether merge request pipelines run on a trial merge."""
    bases: dict[int, str] = field(default_factory=dict)

    def open(self, number: int, files: Mapping[str, str], fork: int = 0) -> Result:
        """Open a merge request, from the project *fork* where one is given."""
        head = self.repository.commit(files, f"change-{number}")
        self.bases[number] = self.repository.head
        self.fake.add_merge(number, head, source_branch=f"change-{number}", source_project=fork)
        return self.plan(number)

    def push(self, number: int, files: Mapping[str, str]) -> Result:
        """Push to a merge request."""
        self.fake.merges[number].sha = self.repository.commit(files, f"change-{number}")
        return self.plan(number)

    def plan(self, number: int) -> Result:
        """Play the pipeline of a merge request."""
        return self.player.play(self.planned(number))

    def planned(self, number: int, kind: str = "") -> Event:
        """Return what makes a pipeline for a merge request as it is now; *kind* may be `merge_train`."""
        one = self.fake.merges[number]
        kind = kind or ("merged_result" if self.has_results else "detached")
        of_merge = {
            "CI_MERGE_REQUEST_SOURCE_BRANCH_SHA": one.sha,
            "CI_MERGE_REQUEST_TARGET_BRANCH_SHA": self.repository.head,
        }
        sha = one.sha if kind == "detached" else self.repository.trial(number, one.sha)
        end = {"detached": "head", "merged_result": "merge", "merge_train": "train"}[kind]
        self._sync()
        one.commits = self.repository.git("rev-list", f"{self.bases[number]}..{one.sha}").split()
        return Event(
            "merge_request_event",
            sha,
            f"refs/merge-requests/{number}/{end}",
            {
                "CI_MERGE_REQUEST_IID": str(number),
                "CI_MERGE_REQUEST_EVENT_TYPE": kind,
                "CI_MERGE_REQUEST_PROJECT_ID": str(self.fake.project),
                "CI_MERGE_REQUEST_SOURCE_PROJECT_ID": str(one.source_project or self.fake.project),
                "CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "main",
                "CI_MERGE_REQUEST_DIFF_BASE_SHA": self.bases[number],
                **(of_merge if kind != "detached" else {}),
            },
            merge=number,
            project=one.source_project or 0,
        )

    def merge(self, number: int, how: str = "merge") -> Result:
        """Merge a merge request, and play the pipeline of that push."""
        return self.player.play(self.merged(number, how))

    def merged(self, number: int, how: str = "merge") -> Event:
        """Merge a merge request, by a merge, a squashed commit (`squash`) or as it is (`ff`)."""
        before, one = self.repository.head, self.fake.merges[number]
        if how == "merge":
            one.merge_commit_sha = self.repository.merge(number, one.sha)
        elif how == "squash":
            self.repository.git("merge", "--quiet", "--squash", one.sha)
            self.repository.git("commit", "--quiet", "--message", f"Change {number}")
            one.squash_commit_sha = self.repository.head
        else:
            self.repository.git("merge", "--quiet", "--ff-only", one.sha)
        one.state = "merged"
        return self.pushed(before)

    def pushed(self, before: str) -> Event:
        """Return what makes the pipeline of a push to the default branch, from *before* to where it is now."""
        self._sync()
        after = self.repository.head
        variables = {"CI_COMMIT_BRANCH": "main", "CI_COMMIT_BEFORE_SHA": before}
        return Event("push", after, "main", variables, protected=True)

    def night(self) -> Result:
        """Let the hour of the scheduled pipeline come."""
        event = Event("schedule", self.repository.head, "main", {"CI_COMMIT_BRANCH": "main"}, protected=True)
        return self.player.play(event)

    def _sync(self) -> None:
        """Let GitLab know every commit that the repository has."""
        for line in self.repository.git("rev-list", "--all", "--parents").splitlines():
            commit, *parents = line.split()
            self.fake.commits[commit] = parents
