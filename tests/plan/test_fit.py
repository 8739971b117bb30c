"""What a provider cannot hold is found when planning."""

import pytest

from tests.planning import changes, desired, fact, key, live, planned, rr, rules
from zonesync.findings import Severity
from zonesync.model.rrset import RRset
from zonesync.model.zone import Overlay
from zonesync.plan import fit
from zonesync.provider.contract import AliasSupport, ApexNs, Capabilities

WWW = rr("www", "A", "192.0.2.1", "192.0.2.2", ttl=300)
APEX_ALIAS, WWW_ALIAS = rr("@", "ALIAS", "x.example.net."), rr("www", "ALIAS", "x.example.net.")
OWN_ALIAS = RRset("cdn.example.com.", "A", None, ("alias d111.cloudfront.net. - false",))
LONG = rr("t", "TXT", f'"{"x" * 255}" "{"y" * 45}"')
CUT = rr("t", "TXT", '"k=1" "k=2"')

TABLE = [
    ("any type", {}, WWW, []),
    ("a type it has", {"types": frozenset({"A"})}, WWW, []),
    ("a type it lacks", {"types": frozenset({"AAAA"})}, WWW, ["type-unsupported"]),
    ("an unknown type", {"types": frozenset({"A"})}, rr("x", "TYPE65280", r"\# 1 00"), ["type-unsupported"]),
    ("the least TTL", {"min_ttl": 300}, WWW, []),
    ("a TTL too low", {"min_ttl": 301}, WWW, ["ttl-unsupported"]),
    ("the greatest TTL", {"max_ttl": 300}, WWW, []),
    ("a TTL too high", {"max_ttl": 299}, WWW, ["ttl-unsupported"]),
    ("as many values", {"max_values": 2}, WWW, []),
    ("too many values", {"max_values": 1}, WWW, ["too-many-values"]),
    ("a text that fits", {"max_txt": 300}, LONG, []),
    ("a text too long", {"max_txt": 299}, LONG, ["txt-too-long"]),
    ("a text too long, as SPF", {"max_txt": 3}, rr("t", "SPF", '"v=spf1"'), ["txt-too-long"]),
    ("only texts are texts", {"max_txt": 1}, WWW, []),
    ("a text of as many octets as it takes", {"min_txt": 1}, rr("t", "TXT", '"x"'), []),
    ("a text too short", {"min_txt": 1}, rr("t", "TXT", '""'), ["txt-too-short"]),
    ("a text too short among others", {"min_txt": 1}, rr("t", "TXT", '"x"', '""'), ["txt-too-short"]),
    ("a text of UTF-8", {"txt_octets": False}, rr("t", "TXT", r'"b\195\188cher"'), []),
    ("a text that is no UTF-8", {"txt_octets": False}, rr("t", "TXT", r'"b\252cher"'), ["txt-not-utf8"]),
    ("any octets", {}, rr("t", "TXT", r'"b\252cher"'), []),
    ("boundaries that are lost", {"keeps_txt_boundaries": False}, CUT, ["txt-boundaries-lost"]),
    (
        "boundaries that are lost, among limits",
        {"keeps_txt_boundaries": False, "max_txt": 999},
        CUT,
        ["txt-boundaries-lost"],
    ),
    ("boundaries that are kept", {"max_txt": 999}, CUT, []),
    ("chunks are no boundaries", {"keeps_txt_boundaries": False}, LONG, []),
    ("ALIAS nowhere", {}, APEX_ALIAS, ["alias-unsupported"]),
    ("ALIAS at the apex", {"alias": AliasSupport.APEX}, APEX_ALIAS, []),
    ("ALIAS below the apex", {"alias": AliasSupport.APEX}, WWW_ALIAS, ["alias-unsupported"]),
    ("ALIAS anywhere", {"alias": AliasSupport.ANYWHERE}, WWW_ALIAS, []),
    ("ALIAS is no type in the list", {"alias": AliasSupport.ANYWHERE, "types": frozenset({"A"})}, WWW_ALIAS, []),
    ("an alias of its own", {"provider_alias": True, "min_ttl": 60}, OWN_ALIAS, []),
    ("an alias of somebody else's", {}, OWN_ALIAS, ["alias-unsupported"]),
    ("an alias has no TTL to be too low", {"min_ttl": 60}, OWN_ALIAS, ["alias-unsupported"]),
]


def can(**more):
    return Capabilities(**{"types": None, "apex_ns": ApexNs.FULL, **more})


