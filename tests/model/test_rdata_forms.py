"""Presentation text, mapping form and type names: what is read, what is refused, and in which words."""

import dns.rdata
import pytest

from zonesync.model import rdata
from zonesync.model.rdata import RdataError, canonical, from_fields, host_in_file, parse, type_name

ORIGIN = "example.com."
H32 = "ab" * 32


@pytest.mark.parametrize(
    ("rtype", "text", "expected"),
    [
        ("A", "192.0.2.1 ; a comment", "192.0.2.1"),
        ("A", "(\n 192.0.2.1 ; inside\n)\n; after\n", "192.0.2.1"),
        ("A", r"\# 4 c0 00 02 01", "192.0.2.1"),
        ("TYPE1", "192.0.2.1", "192.0.2.1"),
        ("aaaa", "2001:DB8:0:0:1::1", "2001:db8::1:0:0:1"),
        ("AAAA", "::FFFF:192.0.2.1", "::ffff:192.0.2.1"),
        ("AFSDB", "01 Db.Example.", "1 db.example."),
        ("ALIAS", "LB.Example.", "lb.example."),
        ("AMTRELAY", "128 1 3 Relay", "128 1 3 relay.example.com."),
        ("APL", "", r"\# 0"),
        ("CAA", "00 issue letsencrypt.org", '0 issue "letsencrypt.org"'),
        ("CAA", '0 issue ";"', '0 issue ";"'),
        ("CDS", "0 0 0 00", "0 0 0 00"),
        ("CDNSKEY", "0 3 0 AA==", "0 3 0 AA=="),
        ("CERT", "1 0 8 aaaa", "PKIX 0 RSASHA256 aaaa"),
        ("CNAME", "@", "example.com."),
        ("CNAME", "www", "www.example.com."),
        ("CNAME", "a.b", "a.b.example.com."),
        ("CNAME", "ööö.企业.", "xn--ndaaa.xn--vhquv."),
        ("CNAME", "straße", "xn--strae-oqa.example.com."),
        ("CNAME", r"\065\.b\032c", r"a\.b\032c.example.com."),
        ("CNAME", ".", "."),
        ("CSYNC", "66 3 NS A aaaa TYPE1", "66 3 A NS AAAA"),
        ("DS", f"012345 RSASHA256 2 {H32[:9].upper()} {H32[9:]}", f"12345 8 2 {H32}"),
        ("HINFO", 'PC-Intel-700mhz "Red Hat"', '"PC-Intel-700mhz" "Red Hat"'),
        ("HIP", "2 200100107B1A74DF365639CC39F1D578 AwEA Rvs",
         "2 200100107b1a74df365639cc39f1d578 AwEA rvs.example.com."),
        ("HTTPS", '1 . port=443 alpn="h3,h2"', '1 . alpn="h3,h2" port="443"'),
        ("HTTPS", "0 Alt", "0 alt.example.com."),
        ("IPSECKEY", "10 2 2 2001:0DB8::0 aaaa", "10 2 2 2001:db8:: aaaa"),
        ("IPSECKEY", "10 3 2 Gw aaaa", "10 3 2 gw.example.com. aaaa"),
        ("IPSECKEY", r"\# 3 0a0000", r"\# 3 0a0000"),
        ("LOC", "52 22 23 N 4 53 32 E -2m 0m 10000 10.00m",
         "52 22 23.000 N 4 53 32.000 E -2.00m 0.00m 10000.00m 10.00m"),
        ("LOC", "52 N 4 E 0.29m 1m 10000m 10m", "52 0 0.000 N 4 0 0.000 E 0.29m"),
        ("LOC", "0 0 0 S 0 W -100000", "0 0 0.000 N 0 0 0.000 E -100000.00m"),
        ("LOC", "51 30 12.748 n 0 7 39.61 w 0 12m", "51 30 12.748 N 0 7 39.610 W 0.00m 10.00m 10000.00m 10.00m"),
        ("MX", "010 Mail.Example.NET.", "10 mail.example.net."),
        ("MX", r"\# 8 000a 044D41494C 00", "10 mail."),
        ("NAPTR", '1 2 u E2U+sip "" @', '1 2 "u" "E2U+sip" "" example.com.'),
        ("NSEC", "Host A MX TYPE1234", "host.example.com. A MX TYPE1234"),
        ("RP", "Admin .", "admin.example.com. ."),
        ("SOA", "ns1 @ 1 1h 30M 2w 1d12h", "ns1.example.com. example.com. 1 3600 1800 1209600 129600"),
        ("SRV", "0 0 065535 .", "0 0 65535 ."),
        ("SVCB", r"1 . key1=\002h2", '1 . alpn="h2"'),
        ("SVCB", '1 . key65000="a b"', '1 . key65000="a b"'),
        ("TXT", "two words", '"two" "words"'),
        ("TXT", '"a""b"', '"a" "b"'),
        ("TXT", r"\"q\" a\;b \065\007é", r'"\"q\"" "a;b" "A\007\195\169"'),
        ("TXT", '""', '""'),
        ("TYPE65280", r"\# 0", r"\# 0"),
        ("TYPE65280", r"\# 2 ( AB ; x" + "\n cd )", r"\# 2 abcd"),
        ("URI", "10 1 ftp://ftp1.example.com/public", '10 1 "ftp://ftp1.example.com/public"'),
    ],
)  # fmt: skip
def test_presentation_text_has_one_canonical_form(rtype, text, expected) -> None:
    assert canonical(rtype, text, ORIGIN) == expected
    assert canonical(rtype, expected) == expected


