"""Rules on SPF records, each taken by itself."""

from collections.abc import Iterator

from zonesync.findings import Severity
from zonesync.lint.registry import Problem, rule
from zonesync.lint.spf_graph import policies
from zonesync.lint.spf_syntax import is_spf
from zonesync.lint.texts import text_of, versioned
from zonesync.lint.view import ZoneView


@rule(
    "spf-syntax",
    Severity.ERROR,
    why="A receiver that finds any error anywhere in the record ends in PermError: the domain is treated as if its "
    "policy "
    "were broken, and mail is lost or unprotected.",
    fix="Correct the term. Terms are separated by spaces; mechanisms are `all`, `include:`, `a`, `mx`, `ip4:`, `ip6:`, "
    "`exists:` and `ptr`.",
    example_bad="""
        "@":
          TXT: v=spf1 ipv4:198.51.100.1 -all  # reported here
    """,
    example_good="""
        "@":
          TXT: v=spf1 ip4:198.51.100.1 -all
    """,
    reference="RFC 7208 sections 4.6 and 12",
    types=["TXT"],
    allowable=True,
)
def spf_syntax(view: ZoneView) -> Iterator[Problem]:
    """An SPF record that does not parse."""
    for policy in view.once(policies):
        if policy.record.faults:
            rest = len(policy.record.faults) - 1
            more = f" (and {rest} more)" if rest else ""
            yield Problem(policy.name, "TXT", f"SPF of `{policy.name}`: {policy.record.faults[0]}{more}", policy.value)


@rule(
    "several-spf",
    Severity.ERROR,
    why="A receiver that finds two ends in PermError, and neither of them counts.",
    fix="Merge them into one record: all mechanisms, then one `all`.",
    example_bad="""
        "@":
          TXT:
            - v=spf1 include:_spf.example.net -all
            - v=spf1 ip4:198.51.100.1 -all  # reported here
    """,
    example_good="""
        "@":
          TXT: v=spf1 include:_spf.example.net ip4:198.51.100.1 -all
    """,
    reference="RFC 7208 sections 3.2 and 4.5",
    types=["TXT"],
    allowable=True,
)
def several_spf(view: ZoneView) -> Iterator[Problem]:
    """More than one SPF record at a name."""
    seen: set[str] = set()
    told: set[str] = set()
    for policy in view.once(policies):
        if policy.name in seen and policy.name not in told:
            told.add(policy.name)
            yield Problem(policy.name, "TXT", f"`{policy.name}` has more than one SPF record", policy.value)
        seen.add(policy.name)


@rule(
    "spf-version",
    Severity.WARNING,
    why="The record has to begin with exactly `v=spf1` and a space. Receivers ignore anything else.",
    fix="Begin the text with `v=spf1 `.",
    example_bad="""
        "@":
          TXT: v=spf2 include:_spf.example.net -all  # reported here
    """,
    example_good="""
        "@":
          TXT: v=spf1 include:_spf.example.net -all
    """,
    reference="RFC 7208 section 4.5",
    types=["TXT"],
)
def spf_version(view: ZoneView) -> Iterator[Problem]:
    """A text that looks like SPF and is none."""
    for name, index, text in view.once(versioned):
        if text[:5].lower() == "v=spf" and not is_spf(text):
            yield Problem(name, "TXT", f"`{text[:20]}` at `{name}` does not begin with `v=spf1` and a space", index)


@rule(
    "spf-pass-all",
    Severity.WARNING,
    why="`+all` (or `all` without a sign) says that every host in the world may send mail for the domain.",
    fix="End the record in `-all` or `~all`.",
    example_bad="""
        "@":
          TXT: v=spf1 include:_spf.example.net all  # reported here
    """,
    example_good="""
        "@":
          TXT: v=spf1 include:_spf.example.net ~all
    """,
    reference="RFC 7208 section 5.1",
    types=["TXT"],
)
def spf_pass_all(view: ZoneView) -> Iterator[Problem]:
    """An SPF record that lets everybody send."""
    for policy in view.once(policies):
        if (term := policy.record.first("all")) and term.qualifier == "+":
            yield Problem(
                policy.name, "TXT", f"`{term.text}` in SPF of `{policy.name}` lets everybody send", policy.value
            )


