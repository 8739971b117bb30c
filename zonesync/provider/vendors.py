"""How far DNS services let the apex NS RRset be edited, for those that no adapter of ours speaks for."""

from collections.abc import Iterator

from zonesync.provider.vendor import Vendor
from zonesync.provider.vendor_rows import VENDORS

__all__ = ["VENDORS", "Vendor", "of_octodns", "table"]


def of_octodns(path: str) -> Vendor | None:
    """Return what is known of the service that the octoDNS class *path* writes to, None for nothing.

    A class is found by its package and name, wherever in the package it is defined.
    """
    return _BY_CLASS.get(_class_key(path))


def _class_key(path: str) -> tuple[str, str]:
    package, _, rest = path.partition(".")
    return package, rest.rpartition(".")[2]


def table() -> Iterator[str]:
    """Yield the lines of the table in docs/apex-ns.md."""
    yield "| service | level | TTL | names it insists on | octoDNS class | seen | confidence | note |"
    yield "|---|---|---|---|---|---|---|---|"
    for one in VENDORS:
        own, classes = (", ".join(f"`{text}`" for text in texts) for texts in (one.own, one.octodns))
        ttl = "yes" if one.ttl_editable else "no"
        name = f"[{one.name}]({one.source})"
        yield f"| {name} | `{one.level}` | {ttl} | {own} | {classes} | {one.date} | {one.confidence} | {one.note} |"


_BY_CLASS = {_class_key(path): vendor for vendor in VENDORS for path in vendor.octodns}
