"""A strict fake of the part of GitLab's REST API (version 4) that keeps notes on merge requests.

https://docs.gitlab.com/api/notes/ and https://docs.gitlab.com/api/merge_requests/. What a token may not see is 404,
what it may not do is 403; pages are told by the ``Link`` header and by ``X-Next-Page``.
"""

import json
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from tests.fakes.kit import Answer, FakeService, Request

MAX_NOTE = 1_000_000
TIME = "2026-03-01T12:00:00.000Z"
LEVELS = {"none": 0, "guest": 10, "reporter": 20, "developer": 30}


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


class GitLabFake(FakeService):
    """One project with one merge request on loopback; :attr:`url` ends in ``/api/v4``."""

    def __init__(self, *, tokens: Mapping[str, User], project: int = 5, number: int = 3, sha: str = "a" * 40) -> None:
        super().__init__()
        self.tokens = dict(tokens)
        self.project, self.number, self.sha = project, number, sha
        self.notes: dict[int, Note] = {}
        self.limited = 0
        """Calls that the rate limit still refuses."""
        self._next = 40

    @property
    def url(self) -> str:
        """The API's base."""
        return f"{super().url}/api/v4"

    def add_note(self, author: User, body: str, *, system: bool = False) -> Note:
        """Let somebody write a note."""
        self._next += 1
        note = self.notes[self._next] = Note(self._next, author, body, system)
        return note

    def handle(self, request: Request) -> Answer:
        """Answer *request*."""
        if self.limited > 0:
            self.limited -= 1
            headers = {"RateLimit-Remaining": "0", "RateLimit-Reset": str(int(time.time())), "Retry-After": "1"}
            return Answer(429, b"Retry later\n", headers, "text/plain")
        user = self.tokens.get(request.headers.get("private-token", ""))
        if user is None:
            return _refused(401, "401 Unauthorized")
        level = "read_api" if request.method == "GET" else "api"
        if not user.scopes & {"api", level}:
            return Answer.of({"error": "insufficient_scope", "scope": "api"}, 403)
        path = request.path.removeprefix("/api/v4")
        if path == "/user" and request.method == "GET":
            return Answer.of(_user(user))
        root = f"/projects/{self.project}/merge_requests/{self.number}"
        if LEVELS[user.role] < LEVELS["guest"] or not path.startswith(root):
            return _refused(404, "404 Project Not Found" if "/merge_requests" in path else "404 Not Found")
        if LEVELS[user.role] < LEVELS["reporter"] and request.method != "GET":
            return _refused(403, "403 Forbidden")
        return self._routed(request, user, path.removeprefix(root))

    def _routed(self, request: Request, user: User, path: str) -> Answer:
        if path == "" and request.method == "GET":
            data = {"id": 900, "iid": self.number, "project_id": self.project, "sha": self.sha, "state": "opened"}
            return Answer.of({**data, "title": "Change", "source_project_id": self.project})
        if path == "/notes":
            if request.method == "GET":
                return self._list(request)
            if request.method == "POST":
                return self._write(request, self.add_note(user, ""), 201)
        found = re.fullmatch(r"/notes/(\d+)", path)
        note = self.notes.get(int(found[1])) if found else None
        if note is None:
            return _refused(404, "404 Not found")
        if request.method == "GET":
            return Answer.of(_note(note))
        if note.author != user or note.system:
            return _refused(403, "403 Forbidden")
        if request.method == "PUT":
            return self._write(request, note, 200)
        if request.method == "DELETE":
            del self.notes[note.id]
            return Answer(204)
        return _refused(405, "405 Method Not Allowed")

    def _write(self, request: Request, note: Note, status: int) -> Answer:
        try:
            data = json.loads(request.body)
        except json.JSONDecodeError:
            data = {}
        problem = ""
        if not isinstance(data, dict) or set(data) - {"body", "created_at", "internal"}:
            problem = "the fake knows `body` alone"
        elif not isinstance(data.get("body"), str) or not data["body"].strip():
            problem = "body is missing"
        elif len(data["body"]) > MAX_NOTE:
            problem = f"Note is too long (maximum is {MAX_NOTE} characters)"
        if problem:
            if status == 201:
                del self.notes[note.id]
            return Answer.of({"error": problem}, 400)
        note.edits += status == 200
        note.body = data["body"]
        return Answer.of(_note(note), status)

    def _list(self, request: Request) -> Answer:
        query = dict(request.query)
        if unknown := set(query) - {"per_page", "page", "sort", "order_by", "activity_filter"}:
            return Answer.of({"error": f"the fake knows no {', '.join(sorted(unknown))}"}, 400)
        notes = sorted(self.notes.values(), key=lambda one: one.id, reverse=query.get("sort", "desc") == "desc")
        size, page = min(int(query.get("per_page", "20")), 100), int(query.get("page", "1"))
        part = [_note(one) for one in notes[(page - 1) * size : page * size]]
        headers = {"X-Page": str(page), "X-Per-Page": str(size), "X-Next-Page": ""}
        if len(notes) > page * size:
            address = f"{self.url}{request.path.removeprefix('/api/v4')}?{urlencode({**query, 'page': page + 1})}"
            headers |= {"X-Next-Page": str(page + 1), "Link": f'<{address}>; rel="next"'}
        return Answer.of(part, 200, **headers)


def _refused(status: int, message: str) -> Answer:
    return Answer.of({"message": message}, status)


def _user(user: User) -> dict[str, Any]:
    return {"id": user.id, "username": user.username, "name": user.username, "state": "active"}


def _note(note: Note) -> dict[str, Any]:
    return {
        "id": note.id,
        "type": None,
        "body": note.body,
        "author": _user(note.author),
        "created_at": TIME,
        "updated_at": TIME,
        "system": note.system,
        "noteable_type": "MergeRequest",
        "resolvable": False,
        "internal": False,
    }
