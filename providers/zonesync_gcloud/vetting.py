"""What is refused before anything is sent: changes that are not based on what is live, or that the zone cannot have."""

from collections.abc import Iterable
from itertools import groupby

from zonesync.model.change import Change
from zonesync.model.rrset import RRset
from zonesync.model.zone import ZoneId
from zonesync.provider.batches import in_order
from zonesync.provider.compare import same
from zonesync.provider.contract import ApexNs, LiveZone, Outcome, Receipt
from zonesync_gcloud.batching import octets
from zonesync_gcloud.quotas import Limits

_APEX = frozenset({"NS", "SOA"})


def vet(live: LiveZone, changes: Iterable[Change], apex_ns: ApexNs) -> tuple[list[Change], list[Receipt]]:
    """Return the changes to send, and receipts for the others; all changes at one name go the same way."""
    ready: list[Change] = []
    refused: list[Receipt] = []
    for _, found in groupby(in_order(changes), key=lambda change: change.key.name):
        group = tuple(found)
        problem = next((one for change in group if (one := _problem(live, change, apex_ns))), None)
        if problem is None:
            ready += group
        else:
            refused.append(Receipt(group, problem[0], words=problem[1]))
    return ready, refused


def _problem(live: LiveZone, change: Change, apex_ns: ApexNs) -> tuple[Outcome, str] | None:
    key, after = change.key, change.after
    subject = f"`{key.name}` {key.type}"
    if after is not None and not isinstance(after, RRset):
        return Outcome.REJECTED, f"{subject}: what it becomes is not computed yet"
    if after is not None and after.ttl is None:
        return Outcome.REJECTED, f"{subject} is an alias without a TTL, which Cloud DNS has no form for"
    kept = next((one for one in live.kept if (one.name, one.type) == key), None)
    if kept:
        return Outcome.REJECTED, f"{subject} is kept as it is: {kept.description}"
    if not same(live.rrsets.get(key), change.before):
        return Outcome.CONFLICT, f"{subject}: live data is not what the change is based on"
    if key.name == live.id.name and key.type in _APEX:
        if after is None:
            return Outcome.REJECTED, f"{subject} is never deleted: a zone has one RRset of that type at its apex"
        if key.type == "NS" and apex_ns is ApexNs.FIXED:
            return Outcome.REJECTED, f"{subject} of a private zone cannot be changed"
    return None


def refusal(zone: ZoneId, rrset: RRset, limits: Limits) -> str:
    """Say why Cloud DNS could not hold *rrset*; empty where it can.

    https://cloud.google.com/dns/docs/records-overview and https://cloud.google.com/dns/quotas
    """
    count, size = len(rrset.rdatas), octets(rrset)
    if rrset.type == "NS":
        if rrset.name.startswith("*."):
            return "a wildcard has no NS records at Cloud DNS"
        if count > limits.nameservers:
            return f"{count} name servers are over {limits.nameservers}, which one delegation has at most"
    if rrset.type == "CNAME" and rrset.name == zone.name:
        return "the apex has no CNAME; `ALIAS` answers there for another name"
    if rrset.type in {"ALIAS", "CNAME"} and count > 1:
        return f"{count} targets are over one, which {rrset.type} has"
    if size > limits.rrdata:
        return f"{size} octets of values are over {limits.rrdata}, which one change has at most"
    return ""
