"""The plan that the reviewers of a pull request have seen, from the run that made it and from nowhere else."""

from zonesync.ci.artefacts import MAX_ZIP, ArtefactError, plan_in
from zonesync.ci.github import Artefact, GitHub, WorkflowRun
from zonesync.ci.job import PullRequest
from zonesync.findings import Finding, Severity
from zonesync.workflow import RefusedError

_AGAIN = (
    "open a pull request that touches the zone files again, if only in a comment: its plan has all that is still to do"
)


def reviewed_plan(github: GitHub, pull: PullRequest, workflow: str, artefact: str) -> tuple[bytes, WorkflowRun]:
    """Return the plan of *pull*'s last head, and the run that made it.

    It is taken only from a successful run of the workflow file *workflow* (``.github/workflows/plan.yml``) of this
    repository, for a pull request from this repository. Raises :class:`RefusedError`, and
    :class:`~zonesync.ci.errors.ApiError`.
    """
    if pull.is_fork:
        source = pull.head_repository or "a fork that is gone"
        raise _refused(
            "plan-not-reviewed",
            f"#{pull.number} came from {source}: a fork sees no credential, so nobody has seen a plan of it",
            _AGAIN,
        )
    runs = [run for run in github.runs(workflow, pull.head_sha) if _is_its(run, github, pull, workflow)]
    if not runs:
        raise _refused(
            "plan-not-reviewed",
            f"`{workflow}` has no successful run for the last commit of #{pull.number}, {pull.head_sha[:12]}",
            f"let it run there again, then this job; or {_AGAIN}",
        )
    for run in sorted(runs, key=lambda run: (run.number, run.attempt, run.id), reverse=True):
        found = [each for each in github.artefacts(run, artefact) if each.name == artefact and each.run == run.id]
        alive = [each for each in found if not each.is_expired]
        if alive:
            return _plan(github, max(alive, key=lambda each: each.id), run), run
        if found:
            raise _refused("plan-expired", f"the plan of #{pull.number} has expired at {run.url}", _AGAIN)
    raise _refused(
        "plan-not-reviewed",
        f"no run of `{workflow}` for #{pull.number} has left an artefact `{artefact}`",
        "let its job upload the folder that `zonesync ci plan` writes, under that name",
    )


def _is_its(run: WorkflowRun, github: GitHub, pull: PullRequest, workflow: str) -> bool:
    """Tell whether *run* is what was asked for: a filter that a forge ignores would let any run pass."""
    return (
        run.path == workflow
        and run.event == "pull_request"
        and run.conclusion == "success"
        and run.head_sha == pull.head_sha
        and run.repository.lower() == github.repository.lower()
        and run.head_repository.lower() == github.repository.lower()
    )


def _plan(github: GitHub, artefact: Artefact, run: WorkflowRun) -> bytes:
    if artefact.size > MAX_ZIP:
        raise _refused(
            "plan-unusable", f"the artefact of {run.url} has {artefact.size:,} bytes, the limit is {MAX_ZIP:,}"
        )
    try:
        return plan_in(github.download(artefact, MAX_ZIP), artefact.digest)
    except ArtefactError as problem:
        raise _refused("plan-unusable", f"the artefact of {run.url} cannot be used: {problem}", _AGAIN) from None


def _refused(rule: str, words: str, advice: str = "") -> RefusedError:
    return RefusedError([Finding(rule, Severity.ERROR, words, help=advice)])
