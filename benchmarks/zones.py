"""Seeded synthetic zones: the shape of a company's large zone, without one finding of lint.

The mix of types is that of a large zone as hosted providers see it, 1.357 records an RRset. Owners, values and TTLs
depend on nothing but the seed and the size, so that two machines measure the same bytes.
"""

import base64
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

APEX_TTL = 86400
APEX_NS = ("ns1.dns.example.net.", "ns2.dns.example.net.")
DEFAULT_TTL = 3600
SERIAL = 2026010100

MIX: Mapping[str, float] = {
    "A": 0.458,
    "CNAME": 0.204,
    "TXT": 0.142,
    "AAAA": 0.097,
    "MX": 0.050,
    "SRV": 0.016,
    "CAA": 0.009,
    "NS": 0.010,
    "DS": 0.005,
    "SSHFP": 0.004,
    "TLSA": 0.003,
    "HTTPS": 0.001,
    "NAPTR": 0.001,
    "PTR": 0.001,
}
"""Shares of RRsets by type; apex NS and SOA come on top."""

_WORDS = ("web", "api", "db", "mail", "cache", "app", "node", "edge", "build", "log", "auth", "git", "img", "vpn")
_TEAMS = ("core", "shop", "search", "media", "billing", "infra", "data", "mobile", "labs", "support")
_REGIONS = ("eu-west", "eu-north", "us-east", "us-west", "ap-south")
_TTLS = (DEFAULT_TTL, DEFAULT_TTL, DEFAULT_TTL, 300, 600, 1800, 7200, 86400)
_RSA_HEAD = bytes.fromhex("30820122300d06092a864886f70d01010105000382010f003082010a0282010100")
_RSA_TAIL = bytes.fromhex("0203010001")
"""What stands before and after the modulus of a 2048-bit public key (RFC 5280 section 4.1, exponent 65537)."""


@dataclass(frozen=True, slots=True)
class Record:
    """One RRset: owner relative to the zone (``@`` is the apex), values as presentation text, TXT as bare text."""

    owner: str
    type: str
    ttl: int
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Zone:
    """A zone without its apex NS and SOA, which the writers add."""

    name: str
    """With the final dot."""
    records: tuple[Record, ...]
    referenced: frozenset[str]
    """Owners that others point at; they must keep their addresses."""


def make(name: str, size: int, seed: int) -> Zone:
    """Return zone *name* of *size* RRsets, sorted by owner."""
    maker = _Maker(name, size, random.Random(f"{seed}/{name}/{size}"))
    records = sorted(maker.records(), key=lambda record: (record.owner, record.type))
    return Zone(name, tuple(records), frozenset(maker.referenced))


def changed(zone: Zone, seed: int, share: float = 0.01) -> Zone:
    """Return *zone* with *share* of its RRsets different: three in five changed, one added, one deleted."""
    rng = random.Random(f"{seed}/changed/{zone.name}")
    total = max(3, round(len(zone.records) * share))
    deleted = added = total // 5
    free = [n for n, record in enumerate(zone.records) if _may_go(zone, record)]
    picked = rng.sample(free, total - added)
    gone, other = set(picked[:deleted]), set(picked[deleted:])
    records = [_other(record, rng) if n in other else record for n, record in enumerate(zone.records) if n not in gone]
    records += [Record(f"added-{n}", "A", DEFAULT_TTL, (_ipv4(rng),)) for n in range(added)]
    records.sort(key=lambda record: (record.owner, record.type))
    return replace(zone, records=tuple(records))


def _may_go(zone: Zone, record: Record) -> bool:
    return record.type in {"A", "AAAA", "CNAME", "TXT", "MX"} and record.owner not in zone.referenced


