"""Which name a record points at, cut out of canonical rdata without parsing it."""

from collections.abc import Callable, Mapping
from types import MappingProxyType


def _second(text: str) -> str:
    return text.split(" ", 2)[1]


def _fourth(text: str) -> str:
    return text.split(" ", 4)[3]


POINTS_AT: Mapping[str, Callable[[str], str] | None] = MappingProxyType(
    {
        "ALIAS": None,
        "CNAME": None,
        "DNAME": None,
        "HTTPS": _second,
        "MX": _second,
        "NS": None,
        "PTR": None,
        "SRV": _fourth,
        "SVCB": _second,
    }
)
"""Per type how to find the target in canonical rdata; None: the rdata is the target."""
