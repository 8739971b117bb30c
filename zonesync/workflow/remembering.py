"""Where loaded zones are kept from one run to the next: one object of the state.

What it says is believed by commands that only look. Nothing that changes a provider, and nothing that watches over
them, reads it: who can write to the state could otherwise have another zone applied than the one in the files.
"""

import platform
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from hashlib import sha256
from importlib import metadata
from pathlib import Path

from zonesync import __version__
from zonesync.load import zone_files
from zonesync.load.memory import ZoneMemory
from zonesync.run.pack import pack, unpack
from zonesync.run.store import Store, StoreError, open_store
from zonesync.workflow.project import Project

OBJECT = "cache/zones"
"""The object of the state."""
WORTH = 256 << 10
"""Bytes of zone files from which on a look into the state is quicker than reading them anew."""
_PROGRAM = ("findings.py", "lint/**/*.py", "load/**/*.py", "model/**/*.py")
"""What makes of a zone file what is kept."""
_LIBRARIES = ("dnspython", "idna", "pydantic", "pyyaml")


class Shelf:
    """Entries of the pack, and those that are to be in the next one."""

    def __init__(self, store: Store, *, reads: bool) -> None:
        self._store = store
        self._found = store.fetch(OBJECT)
        self._there = unpack(self._found.data) if self._found else {}
        self._reads = reads
        self._used: dict[str, bytes] = {}
        self._is_new = False

    def get(self, key: str) -> bytes | None:
        """Return the bytes under *key*, None where there are none."""
        data = self._there.get(key) if self._reads else None
        if data is not None:
            self._used[key] = data
        return data

    def put(self, key: str, data: bytes) -> None:
        """Keep *data* under *key*."""
        self._is_new = self._is_new or self._there.get(key) != data
        self._used[key] = data

    def save(self) -> None:
        """Write the pack where it has something new; that somebody else does so meanwhile, or nobody may, is well.

        Entries that this run had no use for, as another branch's, stay while they are no more than those it had.
        """
        if not self._is_new:
            return
        room = sum(map(len, self._used.values()))
        kept = dict(self._used)
        for key, data in self._there.items():
            if key not in kept and (room := room - len(data)) >= 0:
                kept[key] = data
        try:
            self._store.replace(OBJECT, pack(kept), self._found.version if self._found else None)
        except StoreError:
            return


@contextmanager
def zone_memory(project: Project, *, reads: bool, offline: bool = False) -> Iterator[ZoneMemory | None]:
    """Give what earlier runs have loaded, and keep what this one loads; None where that is not worth it.

    Without *reads* everything is loaded anew, and what is kept is for other machines: those that may write to the
    bucket apply, and those that plan may not. *offline* asks no bucket.
    """
    state = project.config.state
    # To look at zones makes no folder.
    is_there = reads and (project.root / state.url).is_dir() if state.is_folder else not offline
    program = _program() if is_there and _size(project) >= WORTH else ""
    if not program:
        yield None
        return
    try:
        shelf = Shelf(open_store(state, project.root), reads=reads)
    except StoreError:
        yield None  # who needs the state says what is wrong with it
        return
    yield ZoneMemory(shelf, program, project.config)
    shelf.save()


def _size(project: Project) -> int:
    total = 0
    for path in zone_files(project.config.zones, project.root):
        try:
            total += path.stat().st_size
        except OSError:
            continue
        if total >= WORTH:
            break
    return total


@cache
def _program() -> str:
    """Return a digest of the program that loads, libraries included; empty where its source cannot be read."""
    versions = [platform.python_version(), __version__, *(metadata.version(name) for name in _LIBRARIES)]
    digest = sha256(" ".join(versions).encode())
    root = Path(__file__).parents[1]
    files = sorted(file for pattern in _PROGRAM for file in root.glob(pattern))
    try:
        for file in files:
            digest.update(sha256(file.read_bytes()).digest())
    except OSError:
        return ""
    return digest.hexdigest() if files else ""