@pytest.mark.parametrize(
    ("rtype", "text", "words"),
    [
        ("A", "192.0.2.256", "no IPv4 address"),
        ("A", "192.0.2.1\n192.0.2.2", "a second line follows: `192.0.2.2`"),
        ("A", "192.0.2.1 192.0.2.2", "`192.0.2.2` is one value too many: address"),
        ("A", r"\# 3 010203", "3 octets are no A rdata"),
        ("A", r"\# 5 c0000201", "announces 5 octets, 4 follow"),
        ("A", r"\# x", "followed by the number of octets"),
        ("A", r"\# 1 zz", "followed by hex alone"),
        ("AAAA", "2001:db8::1::", "no IPv6 address"),
        ("ANY", "1", "no zone holds it"),
        ("CAA", "256 issue x", "`flags`: `256` is over 255"),
        ("CAA", '0 is-sue ""', "letters and digits"),
        ("CNAME", '"www"', "names are written without quotes"),
        ("CNAME", "a..b.", "empty label"),
        ("CNAME", "a。b.", "full stop of another script"),
        ("CNAME", "x" * 64, "64 octets long"),
        ("CNAME", ".".join(["x" * 63] * 4), "257 octets long"),
        ("CNAME", "a\0b", "no host name"),
        ("DS", f"1 8 1 {H32}", "digest length"),
        ("DS", "1 8 2 xyz", "`digest`: `xyz` is no hex"),
        ("DS", f"1 WHAT 2 {H32}", "no DNSSEC algorithm"),
        ("DNSKEY", "256 3 8 a", "no base64"),
        ("HTTPS", "1 . mandatory=port", "mandatory"),
        ("HTTPS", "1 . port=1 port=2", "duplicate"),
        ("HTTPS", "1 . ech=AAAA", "no HTTPS rdata"),
        ("HTTPS", "1 . ech=?", "no HTTPS rdata"),
        ("HTTPS", "1 . no-default-alpn", "alpn missing"),
        ("HTTPS", '1 . alpn= "h2"', "whitespace after ="),
        ("HTTPS", "0 . port=443", "AliasMode"),
        ("LOC", "91 N 0 E 0", "outside of 90 degrees"),
        ("LOC", "90 0 0.001 N 0 E 0", "outside of 90 degrees"),
        ("LOC", "1 60 N 0 E 0", "over 59 minutes"),
        ("LOC", "1 N 1 E nan", "no length"),
        ("LOC", "1 N 1 E 42849672.96", "outside of -100000.00 to 42849672.95"),
        ("LOC", "1 N 1 E 0 1 1 1 1", "one value too many"),
        ("LOC", "1 1 1 1 N 1 E 0", "are to come first"),
        ("LOC", "1 N 1 E", "`altitude` is missing"),
        ("MB", "mail.", "has no text form here"),
        ("MX", "99999 mail.", "`preference`: `99999` is over 65535"),
        ("MX", "mail.", "1 of 2 values given: preference exchange"),
        ("MX", r"\# 9 000a 044d41494c c000", "no MX rdata"),
        ("SOA", f". . 1 2 3 4 {2**32}", "`minimum`: `4294967296` is over 4294967295"),
        ("SOA", ". . 1 2 3 4 1x", "no TTL"),
        ("TXT", "", 'an empty text is written `""`'),
        ("TXT", "x" * 256, "over 255 (RFC 1035 section 3.3); split it"),
        ("TXT", '"x', "never closed"),
        ("TXT", '"x\ny"', "line break is written `\\010`"),
        ("TXT", "(x", "never closed"),
        ("TXT", "x)", "never opened"),
        ("TXT", r"\256", r"`\256` is no escape"),
        ("TXT", r'"\1"', "is no escape"),
        ("TXT", "x\\", "is no escape"),
        ("TXT", "\udc80", "lone surrogate"),
        ("TYPE65280", "abc", "has no text form here"),
        ("URI", '1 1 ""', "never empty"),
        ("ZONEMD", "1 1 1 abcd", "12 octets"),
    ],
)
def test_what_is_no_rdata_is_refused_with_the_reason(rtype, text, words) -> None:
    with pytest.raises(RdataError) as refusal:
        canonical(rtype, text)

    assert words in str(refusal.value)


