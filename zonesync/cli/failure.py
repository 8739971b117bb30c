"""What went wrong, in words, and which exit code says so."""

import os
import traceback
from collections.abc import Callable, Sequence

from zonesync.ci.errors import ApiError
from zonesync.cli import voice
from zonesync.cli.exits import Exit
from zonesync.findings import Finding, Severity
from zonesync.provider.errors import ProviderError
from zonesync.run.store import StoreError
from zonesync.views.plain import clean, wrapped
from zonesync.workflow import RefusedError, UnknownNameError


def explain(problem: Exception, count: Callable[[Sequence[Finding]], None] = lambda _: None) -> int:
    """Say what *problem* means to the user on stderr, and return the exit code; *count* is told the findings."""
    if isinstance(problem, RefusedError):
        count(problem.findings)
        voice.show(problem.findings)
        return Exit.REFUSED
    if isinstance(problem, UnknownNameError):
        _say(f"zonesync: {problem}", "usage", str(problem))
        return Exit.USAGE
    if isinstance(problem, ProviderError):
        finding = Finding(
            "provider-failed", Severity.ERROR, problem.words, None, problem.hint, problem.zone, problem.provider
        )
        count([finding])
        voice.show([finding])
        return Exit.REFUSED
    if isinstance(problem, ApiError):
        return _refused("forge-failed", str(problem), count)
    if isinstance(problem, StoreError):
        return _refused("state-unusable", str(problem), count)
    if isinstance(problem, OSError):
        where = f"{problem.filename}: " if problem.filename else ""
        return _refused("system", f"{where}{problem.strerror or problem}", count)
    count([Finding("defect", Severity.ERROR, type(problem).__name__)])
    _tell_defect(problem)
    return Exit.DEFECT


def _refused(rule: str, words: str, count: Callable[[Sequence[Finding]], None]) -> int:
    count([Finding(rule, Severity.ERROR, words)])
    _say(f"error[{rule}]: {words}", "finding", words, rule=rule)
    return Exit.REFUSED


def _tell_defect(problem: Exception) -> None:
    words = f"a defect in zonesync itself: {type(problem).__name__}: {str(problem)[:500]}"
    advice = "no provider is known to be changed; please report it with the output of ZONESYNC_TRACEBACK=1"
    trace = "".join(traceback.format_exception(problem)) if os.environ.get("ZONESYNC_TRACEBACK") else None
    if voice.is_json():
        voice.put("", "error", "defect", words, help=advice, traceback=trace)
        return
    _say(f"zonesync: {words}", "defect", words)
    _say(advice, "defect", advice)
    if trace:
        voice.put(trace.rstrip("\n"), "error", "defect", words)


def _say(shown: str, event: str, message: str, **fields: str | None) -> None:
    voice.put("\n".join(wrapped(clean(shown), 80, 2)), "error", event, message, **fields)
