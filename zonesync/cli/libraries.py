"""What libraries would print on stderr, as JSON: log records, warnings, and threads that end with an exception."""

import contextlib
import logging
import threading
from collections.abc import Iterator

from zonesync.cli import voice


class _Speaking(logging.Handler):
    """Says each log record as an event ``log``."""

    def emit(self, record: logging.LogRecord) -> None:
        """Say *record*, less its traceback."""
        level = "error" if record.levelno >= logging.ERROR else "warning"
        voice.put("", level, "log", record.getMessage(), logger=record.name)


@contextlib.contextmanager
def listening() -> Iterator[None]:
    """Let what a library has to say, from warnings upwards, be said as JSON meanwhile."""
    handler = _Speaking(logging.WARNING)
    root = logging.getLogger()
    before = threading.excepthook
    root.addHandler(handler)
    logging.captureWarnings(capture=True)
    threading.excepthook = _ended
    try:
        yield
    finally:
        threading.excepthook = before
        logging.captureWarnings(capture=False)
        root.removeHandler(handler)


def _ended(hook: threading.ExceptHookArgs) -> None:
    message = f"a thread ended: {hook.exc_type.__name__}: {str(hook.exc_value)[:500]}"
    voice.put("", "error", "defect", message)
