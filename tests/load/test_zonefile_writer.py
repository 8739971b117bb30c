"""Zone files that we write: the same bytes each time, nothing lost, and every server loads them."""

import random
import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.servers import need
from zonesync.load.zonefile import read_zonefile, write_zonefile
from zonesync.model.names import join
from zonesync.model.rrset import RRset

APEX = [
    RRset.of("example.com", "SOA", 300, ["ns1.example.com. host.example.com. 2024010101 3600 900 1209600 300"]),
    RRset.of("example.com", "NS", 86400, ["ns1.example.com.", "ns2.example.net."]),
]
SPECIAL_NAMES = [
    "\\@",
    "\\$ttl",
    "\\$ORIGIN",
    "in",
    "a",
    "300",
    "1h",
    "txt",
    "*",
    "*.dev",
    "a\\.b",
    "a\\032b",
    "\\000\\255",
    "\\;x",
    "\\(x\\)",
]
SPECIAL_NAMES += [
    '\\"q',
    "\\\\",
    "_x._tcp",
    "0/25",
    "x" * 63,
    ".".join(["x" * 49] * 4),
    "cname.in.300",
    "ix",
    "type1",
    "class1",
]
VALUES = [
    ("A", "192.0.2.1"),
    ("AAAA", "2001:db8::1"),
    ("AFSDB", "1 afs.example.com."),
    ("APL", "1:192.0.2.0/24 !2:2001:db8::/32"),
    ("CAA", '0 issue "ca.org; policy=ev"'),
    ("CDNSKEY", "257 3 13 mdsswUyr3DPW132mOi8V9xESWE8jTo0dxCjjnopKl+GqJxpVXckHAeF+KkxLbxILfDLUT0rAK9iUzy1L53eKGQ=="),
    ("CDS", f"1 13 2 {'ab' * 32}"),
    ("CERT", "1 1 8 AQID"),
    ("CSYNC", "1 3 A NS AAAA"),
    ("DHCID", "AAIBY2/AuCccgoJbsaxcQc9TUapptP69lOjxfNuVAA2kjEA="),
    ("DNSKEY", "257 3 13 mdsswUyr3DPW132mOi8V9xESWE8jTo0dxCjjnopKl+GqJxpVXckHAeF+KkxLbxILfDLUT0rAK9iUzy1L53eKGQ=="),
    ("DS", f"1 13 2 {'ab' * 32}"),
    ("EUI48", "00-00-5e-00-53-2a"),
    ("EUI64", "00-00-5e-ef-10-00-00-2a"),
    ("HINFO", '"x86" "a b"'),
    ("HTTPS", '1 . alpn="h2,h3" port="443" ipv4hint="192.0.2.1"'),
    ("HTTPS", '1 . dohpath="/dns{?dns}"'),
    ("SVCB", '1 svc.example.net. key65000="a b\\"c"'),
    ("SVCB", "0 svc.example.net."),
    ("IPSECKEY", "10 1 2 192.0.2.38 AQID"),
    ("KX", "1 kx.example.com."),
    ("L32", "10 10.1.2.0"),
    ("L64", "10 2001:0db8:1140:1000"),
    ("LOC", "52 22 23.000 N 4 53 32.000 E -2.00m 1.00m 10000.00m 10.00m"),
    ("LP", "10 l64.example.com."),
    ("MX", "10 mail.example.com."),
    ("NAPTR", '100 10 "u" "E2U+sip" "!^.*$!sip:x@example.com!" .'),
    ("NID", "10 0014:4fff:ff20:ee64"),
    ("OPENPGPKEY", "AQIDBA=="),
    ("PTR", "a\\.b.example.com."),
    ("RP", "a.example.com. ."),
    ("SMIMEA", f"3 0 1 {'ab' * 32}"),
    ("SPF", '"v=spf1 -all"'),
    ("SRV", "0 5 443 api.example.com."),
    ("SSHFP", f"4 2 {'ab' * 32}"),
    ("TLSA", f"3 1 1 {'ab' * 32}"),
    ("TXT", '"v=DKIM1; p=x" "" "\\000\\255\\"\\\\" "(;)"'),
    ("TXT", " ".join([f'"{"x" * 255}"'] * 40)),
    ("TYPE65280", "\\# 3 010203"),
    ("TYPE65281", "\\# 0"),
    ("URI", '10 1 "https://example.com/"'),
    ("WALLET", '"BTC" "x"'),
    ("AMTRELAY", "10 0 1 192.0.2.1"),
    ("RESINFO", '"qnamemin"'),
]
EVERYTHING = [
    *APEX,
    RRset.of("ns1.example.com", "A", 300, ["192.0.2.53"]),
    *(RRset.of(f"{name}.example.com.", "TXT", number, [f'"{number}"']) for number, name in enumerate(SPECIAL_NAMES)),
    *(RRset.of(f"v{number}.example.com.", rtype, 300, [text]) for number, (rtype, text) in enumerate(VALUES)),
]


