"""Rules on the TXT records of MTA-STS and of TLS reporting."""

import re
from collections.abc import Iterator

from zonesync.findings import Severity
from zonesync.lint.registry import Problem, rule
from zonesync.lint.tags import TagList, parse_tags
from zonesync.lint.texts import text_of, underscored
from zonesync.lint.view import ZoneView

_identifier = re.compile("[A-Za-z0-9]{1,32}").fullmatch
_report = re.compile(r"(?:mailto:[^@\s,!;]+@[^@\s,!;]+|https://[^\s,!;]+)", re.IGNORECASE).fullmatch


def _records(view: ZoneView, label: str, version: str) -> Iterator[tuple[str, int, TagList]]:
    for rrset in view.once(underscored):
        if rrset.name.startswith(label):
            for index, rdata in enumerate(rrset.rdatas):
                text = text_of(rdata)
                if text[: len(version)].lower() == version.lower():
                    yield rrset.name, index, parse_tags(text)


@rule(
    "mta-sts-syntax",
    Severity.ERROR,
    why="Senders treat the domain as having no MTA-STS policy.",
    fix="Write `v=STSv1; id=`, then up to 32 letters and digits that change with the policy.",
    example_bad="""
        _mta-sts:
          TXT: v=STSv1; id=2026-01-01  # reported here
    """,
    example_good="""
        _mta-sts:
          TXT: v=STSv1; id=20260101
    """,
    reference="RFC 8461 section 3.1",
    types=["TXT"],
    allowable=True,
)
def mta_sts_syntax(view: ZoneView) -> Iterator[Problem]:
    """An MTA-STS record that does not parse."""
    for name, index, tags in _records(view, "_mta-sts.", "v=STSv"):
        fault = _list_fault(tags, "STSv1")
        identifier = tags.get("id")
        if not fault and (identifier is None or not _identifier(identifier)):
            fault = "it needs an `id=` of 1 to 32 letters and digits"
        if fault:
            yield Problem(name, "TXT", f"MTA-STS of `{name}`: {fault}", index)


@rule(
    "tls-rpt-syntax",
    Severity.ERROR,
    why="Senders ignore it and send no reports.",
    fix="Write `v=TLSRPTv1; rua=`, then `mailto:` or `https:` addresses with commas between them.",
    example_bad="""
        _smtp._tls:
          TXT: v=TLSRPTv1; rua=tls@example.com  # reported here
    """,
    example_good="""
        _smtp._tls:
          TXT: v=TLSRPTv1; rua=mailto:tls@example.com
    """,
    reference="RFC 8460 section 3",
    types=["TXT"],
    allowable=True,
)
def tls_rpt_syntax(view: ZoneView) -> Iterator[Problem]:
    """A TLS reporting record that does not parse."""
    for name, index, tags in _records(view, "_smtp._tls.", "v=TLSRPTv"):
        fault = _list_fault(tags, "TLSRPTv1")
        bad = [uri.strip() for uri in (tags.get("rua") or "").split(",") if not _report(uri.strip())]
        if not fault and bad:
            fault = f"`{bad[0][:60]}` in `rua` is no `mailto:` or `https:` address" if bad[0] else "it has no `rua=`"
        if fault:
            yield Problem(name, "TXT", f"TLS reporting of `{name}`: {fault}", index)


def _list_fault(tags: TagList, version: str) -> str:
    if tags.faults:
        return tags.faults[0]
    return "" if tags.tags and tags.tags[0] == ("v", version) else f"it does not begin with `v={version};`"
