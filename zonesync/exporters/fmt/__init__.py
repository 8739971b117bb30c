"""A zone file's text in its canonical form: its order, its spelling and its layout, with every comment kept.

Nothing here reads or writes a file, and nothing here is trusted: :mod:`zonesync.workflow.formatting` compares what
both texts load as before it writes one over the other.
"""

from zonesync.exporters.fmt.comments import attach, comments_of
from zonesync.exporters.fmt.rules import canonicalise
from zonesync.exporters.fmt.tree import read
from zonesync.exporters.fmt.writer import write

__all__ = ["comments_of", "formatted"]


def formatted(content: bytes, zone: str = "") -> bytes:
    """Return the canonical form of *content*, which the loader reads without an error.

    *zone* is the canonical name of the zone, against which absolute owner names are made relative; without one they
    stay. Line ends become those of the first line; a byte order mark goes. Raises
    :class:`yaml.YAMLError` and ValueError for what is no file of ours.
    """
    text = content.decode("utf-8").removeprefix("\ufeff")
    source = read(text)
    document = attach(source, comments_of(text))
    canonicalise(source, zone)
    written = write(document)
    first = text.find("\n")
    return (written.replace("\n", "\r\n") if first > 0 and text[first - 1] == "\r" else written).encode()
