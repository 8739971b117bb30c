"""Cloud DNS's ResourceRecordSet to the model and back; pure.

https://cloud.google.com/dns/docs/reference/rest/v1/resourceRecordSets
"""

import hashlib
import json
import re
from collections.abc import Mapping
from typing import Any

from zonesync.model.names import NameSyntaxError, absolute
from zonesync.model.rrset import RRset
from zonesync.model.zone import Kept
from zonesync_gcloud.policies import described

TYPES = frozenset(
    {
        "A", "AAAA", "CAA", "CNAME", "DS", "HTTPS", "IPSECKEY", "MX", "NAPTR", "NS", "PTR", "SOA", "SPF", "SRV",
        "SSHFP", "SVCB", "TLSA", "TXT",
    }
)  # fmt: skip
"""RR types that Cloud DNS holds (https://cloud.google.com/dns/docs/records-overview), DNSKEY apart, which a zone has
in the DNSSEC state `transfer` alone, and ALIAS, which is no type of the DNS."""

Native = Mapping[str, Any]
"""An RRset as the API has it in JSON."""

_pieces = re.compile(r'\\.|"(?:\\.|[^"\\])*"|;', re.DOTALL)
_OUTPUT_ONLY = frozenset({"kind", "signatureRrdatas"})


class MalformedError(ValueError):
    """What the service sent is no ResourceRecordSet."""


def to_native(rrset: RRset) -> dict[str, Any]:
    """Return *rrset* as the API takes it: absolute names, text in quotes, every value as RFC 1035 section 5 has it.

    Raises ValueError for an alias without a TTL, which Cloud DNS has no form for.
    """
    if rrset.ttl is None:
        raise ValueError(f"`{rrset.name}` {rrset.type} is an alias without a TTL, which Cloud DNS has no form for")
    return {"name": rrset.name, "type": rrset.type, "ttl": rrset.ttl, "rrdatas": list(rrset.rdatas)}


def from_native(native: Native) -> RRset | Kept:
    """Return what *native* says, as an RRset of the model, or as kept where the model cannot hold it.

    Raises :class:`MalformedError` for what is no ResourceRecordSet at all.
    """
    name, rtype, values = native.get("name"), native.get("type"), native.get("rrdatas", ())
    if not (isinstance(name, str) and name and isinstance(rtype, str) and rtype and isinstance(values, list | tuple)):
        raise MalformedError(f"an RRset without name or type: {json.dumps(native, default=str)[:100]}")
    if native.get("routingPolicy"):
        return _kept(native, described(native["routingPolicy"]))
    if rtype != "ALIAS" and rtype not in TYPES:
        return _kept(native, f"a type that is not managed here, {len(values)} value{'' if len(values) == 1 else 's'}")
    try:
        return RRset.of(name, rtype, _ttl(native.get("ttl")), map(_value, values))
    except (ValueError, TypeError, AttributeError) as problem:
        return _kept(native, f"unreadable: {problem}"[:200])


def plain(native: Native) -> dict[str, Any]:
    """Return *native* without the fields that the service only puts out, so that it may be sent back."""
    return {field: _without_output(value) for field, value in native.items() if field not in _OUTPUT_ONLY}


def digest(native: Native) -> str:
    """Return a digest that changes exactly when *native* does."""
    text = json.dumps(plain(native), sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"


def _ttl(value: object) -> int:
    """Read a TTL: JSON's int32, which the API takes and may give as text, too."""
    if isinstance(value, bool) or not str(value).isdecimal():
        raise ValueError(f"`{value}` is no TTL")
    return int(str(value))


def _value(text: str) -> str:
    """Escape semicolons outside quotes: they begin a comment in a zone file, and not in the API's JSON."""
    return _pieces.sub(lambda found: "\\;" if found[0] == ";" else found[0], text) if ";" in text else text


def _kept(native: Native, description: str) -> Kept:
    try:
        name = absolute(native["name"])
    except NameSyntaxError:
        name = str(native["name"])
    return Kept(name, native["type"], description, digest(native))


def _without_output(value: Any) -> Any:
    if isinstance(value, Mapping):
        return plain(value)
    return [_without_output(part) for part in value] if isinstance(value, list | tuple) else value
