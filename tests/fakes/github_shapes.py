"""What the fake of GitHub's REST API keeps, and how it tells of it: what clients rely on of version 2022-11-28.

https://docs.github.com/en/rest. A fake imports nothing of the product.
"""

import hashlib
import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field

TIME = "2026-03-01T12:00:00Z"
BOT = "github-actions[bot]"


def zipped(files: Mapping[str, bytes | str]) -> bytes:
    """Return a zip file, as actions/upload-artifact makes one."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return stream.getvalue()


@dataclass(frozen=True, slots=True)
class Token:
    """Who a token is, and what it may do with the repository."""

    login: str = BOT
    permissions: Mapping[str, str] = field(default_factory=dict)
    """``read`` or ``write``, by the names that a workflow's ``permissions:`` has: issues, pull-requests, actions."""
    is_job: bool = True
    """An installation's: it may not ask who it is."""

    def may(self, scope: str, level: str) -> bool:
        """Tell whether the token reaches *level* in *scope*."""
        return self.permissions.get(scope) in {"write", level}


@dataclass(slots=True)
class Comment:
    id: int
    issue: int
    login: str
    body: str
    edits: int = 0


@dataclass(slots=True)
class Issue:
    number: int
    login: str
    title: str
    body: str
    labels: list[str] = field(default_factory=list)
    state: str = "open"
    state_reason: str | None = None
    is_pull: bool = False


@dataclass(slots=True)
class Pull:
    number: int
    head_sha: str
    head_ref: str = "change"
    base_sha: str = "0" * 40
    base_ref: str = "main"
    head_repository: str | None = ""
    """Empty for the repository itself, None for a fork that was deleted."""
    state: str = "open"
    merged_at: str | None = None
    merge_commit_sha: str | None = None
    commits: list[str] = field(default_factory=list)
    """On the base branch, once merged."""


@dataclass(slots=True)
class Run:
    id: int
    path: str
    head_sha: str
    event: str = "pull_request"
    head_branch: str = "change"
    status: str = "completed"
    conclusion: str | None = "success"
    head_repository: str = ""
    number: int = 1
    attempt: int = 1
    jobs: dict[str, str | None] = field(default_factory=dict)
    """How each has ended, by name; None while it runs or waits."""


@dataclass(slots=True)
class Artifact:
    id: int
    run: int
    name: str
    content: bytes
    expired: bool = False

    @property
    def digest(self) -> str:
        """As GitHub has it since 2025."""
        return f"sha256:{hashlib.sha256(self.content).hexdigest()}"


