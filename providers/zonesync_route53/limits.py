"""Limits of single RRsets, known offline.

https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/DNSLimitations.html
"""

from zonesync.model.rrset import RRset
from zonesync_route53 import values
from zonesync_route53.aliases import alias_of
from zonesync_route53.batching import MAX_CHARACTERS

MAX_VALUES = 400
"""Records in one RRset."""
MAX_VALUE = 4000
"""Characters of one value, quotes, blanks and escapes included."""
MAX_TXT = 3953
"""Octets of text that always fit into one value if none needs an escape: 16 strings take 47 quotes and blanks."""


def refusal_of_size(rrset: RRset) -> str:
    """Say why Route 53 has no room for *rrset*, or no form; empty where it has."""
    if alias_of(rrset) is not None:
        return ""
    if rrset.type == "NS" and rrset.name.startswith("*."):
        return "Route 53 has no wildcards of type NS"
    natives = [values.to_native(text) for text in rrset.rdatas]
    generic = next((text for text in natives if text.startswith("\\")), "")
    if generic:
        return f"Route 53 takes no generic rdata (RFC 3597) such as `{rrset.rdatas[0][:40]}`"
    longest = max(map(len, natives))
    if longest > MAX_VALUE:
        return f"a value has {longest} characters as Route 53 writes it, {MAX_VALUE} is the most"
    total = sum(map(len, natives))
    if total > MAX_CHARACTERS:
        return f"the values have {total} characters together, a request to Route 53 holds {MAX_CHARACTERS}"
    return ""
