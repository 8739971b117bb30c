"""Read a message that a name server sent: what zonesync compares, and not more.

Written by hand, since dnspython's reading costs more than all the rest of a query; the tests hold it against dnspython.
Every pointer of a compressed name must lead to an earlier place than the last (RFC 1035 section 4.1.4), so no message
makes a loop.
"""

import struct
from dataclasses import dataclass
from typing import NamedTuple

import dns.rcode

from zonesync.run.asking import wire
from zonesync.run.asking.messages import Records

_header = struct.Struct("!HHHHHH").unpack_from
_fixed = struct.Struct("!HHIH").unpack_from
_pair = struct.Struct("!HH").unpack_from
_RESPONSE, _OPCODE, _AUTHORITATIVE, _TRUNCATED = 0x8000, 0x7800, 0x0400, 0x0200
_IN = 1
_LARGEST_TTL = 0x7FFFFFFF


class Malformed(ValueError):  # noqa: N818 -- as the contract's errors: `except Malformed` reads
    """Octets that are no DNS message, or none that a name server may send as an answer."""


class Head(NamedTuple):
    """What tells whether a message answers a question, before the rest of it is read."""

    number: int
    """The id."""
    flags: int
    question: bytes
    """As :func:`zonesync.run.asking.wire.of_question` gives it; empty where the message has none."""
    end: int


@dataclass(frozen=True, slots=True)
class Message:
    """What a message says."""

    rcode: str
    authoritative: bool
    truncated: bool
    edns: bool
    """Whether there is an OPT record."""
    nsid: str
    answer: tuple[Records, ...]
    authority: tuple[Records, ...]
    additional: tuple[Records, ...]


class _Form(NamedTuple):
    """How rdata with names in it that may be compressed, or are compared in lower case, is laid out."""

    octets: int = 0
    strings: int = 0
    names: int = 1
    rest: int | None = 0
    """Octets behind the names; None where there may be any number."""


# The types of RFC 4034 section 6.2, less NSEC (RFC 6840 section 5.1) and those that nobody serves.
_FORMS: dict[int, _Form] = {
    **dict.fromkeys((2, 3, 4, 5, 7, 8, 9, 12, 39), _Form()),  # NS, MD, MF, CNAME, MB, MG, MR, PTR, DNAME
    6: _Form(names=2, rest=20),  # SOA
    **dict.fromkeys((14, 17), _Form(names=2)),  # MINFO, RP
    **dict.fromkeys((15, 18, 21, 36), _Form(octets=2)),  # MX, AFSDB, RT, KX
    26: _Form(octets=2, names=2),  # PX
    33: _Form(octets=6),  # SRV
    35: _Form(octets=4, strings=3),  # NAPTR
    **dict.fromkeys((24, 46), _Form(octets=18, rest=None)),  # SIG, RRSIG
    30: _Form(rest=None),  # NXT
}


def head(octets: bytes) -> Head:
    """Read header and question of *octets*. Raises :class:`Malformed`: too short, a query, or many questions."""
    if len(octets) < 12:
        raise Malformed(f"{len(octets)} octets are no message: its header has 12")
    number, flags, questions, *_ = _header(octets)
    if not flags & _RESPONSE or flags & _OPCODE:
        raise Malformed("a query came back instead of an answer to one")
    if questions == 0:
        return Head(number, flags, b"", 12)
    if questions > 1:
        raise Malformed(f"{questions} questions in one message")
    try:
        name, end = _name(octets, 12, {})
    except IndexError:
        raise Malformed("the message ends within its question") from None
    if len(octets) < end + 4:
        raise Malformed("the message ends within its question")
    return Head(number, flags, name + octets[end : end + 4], end + 4)


def message(octets: bytes, start: Head) -> Message:
    """Read what follows *start* in *octets*.

    A truncated message may end anywhere: what is whole of it is returned (RFC 2181 section 9). Octets behind the
    message are ignored. Records of other classes are left out. Raises :class:`Malformed`.
    """
    truncated = bool(start.flags & _TRUNCATED)
    sections = _Sections(octets, start)
    try:
        for section, count in zip(sections.sections, _header(octets)[3:], strict=True):
            for _ in range(count):
                sections.record(section)
    except (IndexError, struct.error):
        if not truncated:
            raise Malformed("the message ends within a record") from None
    answer, authority, additional = (_records(section) for section in sections.sections)
    return Message(
        _rcode(sections.extended << 4 | start.flags & 0xF),
        bool(start.flags & _AUTHORITATIVE),
        truncated,
        sections.edns,
        sections.nsid,
        answer,
        authority,
        additional,
    )


_WITHOUT_QUESTION = frozenset({1, 2, 4, 5})
"""FORMERR, SERVFAIL, NOTIMP, REFUSED: who could not, or would not, read the question need not repeat it."""


