"""Settings of every test: how much hypothesis tries, and what only `make stress` runs."""

import os

import pytest
from hypothesis import HealthCheck, settings

STRESS = os.environ.get("ZONESYNC_STRESS") == "1"
_SLOW = (HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much)

settings.register_profile("ci", max_examples=60, deadline=None, derandomize=True, suppress_health_check=_SLOW)
settings.register_profile("stress", max_examples=1000, deadline=None, suppress_health_check=_SLOW, print_blob=True)
settings.register_profile("brief", max_examples=5, deadline=None, derandomize=True, suppress_health_check=_SLOW)
settings.load_profile("stress" if STRESS else "brief" if os.environ.get("ZONESYNC_BRIEF") == "1" else "ci")


def pytest_collection_modifyitems(items):
    """Leave the large counts to `make stress`."""
    if not STRESS:
        for item in items:
            if item.get_closest_marker("stress"):
                item.add_marker(pytest.mark.skip(reason="a large count: `make stress` runs it"))
