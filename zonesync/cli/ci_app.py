"""The commands that a CI job runs: each is one line of a workflow, and takes everything else from the environment.

What all of them read
    ``ZONESYNC_OUT``         folder for what is written and read, default ``build/zonesync``
    ``ZONESYNC_NAME``        which of several configurations of a repository this is, default ``dns``; part of the mark
                             by which a comment or an issue is found again, and of the artefact's name
    ``ZONESYNC_SHARD``       ``I/N`` where several jobs share the zones, as ``--shard`` deals them: this one looks at
                             its own alone, and NAME below is ``NAME-IofN``
    ``ZONESYNC_CONFIG``      the configuration, default ``zonesync.yaml``; ``--config`` and ``--chdir`` go before it
    ``GITHUB_EVENT_NAME``, ``GITHUB_EVENT_PATH``, ``GITHUB_REPOSITORY``, ``GITHUB_API_URL``, ``GITHUB_SERVER_URL``,
    ``GITHUB_SHA``, ``GITHUB_RUN_ID``, ``GITHUB_RUN_NUMBER``, ``GITHUB_WORKFLOW_REF``, ``GITHUB_ACTOR``,
    ``GITHUB_STEP_SUMMARY``, ``GITHUB_OUTPUT``: as the runner sets them. ``GITHUB_TOKEN`` is never set by the runner:
    the step hands it over, in ``env:``, where it is named below.
    At GitLab (``GITLAB_CI`` or ``CI_API_V4_URL``, and none of GitHub's): ``CI_PROJECT_ID``, ``CI_PROJECT_DIR``,
    ``CI_DEFAULT_BRANCH``, ``CI_COMMIT_SHA``, ``CI_COMMIT_BEFORE_SHA``, ``CI_COMMIT_BRANCH``, ``CI_PIPELINE_ID``,
    ``CI_PIPELINE_SOURCE``, ``CI_JOB_NAME``, ``CI_JOB_URL``, ``CI_MERGE_REQUEST_*``, as the runner sets them, and
    ``ZONESYNC_GITLAB_TOKEN`` wherever ``GITHUB_TOKEN`` is named below: a project access token with the scope ``api``
    and the role Reporter. A pull request is a merge request there, a comment a note, a merge queue a merge train.
    There are no outputs, no summary and no annotations.

``zonesync ci plan``         no token; read-only credentials of the providers
    Plans the zones touched since the base of the pull request (or of the merge group): all of them with
    ``ZONESYNC_ALL=true``, outside pull requests, and where the history to compare with is not there (fetch-depth: 0).
    ``ZONESYNC_BASE`` names another base; ``ZONESYNC_ALLOW`` holds waivers, ``RULE@ZONE``, with blanks between.
    For a fork, and for a pull request whose job lacks a ``${VARIABLE}`` of the configuration, it only validates.
    Writes ``plan.json`` (not where it only validates), ``plan.html``, ``plan.md``; appends ``plan.md`` to
    ``GITHUB_STEP_SUMMARY``; prints annotations on stdout; sets the outputs ``mode`` (``planned``, ``validated``,
    ``refused``), ``changes`` (a number), ``zones`` (how many were looked at), ``refused`` (``true``, ``false``),
    ``out`` (the folder) and ``artifact`` (the name for the artefact: ``zonesync-plan-NAME``).
    Exit code 0: planned, with or without changes; 1: refused or failed. ``plan.md`` is there in both.

``zonesync ci comment``      ``GITHUB_TOKEN`` with pull-requests: write. ``zonesync ci note`` is the same
    Puts ``plan.md`` into the pull request's one comment. Nothing where the event is no pull request, where its head is
    in a fork (the token may not write), and where a newer push has come meanwhile.
    ``ZONESYNC_LOGIN`` says who we are where the token is neither the job's own nor a person's: ``my-app[bot]``.
    Exit code 0: written, as it was, or not ours to write; 1: the service refused, or did not answer.

``zonesync ci apply``        ``GITHUB_TOKEN`` with actions: read, contents: read, pull-requests: write; writing
    credentials of the providers
    On a push to the default branch: finds the pull requests that it merged, takes the plan of each only from a
    successful run of the workflow ``ZONESYNC_PLAN_WORKFLOW`` (default ``.github/workflows/plan.yml``) for the last head
    of the pull request, from the artefact ``zonesync-plan-NAME``, and applies it with the checks of ``zonesync apply``.
    What is refused, and a plan made now, stands in a comment on the pull request, as does the outcome; ``plan.md``,
    ``plan.json`` and ``plan.html`` are that plan. A waiver in the plan holds where ``ZONESYNC_ALLOW`` of this job names
    it, too; ``ephemeral-state`` stands there as well. On ``merge_group`` it checks the same and changes nothing.
    It catches up for the runs of its workflow right before it that came to no end, such as those that GitHub has pushed
    out of the queue: their pull requests are applied first. Where a later run has applied already, it is refused.
    At GitLab the plan is that of the successful job ``ZONESYNC_PLAN_JOB`` (default ``plan``; with a shard ``plan I/N``)
    of a pipeline for the merge request's last head, or for a merge of that, in the folder ``ZONESYNC_OUT`` of its
    archive; what came to no end are pipelines for pushes whose job of this one's name was cancelled, skipped, lost
    or has not begun.
    Outputs: ``outcome`` (``applied``, ``nothing``, ``refused``, ``partial``, ``holds``), ``applied`` (how many plans
    have changed a provider), ``out``, ``artifact`` (the name for what is written: ``zonesync-now-NAME``).
    Exit code 0: applied, or nothing to do; 1: refused, nothing changed; 3: changed, but not all of the plans, or not
    all that the push changes. What GitHub, or the runner's files, do not take of that is a warning.

``zonesync ci drift``        ``GITHUB_TOKEN`` with issues: write; read-only credentials of the providers
    Looks for drift, and keeps one issue with the label ``zonesync-drift`` (``ZONESYNC_LABEL``) on it: opened, brought
    up to date, closed once there is none. Writes ``drift.md`` and the job's summary.
    Outputs: ``drift`` (``true``, ``false``), ``issue`` (its number, or empty).
    Exit code 0: none; 2: drift; 1: not everything could be read, or the service refused.

64: the job lacks a variable that the command needs, which is named.
"""

