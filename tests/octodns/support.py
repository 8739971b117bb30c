"""The adapter, made as a configuration makes it."""

from typing import Any, TypeVar

from zonesync_octodns import OctodnsProvider

T = TypeVar("T", bound=OctodnsProvider)


def made(adapter: type[T], path: str, name: str = "octo", **given: Any) -> T:
    """Return an adapter for the class at *path*; ``class`` is a word of Python's."""
    return adapter(name, **{"class": path, **given})