@rule(
    "spf-after-all",
    Severity.WARNING,
    why="Evaluation ends at `all`: mechanisms after it, and any `redirect`, are never looked at.",
    fix="Move `all` to the end, or remove what follows it.",
    example_bad="""
        "@":
          TXT: v=spf1 -all include:_spf.example.net  # reported here
    """,
    example_good="""
        "@":
          TXT: v=spf1 include:_spf.example.net -all exp=why.example.net
    """,
    reference="RFC 7208 sections 5.1 and 6.1",
    types=["TXT"],
)
def spf_after_all(view: ZoneView) -> Iterator[Problem]:
    """SPF terms after `all`."""
    for policy in view.once(policies):
        terms = policy.record.terms
        names = [term.name for term in terms]
        if "all" not in names:
            continue
        after = [term for term in terms[names.index("all") + 1 :] if term.qualifier]
        ignored = after or [term for term in terms if term.name == "redirect"]
        if ignored and not policy.record.faults:
            yield Problem(
                policy.name,
                "TXT",
                f"`{ignored[0].text}` in SPF of `{policy.name}` has no effect beside `all`",
                policy.value,
            )


@rule(
    "spf-without-all",
    Severity.WARNING,
    why="Without `all` or `redirect` every other host gets the result neutral, as if there were no policy. Records "
    "that are "
    "only included (their names begin with `_`) need none.",
    fix="End the record in `-all` or `~all`.",
    example_bad="""
        "@":
          TXT: v=spf1 include:_spf.example.net  # reported here
    """,
    example_good="""
        _spf:
          TXT: v=spf1 include:_spf.example.net
    """,
    reference="RFC 7208 section 4.7",
    types=["TXT"],
)
def spf_without_all(view: ZoneView) -> Iterator[Problem]:
    """An SPF record without an end."""
    bare = [
        policy
        for policy in view.once(policies)
        if not policy.name.startswith("_") and not any(term.name in ("all", "redirect") for term in policy.record.terms)
    ]
    if not bare:
        return
    included = {term.target for policy in view.once(policies) for term in policy.record.terms if term.name == "include"}
    for policy in bare:
        if policy.name not in included and not policy.record.faults:
            yield Problem(
                policy.name, "TXT", f"SPF of `{policy.name}` ends in neither `all` nor `redirect`", policy.value
            )


@rule(
    "spf-ptr",
    Severity.WARNING,
    why="`ptr` is slow and unreliable, loads the servers of `arpa`, and several large receivers ignore it. The "
    "standard "
    "says not to publish it.",
    fix="Name the hosts with `a:`, `ip4:` or `ip6:`.",
    example_bad="""
        "@":
          TXT: v=spf1 ptr -all  # reported here
    """,
    example_good="""
        "@":
          TXT: v=spf1 a:mail.example.net -all
    """,
    reference="RFC 7208 section 5.5",
    types=["TXT"],
)
def spf_ptr(view: ZoneView) -> Iterator[Problem]:
    """An SPF record with `ptr`."""
    for policy in view.once(policies):
        if term := policy.record.first("ptr"):
            yield Problem(policy.name, "TXT", f"`{term.text}` in SPF of `{policy.name}` is deprecated", policy.value)


@rule(
    "spf-record-type",
    Severity.WARNING,
    why="The type SPF (99) is obsolete: receivers look at TXT only, and several providers refuse it.",
    fix="Publish the policy as TXT and remove the SPF record.",
    example_bad="""
        "@":
          SPF: v=spf1 -all  # reported here
    """,
    example_good="""
        "@":
          TXT: v=spf1 -all
    """,
    reference="RFC 7208 section 3.1",
    types=["SPF"],
)
def spf_record_type(view: ZoneView) -> Iterator[Problem]:
    """An SPF policy in the record type SPF."""
    for rrset in view.of("SPF"):
        txt = view.get(rrset.name, "TXT")
        known = {text_of(rdata) for rdata in txt.rdatas} if txt else set()
        if all(text_of(rdata) in known for rdata in rrset.rdatas):
            said = "repeats its TXT in the obsolete type SPF"
        elif any(is_spf(text) for text in known):
            said = "has an obsolete SPF record that differs from its TXT"
        else:
            said = "has an obsolete SPF record and no such TXT"
        yield Problem(rrset.name, "SPF", f"`{rrset.name}` {said}")
