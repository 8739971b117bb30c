"""How many examples hypothesis tries: few against the wheel, some in `make test`, 1,000 under `make stress`."""

import os

from hypothesis import HealthCheck, settings

STRESS = os.environ.get("ZONESYNC_STRESS") == "1"
BRIEF = os.environ.get("ZONESYNC_BRIEF") == "1"
SLOW = (HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much)


def examples(usual: int) -> settings:
    """Return the settings of a test for which *usual* examples are plenty: `make test` tries a third as many."""
    count = max(usual, 1000) if STRESS else min(usual, 5) if BRIEF else (usual + 2) // 3
    return settings(
        max_examples=count,
        deadline=None,
        derandomize=not STRESS,
        print_blob=STRESS,
        suppress_health_check=(*SLOW, HealthCheck.function_scoped_fixture),
    )


def large(usual: int) -> int:
    """Return how many RRsets a large zone of the conformance suite has: 5,000 under ``make stress``."""
    return 5000 if STRESS else min(usual, 200) if BRIEF else usual


def several(full: int, usual: int) -> int:
    """Return how many cases of something slow are tried: *full* under ``make stress``, *usual* in ``make test``."""
    return full if STRESS else min(usual, 2) if BRIEF else usual
