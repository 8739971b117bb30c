"""A copy of the example project, and the command line called as a function."""

import gc
import shutil
from pathlib import Path
from typing import NamedTuple

import pytest

from zonesync import cli

TREE = Path(__file__).resolve().parents[2]


class Outcome(NamedTuple):
    code: int
    out: str
    err: str


@pytest.fixture
def project(tmp_path, monkeypatch):
    folder = tmp_path / "project"
    shutil.copytree(TREE / "zones", folder / "zones")
    shutil.copy(TREE / "zonesync.yaml", folder)
    monkeypatch.chdir(folder)
    for name in ("CI", "NO_COLOR", "GITHUB_ACTIONS", "FORCE_COLOR", "ZONESYNC_TRACEBACK", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    return folder


@pytest.fixture
def run(capsys):
    def call(*arguments):
        capsys.readouterr()
        try:
            code = cli.run([str(argument) for argument in arguments])
        finally:
            gc.enable()
        out, err = capsys.readouterr()
        return Outcome(code, out, err)

    return call


@pytest.fixture
def applied(project, run):
    """The project, its zones applied."""
    assert run("apply", "--yes").code == 0
    return project


@pytest.fixture
def edited(applied):
    """The applied project, one value of one zone file edited by hand."""
    file = applied / "build/secondary/example.org.zone"
    text = file.read_text()
    assert "192.0.2.80" in text
    file.write_text(text.replace("192.0.2.80", "192.0.2.66"))
    return applied
