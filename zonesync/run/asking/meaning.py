"""What an answer means to somebody who looks for a name: here it is, ask those, there is none, or of no use."""

import enum
import socket
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from zonesync.model.names import is_within, join
from zonesync.model.zone import NOTHING
from zonesync.run.asking.messages import NoReply, Records, Reply, Server, Trouble

_FAMILY = {"A": (socket.AF_INET, 4), "AAAA": (socket.AF_INET6, 16)}
_TROUBLE = {
    Trouble.TIMEOUT: "does not answer",
    Trouble.CLOSED: "has nobody who listens there",
    Trouble.BROKEN: "cuts the connection",
    Trouble.UNREACHABLE: "cannot be reached from here",
    Trouble.WRONG_ID: "answers with the id of another query",
    Trouble.WRONG_SOURCE: "answers from another address or port",
    Trouble.WRONG_QUESTION: "answers another question",
    Trouble.MALFORMED: "answers with something that is no DNS message",
    Trouble.TRUNCATED: "truncates its answer, over TCP too or without taking TCP",
}
_RCODE = {"REFUSED": "refuses (REFUSED)", "SERVFAIL": "fails (SERVFAIL)"}


class Kind(enum.StrEnum):
    """What an answer comes to."""

    ANSWER = "answer"
    ALIAS = "alias"
    """The name is an alias (CNAME, DNAME) of another."""
    REFERRAL = "referral"
    NODATA = "nodata"
    """The name is there, the type is not."""
    NXDOMAIN = "nxdomain"
    USELESS = "useless"
    """A server that is down, lame, or broken."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """One answer, understood."""

    kind: Kind
    server: Server
    owner: str = ""
    """Of the records: the name asked for, or the zone cut that a referral is about."""
    records: Records | None = None
    """The RRset asked for, or the NS RRset of a referral."""
    glue: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: NOTHING)
    """Addresses beside NS records, of hosts within the server's zone: what it says of others is not believed."""
    authoritative: bool = True
    soa: str = ""
    """The zone whose SOA came with a negative answer (RFC 2308 section 2)."""
    words: str = ""
    """For anything but an answer or a referral: what the server does, to be read after its name."""

    @property
    def hosts(self) -> tuple[str, ...]:
        """The hosts of an NS RRset, sorted."""
        return hosts(self.records.rdatas) if self.records is not None and self.records.type == "NS" else ()


def meaning(reply: Reply | NoReply, zone: str) -> Meaning:
    """Understand *reply*, that of a server of *zone* (RFC 1034 section 5.3.3 step 4).

    A referral counts only downwards: to a cut below *zone*, at or above the name. All else is lame.
    """
    server, question = reply.server, reply.question
    if isinstance(reply, NoReply):
        return Meaning(Kind.USELESS, server, words=_TROUBLE.get(reply.trouble, f"has trouble ({reply.trouble})"))
    if reply.rcode not in {"NOERROR", "NXDOMAIN"}:
        return Meaning(Kind.USELESS, server, words=_RCODE.get(reply.rcode, f"answers {reply.rcode}"))
    for records in reply.answer:
        if records.name == question.name and records.type == question.type:
            glue = _glue(records, reply.additional, zone)
            return Meaning(Kind.ANSWER, server, question.name, records, glue, authoritative=reply.authoritative)
    soa = next((records.name for records in reply.authority if records.type == "SOA"), "")
    cut = next((records for records in reply.authority if _is_cut(records, question.name, zone)), None)
    if reply.rcode == "NOERROR" and cut is not None and not reply.answer and not soa:
        return Meaning(Kind.REFERRAL, server, cut.name, cut, _glue(cut, reply.additional, zone))
    if not reply.authoritative:
        return Meaning(Kind.USELESS, server, words=f"is not authoritative for `{zone}`")
    if any(_is_alias(records, question.name) for records in reply.answer):
        return Meaning(Kind.ALIAS, server, question.name, words=f"says that `{question.name}` is an alias")
    if reply.rcode == "NXDOMAIN":
        return Meaning(Kind.NXDOMAIN, server, soa=soa, words=f"knows no `{question.name}` (NXDOMAIN)")
    return Meaning(Kind.NODATA, server, soa=soa, words=f"has no {question.type} at `{question.name}`")


def hosts(rdatas: Iterable[bytes]) -> tuple[str, ...]:
    """Spell the rdatas of an NS RRset as sorted names; one that is no name is left out."""
    return tuple(sorted({name for rdata in rdatas if (name := _name(rdata))}))


def addresses(records: Iterable[Records]) -> tuple[str, ...]:
    """Spell the rdatas of A and AAAA RRsets: IPv4 first, then IPv6, each sorted."""
    found = {
        (records_.type, rdata)
        for records_ in records
        for rdata in records_.rdatas
        if records_.type in _FAMILY and len(rdata) == _FAMILY[records_.type][1]
    }
    return tuple(socket.inet_ntop(_FAMILY[rtype][0], rdata) for rtype, rdata in sorted(found))


def _name(rdata: bytes) -> str:
    """Spell one uncompressed name; empty where it is none."""
    labels = []
    position = 0
    while position < len(rdata) and (length := rdata[position]):
        labels.append(rdata[position + 1 : position + 1 + length].lower())
        position += 1 + length
    return join(labels) if position == len(rdata) - 1 else ""


def _glue(ns: Records, additional: Sequence[Records], zone: str) -> Mapping[str, tuple[str, ...]]:
    if ns.type != "NS":
        return NOTHING
    believed = [host for host in hosts(ns.rdatas) if is_within(host, zone)]
    glue = {host: addresses(records for records in additional if records.name == host) for host in believed}
    return {host: found for host, found in glue.items() if found}


def _is_cut(records: Records, name: str, zone: str) -> bool:
    below = records.name != zone and is_within(records.name, zone)
    return records.type == "NS" and below and is_within(name, records.name)


def _is_alias(records: Records, name: str) -> bool:
    return (records.type == "CNAME" and records.name == name) or (
        records.type == "DNAME" and records.name != name and is_within(name, records.name)
    )
