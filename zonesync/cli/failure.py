"""What went wrong, in words, and which exit code says so."""

import os
import sys
import traceback

from zonesync.cli.exits import Exit
from zonesync.findings import Finding, Severity
from zonesync.provider.errors import ProviderError
from zonesync.run.store import StoreError
from zonesync.views import findings
from zonesync.views.plain import clean
from zonesync.workflow import RefusedError, UnknownNameError


def explain(problem: Exception) -> int:
    """Print what *problem* means to the user on stderr, and return the exit code."""
    if isinstance(problem, RefusedError):
        print(findings.text(problem.findings), file=sys.stderr)  # noqa: T201
        return Exit.REFUSED
    if isinstance(problem, UnknownNameError):
        print(f"zonesync: {clean(str(problem))}", file=sys.stderr)  # noqa: T201
        return Exit.USAGE
    if isinstance(problem, ProviderError):
        finding = Finding(
            "provider-failed", Severity.ERROR, problem.words, None, problem.hint, problem.zone, problem.provider
        )
        print(findings.text([finding]), file=sys.stderr)  # noqa: T201
        return Exit.REFUSED
    if isinstance(problem, StoreError):
        print(f"error[state-unusable]: {clean(str(problem))}", file=sys.stderr)  # noqa: T201
        return Exit.REFUSED
    if isinstance(problem, OSError):
        where = f"{problem.filename}: " if problem.filename else ""
        print(f"error[system]: {clean(where + (problem.strerror or str(problem)))}", file=sys.stderr)  # noqa: T201
        return Exit.REFUSED
    print(  # noqa: T201
        f"zonesync: a defect in zonesync itself: {type(problem).__name__}: {clean(str(problem))[:500]}\n"
        "no provider is known to be changed; please report it with the output of ZONESYNC_TRACEBACK=1",
        file=sys.stderr,
    )
    if os.environ.get("ZONESYNC_TRACEBACK"):
        traceback.print_exception(problem)
    return Exit.DEFECT
