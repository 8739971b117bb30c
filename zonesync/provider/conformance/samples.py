"""Rdata of every type that zones hold, to be written and read back."""

from collections.abc import Mapping

_DIGEST = "0123456789abcdef" * 4

SAMPLES: Mapping[str, tuple[str, ...]] = {
    "A": ("192.0.2.1", "192.0.2.20", "192.0.2.3"),
    "AAAA": ("2001:db8::1", "2001:db8:0:1:1:1:1:1", "::ffff:192.0.2.1"),
    "AFSDB": ("1 afsdb.example.net.",),
    "CAA": ('0 issue "ca.example.net"', '0 issuewild ";"', '128 iodef "mailto:security@example.com"'),
    "CDNSKEY": ("257 3 13 mdsswUyr3DPW132mOi8V9xESWE8jTo0dxCjjnopKl+GqJxpVXckHAeF+KkxLbxILfDLUT0rAK9iUzy1L53eKGQ==",),
    "CDS": (f"12345 13 2 {_DIGEST}",),
    "CERT": ("1 12345 8 AwEAAaz/tAm8",),
    "CNAME": ("target.example.net.",),
    "CSYNC": ("66 3 A NS AAAA",),
    "DHCID": ("AAIBY2/AuCccgoJbsaxcQc9TUapptP69lOjxfNuVAA2kjEA=",),
    "DNAME": ("elsewhere.example.net.",),
    "DNSKEY": ("256 3 13 mdsswUyr3DPW132mOi8V9xESWE8jTo0dxCjjnopKl+GqJxpVXckHAeF+KkxLbxILfDLUT0rAK9iUzy1L53eKGQ==",),
    "DS": (f"12345 13 2 {_DIGEST}", f"12345 8 2 {_DIGEST[::-1]}"),
    "HINFO": ('"INTEL-386" "UNIX V"',),
    "HTTPS": (
        '1 . alpn="h2,h3" ipv4hint="192.0.2.1"',
        '2 svc.example.net. alpn="h2" port="8443" ipv6hint="2001:db8::1"',
    ),
    "IPSECKEY": ("10 1 2 192.0.2.38 AQNRU3mG7TVTO2BkR47usntb102uFJtugbo6BSGvgqt4AQ==",),
    "LOC": ("52 22 23.000 N 4 53 32.000 E -2.00m 1.00m 10000.00m 10.00m",),
    "MX": ("10 mail.example.net.", "20 mail2.example.net.", "10 another.example.net."),
    "NAPTR": (
        '100 10 "u" "sip+E2U" "!^.*$!sip:info@example.com!" .',
        '100 20 "s" "http+N2L" "" www.example.net.',
    ),
    "NS": ("ns1.example.org.", "ns2.example.org."),
    "OPENPGPKEY": ("AQNRU3mG7TVTO2BkR47usntb102uFJtugbo6BSGvgqt4AQ==",),
    "PTR": ("host.example.net.",),
    "RP": ("admin.example.net. info.example.net.",),
    "SMIMEA": (f"3 1 1 {_DIGEST}",),
    "SPF": ('"v=spf1 -all"',),
    "SRV": ("0 5 5060 sip.example.net.", "10 0 5061 sip2.example.net."),
    "SSHFP": ("4 2 " + _DIGEST, "1 1 0123456789abcdef0123456789abcdef01234567"),
    "SVCB": ('1 svc.example.net. alpn="dot" port="853"', '2 svc2.example.net. alpn="h2"'),
    "TLSA": (f"3 1 1 {_DIGEST}",),
    "TXT": ('"hello world"', '"v=spf1 include:_spf.example.net -all"', '"a;b"'),
    "TYPE65280": (r"\# 4 0a000001",),
    "URI": ('10 1 "https://www.example.com/path?x=1"',),
}
"""Values by type. At an owner name of its own each; CNAME and DNAME need that."""

TEXTS: tuple[bytes, ...] = (
    b"x",
    b"",
    b"a" * 254,
    b"b" * 255,
    b"c" * 256,
    b"d" * 510,
    b"e" * 511,
    bytes(range(0x20, 0x7F)) * 40,
    b'with "quotes" inside',
    rb"back\slash \" \\ \065",
    b"semi;colon (paren) @ $ORIGIN",
    b" leading and trailing ",
    b"tab\there",
    "bücher 本".encode(),
    bytes(range(256)),
)
"""TXT data as octets."""

_LENGTHS = (1, 127, 128, 254, 255, 256, 257, 509, 510, 511, 765, 1000, 2000, 3999, 4000)
_UNITS = (b'"', b"\\", b";", b"\xff", b" ", b'a "b"\\; c', b"\\065", "\u00e9".encode())

LONG_TEXTS: tuple[bytes, ...] = tuple((unit * 4000)[:length] for unit in _UNITS for length in _LENGTHS)
"""TXT data of what has to be escaped, at lengths about those of character strings and up to 4,000 octets."""

OWNERS: tuple[str, ...] = (
    "*",
    "*.deep.er",
    "_dmarc",
    "_443._tcp",
    "a-b",
    "0",
    "300",
    "in",
    "a",
    "soa",
    "x" * 63,
    "xn--bcher-kva",
    r"with\.dot",
    r"semi\;colon",
    r"at\@sign",
    r"quo\"te",
    r"back\\slash",
    r"sp\032ace",
    r"\001\255",
    "a/b",
    "star.*.inside",
    "-",
    "1.2.3.4",
    r"new\010line",
    r"dol\$lar",
    r"\"",
    f"{'l' * 63}.{'m' * 63}.{'n' * 63}",
)
"""Owner names below the zone, some of which tools get wrong."""