@pytest.mark.parametrize("rtype", ["A", "CAA", "CNAME", "HTTPS", "LOC", "MX", "NSEC", "SOA", "TXT", "TYPE65280"])
@pytest.mark.parametrize(
    "text", ["a" * 5_000_000, '"' * 1_000_000, "\\1" * 100_000, "(" * 200_000, "a." * 150_000, "9" * 100_000]
)
def test_an_endless_text_is_refused(rtype, text) -> None:
    with pytest.raises(RdataError):
        canonical(rtype, text)


def test_txt_of_the_greatest_length_is_read_and_one_octet_more_is_refused() -> None:
    full = rdata.txt_text(bytes(65535 - 256))

    assert len(rdata.to_wire("TXT", full)) == 65535
    with pytest.raises(RdataError, match="65536 octets of text are over 65535"):
        rdata.txt_text(bytes(65535 - 255))


def test_other_rdata_over_65535_octets_is_refused() -> None:
    with pytest.raises(RdataError, match="over 65535"):
        canonical("OPENPGPKEY", "a" * 100_000)


@pytest.mark.parametrize(
    ("rtype", "fields", "expected"),
    [
        ("SRV", {"priority": "0", "weight": 5, "port": "0443", "target": "api"}, "0 5 443 api.example.com."),
        ("MX", {"exchange": "@", "preference": 0}, "0 example.com."),
        ("NS", {"target": "ns1.example.net."}, "ns1.example.net."),
        ("CNAME", {"target": 123}, "123.example.com."),
        ("CAA", {"flags": 0, "tag": "iodef", "value": r'a\"b'}, r'0 iodef "a\\\"b"'),
        ("TXT", {"text": 'no "quoting" \\here'}, r'"no \"quoting\" \\here"'),
        ("TXT", {"text": "é" * 128}, rdata.txt_text("é".encode() * 128)),
        ("TXT", {"strings": ["k=1", "k=2"]}, '"k=1" "k=2"'),
        ("TXT", {"strings": "alone"}, '"alone"'),
        ("TXT", {"base64": "AP8="}, r'"\000\255"'),
        ("HTTPS", {"priority": 1, "target": ".", "params": {"port": 443, "alpn": ["h2", "h3"]}},
         '1 . alpn="h2,h3" port="443"'),
        ("HTTPS", {"priority": 1, "target": ".", "params": {"alpn": "h2", "no-default-alpn": True}},
         '1 . alpn="h2" no-default-alpn'),
        ("SVCB", {"priority": 1, "target": "a", "params": 'port=1 alpn="h2"'}, '1 a.example.com. alpn="h2" port="1"'),
        ("SVCB", {"priority": 1, "target": "a", "params": ["port=1"]}, '1 a.example.com. port="1"'),
        ("SVCB", {"priority": 0, "target": "a"}, "0 a.example.com."),
        ("IPSECKEY", {"precedence": 1, "gateway_type": 3, "algorithm": 2, "gateway": "gw", "public_key": "aaaa"},
         "1 3 2 gw.example.com. aaaa"),
        ("LOC", {"latitude": "1 N", "longitude": "2 3 4.5 w", "altitude": "-1.5"}, "1 0 0.000 N 2 3 4.500 W -1.50m"),
        ("SOA", {"mname": "ns1", "rname": "h", "serial": 1, "refresh": "1h", "retry": 2, "expire": 3,
         "minimum": "5m"},
         "ns1.example.com. h.example.com. 1 3600 2 3 300"),
        ("CSYNC", {"soa_serial": 1, "flags": 3, "types": ["ns", "A"]}, "1 3 A NS"),
        ("CERT", {"certificate_type": "PKIX", "key_tag": 0, "algorithm": 0, "certificate": "aaaa"}, "PKIX 0 0 aaaa"),
        ("TLSA", {"certificate_usage": 3, "selector": 1, "matching_type": 1,
         "certificate_association_data": H32.upper()},
         f"3 1 1 {H32}"),
        ("TYPE65280", {"data": "AB cd"}, r"\# 2 abcd"),
    ],
)  # fmt: skip
def test_the_mapping_form_is_read(rtype, fields, expected) -> None:
    assert from_fields(rtype, fields, ORIGIN) == expected


