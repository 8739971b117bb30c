"""What root alone may do, port 53 above all: skipped elsewhere, visibly, and failed where the tests run in CI."""

import os

import pytest

as_root = pytest.mark.skipif(
    os.geteuid() != 0 and os.environ.get("TESTS_IN_CI") != "true",
    reason="name servers on port 53 of 127.0.0.0/8, and giving files away, need root",
)

WORKER = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
"""Which of the processes that run the tests this is: servers that live long have an address for each."""
