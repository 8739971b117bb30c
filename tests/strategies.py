"""Hypothesis strategies for the model: canonical rdata of every type, RRsets, and whole zones that are valid.

Everything drawn is canonical already, so tests of other rooms need no rdata of their own:

    @given(zones())
    def test_a_plan_against_itself_is_empty(zone): ...
"""

import base64
import ipaddress
import string

from hypothesis import strategies as st

from zonesync.model import rdata
from zonesync.model.names import is_within, octets, parent
from zonesync.model.rrset import Key, RRset
from zonesync.model.zone import Zone, ZoneId

# How long an example takes says nothing about right and wrong, and depends on the machine.

APEX = "example.com."

u8 = st.sampled_from([0, 1, 9, 128, 255]) | st.integers(0, 255)
u16 = st.sampled_from([0, 1, 10, 443, 9999, 10000, 65535]) | st.integers(0, 65535)
u32 = st.sampled_from([0, 1, 3600, 2**31 - 1, 2**31, 2**32 - 1]) | st.integers(0, 2**32 - 1)
ttls = st.sampled_from([0, 1, 60, 300, 3600, 86400, 2**31 - 1]) | st.integers(0, 2**31 - 1)

_plain = st.from_regex(r"[a-z0-9]([a-z0-9-]{0,12}[a-z0-9])?", fullmatch=True)
_odd = st.sampled_from(["_sip", "_tcp", "a/b", r"\@", r"a\.b", r"sp\032ace", r"\000\255", "x" * 63, "xn--bcher-kva"])
labels = st.one_of(_plain, _plain, _plain, _odd)


def names(zone: str = "") -> st.SearchStrategy[str]:
    """Canonical names, or those within *zone*, the apex included."""
    suffix = st.just(zone) if zone else st.sampled_from([APEX, "example.net.", "mail.example.org.", "co.uk."])
    above = st.lists(labels, max_size=3).map(lambda parts: "".join(f"{part}." for part in parts))
    whole = st.tuples(above, suffix).map("".join).filter(lambda name: octets(name) <= 255)
    return whole if zone else whole | st.just(".")


strings = st.binary(max_size=255) | st.text(string.printable, max_size=80).map(str.encode)


def _fields(*parts: st.SearchStrategy[object] | str) -> st.SearchStrategy[str]:
    drawn = [st.just(part) if isinstance(part, str) else part for part in parts]
    return st.tuples(*drawn).map(lambda values: " ".join(str(value) for value in values if value != ""))


def _hex(*lengths: int) -> st.SearchStrategy[str]:
    return st.sampled_from(lengths).flatmap(lambda size: st.binary(min_size=size, max_size=size)).map(bytes.hex)


def _sized(header: st.SearchStrategy[str], sizes: dict[str, tuple[int, ...]]) -> st.SearchStrategy[str]:
    return st.sampled_from(sorted(sizes)).flatmap(lambda kind: _fields(header, kind, _hex(*sizes[kind])))


_base64 = st.binary(min_size=1, max_size=90).map(lambda data: base64.b64encode(data).decode())
_quoted = strings.map(lambda data: rdata.txt_from_strings([data]))
_long = st.binary(max_size=255).map(lambda data: rdata.txt_from_strings([data]))
_ipv4 = st.integers(0, 2**32 - 1).map(lambda number: str(ipaddress.IPv4Address(number)))
_ipv6 = (
    st.integers(0, 2**128 - 1).map(lambda number: number.to_bytes(16, "big"))
    | st.lists(st.sampled_from([b"\0\0", b"\0\1", b"\xff\xff", b" \1"]), min_size=8, max_size=8).map(b"".join)
).map(lambda data: rdata.from_wire("AAAA", data))
_none: st.SearchStrategy[object] = st.just("")
_texts = st.one_of(
    st.binary(max_size=600).map(rdata.txt_text),
    st.text(string.printable, max_size=100).map(lambda text: rdata.txt_text(text.encode())),
    st.lists(strings, min_size=1, max_size=4).map(rdata.txt_from_strings),
)
_ds = _sized(_fields(u16, u8), {"1": (20,), "2": (32,), "3": (32,), "4": (48,), "5": (1, 7)})
_tlsa = _sized(_fields(u8, u8), {"0": (1, 5, 300), "1": (32,), "2": (64,), "9": (1, 40)})
_key = _fields(u16, u8, u8, _base64)
_host = names()
_angles = st.tuples(st.integers(0, 59), st.integers(0, 59), st.integers(0, 999)).map(
    lambda p: f"{p[0]} {p[1]}.{p[2]:03d}"
)
_size = st.tuples(st.integers(0, 9), st.integers(0, 9)).map(
    lambda p: f"{p[0] * 10 ** p[1] // 100}.{p[0] * 10 ** p[1] % 100:02d}m"
)
_altitude = st.integers(-10_000_000, 4_284_967_295).map(
    lambda cm: f"{'-' * (cm < 0)}{abs(cm) // 100}.{abs(cm) % 100:02d}m"
)
# In the order of their numbers, which is that of canonical text (RFC 9460 section 2.2).
_PARAM_KEYS = ("alpn", "port", "ipv4hint", "ech", "ipv6hint", "dohpath", "key667")
_params = st.fixed_dictionaries(
    {},
    optional={
        "alpn": st.sampled_from(["h2", "h2,h3"]),
        "port": u16,
        "ipv4hint": _ipv4,
        "ech": st.just("AAT+DQAA"),
        "ipv6hint": _ipv6,
        "dohpath": st.just("/dns-query{?dns}"),
        "key667": st.just(r"hello\210qoo"),
    },
).map(lambda params: " ".join(f'{key}="{params[key]}"' for key in _PARAM_KEYS if key in params))
_svcb = _fields("0", _host) | _fields(u16.filter(bool), _host, _params)
_loc = _fields(
    st.integers(1, 89), _angles, st.sampled_from("NS"), st.integers(1, 179), _angles, st.sampled_from("EW"), _altitude
)

