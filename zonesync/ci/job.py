"""The CI job that runs us: what the runner says of it, in variables and at GitHub in the event file. Read once.

GitHub's variables: https://docs.github.com/en/actions/reference/workflows-and-actions/variables; its events:
https://docs.github.com/en/webhooks/webhook-events-and-payloads. GitLab has variables alone:
https://docs.gitlab.com/ci/variables/predefined_variables/.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from zonesync.model.zone import NOTHING
from zonesync.workflow import Shard, UnknownNameError

MAX_EVENT = 32 << 20
"""Bytes; GitHub's own limit for a payload is 25 MB."""
_name = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}").fullmatch
_sharded = re.compile(r".+-\d+of\d+").fullmatch
_workflow = re.compile(r"[^/@]+/[^/@]+/(\.github/workflows/[^/@]+)@.+").fullmatch
_repository = re.compile(r"[A-Za-z0-9_.-]+/[A-Za-z0-9_.-]+").fullmatch
_sha = re.compile(r"[0-9a-f]{40}([0-9a-f]{24})?").fullmatch
_TRUE = frozenset({"1", "true", "yes", "on"})


@dataclass(frozen=True, slots=True)
class PullRequest:
    """A pull request, or a merge request of GitLab, as the job or the API tells of it."""

    number: int
    head_sha: str
    base_sha: str
    base_ref: str
    head_repository: str
    """``owner/name``, or the number of GitLab's project; empty where the fork was deleted."""
    base_repository: str
    is_merged: bool = False
    sign: str = "#"
    """What stands before the number: GitLab's is ``!``."""

    def __str__(self) -> str:
        """Return how people call it, ``#7`` or ``!7``."""
        return f"{self.sign}{self.number}"

    @property
    def is_fork(self) -> bool:
        """Whether its commits come from another repository: they must see no secret, and its job may write nothing."""
        return self.head_repository.lower() != self.base_repository.lower()

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Self:
        """Read GitHub's object. Raises KeyError and TypeError for what is none."""
        head, base = data["head"], data["base"]
        return cls(
            number=int(data["number"]),
            head_sha=str(head["sha"]),
            base_sha=str(base["sha"]),
            base_ref=str(base["ref"]),
            head_repository=str((head.get("repo") or {}).get("full_name", "")),
            base_repository=str(base["repo"]["full_name"]),
            is_merged=bool(data.get("merged_at")),
        )