@pytest.mark.parametrize(
    ("rtype", "fields", "words"),
    [
        (
            "SRV",
            {"priority": 0, "weight": 0, "prot": 1, "target": "a"},
            "`prot` is no field of SRV; did you mean `port`?",
        ),
        ("SRV", {"priority": 0, "weight": 0, "zzzzzz": 1}, "the fields are priority, weight, port, target"),
        ("SRV", {"priority": 0, "weight": 0, "port": 70000, "target": "a"}, "`port`: `70000` is over 65535"),
        ("SRV", {"priority": True, "weight": 1.5, "port": -1, "target": "a"}, "`port`: `-1` is below 0"),
        (
            "SRV",
            {"priority": 0, "weight": 0, "port": 1, "target": "a.b"},
            "write `a.b.` for that very name, or `a.b.example.com.`",
        ),
        ("SRV", {"priority": 0, "weight": 0, "port": 1, "target": None}, "`target`: `None` is no text"),
        ("SRV", {"priority": 0, "weight": 0, "target": "a"}, "`port` is missing"),
        ("MX", {"preference": 1, "exchange": "a b."}, "it holds a blank"),
        (
            "IPSECKEY",
            {"precedence": 1, "gateway_type": 3, "algorithm": 2, "gateway": "a.b", "public_key": "aaaa"},
            "a dot inside",
        ),
        (
            "TLSA",
            {"certificate_usage": 3, "selector": 1, "matching_type": 1, "certificate_association_data": "ab"},
            "TLSA: ",
        ),
        ("TXT", {"text": "a", "base64": "aaaa"}, "no field of TXT"),
        ("TXT", {"text": ["a"]}, "`text`: "),
        ("TXT", {"base64": "?"}, "`base64`: `?` is no base64"),
        ("TXT", {"strings": ["x" * 256]}, "`strings`: a string of 256 octets"),
        ("TXT", {"strings": []}, "no text at all"),
        ("HINFO", {"cpu": "x" * 256, "os": ""}, "`cpu`: 256 octets are over 255"),
        ("HTTPS", {"priority": 1, "target": ".", "params": 5}, "service parameters are a mapping"),
        ("HTTPS", {"priority": 1, "target": ".", "params": {"port": 70000}}, "no HTTPS rdata"),
        ("TYPE65280", {"data": "x"}, "`x` is no hex"),
        ("TYPE65280", {"hex": "00"}, "has no fields of its own"),
    ],
)
def test_a_faulty_mapping_is_refused_by_field(rtype, fields, words) -> None:
    with pytest.raises(RdataError) as refusal:
        from_fields(rtype, fields, ORIGIN)

    assert words in str(refusal.value)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("www", "www.example.com."), ("@", ORIGIN), ("a.b.", "a.b."), (".", "."), ("WWW", "www.example.com."),
     (r"a\.b", r"a\.b.example.com."), (r"ab\.", r"ab\..example.com."), ("bücher", "xn--bcher-kva.example.com.")],
)  # fmt: skip
def test_a_host_in_a_file_is_one_label_or_ends_in_a_dot(text, expected) -> None:
    assert host_in_file(text, ORIGIN) == expected
    assert canonical("CNAME", text, ORIGIN, strict_hosts=True) == expected


@pytest.mark.parametrize("text", ["a.b", "mail.example.net", r"a.b\.", "bücher.example", "a.b.c"])
def test_a_dot_inside_and_none_at_the_end_is_refused_with_both_readings(text) -> None:
    with pytest.raises(RdataError, match=r"for that very name, or `.*` for the one in this zone"):
        host_in_file(text, ORIGIN)
    with pytest.raises(RdataError, match="a dot inside and none at the end"):
        canonical("MX", f"10 {text}", ORIGIN, strict_hosts=True)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("a", "A"), ("TYPE28", "AAAA"), ("type028", "AAAA"), ("TYPE65280", "TYPE65280"), ("alias", "ALIAS"),
     ("nsap-ptr", "NSAP-PTR"), ("Https", "HTTPS")],
)  # fmt: skip
def test_a_type_has_one_name(text, expected) -> None:
    assert type_name(text) == expected


