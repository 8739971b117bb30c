"""Digests that bind a plan to what it was worked out from."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

from zonesync.model.rrset import Key, RRset
from zonesync.plan import soa


def of_rrsets(rrsets: Mapping[Key, RRset]) -> str:
    """Digest a zone's content; the SOA serial does not count, since nothing is ever decided by it."""
    lines = []
    for key in sorted(rrsets):
        rrset = rrsets[key]
        if rrset.type == "SOA":
            rrset = soa.without_serial(rrset)
        lines.append(f"{rrset.name} {rrset.type} {rrset.ttl} {' | '.join(rrset.rdatas)}")
    return of_lines(lines)


def of_lines(lines: Iterable[str]) -> str:
    """Digest text lines."""
    return "sha256:" + hashlib.sha256("\n".join(lines).encode()).hexdigest()


def of_data(data: Any) -> str:
    """Digest JSON data, whatever the order of its keys and its white space."""
    text = json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()
