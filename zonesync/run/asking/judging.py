"""Whether an answer is what was expected; if not, how it differs. Two values in, one out."""

from collections.abc import Iterable
from dataclasses import dataclass

from zonesync.model import rdata
from zonesync.model.names import is_within
from zonesync.model.rdata import RdataError
from zonesync.plan.soa import FIELDS
from zonesync.run.asking.expected import Expectation, Shape
from zonesync.run.asking.messages import NoReply, Records, Reply, Transport, Trouble

EQUAL = ""
DIFFERS = "served-differs"
MISSING = "served-missing"
NXDOMAIN = "served-nxdomain"
TTL = "served-ttl-differs"
NAMESERVERS = "apex-ns-differs"
LAME = "lame"
FAILS = "server-fails"
NOT_COMPARABLE = "not-comparable"
NO_TCP = "no-tcp"

NO_ANSWER = {
    Trouble.TIMEOUT: "server-silent",
    Trouble.LOST: "drops-packets",
    Trouble.CLOSED: "server-closed",
    Trouble.BROKEN: "server-closed",
    Trouble.UNREACHABLE: "server-unreachable",
    Trouble.WRONG_ID: "wrong-id",
    Trouble.WRONG_SOURCE: "wrong-source",
    Trouble.WRONG_QUESTION: "wrong-question",
    Trouble.MALFORMED: "malformed",
    Trouble.TRUNCATED: "truncates-always",
    Trouble.NO_EDNS: "no-edns",
}
"""The rule of each trouble: of a question without an answer, and of what came beside one."""
CONTENT = frozenset({DIFFERS, MISSING, NXDOMAIN, TTL, NAMESERVERS})
"""Rules about what a zone holds; all others are about the server."""
_TEXTS = ("TXT", "SPF")


@dataclass(frozen=True, slots=True)
class Judged:
    """One expectation held against one answer."""

    rule: str = EQUAL
    """Empty where they are equal; else the rule id of a finding, or ``not-comparable``."""
    wanted: tuple[str, ...] = ()
    """In presentation format, the TTL first where it is what differs."""
    served: tuple[str, ...] = ()
    words: str = ""
    """More, for the reader."""

    @property
    def is_equal(self) -> bool:
        """Whether there is nothing to tell."""
        return self.rule in (EQUAL, NOT_COMPARABLE)


_EQUAL = Judged()


def judge(expectation: Expectation, reply: Reply | NoReply) -> Judged:
    """Return whether *reply* holds what *expectation* says, and if not, what it holds instead."""
    if isinstance(reply, NoReply):
        rule = NO_ANSWER[reply.trouble]
        if reply.transport is Transport.TCP and reply.trouble in (Trouble.CLOSED, Trouble.BROKEN, Trouble.TIMEOUT):
            rule = NO_TCP
        return Judged(rule, words=reply.words or reply.trouble.value)
    problem = _of_the_server(expectation, reply)
    if problem:
        return problem
    match expectation.shape:
        case Shape.SOA:
            return _soa(expectation, _records(reply.answer, expectation.question.name, "SOA"))
        case Shape.REFERRAL:
            return _referral(expectation, reply)
        case Shape.GLUE:
            return _glue(expectation, reply)
        case _:
            name = expectation.question.name
            return _compared(expectation, _records(reply.answer, name, expectation.key.type), reply)


def serial(reply: Reply | NoReply) -> int | None:
    """Return the SOA serial that *reply* holds, None where it holds none."""
    if isinstance(reply, Reply):
        for records in reply.answer:
            if records.type == "SOA" and len(records.rdatas) == 1:
                (wire,) = records.rdatas
                return int.from_bytes(wire[-20:-16], "big") if len(wire) >= 22 else None
    return None


def _of_the_server(expectation: Expectation, reply: Reply) -> Judged | None:
    """Return what is wrong with a server that does not speak for the zone at all, None where it does."""
    if reply.rcode in ("REFUSED", "NOTAUTH"):
        return Judged(LAME, words=f"it answers {reply.rcode}")
    if reply.rcode not in ("NOERROR", "NXDOMAIN"):
        return Judged(FAILS, words=f"it answers {reply.rcode}")
    if reply.authoritative or expectation.shape in (Shape.REFERRAL, Shape.GLUE):
        return None
    upward = [one.name for one in reply.authority if one.type == "NS" and one.name != expectation.question.name]
    if upward and all(is_within(expectation.key.name, name) for name in upward):
        return Judged(LAME, words=f"it refers to `{upward[0]}` instead of answering")
    return Judged(LAME, words="its answer is not authoritative")