_GATEWAYS: dict[str, st.SearchStrategy[str]] = {"0": st.just("."), "1": _ipv4, "2": _ipv6, "3": _host}

_RDATA: dict[str, st.SearchStrategy[str]] = {
    "A": _ipv4,
    "AAAA": _ipv6,
    "ALIAS": _host,
    "CAA": _fields(u8, st.sampled_from(["issue", "issuewild", "iodef", "Tag9"]), _long),
    "CDNSKEY": _key,
    "CDS": _ds,
    "CERT": _fields(
        st.sampled_from(["PKIX", "PGP", "9", "65535"]), u16, st.sampled_from(["RSASHA256", "0", "200"]), _base64
    ),
    "CNAME": _host,
    "CSYNC": _fields(u32, u16, st.sampled_from(["", "A NS AAAA", "TXT TYPE65280"])),
    "DHCID": _base64,
    "DNAME": _host,
    "DNSKEY": _key,
    "DS": _ds,
    "HINFO": _fields(_quoted, _quoted),
    "HTTPS": _svcb,
    "IPSECKEY": st.one_of(*(_fields(u8, kind, u8, gateway, _base64) for kind, gateway in _GATEWAYS.items())),
    "LOC": _loc | _fields(_loc, _size, _size, _size).filter(lambda text: not text.endswith(" 1.00m 10000.00m 10.00m")),
    "MX": _fields(u16, _host),
    "NAPTR": _fields(u16, u16, _quoted, _quoted, _quoted, _host),
    "NS": _host,
    "OPENPGPKEY": _base64,
    "PTR": _host,
    "RP": _fields(_host, _host),
    "SMIMEA": _tlsa,
    "SOA": _fields(_host, _host, u32, u32, u32, u32, u32),
    "SPF": _texts,
    "SRV": _fields(u16, u16, u16, _host),
    "SSHFP": _sized(_fields(u8), {"1": (20,), "2": (32,), "7": (1, 64)}),
    "SVCB": _svcb,
    "TLSA": _tlsa,
    "TXT": _texts,
    "TYPE65280": st.binary(max_size=60).map(lambda data: f"\\# {len(data)} {data.hex()}".rstrip()),
    "URI": _fields(u16, u16, _long.filter(lambda text: text != '""')),
    "ZONEMD": _fields(u32, st.integers(1, 255), st.just("1"), _hex(48)),
}
RDATA_TYPES = tuple(sorted(_RDATA))
"""Every modelled type, and one that nobody knows."""


def rdatas(rtype: str) -> st.SearchStrategy[str]:
    """Canonical rdata of *rtype*."""
    return _RDATA[rtype]


_SINGLE = frozenset({"ALIAS", "CNAME", "DNAME", "SOA"})
_AT_APEX_ONLY = frozenset({"SOA", "ZONEMD"})
_ORDINARY = tuple(rtype for rtype in RDATA_TYPES if rtype not in {"SOA", "CNAME", "DNAME", "ALIAS"})


@st.composite
def rrsets(draw: st.DrawFn, zone: str = APEX, types: tuple[str, ...] = RDATA_TYPES) -> RRset:
    """One RRset of one of *types*, at a name within *zone*."""
    rtype = draw(st.sampled_from(types))
    name = zone if rtype in _AT_APEX_ONLY else draw(names(zone))
    return _rrset(draw, name, rtype)


def _rrset(draw: st.DrawFn, name: str, rtype: str) -> RRset:
    values = draw(st.lists(rdatas(rtype), min_size=1, max_size=1 if rtype in _SINGLE else 3, unique=True))
    return RRset(name, rtype, draw(ttls), tuple(sorted(values)))


@st.composite
def zones(draw: st.DrawFn, apex: str = APEX, types: tuple[str, ...] = RDATA_TYPES, max_size: int = 12) -> Zone:
    """A zone that a name server would load, its SOA and apex NS apart: see the rules in the code."""
    found: dict[Key, RRset] = {}
    for rrset in draw(st.lists(rrsets(apex, types), max_size=max_size)):
        if rrset.type == "SOA" or (rrset.type == "NS" and rrset.name == apex) or not _fits(rrset, found, apex):
            continue
        found[rrset.key] = rrset
    return Zone(ZoneId(apex), found)


def _fits(rrset: RRset, found: dict[Key, RRset], apex: str) -> bool:
    here = {key.type for key in found if key.name == rrset.name}
    if rrset.type in here or "CNAME" in here or (rrset.type == "CNAME" and (here or rrset.name == apex)):
        return False  # RFC 2181 section 10.1
    if rrset.type in {"A", "AAAA"} and "ALIAS" in here:
        return False
    if rrset.type == "ALIAS" and here & {"A", "AAAA"}:
        return False
    if rrset.type == "DNAME" and (rrset.name == apex or any(_below(key.name, rrset.name) for key in found)):
        return False  # RFC 6672 section 2.4
    if any(key.type in {"DNAME", "NS"} and _below(rrset.name, key.name) for key in found):
        return False  # no data below a DNAME, nor below a delegation
    if rrset.type == "DS" and rrset.name == apex:
        return False
    if rrset.type == "NS":
        return not here - {"DS"} and not any(_below(key.name, rrset.name) for key in found)
    return rrset.type == "DS" or "NS" not in here


def _below(name: str, ancestor: str) -> bool:
    return name != ancestor and is_within(name, ancestor) and parent(name) != name