def _other(record: Record, rng: random.Random) -> Record:
    match record.type:
        case "A":
            return replace(record, values=(*record.values[1:], _ipv4(rng)))
        case "AAAA":
            return replace(record, values=(*record.values[1:], _ipv6(rng)))
        case "TXT":
            return replace(record, values=(f"{record.values[0]}0", *record.values[1:]))
        case _:
            return replace(record, ttl=record.ttl + 60)


def _ipv4(rng: random.Random) -> str:
    return f"{rng.randint(45, 95)}.{rng.randint(1, 254)}.{rng.randint(0, 255)}.{rng.randint(1, 254)}"


def _ipv6(rng: random.Random) -> str:
    return f"2a0{rng.randint(1, 9)}:{rng.randint(1, 0xFFFF):x}:{rng.randint(1, 0xFFFF):x}::{rng.randint(1, 0xFFFF):x}"


def _hex(rng: random.Random, octets: int) -> str:
    return rng.randbytes(octets).hex()


def _base64(rng: random.Random, octets: int) -> str:
    return base64.b64encode(rng.randbytes(octets)).decode()


def _rsa_key(rng: random.Random) -> str:
    modulus = rng.getrandbits(2048) | 1 << 2047 | 1
    return base64.b64encode(_RSA_HEAD + modulus.to_bytes(256) + _RSA_TAIL).decode()


