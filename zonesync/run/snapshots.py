"""What a provider had of a zone once a run was through with it: a fingerprint of each RRset, kept in the store.

A snapshot is named by the digest of its bytes, so that an audit entry which names one vouches for its content.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from zonesync.model.rrset import Key, RRset
from zonesync.model.zone import Kept, ZoneId
from zonesync.plan import soa
from zonesync.run.store import Store, StoreError

PREFIX = "snapshots/"
FORMAT = 1
_DIGEST = "sha256:"


class SnapshotError(StoreError):
    """A snapshot has gone, or is not what was kept."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What one provider had of one zone."""

    zone: str
    provider: str
    rrsets: Mapping[Key, str]
    """By name and type the :func:`fingerprint`."""
    kept: Mapping[str, str]
    """By :func:`kept_name` the digest of what the model cannot hold."""

    @classmethod
    def loads(cls, data: bytes) -> "Snapshot":
        """Read what :func:`of_live` wrote. Raises :class:`SnapshotError` for anything else."""
        try:
            found = json.loads(data)
        except (ValueError, RecursionError) as problem:
            raise SnapshotError(f"no snapshot: {problem}") from None
        if not isinstance(found, dict) or found.get("format") != FORMAT:
            raise SnapshotError(f"no snapshot: its `format` is not {FORMAT}")
        zone, provider = found.get("zone"), found.get("provider")
        if not isinstance(zone, str) or not isinstance(provider, str):
            raise SnapshotError("no snapshot: it names no zone and provider")
        rrsets = {Key(*name.split(" ")): mark for name, mark in _texts(found, "rrsets") if name.count(" ") == 1}
        return cls(zone, provider, rrsets, dict(_texts(found, "kept")))


def _texts(found: Mapping[str, Any], key: str) -> Iterable[tuple[str, str]]:
    texts = found.get(key)
    if not isinstance(texts, dict) or not all(isinstance(text, str) for text in texts.values()):
        raise SnapshotError(f"no snapshot: its `{key}` map no names to digests")
    return texts.items()


def of_live(zone: ZoneId | str, provider: str, rrsets: Mapping[Key, RRset], kept: Iterable[Kept]) -> bytes:
    """Return the snapshot of what *provider* has of *zone*: equal zones have equal bytes."""
    document = {
        "format": FORMAT,
        "zone": str(zone),
        "provider": provider,
        "rrsets": {f"{key.name} {key.type}": fingerprint(rrset) for key, rrset in rrsets.items()},
        "kept": kept_digests(kept),
    }
    return json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode() + b"\n"


def fingerprint(rrset: RRset) -> str:
    """Return 32 hexadecimal digits that tell *rrset* by its TTL and values; the serial of an SOA does not count."""
    if rrset.type == "SOA":
        rrset = soa.without_serial(rrset)
    # Canonical rdata has no line break, whatever else it has.
    text = "\n".join((str(rrset.ttl), *rrset.rdatas))
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def kept_name(kept: Kept) -> str:
    """Return what tells one kept RRset of a zone from the others: name, type and set identifier."""
    return f"{kept.name} {kept.type} {kept.set_identifier}".rstrip()


def kept_digests(kept: Iterable[Kept]) -> dict[str, str]:
    """Return the digests of kept RRsets by :func:`kept_name`; several of one name have one digest together."""
    found: dict[str, list[str]] = {}
    for one in kept:
        found.setdefault(kept_name(one), []).append(one.digest)
    return {name: " ".join(sorted(digests)) for name, digests in found.items()}


def name_of(data: bytes) -> str:
    """Return the name of a snapshot in the store."""
    return f"{PREFIX}{hashlib.sha256(data).hexdigest()}.json"


def save(store: Store, data: bytes) -> str:
    """Keep a snapshot and return its digest, as audit entries name it. Raises :class:`StoreError`.

    One that is there already is left alone if it is whole, and written again if it is not.
    """
    name = name_of(data)
    if not store.put_if_absent(name, data):
        there = store.fetch(name)
        if there is None or there.data != data:
            store.replace(name, data, there.version if there else None)
    return _DIGEST + name.removeprefix(PREFIX).removesuffix(".json")


def load(store: Store, digest: str) -> Snapshot:
    """Return the snapshot that an audit entry names. Raises :class:`SnapshotError`, and :class:`StoreError`."""
    name = f"{PREFIX}{digest.removeprefix(_DIGEST)}.json"
    if not digest.startswith(_DIGEST) or not _is_hex(digest.removeprefix(_DIGEST)):
        raise SnapshotError("the audit log names a snapshot by what is no digest")
    data = store.get(name)
    if data is None:
        raise SnapshotError(f"{name} has gone")
    if name_of(data) != name:
        raise SnapshotError(f"{name} was altered: its content has another digest")
    return Snapshot.loads(data)


def _is_hex(text: str) -> bool:
    return len(text) == hashlib.sha256().digest_size * 2 and not set(text) - set("0123456789abcdef")
