"""ci comment: the plan where its reviewers read."""

import os
from typing import TYPE_CHECKING

from zonesync.ci.comment import SETTLE, Board, Written, keep, marker
from zonesync.ci.forges import forge_of
from zonesync.ci.job import Job
from zonesync.cli.ci_plan import MARKDOWN, title_of
from zonesync.cli.exits import Exit
from zonesync.views.markdown import prose

if TYPE_CHECKING:
    from zonesync.cli.session import Session


def comment(session: "Session") -> int:
    """Put what `ci plan` has written into the one comment on the pull request, or GitLab's merge request."""
    job = Job.read(os.environ)
    pull = job.pull
    if pull is None:
        session.say(f"This is no {job.request}: there is nothing to comment on.")
        return Exit.OK
    if pull.is_fork:
        session.say(f"The {job.request} comes from a fork, whose job may not write: the run's own page has the result.")
        return Exit.OK
    return _put(session, job, forge_of(job).board(pull.number), pull.head_sha)


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
