"""Rules on what SPF records of a zone cost and lead to: lookups, includes, loops."""

from collections.abc import Iterator

from zonesync.findings import Severity
from zonesync.lint.registry import Problem, rule
from zonesync.lint.spf_graph import links, lookups, policies, sound
from zonesync.lint.view import ZoneView

LIMIT = 10


@rule(
    "spf-too-many-lookups",
    Severity.ERROR,
    why="Each `include`, `a`, `mx`, `ptr`, `exists` and `redirect` costs a lookup, those of included records too. "
    "Past 10 a receiver ends in PermError. Only records of this zone are followed, so the true number may be higher.",
    fix="Remove what is no longer used, or write addresses as `ip4:` and `ip6:`, which cost nothing.",
    example_bad="""
        "@":
          # reported here
          TXT: v=spf1 a:a.example.net a:b.example.net a:c.example.net a:d.example.net a:e.example.net a:f.example.net
            include:_more.example.com -all
        _more:
          TXT: v=spf1 mx:a.example.net mx:b.example.net mx:c.example.net mx:d.example.net ~all
    """,
    example_good="""
        "@":
          TXT: v=spf1 a:a.example.net a:b.example.net a:c.example.net a:d.example.net a:e.example.net a:f.example.net
            include:_more.example.com -all
        _more:
          TXT: v=spf1 mx:a.example.net mx:b.example.net mx:c.example.net ip4:198.51.100.1 ~all
    """,
    reference="RFC 7208 section 4.6.4",
    types=["TXT"],
    allowable=True,
)
def spf_too_many_lookups(view: ZoneView) -> Iterator[Problem]:
    """An SPF record that needs more than 10 lookups."""
    near = view.once(links)
    crowded = {rrset.name for rrset in view.of("MX") if len(rrset.rdatas) > LIMIT}
    for name, policy in view.once(sound).items():
        if crowded and (term := policy.record.first("mx")) and (term.target or name) in crowded:
            message = f"`{term.text}` in SPF of `{name}` stands for more than {LIMIT} mail hosts"
            yield Problem(name, "TXT", message, policy.value)
        if name not in near and policy.record.lookups <= LIMIT:
            continue
        count, more = lookups(view, name)
        if count > LIMIT:
            at_least = "at least " if more else ""
            yield Problem(name, "TXT", f"SPF of `{name}` needs {at_least}{count} lookups, over {LIMIT}", policy.value)


@rule(
    "spf-loop",
    Severity.ERROR,
    why="Receivers follow the circle until the lookup limit, and end in PermError.",
    fix="Remove the `include` or `redirect` that leads back.",
    example_bad="""
        "@":
          TXT: v=spf1 include:_spf.example.com -all  # reported here
        _spf:
          TXT: v=spf1 include:example.com ~all
    """,
    example_good="""
        "@":
          TXT: v=spf1 include:_spf.example.com -all
        _spf:
          TXT: v=spf1 ip4:198.51.100.1 ~all
    """,
    reference="RFC 7208 section 4.6.4",
    types=["TXT"],
    allowable=True,
)
def spf_loop(view: ZoneView) -> Iterator[Problem]:
    """SPF records that include themselves."""
    edges = view.once(links)
    told: set[str] = set()
    for start in sorted(edges, key=lambda name: (name.count("."), name)):
        reached: set[str] = set()
        waiting = list(edges[start])
        while waiting:
            name = waiting.pop()
            if name not in reached:
                reached.add(name)
                waiting.extend(edges.get(name, ()))
        if start in reached and start not in told:
            told |= reached
            yield Problem(start, "TXT", f"SPF of `{start}` includes itself", view.once(sound)[start].value)


@rule(
    "spf-include-without-record",
    Severity.ERROR,
    why="When the included name has no SPF record, the receiver ends in PermError.",
    fix="Add the record, or remove the `include`.",
    example_bad="""
        "@":
          TXT: v=spf1 include:_spf.example.com -all  # reported here
    """,
    example_good="""
        "@":
          TXT: v=spf1 include:_spf.example.com -all
        _spf:
          TXT: v=spf1 ip4:198.51.100.1 ~all
    """,
    reference="RFC 7208 sections 5.2 and 6.1",
    types=["TXT"],
    allowable=True,
)
def spf_include_without_record(view: ZoneView) -> Iterator[Problem]:
    """An SPF `include` of a name of this zone that has no SPF record."""
    having = {policy.name for policy in view.once(policies)}
    for policy in view.once(policies):
        for term in policy.record.followed:
            target = term.target
            if target is None or not view.is_near(target):
                continue
            source = view.source(target)
            if source in having or (source and view.has(source, "CNAME")):
                continue
            if view.inside([target]) and not view.unknowable(target):
                yield Problem(
                    policy.name,
                    "TXT",
                    f"`{term.text}` in SPF of `{policy.name}`: `{target}` has no SPF record",
                    policy.value,
                )


@rule(
    "spf-void-lookup",
    Severity.WARNING,
    why="`a` or `mx` of a name of this zone without such records allows nobody. After two lookups without an answer "
    "receivers end in PermError.",
    fix="Remove the mechanism, or add the records it looks for.",
    example_bad="""
        "@":
          TXT: v=spf1 mx -all  # reported here
    """,
    example_good="""
        "@":
          MX: 10 mx.example.net.
          TXT: v=spf1 mx -all
    """,
    reference="RFC 7208 section 4.6.4",
    types=["TXT"],
)
def spf_void_lookup(view: ZoneView) -> Iterator[Problem]:
    """An SPF mechanism that finds nothing."""
    wanted = {"a": ("A", "AAAA", "ALIAS", "CNAME"), "mx": ("MX", "CNAME")}
    for policy in view.once(policies):
        for term in policy.record.terms:
            if term.name not in wanted or view.has(term.target or policy.name, *wanted[term.name]):
                continue
            if policy.name.startswith("*."):
                continue
            target = term.target if term.domain else policy.name
            if target is None or not view.is_near(target):
                continue
            source = view.source(target)
            if source and view.has(source, *wanted[term.name]):
                continue
            if view.inside([target]) and not view.unknowable(target):
                kind = "MX" if term.name == "mx" else "A or AAAA"
                yield Problem(
                    policy.name,
                    "TXT",
                    f"`{term.text}` in SPF of `{policy.name}`: `{target}` has no {kind}",
                    policy.value,
                )
