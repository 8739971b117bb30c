"""Settings of every test: how much hypothesis tries, and what only `make stress` runs."""

import pytest
from hypothesis import settings

from tests.support.examples import STRESS, examples

pytest_plugins = ["tests.support.leaks", "pytester"]

settings.register_profile("zonesync", examples(60))
settings.load_profile("zonesync")


def pytest_collection_modifyitems(items):
    """Leave the large counts to `make stress`."""
    if not STRESS:
        for item in items:
            if item.get_closest_marker("stress"):
                item.add_marker(pytest.mark.skip(reason="a large count: `make stress` runs it"))
