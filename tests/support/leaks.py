"""A pytest plugin: no test may show a credential on stdout or stderr, in a log, a traceback or a file that it leaves.

What a test reads itself (`capsys`, a process's pipes) is looked through when it is read, the rest when the test ends.
"""

import subprocess
from pathlib import Path

import pytest
from _pytest.capture import CaptureFixture

from tests.support.credentials import found_in, set_environment, shown_in_files

_seen: list[str] = []


def _look(where: str, *texts: str | bytes | None) -> None:
    for text in texts:
        _seen.extend(f"{name} is shown {where}" for name in sorted(found_in(text)))


_readouterr = CaptureFixture.readouterr
_communicate = subprocess.Popen.communicate


def _reading(self):
    captured = _readouterr(self)
    _look("in what the test captured", captured.out, captured.err)
    return captured


def _communicating(self, *args, **kwargs):
    out, err = _communicate(self, *args, **kwargs)
    _look(f"by the process {self.args!r:.80}", *(text for text in (out, err) if isinstance(text, (str, bytes))))
    return out, err


def pytest_configure(config):
    """Set the credentials, and look on wherever a test reads output."""
    set_environment()
    patch = pytest.MonkeyPatch()
    patch.setattr(CaptureFixture, "readouterr", _reading)
    patch.setattr(subprocess.Popen, "communicate", _communicating)
    config.add_cleanup(patch.undo)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """Fail the test at its teardown for what was shown until then."""
    report = yield
    _look(f"in the report of the test's {call.when}", report.longreprtext, *(text for _, text in report.sections))
    if call.when == "teardown":
        folder = getattr(item, "funcargs", {}).get("tmp_path")
        if isinstance(folder, Path) and folder.exists():
            for path, names in shown_in_files(folder):
                _seen.extend(f"{name} is in the file {path.relative_to(folder)}" for name in sorted(names))
        if _seen:
            report.outcome = "failed"
            report.longrepr = "a credential is shown: " + "; ".join(dict.fromkeys(_seen))
            _seen.clear()
    return report
