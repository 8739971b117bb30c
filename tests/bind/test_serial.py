"""Serials go forward, by the arithmetic of RFC 1982, in every style."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zonesync_bind.serial import SerialStyle, greater, next_serial

NOON = 1_769_860_800.0
"""2026-01-31 12:00 UTC."""
serials = st.integers(0, 2**32 - 1) | st.sampled_from([0, 1, 2**31 - 1, 2**31, 2**31 + 1, 2**32 - 2, 2**32 - 1])


@pytest.mark.parametrize(
    ("current", "style", "expected"),
    [
        (None, "date", 2026013100),
        (None, "unix", 1769860800),
        (None, "increment", 1),
        (2026013100, "date", 2026013101),
        (2026013099, "date", 2026013100),
        (2026013199, "date", 2026013200),
        (2026013200, "date", 2026013201),
        (2025123145, "date", 2026013100),
        (1, "date", 2026013100),
        # Half the circle ahead or more is behind (RFC 1982 section 3.2).
        (2026013100 + 2**31 - 1, "date", 2026013100 + 2**31),
        (4294967295, "date", 2026013100),
        (4200000000, "date", 2026013100),
        (1769860799, "unix", 1769860800),
        (1769860800, "unix", 1769860801),
        (2026013100, "unix", 2026013101),
        (4294967295, "unix", 1769860800),
        (41, "increment", 42),
        (2147483647, "increment", 2147483648),
        (4294967294, "increment", 4294967295),
        # 0 is left out: some servers take it for "no serial".
        (4294967295, "increment", 1),
    ],
)
def test_the_next_serial_is(current: int | None, style: str, expected: int) -> None:
    assert next_serial(current, SerialStyle(style), NOON) == expected


@given(serials, st.sampled_from(SerialStyle), st.floats(0, 4e9))
def test_the_next_serial_is_always_greater(current: int, style: SerialStyle, now: float) -> None:
    following = next_serial(current, style, now)
    assert greater(following, current)
    assert 0 < following < 2**32


@given(serials, serials)
def test_of_two_serials_at_most_one_is_greater(one: int, other: int) -> None:
    assert not (greater(one, other) and greater(other, one))
    assert greater(one, other) or greater(other, one) or (one - other) % 2**32 in {0, 2**31}
