"""A strict fake of the part of GitLab's REST API (version 4) that keeps notes, merge requests, pipelines and issues.

https://docs.gitlab.com/api/rest/. What a token may not see is 404, what it may not do is 403, what nobody documented is
refused; pages are told by the ``Link`` header. A note that GitLab would take for a quick action is refused, too.
Artefacts come from a second server, which takes no token at all.
"""

import re
import time
from collections.abc import Callable, Mapping
from typing import Any, Self

from tests.fakes.gitlab_shapes import LEVELS, CiJob, Issue, Merge, Note, Pipeline, User, zipped
from tests.fakes.gitlab_words import RefusedError, Words
from tests.fakes.kit import Answer, FakeService, Request

__all__ = ["CiJob", "GitLabFake", "Issue", "Merge", "Note", "Pipeline", "User", "zipped"]
_SHA = re.compile(r"[0-9a-f]{40}").fullmatch


class Store(FakeService):
    """Where artefacts are downloaded from: an address with a secret in it, and no other authorisation."""

    def __init__(self) -> None:
        super().__init__()
        self.files: dict[str, bytes] = {}

    def handle(self, request: Request) -> Answer:
        """Hand out a file; a token that is sent along is refused."""
        if {"authorization", "private-token", "job-token"} & set(request.headers):
            return Answer(400, b"a token came along", content_type="application/xml")
        content = self.files.get(request.path)
        if content is None:
            return Answer(404, b"", content_type="application/xml")
        return Answer(200, content, content_type="application/zip")


