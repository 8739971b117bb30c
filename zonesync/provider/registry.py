"""Find an adapter by the ``type:`` of the configuration, through the entry-point group ``zonesync.providers``."""

import difflib
import functools
from collections.abc import Callable, Mapping
from importlib.metadata import EntryPoint, entry_points

from zonesync.provider.contract import Provider

GROUP = "zonesync.providers"

Factory = Callable[..., Provider]
"""Called as ``factory(name, root=FOLDER, **options)`` with the options of the configuration; paths among them are
relative to *root*, the configuration's folder. Raises ValueError for options that are wrong."""


class ProviderTypeError(ValueError):
    """No adapter of that type can be loaded."""


@functools.cache
def installed() -> Mapping[str, EntryPoint]:
    """Return the adapters by type. Every installed package is looked at for them, so once a process is enough."""
    return {point.name: point for point in entry_points(group=GROUP)}


def factory(kind: str, known: Mapping[str, EntryPoint] | None = None) -> Factory:
    """Import the adapter of type *kind*. Raises :class:`ProviderTypeError`, naming the extra where its SDK lacks."""
    points = installed() if known is None else known
    point = points.get(kind)
    if point is None:
        close = difflib.get_close_matches(kind, points, n=1)
        hint = f"; did you mean `{close[0]}`?" if close else f"; installed: {', '.join(sorted(points)) or 'none'}"
        raise ProviderTypeError(f"no provider type `{kind}`{hint}")
    try:
        loaded: Factory = point.load()
    except ModuleNotFoundError as missing:
        raise ProviderTypeError(
            f"provider type `{kind}` needs the module `{missing.name}`: pip install 'zonesync[{kind}]'"
        ) from missing
    return loaded
