"""What the parent says of a zone, held against what the zone's name servers say: delegation, glue and DNSSEC."""

import asyncio
from collections.abc import Collection, Mapping

from zonesync.findings import Finding
from zonesync.run.asking import delegation, signing
from zonesync.run.asking.addresses import ADDRESSES
from zonesync.run.asking.asks import Asks
from zonesync.run.asking.found import Delegated
from zonesync.run.asking.messages import Question, Reply, Server
from zonesync.run.asking.subject import Subject


async def check(
    subject: Subject, delegated: Delegated | None, servers: Collection[tuple[str, Server]], asker: Asks
) -> list[Finding]:
    """Return what is wrong between the parent, which said *delegated*, and *servers*, by provider.

    Nothing where the parent was not asked. Servers that belong to no provider of the zone are asked for keys, too.
    """
    if delegated is None:
        return []
    zone = subject.zone
    ttl = subject.wanted.ttl if subject.wanted else None
    found = delegation.check(
        zone.apex, delegated, subject.apex, ttl=ttl, known=addresses(subject), identity=str(zone.id)
    )
    keys = await _keys(zone.apex, servers, asker)
    return [*found, *signing.check(zone.apex, delegated.ds, keys, identity=str(zone.id))]


def addresses(subject: Subject) -> Mapping[str, Collection[str]]:
    """Return the addresses that the zone's own file gives for its name servers; of an alias they are not known."""
    rrsets = [one for key, one in subject.zone.rrsets.items() if key.type in ADDRESSES and key.name in subject.apex]
    aliases = {one.name for one in rrsets if one.ttl is None}
    found: dict[str, list[str]] = {}
    for rrset in rrsets:
        if rrset.name not in aliases:
            found.setdefault(rrset.name, []).extend(rrset.rdatas)
    return found


async def _keys(
    apex: str, servers: Collection[tuple[str, Server]], asker: Asks
) -> dict[str, dict[str, frozenset[bytes]]]:
    """Return the DNSKEYs that each server of each provider answers with; those that do not answer are left out."""
    question = Question(apex, "DNSKEY")
    replies = await asyncio.gather(*(asker.ask(server, question, dnssec=True) for _, server in servers))
    keys: dict[str, dict[str, frozenset[bytes]]] = {}
    for (provider, server), reply in zip(servers, replies, strict=True):
        if isinstance(reply, Reply) and reply.authoritative and reply.rcode == "NOERROR":
            rdatas = [one.rdatas for one in reply.answer if one.type == "DNSKEY" and one.name == apex]
            keys.setdefault(provider or "no provider of the zone", {})[str(server)] = frozenset().union(*rdatas)
    return keys
