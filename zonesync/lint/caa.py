"""Rules on CAA."""

import re
from collections.abc import Iterator
from difflib import get_close_matches

from zonesync.findings import Severity
from zonesync.lint.registry import Problem, rule
from zonesync.lint.texts import text_of
from zonesync.lint.view import ZoneView

_TAGS = ("issue", "issuewild", "iodef", "issuemail", "issuevmc", "contactemail", "contactphone")
_ISSUERS = frozenset({"issue", "issuewild", "issuemail", "issuevmc"})
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?"
_PARAMETER = r"[A-Za-z0-9-]+[ \t]*=[ \t]*[!-:<-~]*"
_issue_value = re.compile(
    rf"[ \t]*(?:{_LABEL}(?:\.{_LABEL})*)?[ \t]*(?:;[ \t]*(?:{_PARAMETER}(?:[ \t]*;[ \t]*{_PARAMETER})*[ \t;]*)?)?"
).fullmatch
_url = re.compile(r"mailto:[^@\s]+@[^@\s]+|https?://[^\s/]+\S*", re.IGNORECASE).fullmatch


def _values(view: ZoneView) -> Iterator[tuple[str, int, int, str, str]]:
    for rrset in view.of("CAA"):
        for index, rdata in enumerate(rrset.rdatas):
            flags, tag, value = rdata.split(" ", 2)
            yield rrset.name, index, int(flags), tag.lower(), text_of(value)


@rule(
    "unknown-caa-tag",
    Severity.WARNING,
    why="Certificate authorities skip tags they do not know, so the record has no effect; with the critical flag (128) "
    "they refuse every certificate.",
    fix="Use `issue`, `issuewild`, `issuemail`, `issuevmc`, `iodef`, `contactemail` or `contactphone`.",
    example_bad="""
        "@":
          CAA: 0 isue "letsencrypt.org"  # reported here
    """,
    example_good="""
        "@":
          CAA: 0 issue "letsencrypt.org"
    """,
    reference="RFC 8659 section 4.1, RFC 9495",
    types=["CAA"],
)
def unknown_caa_tag(view: ZoneView) -> Iterator[Problem]:
    """A CAA tag that nobody knows."""
    for name, index, flags, tag, _ in _values(view):
        if tag not in _TAGS:
            close = get_close_matches(tag, _TAGS, 1)
            effect = "every certificate is refused" if flags & 128 else "it has no effect"
            yield Problem(
                name,
                "CAA",
                f"CAA tag `{tag}` of `{name}` is unknown: {effect}",
                index,
                f"did you mean `{close[0]}`?" if close else "",
            )


@rule(
    "caa-value-syntax",
    Severity.ERROR,
    why="An authority that cannot read the value of `issue` treats it as naming nobody: it refuses to issue.",
    fix="The value of `issue` is the authority's domain, then parameters after semicolons; of `iodef` it is a URL.",
    example_bad="""
        "@":
          CAA: 0 issue "https://letsencrypt.org/"  # reported here
    """,
    example_good="""
        "@":
          CAA: 0 issue "letsencrypt.org; validationmethods=dns-01"
    """,
    reference="RFC 8659 sections 4.2 to 4.4",
    types=["CAA"],
    allowable=True,
)
def caa_value_syntax(view: ZoneView) -> Iterator[Problem]:
    """A CAA value that does not parse."""
    for name, index, _, tag, value in _values(view):
        if tag in _ISSUERS and not _issue_value(value):
            yield Problem(name, "CAA", f"`{value[:60]}` in CAA {tag} of `{name}` names no authority", index)
        elif tag == "iodef" and not _url(value):
            yield Problem(name, "CAA", f"`{value[:60]}` in CAA iodef of `{name}` is no mailto or https URL", index)


@rule(
    "caa-flags",
    Severity.WARNING,
    why="Only bit 0 has a meaning (critical, the value 128); 1 is a common slip for it.",
    fix="Use 0, or 128 for critical.",
    example_bad="""
        "@":
          CAA: 1 issue "letsencrypt.org"  # reported here
    """,
    example_good="""
        "@":
          CAA: 128 issue "letsencrypt.org"
    """,
    reference="RFC 8659 section 4.1",
    types=["CAA"],
)
def caa_flags(view: ZoneView) -> Iterator[Problem]:
    """A CAA flag that is not defined."""
    for name, index, flags, _, _ in _values(view):
        if flags not in (0, 128):
            yield Problem(name, "CAA", f"CAA flags {flags} of `{name}` are neither 0 nor 128", index)
