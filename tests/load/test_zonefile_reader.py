"""What a zone file says, and what is said about it: RFC 1035 section 5 with BIND's liberties."""

import pytest

from zonesync.findings import Place, Severity
from zonesync.load.zonefile import ZoneFileError, read_zonefile, require
from zonesync.model.rrset import Key, RRset

HEAD = "$TTL 300\n@ IN SOA ns1 host 1 2 3 4 60\n@ IN NS ns1\n"


def read(text, origin="example.com", **options):
    return read_zonefile((HEAD + text).encode("latin-1"), origin, **options)


def records(text, **options):
    """Owner, type, TTL and values of what *text* adds to the apex, after making sure that nothing is wrong with it."""
    zone = read(text, **options)
    assert not zone.errors
    return [
        (name.removesuffix(".example.com."), rtype, rrset.ttl, *rrset.rdatas)
        for (name, rtype), rrset in zone.rrsets.items()
        if rtype not in ("SOA", "NS") or name != "example.com."
    ]


def rules(zone):
    return [(finding.rule, finding.place.line) for finding in zone.findings]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("www A 192.0.2.1", [("www", "A", 300, "192.0.2.1")]),
        ("www 60 IN A 192.0.2.1\nwww IN 60 A 192.0.2.2", [("www", "A", 60, "192.0.2.1", "192.0.2.2")]),
        ("www class1 1h30m a 192.0.2.1", [("www", "A", 5400, "192.0.2.1")]),
        ("www 1m1h A 192.0.2.1", [("www", "A", 3660, "192.0.2.1")]),
        ("WWW.Example.COM. A 192.0.2.1", [("www", "A", 300, "192.0.2.1")]),
        (
            "a A 192.0.2.1\n\tTXT x\n; note\n\n   AAAA ::1",
            [("a", "A", 300, "192.0.2.1"), ("a", "TXT", 300, '"x"'), ("a", "AAAA", 300, "::1")],
        ),
        ("in A 192.0.2.1\n300 A 192.0.2.1", [("in", "A", 300, "192.0.2.1"), ("300", "A", 300, "192.0.2.1")]),
        ("a TXT in ; x", [("a", "TXT", 300, '"in"')]),
        ("\\@ A 192.0.2.1\n\\$ttl A 192.0.2.1", [("\\@", "A", 300, "192.0.2.1"), ("\\$ttl", "A", 300, "192.0.2.1")]),
        ("a\\.b\\032c A 192.0.2.1", [("a\\.b\\032c", "A", 300, "192.0.2.1")]),
        ('\xc3\xa9 TXT \xe9 "\\\xe9"', [("\\195\\169", "TXT", 300, '"\\233" "\\233"')]),
        ('a TXT ( "b" ; one\n c ; two\n)', [("a", "TXT", 300, '"b" "c"')]),
        ("( a A 192.0.2.1\n)", [("a", "A", 300, "192.0.2.1")]),
        ('a TXT "b""c"d k="v w"', [("a", "TXT", 300, '"b" "c" "d" "k=" "v w"')]),
        ('a TXT "v=DKIM1; p=x" "(" ;)', [("a", "TXT", 300, '"v=DKIM1; p=x" "("')]),
        ("a CNAME @\nb MX 10 mail", [("a", "CNAME", 300, "example.com."), ("b", "MX", 300, "10 mail.example.com.")]),
        ('a HTTPS 1 . alpn="h2,h3" port="443"', [("a", "HTTPS", 300, '1 . alpn="h2,h3" port="443"')]),
        ("a TYPE65280 \\# 2 ( 01\n 02 )", [("a", "TYPE65280", 300, "\\# 2 0102")]),
        ("a TYPE1 \\# 4 C0000201", [("a", "A", 300, "192.0.2.1")]),
        ("a A 192.0.2.1\r\nb A 192.0.2.2\r", [("a", "A", 300, "192.0.2.1"), ("b", "A", 300, "192.0.2.2")]),
    ],
)
@pytest.mark.parametrize("fast", [True, False])
def test_a_record_is_read_in_every_form_rfc_1035_gives_it(text, expected, fast):
    assert records(text, fast=fast) == expected


