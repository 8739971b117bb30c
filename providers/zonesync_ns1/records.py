"""Records of NS1, in the short form of a listing or whole, to what the model holds of them."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from zonesync.model.names import shorten
from zonesync.model.rrset import Key, RRset
from zonesync.model.zone import Kept
from zonesync_ns1 import convert, extras
from zonesync_ns1.names import readable

TYPES = frozenset(convert.LAYOUT) - {"ALIAS"} | {"SOA"}
"""What NS1 lets be created and the model holds; ALIAS apart, which is no type of the DNS."""
SIGNATURES = frozenset({"DNSKEY", "NSEC", "NSEC3", "NSEC3PARAM", "RRSIG"})
"""What the service makes for a signed zone; nobody else may write it."""

_TOLD = (
    "ttl", "answers", "short_answers", "filters", "regions", "meta", "use_client_subnet", "override_ttl", "networks",
    "link", "tags", "blocked_tags",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Understood:
    """What the model makes of one record: either an RRset, or something kept as it is."""

    key: Key
    domain: str
    """The name as the service spells it, for URLs."""
    rrset: RRset | None
    kept: Kept | None = None
    extra: str = ""
    listed: RRset | None = None
    """As a listing would have had it, where that differs."""


def needs_whole(record: Mapping[str, Any]) -> bool:
    """Tell whether the short form of *record* says too little, so that it has to be read on its own."""
    rtype, short = record["type"], record.get("short_answers")
    if record.get("link") or rtype in SIGNATURES or "answers" in record:
        return False
    if _tier(record) > 1 or not isinstance(short, list):
        return True
    return rtype in convert.LAYOUT and any(convert.split(rtype, str(one)) is None for one in short)


def _tier(record: Mapping[str, Any]) -> float:
    tier = record.get("tier", 1)
    return tier if isinstance(tier, int | float) else 2


def understand(record: Mapping[str, Any], zone: Mapping[str, Any]) -> Understood:
    """Return what the model makes of *record* of *zone*: of its whole form, or of a short one that suffices."""
    domain, rtype = record["domain"], record["type"]
    key = Key(readable(domain), rtype)
    words = _beyond(record)
    if not words:
        try:
            rrset, listed = _rrset(key, record), _rrset(key, record, as_listed=True)
        except ValueError as problem:
            words = f"cannot be read: {shorten(str(problem), 120)}"
        else:
            extra = extras.words(record, zone) if "answers" in record else ""
            return Understood(key, domain, rrset, extra=extra, listed=listed if listed != rrset else None)
    return Understood(key, domain, None, Kept(key.name, rtype, words, _digest(record)))


def _beyond(record: Mapping[str, Any]) -> str:
    """Say why the model cannot hold *record*; empty where it may."""
    rtype = record["type"]
    if record.get("link"):
        return f"linked to {record['link']}"
    if rtype in SIGNATURES:
        return "made by DNSSEC"
    if told := extras.filters(record) or extras.feeds(record):
        return told
    if rtype not in convert.LAYOUT:
        return f"{rtype} with {extras.counted(len(_answers(record)), 'answer')}"
    return "" if _answers(record) else "no answers"


def _answers(record: Mapping[str, Any]) -> Sequence[Any]:
    found = record.get("answers", record.get("short_answers"))
    return found if isinstance(found, list) else []


def _rrset(key: Key, record: Mapping[str, Any], *, as_listed: bool = False) -> RRset:
    ttl = record.get("ttl")
    if not isinstance(ttl, int) or isinstance(ttl, bool) or ttl < 0:
        raise ValueError(f"its TTL is {ttl!r}, no number")
    read = convert.listed if as_listed else convert.text
    texts = {read(key.type, fields) for fields in fields_of(record)}
    return RRset(key.name, key.type, ttl, tuple(sorted(texts)))


def fields_of(record: Mapping[str, Any]) -> Sequence[Sequence[object]]:
    """Return the fields of each answer. Raises ValueError for an answer of another shape."""
    if "answers" not in record:
        return [convert.split(record["type"], str(short)) or [] for short in _answers(record)]
    fields = []
    for one in _answers(record):
        found = one.get("answer") if isinstance(one, Mapping) else None
        if not isinstance(found, list):
            raise ValueError("an answer is no list of fields")  # noqa: TRY004 -- the data, not the call
        fields.append(found)
    return fields


def _digest(record: Mapping[str, Any]) -> str:
    told = {field: record[field] for field in _TOLD if field in record}
    return f"sha256:{hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()}"


def body(zone: str, domain: str, rrset: RRset) -> dict[str, Any]:
    """Return what creates *rrset*. Raises ValueError for what has no form at NS1."""
    fields = {"zone": zone, "domain": domain, "type": rrset.type}
    return {**fields, **_ttl(rrset), "answers": [{"answer": convert.answer(rrset.type, one)} for one in rrset.rdatas]}


def update(record: Mapping[str, Any], before: RRset, after: RRset) -> dict[str, Any]:
    """Return what turns the whole *record* into *after*: only what differs, so that no other field is touched.

    An answer that stays is sent as it is, with its meta, region and id. Raises ValueError as :func:`body` does.
    """
    changed: dict[str, Any] = {}
    if after.ttl != before.ttl or after.type == "ALIAS":
        changed |= _ttl(after)
    if after.rdatas != before.rdatas:
        stored = [
            (convert.text(after.type, fields), _plain(after.type, fields, one))
            for fields, one in zip(fields_of(record), _answers(record), strict=True)
        ]
        known = {text for text, _ in stored}
        new = [{"answer": convert.answer(after.type, text)} for text in after.rdatas if text not in known]
        changed["answers"] = [one for text, one in stored if text in after.rdatas] + new
    return changed


def _plain(rtype: str, fields: Sequence[object], one: Mapping[str, Any]) -> dict[str, Any]:
    # Several strings would be listed with blanks between them, which is another text.
    several = rtype in convert.TEXTS and len(fields) > 1
    return {**one, "answer": ["".join(map(str, fields))]} if several else dict(one)


def _ttl(rrset: RRset) -> dict[str, Any]:
    # Without `override_ttl` an ALIAS is answered with the TTL of its target.
    return {"ttl": rrset.ttl, **({"override_ttl": True} if rrset.type == "ALIAS" else {})}