import contextlib
import os
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from zonesync.cli.session import Session

app = typer.Typer(rich_markup_mode=None, no_args_is_help=True, help="What a CI job runs: plan, comment, apply, drift.")


@contextlib.contextmanager
def _with_requests() -> Iterator[None]:
    """Say which extra is missing, where it is."""
    try:
        yield
    except ModuleNotFoundError as problem:
        if problem.name != "requests":
            raise
        from zonesync.findings import Finding, Severity
        from zonesync.workflow import RefusedError

        words = "`requests` is not installed, which asks GitHub and GitLab"
        finding = Finding("missing-extra", Severity.ERROR, words, help="install `zonesync[ci]`")
        raise RefusedError([finding]) from None


def _quoted(command: "Callable[[Session], int]", session: "Session") -> int:
    """Run a command; what stopped it is told in words of files and services, none of which are GitHub's runner's."""
    from zonesync.cli.ci_plan import stop_commands

    try:
        return command(session)
    except Exception:
        stop_commands(os.environ)
        raise


@app.command()
def plan(context: typer.Context) -> int:
    """Plan what a change touches, into files for its reviewers. From a fork, it only checks."""
    from zonesync.cli import ci_plan

    context.obj.count("plan", None)
    return _quoted(ci_plan.plan, context.obj)


@app.command()
def comment(context: typer.Context) -> int:
    """Create or update the one comment on a pull or merge request, from what `ci plan` wrote."""
    with _with_requests():
        from zonesync.cli import ci_comment
    return _quoted(ci_comment.comment, context.obj)


@app.command()
def note(context: typer.Context) -> int:
    """Do what `ci comment` does, by the name that GitLab has for it."""
    with _with_requests():
        from zonesync.cli import ci_comment
    return _quoted(ci_comment.comment, context.obj)


@app.command()
def apply(context: typer.Context) -> int:
    """Apply what was reviewed in the pull requests that a push has merged, where it still holds."""
    with _with_requests():
        from zonesync.cli import ci_apply

    context.obj.count("apply", None)
    return _quoted(ci_apply.apply, context.obj)


@app.command()
def drift(context: typer.Context) -> int:
    """Look for drift, and keep one issue on it: opened, updated, closed. Exit code 2 for drift."""
    with _with_requests():
        from zonesync.cli import ci_drift

    context.obj.count("drift", None)
    return _quoted(ci_drift.drift, context.obj)
