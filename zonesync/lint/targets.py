"""Rules on the names that records point at, as far as this zone can tell."""

import re
from collections.abc import Iterator

from zonesync.findings import Severity
from zonesync.lint.registry import Problem, rule
from zonesync.lint.tlds import WELL_KNOWN
from zonesync.lint.view import ZoneView
from zonesync.model.names import relative

_FOLLOWED = ("CNAME", "ALIAS", "MX", "SRV", "HTTPS", "SVCB")
_HOSTS = ("MX", "SRV")
_REACHED_BY = ("A", "AAAA", "ALIAS", "CNAME")
_ALL = ("ALIAS", "CNAME", "DNAME", "HTTPS", "MX", "NS", "PTR", "SRV", "SVCB")
_LONG_CHAIN = 3
_dotted_quad = re.compile(r"(?:[0-9]{1,3}\.){4}").match


@rule(
    "dangling-target",
    Severity.WARNING,
    why="The target lies in this zone, and neither a record nor a wildcard answers for it. Usually it is a typing "
    "error, "
    "or what is left of a host that was removed.",
    fix="Correct the target, add the missing name, or remove the record.",
    example_bad="""
        www:
          CNAME: wbe  # reported here
        web:
          A: 198.51.100.1
    """,
    example_good="""
        www:
          CNAME: web
        web:
          A: 198.51.100.1
    """,
    reference="RFC 1912 section 2.4",
    types=_FOLLOWED,
)
def dangling_target(view: ZoneView) -> Iterator[Problem]:
    """A record points at a name that the zone does not have."""
    missing = view.missing(view.once(_unowned))
    missing -= {target for target in missing if _looks_absolute(view, target)}
    for rrset, index, target in view.pointing_at(missing, *_FOLLOWED):
        yield Problem(
            rrset.name, rrset.type, f"`{rrset.name}` {rrset.type} points at `{target}`, which the zone lacks", index
        )


def _unowned(view: ZoneView) -> set[str]:
    """Return the targets in the zone that are no owner names."""
    return view.inside({target for rtype in _ALL for target in view.targets(rtype) - view.names})


@rule(
    "target-without-address",
    Severity.WARNING,
    why="The name exists in this zone but has neither A nor AAAA, so nobody can connect to it.",
    fix="Add A or AAAA records at the target, or point at another host.",
    example_bad="""
        "@":
          MX: 10 mail  # reported here
        mail:
          TXT: hello
    """,
    example_good="""
        "@":
          MX: 10 mail
        mail:
          AAAA: "2a00:1450::1"
    """,
    reference="RFC 5321 section 5.1, RFC 2782",
    types=_HOSTS,
)
def target_without_address(view: ZoneView) -> Iterator[Problem]:
    """A mail or service host has no address."""
    hosts = {host for rtype in _HOSTS for host in view.targets(rtype)}
    bare = {
        host
        for host in view.inside(host for host in hosts if not view.has(host, *_REACHED_BY))
        if (host == view.apex or ((source := view.source(host)) and not view.has(source, *_REACHED_BY)))
        and not view.unknowable(host)
    }
    for rrset, index, target in view.pointing_at(bare, *_HOSTS):
        yield Problem(rrset.name, rrset.type, f"`{target}` has no A or AAAA, and `{rrset.name}` names it", index)


@rule(
    "mx-is-cname",
    Severity.ERROR,
    why="The host in an MX record must have its addresses itself; some senders refuse to deliver to a CNAME.",
    fix="Name the CNAME's target in the MX record.",
    example_bad="""
        "@":
          MX:
            - 10 mail  # reported here
            - 20 mx.example.net.
        mail:
          CNAME: mx.example.net.
    """,
    example_good="""
        "@":
          MX:
            - 10 mail
            - 20 mx.example.net.
        mail:
          A: 198.51.100.1
    """,
    reference="RFC 2181 section 10.3, RFC 5321 section 5.1",
    types=["MX"],
    allowable=True,
)
def mx_is_cname(view: ZoneView) -> Iterator[Problem]:
    """A mail host is a CNAME."""
    return _cname_targets(view, "MX", "mail host")


