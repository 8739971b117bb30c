r"""What NS1 cannot hold, told before anything is sent.

How NS1 would have a backslash in a name written is documented nowhere, so that such names are refused rather than
guessed at: another name might come of it.
"""

from zonesync.model.names import is_within
from zonesync.model.rdata import targets
from zonesync.model.rrset import RRset
from zonesync_ns1 import convert, soa


def refusal(apex: str, rrset: RRset) -> str:
    """Say why NS1 could not hold *rrset* in the zone *apex*; empty where it can."""
    if not is_within(rrset.name, apex):
        return f"`{rrset.name}` is outside the zone"
    if "\\" in rrset.name:
        return f"`{rrset.name}` holds characters that have no sure spelling at NS1: letters, digits, `-` and `_` have"
    if rrset.type == "SOA":
        return _soa(rrset)
    if rrset.type not in convert.LAYOUT:
        return f"NS1 has no records of type {rrset.type}"
    for text in rrset.rdatas:
        if words := _value(rrset.type, text):
            return words
    return ""


def _soa(rrset: RRset) -> str:
    try:
        soa.changed(rrset, rrset)
    except ValueError as problem:
        return str(problem)
    return ""


def _value(rtype: str, text: str) -> str:
    try:
        fields = convert.answer(rtype, text)
    except UnicodeDecodeError as problem:
        return f"a text holds octet {problem.object[problem.start]}, which is no UTF-8; NS1 holds texts as characters"
    except ValueError as problem:
        return str(problem)
    if rtype in convert.TEXTS and fields == [""]:
        return "an empty text, which NS1 refuses"
    hosts = [str(field) for kind, field in zip(convert.LAYOUT[rtype], fields, strict=False) if kind == "h"]
    for host in (*hosts, *targets(rtype, text)):
        if "\\" in host:
            return f"`{host}` holds characters that have no sure spelling at NS1"
    return ""
