"""Rules on MX."""

from collections.abc import Iterator

from zonesync.findings import Severity
from zonesync.lint.registry import Problem, rule
from zonesync.lint.view import ZoneView


@rule(
    "null-mx-and-others",
    Severity.ERROR,
    why="`0 .` says that the domain takes no mail at all; another MX contradicts it.",
    fix="Remove either the null MX or the others.",
    example_bad="""
        "@":
          MX:
            - 0 .  # reported here
            - 10 mx.example.net.
    """,
    example_good="""
        "@":
          MX: 0 .
    """,
    reference="RFC 7505 section 3",
    types=["MX"],
)
def null_mx_and_others(view: ZoneView) -> Iterator[Problem]:
    """A null MX beside other MX records."""
    for rrset, index, _ in view.pointing_at({"."}, "MX"):
        if len(rrset.rdatas) > 1:
            yield Problem(rrset.name, "MX", f"`{rrset.name}` has a null MX beside {len(rrset.rdatas) - 1} other", index)


@rule(
    "null-mx-preference",
    Severity.WARNING,
    why="The null MX is defined with preference 0; software that compares the whole value does not know any other.",
    fix="Write `0 .`.",
    example_bad="""
        "@":
          MX: 10 .  # reported here
    """,
    example_good="""
        "@":
          MX: 0 .
    """,
    reference="RFC 7505 section 3",
    types=["MX"],
)
def null_mx_preference(view: ZoneView) -> Iterator[Problem]:
    """A null MX whose preference is not zero."""
    for rrset, index, _ in view.pointing_at({"."}, "MX"):
        if len(rrset.rdatas) == 1 and rrset.rdatas[0] != "0 .":
            yield Problem(rrset.name, "MX", f"the null MX of `{rrset.name}` is `{rrset.rdatas[0]}`, not `0 .`", index)


@rule(
    "repeated-exchange",
    Severity.WARNING,
    why="Senders try the host again where they should try another; mostly one of the two was meant to be another host.",
    fix="Remove one of the two, or correct its host.",
    example_bad="""
        "@":
          MX:
            - 10 mx.example.net.
            - 20 mx.example.net.  # reported here
    """,
    example_good="""
        "@":
          MX:
            - 10 mx.example.net.
            - 20 mx2.example.net.
    """,
    reference="RFC 5321 section 5.1",
    types=["MX"],
)
def repeated_exchange(view: ZoneView) -> Iterator[Problem]:
    """The same mail host twice with different preferences."""
    for rrset in view.of("MX"):
        if len(rrset.rdatas) == 1:
            continue
        hosts = [text.partition(" ")[2] for text in rrset.rdatas]
        if len(set(hosts)) < len(hosts):
            for index, host in enumerate(hosts):
                if host in hosts[:index]:
                    yield Problem(rrset.name, "MX", f"`{rrset.name}` names mail host `{host}` twice", index)
