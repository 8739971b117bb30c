"""Options of a provider are read as the configuration has them, and a wrong one says what it should be."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zonesync.provider import options

NAMES = ("endpoint", "rate", "zone_id")


def test_known_options_leave_nothing_to_refuse() -> None:
    options.refuse_unknown("ns1", NAMES, {})


@pytest.mark.parametrize(
    ("option", "words"),
    [
        ("endpont", "no option `endpont` for `type: ns1`; did you mean `endpoint`?"),
        ("colour", "no option `colour` for `type: ns1`; there are `endpoint`, `rate`, `zone_id`"),
    ],
)
def test_an_unknown_option_is_refused_with_what_was_meant(option: str, words: str) -> None:
    with pytest.raises(ValueError, match=r"no option") as raised:
        options.refuse_unknown("ns1", NAMES, {option: "1"})
    assert str(raised.value) == words


@pytest.mark.parametrize("value", ["", None, 5, ["a"], {"a": "b"}, "a\0b", True])
def test_a_text_is_a_text_with_something_in_it(value: Any) -> None:
    with pytest.raises(ValueError, match="`project` is a text that is not empty"):
        options.text("project", value)
    assert options.text("project", "acme") == "acme"


@pytest.mark.parametrize("value", ["a", None, 5, [1], {"a": "b"}, ["a", None]])
def test_texts_are_a_list(value: Any) -> None:
    with pytest.raises(ValueError, match=r"`networks` is a list, such as \[a, b\]"):
        options.texts("networks", value, "[a, b]")
    assert options.texts("networks", ["a"], "[a, b]") == ("a",)
    assert options.texts("networks", (), "[a, b]") == ()


@pytest.mark.parametrize(
    ("value", "meaning"),
    [
        *((text, True) for text in (True, "true", "True", "yes", "on")),
        *((text, False) for text in (False, "false", "NO", "off")),
    ],
)
def test_a_truth_comes_as_text_too(value: Any, meaning: bool) -> None:
    assert options.truth("private", value) is meaning


@pytest.mark.parametrize("value", ["", "1", "0", 1, 0, None, "y", "t", ["true"], "true "])
def test_what_is_neither_true_nor_false_is_refused(value: Any) -> None:
    with pytest.raises(ValueError, match="it is `true` or `false`"):
        options.truth("private", value)


@pytest.mark.parametrize(("value", "meaning"), [("5", 5), ("0.5", 0.5), (5, 5), (2.5, 2.5), ("100", 100)])
def test_a_number_comes_as_text_too(value: Any, meaning: float) -> None:
    assert options.number("rate", value, 0.5, 100) == meaning


@pytest.mark.parametrize(
    "value",
    [
        "",
        "five",
        None,
        "0.49",
        "100.1",
        "-1",
        "nan",
        "inf",
        "-inf",
        "1_0",
        "1e1",
        "5.",
        "\u0665",
        " 5",
        True,
        False,
        ["5"],
    ],
)
def test_what_is_no_number_within_the_limits_is_refused(value: Any) -> None:
    with pytest.raises(ValueError, match=r"it is a number of 0.5 to 100$"):
        options.number("rate", value, 0.5, 100)


@pytest.mark.parametrize(
    ("value", "url"),
    [
        ("https://api.nsone.net/v1", "https://api.nsone.net/v1"),
        ("http://127.0.0.1:5000/", "http://127.0.0.1:5000"),
        ("http://[::1]:8081", "http://[::1]:8081"),
        ("https://proxy.example.net/dns//", "https://proxy.example.net/dns"),
        ("HTTPS://Proxy.example.net", "HTTPS://Proxy.example.net"),
    ],
)
def test_an_endpoint_is_a_url_without_a_final_slash(value: str, url: str) -> None:
    assert options.endpoint("endpoint", value) == url


@pytest.mark.parametrize(
    "value",
    [
        "",
        None,
        5,
        "api.nsone.net",
        "localhost:5000",
        "ftp://api.nsone.net",
        "file:///etc/passwd",
        "https://",
        "https:///path",
        "https://:443",
        "http://host:port",
        "http://host:0",
        "http://host:65536",
        "http://host:-1",
        "http://[::1",
        "http://user:secret@host",
        "http://user@host",
        "http://host/a b",
        "http://host\n.example",
        "http://host/?key=secret",
        "http://host/#part",
        "http://ho\x1bst",
        "//host",
    ],
)
def test_what_is_no_endpoint_is_refused_without_showing_what_may_be_in_it(value: Any) -> None:
    with pytest.raises(ValueError, match=r"`endpoint`") as raised:
        options.endpoint("endpoint", value)
    assert "secret" not in str(raised.value)


@given(st.text(max_size=40))
def test_no_text_at_all_makes_an_endpoint_fail_otherwise(text: str) -> None:
    for value in (text, f"http://{text}", f"http://host:{text}", f"https://[{text}]"):
        try:
            found = options.endpoint("endpoint", value)
        except ValueError:
            continue
        assert found.lower().startswith(("http://", "https://"))
        assert found.isprintable()


def test_hosts_are_canonical() -> None:
    assert options.hosts("nameservers", ["NS1.example.net.", "bücher.example."]) == (
        "ns1.example.net.",
        "xn--bcher-kva.example.",
    )


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (
            ["ns1.example.net"],
            "`nameservers` has `ns1.example.net`; write it out with the final dot: `ns1.example.net.`",
        ),
        (["a..b."], "`nameservers`: `a..b.` has an empty label"),
        ("ns1.example.net.", "`nameservers` is a list, such as [ns1.example.net., ns2.example.net.]"),
    ],
)
def test_a_host_that_is_none_is_refused(value: Any, words: str) -> None:
    with pytest.raises(ValueError, match="`nameservers`") as raised:
        options.hosts("nameservers", value)
    assert str(raised.value) == words
