"""What the fake of GitLab's REST API keeps, and how it tells of it: what clients rely on of version 4.

https://docs.gitlab.com/api/rest/. A fake imports nothing of the product.
"""

import io
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field

TIME = "2026-03-01T12:00:00.000Z"
LEVELS = {"none": 0, "guest": 10, "reporter": 20, "developer": 30, "maintainer": 40}
FENCE = re.compile(r"^ {0,3}(```+|~~~+)")


def zipped(files: Mapping[str, bytes | str]) -> bytes:
    """Return a zip file as a runner makes one: with the folders, too."""
    stream = io.BytesIO()
    folders = {f"{name[: at + 1]}" for name in files for at, sign in enumerate(name) if sign == "/"}
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(folders):
            archive.writestr(name, b"")
        for name, content in files.items():
            archive.writestr(name, content)
    return stream.getvalue()


def commands(text: str) -> list[str]:
    """Return the lines of *text* that GitLab would take for quick actions: those outside code that begin with ``/``.

    https://docs.gitlab.com/user/project/quick_actions/.
    """
    found, fence = [], ""
    for line in text.splitlines():
        sign = FENCE.match(line)
        if sign and not fence:
            fence = sign[1]
        elif fence and line.strip() and not line.strip(fence[0]).strip() and len(line.strip()) >= len(fence):
            fence = ""
        elif not fence and re.match(r"\s*/[a-z_]", line):
            found.append(line)
    return found


@dataclass(frozen=True, slots=True)
class User:
    """Whom a token speaks for, and what he may do in the project."""

    id: int
    username: str
    role: str = "reporter"
    scopes: frozenset[str] = frozenset({"api"})


@dataclass(slots=True)
class Note:
    id: int
    author: User
    body: str
    system: bool = False
    edits: int = 0


@dataclass(slots=True)
class Merge:
    """A merge request."""

    iid: int
    sha: str
    state: str = "opened"
    source_branch: str = "change"
    target_branch: str = "main"
    source_project: int | None = 0
    """0 for the project itself, None for a fork that was deleted."""
    merge_commit_sha: str | None = None
    squash_commit_sha: str | None = None
    commits: list[str] = field(default_factory=list)
    """Of its newest version, the head too."""
    notes: dict[int, Note] = field(default_factory=dict)


@dataclass(slots=True)
class Pipeline:
    id: int
    sha: str
    ref: str
    source: str = "push"
    status: str = "success"
    merge: int = 0
    """The merge request that it is for."""
    project: int = 0
    """0 for the project itself."""


@dataclass(slots=True)
class CiJob:
    id: int
    pipeline: int
    name: str
    status: str = "success"
    failure_reason: str | None = None
    archive: bytes | None = None
    expired: bool = False
    retried: bool = False


@dataclass(slots=True)
class Issue:
    iid: int
    author: User
    title: str
    description: str
    labels: list[str] = field(default_factory=list)
    state: str = "opened"
    notes: dict[int, Note] = field(default_factory=dict)


class Shapes:
    """Turns what is kept into what is answered."""

    def __init__(self, project: int) -> None:
        self.project = project

    def page(self, path: str) -> str:
        """Return the address of a page for people."""
        return f"https://gitlab.example/acme/dns/-/{path}"

    def user(self, user: User) -> dict:
        page = f"https://gitlab.example/{user.username}"
        return {"id": user.id, "username": user.username, "name": user.username, "state": "active", "web_url": page}

    def note(self, note: Note, kind: str, iid: int) -> dict:
        return {
            "id": note.id,
            "type": None,
            "body": note.body,
            "author": self.user(note.author),
            "system": note.system,
            "internal": False,
            "resolvable": False,
            "created_at": TIME,
            "updated_at": TIME,
            "noteable_type": kind,
            "noteable_iid": iid,
        }

    def merge(self, one: Merge) -> dict:
        source = self.project if one.source_project == 0 else one.source_project
        return {
            "id": 900 + one.iid,
            "iid": one.iid,
            "project_id": self.project,
            "title": f"Change {one.iid}",
            "description": "",
            "state": one.state,
            "merged_at": TIME if one.state == "merged" else None,
            "target_branch": one.target_branch,
            "source_branch": one.source_branch,
            "source_project_id": source,
            "target_project_id": self.project,
            "sha": one.sha,
            "merge_commit_sha": one.merge_commit_sha,
            "squash_commit_sha": one.squash_commit_sha,
            "draft": False,
            "labels": [],
            "author": self.user(User(1, "engineer")),
            "created_at": TIME,
            "updated_at": TIME,
            "web_url": self.page(f"merge_requests/{one.iid}"),
        }

    def pipeline(self, one: Pipeline) -> dict:
        return {
            "id": one.id,
            "iid": one.id,
            "project_id": one.project or self.project,
            "sha": one.sha,
            "ref": one.ref,
            "status": one.status,
            "source": one.source,
            "created_at": TIME,
            "updated_at": TIME,
            "web_url": self.page(f"pipelines/{one.id}"),
        }

    def job(self, one: CiJob, pipeline: Pipeline) -> dict:
        found = {
            "id": one.id,
            "name": one.name,
            "stage": one.name,
            "status": one.status,
            "ref": pipeline.ref,
            "tag": False,
            "allow_failure": False,
            "created_at": TIME,
            "started_at": TIME,
            "finished_at": TIME,
            "erased_at": None,
            "duration": 1.0,
            "commit": {"id": pipeline.sha, "short_id": pipeline.sha[:8]},
            "pipeline": self.pipeline(pipeline),
            "web_url": self.page(f"jobs/{one.id}"),
            "artifacts": [],
            "artifacts_expire_at": TIME if one.archive is not None else None,
            "runner": None,
            "tag_list": [],
        }
        if one.status == "failed":
            found["failure_reason"] = one.failure_reason or "script_failure"
        if one.archive is not None and not one.expired:
            size = len(one.archive)
            found["artifacts_file"] = {"filename": "artifacts.zip", "size": size}
            found["artifacts"] = [
                {"file_type": "archive", "size": size, "filename": "artifacts.zip", "file_format": "zip"},
                {"file_type": "metadata", "size": 100, "filename": "metadata.gz", "file_format": "gzip"},
            ]
        return found

    def commit(self, sha: str, parents: list[str]) -> dict:
        return {
            "id": sha,
            "short_id": sha[:8],
            "title": "change",
            "message": "change",
            "parent_ids": parents,
            "author_name": "Kim",
            "author_email": "kim@example.com",
            "created_at": TIME,
            "committed_date": TIME,
            "web_url": self.page(f"commit/{sha}"),
        }

    def issue(self, one: Issue) -> dict:
        return {
            "id": 5_000 + one.iid,
            "iid": one.iid,
            "project_id": self.project,
            "title": one.title,
            "description": one.description,
            "labels": one.labels,
            "state": one.state,
            "author": self.user(one.author),
            "assignees": [],
            "milestone": None,
            "confidential": False,
            "issue_type": "issue",
            "created_at": TIME,
            "updated_at": TIME,
            "closed_at": TIME if one.state == "closed" else None,
            "web_url": self.page(f"issues/{one.iid}"),
        }
