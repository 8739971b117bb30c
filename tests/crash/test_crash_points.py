"""Killed before, in the middle of and after each durable operation of an apply: the truth stays."""

import random

import pytest

from tests.crash.conftest import was_killed
from tests.support.examples import STRESS

BATCHES = 8 if STRESS else 1
APPLY = ("apply", "--yes", "--concurrency", "1")
ZONES = ("example.com", "example.org")


@pytest.fixture
def ready(project):
    """A project applied once, its files changed since: creates, updates and deletes in two zones."""
    for zone in ZONES:
        project.write(zone, range(8), "192.0.2.1")
    project.done(*APPLY)
    for zone in ZONES:
        project.write(zone, range(3, 12), "192.0.2.2")
    return project


def points(operations, batch):
    """Every operation, each before, half done and after; in `make test` some of them."""
    every = [(when, number) for number in range(1, len(operations) + 1) for when in ("before", "half", "after")]
    return every[batch::BATCHES] if STRESS else random.Random(4).sample(every, 8)


@pytest.mark.parametrize("batch", range(BATCHES))
def test_a_kill_at_any_durable_operation_leaves_the_truth_and_the_rest_is_done(ready, tmp_path, batch):
    before = ready.contents()
    operations = ready.copy(tmp_path / "counted").operations(*APPLY)
    assert {"fsync", "replace", "link", "write", "unlink", "open"} <= set(operations)
    whole = ready.copy(tmp_path / "whole")
    whole.done(*APPLY)
    after = whole.contents()
    for when, number in points(operations, batch):
        case = ready.copy(tmp_path / f"{when}-{number}")
        assert was_killed(case.killed(f"{when}:{number}", *APPLY)), (when, number)
        case.hold_after_a_kill(before, after)


@pytest.mark.parametrize("batch", range(BATCHES))
def test_a_kill_while_zones_are_made_leaves_the_truth_and_the_rest_is_done(project, tmp_path, batch):
    project.write("example.com", range(4), "192.0.2.1")
    operations = project.copy(tmp_path / "counted").operations(*APPLY)
    whole = project.copy(tmp_path / "whole")
    whole.done(*APPLY)
    after = whole.contents()
    for when, number in points(operations, batch)[:: 1 if STRESS else 3]:
        case = project.copy(tmp_path / f"{when}-{number}")
        assert was_killed(case.killed(f"{when}:{number}", *APPLY)), (when, number)
        case.hold_after_a_kill({}, after)
