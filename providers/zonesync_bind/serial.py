"""SOA serials: the next one is always greater, in the arithmetic of RFC 1982."""

import enum
from datetime import UTC, datetime

_MODULUS = 2**32
_HALF = 2**31


class SerialStyle(enum.StrEnum):
    """How serials are counted."""

    DATE = "date"
    """``2026013100``, the day and two digits; counts on where the live serial is ahead of the day."""
    UNIX = "unix"
    """Seconds since 1970; counts on likewise."""
    INCREMENT = "increment"


def greater(one: int, other: int) -> bool:
    """Tell whether serial *one* is greater than *other* (RFC 1982 section 3.2)."""
    return 0 < (one - other) % _MODULUS < _HALF


def next_serial(current: int | None, style: SerialStyle, now: float) -> int:
    """Return the serial to write at *now*, in seconds since 1970, after *current*; None where there is no file yet.

    Never 0, which some servers take for "none".
    """
    wanted = _wanted(style, now)
    if current is None:
        return wanted or 1
    if wanted and greater(wanted, current):
        return wanted
    return (current + 1) % _MODULUS or 1


def _wanted(style: SerialStyle, now: float) -> int | None:
    if style is SerialStyle.UNIX:
        return int(now) % _MODULUS
    if style is SerialStyle.DATE:
        return int(f"{datetime.fromtimestamp(now, UTC):%Y%m%d}") * 100
    return None
