"""An asker that answers from zones in memory, as a correct server would; no sockets."""

from collections.abc import Iterable

import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdata
import dns.rdataclass
import dns.rdatatype
import dns.rrset
import dns.zone

from tests.support.dns_zones import Zones
from zonesync.model.rrset import RRset
from zonesync.run.asking.messages import Question, Records, Reply, Server, Transport


class Answering:
    """Answers every server's questions from *rrsets* of the zone *apex*; notes what was asked."""

    def __init__(self, apex: str, rrsets: Iterable[RRset]) -> None:
        name = dns.name.from_text(apex)
        zone = dns.zone.Zone(name, relativize=False)
        for rrset in rrsets:
            if rrset.type == "ALIAS":
                continue
            rtype = dns.rdatatype.from_text(rrset.type)
            found = zone.find_rdataset(dns.name.from_text(rrset.name), rtype, create=True)
            for text in rrset.rdatas:
                found.add(dns.rdata.from_text(dns.rdataclass.IN, rtype, text, relativize=False), rrset.ttl or 0)
        self.zones = Zones({name: zone})
        self.asked: list[tuple[Server, Question, Transport]] = []

    async def ask(self, server, question, transport=Transport.UDP, *, dnssec=False, fallback=True):
        """Answer at once."""
        self.asked.append((server, question, transport))
        response = self.zones.answer(dns.message.make_query(question.name, question.type, use_edns=0))
        return Reply(
            server,
            question,
            transport,
            dns.rcode.to_text(response.rcode()),
            bool(response.flags & dns.flags.AA),
            answer=_records(response.answer),
            authority=_records(response.authority),
            additional=_records(response.additional),
        )


def _records(section: Iterable[dns.rrset.RRset]) -> tuple[Records, ...]:
    return tuple(
        Records(
            _spelled(rrset.name),
            dns.rdatatype.to_text(rrset.rdtype),
            rrset.ttl,
            frozenset(rdata.to_digestable() for rdata in rrset),
        )
        for rrset in section
    )


def _spelled(name: dns.name.Name) -> str:
    from zonesync.model.names import join

    return join([label.lower() for label in name.labels if label])
