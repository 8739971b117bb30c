"""What cannot be held through octoDNS, told before anything is sent."""

import re
from typing import Any

import dns.rdata
from octodns.record import Record, Rr
from octodns.record.exception import RecordException

from zonesync.model.names import is_within
from zonesync.model.rrset import RRset
from zonesync_octodns import convert
from zonesync_octodns.access import Account
from zonesync_octodns.names import new_zone

_sure_name = re.compile(r"(?:\*\.)?(?:[a-z0-9_/-]+\.)+").fullmatch
"""Names that every service spells alike; an asterisk is the whole first label (RFC 4592 section 2.1.1)."""


def refusal(made: Any, account: Account, apex: str, rrset: RRset) -> str:
    """Say why *made*, an object of *account*, could not hold *rrset* in the zone *apex*; empty where it can."""
    path = account.recipe.path
    if words := _unfit_name(apex, rrset) or _unfit_type(made, path, apex, rrset):
        return words
    try:
        # Whether the values are right has been judged already; what is asked here is whether they survive.
        record = convert.record(new_zone(apex), rrset, lenient=True)
        back = convert.rrset(record)
    except Exception as problem:  # noqa: BLE001 -- a package may register record types with exceptions of their own
        return " ".join(str(problem).split()) or f"octoDNS has no form for it ({type(problem).__name__})"
    if back != convert.normalised(rrset):
        return f"octoDNS would make it `{', '.join(back.rdatas)}`"
    if account.traits.reads_text and not _comes_back(apex, rrset):
        return f"`{path}` could not read it again, nor the zone that it is in"
    if not made.supports(record):
        return f"`{path}` says that it does not support it"
    return ""


def _unfit_name(apex: str, rrset: RRset) -> str:
    if not is_within(rrset.name, apex):
        return f"`{rrset.name}` is outside the zone"
    if not _sure_name(rrset.name):
        return f"`{rrset.name}` has no sure spelling at octoDNS: letters, digits, `-`, `_`, `/` and a first `*` have"
    return ""


def _unfit_type(made: Any, path: str, apex: str, rrset: RRset) -> str:
    if rrset.type == "SOA":
        return "octoDNS knows no SOA; the service makes it"
    if rrset.type not in convert.TYPES or rrset.type not in made.SUPPORTS:
        return f"`{path}` has no records of type {rrset.type}"
    if rrset.type == "PTR" and len(rrset.rdatas) > 1 and not made.SUPPORTS_MULTIVALUE_PTR:
        return f"`{path}` has one value in a PTR, and this has {len(rrset.rdatas)}"
    if rrset.type == "ALIAS" and rrset.name != apex:
        return "octoDNS has ALIAS at the apex alone"
    return ""


def _comes_back(apex: str, rrset: RRset) -> bool:
    """Tell whether octoDNS reads *rrset* as it is from the text that dnspython makes of it."""
    texts = [dns.rdata.from_text("IN", rrset.type, text).to_text() for text in rrset.rdatas]
    rows = [Rr(rrset.name, rrset.type, rrset.ttl, text) for text in texts]
    try:
        (record,) = Record.from_rrs(new_zone(apex), rows, lenient=True)
        return convert.rrset(record) == convert.normalised(rrset)
    except (RecordException, ValueError):
        return False
