"""The tests notice when diff, plan or apply is broken on purpose."""

import os

import pytest

from tests.mutants import run

pytestmark = pytest.mark.source

ALL = run.mutants()


def test_there_are_mutants_enough_and_each_is_another():
    assert len(ALL) >= 60
    assert len({(mutant.file, mutant.old, mutant.new) for mutant in ALL}) == len(ALL)
    assert all(mutant.breaks and mutant.old != mutant.new for mutant in ALL)


@pytest.mark.parametrize("mutant", ALL, ids=lambda mutant: f"{mutant.number} {mutant.breaks}")
def test_a_mutant_fits_todays_source(mutant):
    assert mutant.count() == 1


@pytest.mark.parametrize("mutant", run.sample(4), ids=lambda mutant: mutant.breaks)
def test_a_mutant_is_killed(mutant):
    assert run.is_killed(mutant)


@pytest.mark.stress
def test_every_mutant_is_killed():
    survivors = [mutant.breaks for mutant, killed in run.verdicts(ALL, os.cpu_count() or 1) if not killed]
    assert survivors == []


@pytest.mark.stress
def test_code_that_is_not_broken_survives():
    first = ALL[0]
    assert not run.is_killed(run.Mutant(0, first.file, first.old, first.old, "nothing"))
