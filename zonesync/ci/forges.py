"""Which service a job runs at: the one place that asks."""

from zonesync.ci.forge import Forge
from zonesync.ci.github_forge import GitHubForge
from zonesync.ci.gitlab_forge import GitLabForge
from zonesync.ci.job import Job


def forge_of(job: Job) -> Forge:
    """Return the service that runs *job*: GitLab where its variables are set and GitHub's are not, else GitHub.

    Raises :class:`~zonesync.workflow.UnknownNameError` where the job lacks a variable that is needed.
    """
    return GitLabForge(job) if job.is_gitlab else GitHubForge(job)
