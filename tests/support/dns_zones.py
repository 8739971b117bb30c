"""What a correct authoritative server answers from zone texts: RFC 1034 section 4.3.2 in a few lines of dnspython."""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import dns.flags
import dns.message
import dns.name
import dns.node
import dns.rcode
import dns.rdataset
import dns.rdatatype
import dns.rrset
import dns.zone

_CHAIN = 8
_Section = list[dns.rrset.RRset]


@dataclass(frozen=True, slots=True)
class Zones:
    """The zones that a server has."""

    zones: Mapping[dns.name.Name, dns.zone.Zone]

    def answer(self, query: dns.message.Message) -> dns.message.Message:
        """Answer *query*: what is asked for, a referral, NODATA, NXDOMAIN, or REFUSED for foreign names."""
        response = dns.message.make_response(query, recursion_available=False)
        response.flags &= ~dns.flags.RD
        asked = query.question[0]
        name = asked.name
        for _ in range(_CHAIN):
            zone = self._of(name, asked.rdtype)
            if zone is None:
                if not response.answer:
                    response.set_rcode(dns.rcode.REFUSED)
                return response
            target = _Lookup(zone, name, asked.rdtype, response).done()
            if target is None:
                return response
            name = target
        return response

    def _of(self, name: dns.name.Name, rtype: dns.rdatatype.RdataType) -> dns.zone.Zone | None:
        # The DS of a zone is at its parent (RFC 4035 section 3.1.4.1).
        fitting = [
            origin
            for origin in self.zones
            if name.is_subdomain(origin) and not (rtype == dns.rdatatype.DS and name == origin)
        ] or [origin for origin in self.zones if name == origin]
        return self.zones[max(fitting, key=len)] if fitting else None


def zones_of(texts: str | Mapping[str, str]) -> Zones:
    """Read one zone, whose text begins with ``$ORIGIN``, or several by their names."""
    if isinstance(texts, str):
        origin = texts.split("$ORIGIN", 1)[1].split(maxsplit=1)[0] if "$ORIGIN" in texts else "."
        texts = {origin: texts}
    zones = {}
    for origin, text in texts.items():
        name = dns.name.from_text(origin)
        zones[name] = dns.zone.from_text(text, name, relativize=False, check_origin=False)
    return Zones(zones)


class _Lookup:
    def __init__(
        self,
        zone: dns.zone.Zone,
        name: dns.name.Name,
        rtype: dns.rdatatype.RdataType,
        response: dns.message.Message,
    ) -> None:
        self.zone = zone
        assert zone.origin is not None
        self.origin = zone.origin
        self.name = name
        self.rtype = rtype
        self.response = response

    def done(self) -> dns.name.Name | None:
        """Fill the response; return the target of an alias, where that has to be looked up next."""
        if not self.response.answer:
            self.response.flags |= dns.flags.AA
        for above in self._from_the_apex():
            if above != self.origin and self._has(above, "NS") and not (above == self.name and self._is("DS")):
                self._refer(above)
                return None
            if above != self.name and (found := self._get(above, "DNAME")):
                self._add(self.response.answer, above, found)
                target = self.name.relativize(above).derelativize(found[0].target)
                self.response.answer.append(dns.rrset.from_text(self.name, found.ttl, "IN", "CNAME", str(target)))
                return target
        node = self.zone.get_node(self.name) or self._wildcard()
        if node is None:
            if not self.response.answer and not self._is_above_something():
                self.response.set_rcode(dns.rcode.NXDOMAIN)
            self._deny()
            return None
        wanted = node.get_rdataset(dns.rdataclass.IN, self.rtype)
        if wanted is not None:
            self._add(self.response.answer, self.name, wanted)
            return None
        alias = node.get_rdataset(dns.rdataclass.IN, dns.rdatatype.CNAME)
        if alias is not None:
            self._add(self.response.answer, self.name, alias)
            return alias[0].target
        self._deny()
        return None

    def _is(self, rtype: str) -> bool:
        return self.rtype == dns.rdatatype.from_text(rtype)

    def _get(self, name: dns.name.Name, rtype: str) -> dns.rdataset.Rdataset | None:
        return self.zone.get_rdataset(name, rtype)

    def _has(self, name: dns.name.Name, rtype: str) -> bool:
        return self._get(name, rtype) is not None

    def _from_the_apex(self) -> Iterator[dns.name.Name]:
        labels = self.name.labels
        for count in range(len(self.origin), len(labels) + 1):
            yield dns.name.Name(labels[len(labels) - count :])

    def _is_above_something(self) -> bool:
        return any(name.is_subdomain(self.name) for name in self.zone)

    def _wildcard(self) -> dns.node.Node | None:
        if self._is_above_something():
            return None
        for encloser in reversed(list(self._from_the_apex())[:-1]):
            if self.zone.get_node(encloser) or any(name.is_subdomain(encloser) for name in self.zone):
                return self.zone.get_node(dns.name.Name((b"*", *encloser.labels)))
        return None

    def _refer(self, cut: dns.name.Name) -> None:
        if not self.response.answer:
            self.response.flags &= ~dns.flags.AA
        hosts = self._get(cut, "NS")
        assert hosts is not None
        self._add(self.response.authority, cut, hosts)
        if signer := self._get(cut, "DS"):
            self._add(self.response.authority, cut, signer)
        for host, rtype in itertools.product(hosts, ("A", "AAAA")):
            if host.target.is_subdomain(self.origin) and (glue := self._get(host.target, rtype)):
                self._add(self.response.additional, host.target, glue)

    def _deny(self) -> None:
        if soa := self._get(self.origin, "SOA"):
            self._add(self.response.authority, self.origin, soa)

    @staticmethod
    def _add(section: _Section, name: dns.name.Name, found: dns.rdataset.Rdataset) -> None:
        section.append(dns.rrset.from_rdata_list(name, found.ttl, list(found)))


def spelt(section: Sequence[dns.rrset.RRset]) -> set[tuple[str, str, frozenset[bytes]]]:
    """Return owner, type and digestable rdata of every RRset, as `Records` has them."""
    return {
        (
            str(rrset.name.canonicalize()),
            dns.rdatatype.to_text(rrset.rdtype),
            frozenset(rdata.to_digestable() for rdata in rrset),
        )
        for rrset in section
    }
