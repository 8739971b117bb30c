"""Many small entries as one object of the state, so that a bucket is asked once: by key, compressed, with a digest."""

import zlib
from collections.abc import Mapping
from hashlib import sha256
from itertools import accumulate

from pydantic import TypeAdapter, ValidationError

MAX_SIZE = 512 << 20
"""Bytes of a pack unpacked; a zone of 100,000 RRsets takes 12 MB."""
_MAGIC = b"zonesync pack 1\n"
_Index = TypeAdapter(tuple[tuple[str, int], ...])


def pack(entries: Mapping[str, bytes]) -> bytes:
    """Return *entries* as one object, in their order."""
    index = _Index.dump_json(tuple((key, len(data)) for key, data in entries.items()))
    body = zlib.compress(b"\n".join([index, b"".join(entries.values())]), level=1)
    return _MAGIC + sha256(body).digest() + body


def unpack(data: bytes) -> dict[str, bytes]:
    """Return the entries of a pack, in their order; none for what is no pack, is damaged, or is too large."""
    if not data.startswith(_MAGIC):
        return {}
    digest, body = data[len(_MAGIC) : len(_MAGIC) + 32], data[len(_MAGIC) + 32 :]
    if sha256(body).digest() != digest:
        return {}
    try:
        inflater = zlib.decompressobj()
        plain = inflater.decompress(body, MAX_SIZE)
        index, _, entries = plain.partition(b"\n")
        rows = _Index.validate_json(index)
    except (zlib.error, ValidationError):
        return {}
    ends = list(accumulate(length for _, length in rows))
    if not inflater.eof or any(length < 0 for _, length in rows) or (ends[-1] if ends else 0) != len(entries):
        return {}
    return {key: entries[end - length : end] for (key, length), end in zip(rows, ends, strict=True)}
