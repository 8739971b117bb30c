"""The quick recognisers agree with the slow way wherever they speak, and speak wherever it counts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.strategies import rdatas
from tests.support.examples import examples
from zonesync.model.rdata import FAST, RdataError, canonical, engine

H20, H32, H48, H64 = ("ab" * size for size in (20, 32, 48, 64))
LONG = ".".join(["a" * 63] * 3)
every_fast_type = pytest.mark.parametrize("rtype", sorted(FAST))
a_few = examples(30)

# Templates of one wrong value each; {} takes what no field of that width may be.
_BAD_U8 = ["256", "999", "-1", "+1", "1.0", "0x1", "1e1", "", "\u0663", "1_0", "4294967296"]
_BAD_U16 = ["65536", "99999", "100000", "-1", "+1", "1.0", "0x1", "", "\u0663", "1_0", "18446744073709551616"]
_U8_PLACES = {
    "CAA": ['{} issue "x"'],
    "DS": [f"1 {{}} 2 {H32}", f"1 8 {{}} {H32}"],
    "CDS": [f"1 {{}} 2 {H32}"],
    "TLSA": [f"{{}} 1 1 {H32}", f"3 {{}} 1 {H32}", f"3 1 {{}} {H32}"],
    "SMIMEA": [f"3 {{}} 1 {H32}"],
    "SSHFP": [f"{{}} 1 {H20}", f"4 {{}} {H20}"],
}
_U16_PLACES = {
    "MX": ["{} mail.example."],
    "SRV": ["{} 0 1 a.", "0 {} 1 a.", "0 0 {} a."],
    "NAPTR": ['{} 1 "" "" "" .', '1 {} "" "" "" .'],
    "DS": [f"{{}} 8 2 {H32}"],
}
_BAD_HOSTS = [
    "a..b.", ".a.", "..", f"{'a' * 64}.", f"{LONG}.{'b' * 62}.", "a\\", "a\\256.", "a\\1.", "a b.", '"a."', "a(.",
    "", "a.)",
    "ö\ud800.", "a。b.",
]  # fmt: skip
_HOST_PLACES = {
    **{rtype: ["{}"] for rtype in ("ALIAS", "CNAME", "DNAME", "NS", "PTR")},
    "MX": ["10 {}"],
    "SRV": ["0 0 1 {}"],
    "NAPTR": ['1 1 "" "" "" {}'],
}
_WHOLE = {
    "SOA": [
        "", "a. b.", "a. b. 1 2 3 4", "a. b. 1 2 3 4 5 6", "a. b. 4294967296 2 3 4 5", "a. b. 1 2 3 4 4294967296",
        "a. b. -1 2 3 4 5", "a. b. 1 2 3 4 x", "a. b. 99999999999 2 3 4 5", "a. 1 2 3 4 5", "a. b. c. 2 3 4 5",
        "a..b. c. 1 2 3 4 5", f"{'x' * 64}. b. 1 2 3 4 5",
    ],
    "A": [
        "", "1.2.3", "1.2.3.4.5", "256.1.1.1", "1.2.3.256", "01.2.3.4", "1.2.3.04", "1.2.3.4 5", "1.2.3.4\0",
        "1.2.3.4\n5",
        "0x1.2.3.4", "1.2.3.-4", "1..3.4", ".1.2.3.4", "1.2.3.4.", "::1", "\u0661.2.3.4", "16909060", "1.2.3.4/32",
        "a.b.c.d",
        "1.2.3. 4", '"1.2.3.4"',
    ],
    "AAAA": [
        "", ":", ":::", "1::2::3", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "12345::", "g::", "::1%eth0", "::1\0",
        "1.2.3.4",
        "::1.2.3", "::1.2.3.256", "::01.2.3.4", "1:2:3:4:5:6:7:1.2.3.4", ":1::", "1::2:", "::1/128", "[::1]",
        "::1 ::2",
        "2001:db8::\ud800", "\uff12001::", "1:2:3:4:5:6:7:8:", ":1:2:3:4:5:6:7:8", '"::1"',
    ],
    "TXT": [
        "", '"', '"a', 'a"', '"' + "x" * 256 + '"', '"a" "' + "x" * 256 + '"', '"a\\"', r'"\256"', r'"\25"',
        r'"\1a1"', '"\n"',
        '"\ud800"', "(", ")", '"a" )', '"' + r"\001" * 256 + '"', '"a"\n"b"',
    ],
    "CAA": [
        '0 is-sue "x"', '0 "" "x"', "0 issue", "0", "", '0 issue "x" "y"', f'0 {"a" * 256} "x"', '0 issue "x',
        '0 täg "x"',
        '0 issue "x"y',
    ],
    "DS": [
        f"1 8 1 {H32}", f"1 8 2 {H20}", f"1 8 3 {H20}", f"1 8 4 {H32}", f"1 8 0 {H20}", f"1 8 2 {H32}ab",
        f"1 8 2 {H32[:-1]}",
        f"1 8 2 {H32[:-2]}zz", "1 8 2", f"1 2 {H32}", f"1 8 2 0x{H32}", f'1 8 2 "{H32}"', f"1 NOALGORITHM 2 {H32}",
    ],
    "CDS": [f"1 8 1 {H32}", f"1 8 2 {H20}", "0 0 0 0", "0 0 0", f"1 8 2 {H32}{H32}", "1 8 2 zz"],
    "TLSA": [f"3 1 1 {H20}", f"3 1 2 {H32}", f"3 1 1 {H64}", "3 1 0", "3 1 0 a", "3 1 0 zz", f"3 1 {H32}",
        f"3 1 1 {H32}a"],
    "SMIMEA": [f"3 1 1 {H20}", f"3 1 2 {H32}", "3 1 0", "3 1 0 abc", "3 1 0 -1"],
    "SSHFP": [f"4 1 {H32}", f"4 2 {H20}", "4 2", f"4 {H32}", f"4 2 {H32}a", f"4 2 {H32[:-1]}g", f"4 1 {H20}{H20}"],
    "MX": ["", "10", "a.", "a. 10", "10 a. b.", "10,a."],
    "SRV": ["", "0 0 1", "0 0 a.", "0 0 1 a. b.", "0 0 http a."],
    "NAPTR": ['1 1 "" "" .', '1 1 "" "" ""', '1 1 "" "" "" . .', '1 1 "' + "x" * 256 + '" "" "" .', "",
        '1 1 "" "" "" "."'],
}  # fmt: skip
_WHOLE["SPF"] = _WHOLE["TXT"]


def _planted() -> list[tuple[str, str]]:
    bad = [(rtype, text) for rtype, texts in _WHOLE.items() for text in texts]
    for places, wrong in ((_U8_PLACES, _BAD_U8), (_U16_PLACES, _BAD_U16), (_HOST_PLACES, _BAD_HOSTS)):
        bad += [
            (rtype, template.format(value))
            for rtype, templates in places.items()
            for template in templates
            for value in wrong
        ]
    return bad


INVALID = _planted()


def test_the_planted_faults_are_many() -> None:
    assert len(INVALID) > 400
    assert {rtype for rtype, _ in INVALID} == set(FAST)


@pytest.mark.parametrize("rtype", sorted(FAST))
def test_no_planted_fault_is_accepted_by_either_way(rtype) -> None:
    faults = [text for kind, text in INVALID if kind == rtype]

    assert [text for text in faults if FAST[rtype](text) is not None] == []
    for text in faults:
        with pytest.raises(RdataError):
            engine.spell(rtype, text, ".")


@every_fast_type
@a_few
@given(data=st.data())
def test_what_a_recogniser_returns_is_what_the_slow_way_returns(rtype, data) -> None:
    """Also for text with one character changed, dropped or added somewhere."""
    text = data.draw(rdatas(rtype))
    at = data.draw(st.integers(0, len(text)))
    patch = data.draw(st.sampled_from(["", "\0", "\n", " ", '"', "\\", ".", "0", "9", "F", "K", ";", "é"]))
    cut = data.draw(st.integers(0, 2))
    changed = text[:at] + patch + text[at + cut :]
    for candidate in (text, changed, text.upper()):
        fast = FAST[rtype](candidate)

        assert fast is None or fast == engine.spell(rtype, candidate, ".")


@every_fast_type
@a_few
@given(text=st.text(st.sampled_from([*'0123456789abcdefAX."\\ -_*', "é", "\0", "\n"]), max_size=40))
def test_a_recogniser_never_accepts_random_text_that_the_slow_way_refuses(rtype, text) -> None:
    fast = FAST[rtype](text)

    assert fast is None or fast == engine.spell(rtype, text, ".")


_ORDINARY = [
    ("A", "192.0.2.255"),
    ("AAAA", "2001:db8:0:1:1:1:1:1"),
    ("ALIAS", "lb.example.net."),
    ("CAA", '128 issue "letsencrypt.org; validationmethods=dns-01"'),
    ("CDS", f"65535 255 4 {H48}"),
    ("CNAME", f"{LONG}.{'b' * 61}."),
    ("DNAME", "example.net."),
    ("DS", f"0 13 2 {H32}"),
    ("MX", "0 ."),
    ("NAPTR", r'100 10 "u" "E2U+sip" "!^.*$!sip:\\\\1@example.com!" .'),
    ("NS", "ns1.example.net."),
    ("PTR", "*.a_b-c/9.example.net."),
    ("SMIMEA", "3 0 0 30"),
    ("SOA", "ns1.example.net. hostmaster.example.net. 4294967295 3600 900 1209600 0"),
    ("SPF", '"v=spf1 -all"'),
    ("SRV", "65535 0 9999 api.example.com."),
    ("SSHFP", f"4 2 {H32}"),
    ("TLSA", f"3 1 2 {H64}"),
    ("TXT", '""'),
    ("TXT", r'"a\"b\\c\000\031\127\255~ "'),
    ("TXT", '"' + "x" * 255 + '" "' + r"\255" * 255 + '"'),
]


def test_every_recogniser_has_an_ordinary_example() -> None:
    assert {rtype for rtype, _ in _ORDINARY} == set(FAST)


@pytest.mark.parametrize(("rtype", "text"), _ORDINARY)
def test_ordinary_canonical_text_is_recognised(rtype, text) -> None:
    assert FAST[rtype](text) == text == engine.spell(rtype, text, ".")


def test_the_number_patterns_hold_exactly_the_range() -> None:
    for number in range(66000):
        assert (FAST["MX"](f"{number} a.") is not None) == (number <= 65535)
        assert (FAST["CAA"](f'{number} a "x"') is not None) == (number <= 255)
        assert FAST["MX"](f"0{number} a.") is None


def test_every_octet_is_spelled_as_txt_recognises_it() -> None:
    for octet in range(256):
        text = engine.spell("TXT", f'"\\{octet:03d}"', ".")

        assert FAST["TXT"](text) == text
        assert FAST["TXT"](f'"\\{octet:03d}"') in {None, text}


@pytest.mark.parametrize(
    "text",
    ["::", "::1", "::1.2.3.4", "::ffff:1.2.3.4", "::ffff:102:304", "1::", "1:0:2:3:4:5:6:7", "1:0:0:2:0:0:3:4",
     "64:ff9b::1.2.3.4",
     "2001:DB8::A", "2001:0db8:0000:0000:0000:0000:0000:0001", "0:0:0:0:0:0:0:0", "1:2:3:4:5:6:7::",
     "::2:3:4:5:6:7:8"],
)  # fmt: skip
def test_ipv6_spellings_agree_with_dnspython_or_are_left_to_it(text) -> None:
    fast = FAST["AAAA"](text)

    assert fast in {None, engine.spell("AAAA", text, ".")}


def test_upper_case_is_folded_where_the_whole_rdata_may_be() -> None:
    assert FAST["MX"]("10 MAIL.Example.COM.") == "10 mail.example.com."
    assert FAST["DS"](f"1 8 2 {H32.upper()}") == f"1 8 2 {H32}"
    assert FAST["CNAME"]("\u212a.") is None, "the Kelvin sign has an ASCII lower case"
    assert FAST["CAA"]('0 ISSUE "A"') == '0 ISSUE "A"'


@pytest.mark.parametrize("origin", [".", "example.com.", f"{LONG}."])
@pytest.mark.parametrize(
    ("rtype", "text"),
    [("CNAME", "@"), ("CNAME", "www"), ("NS", "NS1.Sub"), ("MX", "10 mail"), ("MX", "0 @"), ("SRV", "0 5 443 api"),
     ("NAPTR", '1 1 "" "" "a b" x'), ("PTR", f"{'b' * 61}"), ("CNAME", "a.b;c"), ("MX", "10 a ;b"), ("DNAME", "")],
)  # fmt: skip
def test_relative_names_are_completed_as_the_slow_way_completes_them(rtype, text, origin) -> None:
    for strict in (False, True):
        assert _outcome(canonical, rtype, text, origin, strict) == _outcome(engine.spell, rtype, text, origin, strict)


def _outcome(way, rtype, text, origin, strict):
    try:
        return way(rtype, text, origin, strict_hosts=strict)
    except RdataError as problem:
        return problem.args