@pytest.mark.parametrize(
    ("capabilities", "rrset", "expected"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE]
)
def test_each_limit_has_a_finding(capabilities, rrset, expected):
    found = list(fit.check(desired(), "a", can(**capabilities), {rrset.key: rrset}))
    assert [finding.rule for finding in found] == expected
    for finding in found:
        lost = finding.rule == "txt-boundaries-lost"
        assert finding.severity is (Severity.WARNING if lost else Severity.ERROR)
        assert (finding.name, finding.type, finding.provider) == (rrset.name, rrset.type, "a")
        assert finding.help


@pytest.mark.parametrize(
    ("capabilities", "soa", "expected"),
    [
        ({"soa_fields": frozenset()}, {}, ""),
        ({"soa_fields": frozenset({"minimum"})}, {"minimum": 1}, ""),
        ({"soa_fields": frozenset({"minimum"})}, {"minimum": 1, "rname": "x.", "mname": "y."}, "mname, rname"),
        ({"soa_ttl": False}, {"ttl": 60}, "ttl"),
        ({}, {"ttl": 60, "mname": "x."}, ""),
        ({"soa_ttl": False}, {"minimum": 60}, ""),
    ],
)
def test_an_soa_field_that_cannot_be_set_is_found(capabilities, soa, expected):
    found = list(fit.check(desired(soa=soa), "a", can(**capabilities), {}))
    assert [finding.message for finding in found] == ([f"`a` cannot set the SOA's {expected}"] if expected else [])
    assert rules(found) == (["soa-field-not-editable"] if expected else [])


@pytest.mark.parametrize(("limit", "expected"), [(2, ["too-many-rrsets"]), (3, []), (None, [])])
def test_a_zone_with_too_many_rrsets_is_found(limit, expected):
    rrsets = {one.key: one for one in (rr(f"h{number}", "A", "192.0.2.1") for number in range(3))}
    assert rules(fit.check(desired(), "a", can(max_rrsets=limit), rrsets)) == expected


def test_a_refused_type_is_planned_at_the_other_provider_all_the_same():
    zone = desired(rr("x", "AAAA", "2001:db8::1"), providers=("a", "b"))
    made = planned(zone, fact("a", live(), can(types=frozenset({"A"}))), fact("b", live()))
    assert [(one.rule, one.provider) for one in made.findings] == [("type-unsupported", "a")]


ONLY_B = Overlay(only=("b",))
NOT_B = Overlay(excluded=("b",))
OTHER_AT_B = Overlay(by_provider={"b": rr("www", "A", "192.0.2.9")})
NOTHING_AT_B = Overlay(by_provider={"b": None})
B_ALONE = Overlay(by_provider={"b": rr("cdn", "A", "192.0.2.9")})


@pytest.mark.parametrize(
    ("owner", "overlay", "at_a", "at_b"),
    [
        ("www", ONLY_B, [], ["192.0.2.1"]),
        ("www", NOT_B, ["192.0.2.1"], []),
        ("www", OTHER_AT_B, ["192.0.2.1"], ["192.0.2.9"]),
        ("www", NOTHING_AT_B, ["192.0.2.1"], []),
        ("cdn", B_ALONE, [], ["192.0.2.9"]),
    ],
)
def test_an_rrset_may_differ_by_provider(owner, overlay, at_a, at_b):
    default = [rr("www", "A", "192.0.2.1")] if owner == "www" else []
    zone = desired(*default, providers=("a", "b"), overlays={key(owner, "A"): overlay})
    made = planned(zone, fact("a", live()), fact("b", live()))
    found = {step.provider: [change.after.rdatas[0] for change in step.changes] for step in made.steps}
    assert (found.get("a", []), found.get("b", [])) == (at_a, at_b)


def test_what_is_excluded_at_a_provider_is_deleted_there():
    there = rr("www", "A", "192.0.2.1")
    zone = desired(there, providers=("a", "b"), overlays={there.key: NOT_B})
    made = planned(zone, fact("a", live(there)), fact("b", live(there, rr("x", "A", "192.0.2.1"))))
    assert {
        (step.provider, change.key.name, change.action.value) for step in made.steps for change in step.changes
    } == {
        ("b", "www.example.com.", "-"),
        ("b", "x.example.com.", "-"),
    }


def test_a_limit_is_held_against_what_the_provider_would_serve():
    zone = desired(WWW, providers=("a", "b"), overlays={WWW.key: NOT_B})
    made = planned(zone, fact("a", live()), fact("b", live(), can(types=frozenset())))
    assert rules(made) == []
    assert len(changes(made)) == 1
