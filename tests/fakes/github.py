"""A strict fake of the part of GitHub's REST API that keeps comments, issues, pull requests, runs and artefacts.

It knows the documentation of version 2022-11-28 alone: what a token may not see is 404, what it may not do is 403, what
nobody documented is refused. Artefacts are downloaded from a second server, which takes no token at all.
"""

import json
import re
import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Self
from urllib.parse import unquote, urlencode

from tests.fakes.github_actions import Actions
from tests.fakes.github_errors import RefusedError
from tests.fakes.github_shapes import TIME, Comment, Issue, Pull, Shapes, Token
from tests.fakes.kit import Answer, FakeService, Request

MAX_BODY = 65_536
"""Characters of a comment or an issue, counted as Unicode code points."""
_LEFT = 5_000


class GitHubFake(Actions, FakeService):
    """One repository on loopback. *tokens* says who may do what; *page* is the most items of a page."""

    def __init__(
        self, repository: str = "acme/dns", *, tokens: Mapping[str, Token] | None = None, page: int = 100
    ) -> None:
        super().__init__()
        self.repository = repository
        self.tokens: dict[str, Token] = dict(tokens or {})
        self.page = page
        self.labels: list[str] = []
        self.pulls: dict[int, Pull] = {}
        self.issues: dict[int, Issue] = {}
        self.comments: dict[int, Comment] = {}
        self.remaining = _LEFT
        """Calls until the primary rate limit refuses."""
        self.reset_after = 1.0
        """Seconds until it does no more."""
        self._next = 100

    def __enter__(self) -> Self:
        """Listen, and let the store of files listen, too."""
        self.store.__enter__()
        return super().__enter__()

    def __exit__(self, *problem: object) -> None:
        """Stop both."""
        super().__exit__(*problem)
        self.store.__exit__(*problem)

    # What others do at GitHub

    def id(self) -> int:
        """Return a number that nothing has yet."""
        self._next += 1
        return self._next

    def add_pull(self, number: int, head_sha: str, **fields: Any) -> Pull:
        """Open a pull request."""
        pull = self.pulls[number] = Pull(number, head_sha, **fields)
        self.issues[number] = Issue(number, "engineer", f"Change {number}", "", is_pull=True)
        return pull

    def merge(self, number: int, *commits: str) -> None:
        """Merge a pull request; it has brought *commits*, the last of which is its merge."""
        pull = self.pulls[number]
        pull.state, pull.merged_at, pull.merge_commit_sha = "closed", TIME, commits[-1]
        pull.commits = list(commits)

    def add_comment(self, issue: int, login: str, body: str) -> Comment:
        """Let somebody comment."""
        comment = Comment(self.id(), issue, login, body)
        self.comments[comment.id] = comment
        return comment

    def event(self, number: int, action: str = "synchronize") -> dict[str, Any]:
        """Return the payload of a `pull_request` event."""
        shapes = self._shapes()
        return {
            "action": action,
            "number": number,
            "pull_request": shapes.pull(self.pulls[number]),
            "repository": shapes.repo(self.repository),
            "sender": shapes.user("engineer"),
        }

    def push_event(self, before: str, after: str, commits: Iterable[str] = (), ref: str = "refs/heads/main") -> dict:
        """Return the payload of a `push` event."""
        ids = [*commits] or [after]
        return {
            "ref": ref,
            "before": before,
            "after": after,
            "commits": [{"id": one, "message": "change", "timestamp": TIME} for one in ids],
            "head_commit": {"id": after},
            "repository": self._shapes().repo(self.repository),
        }

    def merge_group_event(self, number: int, head_sha: str, base_sha: str) -> dict:
        """Return the payload of a `merge_group` event."""
        return {
            "action": "checks_requested",
            "merge_group": {
                "head_sha": head_sha,
                "head_ref": f"refs/heads/gh-readonly-queue/main/pr-{number}-{base_sha}",
                "base_sha": base_sha,
                "base_ref": "refs/heads/main",
            },
            "repository": self._shapes().repo(self.repository),
        }

    def bodies(self, number: int) -> list[str]:
        """Return the comments of an issue or pull request, oldest first."""
        return [one.body for one in sorted(self.comments.values(), key=lambda one: one.id) if one.issue == number]

    # HTTP

    def handle(self, request: Request) -> Answer:
        """Answer *request*."""
        if self.remaining <= 0:
            reset = str(int(time.time() + self.reset_after))
            limited = {"x-ratelimit-limit": str(_LEFT), "x-ratelimit-remaining": "0", "x-ratelimit-reset": reset}
            return RefusedError(403, "API rate limit exceeded for installation.", headers=limited).answer
        self.remaining -= 1
        try:
            return self._answer(request)
        except RefusedError as problem:
            return problem.answer

    def _shapes(self) -> Shapes:
        return Shapes(self.url, self.repository)

    def _token(self, request: Request) -> Token:
        if "zonesync" not in request.headers.get("user-agent", "") and "Py" not in request.headers.get(
            "user-agent", ""
        ):
            raise RefusedError(
                403, "Request forbidden by administrative rules. Please make sure your request has a User-Agent header"
            )
        if request.headers.get("x-github-api-version", "2022-11-28") != "2022-11-28":
            raise RefusedError(400, "The specified API version is not supported.")
        kind, _, secret = request.headers.get("authorization", "").partition(" ")
        if not secret:
            raise RefusedError(404, "Not Found")  # a private repository, and nobody asks
        token = self.tokens.get(secret) if kind.lower() in {"bearer", "token"} else None
        if token is None:
            raise RefusedError(401, "Bad credentials")
        return token

    def _answer(self, request: Request) -> Answer:
        token = self._token(request)
        if request.path == "/user":
            if request.method != "GET":
                raise RefusedError(404, "Not Found")
            if token.is_job:
                raise RefusedError(403, "Resource not accessible by integration")
            return Answer.of(self._shapes().user(token.login))
        root = f"/repos/{self.repository}"
        if request.path.lower() != root.lower() and not request.path.lower().startswith(f"{root}/".lower()):
            raise RefusedError(404, "Not Found")
        path = request.path[len(root) :]
        if path == "" and request.method == "GET" and any(token.permissions.values()):
            return Answer.of(self._shapes().repo(self.repository))
        for method, pattern, call in ROUTES:
            found = re.fullmatch(pattern, path)
            if found and request.method == method:
                return call(self, request, token, *(unquote(part) for part in found.groups()))
        raise RefusedError(404, "Not Found")

    def _require(self, token: Token, level: str, *scopes: str) -> None:
        """Refuse what the token may not: 404 where it may not even look, 403 where it may look and not write."""
        if any(token.may(scope, level) for scope in scopes):
            return
        if level == "write" and any(token.may(scope, "read") for scope in scopes):
            raise RefusedError(403, "Resource not accessible by integration")
        raise RefusedError(
            404 if level == "read" else 403,
            "Not Found" if level == "read" else "Resource not accessible by integration",
        )

    def _issue(self, token: Token, level: str, number: str) -> Issue:
        issue = self.issues.get(int(number))
        scopes = ("issues", "pull-requests") if issue is None or issue.is_pull else ("issues",)
        self._require(token, level, *scopes)
        if issue is None:
            raise RefusedError(404, "Not Found")
        return issue

    def _listed(self, request: Request, items: list[Any], known: Iterable[str] = (), key: str = "") -> Answer:
        query = dict(request.query)
        if unknown := set(query) - {"per_page", "page", *known}:
            raise RefusedError(422, f"the fake knows no parameter {', '.join(sorted(unknown))}")
        size = min(int(query.get("per_page", "30")), 100, self.page)
        number = int(query.get("page", "1"))
        part = items[(number - 1) * size : number * size]
        links = []
        for name, at in (("next", number + 1), ("last", -(-len(items) // size))):
            if len(items) > number * size:
                address = f"{self.url}{request.path}?{urlencode({**query, 'page': at})}"
                links.append(f'<{address}>; rel="{name}"')
        headers = {"Link": ", ".join(links)} if links else {}
        return Answer.of({"total_count": len(items), key: part} if key else part, 200, **headers)

    def _body(self, request: Request, required: Iterable[str], known: Iterable[str] = ()) -> dict[str, Any]:
        try:
            data = request.json
        except json.JSONDecodeError:
            raise RefusedError(400, "Problems parsing JSON") from None
        if not isinstance(data, dict):
            raise RefusedError(422, "Invalid request.")
        if unknown := set(data) - {*required, *known}:
            raise RefusedError(422, f"Invalid request. The fake knows no {', '.join(sorted(unknown))}.")
        for name in required:
            if name not in data:
                raise RefusedError(422, f'Invalid request.\n\n"{name}" wasn\'t supplied.')
        for name in ("body", "title"):
            if name in data and not isinstance(data[name], str):
                raise RefusedError(422, f"Invalid request.\n\nFor '{name}', {data[name]!r} is not a string.")
        text = data.get("body", "-")
        if not text.strip() and "title" not in data:
            raise RefusedError(
                422, "Validation Failed", [{"resource": "IssueComment", "code": "missing_field", "field": "body"}]
            )
        if len(text) > MAX_BODY:
            words = f"body is too long (maximum is {MAX_BODY} characters)"
            raise RefusedError(
                422,
                "Validation Failed",
                [{"resource": "IssueComment", "code": "custom", "field": "body", "message": words}],
            )
        return data

    # Comments

    def _list_comments(self, request: Request, token: Token, number: str) -> Answer:
        issue = self._issue(token, "read", number)
        mine = [one for one in self.comments.values() if one.issue == issue.number]
        items = [self._shapes().comment(one) for one in sorted(mine, key=lambda one: one.id)]
        return self._listed(request, items, ("since",))

    def _create_comment(self, request: Request, token: Token, number: str) -> Answer:
        issue = self._issue(token, "write", number)
        data = self._body(request, ["body"])
        return Answer.of(self._shapes().comment(self.add_comment(issue.number, token.login, data["body"])), 201)

    def _comment(self, token: Token, level: str, number: str) -> Comment:
        comment = self.comments.get(int(number))
        if comment is None:
            self._require(token, "read", "issues", "pull-requests")
            raise RefusedError(404, "Not Found")
        self._issue(token, level, str(comment.issue))
        return comment

    def _get_comment(self, request: Request, token: Token, number: str) -> Answer:
        return Answer.of(self._shapes().comment(self._comment(token, "read", number)))

    def _update_comment(self, request: Request, token: Token, number: str) -> Answer:
        comment = self._comment(token, "write", number)
        comment.body = self._body(request, ["body"])["body"]
        comment.edits += 1
        return Answer.of(self._shapes().comment(comment))

    def _delete_comment(self, request: Request, token: Token, number: str) -> Answer:
        del self.comments[self._comment(token, "write", number).id]
        return Answer(204)

    # Issues

    def _list_issues(self, request: Request, token: Token) -> Answer:
        self._require(token, "read", "issues")
        wanted = set(filter(None, request.query.get("labels", "").split(",")))
        state = request.query.get("state", "open")
        creator = request.query.get("creator")
        found = [
            one
            for one in self.issues.values()
            if wanted <= set(one.labels) and state in {"all", one.state} and creator in {None, one.login}
        ]
        found.sort(key=lambda one: one.number, reverse=request.query.get("direction", "desc") == "desc")
        known = ("labels", "state", "creator", "sort", "direction", "since", "assignee", "milestone", "mentioned")
        return self._listed(request, [self._shapes().issue(one) for one in found], known)

    def _create_issue(self, request: Request, token: Token) -> Answer:
        self._require(token, "write", "issues")
        data = self._body(request, ["title"], ["body", "labels", "assignees", "milestone"])
        labels = list(data.get("labels", ()))
        self.labels += [name for name in labels if name not in self.labels]
        number = max(self.issues, default=0) + 1
        issue = self.issues[number] = Issue(number, token.login, data["title"], data.get("body", ""), labels)
        return Answer.of(self._shapes().issue(issue), 201)

    def _get_issue(self, request: Request, token: Token, number: str) -> Answer:
        return Answer.of(self._shapes().issue(self._issue(token, "read", number)))

    def _update_issue(self, request: Request, token: Token, number: str) -> Answer:
        issue = self._issue(token, "write", number)
        data = self._body(request, [], ["title", "body", "state", "state_reason", "labels"])
        if data.get("state", "open") not in {"open", "closed"}:
            raise RefusedError(422, "Validation Failed", [{"resource": "Issue", "code": "invalid", "field": "state"}])
        for name in ("title", "body", "state", "state_reason", "labels"):
            if name in data:
                setattr(issue, name, data[name])
        return Answer.of(self._shapes().issue(issue))

    def _add_labels(self, request: Request, token: Token, number: str) -> Answer:
        issue = self._issue(token, "write", number)
        # A bare list does as well as an object.
        names = request.json if request.body.startswith(b"[") else self._body(request, ["labels"])["labels"]
        issue.labels += [name for name in names if name not in issue.labels]
        return Answer.of([self._shapes().label(name) for name in issue.labels])

    # Pull requests

    def _get_pull(self, request: Request, token: Token, number: str) -> Answer:
        self._require(token, "read", "pull-requests")
        if int(number) not in self.pulls:
            raise RefusedError(404, "Not Found")
        return Answer.of(self._shapes().pull(self.pulls[int(number)]))

    def _pulls_of(self, request: Request, token: Token, commit: str) -> Answer:
        self._require(token, "read", "pull-requests", "contents")
        if not re.fullmatch(r"[0-9a-f]{40}", commit):
            raise RefusedError(422, f"No commit found for SHA: {commit}")
        found = [one for one in self.pulls.values() if commit in {*one.commits, one.head_sha}]
        return self._listed(request, [self._shapes().pull(one, simple=True) for one in found])


Call = Callable[..., Answer]
ROUTES: tuple[tuple[str, str, Call], ...] = (
    ("GET", r"/issues/(\d+)/comments", GitHubFake._list_comments),
    ("POST", r"/issues/(\d+)/comments", GitHubFake._create_comment),
    ("GET", r"/issues/comments/(\d+)", GitHubFake._get_comment),
    ("PATCH", r"/issues/comments/(\d+)", GitHubFake._update_comment),
    ("DELETE", r"/issues/comments/(\d+)", GitHubFake._delete_comment),
    ("GET", r"/issues", GitHubFake._list_issues),
    ("POST", r"/issues", GitHubFake._create_issue),
    ("GET", r"/issues/(\d+)", GitHubFake._get_issue),
    ("PATCH", r"/issues/(\d+)", GitHubFake._update_issue),
    ("POST", r"/issues/(\d+)/labels", GitHubFake._add_labels),
    ("GET", r"/pulls/(\d+)", GitHubFake._get_pull),
    ("GET", r"/commits/([^/]+)/pulls", GitHubFake._pulls_of),
    ("GET", r"/actions/workflows/([^/]+)/runs", GitHubFake._list_runs),
    ("GET", r"/actions/runs/(\d+)/jobs", GitHubFake._list_jobs),
    ("GET", r"/actions/runs/(\d+)/artifacts", GitHubFake._list_artifacts),
    ("GET", r"/actions/artifacts/(\d+)/([^/]+)", GitHubFake._download),
)
