"""Mutants of good files: seeded, so that each can be made again from its kind and number."""

import random
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from tests.support.shared import SHARED

TREE = Path(__file__).resolve().parents[2]
MAX_SOURCE = 12_000
"""Octets of a file of the corpora that is worth mutating: what is longer takes its time without showing more."""

KITCHEN_SINK = b"""\
zone: example.com
view: internal
ttl: 1h
providers: [primary, secondary]
nameservers: {ttl: 1d, auto: {primary: 2, secondary: 2}}
soa: {mname: ns1.example.net., rname: hostmaster.example.com., minimum: 5m}
unmanaged: keep
ignore:
  - {name: "_acme-challenge.*", type: TXT}
  - {owner: external-dns}
allow: [{rule: low-ttl, until: 2027-01-31, reason: move of the mail host}]
lint: {ignore: [low-ttl]}
records:
  "@":
    A: &a [192.0.2.1, 192.0.2.2]
    MX: [10 mail, 20 mx.backup.example.net.]
    TXT: [v=spf1 include:_spf.example.net -all, ["k=1", "k=2"], {base64: AAEC}]
    CAA: [{flags: 0, tag: issue, value: ca.example.net}]
  www: {CNAME: "@"}
  other: {A: *a}
  api:
    A: {ttl: 60, values: [192.0.2.20], comment: why, only: [primary]}
    SRV: [{priority: 0, weight: 5, port: 443, target: api}]
    TYPE65280: '\\# 3 abcdef'
    LOC: 52 22 23.000 N 4 53 32.000 E -2.00m 0.00m 10000m 10m
    NAPTR: 100 10 "u" "E2U+sip" "!^.*$!sip:info@example.com!" .
  cdn: {A: {by_provider: {primary: [192.0.2.9], default: [192.0.2.8]}, comment: differs}}
  b\xc3\xbccher: {TXT: "\xc3\xa4\\t\\x01\\u202e"}
  mail: {A: 192.0.2.25, AAAA: 2001:db8::25, TLSA: 3 1 0 ab, SSHFP: 1 9 ab}
"""
"""Every form that a zone's YAML can take."""

ZONE_FILE = b"""\
$ORIGIN example.com.
$TTL 1h
@ IN SOA ns1 hostmaster ( 2026010101 ; serial
    3600 900 1209600 300 )
  NS ns1
  NS ns2.example.net.
  MX 10 mail
  TXT "v=spf1 -all" "a \\"quoted\\" \\059 text"
ns1 300 IN A 192.0.2.53
mail 2h A 192.0.2.25
     AAAA 2001:db8::25
www CNAME @
_sip._tcp SRV 10 60 5060 mail
*.dev TXT wild
$GENERATE 1-9/2 host-${0,3,d} A 192.0.2.$
svc HTTPS 1 . alpn="h2,h3" port=8443
odd TYPE65280 \\# 3 abcdef
a\\.b\\032c A 192.0.2.7
loc LOC 52 22 23.000 N 4 53 32.000 E -2.00m 0.00m 10000m 10m
$ORIGIN sub.example.com.
@ NS ns1.sub
ns1 A 192.0.2.66
"""
"""Every form that a zone file can take."""

CONFIGURATION = b"""\
zones: [zones/*.yaml]
state: .zonesync
defaults: {ttl: 1h, providers: [primary, secondary]}
providers:
  primary: {type: bind, directory: build/primary, nameservers: [ns1.example.net., ns2.example.net.], serial: date}
  secondary: {type: bind, directory: build/secondary, nameservers: [ns1.example.org., ns2.example.org.]}
safety: {max_deletes: 30%, max_changes: 60%, always_allow: 3}
lint: {ignore: [documentation-address]}
"""

