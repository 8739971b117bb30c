"""Answers of NS1 mean what our rdata means, in every spelling that the service has for them."""

import json

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.strategies import rdatas
from tests.support.examples import examples
from zonesync.model.rdata import canonical, txt_strings, txt_text
from zonesync.model.rrset import RRset
from zonesync_ns1 import convert
from zonesync_ns1.refusals import refusal

TYPES = sorted(convert.LAYOUT)
SAME = {"AFSDB": "MX"}
"""Types of the same shape as others, for which examples are drawn."""
UTF8 = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=300)


def holdable(rtype, text):
    """Return *text* as one value of an RRset that NS1 can hold; other examples are not tried."""
    rrset = RRset.of("www.example.com.", rtype, 300, [text])
    assume(not refusal("example.com.", rrset))
    return convert.normalised(rrset).rdatas[0]


def undotted(rtype, fields):
    kinds = convert.LAYOUT[rtype]
    return [
        field.removesuffix(".") if kind == "h" and len(field) > 1 else field
        for kind, field in zip(kinds, fields, strict=False)
    ]


@pytest.mark.property
@pytest.mark.parametrize("rtype", TYPES)
def test_every_value_comes_back_from_its_answer(rtype):
    @examples(30)
    @given(rdatas(SAME.get(rtype, rtype)))
    def holds(text):
        known = holdable(rtype, text)
        fields = json.loads(json.dumps(convert.answer(rtype, text)))
        assert convert.text(rtype, fields) == known
        assert convert.text(rtype, [str(field) for field in fields]) == known
        assert convert.text(rtype, undotted(rtype, fields)) == known

    holds()


@pytest.mark.property
@pytest.mark.parametrize("rtype", TYPES)
def test_a_short_answer_is_read_as_the_whole_one_or_called_ambiguous(rtype):
    @examples(30)
    @given(rdatas(SAME.get(rtype, rtype)), st.booleans())
    def holds(text, undot):
        known = holdable(rtype, text)
        fields = convert.answer(rtype, text)
        short = " ".join(map(str, undotted(rtype, fields) if undot else fields))
        found = convert.split(rtype, short)
        assert found is None or convert.text(rtype, found) == known

    holds()


@pytest.mark.property
@given(UTF8)
def test_a_text_is_sent_raw_and_whole(text):
    rdata = txt_text(text.encode())
    assert convert.answer("TXT", rdata) == [text]
    assert convert.text("TXT", [text]) == rdata
    assert convert.split("TXT", text) == [text]


@pytest.mark.property
@given(rdatas("TXT"), st.sampled_from(["TXT", "SPF"]))
def test_normalise_is_idempotent_and_keeps_the_octets(text, rtype):
    rrset = RRset.of("www.example.com.", rtype, 300, [text])
    once = convert.normalised(rrset)
    assert convert.normalised(once) == once
    joined = [b"".join(txt_strings(value)) for value in once.rdatas]
    assert joined == [b"".join(txt_strings(value)) for value in rrset.rdatas]


@pytest.mark.parametrize(
    ("rtype", "short", "text"),
    [
        ("MX", "10 mail.example.net", "10 mail.example.net."),
        ("MX", "0 .", "0 ."),
        ("MX", "0 ", "0 ."),
        ("SRV", "0 5 5060 sip.example.net.", "0 5 5060 sip.example.net."),
        ("CAA", "0 issue ca.example.net; policy=ev", '0 issue "ca.example.net; policy=ev"'),
        ("CAA", "0 issue ;", '0 issue ";"'),
        ("CAA", "0 issue ", '0 issue ""'),
        ("NAPTR", "100 20 s http+N2L  www.example.net", '100 20 "s" "http+N2L" "" www.example.net.'),
        ("NAPTR", r"1 2 u E2U+sip !^(.*)$!sip:\1@x.y! .", r'1 2 "u" "E2U+sip" "!^(.*)$!sip:\\1@x.y!" .'),
        ("HTTPS", '1 . alpn="h2,h3" port=443', '1 . alpn="h2,h3" port="443"'),
        ("SVCB", "0 svc.example.net", "0 svc.example.net."),
        ("TXT", ' two  blanks "and quotes" \\', r'" two  blanks \"and quotes\" \\"'),
        ("AAAA", "2001:DB8:0:0:0:0:0:1", "2001:db8::1"),
        ("CNAME", "Target.Example.NET", "target.example.net."),
        ("CSYNC", "66 3 A NS AAAA", "66 3 A NS AAAA"),
    ],
)
def test_short_answers_are_split_as_their_type_demands(rtype, short, text):
    assert convert.text(rtype, convert.split(rtype, short)) == text
    assert canonical(rtype, text) == text


@pytest.mark.parametrize("short", ["1 2 u a b !x! .", "100 10 u sip !a b! x."])
def test_a_short_answer_with_a_blank_inside_a_field_is_ambiguous(short):
    assert convert.split("NAPTR", short) is None
    assert convert.split("HINFO", "PC Intel Linux") is None


@pytest.mark.parametrize(
    ("rtype", "fields", "text"),
    [
        ("MX", ["10 mail.example.net"], "10 mail.example.net."),
        ("MX", ["10", "mail.example.net"], "10 mail.example.net."),
        ("TXT", ["a", "b"], '"ab"'),
        ("HTTPS", [1, ".", "alpn=h2", "port=443"], '1 . alpn="h2" port="443"'),
        ("CSYNC", [66, 3, "A", "NS"], "66 3 A NS"),
    ],
)
def test_answers_of_other_shapes_are_understood(rtype, fields, text):
    assert convert.text(rtype, fields) == text


@pytest.mark.parametrize(
    ("rtype", "fields"),
    [
        ("A", ["192.0.2.300"]),
        ("MX", ["mail."]),
        ("MX", [{"up": True}, "mail."]),
        ("A", [True]),
        ("A", []),
        ("SRV", [1]),
    ],
)
def test_what_is_no_rdata_is_an_error(rtype, fields):
    with pytest.raises(ValueError, match=r"\S"):
        convert.text(rtype, fields)


@pytest.mark.parametrize(
    ("rtype", "text", "fields"),
    [
        ("MX", "10 mail.example.net.", [10, "mail.example.net."]),
        ("CAA", '0 issue "ca.example.net"', [0, "issue", "ca.example.net"]),
        ("NAPTR", '1 2 "" "" "" .', [1, 2, "", "", "", "."]),
        ("HTTPS", '1 . alpn="h2"', [1, ".", 'alpn="h2"']),
        ("SVCB", "0 x.example.", [0, "x.example."]),
        ("DS", "12345 13 2 " + "ab" * 32, [12345, 13, 2, "ab" * 32]),
        ("TXT", '"a;b" "c\\"d"', ['a;bc"d']),
        ("CERT", "PKIX 1 RSASHA256 AAAA", ["PKIX", 1, "RSASHA256", "AAAA"]),
        ("RP", "a.example. b.example.", ["a.example.", "b.example."]),
    ],
)
def test_answers_have_the_shape_that_the_api_documents(rtype, text, fields):
    assert convert.answer(rtype, text) == fields
