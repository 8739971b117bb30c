"""Rules on TXT values as such, whatever they are for; and the reading of TXT as text."""

from collections.abc import Iterator
from functools import lru_cache

from zonesync.findings import Severity
from zonesync.lint.registry import Problem, rule
from zonesync.lint.view import ZoneView
from zonesync.model.rdata import txt_strings
from zonesync.model.rrset import RRset

LONG = 4000
"""Route 53 takes no longer value."""


def text_of(rdata: str) -> str:
    """Return the text of canonical TXT *rdata*, its strings joined; an octet over 127 is one character."""
    if "\\" not in rdata and '" "' not in rdata:
        return rdata[1:-1]
    return _decoded(rdata)


@lru_cache(maxsize=4096)
def _decoded(rdata: str) -> str:
    return b"".join(txt_strings(rdata)).decode("latin-1")


def versioned(view: ZoneView) -> list[tuple[str, int, str]]:
    """Return the name, value index and text of every TXT value that begins like ``v=…`` in any case.

    Rules ask for it by ``view.once(versioned)``.
    """
    return [
        (rrset.name, index, text_of(rdata))
        for rrset in view.of("TXT")
        for index, rdata in enumerate(rrset.rdatas)
        if rdata.startswith(('"v', '"V'))
    ]


def underscored(view: ZoneView) -> list[RRset]:
    """Return the TXT RRsets with an underscore in their name: those that some protocol looks for."""
    return [rrset for rrset in view.of("TXT") if "_" in rrset.name]


def _with_backslash(view: ZoneView) -> list[tuple[str, int, str]]:
    return [
        (rrset.name, index, rdata)
        for rrset in view.of("TXT")
        for index, rdata in enumerate(rrset.rdatas)
        if "\\" in rdata
    ]


@rule(
    "long-txt",
    Severity.WARNING,
    why="Route 53 refuses it, others clamp it, and answers of that size do not fit in a UDP packet.",
    fix="Shorten the text, or spread it over several names.",
    example_bad=f"""
        big:
          TXT: {"x" * (LONG + 1)}  # reported here
    """,
    example_good=f"""
        big:
          TXT: {"x" * LONG}
    """,
    reference="Route 53 quotas (characters in a value)",
    types=["TXT"],
)
def long_txt(view: ZoneView) -> Iterator[Problem]:
    """A TXT value over 4,000 characters."""
    for rrset in view.of("TXT"):
        for index, rdata in enumerate(rrset.rdatas):
            if len(rdata) > LONG and (size := len(text_of(rdata))) > LONG:
                yield Problem(rrset.name, "TXT", f"`{rrset.name}` TXT has {size} characters, over {LONG}", index)


@rule(
    "quoted-txt",
    Severity.WARNING,
    why="The text itself begins and ends in a quotation mark. Zone files need quotes around a text, the YAML of "
    "zonesync "
    "does not; whoever reads the record gets them as part of it, and SPF, DKIM or a verification fails.",
    fix="Write the text without the inner quotes.",
    example_bad="""
        "@":
          TXT: '"v=spf1 -all"'  # reported here
    """,
    example_good="""
        "@":
          TXT: v=spf1 -all
    """,
    reference="RFC 1035 section 5.1",
    types=["TXT"],
)
def quoted_txt(view: ZoneView) -> Iterator[Problem]:
    """A TXT value with quotes of its own."""
    for name, index, rdata in view.once(_with_backslash):
        if rdata.startswith('"\\"') and rdata.endswith('\\""') and len(rdata) > 6:
            yield Problem(name, "TXT", f"the text of `{name}` TXT is itself in quotes", index)


@rule(
    "escaped-semicolon",
    Severity.WARNING,
    why="octoDNS and some control panels want `\\;` for a semicolon. In zonesync a TXT value is the text itself, so "
    "the "
    "backslash is published, and DKIM or DMARC records break.",
    fix="Remove the backslashes.",
    example_bad=r"""
        _dmarc:
          TXT: v=DMARC1\; p=none  # reported here
    """,
    example_good="""
        _dmarc:
          TXT: v=DMARC1; p=none
    """,
    reference="RFC 1035 section 5.1",
    types=["TXT"],
)
def escaped_semicolon(view: ZoneView) -> Iterator[Problem]:
    """A backslash before a semicolon in a TXT value."""
    for name, index, rdata in view.once(_with_backslash):
        if "\\\\;" in rdata:
            yield Problem(name, "TXT", f"the text of `{name}` TXT has a backslash before `;`", index)