_NUMBERS = [b"-1", b"0", b"65536", b"4294967296", b"9" * 40, b"9" * 5000, b"1e999", b"0x10", b"1_000", b"3w2d", b"NaN"]
_COMMON = [
    *_NUMBERS,
    b"\0",
    b"\xff\xfe",
    b"\xef\xbb\xbf",
    b"\xc2\x85",
    b"\xe2\x80\xa8",
    b"\xe2\x80\xae",
    b"\xed\xa0\x80",
    b"\xf4\x90\x80\x80",
    b"\x1b[31m",
    b"\x07",
    b"\r",
    b"\r\n",
    b"\t",
    b"\x7f",
    b"\n\n",
    b'"',
    b"'",
    b"(",
    b")",
    b"\\",
    b"\\\n",
    b"\\999",
    b"\\25",
    b"$",
    b"@",
    b"*",
    b"*.",
    b".",
    b"..",
    b"a" * 64,
    b"a." * 130,
    b"x" * 70_000,
    b"xn--",
    b"xn--a",
    b"-",
    b"_",
    b"/",
    b"%2F",
    b"\xc3\xbc" * 40,
    b"\xf0\x9f\x92\xa9",
    b"::",
    b"::ffff:1.2.3.4",
    b"1.2.3",
    b"256.1.1.1",
    b"\\# 70000 ",
    b"\\# 1 zz",
]
_YAML = [
    *_COMMON,
    b"[" * 2000,
    b"{" * 2000,
    b"- " * 2000,
    b"? " * 500,
    b"[[[[",
    b"]]]]",
    b"{{",
    b"}}",
    b": ",
    b"- ",
    b"&a ",
    b"*a",
    b"*none",
    b"&x [*x]",
    b"!!python/object/apply:os.system ['true']",
    b"!!binary ",
    b"!!set ",
    b"!local ",
    b"!<tag:x> ",
    b"<<: *a",
    b"<<: [*a, *a]",
    b"---\n",
    b"...\n",
    b"%YAML 9.9\n",
    b"%TAG ! x\n",
    b"|\n",
    b">+9\n",
    b"~",
    b"null",
    b"yes",
    b"010",
    b"1:30",
    b"2027-01-31",
    b"records: ",
    b"by_provider: ",
    b"values: ",
    b"ALIAS: ",
    b"ttl: ",
    b"include: [../../../etc/passwd]",
    b"include: [/dev/zero]",
    b"include: [example.com.yaml]",
    b"{alias: {target: x.}}",
    b"{base64: '!'}",
    b"${HOME}",
    b"${",
    b"zones: ['**/*']",
    b"type: route53",
    b"a: &a [x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a]\nc: [*b,*b,*b,*b,*b,*b,*b,*b]\n",
]
_ZONE = [
    *_COMMON,
    b"$ORIGIN ",
    b"$TTL ",
    b"$INCLUDE /etc/passwd\n",
    b"$INCLUDE zone\n",
    b"$INCLUDE ../../x\n",
    b"$INCLUDE .\n",
    b"$UNKNOWN x\n",
    b"$GENERATE 1-2000000000 a$ A 192.0.2.1\n",
    b"$GENERATE 9-1 a$ A 192.0.2.1\n",
    b"$GENERATE 1-3/0 a$ A 192.0.2.1\n",
    b"$GENERATE 0-65535 $.$.$ PTR a${-5,99,x}\n",
    b"$GENERATE 1-5 ${ A 192.0.2.$\n",
    b" IN ",
    b" CH ",
    b" ANY ",
    b" TYPE0 ",
    b" TYPE65536 ",
    b" SOA ",
    b" NSEC3 1 0 0 - ",
    b" RRSIG ",
    b" OPT ",
    b" TSIG ",
    b" AXFR ",
    b"(" * 300,
    b")" * 300,
    b";" * 300,
    b" \\# 4 c0000201 ",
    b"\\[x10/4]",
]
_JSON = [
    *_COMMON,
    b"[" * 100_000,
    b'{"a":' * 2000,
    b"null",
    b"true",
    b"{}",
    b"[]",
    b'""',
    b"1e400",
    b"-0",
    b"NaN",
    b"Infinity",
    b'"\\ud800"',
    b'"before":',
    b'"after":null',
    b'"computed":{"primary":1}',
    b'"kind":"manual"',
    b'"format":2',
    b'"\\u0000"',
    b"9" * 5000,
]
DICTIONARIES = {"yaml": _YAML, "zonefile": _ZONE, "config": _YAML, "plan": _JSON}


