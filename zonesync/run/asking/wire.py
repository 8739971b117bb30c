"""What a query is made of: octets of a name, a type, a question, and EDNS.

Written by hand, since a zone is verified with tens of thousands of queries; the tests hold it against dnspython.
"""

import struct
from functools import lru_cache

import dns.exception
import dns.rdatatype

from zonesync.model import names
from zonesync.run.asking.messages import Question

PAYLOAD = 1232
"""Octets of an answer over UDP: what no path fragments (DNS flag day 2020)."""
OPT = 41
NSID = 3
"""EDNS option code (RFC 5001 section 4.1)."""
_DO = 0x8000
_IN = 1


@lru_cache(maxsize=65536)
def of_name(name: str) -> bytes:
    """Return the wire form of a canonical *name*. Raises :class:`zonesync.model.names.NameSyntaxError`."""
    labels = names.split(name)[0]
    return b"".join(bytes((len(label),)) + label for label in labels) + b"\0"


@lru_cache(maxsize=65536)
def to_name(wire: bytes) -> str:
    """Return the canonical name of *wire*, a whole name in lower case and without compression."""
    labels = []
    at = 0
    while length := wire[at]:
        labels.append(wire[at + 1 : at + 1 + length])
        at += 1 + length
    return names.join(labels)


@lru_cache(maxsize=1024)
def of_type(rtype: str) -> int:
    """Return the number of a type, ``TYPE65280`` included. Raises ``ValueError`` for what is none."""
    try:
        return int(dns.rdatatype.from_text(rtype))
    except dns.exception.DNSException:
        raise ValueError(f"`{rtype}` is no type of a record") from None


@lru_cache(maxsize=1024)
def to_type(number: int) -> str:
    """Return the mnemonic of a type, or the ``TYPE65280`` of RFC 3597 section 5."""
    return str(dns.rdatatype.to_text(dns.rdatatype.RdataType(number)))


@lru_cache(maxsize=65536)
def of_question(question: Question) -> bytes:
    """Return the question as it stands in a message, class IN. Raises ``ValueError`` for no name or no type."""
    return of_name(question.name) + struct.pack("!HH", of_type(question.type), _IN)


def query(number: int, question: bytes, *, edns: bool, dnssec: bool) -> bytes:
    """Return a query with the id *number*: recursion is not desired, and the server's name is (RFC 5001).

    Without *edns* there is no OPT record, and so neither DO nor NSID (RFC 6891 section 6.1.1).
    """
    header = struct.pack("!HHHHHH", number, 0, 1, 0, 0, edns)
    if not edns:
        return header + question
    option = struct.pack("!HH", NSID, 0)
    return header + question + b"\0" + struct.pack("!HHIH", OPT, PAYLOAD, _DO if dnssec else 0, len(option)) + option
