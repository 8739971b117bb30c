"""Names: one spelling for each, whatever the input; order, kinship and display."""

import dns.name
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.strategies import labels, names
from zonesync.model import names as model
from zonesync.model.names import NameSyntaxError, absolute, display, is_within, join, parent, relative, sort_key, split

ORIGIN = "example.com."
_any_name = names() | names(ORIGIN)
_wire_labels = st.lists(st.binary(min_size=1, max_size=63).map(bytes.lower), max_size=3)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("www", "www.example.com."),
        ("WWW", "www.example.com."),
        ("a.b", "a.b.example.com."),
        ("@", ORIGIN),
        (".", "."),
        ("Mail.Example.NET.", "mail.example.net."),
        ("*.dev", "*.dev.example.com."),
        ("_sip._tcp", "_sip._tcp.example.com."),
        ("0/25.2.0.192.in-addr.arpa.", "0/25.2.0.192.in-addr.arpa."),
        (r"\065\066", "ab.example.com."),
        (r"a\.b", r"a\.b.example.com."),
        (r"a\046b", r"a\.b.example.com."),
        (r"a\ b", r"a\032b.example.com."),
        (r"\@", r"\@.example.com."),
        (r"\000\255", r"\000\255.example.com."),
        ("Bücher", "xn--bcher-kva.example.com."),
        ("straße.", "xn--strae-oqa."),
        ("ööö.企业.", "xn--ndaaa.xn--vhquv."),
        ("XN--BCHER-KVA.", "xn--bcher-kva."),
        ("x" * 63, f"{'x' * 63}.example.com."),
    ],
)
def test_a_name_is_completed_and_brought_to_one_spelling(text, expected) -> None:
    assert absolute(text, ORIGIN) == expected


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "the zone itself is written `@`"),
        ("a..b", "empty label"),
        (".a", "empty label"),
        ("..", "empty label"),
        ("x" * 64, "is 64 octets long, a label has at most 63"),
        (".".join(["x" * 49] * 5), "is 263 octets long, a name has at most 255"),
        ("a\\", "lone backslash"),
        (r"\25", "no escape"),
        (r"\256", "no escape"),
        (r"\2a1", "no escape"),
        ("\\é", "outside ASCII"),
        (r"é\065", "mixes escapes"),
        ("_é", "no IDNA 2008 label"),
        ("\u2665", "no IDNA 2008 label"),
        ("a\u3002b", "full stop of another script"),
        ("é" * 60, "no IDNA 2008 label"),
        ("\ud800", "no IDNA 2008 label"),
    ],
)
def test_what_is_no_name_is_refused_with_the_reason(text, words) -> None:
    with pytest.raises(NameSyntaxError) as refusal:
        absolute(text, ORIGIN)

    assert words in str(refusal.value)


def test_a_name_of_255_octets_is_the_longest() -> None:
    longest = ".".join(["x" * 63] * 3 + ["y" * 61]) + "."

    assert model.octets(absolute(longest)) == 255
    with pytest.raises(NameSyntaxError, match="256 octets"):
        absolute(f"{longest[:-1]}y.")


def test_escapes_count_as_the_octets_they_stand_for() -> None:
    labels_of_octets = ".".join([r"\255" * 63] * 3 + [r"\255" * 61])

    assert model.octets(absolute(f"{labels_of_octets}.")) == 255
    with pytest.raises(NameSyntaxError, match="256 octets"):
        absolute(f"{labels_of_octets}x.")


@given(text=st.text() | st.text(st.sampled_from([*"aZ09-_*/@.\\", "é", "ß", "企", "\u3002", "\0"]), max_size=30))
def test_any_text_is_a_canonical_name_or_refused_as_one(text) -> None:
    try:
        name = absolute(text, ORIGIN)
    except NameSyntaxError:
        return
    assert absolute(name) == name
    assert name.isascii()
    assert name.endswith(".")
    assert model.octets(name) <= 255


@given(wire=_wire_labels)
def test_wire_labels_survive_their_spelling(wire) -> None:
    name = join(wire)

    assert split(name) == (wire, True)
    assert absolute(name) == name
    assert dns.name.from_text(name).labels == (*wire, b"")


@given(name=_any_name)
def test_dnspython_spells_and_measures_a_canonical_name_alike(name):
    theirs = dns.name.from_text(name)

    assert theirs.to_text() == name
    assert len(theirs.to_wire()) == model.octets(name)


@given(one=_any_name, other=_any_name)
def test_order_is_that_of_rfc_4034(one, other) -> None:
    assert (sort_key(one) < sort_key(other)) == (dns.name.from_text(one) < dns.name.from_text(other))


@given(one=_any_name, other=_any_name | st.just(r"b.example.com.") | st.just("com."))
def test_kinship_is_that_of_dnspython(one, other) -> None:
    assert is_within(one, other) == dns.name.from_text(one).is_subdomain(dns.name.from_text(other))


def test_an_escaped_dot_parts_no_labels() -> None:
    assert not is_within(r"a\.example.com.", ORIGIN)
    assert is_within("a\\\\.example.com.", ORIGIN)
    assert parent(r"a\.b.example.com.") == ORIGIN


@given(label=labels, name=_any_name.filter(lambda name: model.octets(name) < 190))
def test_the_parent_is_the_name_without_its_first_label(label, name) -> None:
    child = f"{label}." if name == "." else f"{label}.{name}"

    assert parent(child) == name
    assert is_within(child, name)
    assert not is_within(name, child)


@given(name=_any_name, zone=st.sampled_from([ORIGIN, "com.", "net.", "."]))
def test_a_relative_name_is_completed_to_what_it_was(name, zone) -> None:
    assert absolute(relative(name, zone), zone) == name


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("xn--bcher-kva.example.com.", "bücher.example.com."),
        ("xn--vhquv.", "企业."),
        ("xn--a.", "xn--a."),
        ("xn--www-.", "xn--www-."),
        ("example.com.", "example.com."),
        (r"xn--bcher-kva.\255.", r"bücher.\255."),
    ],
)
def test_u_labels_are_shown_where_they_lead_back(name, shown) -> None:
    assert display(name) == shown


@given(name=_any_name)
def test_what_is_shown_reads_back(name) -> None:
    assert absolute(display(name)) == name


def test_the_root_is_its_own_parent() -> None:
    assert parent(".") == "."
    assert model.octets(".") == 1
