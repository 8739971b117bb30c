"""`--changed-since`, from the command line: what is said of a zone whose file is gone."""

import subprocess

import pytest


@pytest.fixture
def deleted(applied, monkeypatch):
    """The example project on a branch that deletes the file of a zone which is served."""
    for name in ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"):
        monkeypatch.delenv(name, raising=False)

    def git(*words):
        subprocess.run(["git", "-c", "user.name=kim", "-c", "user.email=kim@example.com", *words], check=True)

    git("init", "--quiet", "--initial-branch=main", ".")
    git("add", "--all")
    git("commit", "--quiet", "--message", "zones")
    git("checkout", "--quiet", "-b", "change")
    git("rm", "--quiet", "zones/example.org.yaml")
    git("commit", "--quiet", "--message", "no longer ours")
    return applied


WORDS = "the file of `example.org` is gone since `main`"


@pytest.mark.parametrize("command", ["plan", "validate"])
def test_a_zone_whose_file_is_gone_is_told(command, deleted, run):
    done = run(command, "--changed-since", "main")
    assert done.code == 0
    said = " ".join((done.out + done.err).split())
    assert "warning[orphan-zone]" in said
    assert WORDS in said
    assert run("--strict", command, "--changed-since", "main").code == 1


@pytest.mark.parametrize("command", ["plan", "validate"])
def test_who_asks_for_another_zone_is_not_told(command, deleted, run):
    done = run(command, "example.com", "--changed-since", "main")
    assert done.code == 0
    assert WORDS not in " ".join((done.out + done.err).split())