@dataclass(frozen=True, slots=True)
class Job:
    """One CI job."""

    env: Mapping[str, str]
    event: Mapping[str, Any] = field(default_factory=lambda: NOTHING, repr=False)

    @classmethod
    def read(cls, env: Mapping[str, str]) -> Self:
        """Read the event file that *env* names, if it names one. Raises :class:`UnknownNameError` for a broken one."""
        path = env.get("GITHUB_EVENT_PATH", "")
        if not path:
            return cls(env, gitlab_push(env) if _is_gitlab(env) else NOTHING)
        try:
            with Path(path).open("rb") as file:
                event = json.loads(file.read(MAX_EVENT))
        except (OSError, ValueError, RecursionError) as problem:
            raise UnknownNameError(f"GITHUB_EVENT_PATH: `{path}` is no event file: {problem}") from None
        if not isinstance(event, dict):
            raise UnknownNameError(f"GITHUB_EVENT_PATH: `{path}` is no event file: an object is expected")
        return cls(env, event)

    def need(self, name: str) -> str:
        """Return the variable *name*. Raises :class:`UnknownNameError` where it is not set."""
        value = self.env.get(name, "").strip()
        if not value:
            raise UnknownNameError(f"the environment has no `{name}`: a step hands it over with `env:`")
        return value

    def says(self, name: str) -> bool:
        """Tell whether the variable *name* is ``true``."""
        return self.env.get(name, "").strip().lower() in _TRUE

    @property
    def is_gitlab(self) -> bool:
        """Whether it is GitLab that runs us, and not GitHub."""
        return _is_gitlab(self.env)

    @property
    def request(self) -> str:
        """What a change that is to be reviewed is called here."""
        return "merge request" if self.is_gitlab else "pull request"

    @property
    def out(self) -> Path:
        """The folder for what is written."""
        return Path(self.env.get("ZONESYNC_OUT", "").strip() or "build/zonesync")

    @property
    def name(self) -> str:
        """Which configuration of the repository this is."""
        name = self.env.get("ZONESYNC_NAME", "").strip() or "dns"
        if not _name(name) or "--" in name:  # it stands in an HTML comment
            raise UnknownNameError("ZONESYNC_NAME: use letters, digits, `.`, `_` and single `-`, at most 64")
        if _sharded(name):
            raise UnknownNameError(f"ZONESYNC_NAME: `{name}` ends as the name of a shard does: choose another end")
        return name

    @property
    def shard(self) -> Shard | None:
        """Which of several jobs this is, None where there is one alone. Raises :class:`UnknownNameError`."""
        text = self.env.get("ZONESYNC_SHARD", "").strip()
        try:
            return Shard.parse(text) if text else None
        except UnknownNameError as problem:
            raise UnknownNameError(str(problem).replace("--shard", "ZONESYNC_SHARD", 1)) from None

    @property
    def label(self) -> str:
        """What tells this job's comments, issues and artefacts from others': the name, with the shard: ``dns-2of4``."""
        shard = self.shard
        return f"{self.name}-{shard.index}of{shard.count}" if shard else self.name

    @property
    def artefact(self) -> str:
        """The name of the artefact with the plan."""
        return f"zonesync-plan-{self.label}"

    @property
    def workflow_file(self) -> str:
        """The path of the workflow that runs, ``.github/workflows/zonesync.yml``; empty outside GitHub.

        Of a reusable workflow it is the one that calls:
        https://docs.github.com/en/actions/reference/workflows-and-actions/variables#default-environment-variables.
        """
        found = _workflow(self.env.get("GITHUB_WORKFLOW_REF", ""))
        return found[1] if found else ""

    @property
    def run_number(self) -> int:
        """Which run of its workflow this is, from 1 on; the same when it runs again. 0 outside GitHub."""
        number = self.env.get("GITHUB_RUN_NUMBER", "")
        return int(number) if number.isascii() and number.isdigit() else 0

    @property
    def kind(self) -> str:
        """The name of the event: ``pull_request``, ``push``, ``merge_group``, ``schedule``; at GitLab the third alone.

        https://docs.gitlab.com/ci/pipelines/merge_trains/ is what a merge queue is there.
        """
        if self.is_gitlab and self.env.get("CI_MERGE_REQUEST_EVENT_TYPE") == "merge_train":
            return "merge_group"
        return self.env.get("GITHUB_EVENT_NAME", "")

    @property
    def repository(self) -> str:
        """``owner/name``. Raises :class:`UnknownNameError`."""
        name = self.need("GITHUB_REPOSITORY")
        if not _repository(name):
            raise UnknownNameError("GITHUB_REPOSITORY is `owner/name`")
        return name

    @property
    def pull(self) -> PullRequest | None:
        """The pull request that the job is for. Raises :class:`UnknownNameError` for a broken event."""
        data = self.event.get("pull_request")
        if not isinstance(data, Mapping):
            if self.env.get("GITHUB_EVENT_NAME", "").startswith("pull_request"):
                raise UnknownNameError(
                    "GITHUB_EVENT_PATH: the event has no `pull_request`, so whose it is is not known"
                )
            return gitlab_merge_request(self.env)
        try:
            return PullRequest.of(data)
        except (KeyError, TypeError, ValueError, AttributeError):
            raise UnknownNameError("GITHUB_EVENT_PATH: the event's `pull_request` lacks its head or base") from None

    @property
    def base(self) -> str:
        """The commit that the change is to be compared with; empty where there is none."""
        if given := self.env.get("ZONESYNC_BASE", "").strip():
            return given
        if pull := self.pull:
            return pull.base_sha
        group = self.event.get("merge_group")
        return str(group.get("base_sha", "")) if isinstance(group, Mapping) else ""

    @property
    def is_change(self) -> bool:
        """Whether this is about a change that is not merged yet."""
        return self.pull is not None or self.kind == "merge_group"

    @property
    def is_fork(self) -> bool:
        """Whether the files come from another repository."""
        return self.pull is not None and self.pull.is_fork

    @property
    def run_url(self) -> str:
        """The page of this run; empty outside CI."""
        if run := self.env.get("GITHUB_RUN_ID"):
            server = self.env.get("GITHUB_SERVER_URL", "https://github.com")
            return f"{server}/{self.env.get('GITHUB_REPOSITORY', '')}/actions/runs/{run}"
        return self.env.get("CI_JOB_URL", "")

    @property
    def head(self) -> str:
        """The commit whose plan this is: the head of the pull request, not GitHub's trial merge of it."""
        if self.pull is not None:
            return self.pull.head_sha
        return self.env.get("GITHUB_SHA") or self.env.get("CI_COMMIT_SHA", "")


def _is_gitlab(env: Mapping[str, str]) -> bool:
    if env.get("GITHUB_ACTIONS") == "true" or env.get("GITHUB_REPOSITORY"):
        return False
    return env.get("GITLAB_CI") == "true" or bool(env.get("CI_API_V4_URL"))


def gitlab_push(env: Mapping[str, str]) -> Mapping[str, Any]:
    """Return what GitLab's variables say of a push, as GitHub's event says it; nothing where there is none."""
    branch = env.get("CI_COMMIT_BRANCH", "")
    if not branch or env.get("CI_PIPELINE_SOURCE") != "push":
        return NOTHING
    return {
        "ref": f"refs/heads/{branch}",
        "before": env.get("CI_COMMIT_BEFORE_SHA", ""),
        "after": env.get("CI_COMMIT_SHA", ""),
        "repository": {"default_branch": env.get("CI_DEFAULT_BRANCH", "")},
    }


def gitlab_merge_request(env: Mapping[str, str]) -> PullRequest | None:
    """Return the merge request that GitLab's variables name, None where they name none.

    A pipeline of merged results runs on a merge of both branches, and names their heads beside it.
    """
    number = env.get("CI_MERGE_REQUEST_IID", "")
    if not (number.isascii() and number.isdigit()):
        return None
    return PullRequest(
        number=int(number),
        head_sha=env.get("CI_MERGE_REQUEST_SOURCE_BRANCH_SHA") or env.get("CI_COMMIT_SHA", ""),
        base_sha=env.get("CI_MERGE_REQUEST_TARGET_BRANCH_SHA") or env.get("CI_MERGE_REQUEST_DIFF_BASE_SHA", ""),
        base_ref=env.get("CI_MERGE_REQUEST_TARGET_BRANCH_NAME", ""),
        head_repository=env.get("CI_MERGE_REQUEST_SOURCE_PROJECT_ID", ""),
        base_repository=env.get("CI_MERGE_REQUEST_PROJECT_ID") or env.get("CI_PROJECT_ID", ""),
        sign="!",
    )


def is_sha(text: str) -> bool:
    """Tell whether *text* is the name of a commit, in full."""
    return bool(_sha(text))