class GitLabFake(Words):
    """One private project on loopback, with the merge request *number*; :attr:`url` ends in ``/api/v4``."""

    def __init__(self, *, tokens: Mapping[str, User], project: int = 5, number: int = 3, sha: str = "a" * 40) -> None:
        super().__init__(project)
        self.tokens = dict(tokens)
        self.number = number
        self.pipelines: dict[int, Pipeline] = {}
        self.jobs: dict[int, CiJob] = {}
        self.commits: dict[str, list[str]] = {}
        """The parents of each."""
        self.limited = 0
        """Calls that the rate limit still refuses."""
        self.has_store = True
        """Whether artefacts are in an object store, which GitLab redirects to."""
        self.store = Store()
        self.add_merge(number, sha)

    def __enter__(self) -> Self:
        """Listen, and let the store of files listen, too."""
        self.store.__enter__()
        return super().__enter__()

    def __exit__(self, *problem: object) -> None:
        """Stop both."""
        super().__exit__(*problem)
        self.store.__exit__(*problem)

    # What others do at GitLab

    @property
    def notes(self) -> dict[int, Note]:
        """The notes of the first merge request."""
        return self.merges[self.number].notes

    @property
    def sha(self) -> str:
        """The head of the first merge request."""
        return self.merges[self.number].sha

    @sha.setter
    def sha(self, value: str) -> None:
        self.merges[self.number].sha = value

    def add_note(self, author: User, body: str, *, system: bool = False, number: int = 0) -> Note:
        """Let somebody write a note on a merge request."""
        made = Note(self.id(), author, body, system)
        self.merges[number or self.number].notes[made.id] = made
        return made

    def bodies(self, number: int) -> list[str]:
        """Return the notes of a merge request, oldest first."""
        return [one.body for one in self.merges[number].notes.values() if not one.system]

    def add_merge(self, iid: int, sha: str, **fields: Any) -> Merge:
        """Open a merge request."""
        made = self.merges[iid] = Merge(iid, sha, commits=fields.pop("commits", [sha]), **fields)
        return made

    def add_pipeline(self, sha: str, ref: str = "main", **fields: Any) -> Pipeline:
        """Let a pipeline have been made."""
        number = self.id()
        made = self.pipelines[number] = Pipeline(number, sha, ref, **fields)
        return made

    def add_job(self, pipeline: Pipeline, name: str, files: Mapping[str, str | bytes] | None = None, **f: Any) -> CiJob:
        """Let a pipeline have a job, which has left *files*."""
        number = self.id()
        archive = f.pop("archive", zipped(files) if files is not None else None)
        made = self.jobs[number] = CiJob(number, pipeline.id, name, archive=archive, **f)
        return made

    # HTTP

    def handle(self, request: Request) -> Answer:
        """Answer *request*."""
        if self.limited > 0:
            self.limited -= 1
            reset = {"RateLimit-Reset": str(int(time.time())), "RateLimit-Limit": "60", "RateLimit-Observed": "61"}
            return Answer(
                429, b"Retry later\n", {"RateLimit-Remaining": "0", "Retry-After": "1", **reset}, "text/plain"
            )
        try:
            return self._answer(request)
        except RefusedError as problem:
            return problem.answer

    def _answer(self, request: Request) -> Answer:
        user = self.tokens.get(request.headers.get("private-token", ""))
        if user is None:
            raise RefusedError(401, "401 Unauthorized")
        if not user.scopes & {"api", "read_api" if request.method == "GET" else "api"}:
            return Answer.of({"error": "insufficient_scope", "scope": "api"}, 403)
        path = request.path.removeprefix("/api/v4")
        if path == "/user" and request.method == "GET":
            return Answer.of(self.shapes.user(user))
        root = f"/projects/{self.project}"
        if LEVELS[user.role] < LEVELS["guest"] or not path.startswith(f"{root}/"):
            raise RefusedError(404, "404 Project Not Found")
        found = [(route, again) for route in ROUTES if (again := re.fullmatch(route[1], path.removeprefix(root)))]
        if not found:
            raise RefusedError(404, "404 Not Found", "error")
        for (method, _, sees, does, call), again in found:
            if method == request.method:
                if LEVELS[user.role] < LEVELS[sees]:
                    raise RefusedError(404, "404 Not found")
                if LEVELS[user.role] < LEVELS[does]:
                    raise RefusedError(403, "403 Forbidden")
                return call(self, request, user, *again.groups())
        raise RefusedError(405, "405 Not Allowed", "error")

    # Merge requests and commits

    def _get_merge(self, request: Request, user: User, iid: str) -> Answer:
        found = self._noted("merge_requests", iid)
        assert isinstance(found, Merge)
        return Answer.of(self.shapes.merge(found))

    def _merge_pipelines(self, request: Request, user: User, iid: str) -> Answer:
        self._noted("merge_requests", iid)
        mine = [one for one in self.pipelines.values() if one.merge == int(iid)]
        return self._listed(request, [self.shapes.pipeline(one) for one in sorted(mine, key=lambda one: -one.id)])

    def _get_commit(self, request: Request, user: User, sha: str) -> Answer:
        if sha not in self.commits:
            raise RefusedError(404, "404 Commit Not Found")
        return Answer.of(self.shapes.commit(sha, self.commits[sha]))

    def _merges_of(self, request: Request, user: User, sha: str) -> Answer:
        if not _SHA(sha) or sha not in self.commits:
            raise RefusedError(404, "404 Commit Not Found")
        found = [
            one
            for one in self.merges.values()
            if sha in {*one.commits, one.merge_commit_sha, one.squash_commit_sha}
            and request.query.get("state") in {None, one.state}
        ]
        return self._listed(request, [self.shapes.merge(one) for one in found], ("state",))

    # Pipelines, jobs and artefacts

    def _list_pipelines(self, request: Request, user: User) -> Answer:
        query = request.query
        if query.get("order_by", "id") != "id" or query.get("sort", "desc") not in {"asc", "desc"}:
            raise RefusedError(400, "the fake orders by id alone", "error")
        found = [
            one
            for one in self.pipelines.values()
            if not one.project
            and query.get("ref") in {None, one.ref}
            and query.get("source") in {None, one.source}
            and query.get("status") in {None, one.status}
            and query.get("sha") in {None, one.sha}
        ]
        found = sorted(found, key=lambda one: one.id, reverse=query.get("sort", "desc") == "desc")
        known = ("ref", "source", "status", "sha", "order_by", "sort")
        return self._listed(request, [self.shapes.pipeline(one) for one in found], known)

    def _pipeline(self, number: str) -> Pipeline:
        found = self.pipelines.get(int(number))
        if found is None or found.project:
            raise RefusedError(404, "404 Pipeline Not Found")
        return found

    def _get_pipeline(self, request: Request, user: User, number: str) -> Answer:
        found = self._pipeline(number)
        return Answer.of({**self.shapes.pipeline(found), "before_sha": "0" * 40, "tag": False, "yaml_errors": None})

    def _list_jobs(self, request: Request, user: User, number: str) -> Answer:
        pipeline = self._pipeline(number)
        # GitLab takes `scope[]=success`, too, and several of them.
        scope = request.query.get("scope", request.query.get("scope[]"))
        if scope not in {None, "success", "failed", "canceled", "skipped", "created", "manual", "running"}:
            raise RefusedError(400, "scope does not have a valid value", "error")
        found = [
            one
            for one in sorted(self.jobs.values(), key=lambda one: -one.id)
            if one.pipeline == pipeline.id
            and scope in {None, one.status}
            and (not one.retried or request.query.get("include_retried") == "true")
        ]
        told = [self.shapes.job(one, pipeline) for one in found]
        return self._listed(request, told, ("scope", "scope[]", "include_retried"))

    def _job(self, number: str) -> CiJob:
        found = self.jobs.get(int(number))
        if found is None or self.pipelines[found.pipeline].project:
            raise RefusedError(404, "404 Not found")
        return found

    def _get_job(self, request: Request, user: User, number: str) -> Answer:
        found = self._job(number)
        return Answer.of(self.shapes.job(found, self.pipelines[found.pipeline]))

    def _artifacts(self, request: Request, user: User, number: str) -> Answer:
        found = self._job(number)
        if found.archive is None or found.expired:
            raise RefusedError(404, "404 Not Found")
        if not self.has_store:
            return Answer(200, found.archive, content_type="application/octet-stream")
        path = f"/artifacts/{self.id()}-signed"
        self.store.files[path] = found.archive
        return Answer(302, b"", {"Location": f"{self.store.url}{path}"})