@rule(
    "srv-is-cname",
    Severity.WARNING,
    why="The host in an SRV record must not be an alias. Many clients follow it all the same, some do not.",
    fix="Name the CNAME's target in the SRV record.",
    example_bad="""
        _sip._tcp:
          SRV: 0 5 5060 sip  # reported here
        sip:
          CNAME: pbx.example.net.
    """,
    example_good="""
        _sip._tcp:
          SRV: 0 5 5060 sip
        sip:
          A: 198.51.100.1
    """,
    reference="RFC 2782",
    types=["SRV"],
)
def srv_is_cname(view: ZoneView) -> Iterator[Problem]:
    """A service host is a CNAME."""
    return _cname_targets(view, "SRV", "service host")


def _cname_targets(view: ZoneView, rtype: str, words: str) -> Iterator[Problem]:
    hosts = view.targets(rtype) & view.owners("CNAME")
    for rrset, index, host in view.pointing_at(hosts, rtype):
        yield Problem(rrset.name, rtype, f"{words} `{host}` of `{rrset.name}` is a CNAME", index)


@rule(
    "cname-loop",
    Severity.ERROR,
    why="Resolvers follow the chain until they give up: none of these names is ever answered.",
    fix="Point one of them at the host that is meant.",
    example_bad="""
        a:
          CNAME: b  # reported here
        b:
          CNAME: a
    """,
    example_good="""
        a:
          CNAME: b
        b:
          CNAME: www.example.net.
    """,
    reference="RFC 1034 section 3.6.2",
    types=["CNAME", "ALIAS"],
)
def cname_loop(view: ZoneView) -> Iterator[Problem]:
    """CNAMEs that lead back to themselves."""
    next_name = view.once(_hops)
    done: set[str] = set()
    for start in sorted(next_name):
        path: dict[str, None] = {}
        name = start
        while name in next_name and name not in path and name not in done:
            path[name] = None
            name = next_name[name]
        if name in path:
            steps = list(path)
            loop = steps[steps.index(name) :]
            first = min(loop)
            loop = loop[loop.index(first) :] + loop[: loop.index(first)]
            rtype = "CNAME" if view.has(first, "CNAME") else "ALIAS"
            shown = " → ".join(f"`{step}`" for step in (*loop[:6], *(["…"] if len(loop) > 6 else []), first))
            yield Problem(first, rtype, f"{rtype} loop: {shown}")
        done.update(path)


@rule(
    "cname-chain",
    Severity.WARNING,
    why="Every link costs a lookup and is one more thing that can break; some resolvers give up after a few.",
    fix="Point the first CNAME at the last target.",
    example_bad="""
        a:
          CNAME: b  # reported here
        b:
          CNAME: c
        c:
          CNAME: www.example.net.
    """,
    example_good="""
        a:
          CNAME: c
        b:
          CNAME: c
        c:
          CNAME: www.example.net.
    """,
    reference="RFC 1034 section 3.6.2",
    types=["CNAME"],
)
def cname_chain(view: ZoneView) -> Iterator[Problem]:
    """A long chain of CNAMEs."""
    next_name = view.once(_hops)
    for start in sorted(next_name.keys() - set(next_name.values())):
        seen = [start]
        while (target := next_name.get(seen[-1])) is not None and target not in seen:
            seen.append(target)
        if target is None and len(seen) > _LONG_CHAIN:
            yield Problem(
                start,
                "CNAME" if view.has(start, "CNAME") else "ALIAS",
                f"`{start}` is {len(seen) - 1} aliases from its end",
            )


def _hops(view: ZoneView) -> dict[str, str]:
    """Return, of the aliases, those on a path of at least two within the zone (or to themselves): name to target."""
    pointed = (view.targets("CNAME") | view.targets("ALIAS")) & (view.owners("CNAME") | view.owners("ALIAS"))
    hops = {rrset.name: target for rrset, _, target in view.pointing_at(pointed, "CNAME", "ALIAS")}
    for name in pointed - hops.keys():
        rrset = view.get(name, "CNAME") or view.get(name, "ALIAS")
        if rrset is not None:
            hops[name] = rrset.rdatas[0]
    return hops


