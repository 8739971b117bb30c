"""The part of GitHub's REST API that the commands use, by what it means. Version 2022-11-28.

Comments: https://docs.github.com/en/rest/issues/comments; issues: https://docs.github.com/en/rest/issues/issues;
runs and artefacts: https://docs.github.com/en/rest/actions; pull requests: https://docs.github.com/en/rest/pulls/pulls,
https://docs.github.com/en/rest/commits/commits#list-pull-requests-associated-with-a-commit.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from zonesync import __version__
from zonesync.ci.api import Api, Patience
from zonesync.ci.comment import Note
from zonesync.ci.errors import ApiError
from zonesync.ci.issue import Ticket
from zonesync.ci.job import Job, PullRequest

BOT = "github-actions[bot]"
"""Who the token of a job is."""


@dataclass(frozen=True, slots=True)
class WorkflowRun:
    """One run of a workflow."""

    id: int
    path: str
    """Of the workflow file, without the ref that GitHub may add to it."""
    event: str
    head_sha: str
    conclusion: str
    """Empty while it has none."""
    repository: str
    head_repository: str
    number: int
    attempt: int
    url: str
    branch: str = ""


@dataclass(frozen=True, slots=True)
class Artefact:
    """A file that a run has left."""

    id: int
    name: str
    run: int
    size: int
    """Bytes."""
    is_expired: bool
    digest: str
    """``sha256:`` and hexadecimal digits, of the zip file; empty where GitHub does not say."""


class GitHub:
    """One repository, with one token."""

    def __init__(self, job: Job, patience: Patience | None = None) -> None:
        self.repository = job.repository
        self._job = job
        self._login = job.env.get("ZONESYNC_LOGIN", "").strip()
        headers = {
            "Accept": "application/vnd.github+json",
            "Authorization": f"Bearer {job.need('GITHUB_TOKEN')}",
            "User-Agent": f"zonesync/{__version__}",
            "X-GitHub-Api-Version": "2022-11-28",
        }
        self.api = Api(job.env.get("GITHUB_API_URL") or "https://api.github.com", headers, "GitHub", patience)
        self._root = f"/repos/{self.repository}"

    @property
    def login(self) -> str:
        """Who the token is: a job's own may not ask, which tells it apart."""
        if not self._login:
            try:
                self._login = str(self.api.get("/user")["login"])
            except ApiError as problem:
                # Who is asked to wait learns nothing by that.
                if problem.status not in {403, 404} or problem.wait is not None:
                    raise
                self._login = BOT
        return self._login

    def pull(self, number: int) -> PullRequest:
        """Return a pull request as it is now."""
        return _pull(self.api.get(f"{self._root}/pulls/{number}"))

    def pulls_of(self, commit: str) -> list[PullRequest]:
        """Return the pull requests that a commit belongs to; of one on the default branch those that brought it."""
        return [_pull(each) for each in self.api.pages(f"{self._root}/commits/{quote(commit, safe='')}/pulls")]

    def runs(self, workflow: str, head: str) -> list[WorkflowRun]:
        """Return the successful runs, for pull requests, of the workflow file *workflow* on the commit *head*."""
        return list(self._runs(workflow, {"event": "pull_request", "head_sha": head, "status": "success"}))

    def pushed_runs(self, workflow: str, branch: str) -> Iterator[WorkflowRun]:
        """Yield the runs of the workflow file *workflow* for pushes to *branch*, newest first: 1,000, GitHub's most."""
        for run in self._runs(workflow, {"event": "push", "branch": branch}):
            # A filter that a forge ignores would let any run pass.
            is_ours = run.repository.lower() == run.head_repository.lower() == self.repository.lower()
            if is_ours and (run.path, run.event, run.branch) == (workflow, "push", branch):
                yield run

    def conclusions(self, run: WorkflowRun) -> list[str]:
        """Return how the jobs of a run have ended in its newest attempt, those that have."""
        jobs = self.api.pages(f"{self._root}/actions/runs/{run.id}/jobs", "jobs", {"filter": "latest"})
        return [str(each.get("conclusion") or "") for each in jobs if isinstance(each, dict)]

    def _runs(self, workflow: str, query: dict[str, str | int]) -> Iterator[WorkflowRun]:
        name = quote(workflow.rpartition("/")[2], safe="")
        path = f"{self._root}/actions/workflows/{name}/runs"
        return (_run(each) for each in self.api.pages(path, "workflow_runs", query, limit=10))

    def artefacts(self, run: WorkflowRun, name: str) -> list[Artefact]:
        """Return the artefacts *name* of a run: one for each attempt that has left one."""
        found = self.api.pages(f"{self._root}/actions/runs/{run.id}/artifacts", "artifacts", {"name": name})
        return [_artefact(each, run) for each in found]

    def download(self, artefact: Artefact, limit: int) -> bytes:
        """Return the zip file of an artefact, of at most *limit* bytes."""
        return self.api.download(f"{self._root}/actions/artifacts/{artefact.id}/zip", limit)

    # The issues that carry a label, for zonesync.ci.issue

    def tickets(self, label: str) -> Iterator[Ticket]:
        """Yield our own open issues with *label*, oldest first; to the API pull requests are issues, too."""
        query: dict[str, str | int] = {"labels": label, "state": "open", "sort": "created", "direction": "asc"}
        for each in self.api.pages(f"{self._root}/issues", query=query):
            login, ticket = _ticket(each)
            if "pull_request" not in each and login == self.login:
                yield ticket

    def open(self, title: str, body: str, label: str) -> Ticket:
        """Open an issue. Raises :class:`ApiError` where it is not ours then: it would not be found again.

        Without the right to label GitHub drops the label silently, so it is asked for once more.
        """
        data = {"title": title, "body": body, "labels": [label]}
        made = self.api.send("POST", f"{self._root}/issues", data).json
        author, ticket = _ticket(made)
        if label not in {each.get("name") for each in made.get("labels", ())}:
            self.api.send("POST", f"{self._root}/issues/{ticket.number}/labels", {"labels": [label]})
        self.expect(author, "issue")
        return ticket

    def expect(self, author: str, what: str) -> None:
        """Raise :class:`ApiError` where *what* was made by *author*, and looked for would be that of another."""
        if author != self.login:
            raise ApiError(
                f"the {what} is `{author}`'s, and each {what} of `{self.login}` is looked for: "
                f"set ZONESYNC_LOGIN to `{author}`"
            )

    def rewrite(self, ticket: Ticket, title: str, body: str) -> None:
        """Replace title and text of an issue."""
        self.api.send("PATCH", f"{self._root}/issues/{ticket.number}", {"title": title, "body": body})

    def close(self, ticket: Ticket, words: str) -> None:
        """Close an issue, and say why: in this order, since nobody may comment where it is locked."""
        data = {"state": "closed", "state_reason": "completed"}
        self.api.send("PATCH", f"{self._root}/issues/{ticket.number}", data)
        self.api.send("POST", f"{self._root}/issues/{ticket.number}/comments", {"body": words})


