"""Settings of every test: how much hypothesis tries, and what only `make stress` runs."""

import gc
import os
import signal
from pathlib import Path

import pytest
from hypothesis import settings

from tests.support.examples import BRIEF, STRESS, examples

# Whether a command runs in CI is for each test to say; servers that are missing fail where these tests do.
if "CI" in os.environ:
    os.environ["TESTS_IN_CI"] = os.environ.pop("CI")

pytest_plugins = ["tests.support.leaks", "tests.support.quick", "tests.support.tracing", "pytester"]

settings.register_profile("zonesync", examples(60))
settings.load_profile("zonesync")


TESTS = Path(__file__).parent
NOT_OF_THE_WHEEL = frozenset(
    TESTS / name for name in ("corpus", "crash", "fakes", "faults", "hostile", "mutants", "peer", "secrecy")
)
"""What these tell of the tests, the fakes and of algorithms is told once, from the source tree."""
collect_ignore = [str(folder) for folder in NOT_OF_THE_WHEEL] if BRIEF else []


@pytest.fixture(autouse=True)
def collector():
    """Let the collector of cycles go on after a command: a command is a process of its own, and rests it."""
    yield
    gc.enable()


@pytest.fixture
def listening():
    """A shell lets its background jobs ignore Ctrl-C, and every process that a test starts would inherit that."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def pytest_collection_modifyitems(items):
    """Leave the large counts to `make stress`, and some folders to the source tree."""
    for item in items:
        if not STRESS and item.get_closest_marker("stress"):
            item.add_marker(pytest.mark.skip(reason="a large count: `make stress` runs it"))
        if item.path.parent in NOT_OF_THE_WHEEL:
            item.add_marker(pytest.mark.source)
