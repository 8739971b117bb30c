"""Rules on DMARC records (RFC 7489; RFC 9989 replaces it and makes `p` optional)."""

import re
from collections.abc import Iterator
from collections.abc import Set as AbstractSet

from zonesync.findings import Severity
from zonesync.lint.registry import Problem, rule
from zonesync.lint.tags import TagList, parse_tags
from zonesync.lint.texts import text_of, underscored, versioned
from zonesync.lint.view import ZoneView

_POLICIES = frozenset({"none", "quarantine", "reject"})
_REPORTS = ("rua", "ruf")
_without_version = re.compile(r"\s*(?:s?p|rua|ruf|adkim|aspf)\s*=", re.IGNORECASE).match
_version = re.compile(r"v[ \t]*=[ \t]*DMARC1[ \t]*(?:;.*)?", re.DOTALL).fullmatch
_mailto = re.compile(r"mailto:[^@\s,!;]+@[^@\s,!;]+\.[^@\s,!;]+(?:![0-9]+[kmgt]?)?", re.IGNORECASE).fullmatch
_alignment = re.compile(r"[rs]", re.IGNORECASE).fullmatch
_policy = re.compile("none|quarantine|reject", re.IGNORECASE).fullmatch
_VALUES = {
    "sp": _policy,
    "np": _policy,
    "adkim": _alignment,
    "aspf": _alignment,
    "fo": re.compile("[01ds](?:[ \t]*:[ \t]*[01ds])*", re.IGNORECASE).fullmatch,
    "pct": re.compile("100|[0-9]{1,2}").fullmatch,
    "psd": re.compile("[ynu]", re.IGNORECASE).fullmatch,
    "ri": re.compile("[0-9]{1,10}").fullmatch,
    "rf": re.compile("[a-z]+(?:[ \t]*:[ \t]*[a-z]+)*", re.IGNORECASE).fullmatch,
    "t": re.compile("[yn]", re.IGNORECASE).fullmatch,
}
_KNOWN = frozenset({"v", "p", *_REPORTS, *_VALUES})


def _records(view: ZoneView) -> list[tuple[str, int, str, TagList]]:
    """Return the texts at ``_dmarc`` names that are meant as DMARC records."""
    found = []
    for rrset in view.once(underscored):
        if not rrset.name.startswith("_dmarc."):
            continue
        for index, rdata in enumerate(rrset.rdatas):
            text = text_of(rdata)
            if (_begins(text) or _without_version(text)) and "\\;" not in text:  # that has a rule of its own
                found.append((rrset.name, index, text, parse_tags(text)))
    return found


def _begins(text: str) -> bool:
    return text.lstrip()[:7].lower().replace(" ", "").startswith("v=dmar")


@rule(
    "dmarc-syntax",
    Severity.ERROR,
    why="Receivers discard a record that does not begin with `v=DMARC1`, has no policy or an unknown one, or is no "
    "list of "
    "`tag=value;`. The domain is then unprotected.",
    fix="Begin with `v=DMARC1;`, then `p=none`, `p=quarantine` or `p=reject`.",
    example_bad="""
        _dmarc:
          TXT: v=DMARC1; p=rejected  # reported here
    """,
    example_good="""
        _dmarc:
          TXT: v=DMARC1; p=reject; rua=mailto:dmarc@example.com
    """,
    reference="RFC 7489 sections 6.3 and 6.4, RFC 9989",
    types=["TXT"],
    allowable=True,
)
def dmarc_syntax(view: ZoneView) -> Iterator[Problem]:
    """A DMARC record that does not parse."""
    for name, index, text, tags in view.once(_records):
        if fault := _fault(text, tags):
            yield Problem(name, "TXT", f"DMARC of `{name}`: {fault}", index)


def _fault(text: str, tags: TagList) -> str:
    if not _version(text):
        return "it does not begin with `v=DMARC1;`"
    if tags.faults:
        return tags.faults[0]
    policy = tags.get("p")
    if policy is None:
        return "" if tags.get("rua") else "it has no policy: add `p=none`, `p=quarantine` or `p=reject`"
    if policy.lower() not in _POLICIES:
        return f"policy `{policy[:40]}` is none of `none`, `quarantine`, `reject`"
    return ""


@rule(
    "dmarc-without-policy",
    Severity.WARNING,
    why="Older receivers discard it, others act as if it said `p=none`.",
    fix="Write the policy that is meant, for instance `p=none`.",
    example_bad="""
        _dmarc:
          TXT: v=DMARC1; rua=mailto:dmarc@example.com  # reported here
    """,
    example_good="""
        _dmarc:
          TXT: v=DMARC1; p=none; rua=mailto:dmarc@example.com
    """,
    reference="RFC 7489 section 6.6.3, RFC 9989",
    types=["TXT"],
)
def dmarc_without_policy(view: ZoneView) -> Iterator[Problem]:
    """A DMARC record without `p`."""
    for name, index, text, tags in view.once(_records):
        if not _fault(text, tags) and tags.get("p") is None:
            yield Problem(name, "TXT", f"DMARC of `{name}` has no `p`", index)


