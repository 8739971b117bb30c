"""A pytest plugin: what no test can see costs it nothing.

Nobody cuts the power in a test, so nothing waits until data has reached the disk; processes of their own do. And git
is not asked again and again about folders that are in no repository.
"""

import os
from functools import cache
from pathlib import Path

import pytest

from zonesync.run import context

_ask = context._git


def _git(root: Path, *arguments: str) -> str:
    folder = root.resolve()
    if any((one / ".git").exists() for one in (folder, *folder.parents)):
        return _ask(root, *arguments)
    names = ("HOME", "PATH", "XDG_CONFIG_HOME")
    told = {name: value for name, value in os.environ.items() if name in names or name.startswith("GIT_")}
    return _outside(arguments, tuple(sorted(told.items())))


@cache
def _outside(arguments: tuple[str, ...], environment: tuple[tuple[str, str], ...]) -> str:
    """Return what git says in no repository; the *environment* decides, too."""
    del environment
    return _ask(Path("/"), *arguments)


def pytest_configure(config):
    """Put the quick ways in the place of the slow ones."""
    patch = pytest.MonkeyPatch()
    patch.setattr(os, "fsync", lambda _descriptor: None)
    patch.setattr(context, "_git", _git)
    config.add_cleanup(patch.undo)