def sources(kind: str) -> list[bytes]:
    """Return the good files that mutants of *kind* start from."""
    shared = sorted((TREE / "zones").rglob("*.yaml"))
    if kind == "yaml":
        files = [*shared, *_small((SHARED / "corpora" / "octodns").rglob("*.yaml"))[:10]]
        return [KITCHEN_SINK] * 10 + [file.read_bytes() for file in shared] * 5 + [file.read_bytes() for file in files]
    if kind == "zonefile":
        files = _small((SHARED / "corpora" / "bind" / "zones").rglob("*__*"))
        return [ZONE_FILE] * (20 + len(files) // 2) + [file.read_bytes() for file in files]
    return [CONFIGURATION]


def _small(files: Iterable[Path]) -> list[Path]:
    return sorted(file for file in files if file.is_file() and file.stat().st_size <= MAX_SOURCE)


def mutant(kind: str, number: int, good: Sequence[bytes]) -> bytes:
    """Return the mutant *number* of *kind*: one of *good*, changed in one to four ways."""
    rng = random.Random(f"{kind} {number}")
    data = rng.choice(good)
    for _ in range(rng.choice((1, 1, 1, 1, 1, 2, 2, 3, 4))):
        data = rng.choice(_WAYS)(rng, data, DICTIONARIES[kind], good)
    return data


def _range(rng: random.Random, data: bytes, most: int = 200) -> tuple[int, int]:
    start = rng.randint(0, len(data))
    return start, min(len(data), start + rng.randint(1, most))


def _flip(rng: random.Random, data: bytes, _words: Sequence[bytes], _good: Sequence[bytes]) -> bytes:
    changed = bytearray(data)
    for _ in range(rng.randint(1, 8) if data else 0):
        changed[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
    return bytes(changed)


def _noise(rng: random.Random, data: bytes, _words: Sequence[bytes], _good: Sequence[bytes]) -> bytes:
    start, _ = _range(rng, data)
    return data[:start] + rng.randbytes(rng.randint(1, 12)) + data[start:]


def _delete(rng: random.Random, data: bytes, _words: Sequence[bytes], _good: Sequence[bytes]) -> bytes:
    start, end = _range(rng, data)
    return data[:start] + data[end:]


def _cut(rng: random.Random, data: bytes, _words: Sequence[bytes], _good: Sequence[bytes]) -> bytes:
    return data[: rng.randint(0, len(data))]


def _double(rng: random.Random, data: bytes, _words: Sequence[bytes], _good: Sequence[bytes]) -> bytes:
    start, end = _range(rng, data)
    return data[:end] + data[start:end] * rng.choice((1, 1, 2, 20, 400)) + data[end:]


def _splice(rng: random.Random, data: bytes, _words: Sequence[bytes], good: Sequence[bytes]) -> bytes:
    other = rng.choice(good)
    start, end = _range(rng, other, 400)
    at, upto = _range(rng, data)
    return data[:at] + other[start:end] + data[upto:]


def _insert(rng: random.Random, data: bytes, words: Sequence[bytes], _good: Sequence[bytes]) -> bytes:
    at = rng.randint(0, len(data))
    return data[:at] + rng.choice(words) + data[at:]


def _line(rng: random.Random, data: bytes, words: Sequence[bytes], _good: Sequence[bytes]) -> bytes:
    """Insert, swap or re-indent whole lines."""
    lines = data.split(b"\n")
    one, other = rng.randrange(len(lines)), rng.randrange(len(lines))
    match rng.randrange(4):
        case 0:
            lines[one], lines[other] = lines[other], lines[one]
        case 1:
            lines.insert(one, rng.choice(words))
        case 2:
            lines.insert(one, lines[other])
        case _:
            lines[one] = b" " * rng.randint(0, 9) + lines[one].strip()
    return b"\n".join(lines)


def _word(rng: random.Random, data: bytes, words: Sequence[bytes], _good: Sequence[bytes]) -> bytes:
    """Put another word in the place of a word: one of the file's own, or a hostile one."""
    there = data.split(b" ")
    at = rng.randrange(len(there))
    tail = b"\n" if there[at].endswith(b"\n") else b""
    there[at] = (rng.choice(there) if rng.random() < 0.4 else rng.choice(words)) + tail
    return b" ".join(there)


def _letter(rng: random.Random, data: bytes, _words: Sequence[bytes], _good: Sequence[bytes]) -> bytes:
    """Write another letter or digit in the place of one: most such files are still valid, and mean something else."""
    places = [place for place, octet in enumerate(data) if octet < 128 and chr(octet).isalnum()]
    if not places:
        return data
    place = rng.choice(places)
    there = b"0123456789" if chr(data[place]).isdigit() else b"abcdefghijklmnopqrstuvwxyzABZ"
    return data[:place] + bytes([rng.choice(there)]) + data[place + 1 :]


def _without_line(rng: random.Random, data: bytes, _words: Sequence[bytes], _good: Sequence[bytes]) -> bytes:
    lines = data.split(b"\n")
    del lines[rng.randrange(len(lines))]
    return b"\n".join(lines)


_Way = Callable[[random.Random, bytes, Sequence[bytes], Sequence[bytes]], bytes]
_WAYS: list[_Way] = [
    _flip,
    _noise,
    _delete,
    _cut,
    _double,
    _splice,
    _insert,
    _insert,
    _line,
    _line,
    _word,
    _word,
    _word,
]
_WAYS += [_letter, _letter, _letter, _letter, _without_line]