@rule(
    "dmarc-tag",
    Severity.WARNING,
    why="Receivers ignore it and use the default, so the record does not do what it says.",
    fix="Correct the tag or its value: `sp` and `np` are policies, `adkim` and `aspf` are `r` or `s`, `pct` is 0 to "
    "100.",
    example_bad="""
        _dmarc:
          TXT: v=DMARC1; p=none; aspf=strict  # reported here
    """,
    example_good="""
        _dmarc:
          TXT: v=DMARC1; p=none; aspf=s
    """,
    reference="RFC 7489 section 6.3, RFC 9989",
    types=["TXT"],
)
def dmarc_tag(view: ZoneView) -> Iterator[Problem]:
    """A DMARC tag or value that nobody knows."""
    for name, index, text, tags in view.once(_records):
        if _fault(text, tags):
            continue
        for tag, value in tags.tags:
            if tag not in _KNOWN:
                yield Problem(name, "TXT", f"DMARC of `{name}` has the unknown tag `{tag}`", index)
            elif tag in _VALUES and not _VALUES[tag](value):
                yield Problem(name, "TXT", f"DMARC of `{name}` has `{tag}={value[:40]}`, which is ignored", index)


@rule(
    "dmarc-report-address",
    Severity.WARNING,
    why="`rua` and `ruf` take URIs, and receivers send to `mailto:` only. Reports to anything else never arrive.",
    fix="Write `mailto:` before the address, and a comma between several.",
    example_bad="""
        _dmarc:
          TXT: v=DMARC1; p=none; rua=dmarc@example.com  # reported here
    """,
    example_good="""
        _dmarc:
          TXT: v=DMARC1; p=none; rua=mailto:dmarc@example.com
    """,
    reference="RFC 7489 sections 6.2 and 6.4",
    types=["TXT"],
)
def dmarc_report_address(view: ZoneView) -> Iterator[Problem]:
    """A DMARC report address that cannot work."""
    for name, index, _, tags in view.once(_records):
        for tag in _REPORTS:
            value = tags.get(tag)
            bad = [] if value is None else [uri.strip() for uri in value.split(",") if not _mailto(uri.strip())]
            if bad:
                yield Problem(
                    name, "TXT", f"DMARC of `{name}`: `{bad[0][:60]}` in `{tag}` is no `mailto:` address", index
                )


@rule(
    "several-dmarc",
    Severity.ERROR,
    why="Receivers that find two apply none.",
    fix="Keep one.",
    example_bad="""
        _dmarc:
          TXT:
            - v=DMARC1; p=none
            - v=DMARC1; p=reject  # reported here
    """,
    example_good="""
        _dmarc:
          TXT: v=DMARC1; p=reject
    """,
    reference="RFC 7489 section 6.6.3",
    types=["TXT"],
    allowable=True,
)
def several_dmarc(view: ZoneView) -> Iterator[Problem]:
    """More than one DMARC record at a name."""
    seen: set[str] = set()
    for name, index, text, _ in view.once(_records):
        if _version(text):
            if name in seen:
                yield Problem(name, "TXT", f"`{name}` has more than one DMARC record", index)
            seen.add(name)


@rule(
    "misplaced-dmarc",
    Severity.WARNING,
    why="Receivers ask for TXT at `_dmarc.` before the domain and nowhere else.",
    fix="Move the record to `_dmarc`.",
    example_bad="""
        "@":
          TXT: v=DMARC1; p=reject  # reported here
    """,
    example_good="""
        _dmarc:
          TXT: v=DMARC1; p=reject
        example.net._report._dmarc:
          TXT: v=DMARC1
    """,
    reference="RFC 7489 sections 6.1 and 7.1",
    types=["TXT"],
)
def misplaced_dmarc(view: ZoneView) -> Iterator[Problem]:
    """A DMARC record where nobody looks."""
    pointed: AbstractSet[str] | None = None
    for name, index, text in view.once(versioned):
        if "d" not in text[:6].lower() or not _begins(text) or name.startswith("_dmarc.") or "_dmarc." in name:
            continue
        if pointed is None:
            pointed = view.targets("CNAME")
        if name not in pointed:
            yield Problem(name, "TXT", f"a DMARC record at `{name}` is never looked at", index)
