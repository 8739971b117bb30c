"""One laboratory for all tests of a process; each test finds it as if it had just been built."""

import gc
from typing import NamedTuple

import pytest

from tests.lab import laboratory
from zonesync import cli


class Outcome(NamedTuple):
    code: int
    out: str
    err: str


@pytest.fixture(scope="session")
def built(tmp_path_factory):
    laboratory.require()
    with laboratory.standing(tmp_path_factory.mktemp("lab")) as lab:
        yield lab


@pytest.fixture
def lab(built):
    built.reset()
    return built


@pytest.fixture
def run(capsys, monkeypatch, tmp_path):
    """The command line, called as a function in the project's folder."""
    for name in ("CI", "NO_COLOR", "GITHUB_ACTIONS", "FORCE_COLOR", "ZONESYNC_TRACEBACK", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)

    def call(*arguments):
        capsys.readouterr()
        try:
            code = cli.run([str(argument) for argument in arguments])
        finally:
            gc.enable()
        out, err = capsys.readouterr()
        return Outcome(code, out, err)

    return call