def _compared(expectation: Expectation, served: Records | None, reply: Reply) -> Judged:
    is_apex_ns = expectation.key.type == "NS" and expectation.shape is Shape.ANSWER
    if served is None:
        return _absent(expectation, reply, is_apex_ns=is_apex_ns)
    if served.rdatas != expectation.rdatas:
        texts = _texts(expectation.key.type, served.rdatas)
        if not _alike(expectation, texts):
            return Judged(NAMESERVERS if is_apex_ns else DIFFERS, expectation.texts, texts)
    if expectation.ttl is not None and served.ttl != expectation.ttl:
        return Judged(TTL, (f"ttl {expectation.ttl}",), (f"ttl {served.ttl}",))
    return _EQUAL


def _absent(expectation: Expectation, reply: Reply, *, is_apex_ns: bool) -> Judged:
    name = expectation.question.name
    cname = _records(reply.answer, name, "CNAME")
    if cname is not None:
        texts = tuple(f"CNAME {text}" for text in _texts("CNAME", cname.rdatas))
        return Judged(DIFFERS, expectation.texts, texts)
    dname = next((one for one in reply.answer if one.type == "DNAME"), None)
    if dname is not None:
        return Judged(DIFFERS, expectation.texts, (f"DNAME at {dname.name}",))
    if is_apex_ns:
        return Judged(NAMESERVERS, expectation.texts, (), "it has no NS at the apex")
    if reply.rcode == "NXDOMAIN":
        return Judged(NXDOMAIN, expectation.texts, (), "it says that the name does not exist")
    return Judged(MISSING, expectation.texts, ())


def _referral(expectation: Expectation, reply: Reply) -> Judged:
    name = expectation.question.name
    served = _records(reply.authority, name, "NS")
    if served is not None and not reply.authoritative:
        return _compared(expectation, served, reply)
    answered = _records(reply.answer, name, "NS")
    if answered is not None and reply.authoritative:
        return Judged(NOT_COMPARABLE, words="the server has the delegated zone, too, and answers from that")
    return _not_referred(expectation, reply)


def _glue(expectation: Expectation, reply: Reply) -> Judged:
    if reply.authoritative and _records(reply.answer, expectation.question.name, "NS") is not None:
        return Judged(NOT_COMPARABLE, words="the server has the delegated zone, too, and answers from that")
    served = _records(reply.additional, expectation.key.name, expectation.key.type)
    if served is not None:
        return _compared(expectation, served, reply)
    if _records(reply.authority, expectation.question.name, "NS") is not None:
        return Judged(MISSING, expectation.texts, (), "the referral comes without this address (RFC 9471)")
    return _not_referred(expectation, reply)


def _not_referred(expectation: Expectation, reply: Reply) -> Judged:
    """Judge an answer that should have been a referral: the server may be lame, or may not have the delegation."""
    if reply.rcode == "NXDOMAIN":
        return Judged(NXDOMAIN, expectation.texts, (), "it says that the name does not exist")
    if reply.authoritative:
        return Judged(MISSING, expectation.texts, (), "it does not delegate the name")
    return Judged(LAME, words="it does not refer to the name servers of the delegated zone")


def _soa(expectation: Expectation, served: Records | None) -> Judged:
    if served is None:
        return Judged(LAME, words="it gives no SOA of the zone")
    texts = _texts("SOA", served.rdatas)
    found: dict[str, str] = dict(zip(FIELDS, texts[0].split(" "), strict=False)) if texts else {}
    wrong = [(name, value) for name, value in expectation.fields if found.get(name) != value]
    if wrong:
        return Judged(
            DIFFERS,
            tuple(f"{name} {value}" for name, value in wrong),
            tuple(f"{name} {found.get(name, '')}" for name, _ in wrong),
        )
    if expectation.ttl is not None and served.ttl != expectation.ttl:
        return Judged(TTL, (f"ttl {expectation.ttl}",), (f"ttl {served.ttl}",))
    return _EQUAL


def _records(section: Iterable[Records], name: str, rtype: str) -> Records | None:
    return next((records for records in section if records.type == rtype and records.name == name), None)


def _alike(expectation: Expectation, texts: tuple[str, ...]) -> bool:
    """Tell whether two texts are spellings of one value: letter case, and the cuts of a text without its own."""
    if expectation.key.type not in _TEXTS:
        return sorted(texts) == sorted(expectation.texts)
    return sorted(map(_joined, texts)) == sorted(map(_joined, expectation.texts)) and all(
        text == rdata.txt_text(_joined(text)) for text in set(expectation.texts) - set(texts)
    )


def _joined(text: str) -> bytes:
    try:
        return b"".join(rdata.txt_strings(text))
    except RdataError:
        return text.encode()


def _texts(rtype: str, wires: Iterable[bytes]) -> tuple[str, ...]:
    return tuple(sorted(_text(rtype, wire) for wire in wires))


def _text(rtype: str, wire: bytes) -> str:
    try:
        return rdata.canonical(rtype, rdata.from_wire(rtype, wire))
    except RdataError:
        return f"\\# {len(wire)} {wire.hex()}"