@dataclass(frozen=True, slots=True)
class PullBoard:
    """The comments of a pull request: to the API it is an issue."""

    github: GitHub
    number: int

    def head(self) -> str:
        """Return the newest commit."""
        return self.github.pull(self.number).head_sha

    def notes(self) -> Iterator[Note]:
        """Yield our own comments, oldest first."""
        for each in self.github.api.pages(f"{self._root}/issues/{self.number}/comments"):
            login, note = _note(each)
            if login == self.github.login:
                yield note

    def create(self, body: str) -> Note:
        """Add a comment. Raises :class:`ApiError` where it is not ours then: it would not be found again."""
        made = self.github.api.send("POST", f"{self._root}/issues/{self.number}/comments", {"body": body}).json
        author, note = _note(made)
        self.github.expect(author, "comment")
        return note

    def update(self, note: Note, body: str) -> None:
        """Replace the text of a comment."""
        self.github.api.send("PATCH", f"{self._root}/issues/comments/{note.id}", {"body": body})

    def remove(self, note: Note) -> None:
        """Remove a comment."""
        self.github.api.send("DELETE", f"{self._root}/issues/comments/{note.id}")

    @property
    def _root(self) -> str:
        return f"/repos/{self.github.repository}"


def _note(data: Any) -> tuple[str, Note]:
    try:
        return _author(data), Note(int(data["id"]), str(data.get("body") or ""))
    except (KeyError, TypeError, ValueError, AttributeError):
        raise ApiError("GitHub answered with a comment that lacks what every comment has", sent=True) from None


def _ticket(data: Any) -> tuple[str, Ticket]:
    try:
        return _author(data), Ticket(int(data["number"]), str(data.get("title") or ""), str(data.get("body") or ""))
    except (KeyError, TypeError, ValueError, AttributeError):
        raise ApiError("GitHub answered with an issue that lacks what every issue has", sent=True) from None


def _author(data: Any) -> str:
    return str((data.get("user") or {}).get("login") or "")


def _pull(data: Any) -> PullRequest:
    try:
        return PullRequest.of(data)
    except (KeyError, TypeError, ValueError, AttributeError):
        raise ApiError("GitHub answered with a pull request that lacks its head or base") from None


def _run(data: Any) -> WorkflowRun:
    try:
        return WorkflowRun(
            id=int(data["id"]),
            path=str(data["path"]).partition("@")[0],
            event=str(data["event"]),
            head_sha=str(data["head_sha"]),
            conclusion=str(data["conclusion"] or ""),
            repository=str(data["repository"]["full_name"]),
            head_repository=str((data.get("head_repository") or {}).get("full_name", "")),
            number=int(data["run_number"]),
            attempt=int(data.get("run_attempt") or 1),
            url=str(data["html_url"]),
            branch=str(data.get("head_branch") or ""),
        )
    except (KeyError, TypeError, ValueError, AttributeError):
        raise ApiError("GitHub answered with a workflow run that lacks what every run has") from None


def _artefact(data: Any, run: WorkflowRun) -> Artefact:
    try:
        return Artefact(
            id=int(data["id"]),
            name=str(data["name"]),
            run=int((data.get("workflow_run") or {}).get("id", run.id)),
            size=int(data["size_in_bytes"]),
            is_expired=bool(data["expired"]),
            digest=str(data.get("digest") or ""),
        )
    except (KeyError, TypeError, ValueError, AttributeError):
        raise ApiError("GitHub answered with an artefact that lacks what every artefact has") from None
