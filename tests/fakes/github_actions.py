"""Runs of workflows, their jobs and their artefacts, as a part of the fake of GitHub's REST API.

https://docs.github.com/en/rest/actions/workflow-runs, https://docs.github.com/en/rest/actions/workflow-jobs and
https://docs.github.com/en/rest/actions/artifacts.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from typing import Any

from tests.fakes.github_errors import RefusedError
from tests.fakes.github_shapes import Artifact, Run, Shapes, Token, zipped
from tests.fakes.kit import Answer, FakeService, Request

MAX_RUNS = 1_000
"""What GitHub tells of where a filter is given."""


class Store(FakeService):
    """Where artefacts are downloaded from: an address with a secret in it, and no other authorisation."""

    def __init__(self) -> None:
        super().__init__()
        self.files: dict[str, bytes] = {}

    def handle(self, request: Request) -> Answer:
        """Hand out a file; a token that is sent along is refused, as object stores refuse two authorisations."""
        if "authorization" in request.headers:
            return Answer(400, b"InvalidArgument: only one auth mechanism allowed", content_type="application/xml")
        content = self.files.get(request.path)
        if content is None:
            return Answer(404, b"", content_type="application/xml")
        return Answer(200, content, content_type="application/zip")


class Actions(ABC):
    """What workflows have left, for a fake that has numbers, shapes, rights and lists."""

    url: str

    def __init__(self, *arguments: Any, **more: Any) -> None:
        super().__init__(*arguments, **more)
        self.workflows = {"plan.yml", "apply.yml", "drift.yml"}
        self.runs: dict[int, Run] = {}
        self.artifacts: dict[int, Artifact] = {}
        self.store = Store()

    @abstractmethod
    def id(self) -> int:
        """Return a number that nothing has yet."""

    @abstractmethod
    def _shapes(self) -> Shapes: ...

    @abstractmethod
    def _require(self, token: Token, level: str, *scopes: str) -> None: ...

    @abstractmethod
    def _listed(self, request: Request, items: list[Any], known: Iterable[str] = (), key: str = "") -> Answer: ...

    def add_run(self, head_sha: str, path: str = ".github/workflows/plan.yml", **fields: Any) -> Run:
        """Let a workflow have run."""
        number = self.id()
        run = self.runs[number] = Run(number, path, head_sha, number=fields.pop("number", number), **fields)
        return run

    def add_artifact(
        self, run: Run, name: str, files: Mapping[str, bytes | str] | bytes, *, expired: bool = False
    ) -> Artifact:
        """Let a run have uploaded a folder, or a zip file as it is."""
        content = files if isinstance(files, bytes) else zipped(files)
        artifact = Artifact(self.id(), run.id, name, content, expired)
        self.artifacts[artifact.id] = artifact
        return artifact

    def _list_runs(self, request: Request, token: Token, workflow: str) -> Answer:
        self._require(token, "read", "actions")
        query = request.query
        mine = [one for one in self.runs.values() if one.path.partition("@")[0].rpartition("/")[2] == workflow]
        if workflow not in self.workflows:
            raise RefusedError(404, "Not Found")
        found = [
            one
            for one in mine
            if query.get("event") in {None, one.event}
            and query.get("head_sha") in {None, one.head_sha}
            and query.get("status") in {None, one.status, one.conclusion}
            and query.get("branch") in {None, one.head_branch}
        ]
        # With a filter GitHub tells of 1,000 runs, and of no more.
        found = sorted(found, key=lambda one: -one.id)[:MAX_RUNS]
        known = ("event", "head_sha", "status", "branch", "actor", "created", "exclude_pull_requests")
        return self._listed(request, [self._shapes().run(one) for one in found], known, "workflow_runs")

    def _list_jobs(self, request: Request, token: Token, run: str) -> Answer:
        self._require(token, "read", "actions")
        made = self.runs.get(int(run))
        if made is None:
            raise RefusedError(404, "Not Found")
        if request.query.get("filter", "latest") != "latest":
            raise RefusedError(422, "the fake keeps the jobs of the newest attempt alone")
        items = [
            self._shapes().job(made.id * 100 + at, name, conclusion, made)
            for at, (name, conclusion) in enumerate(made.jobs.items())
        ]
        return self._listed(request, items, ("filter",), "jobs")

    def _list_artifacts(self, request: Request, token: Token, run: str) -> Answer:
        self._require(token, "read", "actions")
        made = self.runs.get(int(run))
        if made is None:
            raise RefusedError(404, "Not Found")
        name = request.query.get("name")
        mine = [one for one in self.artifacts.values() if one.run == made.id and name in {None, one.name}]
        items = [self._shapes().artifact(one, made) for one in mine]
        return self._listed(request, items, ("name", "direction"), "artifacts")

    def _download(self, request: Request, token: Token, number: str, form: str) -> Answer:
        self._require(token, "read", "actions")
        artifact = self.artifacts.get(int(number))
        if artifact is None or form != "zip":
            raise RefusedError(404, "Not Found")
        if artifact.expired:
            raise RefusedError(410, "Artifact has expired")
        path = f"/artifacts/{self.id()}-signed"
        self.store.files[path] = artifact.content
        return Answer(302, b"", {"Location": f"{self.store.url}{path}"})
