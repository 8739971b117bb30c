"""What the tests of locks begin with: a disturbed store, a clock that a test turns, and contenders on both."""

import pytest

from tests.support.lockers import Clock, Contender, Disturbed


@pytest.fixture
def store():
    return Disturbed()


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def contender(store, clock):
    def made(run, **more):
        return Contender(store, clock, run, **more)

    return made