class Shapes:
    """Turns what is kept into what is answered."""

    def __init__(self, url: str, repository: str) -> None:
        self.url = url
        self.repository = repository

    @property
    def root(self) -> str:
        """The repository's address."""
        return f"{self.url}/repos/{self.repository}"

    def page(self, path: str) -> str:
        """Return the address of a page for people."""
        return f"https://github.example/{self.repository}/{path}"

    def user(self, login: str) -> dict:
        number = int(hashlib.sha256(login.encode()).hexdigest()[:6], 16)
        kind = "Bot" if login.endswith("[bot]") else "User"
        return {
            "login": login,
            "id": number,
            "node_id": f"U_{number}",
            "type": kind,
            "site_admin": False,
            "url": f"{self.url}/users/{login}",
            "html_url": f"https://github.example/{login}",
        }

    def repo(self, name: str, *, fork: bool = False) -> dict:
        owner, _, short = name.partition("/")
        return {
            "id": abs(hash(name)) % 100_000,
            "node_id": f"R_{short}",
            "name": short,
            "full_name": name,
            "private": True,
            "owner": self.user(owner),
            "fork": fork,
            "url": f"{self.url}/repos/{name}",
            "html_url": f"https://github.example/{name}",
            "default_branch": "main",
        }

    def comment(self, one: Comment) -> dict:
        return {
            "id": one.id,
            "node_id": f"IC_{one.id}",
            "url": f"{self.root}/issues/comments/{one.id}",
            "html_url": self.page(f"issues/{one.issue}#issuecomment-{one.id}"),
            "issue_url": f"{self.root}/issues/{one.issue}",
            "body": one.body,
            "user": self.user(one.login),
            "created_at": TIME,
            "updated_at": TIME,
            "author_association": "NONE",
        }

    def label(self, name: str) -> dict:
        return {
            "id": abs(hash(name)) % 100_000,
            "node_id": f"LA_{name}",
            "url": f"{self.root}/labels/{name}",
            "name": name,
            "description": None,
            "color": "ededed",
            "default": False,
        }

    def issue(self, one: Issue) -> dict:
        found = {
            "id": 10_000 + one.number,
            "node_id": f"I_{one.number}",
            "url": f"{self.root}/issues/{one.number}",
            "repository_url": self.root,
            "labels_url": f"{self.root}/issues/{one.number}/labels{{/name}}",
            "comments_url": f"{self.root}/issues/{one.number}/comments",
            "events_url": f"{self.root}/issues/{one.number}/events",
            "html_url": self.page(f"issues/{one.number}"),
            "number": one.number,
            "title": one.title,
            "body": one.body,
            "user": self.user(one.login),
            "labels": [self.label(name) for name in one.labels],
            "state": one.state,
            "state_reason": one.state_reason,
            "locked": False,
            "assignee": None,
            "assignees": [],
            "milestone": None,
            "comments": 0,
            "created_at": TIME,
            "updated_at": TIME,
            "closed_at": TIME if one.state == "closed" else None,
            "author_association": "NONE",
        }
        if one.is_pull:
            found["pull_request"] = {"url": f"{self.root}/pulls/{one.number}"}
        return found

    def pull(self, one: Pull, *, simple: bool = False) -> dict:
        head = self.repository if one.head_repository == "" else one.head_repository
        found = {
            "id": 20_000 + one.number,
            "node_id": f"PR_{one.number}",
            "url": f"{self.root}/pulls/{one.number}",
            "html_url": self.page(f"pull/{one.number}"),
            "number": one.number,
            "state": one.state,
            "locked": False,
            "title": f"Change {one.number}",
            "body": None,
            "user": self.user("engineer"),
            "labels": [],
            "created_at": TIME,
            "updated_at": TIME,
            "closed_at": one.merged_at,
            "merged_at": one.merged_at,
            "merge_commit_sha": one.merge_commit_sha,
            "draft": False,
            "head": {
                "label": f"{(head or 'unknown').partition('/')[0]}:{one.head_ref}",
                "ref": one.head_ref,
                "sha": one.head_sha,
                "user": self.user((head or "ghost").partition("/")[0]),
                "repo": self.repo(head, fork=head != self.repository) if head else None,
            },
            "base": {
                "label": f"{self.repository.partition('/')[0]}:{one.base_ref}",
                "ref": one.base_ref,
                "sha": one.base_sha,
                "user": self.user(self.repository.partition("/")[0]),
                "repo": self.repo(self.repository),
            },
        }
        if not simple:
            found |= {"merged": one.merged_at is not None, "mergeable": None, "comments": 0, "commits": 1}
        return found

    def run(self, one: Run) -> dict:
        head = one.head_repository or self.repository
        return {
            "id": one.id,
            "name": "plan",
            "node_id": f"WFR_{one.id}",
            "head_branch": one.head_branch,
            "head_sha": one.head_sha,
            "path": one.path,
            "run_number": one.number,
            "run_attempt": one.attempt,
            "event": one.event,
            "display_title": "plan",
            "status": one.status,
            "conclusion": one.conclusion,
            "workflow_id": 7,
            "url": f"{self.root}/actions/runs/{one.id}",
            "html_url": self.page(f"actions/runs/{one.id}"),
            "pull_requests": [],
            "created_at": TIME,
            "updated_at": TIME,
            "artifacts_url": f"{self.root}/actions/runs/{one.id}/artifacts",
            "jobs_url": f"{self.root}/actions/runs/{one.id}/jobs",
            "repository": self.repo(self.repository),
            "head_repository": self.repo(head, fork=head != self.repository),
            "head_commit": {"id": one.head_sha, "message": "change", "timestamp": TIME},
        }

    def job(self, number: int, name: str, conclusion: str | None, run: Run) -> dict:
        return {
            "id": number,
            "run_id": run.id,
            "node_id": f"JOB_{number}",
            "head_sha": run.head_sha,
            "head_branch": run.head_branch,
            "run_attempt": run.attempt,
            "status": "completed" if conclusion else "queued",
            "conclusion": conclusion,
            "name": name,
            "workflow_name": "apply",
            "url": f"{self.root}/actions/jobs/{number}",
            "html_url": self.page(f"actions/runs/{run.id}/job/{number}"),
            "run_url": f"{self.root}/actions/runs/{run.id}",
            "created_at": TIME,
            "started_at": TIME,
            "completed_at": TIME if conclusion else None,
            "steps": [],
            "labels": ["ubuntu-latest"],
        }

    def artifact(self, one: Artifact, run: Run) -> dict:
        return {
            "id": one.id,
            "node_id": f"MDg_{one.id}",
            "name": one.name,
            "size_in_bytes": len(one.content),
            "url": f"{self.root}/actions/artifacts/{one.id}",
            "archive_download_url": f"{self.root}/actions/artifacts/{one.id}/zip",
            "expired": one.expired,
            "digest": one.digest,
            "created_at": TIME,
            "updated_at": TIME,
            "expires_at": TIME,
            "workflow_run": {
                "id": one.run,
                "repository_id": abs(hash(self.repository)) % 100_000,
                "head_repository_id": abs(hash(self.repository)) % 100_000,
                "head_branch": run.head_branch,
                "head_sha": run.head_sha,
            },
        }
