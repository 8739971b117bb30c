"""TTLs: seconds and units in, seconds out, and the shortest spelling back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zonesync.model.ttl import MAX_INTERVAL, MAX_TTL, TtlSyntaxError, format_ttl, parse_interval, parse_ttl


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("0", 0),
        ("3600", 3600),
        ("007", 7),
        ("1h", 3600),
        ("1H30M", 5400),
        ("1w2d3h4m5s", 788645),
        ("90m", 5400),
        ("0s", 0),
        ("2147483647", MAX_TTL),
        ("3550w5d3h14m7s", MAX_TTL),
    ],
)
def test_seconds_and_units_are_read(text, seconds) -> None:
    assert parse_ttl(text) == seconds


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "1 h",
        "h",
        "1h1w",
        "1h1h",
        "-1",
        "+1",
        "1.5h",
        "1y",
        "1e3",
        "0x10",
        "\u0663",
        "\uff11h",
        "1h30",
        "30 ",
        "1_000",
    ],
)
def test_what_is_no_ttl_is_refused(text) -> None:
    with pytest.raises(TtlSyntaxError, match="is no TTL"):
        parse_ttl(text)


@pytest.mark.parametrize("text", ["2147483648", "99999999999999999999", "3551w", "99999999999999999999w"])
def test_a_ttl_over_31_bits_is_refused_with_the_limit(text) -> None:
    with pytest.raises(TtlSyntaxError, match="is over 2147483647"):
        parse_ttl(text)


@pytest.mark.parametrize("text", ["9" * 5000, "9" * 5000 + "s", "1h" * 1000])
def test_an_endless_ttl_is_refused(text) -> None:
    with pytest.raises(TtlSyntaxError):
        parse_ttl(text)


@given(text=st.text() | st.text("0123456789wdhmsWDHMS", max_size=30))
def test_any_text_is_a_ttl_within_range_or_refused_as_one(text) -> None:
    try:
        seconds = parse_ttl(text)
    except TtlSyntaxError:
        return
    assert 0 <= seconds <= MAX_TTL


@given(seconds=st.integers(0, MAX_TTL) | st.sampled_from([60, 3600, 86400, 604800]).map(lambda unit: unit * 7))
def test_the_shown_form_reads_back(seconds) -> None:
    assert parse_ttl(format_ttl(seconds)) == seconds


@pytest.mark.parametrize(
    ("seconds", "text"), [(0, "0"), (59, "59"), (60, "1m"), (61, "61"), (86400, "1d"), (604800, "1w")]
)
def test_the_greatest_whole_unit_is_shown(seconds, text) -> None:
    assert format_ttl(seconds) == text


def test_an_soa_time_has_one_bit_more_than_a_ttl():
    assert parse_interval("4294967295") == MAX_INTERVAL == 2**32 - 1
    assert parse_interval("7101w") == 7101 * 604800
    for text in ("4294967296", "7102w"):
        with pytest.raises(TtlSyntaxError, match=r"a time of \d+ seconds is over 4294967295 \(RFC 1035"):
            parse_interval(text)
