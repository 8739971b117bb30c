"""The four characters of the in-memory provider: the ways in which real services differ, one of each."""

import enum
from dataclasses import dataclass

from zonesync.provider.contract import AliasSupport, ApexNs, Capabilities
from zonesync.provider.memory_spelling import (
    OctalSpelling,
    ReorderedSpelling,
    Spelling,
    UndottedSpelling,
)


class Character(enum.StrEnum):
    """Which kind of service is played."""

    BATCH = "batch"
    """Atomic batches; a delete names the RRset exactly."""
    ORDERED = "ordered"
    """Atomic batches; a delete names the values in the order in which they are stored."""
    SINGLE = "single"
    """One call for each RRset, without compare-and-swap; RRsets carry fields that the model does not know."""
    FILE = "file"
    """The whole zone is replaced at once, if it is still the version that was read."""


class Exactness(enum.StrEnum):
    """What the service compares before it overwrites."""

    VALUES = "values"
    ORDER = "order"
    EXISTENCE = "existence"


@dataclass(frozen=True, slots=True)
class Traits:
    """All that sets one character apart."""

    capabilities: Capabilities
    spelling: Spelling
    exactness: Exactness
    batch: int
    """Deletions and additions that one call takes."""
    bumps_serial: bool = False
    """Whether the service counts the SOA serial up at each call."""


_COMMON = "A AAAA CAA CNAME DS HTTPS MX NAPTR NS PTR SOA SPF SRV SSHFP SVCB TLSA TXT"

TRAITS = {
    Character.BATCH: Traits(
        Capabilities(
            types=frozenset(_COMMON.split()),
            apex_ns=ApexNs.NON_EMPTY,
            keeps_txt_boundaries=False,
            premade_apex=True,
            assigns_nameservers=True,
            atomic=True,
            compare_and_swap=True,
            max_values=400,
            max_txt=4000,
        ),
        OctalSpelling(),
        Exactness.VALUES,
        batch=1000,
    ),
    Character.ORDERED: Traits(
        Capabilities(
            types=frozenset(f"{_COMMON} DNSKEY IPSECKEY".split()),
            apex_ns=ApexNs.NON_EMPTY,
            alias=AliasSupport.APEX,
            premade_apex=True,
            assigns_nameservers=True,
            atomic=True,
            compare_and_swap=True,
        ),
        ReorderedSpelling(),
        Exactness.ORDER,
        batch=1000,
        bumps_serial=True,
    ),
    Character.SINGLE: Traits(
        Capabilities(
            types=frozenset(f"{_COMMON} AFSDB CERT DNAME HINFO RP URI".split()),
            apex_ns=ApexNs.NON_EMPTY,
            alias=AliasSupport.ANYWHERE,
            soa_fields=frozenset({"refresh", "retry", "expire", "minimum"}),
            keeps_txt_boundaries=False,
            premade_apex=True,
            assigns_nameservers=True,
        ),
        UndottedSpelling(),
        Exactness.EXISTENCE,
        batch=1,
        bumps_serial=True,
    ),
    Character.FILE: Traits(
        Capabilities(
            types=None,
            apex_ns=ApexNs.FULL,
            atomic=True,
            compare_and_swap=True,
            isolates=False,
            lists_views=True,
            local=True,
        ),
        Spelling(),
        Exactness.VALUES,
        batch=2**31,
        bumps_serial=True,
    ),
}
