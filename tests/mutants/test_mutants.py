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


def test_the_tests_that_run_first_are_there_and_for_files_that_are_broken():
    assert run.FIRST.keys() <= {mutant.file for mutant in ALL}
    assert [test for tests in run.FIRST.values() for test in tests if not (run.ROOT / test).is_file()] == []


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
    unbroken = run.Mutant(0, first.file, first.old, first.old, "nothing")
    assert not run.is_killed(unbroken)
    assert not run.is_noticed(unbroken, [sorted({test for tests in run.FIRST.values() for test in tests})])
