"""Names and values as Route 53 spells them, and what the fake itself is made of."""

import ast
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fakes.route53_names import BadNameError, inside, position, spelled
from tests.fakes.route53_values import meaning, strings, undotted
from tests.support.examples import examples

HERE = Path(__file__).parent
LABELS = st.lists(st.binary(min_size=1, max_size=20), min_size=1, max_size=5)


@given(LABELS)
@examples(60)
def test_any_bytes_can_be_spelled_and_read_again(labels):
    written = ".".join("".join(f"\\{byte:03o}" for byte in label) for label in labels)

    name = spelled(written)

    assert name.isascii()
    assert name == name.lower() == spelled(name) == spelled(name[:-1])
    assert name.count(".") == len(labels)


def test_names_are_lower_case_with_all_but_letters_digits_hyphen_and_underscore_escaped():
    assert spelled("*.A-b_c.\\101!\\056x") == "\\052.a-b_c.a\\041\\056x."
    assert spelled(".") == "."


def test_a_backslash_without_digits_is_itself():
    assert spelled("a\\b.c") == "a\\134b.c."


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "DomainNameEmpty (Domain name is empty) encountered with ''"),
        ("a..b", "DomainLabelEmpty"),
        (".a", "DomainLabelEmpty"),
        ("a" * 64, "DomainLabelTooLong"),
        ("a." * 127 + "a", "DomainNameTooLong"),
        ("ä", "UnsupportedCharacter"),
        ("a b", "UnsupportedCharacter"),
        ("a\x7f", "UnsupportedCharacter"),
    ],
)
def test_what_is_no_name_is_refused(text, words):
    with pytest.raises(BadNameError, match="FATAL problem: ") as caught:
        spelled(text)
    assert words in str(caught.value)


def test_the_longest_names_are_taken():
    assert len(spelled("a" * 63 + ".b")) == 66
    assert len(spelled("a." * 127)) == 254


def test_a_zone_holds_what_ends_in_its_labels():
    assert [inside(name, "b.c.") for name in ("b.c.", "a.b.c.", "ab.c.", "c.", "a\\056b.c.")] == [
        True,
        True,
        *[False] * 3,
    ]


def test_names_sort_by_reversed_labels_each_with_its_dot():
    names = ["b.c.", "a.b.c.", "b-.c.", "\\052.b.c.", "0.b.c.", "z.a.c.", "c."]

    assert sorted(names, key=position) == ["c.", "z.a.c.", "b-.c.", "b.c.", "0.b.c.", "\\052.b.c.", "a.b.c."]
    assert sorted(names, key=lambda name: position(name, escaped=False))[4:6] == ["\\052.b.c.", "0.b.c."]
    assert position("a\\056b.c.", escaped=False) == "c.a\\056b."


@given(st.lists(st.binary(max_size=255), min_size=1, max_size=4))
@examples(60)
def test_any_bytes_are_strings_of_a_txt_value(chunks):
    value = " ".join('"' + "".join(f"\\{byte:03o}" for byte in chunk) + '"' for chunk in chunks)

    assert strings(value) == tuple(chunks)


def test_numbers_and_strings_go_up_to_what_fits():
    assert strings(f'"{"a" * 255}"') == (b"a" * 255,)
    assert meaning("MX", "65535 a.") == b"65535 a."


def test_strings_need_no_space_between_them_and_know_escapes():
    assert strings(r'"a\"b\\c\;\101""d"') == (rb'a"b\c;A', b"d")


@pytest.mark.parametrize(
    ("kind", "one", "same"),
    [
        ("AAAA", "2001:db8::1", "2001:DB8:0:0:0:0:0:1"),
        ("CNAME", "Host.example", "host.example."),
        ("MX", "010 mail.", "10  MAIL"),
        ("TXT", r'"a"', r'"\141"'),
        ("DS", f"1 8 2 {'ab' * 32}", f"1 8 2 {'AB' * 16} {'AB' * 16}"),
        ("CAA", '0 issue "ca.example"', '0  issue  "ca.example"'),
        ("NAPTR", '1 2 "U" "E2U" "!a!\\\\041!" .', '1 2 "U" "E2U"  "!a!\\\\041!" .'),
        ("SOA", r"ns\052.a. b. 1 2 3 4 5", r"NS*.A b 1 2 3 4 5"),
        ("SVCB", "1 a.b. alpn=h2", '1 a.b alpn="h2"'),
    ],
)
def test_a_record_is_the_same_in_another_spelling(kind, one, same):
    assert meaning(kind, one) == meaning(kind, same)


def test_a_final_dot_is_looked_past_only_where_it_ends_a_host_name():
    assert [
        undotted(*each) for each in (("CNAME", "a."), ("MX", "1 a."), ("MX", "0 ."), ("NS", "."), ("TXT", '"a."'))
    ] == [
        *("a", "1 a", "0 .", ".", '"a."'),
    ]


@pytest.mark.source
@pytest.mark.parametrize("path", sorted(HERE.glob("*route53*.py")), ids=lambda path: path.name)
def test_the_fake_knows_nothing_of_what_it_tests(path):
    imported = {
        name
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }

    assert not [name for name in imported if name.startswith("zonesync")]