@rule(
    "undotted-target",
    Severity.WARNING,
    why="A name without a final dot is completed with the zone: `mail.example.net` becomes "
    "`mail.example.net.example.com.`, which hardly anybody means.",
    fix="End the name in a dot: `mail.example.net.`.",
    example_bad="""
        www:
          CNAME: web.example.net.example.com.  # reported here
    """,
    example_good="""
        www:
          CNAME: web.example.net.
    """,
    reference="RFC 1035 section 5.1, RFC 1912 section 2.1",
    types=_ALL,
)
def undotted_target(view: ZoneView) -> Iterator[Problem]:
    """A target that looks like a full name without its final dot."""
    looks = {target for target in view.once(_unowned) if _looks_absolute(view, target)}
    for rrset, index, target in view.pointing_at(looks, *_ALL):
        meant = _meant(view, target)
        yield Problem(
            rrset.name,
            rrset.type,
            f"`{target}` looks like `{meant}` without its final dot",
            index,
            f"write `{meant}`, with the final dot",
        )


def _meant(view: ZoneView, target: str) -> str:
    return f"{relative(target, view.apex)}."


def _looks_absolute(view: ZoneView, target: str) -> bool:
    if target in view.names or view.apex == ".":
        return False
    shown = relative(target, view.apex)
    if shown == view.apex[:-1] or shown.endswith(view.suffix[:-1]):
        return True
    last = shown.rpartition(".")[2]
    # A name that ends in the zone's own `de.example.com` is that, and no German one.
    return last != shown and last in WELL_KNOWN and f"{last}{view.suffix}" not in view.existing


@rule(
    "repeated-zone-name",
    Severity.WARNING,
    why="Owner names are relative to the zone: `www.example.com` in the zone `example.com` is "
    "`www.example.com.example.com.`.",
    fix="Write the name without the zone (`www`), or with a final dot (`www.example.com.`).",
    example_bad="""
        www.example.com:
          A: 198.51.100.1  # reported here
    """,
    example_good="""
        www:
          A: 198.51.100.1
    """,
    reference="RFC 1912 section 2.1",
)
def repeated_zone_name(view: ZoneView) -> Iterator[Problem]:
    """An owner name that repeats the zone's name."""
    doubled = f"{view.apex}{view.apex}"
    if view.apex.count(".") < 2 or doubled not in view.written:
        return
    for name in view.names:
        if name == doubled or name.endswith(f".{doubled}"):
            meant = name[: -len(view.apex)]
            yield Problem(
                name, view.types_at(name)[0], f"`{name}` has the zone's name twice", 0, f"write `{meant}` instead"
            )


@rule(
    "address-as-target",
    Severity.ERROR,
    why="These records hold names. An address there is read as a name in a top-level domain of digits, which nobody "
    "can "
    "ever look up.",
    fix="Give the address a name with an A or AAAA record and point at that; for a plain alias use A or AAAA itself.",
    example_bad="""
        "@":
          MX: 10 198.51.100.1.  # reported here
    """,
    example_good="""
        "@":
          MX: 10 mail
        mail:
          A: 198.51.100.1
    """,
    reference="RFC 1035 section 3.3.9, RFC 2181 section 10.3",
    types=_ALL,
)
def address_as_target(view: ZoneView) -> Iterator[Problem]:
    """An IP address where a host name belongs."""
    wrong = {
        target
        for rtype in _ALL
        for target in view.targets(rtype)
        if target < ":" and (found := _dotted_quad(target)) and target[found.end() :] in ("", view.apex)
    } - view.names
    for rrset, index, target in view.pointing_at(wrong, *_ALL):
        yield Problem(rrset.name, rrset.type, f"`{target}` is an address, and {rrset.type} wants a host name", index)