@pytest.mark.parametrize(
    ("text", "words"),
    [("CNAM", "did you mean `CNAME`?"), ("ALAIS", "did you mean `ALIAS`?"), ("", "no record type"), ("\uff21AAA",
     "no record type"),
     ("TYPE65536", "over TYPE65535"), ("TYPE" + "9" * 5000, "no record type"), ("AXFR", "no zone holds it"),
     ("TYPE0", "no zone holds it"), ("NSAP_PTR", "no record type"), ("TYPE\u0663", "no record type")],
)  # fmt: skip
def test_an_unknown_type_is_refused(text, words) -> None:
    with pytest.raises(RdataError) as refusal:
        type_name(text)

    assert words in str(refusal.value)


def test_values_have_the_fields_of_their_rfc():
    mx, tlsa, caa = parse("MX", "10 mail."), parse("TLSA", f"3 1 1 {H32}"), parse("CAA", '0 issue "ca.example"')

    assert (mx.preference, mx.exchange) == (10, "mail.")
    assert tlsa.certificate_association_data == bytes.fromhex(H32)
    assert (caa.flags, caa.tag, caa.value) == (0, "issue", b"ca.example")
    assert parse("TXT", '"a" "b"').data == b"ab"
    assert parse("HTTPS", "1 . port=443").param("port").value == "443"
    assert parse("HTTPS", "1 .").param("port") is None
    assert parse("APL", "1:192.0.2.0/24").to_text() == "1:192.0.2.0/24"
    with pytest.raises(ValueError, match="frozen"):
        mx.preference = 5


@pytest.mark.parametrize("rtype", [*rdata.TYPES, "TYPE65280"])
def test_the_schema_of_the_mapping_form_names_the_fields(rtype) -> None:
    schema = rdata.rdata_schema(rtype)
    if rtype in {"TXT", "SPF"}:
        assert [set(form["properties"]) for form in schema["oneOf"]] == [{"text"}, {"base64"}, {"strings"}]
    else:
        fields = rdata.TYPES[rtype].model_fields if rtype in rdata.TYPES else {"data": None}
        assert list(schema["properties"]) == list(fields)
        assert schema["additionalProperties"] is False
        assert all(part.keys() & {"type", "oneOf"} for part in schema["properties"].values())


def test_generic_text_of_a_known_type_is_opaque_and_has_no_target() -> None:
    text = canonical("IPSECKEY", r"\# 3 0a0000")

    assert parse("IPSECKEY", text) == rdata.Opaque(type="IPSECKEY", text=text)
    assert rdata.targets("HTTPS", r"\# 3 000100") == ()


def test_alias_has_no_wire_form() -> None:
    for way in (lambda: rdata.to_wire("ALIAS", "a."), lambda: rdata.from_wire("ALIAS", b"\0")):
        with pytest.raises(RdataError, match="ALIAS is no type of the DNS"):
            way()


def test_host_fields_are_the_fields_that_hold_a_name() -> None:
    assert rdata.host_fields("SOA") == ("mname", "rname")
    assert rdata.host_fields("SVCB") == ("target",)
    assert rdata.host_fields("A") == rdata.host_fields("TYPE65280") == ()


@pytest.mark.parametrize("altitude", ["-2.00m", "0.29m", "123.45m"])
def test_a_location_keeps_its_centimetres_on_the_wire(altitude) -> None:
    text = f"52 22 23.000 N 4 53 32.001 W {altitude} 20.00m 0.00m 0.30m"

    assert rdata.from_wire("LOC", rdata.to_wire("LOC", text)) == text
    assert dns.rdata.from_wire("IN", "LOC", rdata.to_wire("LOC", text), 0, 16).to_text() == text


@pytest.mark.parametrize("rtype", ["HINFO", "CAA"])
def test_a_lone_surrogate_in_a_field_is_refused(rtype):
    fields = {"HINFO": {"cpu": "\ud800", "os": ""}, "CAA": {"flags": 0, "tag": "issue", "value": "\ud800"}}[rtype]

    with pytest.raises(RdataError, match="lone surrogate"):
        from_fields(rtype, fields)


@pytest.mark.parametrize("params", ['alpn="h2', "port=\\999"])
def test_service_parameters_as_text_are_cut_as_presentation_format(params) -> None:
    with pytest.raises(RdataError, match="`params`: "):
        from_fields("HTTPS", {"priority": 1, "target": ".", "params": params})
