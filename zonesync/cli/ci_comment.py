"""ci comment, ci note: the plan where its reviewers read."""

import os
from typing import TYPE_CHECKING

from zonesync.ci.comment import SETTLE, Board, Written, keep, marker
from zonesync.ci.github import GitHub, PullBoard
from zonesync.ci.gitlab import MergeBoard
from zonesync.ci.job import Job
from zonesync.cli.ci_plan import MARKDOWN, title_of
from zonesync.cli.exits import Exit
from zonesync.views.markdown import prose

if TYPE_CHECKING:
    from zonesync.cli.session import Session


def comment(session: "Session") -> int:
    """Put what `ci plan` has written into the pull request's one comment."""
    job = Job.read(os.environ)
    pull = job.pull
    if pull is None:
        session.say("This is no pull request: there is nothing to comment on.")
        return Exit.OK
    if pull.is_fork:
        session.say("The pull request comes from a fork, whose job may not write: the run's own page has the result.")
        return Exit.OK
    return _put(session, job, PullBoard(GitHub(job), pull.number), pull.head_sha)


def note(session: "Session") -> int:
    """Put what `ci plan` has written into the merge request's one note."""
    job = Job.read(os.environ)
    if not job.env.get("CI_MERGE_REQUEST_IID"):
        session.say("This is no merge request: there is nothing to comment on.")
        return Exit.OK
    if job.is_fork:
        session.say("The merge request comes from a fork, whose job sees no token: its log has the result.")
        return Exit.OK
    head = job.env.get("CI_MERGE_REQUEST_SOURCE_BRANCH_SHA") or job.need("CI_COMMIT_SHA")
    return _put(session, job, MergeBoard(job), head)


def _put(session: "Session", job: Job, board: Board, head: str) -> int:
    mark = marker("plan", job.label)
    file = session.path(job.out) / MARKDOWN
    code: int = Exit.OK
    try:
        text = file.read_text(encoding="utf-8")
    except FileNotFoundError:
        code = Exit.REFUSED
        text = nothing_made(job, mark)
        session.complain("no-plan", f"there is no `{file}`", "let `zonesync ci plan` run before, and look at its log")
    written = keep(board, mark, text, head, settle=settle(job))
    if written is Written.SUPERSEDED:
        session.say("A newer push has come: the comment is its run's to write.")
    else:
        session.say(f"The comment is {written.value}.")
    return code


def nothing_made(job: Job, mark: str) -> str:
    """Return what a comment says where no plan could be made, instead of an older one."""
    where = f" [Its log]({job.run_url}) says why." if job.run_url else ""
    return f"{mark}\n## {prose(title_of('DNS plan', job))}\n\n**No plan could be made.**{where}\n"


def settle(job: Job) -> float:
    """Return the seconds after which a comment is read again; ZONESYNC_SETTLE=0 does not wait."""
    return 0.0 if job.env.get("ZONESYNC_SETTLE") == "0" else SETTLE
