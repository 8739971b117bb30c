"""RRsets survive the way to octoDNS and back, or are refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from octodns.record import Record

from tests.support.examples import examples
from zonesync.model.rdata import txt_from_strings, txt_text
from zonesync.model.rrset import RRset
from zonesync.provider.conformance.samples import SAMPLES
from zonesync_octodns import convert
from zonesync_octodns.names import new_zone, owner, relative

APEX = "example.com."


def there_and_back(rrset: RRset) -> RRset:
    return convert.rrset(convert.record(new_zone(APEX), rrset, lenient=True))


@pytest.mark.parametrize("rtype", sorted(convert.TYPES & SAMPLES.keys() - {"NAPTR"}))
def test_samples_of_each_type_come_back(rtype):
    rrset = RRset.of(f"a.{APEX}", rtype, 300, SAMPLES[rtype][:1] if rtype == "CNAME" else SAMPLES[rtype])
    assert there_and_back(rrset) == rrset


@pytest.mark.property
@given(st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E, exclude_characters='"\\'), min_size=1))
@examples(200)
def test_a_text_of_plain_characters_comes_back(text):
    rrset = RRset.of(f"a.{APEX}", "TXT", 300, [txt_text(text.encode())])
    assert there_and_back(rrset) == rrset


@pytest.mark.property
@given(st.binary(min_size=1, max_size=600))
@examples(200)
def test_a_text_of_any_octets_comes_back_or_is_refused(data):
    rrset = RRset.of(f"a.{APEX}", "TXT", 300, [txt_text(data)])
    if all(0x20 <= octet < 0x7F and octet not in b'"\\' for octet in data):
        assert there_and_back(rrset) == rrset
    else:
        with pytest.raises(ValueError, match="no sure spelling"):
            there_and_back(rrset)


@pytest.mark.parametrize(
    ("rtype", "text", "words"),
    [
        ("TXT", r'"a\"b"', "no sure spelling"),
        ("TXT", r'"a\\b"', "no sure spelling"),
        ("TXT", r'"\195\188"', "no sure spelling"),
        ("MX", r"10 a\.b.example.net.", "an escape"),
        ("HTTPS", '1 . dohpath="/dns-query{?dns}"', "no parameter `dohpath`"),
        ("SVCB", r'1 . alpn="h2\\,x"', "no sure spelling|an escape"),
        ("URI", '10 1 "https://example.com/a b"', "a blank"),
        ("TYPE65280", r"\# 1 00", "no records of type TYPE65280"),
        ("SOA", "a. b. 1 2 3 4 5", "no records of type SOA"),
    ],
)
def test_a_value_without_a_sure_spelling_is_refused(rtype, text, words):
    with pytest.raises(ValueError, match=words):
        there_and_back(RRset.of(f"a.{APEX}", rtype, 300, [text]))


def test_two_values_of_a_type_that_has_one_are_refused():
    rrset = RRset(f"a.{APEX}", "CNAME", 300, ("a.example.net.", "b.example.net."))
    with pytest.raises(ValueError, match="2 values, where CNAME has one"):
        there_and_back(rrset)


def test_a_semicolon_is_escaped_at_octodns_alone():
    rrset = RRset.of(f"a.{APEX}", "TXT", 300, ['"v=DKIM1; p=abc"'])
    assert convert.record(new_zone(APEX), rrset, lenient=True).values == ["v=DKIM1\\; p=abc"]
    assert there_and_back(rrset) == rrset


@pytest.mark.parametrize("raw", ['say "x"', "back\\slash", "bücher", "tab\there"])
def test_a_text_without_a_sure_reading_is_no_rrset(raw):
    record = Record.new(new_zone(APEX), "a", {"type": "TXT", "ttl": 60, "value": raw}, lenient=True)
    with pytest.raises(ValueError, match="no sure reading"):
        convert.rrset(record)


def test_the_boundaries_of_a_text_are_forgotten():
    rrset = RRset.of(f"a.{APEX}", "TXT", 300, [txt_from_strings([b"a", b"b"])])
    assert there_and_back(rrset) == convert.normalised(rrset) == RRset.of(f"a.{APEX}", "TXT", 300, ['"ab"'])


def test_the_apex_has_an_empty_name():
    assert relative(APEX, APEX) == ""
    assert relative(f"*.a.{APEX}", APEX) == "*.a"
    assert owner("", APEX) == APEX
    assert owner("A.b", APEX) == f"a.b.{APEX}"
