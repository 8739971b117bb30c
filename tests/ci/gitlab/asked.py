"""GitLab, as a job of the project 5 asks it."""

from tests.fakes.gitlab import User
from zonesync.ci.gitlab_forge import GitLabForge
from zonesync.ci.job import Job

HEAD, OLD, BASE, MERGE, SQUASH = (sign * 40 for sign in "abcde")
US, KIM = User(9, "project_5_bot"), User(8, "kim", "maintainer")


def job(fake, **env):
    given = {
        "GITLAB_CI": "true",
        "CI_API_V4_URL": fake.url,
        "CI_PROJECT_ID": "5",
        "CI_DEFAULT_BRANCH": "main",
        "CI_PIPELINE_ID": "1000",
        "CI_JOB_NAME": "apply",
        "ZONESYNC_GITLAB_TOKEN": "us",
        **env,
    }
    return Job.read(given)


def forge(fake, **env):
    return GitLabForge(job(fake, **env))
