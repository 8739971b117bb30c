"""The words of a JSON document that its page has to explain."""

from collections.abc import Iterator
from typing import Any


def keys(data: Any) -> Iterator[str]:
    """Yield every key of every object in *data*."""
    if isinstance(data, dict):
        for key, value in data.items():
            yield key
            yield from keys(value)
    elif isinstance(data, list):
        for value in data:
            yield from keys(value)
