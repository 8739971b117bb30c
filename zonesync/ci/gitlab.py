"""The part of GitLab's REST API that keeps a note on a merge request.

Notes: https://docs.gitlab.com/api/notes/#merge-requests; merge requests: https://docs.gitlab.com/api/merge_requests/.
"""

from collections.abc import Iterator

from zonesync import __version__
from zonesync.ci.api import Api, Patience
from zonesync.ci.comment import Note
from zonesync.ci.errors import ApiError
from zonesync.ci.job import Job


class MergeBoard:
    """The notes of the merge request that a job's pipeline is for."""

    def __init__(self, job: Job, patience: Patience | None = None) -> None:
        headers = {"PRIVATE-TOKEN": job.need("ZONESYNC_GITLAB_TOKEN"), "User-Agent": f"zonesync/{__version__}"}
        self.api = Api(job.need("CI_API_V4_URL"), headers, "GitLab", patience)
        project, number = int(job.need("CI_PROJECT_ID")), int(job.need("CI_MERGE_REQUEST_IID"))
        self._root = f"/projects/{project}/merge_requests/{number}"
        self._user = 0

    @property
    def user(self) -> int:
        """Who the token is."""
        if not self._user:
            self._user = int(self.api.get("/user")["id"])
        return self._user

    def head(self) -> str:
        """Return the newest commit of the merge request."""
        found = self.api.get(self._root)
        sha = found.get("sha") if isinstance(found, dict) else None
        if not isinstance(sha, str):
            raise ApiError("GitLab answered with a merge request that lacks its commit")
        return sha

    def notes(self) -> Iterator[Note]:
        """Yield our own notes, oldest first; what GitLab notes itself is none."""
        for each in self.api.pages(f"{self._root}/notes", query={"sort": "asc", "order_by": "created_at"}):
            if not each.get("system") and (each.get("author") or {}).get("id") == self.user:
                yield Note(int(each["id"]), str(each.get("body") or ""))

    def create(self, body: str) -> Note:
        """Add a note."""
        made = self.api.send("POST", f"{self._root}/notes", {"body": body}).json
        return Note(int(made["id"]), body)

    def update(self, note: Note, body: str) -> None:
        """Replace the text of a note."""
        self.api.send("PUT", f"{self._root}/notes/{note.id}", {"body": body})

    def remove(self, note: Note) -> None:
        """Remove a note."""
        self.api.send("DELETE", f"{self._root}/notes/{note.id}")
