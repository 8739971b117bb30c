"""How often a resolver has to ask where some of a zone's name servers are dead, and how long that takes."""

import statistics
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import dns.rcode

from tests.lab.laboratory import Lab
from tests.lab.resolver import Resolver
from tests.lab.traffic import Traffic

ZONE = """\
$ORIGIN child.lab.
$TTL 1
@ IN SOA ns1.named.lab. hostmaster.child.lab. (
    1 ; serial
    3600 900 1209600 1 )
{nameservers}
* A 203.0.113.1
"""

EMPTY = """\
; Written by zonesync. Edits made here are undone by the next apply: change the zone's YAML file instead.
$ORIGIN child.lab.
$TTL 1
@ IN SOA ns1.knot.lab. hostmaster.child.lab. (
    1 ; serial
    3600 900 1209600 1 )
@ NS ns1.knot.lab.
"""


@dataclass(frozen=True, slots=True)
class Tried:
    """One lookup."""

    dead: int
    """Questions that went to servers which do not answer."""
    seconds: float
    is_answered: bool

    @property
    def tries(self) -> int:
        """How often a server of the zone was asked until one answered."""
        return self.dead + 1


def prepare(lab: Lab, hosts: Sequence[str], dead: Sequence[str] = ()) -> None:
    """Let the servers *hosts* have the zone, and those of the providers *dead* die."""
    lines = "\n".join(f"@ 86400 NS {host}" for host in hosts)
    for name in {host.split(".")[1] for host in hosts}:
        lab.serve(name, ZONE.format(nameservers=lines))
    lab.delegate(hosts)
    for name in dead:
        lab.kill(name)


def measure(
    lab: Lab, resolver: Resolver, hosts: Sequence[str], dead: Sequence[str], lookups: int, *, forgetting: bool
) -> list[Tried]:
    """Look up *lookups* names, each unknown so far; with *forgetting* by a resolver that has just started."""
    known = {
        host: address
        for one in lab.providers.values()
        for host, address in zip(one.hosts, one.machine.addresses, strict=True)
    }
    gone = {known[host] for host in hosts} & set(lab.addresses(*dead))
    asked_for: list[tuple[str, float, bool]] = []
    resolver.forget()
    with Traffic() as traffic:
        for number in range(lookups):
            if forgetting:
                resolver.forget()
            name = f"n{number}-{time.monotonic_ns()}.child.lab."
            start = time.monotonic()
            reply = resolver.ask(name, "A", timeout=60)
            is_answered = reply.rcode() == dns.rcode.NOERROR and bool(reply.answer)
            asked_for.append((name, time.monotonic() - start, is_answered))
    lost = Counter(one.name for one in traffic.seen if one.address in gone)
    return [Tried(lost[name], seconds, is_answered) for name, seconds, is_answered in asked_for]


@dataclass(frozen=True, slots=True)
class Figures:
    """What many lookups needed."""

    lookups: int
    failed: int
    mean: float
    median: float
    p95: float
    most: int
    to_dead: float
    """Share of the questions that dead servers got."""
    median_ms: float
    p95_ms: float
    most_ms: float

    def __str__(self) -> str:
        return (
            f"{self.lookups} lookups, {self.failed} failed; tries: mean {self.mean:.2f}, median {self.median:g}, "
            f"p95 {self.p95:g}, most {self.most}; to dead servers {self.to_dead:.0%}; "
            f"ms: median {self.median_ms:.1f}, p95 {self.p95_ms:.0f}, most {self.most_ms:.0f}"
        )


def figures(found: Sequence[Tried]) -> Figures:
    """Sum *found* up."""
    tries = sorted(one.tries for one in found)
    times = sorted(one.seconds * 1000 for one in found)
    return Figures(
        len(found),
        sum(not one.is_answered for one in found),
        statistics.fmean(tries),
        statistics.median(tries),
        _share(tries, 0.95),
        tries[-1],
        sum(one.dead for one in found) / max(1, sum(tries)),
        statistics.median(times),
        _share(times, 0.95),
        times[-1],
    )


def _share(ordered: Sequence[float], share: float) -> float:
    """Return what *share* of the values do not exceed (nearest rank)."""
    return ordered[max(0, -(-len(ordered) * round(share * 100) // 100) - 1)]
