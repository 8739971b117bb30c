"""The globs under ``ignore:``, spelled as names are matched: relative to the zone, lower case, A-labels."""

from fnmatch import fnmatchcase

from zonesync.load.values import ValueProblem
from zonesync.model.names import NameSyntaxError, shorten, to_a_label

_GLOB = frozenset("*?[]")
_ADVICE = "write the A-label of the whole label (`xn--...`), or a glob without it"


def ignored_name(text: str, zone: str) -> str:
    """Return the glob *text* for names relative to *zone*, a canonical name.

    U-labels become A-labels, and an absolute name that ends in the zone's is made relative. Raises
    :class:`ValueProblem` for what could never match, or would match more than it says.
    """
    if "\\" in text and not text.isascii():
        raise ValueProblem("bad-name", f"`{shorten(text)}` mixes escapes and characters outside ASCII", _ADVICE)
    name = ".".join(map(glob_label, text.split("."))).lower()
    if zone == ".":
        return _in_root(name)
    if name == zone:
        return "@"
    if not name.endswith(".") or name.endswith("\\."):
        return name
    if not name.endswith(f".{zone}"):
        raise ValueProblem(
            "outside-zone",
            f"`{shorten(name)}` is outside the zone `{zone}`",
            "write names relative to the zone, without the final dot",
        )
    return _below(name.removesuffix(f".{zone}"), name)


def _below(name: str, whole: str) -> str:
    """Return the relative *name* of what was written absolute, which does not mean the zone itself."""
    if not fnmatchcase("@", name):
        return name
    if set(name) == {"*"}:
        return "[!@]*"
    raise ValueProblem(
        "bad-name",
        f"`{shorten(whole)}` would match the zone itself, which is `@`",
        "write names relative to the zone, without the final dot",
    )


def _in_root(name: str) -> str:
    # Names relative to the root keep their dot, but for the root's own.
    if name == ".":
        return "@"
    return name if name == "@" or name[-1] == "." or name[-1] in _GLOB else f"{name}."


def repeats_zone(name: str, zone: str) -> str:
    """Return the relative name that was meant where *name* ends in the zone's without its dot; empty where not."""
    bare = zone[:-1]
    if not bare:
        return ""
    return "@" if name == bare else name.removesuffix(f".{bare}") if name.endswith(f".{bare}") else ""


def glob_label(label: str) -> str:
    """Return one label of a glob, an A-label for a U-label. Raises :class:`ValueProblem`."""
    if label.isascii():
        return label
    if not _GLOB.isdisjoint(label):
        raise ValueProblem("bad-name", f"`{shorten(label)}` is part of a U-label, and names have A-labels", _ADVICE)
    try:
        return to_a_label(label).decode("ascii")
    except NameSyntaxError as problem:
        raise ValueProblem("bad-name", str(problem), _ADVICE) from None
