"""What is said on stderr: text for a reader, or with ``--log-format json`` one JSON object a line for a machine."""

import contextlib
import sys
import threading
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from zonesync.findings import Finding
    from zonesync.provider.observing import Request
    from zonesync.views.plain import Paint

_is_json = False
_is_tracing = False
# A signal's handler speaks, too, in the midst of whatever this thread was saying.
_lock = threading.RLock()


def is_json() -> bool:
    """Tell whether a machine listens."""
    return _is_json


def is_line_by_line() -> bool:
    """Tell whether stderr is for lines alone: a bar that is drawn between them would tear them apart."""
    return _is_json or _is_tracing


@contextlib.contextmanager
def tracing() -> Iterator[None]:
    """Say each request to a provider as it ends, meanwhile."""
    global _is_tracing  # noqa: PLW0603 -- as below
    from zonesync.provider.observing import observing

    _is_tracing = True
    try:
        with observing(trace):
            yield
    finally:
        _is_tracing = False


@contextlib.contextmanager
def speaking(form: str) -> Iterator[None]:
    """Speak *form*, ``json`` or text, meanwhile; with ``json`` what libraries log and warn of is JSON, too."""
    global _is_json  # noqa: PLW0603 -- there is one stderr, and every thread writes to it
    before, _is_json = _is_json, form == "json"
    try:
        if _is_json:
            from zonesync.cli.libraries import listening

            with listening():
                yield
        else:
            yield
    finally:
        _is_json = before


def put(shown: str, level: str, event: str, message: str, **fields: Any) -> None:
    """Say *shown* to a reader, or *message* to a machine, as an *event* of a *level* with *fields*."""
    if _is_json:
        from zonesync.views import log_json

        _write(log_json.line(_now(), level, event, message, **fields))
    else:
        _write(shown)


def show(found: "Sequence[Finding]", paint: "Paint | None" = None, width: int = 80) -> None:
    """Show findings."""
    if _is_json:
        from zonesync.views import log_json

        for finding in found:
            _write(log_json.of_finding(_now(), finding))
    else:
        from zonesync.views import findings, plain

        _write(findings.text(found, paint or plain.plain, width))


def trace(request: "Request") -> None:
    """Say how a request to a provider ended."""
    from zonesync.views import log_json, request_text

    _write(log_json.of_request(_now(), request) if _is_json else f"trace {request_text.line(request)}")


def _write(line: str) -> None:
    # In one piece: other threads write between two.
    with _lock:
        sys.stderr.write(f"{line}\n")
        sys.stderr.flush()


def _now() -> datetime:
    return datetime.now(UTC)
