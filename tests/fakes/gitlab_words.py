"""The part of the fake of GitLab that people write in: notes and issues; and how its answers are made.

https://docs.gitlab.com/api/notes/, https://docs.gitlab.com/api/issues/.
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlencode

from tests.fakes.gitlab_shapes import Issue, Merge, Note, Shapes, User, commands
from tests.fakes.kit import Answer, FakeService, Request

MAX_NOTE = 1_000_000
MAX_TITLE = 255


class RefusedError(Exception):
    """An answer that is no success."""

    def __init__(self, status: int, message: str, key: str = "message") -> None:
        super().__init__(message)
        self.answer = Answer.of({key: message}, status)


class Words(FakeService):
    """Notes and issues of one project."""

    def __init__(self, project: int) -> None:
        super().__init__()
        self.project = project
        self.merges: dict[int, Merge] = {}
        self.issues: dict[int, Issue] = {}
        self.page = 100
        """The most items of a page."""
        self._next = 40

    @property
    def url(self) -> str:
        """The API's base."""
        return f"{super().url}/api/v4"

    @property
    def shapes(self) -> Shapes:
        """How things are told."""
        return Shapes(self.project)

    def id(self) -> int:
        """Return a number that nothing has yet."""
        self._next += 1
        return self._next

    def add_issue(self, author: User, title: str, description: str, labels: Iterable[str] = ()) -> Issue:
        """Let somebody open an issue."""
        number = max(self.issues, default=0) + 1
        made = self.issues[number] = Issue(number, author, title, description, list(labels))
        return made

    # How it answers

    def _listed(self, request: Request, items: list[Any], known: Iterable[str] = ()) -> Answer:
        """Return one page; what nobody documented as a parameter is refused, where GitLab would overlook it."""
        query = dict(request.query)
        if "pagination" in query:
            raise RefusedError(405, "Keyset pagination is not yet available for this type of request", "error")
        if unknown := set(query) - {"per_page", "page", *known}:
            raise RefusedError(400, f"the fake knows no {', '.join(sorted(unknown))}", "error")
        size, page = min(int(query.get("per_page", "20")), 100, self.page), int(query.get("page", "1"))
        if size < 1 or page < 1:
            raise RefusedError(400, "per_page does not have a valid value", "error")
        headers = {"X-Page": str(page), "X-Per-Page": str(size), "X-Next-Page": ""}
        if len(items) > page * size:
            address = f"{self.url}{request.path.removeprefix('/api/v4')}?{urlencode({**query, 'page': page + 1})}"
            headers |= {"X-Next-Page": str(page + 1), "Link": f'<{address}>; rel="next"'}
        return Answer.of(items[(page - 1) * size : page * size], 200, **headers)

    def _body(self, request: Request, required: Iterable[str], known: Iterable[str] = ()) -> dict[str, Any]:
        try:
            data = json.loads(request.body or b"{}")
        except json.JSONDecodeError:
            raise RefusedError(400, "The request body is no JSON", "error") from None
        if not isinstance(data, dict) or set(data) - {*required, *known}:
            raise RefusedError(400, f"the fake knows {', '.join([*required, *known])} alone", "error")
        for name in required:
            if not isinstance(data.get(name), str) or not data[name].strip():
                raise RefusedError(400, f"{name} is missing", "error")
        for name in ("body", "description"):
            if len(data.get(name, "")) > MAX_NOTE:
                raise RefusedError(400, f"{name} is too long (maximum is {MAX_NOTE} characters)", "error")
            if found := commands(data.get(name, "")):
                raise RefusedError(400, f"{name} has quick actions, which GitLab would carry out: {found}", "error")
        if len(data.get("title", "")) > MAX_TITLE:
            raise RefusedError(400, "title is too long (maximum is 255 characters)", "error")
        return data

    # Notes, of a merge request or an issue

    def _noted(self, kind: str, iid: str) -> Merge | Issue:
        found = self.merges.get(int(iid)) if kind == "merge_requests" else self.issues.get(int(iid))
        if found is None:
            raise RefusedError(404, "404 Not found")
        return found

    def _told(self, note: Note, kind: str, iid: str, status: int = 200) -> Answer:
        return Answer.of(self.shapes.note(note, "Issue" if kind == "issues" else "MergeRequest", int(iid)), status)

    def _list_notes(self, request: Request, user: User, kind: str, iid: str) -> Answer:
        is_down = request.query.get("sort", "desc") == "desc"
        notes = sorted(self._noted(kind, iid).notes.values(), key=lambda one: one.id, reverse=is_down)
        named = "Issue" if kind == "issues" else "MergeRequest"
        told = [self.shapes.note(one, named, int(iid)) for one in notes]
        return self._listed(request, told, ("sort", "order_by", "activity_filter"))

    def _add_note(self, request: Request, user: User, kind: str, iid: str) -> Answer:
        data = self._body(request, ["body"], ["created_at", "internal"])
        made = Note(self.id(), user, data["body"])
        self._noted(kind, iid).notes[made.id] = made
        return self._told(made, kind, iid, 201)

    def _note(self, kind: str, iid: str, number: str, user: User | None = None) -> Note:
        note = self._noted(kind, iid).notes.get(int(number))
        if note is None:
            raise RefusedError(404, "404 Note Not Found")
        if user and (note.author != user or note.system):
            raise RefusedError(403, "403 Forbidden")
        return note

    def _get_note(self, request: Request, user: User, kind: str, iid: str, number: str) -> Answer:
        return self._told(self._note(kind, iid, number), kind, iid)

    def _edit_note(self, request: Request, user: User, kind: str, iid: str, number: str) -> Answer:
        note = self._note(kind, iid, number, user)
        note.body = self._body(request, ["body"])["body"]
        note.edits += 1
        return self._told(note, kind, iid)

    def _delete_note(self, request: Request, user: User, kind: str, iid: str, number: str) -> Answer:
        del self._noted(kind, iid).notes[self._note(kind, iid, number, user).id]
        return Answer(204)

    # Issues

    def _list_issues(self, request: Request, user: User) -> Answer:
        query = request.query
        wanted = set(filter(None, query.get("labels", "").split(",")))
        found = [
            one
            for one in self.issues.values()
            if wanted <= set(one.labels)
            and query.get("state", "all") in {"all", one.state}
            and query.get("author_id") in {None, str(one.author.id)}
        ]
        found = sorted(found, key=lambda one: one.iid, reverse=query.get("sort", "desc") == "desc")
        known = ("labels", "state", "author_id", "order_by", "sort", "scope")
        return self._listed(request, [self.shapes.issue(one) for one in found], known)

    def _create_issue(self, request: Request, user: User) -> Answer:
        data = self._body(request, ["title"], ["description", "labels"])
        made = self.add_issue(user, data["title"], data.get("description", ""), _labels(data))
        return Answer.of(self.shapes.issue(made), 201)

    def _issue(self, number: str) -> Issue:
        found = self._noted("issues", number)
        assert isinstance(found, Issue)
        return found

    def _get_issue(self, request: Request, user: User, number: str) -> Answer:
        return Answer.of(self.shapes.issue(self._issue(number)))

    def _edit_issue(self, request: Request, user: User, number: str) -> Answer:
        issue = self._issue(number)
        data = self._body(request, [], ["title", "description", "labels", "state_event"])
        event = data.pop("state_event", "")
        if (not data and not event) or event not in {"", "close", "reopen"}:
            raise RefusedError(400, "state_event does not have a valid value", "error")
        issue.title = data.get("title", issue.title)
        issue.description = data.get("description", issue.description)
        if "labels" in data:
            issue.labels = _labels(data)
        issue.state = {"close": "closed", "reopen": "opened"}.get(event, issue.state)
        return Answer.of(self.shapes.issue(issue))


def _labels(data: Mapping[str, Any]) -> list[str]:
    """Return labels that come with commas between them, or as a list."""
    told = data.get("labels", "")
    return [name for name in (told.split(",") if isinstance(told, str) else told) if name]
