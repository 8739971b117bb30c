"""What may be ignored or allowed, how providers that differ are told, and in which order."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.lint.conftest import TODAY
from tests.support.examples import examples
from zonesync.findings import Finding, Severity
from zonesync.lint import RULES, lint, rule
from zonesync.model.rdata import txt_text
from zonesync.model.rrset import Key, RRset
from zonesync.model.zone import Allow, DesiredZone, Nameservers, ZoneId

Findings = Callable[..., list[Finding]]
Zones = Callable[..., DesiredZone]

LOW = "a: {A: {ttl: 30, values: 11.0.0.1}}"


def _ids(findings: list[Finding]) -> list[str]:
    return [finding.rule for finding in findings]


def test_an_ignored_rule_is_silent_for_the_configuration_and_for_the_zone(zone_of: Zones) -> None:
    zone = zone_of(LOW)
    assert _ids(lint(zone, today=TODAY)) == ["low-ttl"]
    assert lint(zone, ignore=["low-ttl"], today=TODAY) == []
    assert lint(replace(zone, lint_ignore=("low-ttl",)), today=TODAY) == []


@pytest.mark.parametrize("until", ["", "2026-06-01", "2026-06-02"])
def test_an_allowed_finding_is_silent_up_to_and_on_the_last_day(until: str, zone_of: Zones) -> None:
    zone = replace(zone_of(LOW), allow=(Allow("low-ttl", "move", until),))
    assert lint(zone, today=date(2026, 6, 1)) == []


def test_an_expired_allow_is_told_and_no_longer_counts(zone_of: Zones) -> None:
    zone = replace(zone_of(LOW), allow=(Allow("low-ttl", "move", "2026-05-31"),))
    assert sorted(_ids(lint(zone, today=TODAY))) == ["expired-allow", "low-ttl"]


def test_an_error_that_no_provider_would_serve_cannot_be_allowed(zone_of: Zones) -> None:
    zone = replace(zone_of('"@": {CNAME: a.example.net.}'), allow=(Allow("cname-at-apex", "old"),))
    assert sorted(_ids(lint(zone, today=TODAY))) == ["allow-without-effect", "cname-at-apex"]


def test_an_allowable_error_can_be_allowed(zone_of: Zones) -> None:
    zone = zone_of("a: {TXT: v=spf1 ipv4:1.2.3.4 -all}")
    (finding,) = lint(zone, today=TODAY)
    assert finding.is_error
    assert lint(replace(zone, allow=(Allow("spf-syntax"),)), today=TODAY) == []


@pytest.mark.parametrize("where", ["ignore", "lint_ignore", "allow"])
def test_an_unknown_rule_is_told_with_the_likely_one(where: str, zone_of: Zones) -> None:
    zone = zone_of("records: {}")
    if where == "lint_ignore":
        zone = replace(zone, lint_ignore=("lowttl",))
    if where == "allow":
        zone = replace(zone, allow=(Allow("lowttl"),))
    (finding,) = lint(zone, ignore=["lowttl"] if where == "ignore" else (), today=TODAY)
    assert (finding.rule, finding.help) == ("unknown-rule", "did you mean `low-ttl`?")


def test_a_finding_names_the_provider_only_where_providers_differ(zone_of: Zones) -> None:
    zone = zone_of(
        "providers: [one, two]\n"
        "records:\n"
        "  a: {A: {by_provider: {one: 10.0.0.1, default: 11.0.0.1}, comment: alias}}\n"
        "  b: {A: 10.0.0.2}\n"
    )
    assert [(finding.name, finding.provider) for finding in lint(zone, today=TODAY)] == [
        ("a.example.com.", "one"),
        ("b.example.com.", ""),
    ]


def test_what_one_provider_lacks_is_missing_there_alone(zone_of: Zones) -> None:
    zone = zone_of(
        "providers: [one, two]\n"
        "records:\n"
        "  w: {A: {by_provider: {one: 11.0.0.1}, comment: only there}}\n"
        "  x: {CNAME: w}\n"
    )
    assert [(finding.rule, finding.provider) for finding in lint(zone, today=TODAY)] == [("dangling-target", "two")]


def test_findings_come_in_the_order_of_the_file(findings_of: Findings) -> None:
    text = "b: {A: 10.0.0.1}\na: {A: {ttl: 1, values: 10.0.0.2}}\n'*.c.*': {TXT: t}"
    lines = [finding.place.line for finding in findings_of(text) if finding.place]
    assert lines == [1, 2, 2, 3]


def test_a_zone_without_places_is_linted_all_the_same() -> None:
    zone = DesiredZone(
        ZoneId("example.com."), {Key("a.example.com.", "A"): RRset("a.example.com.", "A", 1, ("10.0.0.1",))}
    )
    assert [(finding.rule, finding.place) for finding in lint(zone, today=TODAY)] == [
        ("low-ttl", None),
        ("private-address", None),
    ]


def test_a_rule_id_is_taken_once() -> None:
    with pytest.raises(ValueError, match="`low-ttl` is registered twice"):
        rule("low-ttl", Severity.INFO, why="", fix="", example_bad="", example_good="", reference="")(
            RULES["low-ttl"].check
        )


labels = st.sampled_from(
    ["a", "b", "*", "_dmarc", "_spf", "s._domainkey", "_sip._tcp", "de", "-x", "x_y", r"e\.f", "com"]
)
APEX = st.sampled_from([".", "example.com.", "2.0.192.in-addr.arpa.", "com."])
tagged = st.lists(
    st.sampled_from(["v=spf1", "v=DMARC1;", "v=DKIM1;", "p=", "p=none;", "k=rsa;", "all", "include:example.com",
                     "a:%{d}",
                     "redirect=_spf.example.com", "ip4:1.2.3.4/33", "mx", ";;", "\\;", "%", "a:", "v=STSv1;", '"']),
    max_size=6,
)  # fmt: skip


@st.composite
def zones(draw: st.DrawFn) -> DesiredZone:
    apex = draw(APEX)
    tail = "" if apex == "." else apex
    names = st.one_of(
        st.just(apex), st.lists(labels, min_size=1, max_size=4).map(lambda parts: f"{'.'.join(parts)}.{tail}")
    )
    hosts = st.one_of(names, st.sampled_from([".", "192.0.2.1.", "x.example.net.", f"a.example.com.{tail}"]))
    values = {
        "A": st.ip_addresses(v=4).map(str),
        "AAAA": st.ip_addresses(v=6).map(str),
        "ALIAS": hosts,
        "CNAME": hosts,
        "DNAME": hosts,
        "NS": hosts,
        "PTR": hosts,
        "MX": hosts.map(lambda host: f"10 {host}"),
        "SRV": hosts.map(lambda host: f"0 5 443 {host}"),
        "HTTPS": hosts.map(lambda host: f"1 {host}"),
        "TXT": st.one_of(tagged.map(" ".join), tagged.map("".join), st.text(max_size=20)).map(
            lambda text: txt_text(text.encode())
        ),
        "SPF": tagged.map(lambda parts: txt_text(" ".join(parts).encode())),
        "CAA": st.sampled_from(['0 issue ";"', '1 isue "x"', r'128 issue "\"\000"']),
        "TYPE999": st.just(r"\# 0"),
    }
    rrsets: dict[Key, RRset] = {}
    for name, rtype in draw(st.lists(st.tuples(names, st.sampled_from(sorted(values))), max_size=14)):
        if (name, rtype) != (apex, "NS"):
            texts = tuple(sorted(draw(st.sets(values[rtype], min_size=1, max_size=3))))
            ttl = draw(st.one_of(st.none(), st.sampled_from([0, 30, 3600, 10**7])))
            rrsets[Key(name, rtype)] = RRset(name, rtype, ttl, texts)
    servers = tuple(draw(st.lists(hosts, max_size=2)))
    return DesiredZone(ZoneId(apex), rrsets, nameservers=Nameservers("list", servers), file="zone.yaml")


@examples(300)
@given(zones())
def test_any_zone_can_be_linted_and_every_finding_is_about_something_in_it(zone: DesiredZone) -> None:
    for finding in lint(zone, today=TODAY):
        assert finding.rule in RULES
        assert finding.type in ("", "SOA") or (finding.name, finding.type) in {*zone.rrsets, (zone.apex, "NS")}
        assert not finding.message.endswith(".")


@examples(100)
@given(zones(), st.randoms(use_true_random=False))
def test_the_order_of_the_records_does_not_change_the_findings(zone: DesiredZone, random: object) -> None:
    keys = list(zone.rrsets)
    random.shuffle(keys)  # type: ignore[attr-defined] # hypothesis gives no type for its random
    shuffled = replace(zone, rrsets={key: zone.rrsets[key] for key in keys})
    assert lint(shuffled, today=TODAY) == lint(zone, today=TODAY)
