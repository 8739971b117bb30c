"""Folders that survive a loss of power."""

import os
from pathlib import Path


def sync_folder(folder: Path) -> None:
    """Make the names in *folder* durable (fsync(2) on the directory). Raises OSError."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def made(folder: Path) -> None:
    """Make *folder* and those above it where they are missing, each durable in the one around it. Raises OSError."""
    missing = []
    while not folder.is_dir():
        missing.append(folder)
        folder = folder.parent
    for one in reversed(missing):
        one.mkdir(exist_ok=True)
        sync_folder(one.parent)
