"""What is written at GitLab: notes on a merge request, and issues. Ours are those that the token's user has written.

https://docs.gitlab.com/api/notes/, https://docs.gitlab.com/api/issues/. To label and to close an issue takes the role
Reporter: https://docs.gitlab.com/user/permissions/.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from zonesync.ci.comment import Note
from zonesync.ci.errors import ApiError
from zonesync.ci.gitlab import GitLab
from zonesync.ci.issue import Ticket


@dataclass(frozen=True, slots=True)
class MergeBoard:
    """The notes of a merge request."""

    gitlab: GitLab
    number: int

    def head(self) -> str:
        """Return the newest commit of the merge request."""
        return self.gitlab.merge_request(self.number).head_sha

    def notes(self) -> Iterator[Note]:
        """Yield our own notes, oldest first; what GitLab notes itself is none."""
        for each in self.gitlab.api.pages(self._root, query={"sort": "asc", "order_by": "created_at"}):
            if _author(each) == self.gitlab.user and not each.get("system"):
                yield Note(_id(each, "id"), str(each.get("body") or ""))

    def create(self, body: str) -> Note:
        """Add a note."""
        made = self.gitlab.api.send("POST", self._root, {"body": body}).json
        return Note(_id(made, "id"), body)

    def update(self, note: Note, body: str) -> None:
        """Replace the text of a note."""
        self.gitlab.api.send("PUT", f"{self._root}/{note.id}", {"body": body})

    def remove(self, note: Note) -> None:
        """Remove a note."""
        self.gitlab.api.send("DELETE", f"{self._root}/{note.id}")

    @property
    def _root(self) -> str:
        return f"{self.gitlab.root}/merge_requests/{self.number}/notes"


@dataclass(frozen=True, slots=True)
class Issues:
    """The issues of a project."""

    gitlab: GitLab

    def tickets(self, label: str) -> Iterator[Ticket]:
        """Yield our own open issues with *label*, oldest first."""
        query: dict[str, str | int] = {
            "labels": label,
            "state": "opened",
            "author_id": self.gitlab.user,
            "order_by": "created_at",
            "sort": "asc",
        }
        for each in self.gitlab.api.pages(self._root, query=query):
            # A filter that a forge ignores would let anybody's issue pass.
            if _author(each) == self.gitlab.user and each.get("state") == "opened":
                yield Ticket(_id(each, "iid"), str(each.get("title") or ""), str(each.get("description") or ""))

    def open(self, title: str, body: str, label: str) -> Ticket:
        """Open an issue."""
        data = {"title": title, "description": body, "labels": label}
        return Ticket(_id(self.gitlab.api.send("POST", self._root, data).json, "iid"), title, body)

    def rewrite(self, ticket: Ticket, title: str, body: str) -> None:
        """Replace title and text of an issue."""
        self.gitlab.api.send("PUT", f"{self._root}/{ticket.number}", {"title": title, "description": body})

    def close(self, ticket: Ticket, words: str) -> None:
        """Close an issue, and say why: in this order, since not everybody may write where it is locked."""
        self.gitlab.api.send("PUT", f"{self._root}/{ticket.number}", {"state_event": "close"})
        self.gitlab.api.send("POST", f"{self._root}/{ticket.number}/notes", {"body": words})

    @property
    def _root(self) -> str:
        return f"{self.gitlab.root}/issues"


def _author(data: Any) -> int:
    return _id(data.get("author") if isinstance(data, dict) else None, "id")


def _id(data: Any, key: str) -> int:
    found = data.get(key) if isinstance(data, dict) else None
    if not isinstance(found, int):
        raise ApiError("GitLab answered without the number of what was written, or of who has written it")
    return found
