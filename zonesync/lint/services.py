"""Rules on SRV, TLSA, SVCB and HTTPS."""

import re
from collections.abc import Iterator

from zonesync.findings import Severity
from zonesync.lint.registry import Problem, rule
from zonesync.lint.view import ZoneView
from zonesync.model.names import relative

# `_service._proto` first, or second after an instance name (RFC 6763), or a wildcard in its place.
_srv_owner = re.compile(r"(?:[^.\\]+|\\.)*?\.?_[^.]+\._[^.]+(?:\..*)?|\*(?:\..*)?").fullmatch
_tlsa_owner = re.compile(r"(?:_[0-9]{1,5}|\*)\._[a-z]+(?:\..*)?|\*\..*").fullmatch


@rule(
    "srv-owner-shape",
    Severity.WARNING,
    why="Clients look for `_service._proto.domain`. A record at any other name is never asked for.",
    fix="Put the record at `_service._proto`, for instance `_sip._tcp`.",
    example_bad="""
        sip.tcp:
          SRV: 0 5 5060 pbx.example.net.  # reported here
    """,
    example_good="""
        _sip._tcp:
          SRV: 0 5 5060 pbx.example.net.
    """,
    reference="RFC 2782",
    types=["SRV"],
)
def srv_owner_shape(view: ZoneView) -> Iterator[Problem]:
    """An SRV record whose name is not `_service._proto`."""
    pointed = view.targets("CNAME")
    for rrset in view.of("SRV"):
        name = rrset.name
        if name[0] == "_" and name.partition(".")[2].startswith("_"):
            continue
        if not _srv_owner(relative(name, view.apex)) and name not in pointed and "._" not in view.suffix:
            yield Problem(name, "SRV", f"`{name}` does not begin with `_service._proto`")


@rule(
    "tlsa-owner-shape",
    Severity.WARNING,
    why="Clients look for `_443._tcp.host`. A record at any other name is found only through a CNAME.",
    fix="Put the record at `_port._proto.host`, for instance `_25._tcp.mail`.",
    example_bad="""
        _https._tcp.www:
          TLSA: 3 1 1 e2d3c916f6deeac73294e8268fb5885044a833fc5459588f4a9184cfc41a5766  # reported here
    """,
    example_good="""
        _443._tcp.www:
          TLSA: 3 1 1 e2d3c916f6deeac73294e8268fb5885044a833fc5459588f4a9184cfc41a5766
    """,
    reference="RFC 6698 section 3",
    types=["TLSA"],
)
def tlsa_owner_shape(view: ZoneView) -> Iterator[Problem]:
    """A TLSA record whose name is not `_port._proto`."""
    pointed = view.targets("CNAME")
    for rrset in view.of("TLSA"):
        name = rrset.name
        if not _tlsa_owner(relative(name, view.apex)) and name not in pointed and "_dane." not in name:
            yield Problem(name, "TLSA", f"`{name}` does not begin with `_port._proto`")


@rule(
    "svcb-mixed-modes",
    Severity.WARNING,
    why="A record with priority 0 (AliasMode) makes clients ignore those with parameters (ServiceMode) beside it.",
    fix="Keep either the one alias or the services.",
    example_bad="""
        www:
          HTTPS:
            - 0 cdn.example.net.  # reported here
            - 1 . alpn=h2
    """,
    example_good="""
        www:
          HTTPS:
            - 1 . alpn=h3
            - 2 . alpn=h2
    """,
    reference="RFC 9460 section 2.4.1",
    types=["SVCB", "HTTPS"],
)
def svcb_mixed_modes(view: ZoneView) -> Iterator[Problem]:
    """SVCB or HTTPS in both modes at one name."""
    for rrset in view.of("SVCB", "HTTPS"):
        aliases = [index for index, text in enumerate(rrset.rdatas) if text.startswith("0 ")]
        if aliases and len(rrset.rdatas) > 1:
            what = "several aliases" if len(aliases) == len(rrset.rdatas) else "an alias beside services"
            yield Problem(rrset.name, rrset.type, f"`{rrset.name}` {rrset.type} has {what}", aliases[0])