@pytest.mark.parametrize(
    ("text", "rule", "place", "message"),
    [
        ("www 300 192.0.2.1", "unknown-type", (4, 9), "`192.0.2.1` is no record type"),
        ("www FOO x", "unknown-type", (4, 5), "`FOO`"),
        ("www ALIAS x", "unknown-type", (4, 5), "no type of zone files"),
        ("www TKEY x", "unknown-type", (4, 5), "RFC 6895"),
        ("www TYPE200 \\# 0", "unknown-type", (4, 5), "RFC 6895"),
        ('www "A" 192.0.2.1', "unknown-type", (4, 5), "stands where a type must"),
        ("www CH A 192.0.2.1", "bad-class", (4, 5), "only IN is managed"),
        ("www CLASS3 A 192.0.2.1", "bad-class", (4, 5), "`CLASS3`"),
        ("www 2147483648 A 192.0.2.1", "bad-ttl", (4, 5), "RFC 2181"),
        ("www A 192.0.2.256", "bad-rdata", (4, 7), "192.0.2.256"),
        ("www A", "bad-rdata", (4, 5), "A:"),
        ("www", "zonefile-syntax", (4, 1), "ends before its type"),
        ("a..b A 192.0.2.1", "bad-name", (4, 1), "empty label"),
        ("a\\999 A 192.0.2.1", "bad-name", (4, 1), "no escape"),
        ("$FOO x", "unknown-directive", (4, 1), "`$FOO` is no directive"),
        ("$TTL", "zonefile-syntax", (4, 1), "something is missing"),
        ("$TTL 1x", "bad-ttl", (4, 6), "`1x` is no TTL"),
        ("$TTL 1 2", "zonefile-syntax", (4, 8), "too much"),
        ("$ORIGIN a..b", "bad-name", (4, 9), "empty label"),
        ('www TXT "a', "zonefile-syntax", (4, 9), "not closed on its line"),
        ("www TXT a )", "zonefile-syntax", (4, 11), "closes nothing"),
        ("www TXT ( a\nb A 192.0.2.1", "zonefile-syntax", (4, 9), "never closed"),
        ("www TXT a\\", "zonefile-syntax", (4, 10), "lone backslash"),
        ("www TXT a\0", "zonefile-syntax", (4, 10), "NUL"),
        ('www TXT "a\0"', "zonefile-syntax", (4, 9), "NUL"),
        ("www TXT a\rb TXT c", "zonefile-syntax", (4, 10), "carriage return"),
        ("sub SOA ns1 host 1 2 3 4 5", "soa-not-at-apex", (4, 1), "not the apex"),
        ("@ SOA ns1 host 2 2 3 4 5", "multiple-soa", (2, 1), "2 SOA records"),
        ("w A 192.0.2.1\nw CNAME x", "cname-and-other-data", (5, 1), "RFC 1034"),
        ("w CNAME x\nw CNAME y", "multiple-cname", (4, 1), "2 CNAME records"),
        ("w DNAME x\nw DNAME y", "multiple-dname", (4, 1), "2 DNAME records"),
        (f"w TXT {' '.join([chr(34) + 'x' * 255 + chr(34)] * 257)}", "bad-rdata", (4, 7), "65535"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(text, rule, place, message):
    zone = read(text)
    (finding,) = zone.errors
    assert (finding.rule, finding.place) == (rule, Place("<zone>", *place))
    assert message in finding.message
    with pytest.raises(ZoneFileError, match=f"<zone>:{place[0]}"):
        require(zone)


def test_every_mistake_of_a_file_is_found_in_one_run():
    zone = read("a A x\nb A 192.0.2.1\nc FOO\n( d\n)\ne MX mail\n  f\n")
    assert [line for _, line in rules(zone)] == [4, 6, 7, 9, 10]
    assert Key("b.example.com.", "A") in zone.rrsets


def test_a_mistake_within_parentheses_is_said_once():
    assert rules(read('a TXT ( "b\nc A d\n) \ne A 192.0.2.1')) == [("zonefile-syntax", 4)]


def test_records_below_an_unreadable_owner_are_not_complained_of_again():
    assert rules(read("a..b A 192.0.2.1\n A 192.0.2.2\n TXT x")) == [("bad-name", 4)]


def test_reading_stops_after_a_hundred_errors_and_says_so():
    zone = read("a A x\n" * 1000)
    assert len(zone.errors) == 101
    assert zone.errors[-1].rule == "too-many-errors"


def test_more_than_a_hundred_warnings_are_counted():
    zone = read("a A 192.0.2.1\n" * 1001)
    assert len(zone.findings) == 101
    assert "900 more" in zone.findings[-1].message


@pytest.mark.parametrize(
    ("text", "ttls"),
    [
        ("@ SOA a b 1 2 3 4 60\n@ NS a\nx 77 A 192.0.2.1\ny A 192.0.2.1", [60, 60, 77, 60]),
        ("@ 99 SOA a b 1 2 3 4 60\n@ NS a\nx 77 A 192.0.2.1\ny A 192.0.2.1", [99, 99, 77, 77]),
        ("@ 99 SOA a b 1 2 3 4 60\n@ NS a\n$TTL 55\nx 77 A 192.0.2.1\ny A 192.0.2.1", [99, 99, 77, 55]),
    ],
)
def test_a_missing_ttl_comes_from_where_bind_takes_it(text, ttls):
    zone = read_zonefile(text.encode(), "example.com")
    assert [rrset.ttl for rrset in zone.rrsets.values()] == ttls
    assert not zone.errors


def test_a_record_before_any_ttl_is_refused():
    zone = read_zonefile(b"@ NS a\n@ SOA a b 1 2 3 4 60\n", "example.com")
    assert [finding.rule for finding in zone.findings] == ["no-ttl", "no-default-ttl"]


@pytest.mark.parametrize(
    ("text", "ttl", "lines"),
    [
        ("a 60 A 192.0.2.1\na 120 A 192.0.2.2\na 120 A 192.0.2.3", 60, [5, 6]),
        ("a 60 A 192.0.2.1\na TXT x\na 120 A 192.0.2.2", 60, [6]),
        ("a 60 A 192.0.2.1\nb TXT x\na 120 A 192.0.2.2\na 140 A 192.0.2.3", 120, [6, 7]),
        ("a 60 A 192.0.2.1\nb TXT x\na 120 A 192.0.2.1", 120, [6]),
    ],
)
def test_unequal_ttls_in_an_rrset_are_settled_as_bind_does(text, ttl, lines):
    zone = read(text)
    assert zone.rrsets[Key("a.example.com.", "A")].ttl == ttl
    assert [line for rule, line in rules(zone) if rule == "unequal-ttl"] == lines
    assert not zone.errors


def test_signatures_of_one_name_may_differ_in_ttl():
    signature = "8 2 300 20300101000000 20200101000000 1 example.com. AAAA"
    assert not read(f"@ 300 RRSIG A {signature}\n@ 60 RRSIG NS {signature}").findings


def test_a_value_written_twice_counts_once_and_is_said():
    zone = read("a A 192.0.2.1\na A 192.0.2.1\n")
    assert rules(zone) == [("duplicate-value", 5)]
    assert "line 4" in zone.findings[0].message
    assert zone.rrsets[Key("a.example.com.", "A")].rdatas == ("192.0.2.1",)


def test_a_soa_written_twice_alike_is_one():
    assert not read("@ SOA ns1 host 1 2 3 4 60").errors


def test_data_out_of_the_zone_is_left_out_and_said():
    zone = read("www.other.org. A 192.0.2.1\n A 192.0.2.2\nnotexample.com. A 192.0.2.1\nwww\\.example.com. A 192.0.2.1")
    assert [finding.rule for finding in zone.findings] == ["out-of-zone"] * 4
    assert all(finding.severity is Severity.WARNING for finding in zone.findings)
    assert set(zone.rrsets) == {Key("example.com.", "SOA"), Key("example.com.", "NS")}


def test_what_dnssec_puts_beside_a_cname_is_no_other_data():
    assert not read("w CNAME x\nw NSEC y CNAME").errors


def test_without_an_origin_the_zone_is_where_the_soa_stands():
    text = b"$TTL 5\nwww.a.org. A 192.0.2.1\na.org. SOA b. c. 1 2 3 4 5\na.org. NS b.\n"
    text += b"b.org. A 192.0.2.1\nb.org. A 192.0.2.2\n"
    zone = read_zonefile(text)
    assert zone.origin == "a.org."
    assert rules(zone) == [("out-of-zone", 5), ("out-of-zone", 6)]
    assert len(require(zone).rrsets) == 3


@pytest.mark.parametrize("fast", [True, False])
def test_without_an_origin_a_relative_name_is_refused(fast):
    zone = read_zonefile(
        b"$TTL 5\nwww A 192.0.2.1\n@ A 192.0.2.1\n$ORIGIN org\n$ORIGIN org.\nwww A 192.0.2.1\n", fast=fast
    )
    assert rules(zone) == [("no-origin", 2), ("no-origin", 3), ("no-origin", 4)]
    assert zone.origin is zone.soa is zone.nameservers is None


def test_without_an_origin_a_relative_name_in_rdata_is_refused():
    zone = read_zonefile(b"$TTL 5\na.org. CNAME b\n")
    assert [finding.rule for finding in zone.errors] == ["no-origin"]


def test_a_zone_without_soa_or_ns_is_refused_by_require_alone():
    zone = read_zonefile(b"$TTL 5\n@ A 192.0.2.1", "example.com")
    assert not zone.findings
    with pytest.raises(ZoneFileError, match="no SOA"):
        require(zone)
    with pytest.raises(ZoneFileError, match="no NS"):
        require(read_zonefile(b"@ 5 SOA a b 1 2 3 4 5", "example.com"))


def test_a_byte_order_mark_is_dropped_with_a_warning():
    zone = read_zonefile(b"\xef\xbb\xbf" + HEAD.encode(), "example.com")
    assert rules(zone) == [("byte-order-mark", 1)]
    assert require(zone).soa is not None


def test_comments_and_header_are_told_so_that_a_writer_knows_what_it_would_lose():
    text = b'; made by\n;  hand\n\n$TTL 5 ; five\n; more\n@ SOA a b ( 1 ; serial\n 2 3 4 5 )\n@ NS a ; ns\n x TXT ";"\n'
    zone = read_zonefile(text, "example.com")
    assert zone.header == ("; made by", ";  hand")
    assert zone.comments == 3
    assert zone.directives == ("$TTL",)


def test_a_place_leads_back_to_the_line_of_an_rrset():
    zone = read("a A 192.0.2.1\nb A 192.0.2.1\na A 192.0.2.2\n", file="zones/x")
    assert zone.place(Key("a.example.com.", "A")) == Place("zones/x", 4, 1)
    assert zone.place(Key("b.example.com.", "A")) == Place("zones/x", 5, 1)


def test_an_rrset_made_in_bulk_is_an_rrset_like_any_other():
    rrset = read("a A 192.0.2.1").rrsets[Key("a.example.com.", "A")]
    assert rrset == RRset("a.example.com.", "A", 300, ("192.0.2.1",))
    assert hash(rrset) == hash(RRset("a.example.com.", "A", 300, ("192.0.2.1",)))
    with pytest.raises(AttributeError):
        rrset.ttl = 5
