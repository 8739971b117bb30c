"""Times to live: seconds, or the units that BIND made common (``1w2d3h4m5s``)."""

import re

MAX_TTL = 2**31 - 1
"""RFC 2181 section 8: a TTL is an unsigned number of at most 31 bits."""
MAX_INTERVAL = 2**32 - 1
"""RFC 1035 section 3.3.13: the times of an SOA have 32 bits."""

_units = re.compile(r"(?:(\d+)w)?(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?", re.IGNORECASE | re.ASCII).fullmatch
_SECONDS = (604800, 86400, 3600, 60, 1)


class TtlSyntaxError(ValueError):
    """The text is not a TTL."""


def parse_ttl(text: str) -> int:
    """Return *text* in seconds. Raises :class:`TtlSyntaxError` for anything else, and above 2**31 - 1."""
    seconds = _seconds(text)
    if seconds > MAX_TTL:
        raise TtlSyntaxError(f"a TTL of {seconds} seconds is over {MAX_TTL} (RFC 2181 section 8)")
    return seconds


def parse_interval(text: str) -> int:
    """Return *text*, a time of an SOA, in seconds. Raises :class:`TtlSyntaxError`, above 2**32 - 1 as well."""
    seconds = _seconds(text)
    if seconds > MAX_INTERVAL:
        raise TtlSyntaxError(f"a time of {seconds} seconds is over {MAX_INTERVAL} (RFC 1035 section 3.3.13)")
    return seconds


def _seconds(text: str) -> int:
    if text.isdecimal() and text.isascii() and len(text) <= 20:
        return int(text)
    found = _units(text) if 0 < len(text) <= 60 else None
    if not found:
        raise TtlSyntaxError(f"`{text[:40]}` is no TTL: write seconds (`3600`) or units in order (`1h30m`)")
    return sum(int(count) * unit for count, unit in zip(found.groups(), _SECONDS, strict=True) if count)


def format_ttl(seconds: int) -> str:
    """Spell *seconds* the shortest way that :func:`parse_ttl` reads back: ``3600`` is ``1h``, ``61`` stays ``61``."""
    for unit, letter in zip(_SECONDS[:-1], "wdhm", strict=True):
        if seconds and seconds % unit == 0:
            return f"{seconds // unit}{letter}"
    return str(seconds)
