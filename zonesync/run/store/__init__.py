"""Where state lives: the audit log, locks and journals, as named objects in a folder or an object store."""

from pathlib import Path

from zonesync.run.store.contract import Row, Store, StoreError, Versioned
from zonesync.run.store.local import LocalStore
from zonesync.run.store.memory import MemoryStore

__all__ = ["LocalStore", "MemoryStore", "Row", "Store", "StoreError", "Versioned", "open_store"]


def open_store(url: str, root: Path) -> Store:
    """Open the store that the configuration's ``state:`` names. Raises :class:`StoreError` for what is not built."""
    scheme, separator, _ = url.partition("://")
    if separator:
        raise StoreError(f"state `{scheme}://` is not supported by this version: use a folder")
    return LocalStore(root / url)
