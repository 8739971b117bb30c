"""Settings of every test: how much hypothesis tries, and what only `make stress` runs."""

import gc
from pathlib import Path

import pytest
from hypothesis import settings

from tests.support.examples import STRESS, examples

pytest_plugins = ["tests.support.leaks", "pytester"]

settings.register_profile("zonesync", examples(60))
settings.load_profile("zonesync")


FAKES = Path(__file__).parent / "fakes"


@pytest.fixture(autouse=True)
def collector():
    """Let the collector of cycles go on after a command: a command is a process of its own, and rests it."""
    yield
    gc.enable()


def pytest_collection_modifyitems(items):
    """Leave the large counts to `make stress`; what fakes do says nothing of an installed wheel."""
    for item in items:
        if not STRESS and item.get_closest_marker("stress"):
            item.add_marker(pytest.mark.skip(reason="a large count: `make stress` runs it"))
        if FAKES in item.path.parents:
            item.add_marker(pytest.mark.source)
