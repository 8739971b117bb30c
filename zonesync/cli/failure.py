"""What went wrong, in words, and which exit code says so."""

import os
import sys
import traceback

from zonesync.cli.exits import Exit
from zonesync.findings import Finding, Severity
from zonesync.provider.errors import ProviderError
from zonesync.run.store import StoreError
from zonesync.views import findings
from zonesync.views.plain import clean, wrapped
from zonesync.workflow import RefusedError, UnknownNameError


def explain(problem: Exception) -> int:
    """Print what *problem* means to the user on stderr, and return the exit code."""
    if isinstance(problem, RefusedError):
        print(findings.text(problem.findings), file=sys.stderr)  # noqa: T201
        return Exit.REFUSED
    if isinstance(problem, UnknownNameError):
        _say(f"zonesync: {problem}")
        return Exit.USAGE
    if isinstance(problem, ProviderError):
        finding = Finding(
            "provider-failed", Severity.ERROR, problem.words, None, problem.hint, problem.zone, problem.provider
        )
        print(findings.text([finding]), file=sys.stderr)  # noqa: T201
        return Exit.REFUSED
    if isinstance(problem, StoreError):
        _say(f"error[state-unusable]: {problem}")
        return Exit.REFUSED
    if isinstance(problem, OSError):
        where = f"{problem.filename}: " if problem.filename else ""
        _say(f"error[system]: {where}{problem.strerror or problem}")
        return Exit.REFUSED
    _say(f"zonesync: a defect in zonesync itself: {type(problem).__name__}: {str(problem)[:500]}")
    _say("no provider is known to be changed; please report it with the output of ZONESYNC_TRACEBACK=1")
    if os.environ.get("ZONESYNC_TRACEBACK"):
        traceback.print_exception(problem)
    return Exit.DEFECT


def _say(text: str) -> None:
    print("\n".join(wrapped(clean(text), 80, 2)), file=sys.stderr)  # noqa: T201
