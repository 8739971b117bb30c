"""The plan that the reviewers of a merge request have seen: of its last commit, from its own pipeline's job alone."""

from zonesync.ci.artefacts import MAX_ZIP, ArtefactError, plan_in
from zonesync.ci.errors import ApiError
from zonesync.ci.gitlab import GitLab, Pipeline, PipelineJob
from zonesync.ci.job import PullRequest
from zonesync.findings import Finding, Severity
from zonesync.workflow import RefusedError

_AGAIN = (
    "open a merge request that touches the zone files again, if only in a comment: its plan has all that is still to do"
)
_NOT_FOUND = 404
_MERGE_PARENTS = 2


def reviewed_plan(gitlab: GitLab, pull: PullRequest, name: str, member: str) -> tuple[bytes, str]:
    """Return the plan of *pull*'s last commit, and the page of the job that made it.

    It is taken only from the successful job *name* of a merge request pipeline of this project, for a merge request
    from this project; in its archive the plan is *member*. Raises :class:`RefusedError`, and
    :class:`~zonesync.ci.errors.ApiError`.
    """
    if pull.is_fork:
        source = f"project {pull.head_repository}" if pull.head_repository else "a fork that is gone"
        raise _refused(
            "plan-not-reviewed",
            f"{pull} came from {source}: a fork sees no credential, so nobody has seen a plan of it",
            _AGAIN,
        )
    pipelines = sorted(gitlab.pipelines_of(pull.number), key=lambda one: one.id, reverse=True)
    planned = False
    for pipeline in (one for one in pipelines if _is_its(one, gitlab, pull)):
        found = [one for one in gitlab.jobs(pipeline) if (one.name, one.status) == (name, "success")]
        planned = planned or bool(found)
        for job in sorted(found, key=lambda one: one.id, reverse=True):
            if job.has_left:
                return _plan(gitlab, pull, job, member), job.url or pipeline.url
    if not planned:
        raise _refused(
            "plan-not-reviewed",
            f"the job `{name}` has not succeeded for the last commit of {pull}, {pull.head_sha[:12]}",
            f"let it run there again, then this job; or {_AGAIN}",
        )
    raise _refused(
        "plan-not-reviewed",
        f"no job `{name}` for {pull} has left an artefact",
        "let it keep the folder that `zonesync ci plan` writes (`artifacts: paths:`)",
    )


def _is_its(pipeline: Pipeline, gitlab: GitLab, pull: PullRequest) -> bool:
    """Tell whether *pipeline* is of the merge request's last commit, or of a trial merge of that.

    A merged results pipeline runs on a commit whose parents are the target's head and the source's:
    https://docs.gitlab.com/ci/pipelines/merged_results_pipelines/.
    """
    if pipeline.project != gitlab.project or pipeline.source != "merge_request_event":
        return False
    if pipeline.ref == f"refs/merge-requests/{pull.number}/head":
        return pipeline.sha == pull.head_sha
    if pipeline.ref == f"refs/merge-requests/{pull.number}/merge":
        parents = gitlab.parents(pipeline.sha)
        return len(parents) == _MERGE_PARENTS and parents[1] == pull.head_sha
    return False


def _plan(gitlab: GitLab, pull: PullRequest, job: PipelineJob, member: str) -> bytes:
    if job.size > MAX_ZIP:
        raise _refused("plan-unusable", f"the artefact of {job.url} has {job.size:,} bytes, the limit is {MAX_ZIP:,}")
    try:
        return plan_in(gitlab.archive(job, MAX_ZIP), member=member)
    except ApiError as problem:
        if problem.status != _NOT_FOUND:
            raise
        raise _refused("plan-expired", f"the plan of {pull} has expired, or was erased, at {job.url}", _AGAIN) from None
    except ArtefactError as problem:
        raise _refused("plan-unusable", f"the artefact of {job.url} cannot be used: {problem}", _AGAIN) from None


def _refused(rule: str, words: str, advice: str = "") -> RefusedError:
    return RefusedError([Finding(rule, Severity.ERROR, words, help=advice)])