def answering(octets: bytes, start: Head, question: bytes) -> Message | None:
    """Read the rest of *octets* where they are about *question*; return None where about another.

    Raises :class:`Malformed`.
    """
    if start.question == question or (not start.question and start.flags & 0xF in _WITHOUT_QUESTION):
        return message(octets, start)
    return None


_Section = dict[tuple[bytes, int], tuple[int, list[bytes]]]
"""Owner and type -> TTL and rdata."""
_Places = dict[int, tuple[bytes, int]]
"""Where a name begins -> the name, and where it ends there."""


class _Sections:
    """The records of a message, while it is read."""

    __slots__ = ("at", "edns", "extended", "nsid", "octets", "places", "sections")

    def __init__(self, octets: bytes, start: Head) -> None:
        self.octets = octets
        self.at = start.end
        # Most names are the question's, or end like it.
        self.places: _Places = {12: (start.question[:-4], start.end - 4)} if start.question else {}
        self.sections: tuple[_Section, _Section, _Section] = ({}, {}, {})
        self.edns = False
        self.extended = 0
        self.nsid = ""

    def record(self, section: _Section) -> None:
        """Read one record into *section*."""
        octets = self.octets
        owner, at = _name(octets, self.at, self.places)
        number, rclass, ttl, length = _fixed(octets, at)
        at += 10
        end = at + length
        if end > len(octets):
            raise IndexError
        if number == wire.OPT:
            self._opt(ttl, at, end)
        elif rclass == _IN:
            form = _FORMS.get(number)
            rdata = octets[at:end] if form is None else _canonical(octets, at, end, form, self.places)
            ttl = ttl if ttl <= _LARGEST_TTL else 0  # RFC 2181 section 8
            known = section.get((owner, number))
            if known is None:
                section[owner, number] = (ttl, [rdata])
            else:
                known[1].append(rdata)
                if ttl < known[0]:
                    section[owner, number] = (ttl, known[1])
        self.at = end

    def _opt(self, ttl: int, at: int, end: int) -> None:
        if self.edns:
            raise Malformed("two OPT records in one message")
        self.edns = True
        self.extended = ttl >> 24
        while at < end:
            code, length = _pair(self.octets, at)
            at += 4
            if at + length > end:
                raise Malformed("an EDNS option is longer than its record")
            if code == wire.NSID:
                self.nsid = _printable(self.octets[at : at + length])
            at += length


def _records(section: _Section) -> tuple[Records, ...]:
    to_name, to_type = wire.to_name, wire.to_type
    return tuple(
        Records(to_name(owner), to_type(number), ttl, frozenset(rdatas))
        for (owner, number), (ttl, rdatas) in section.items()
    )


def _name(octets: bytes, at: int, places: _Places) -> tuple[bytes, int]:
    """Return the name at *at* in lower case and without compression, and where it ends; *places* remembers it."""
    known = places.get(at)
    if known is not None:
        return known
    parts = []
    start = lowest = at
    end = 0
    size, hops = 1, 0
    while length := octets[at]:
        if length >= 0xC0:
            target = (length & 0x3F) << 8 | octets[at + 1]
            end = end or at + 2
            hops += 1
            # No name has more than 127 labels; more pointers than that only cost time.
            if target >= lowest or hops > 127:
                raise Malformed("a compressed name points ahead of itself, or again and again")
            at = lowest = target
            if known := places.get(at):
                parts.append(known[0])
                size += len(known[0]) - 1
                break
        elif length < 0x40:
            after = at + 1 + length
            parts.append(octets[at:after])
            size += 1 + length
            at = after
        else:
            raise Malformed(f"a label begins with {length:#x}, which means nothing (RFC 6891 section 5)")
        if size > 255:
            raise Malformed("a name is longer than 255 octets")
    else:
        parts.append(b"\0")
        end = end or at + 1
    if size > 255:
        raise Malformed("a name is longer than 255 octets")
    # The length of a label is at most 63, which is no letter: lower case leaves it alone.
    found = b"".join(parts).lower(), end
    places[start] = found
    return found


def _canonical(octets: bytes, at: int, end: int, form: _Form, places: _Places) -> bytes:
    """Return the rdata between *at* and *end* with the names in *form* spelt out, in lower case."""
    begin = at
    at += form.octets
    for _ in range(form.strings):
        at += 1 + octets[at]
    parts = [octets[begin:at]]
    for _ in range(form.names):
        name, at = _name(octets, at, places)
        parts.append(name)
    if at > end or (form.rest is not None and end - at != form.rest):
        raise Malformed("rdata is not as long as its record says")
    parts.append(octets[at:end])
    return b"".join(parts)


def _rcode(number: int) -> str:
    text = dns.rcode.to_text(dns.rcode.Rcode(number))
    return f"RCODE{text}" if text.isdecimal() else text


def _printable(octets: bytes) -> str:
    """Return an NSID as text where it is such, and else in hexadecimal digits."""
    if all(0x20 <= octet < 0x7F for octet in octets):
        return octets.decode("ascii")
    return octets.hex()