def test_a_zone_file_looks_like_this():
    rrsets = [
        RRset.of("www.example.com", "A", 300, ["192.0.2.2", "192.0.2.1"]),
        RRset.of("a.dev.example.com", "CNAME", 60, ["www.example.com."]),
        RRset.of("example.com", "MX", 300, ["10 mail.example.com."]),
        *APEX,
    ]
    assert write_zonefile(rrsets, "example.com", header="made by hand\n\n; twice") == (
        "; made by hand\n"
        ";\n"
        "; twice\n"
        "$ORIGIN example.com.\n"
        "$TTL 300\n"
        "@           IN SOA   ns1.example.com. host.example.com. (\n"
        "    2024010101 ; serial\n"
        "    3600       ; refresh\n"
        "    900        ; retry\n"
        "    1209600    ; expire\n"
        "    300        ; minimum\n"
        "    )\n"
        "@     86400 IN NS    ns1.example.com.\n"
        "@     86400 IN NS    ns2.example.net.\n"
        "@           IN MX    10 mail.example.com.\n"
        "a.dev 60    IN CNAME www.example.com.\n"
        "www         IN A     192.0.2.1\n"
        "www         IN A     192.0.2.2\n"
    )


def test_every_name_and_type_comes_back_as_it_was():
    zone = read_zonefile(write_zonefile(EVERYTHING, "example.com").encode(), "example.com")
    assert not zone.findings
    assert zone.rrsets == {rrset.key: rrset for rrset in EVERYTHING}


@given(st.randoms())
def test_the_order_of_the_rrsets_makes_no_difference(shuffler: random.Random):
    shuffled = EVERYTHING.copy()
    shuffler.shuffle(shuffled)
    expected = write_zonefile(EVERYTHING, "example.com")
    assert write_zonefile(shuffled, "example.com") == expected
    assert write_zonefile({rrset.key: rrset for rrset in shuffled}, "example.com") == expected


labels = st.binary(min_size=1, max_size=12).map(bytes.lower)


@given(
    st.dictionaries(
        st.lists(labels, max_size=3).map(join), st.tuples(st.integers(0, 2**31 - 1), st.binary(max_size=30)), max_size=8
    ),
    st.sampled_from([".", "example.com.", "\\@.\\$x."]),
)
def test_names_texts_and_ttls_of_any_octets_survive(owners, origin):
    rrsets = []
    for name, (ttl, octets) in owners.items():
        owner = origin if name == "." else name if origin == "." else name + origin
        text = "".join(f"\\{octet:03d}" for octet in octets)
        rrsets.append(RRset.of(owner, "TXT", ttl, [f'"{text}"']))
    text = write_zonefile(rrsets, origin)
    zone = read_zonefile(text.encode(), origin)
    assert not zone.findings
    assert zone.rrsets == {rrset.key: rrset for rrset in rrsets}
    assert write_zonefile(zone.rrsets, origin) == text


def test_names_come_in_canonical_order():
    in_order = ["a", "yljkjljk.a", "z.a", "zabc.a", "z", "\\001.z", "*.z", "\\200.z"]  # RFC 4034 section 6.1
    names = ["example.com.", *(f"{owner}.example.com." for owner in in_order)]
    text = write_zonefile([RRset.of(name, "A", 5, ["192.0.2.1"]) for name in reversed(names)], "example.com")
    owners = [line.split()[0] for line in text.splitlines()[2:]]
    assert owners == ["@", *in_order]


@pytest.mark.parametrize(
    ("rrset", "message"),
    [
        (RRset.of("www.example.com", "ALIAS", 5, ["x.org."]), "ALIAS"),
        (RRset.of("www.example.com", "A", None, ["192.0.2.1"]), "no TTL"),
        (RRset.of("www.example.org", "A", 5, ["192.0.2.1"]), "not in zone"),
    ],
)
def test_what_a_zone_file_cannot_hold_is_refused(rrset, message):
    with pytest.raises(ValueError, match=message):
        write_zonefile([*APEX, rrset], "example.com")


def test_an_empty_zone_is_an_origin_alone():
    assert write_zonefile([], "example.com") == "$ORIGIN example.com.\n"


COMMANDS = {
    "named-checkzone": "named-checkzone -i local -k ignore example.com {folder}/zone",
    "nsd-checkzone": "nsd-checkzone example.com {folder}/zone",
    "knotc": "knotc -c {folder}/knot.conf zone-check example.com",
}
KNOT = """
server:
    rundir: "{folder}"
database:
    storage: "{folder}"
zone:
  - domain: example.com
    storage: "{folder}"
    file: zone
"""


@pytest.mark.server
@pytest.mark.parametrize("program", COMMANDS)
def test_every_server_loads_what_is_written(program, tmp_path):
    need(program)
    (tmp_path / "zone").write_text(write_zonefile(EVERYTHING, "example.com", header="all types"))
    (tmp_path / "knot.conf").write_text(KNOT.format(folder=tmp_path))
    command = COMMANDS[program].format(folder=tmp_path).split()
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.server
def test_what_bind_dumps_of_it_is_read_as_the_same(tmp_path):
    need("named-compilezone")
    # BIND leaves out leading zeros in these two, which the rdata parser insists on.
    rrsets = [rrset for rrset in EVERYTHING if rrset.type not in ("L64", "NID")]
    (tmp_path / "zone").write_text(write_zonefile(rrsets, "example.com"))
    command = f"named-compilezone -i local -k ignore -s full -o {tmp_path}/dump example.com {tmp_path}/zone".split()
    subprocess.run(command, capture_output=True, check=True)
    assert read_zonefile(tmp_path / "dump", "example.com").rrsets == {rrset.key: rrset for rrset in rrsets}