class _Maker:
    """Makes the RRsets of one zone, type by type; TTLs are those of the owner, as lint wants them."""

    def __init__(self, name: str, size: int, rng: random.Random) -> None:
        self.name = name
        self.size = size
        self.rng = rng
        self.count = {rtype: int(size * share) for rtype, share in MIX.items()}
        self.count["A"] += size - sum(self.count.values())
        self.hosts = [self._host(n) for n in range(self.count["A"])]
        self.ttls = {host: rng.choice(_TTLS) for host in self.hosts}
        self.referenced: set[str] = set()

    def _host(self, number: int) -> str:
        word = self.rng.choice(_WORDS)
        match self.rng.randrange(5):
            case 0 | 1:
                return f"{word}-{number}"
            case 2 | 3:
                return f"{word}{number}.{self.rng.choice(_TEAMS)}"
            case _:
                return f"{word}-{number}.{self.rng.choice(_TEAMS)}.{self.rng.choice(_REGIONS)}"

    def _target(self) -> str:
        """An in-zone host two times in three, else a name elsewhere."""
        if self.rng.randrange(3):
            host = self.rng.choice(self.hosts)
            self.referenced.add(host)
            return f"{host}.{self.name}"
        return f"{self.rng.choice(_WORDS)}{self.rng.randrange(1000)}.{self.rng.choice(_TEAMS)}.example.net."

    def _targets(self, count: int) -> list[str]:
        found: dict[str, None] = {}
        while len(found) < count:
            found[self._target()] = None
        return list(found)

    def _some(self, count: int) -> list[str]:
        """*count* different hosts (the small zones may have fewer)."""
        return self.rng.sample(self.hosts, min(count, len(self.hosts)))

    def _ttl(self) -> int:
        return self.rng.choice(_TTLS)

    def records(self) -> Iterator[Record]:
        yield from self._addresses()
        yield from self._aliases()
        mail = self._some(self.count["MX"])
        for host in mail:
            exchanges = self._targets(self.rng.choice((1, 2, 2, 3)))
            yield Record(host, "MX", self.ttls[host], tuple(f"{10 * n + 10} {x}" for n, x in enumerate(exchanges)))
        yield from self._texts(mail)
        yield from self._services()
        yield from self._delegations()
        yield from self._keys()

    def _addresses(self) -> Iterator[Record]:
        rng = self.rng
        for host in self.hosts:
            count = rng.choices((1, 2, 3, 4), (67, 20, 9, 4))[0]
            yield Record(host, "A", self.ttls[host], tuple(sorted({_ipv4(rng) for _ in range(count)})))
        for host in self._some(self.count["AAAA"]):
            count = rng.choices((1, 2), (70, 30))[0]
            yield Record(host, "AAAA", self.ttls[host], tuple(sorted({_ipv6(rng) for _ in range(count)})))

    def _aliases(self) -> Iterator[Record]:
        for n in range(self.count["CNAME"]):
            owner = f"www-{n}" if n % 3 else f"cdn{n}.{self.rng.choice(_TEAMS)}"
            yield Record(f"*.{owner}" if n % 50 == 7 else owner, "CNAME", self._ttl(), (self._target(),))
        for n in range(self.count["PTR"]):
            yield Record(f"ptr-{n}", "PTR", self._ttl(), (self._target(),))

    def _texts(self, mail: list[str]) -> Iterator[Record]:
        rng, left = self.rng, self.count["TXT"]
        for n in range(left):
            base = mail[n % len(mail)] if mail else self.hosts[0]
            turn = n // max(1, len(mail))
            address, token = _ipv4(rng), _base64(rng, 24).rstrip("=")
            if turn == 0:
                spf = f"v=spf1 ip4:{address} include:_spf{n % 9}.mail.example.net -all"
                yield Record(base, "TXT", self.ttls[base], (spf, f"site-verification={token}")[: 1 + n % 2])
            elif turn == 1:
                dmarc = "v=DMARC1; p=reject; rua=mailto:dmarc@reports.example.net"
                yield Record(f"_dmarc.{base}", "TXT", self._ttl(), (dmarc,))
            elif n % 5 == 0:
                key = f"v=DKIM1; k=rsa; p={_rsa_key(rng)}"
                yield Record(f"s{n}._domainkey.{base}", "TXT", self._ttl(), (key,))
            else:
                yield Record(f"_token-{n}.{base}", "TXT", self._ttl(), (f"owner={rng.choice(_TEAMS)} id={token}",))

    def _services(self) -> Iterator[Record]:
        rng = self.rng
        for host in self._some(self.count["SRV"]):
            values = tuple(f"{10 * n} {rng.randint(1, 99)} {rng.randint(80, 9999)} {target}"
                           for n, target in enumerate(self._targets(rng.choice((1, 2)))))  # fmt: skip
            yield Record(f"_sip._tcp.{host}", "SRV", self.ttls[host], values)
        for host in self._some(self.count["CAA"]):
            values = ('0 iodef "mailto:security@example.net"', '0 issue "ca.example.net"')[rng.randrange(2) :]
            yield Record(host, "CAA", self.ttls[host], values)
        for host in self._some(self.count["HTTPS"]):
            yield Record(host, "HTTPS", self.ttls[host], ('1 . alpn="h2,h3"',))
        for host in self._some(self.count["NAPTR"]):
            value = f'10 100 "S" "SIP+D2T" "" _sip._tcp.{rng.choice(_TEAMS)}.example.net.'
            yield Record(host, "NAPTR", self.ttls[host], (value,))

    def _delegations(self) -> Iterator[Record]:
        rng = self.rng
        for n in range(max(self.count["NS"], self.count["DS"])):
            child = f"child-{n}.{rng.choice(_REGIONS)}"
            servers = tuple(f"ns{k}.{rng.choice(_TEAMS)}{n % 97}.example.net." for k in (1, 2))
            yield Record(child, "NS", 86400, servers)
            if n < self.count["DS"]:
                yield Record(child, "DS", 86400, (f"{rng.randint(1, 65535)} 13 2 {_hex(rng, 32)}",))

    def _keys(self) -> Iterator[Record]:
        rng = self.rng
        for host in self._some(self.count["SSHFP"]):
            values = tuple(f"{algorithm} 2 {_hex(rng, 32)}" for algorithm in (1, 4)[: rng.choice((1, 2))])
            yield Record(host, "SSHFP", self.ttls[host], values)
        for host in self._some(self.count["TLSA"]):
            yield Record(f"_443._tcp.{host}", "TLSA", self.ttls[host], (f"3 1 1 {_hex(rng, 32)}",))
