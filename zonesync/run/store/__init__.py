"""Where state lives: the audit log, locks and journals, as named objects in a folder or an object store."""

from pathlib import Path

from zonesync.load.state import State
from zonesync.run.store.contract import Row, Store, StoreError, Versioned
from zonesync.run.store.local import LocalStore
from zonesync.run.store.memory import MemoryStore

__all__ = ["LocalStore", "MemoryStore", "Row", "Store", "StoreError", "Versioned", "open_store", "untested"]


def open_store(state: State, root: Path) -> Store:
    """Open the store that the configuration's ``state:`` names; a folder is relative to *root*.

    Nothing is read or written yet. Raises :class:`StoreError` where a bucket's credentials or library are missing.
    """
    if state.is_folder:
        return LocalStore(root / state.url)
    try:
        from zonesync.run.store.buckets import connect, version_key  # noqa: PLC0415 -- a folder needs no library
        from zonesync.run.store.objects import ObjectStore  # noqa: PLC0415 -- as above
    except ModuleNotFoundError as problem:
        if (problem.name or "").partition(".")[0] != "obstore":
            raise
        words = f"the state {state.url} needs a library that is not installed: run `pip install 'zonesync[state]'`"
        raise StoreError(words) from problem
    return ObjectStore(connect(state), state.url, version_key(state))


def untested(url: str) -> str:
    """Return what to warn of before state is kept at *url*: a kind of store that no test of zonesync has met."""
    if not url.startswith("gs://"):
        return ""
    return (
        f"the state {url} is on Cloud Storage, which zonesync has not been tested with: "
        "try it with a zone that nobody needs, and run `zonesync audit verify` after each apply"
    )
