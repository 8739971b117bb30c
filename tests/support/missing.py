"""What a test needs and the machine lacks: the test is skipped, visibly, and fails where the tests run in CI."""

import os
from typing import NoReturn

import pytest


def missing(reason: str) -> NoReturn:
    """Skip the test for *reason*; in CI, where nothing may be missing, fail it."""
    if os.environ.get("TESTS_IN_CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)