Call = Callable[..., Answer]
_KINDS = r"/(merge_requests|issues)/(\d+)/notes"
ROUTES: tuple[tuple[str, str, str, str, Call], ...] = (
    # method, path, who sees it in a private project, who may do it: https://docs.gitlab.com/user/permissions/
    ("GET", r"/(merge_requests)/(\d+)/notes", "reporter", "reporter", GitLabFake._list_notes),
    ("POST", r"/(merge_requests)/(\d+)/notes", "reporter", "reporter", GitLabFake._add_note),
    ("GET", r"/(issues)/(\d+)/notes", "guest", "guest", GitLabFake._list_notes),
    ("POST", r"/(issues)/(\d+)/notes", "guest", "guest", GitLabFake._add_note),
    ("GET", rf"{_KINDS}/(\d+)", "reporter", "reporter", GitLabFake._get_note),
    ("PUT", rf"{_KINDS}/(\d+)", "reporter", "reporter", GitLabFake._edit_note),
    ("DELETE", rf"{_KINDS}/(\d+)", "reporter", "reporter", GitLabFake._delete_note),
    ("GET", r"/merge_requests/(\d+)", "reporter", "reporter", GitLabFake._get_merge),
    ("GET", r"/merge_requests/(\d+)/pipelines", "reporter", "reporter", GitLabFake._merge_pipelines),
    ("GET", r"/repository/commits/([^/]+)", "reporter", "reporter", GitLabFake._get_commit),
    ("GET", r"/repository/commits/([^/]+)/merge_requests", "reporter", "reporter", GitLabFake._merges_of),
    ("GET", r"/pipelines", "reporter", "reporter", GitLabFake._list_pipelines),
    ("GET", r"/pipelines/(\d+)", "reporter", "reporter", GitLabFake._get_pipeline),
    ("GET", r"/pipelines/(\d+)/jobs", "reporter", "reporter", GitLabFake._list_jobs),
    ("GET", r"/jobs/(\d+)", "reporter", "reporter", GitLabFake._get_job),
    ("GET", r"/jobs/(\d+)/artifacts", "reporter", "reporter", GitLabFake._artifacts),
    ("GET", r"/issues", "guest", "guest", GitLabFake._list_issues),
    ("POST", r"/issues", "guest", "guest", GitLabFake._create_issue),
    ("GET", r"/issues/(\d+)", "guest", "guest", GitLabFake._get_issue),
    ("PUT", r"/issues/(\d+)", "guest", "reporter", GitLabFake._edit_issue),
)
