"""Domain names inside rdata: where they stand, and how a file's short spellings are completed."""

from collections.abc import Callable, Sequence

from zonesync.model.names import NameSyntaxError, absolute, shorten, split
from zonesync.model.rdata.base import layout
from zonesync.model.rdata.registry import TYPES
from zonesync.model.rdata.tokens import RdataError, Token

# Types without a class, whose names are to be completed and lower-cased all the same.
_FIXED = {
    "AFSDB": (1,), "DSYNC": (3,), "KX": (1,), "LP": (1,), "NSAP-PTR": (0,), "NSEC": (0,), "PX": (1, 2),
    "RRSIG": (7,), "RT": (1,), "SIG": (7,),
}  # fmt: skip
_BLANK = frozenset(' \t\r\n"();\0')


def host_indexes(rtype: str, tokens: Sequence[Token]) -> Sequence[int]:
    """Tell which of *tokens* are domain names."""
    cls = TYPES.get(rtype)
    if cls:
        return cls.host_indexes(tokens)
    if rtype == "HIP":
        return range(3, len(tokens))
    if rtype == "AMTRELAY":
        return [3] if len(tokens) > 3 and tokens[2].text.lstrip("0") == "3" else []
    return [index for index in _FIXED.get(rtype, ()) if index < len(tokens)]


def host_fields(rtype: str) -> tuple[str, ...]:
    """Return the names of the fields of *rtype* that hold a domain name."""
    cls = TYPES.get(rtype)
    return tuple(name for name, spelling in layout(cls) if spelling.host) if cls else ()


def host(text: str, origin: str = ".") -> str:
    """Return *text* as a canonical name, completed with canonical *origin*. Raises :class:`RdataError`."""
    if not _BLANK.isdisjoint(text) and "\\" not in text:
        raise RdataError(f"`{shorten(text)}` is no host name: it holds a blank, a quote or a parenthesis")
    try:
        return absolute(text, origin)
    except NameSyntaxError as problem:
        raise RdataError(str(problem)) from None


def host_in_file(text: str, origin: str) -> str:
    """Return the canonical name that a zone file of ours means by *text*.

    One label is relative to *origin*, ``@`` is *origin*, and a name that ends in a dot is absolute. A dot inside
    and none at the end can mean two names: :class:`RdataError`, which offers both.
    """
    name = host(text, origin)
    if ("." in text and not text.endswith(".")) or text.endswith("\\."):
        labels, is_absolute = split(text)
        if not is_absolute and len(labels) > 1:
            raise RdataError(
                f"`{shorten(text)}` has a dot inside and none at the end: "
                f"write `{shorten(text)}.` for that very name, or `{shorten(name, 120)}` for the one in this zone"
            )
    return name


def _target(index: int) -> Callable[[str], tuple[str, ...]]:
    def target(text: str) -> tuple[str, ...]:
        name = text.split(" ", index + 1)[index]
        return () if name == "." else (name,)

    return target


_TARGETS = {
    "ALIAS": _target(0), "CNAME": _target(0), "DNAME": _target(0), "NS": _target(0), "PTR": _target(0),
    "MX": _target(1), "SRV": _target(3), "SVCB": _target(1), "HTTPS": _target(1),
}  # fmt: skip


def targets(rtype: str, text: str) -> tuple[str, ...]:
    """Return the names that a reader of canonical rdata *text* would look up next; `.` is none."""
    find = _TARGETS.get(rtype)
    return find(text) if find and not text.startswith("\\# ") else ()
