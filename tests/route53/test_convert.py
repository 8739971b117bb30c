"""RRsets go to Route 53 in its spelling and come back, however it or somebody else has spelled them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import strategies
from tests.fakes.route53_values import meaning
from tests.support.examples import examples
from zonesync.model.rdata import RdataError, txt_from_strings, txt_text
from zonesync.model.rrset import Key, RRset
from zonesync.model.zone import Kept
from zonesync_route53 import values
from zonesync_route53.convert import TYPES, read, spell
from zonesync_route53.limits import MAX_TXT, MAX_VALUE, refusal_of_size

OWN = "Z0OWN"
rrsets = st.sampled_from(sorted(TYPES - {"SOA"})).flatmap(
    lambda rtype: st.builds(
        lambda name, ttl, texts: RRset(name, rtype, ttl, tuple(sorted(set(texts)))),
        strategies.names("example.com."),
        strategies.ttls,
        st.lists(strategies.rdatas(rtype), min_size=1, max_size=1 if rtype == "CNAME" else 3),
    )
)


@pytest.mark.property
@given(rrsets)
@examples(400)
def test_any_rrset_comes_back(rrset):
    assert read(spell(rrset, OWN), OWN) == rrset


@pytest.mark.property
@given(st.sampled_from(sorted(TYPES - {"SOA"})).flatmap(lambda t: st.tuples(st.just(t), strategies.rdatas(t))))
@examples(300)
def test_the_service_takes_every_value_that_is_not_refused_here(drawn):
    rtype, text = drawn
    if not refusal_of_size(RRset("www.example.com.", rtype, 300, (text,))):
        assert meaning(rtype, values.to_native(text))


def native(rtype, *texts, name="www.example.com.", ttl=300):
    return {"Name": name, "Type": rtype, "TTL": ttl, "ResourceRecords": [{"Value": text} for text in texts]}


@pytest.mark.parametrize(
    ("rtype", "value", "text"),
    [
        ("CNAME", "target.example.net", "target.example.net."),
        ("CNAME", "Target.Example.NET.", "target.example.net."),
        ("CNAME", r"\052.example.net.", "*.example.net."),
        ("CNAME", "localhost", "localhost."),
        ("MX", "10 mail.example.net", "10 mail.example.net."),
        ("MX", "0 .", "0 ."),
        ("SRV", "0 5 5060 sip.example.net", "0 5 5060 sip.example.net."),
        ("NS", "ns-1.awsdns-00.com", "ns-1.awsdns-00.com."),
        ("AAAA", "2001:0DB8:0000:0000:0000:0000:0000:0001", "2001:db8::1"),
        ("DS", "12345 13 2 " + "0A" * 16 + " " + "0b" * 16, "12345 13 2 " + "0a" * 16 + "0b" * 16),
        ("TXT", r'"a\"b\\c"', r'"a\"b\\c"'),
        ("TXT", r'"b\303\274cher"', r'"b\195\188cher"'),
        ("TXT", r'"\101\073"', '"A;"'),
        ("TXT", '"one"   "two"', '"one" "two"'),
        ("TXT", '""', '""'),
        ("SPF", '"v=spf1 -all"', '"v=spf1 -all"'),
        ("CAA", '0 issue "ca.example.net"', '0 issue "ca.example.net"'),
        ("NAPTR", '100 10 "u" "sip+E2U" "!^.*$!sip:a@b!" .', '100 10 "u" "sip+E2U" "!^.*$!sip:a@b!" .'),
        ("HTTPS", "1 . alpn=h2,h3", '1 . alpn="h2,h3"'),
        ("SOA", "ns-1.awsdns-00.org. hostmaster.x.com. 1 7200 900 1209600 86400",
         "ns-1.awsdns-00.org. hostmaster.x.com. 1 7200 900 1209600 86400"),
    ],
)  # fmt: skip
def test_values_are_read_in_every_spelling(rtype, value, text):
    found = read(native(rtype, value), OWN)
    assert isinstance(found, RRset)
    assert found.rdatas == (text,)


def test_octets_outside_printable_ascii_are_written_in_octal():
    rrset = RRset.of("www.example.com.", "TXT", 300, [txt_text('tab\t, ü, "quote", back\\slash'.encode())])
    assert spell(rrset, OWN)["ResourceRecords"] == [{"Value": r'"tab\011, \303\274, \"quote\", back\\slash"'}]


def test_a_wildcard_is_written_in_octal():
    assert spell(RRset.of("*.example.com.", "A", 300, ["192.0.2.1"]), OWN)["Name"] == r"\052.example.com."


def test_boundaries_of_a_text_are_kept():
    rrset = RRset.of("sd.example.com.", "TXT", 300, [txt_from_strings([b"k=1", b"k=2"])])
    assert read(spell(rrset, OWN), OWN) == rrset


@pytest.mark.parametrize("value", [r"\900", r'"\189"', '"open', "192.0.2.300"])
def test_a_value_that_cannot_be_read_is_kept_and_says_why(value):
    rtype = "TXT" if '"' in value or "\\" in value else "A"
    found = read(native(rtype, value), OWN)
    assert isinstance(found, Kept)
    assert Key(found.name, found.type) == ("www.example.com.", rtype)
    assert "not readable" in found.description


def test_an_escape_that_is_not_octal_is_no_rdata():
    with pytest.raises(RdataError, match="octal"):
        values.from_native("TXT", r'"\189"')


def test_the_longest_text_that_is_claimed_fits_one_value():
    text = txt_text(b"x" * MAX_TXT)
    assert len(values.to_native(text)) == MAX_VALUE
    assert len(values.to_native(txt_text(b"x" * (MAX_TXT + 1)))) > MAX_VALUE


def test_a_text_that_escapes_make_too_long_is_refused_with_its_length():
    rrset = RRset.of("www.example.com.", "TXT", 300, [txt_text(b"\xff" * 1000)])
    assert refusal_of_size(rrset) == "a value has 4011 characters as Route 53 writes it, 4000 is the most"


def test_values_that_no_request_holds_are_refused_with_their_sum():
    rrset = RRset.of("www.example.com.", "TXT", 300, [txt_text(f"{n:04}".encode() * 900) for n in range(9)])
    assert "the values have 32796 characters together" in refusal_of_size(rrset)


def test_a_wildcard_of_type_ns_is_refused():
    assert "wildcards" in refusal_of_size(RRset.of("*.example.com.", "NS", 300, ["ns1.example.net."]))


def test_generic_rdata_is_refused():
    assert "RFC 3597" in refusal_of_size(RRset("www.example.com.", "CAA", 300, (r"\# 2 0000",)))
