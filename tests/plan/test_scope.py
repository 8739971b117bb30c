"""What a plan is in charge of: ignore rules, `unmanaged`, kept RRsets."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.planning import (
    APEX,
    NS,
    SOA,
    UNMANAGED,
    ZONE,
    changes,
    desired,
    fact,
    key,
    live,
    planned,
    refusals,
    rr,
    rules,
    table,
)
from tests.strategies import zones
from zonesync.model.names import relative
from zonesync.model.rrset import Key
from zonesync.model.zone import DesiredZone, Ignore, Kept
from zonesync.plan.scope import external_dns_keys, matcher

GLOBS = [
    (Ignore("_acme-challenge.*"), "_acme-challenge.www", "TXT", True),
    (Ignore("_acme-challenge.*"), "_acme-challenge.a.b", "TXT", True),
    (Ignore("_acme-challenge.*"), "_acme-challenge", "TXT", False),
    (Ignore("_acme-challenge.*"), "x._acme-challenge.www", "TXT", False),
    (Ignore("_acme-challenge*"), "_acme-challenge", "TXT", True),
    (Ignore("*"), "anything", "A", True),
    (Ignore("*"), "@", "A", True),
    (Ignore("@"), "@", "TXT", True),
    (Ignore("@"), "www", "TXT", False),
    (Ignore("WWW"), "www", "A", True),
    (Ignore("h?"), "h1", "A", True),
    (Ignore("h?"), "h12", "A", False),
    (Ignore("h[12]"), "h2", "A", True),
    (Ignore("h[12]"), "h3", "A", False),
    (Ignore("www.example.com."), "www", "A", False),
    (Ignore("www", "A"), "www", "A", True),
    (Ignore("www", "A"), "www", "AAAA", False),
    (Ignore("www", "A,TXT"), "www", "TXT", True),
    (Ignore("www", "a, txt"), "www", "TXT", True),
    (Ignore("www", "*"), "www", "MX", True),
    (Ignore("", "TXT"), "any.where", "TXT", True),
    (Ignore("", "TXT"), "any.where", "A", False),
]


@pytest.mark.parametrize(("rule", "owner", "rtype", "expected"), GLOBS, ids=str)
def test_a_glob_is_over_the_relative_name_and_the_type(rule, owner, rtype, expected):
    assert matcher([rule], APEX, {})(key(owner, rtype)) is expected


def test_without_rules_nothing_is_ignored():
    assert not matcher([], APEX, {})(key("www", "A"))


def test_one_matching_rule_of_several_suffices():
    matches = matcher([Ignore("a"), Ignore("b", "TXT")], APEX, {})
    assert [matches(key(owner, "TXT")) for owner in "abc"] == [True, True, False]


MARK = '"heritage=external-dns,external-dns/owner=k8s,external-dns/resource=ingress/web/www"'


@pytest.mark.parametrize(
    ("records", "owned"),
    [
        (
            [("www", "TXT", MARK), ("www", "A", "192.0.2.1"), ("www", "AAAA", "2001:db8::1")],
            {"www TXT", "www A", "www AAAA"},
        ),
        ([("a-www", "TXT", MARK), ("www", "A", "192.0.2.1")], {"a-www TXT", "www A"}),
        ([("a-www", "TXT", MARK), ("www", "AAAA", "2001:db8::1")], {"a-www TXT"}),
        (
            [("aaaa-www", "TXT", MARK), ("www", "AAAA", "2001:db8::1"), ("www", "A", "192.0.2.1")],
            {"aaaa-www TXT", "www AAAA"},
        ),
        ([("cname-www", "TXT", MARK), ("www", "CNAME", "x.example.net.")], {"cname-www TXT", "www CNAME"}),
        (
            [("srv-_sip._tcp", "TXT", MARK), ("_sip._tcp", "SRV", "1 1 1 x.example.net.")],
            {"srv-_sip._tcp TXT", "_sip._tcp SRV"},
        ),
        ([("a-*.dev", "TXT", MARK), ("*.dev", "A", "192.0.2.1")], {"a-*.dev TXT", "*.dev A"}),
        ([("www", "TXT", '"v=spf1 -all"'), ("www", "A", "192.0.2.1")], set()),
        ([("www", "TXT", '"about heritage=external-dns,"'), ("www", "A", "192.0.2.1")], set()),
        ([("www", "TXT", '"heritage=other,external-dns/owner=x"'), ("www", "A", "192.0.2.1")], set()),
        ([("x", "TXT", MARK), ("www", "A", "192.0.2.1")], {"x TXT"}),
        ([("foo-www", "TXT", MARK), ("www", "A", "192.0.2.1")], {"foo-www TXT"}),
        ([("www", "SPF", MARK), ("www", "A", "192.0.2.1")], set()),
        ([("www", "TXT", f'"x" {MARK}'), ("www", "A", "192.0.2.1")], set()),
    ],
)
def test_external_dns_owns_what_its_registry_marks(records, owned):
    rrsets = table(*(rr(*record) for record in records))
    found = {f"{relative(one.name, APEX)} {one.type}" for one in external_dns_keys(rrsets)}
    assert found == owned


def test_a_mark_beside_another_text_still_marks():
    rrsets = table(rr("www", "TXT", MARK, '"v=spf1 -all"'), rr("www", "A", "192.0.2.1"))
    assert external_dns_keys(rrsets) == frozenset(rrsets)


def test_a_cname_mark_covers_the_addresses_of_an_alias():
    rrsets = table(rr("cname-www", "TXT", MARK), rr("www", "AAAA", "2001:db8::1"), rr("www", "MX", "10 m.example."))
    assert external_dns_keys(rrsets) == {key("cname-www", "TXT"), key("www", "AAAA")}


def test_what_external_dns_owns_is_neither_changed_nor_deleted():
    before = live(rr("www", "TXT", MARK), rr("www", "A", "192.0.2.1"), rr("ftp", "A", "192.0.2.1"))
    made = planned(desired(rr("api", "A", "192.0.2.3"), ignore=(Ignore(owner="external-dns"),)), fact(zone=before))
    assert [(change.action.value, *change.key) for change in changes(made)] == [
        ("+", "api.example.com.", "A"),
        ("-", "ftp.example.com.", "A"),
    ]
    assert rules(made) == []


def test_the_default_deletes_what_the_file_lacks():
    made = planned(
        desired(rr("b", "A", "192.0.2.1")), fact(zone=live(rr("a", "A", "192.0.2.1"), rr("b", "A", "192.0.2.1")))
    )
    assert [(change.action.value, *change.key) for change in changes(made)] == [("-", "a.example.com.", "A")]


def test_keep_deletes_nothing_and_changes_what_is_declared():
    before = live(rr("a", "A", "192.0.2.1"), rr("b", "A", "192.0.2.1"))
    made = planned(desired(rr("b", "A", "192.0.2.2"), unmanaged="keep"), fact(zone=before))
    assert [(change.action.value, *change.key) for change in changes(made)] == [("~", "b.example.com.", "A")]
    assert rules(made) == []


KEPT = Kept("geo.example.com.", "A", "weighted, 2 targets", "sha256:1", "blue")

CONFLICTS = [
    (
        "a CNAME beside an unmanaged address",
        [rr("www", "CNAME", "x.example.net.")],
        [rr("www", "A", "192.0.2.1")],
        {"unmanaged": "keep"},
        ["conflicts-with-unmanaged"],
    ),
    (
        "an address beside an unmanaged CNAME",
        [rr("www", "A", "192.0.2.1")],
        [rr("www", "CNAME", "x.example.net.")],
        {"unmanaged": "keep"},
        ["conflicts-with-unmanaged"],
    ),
    (
        "a text beside an unmanaged address",
        [rr("www", "TXT", '"x"')],
        [rr("www", "A", "192.0.2.1")],
        {"unmanaged": "keep"},
        [],
    ),
    (
        "a CNAME beside an ignored text",
        [rr("www", "CNAME", "x.example.net.")],
        [rr("www", "TXT", '"x"')],
        {"ignore": (Ignore("*", "TXT"),)},
        ["conflicts-with-unmanaged"],
    ),
    (
        "a CNAME in place of a managed address",
        [rr("www", "CNAME", "x.example.net.")],
        [rr("www", "A", "192.0.2.1")],
        {},
        [],
    ),
    (
        "a change of what is ignored",
        [rr("www", "A", "192.0.2.2")],
        [rr("www", "A", "192.0.2.1")],
        {"ignore": (Ignore("www"),)},
        ["declared-and-ignored"],
    ),
    (
        "what is ignored, as it is",
        [rr("www", "A", "192.0.2.1")],
        [rr("www", "A", "192.0.2.1")],
        {"ignore": (Ignore("www"),)},
        [],
    ),
    (
        "what is ignored, and not there",
        [rr("www", "A", "192.0.2.1")],
        [],
        {"ignore": (Ignore("www"),)},
        ["declared-and-ignored"],
    ),
    ("what a kept RRset blocks", [rr("geo", "A", "192.0.2.1")], [], {}, ["blocked-by-kept"]),
    ("a CNAME beside a kept RRset", [rr("geo", "CNAME", "x.example.net.")], [], {}, ["conflicts-with-unmanaged"]),
    ("a text beside a kept RRset", [rr("geo", "TXT", '"x"')], [], {}, []),
]


@pytest.mark.parametrize(
    ("wanted", "there", "settings", "expected"), [row[1:] for row in CONFLICTS], ids=[row[0] for row in CONFLICTS]
)
def test_what_is_left_alone_is_not_run_over(wanted, there, settings, expected):
    made = planned(desired(*wanted, **settings), fact(zone=live(*there, kept=(KEPT,))))
    assert rules(made) == expected
    for finding in made.findings:
        assert finding.help
        assert (finding.zone, finding.provider) == ("example.com", "a")


def test_what_a_kept_rrset_blocks_stays_out_of_the_plan_even_when_waived():
    made = planned(desired(rr("geo", "A", "192.0.2.1"), rr("x", "A", "192.0.2.1")), fact(zone=live(kept=(KEPT,))))
    assert [change.key.name for change in changes(made)] == ["x.example.com."]
    assert "weighted, 2 targets" in refusals(made)[0].message


def test_apex_ns_and_soa_are_never_ignored():
    before = live(rr("www", "A", "192.0.2.1"))
    made = planned(desired(soa={"minimum": 60}, ignore=(Ignore("*"),)), fact(zone=before))
    assert [(change.action.value, change.key.type) for change in changes(made)] == [("~", "SOA")]
    assert made.targets[0].left_alone == 1


@pytest.mark.property
@given(zones(max_size=6), zones(max_size=6), st.data())
def test_nothing_left_alone_is_in_a_change_and_apex_ns_and_soa_are_never_deleted(one, other, data):
    keys = sorted({*one.rrsets, *other.rrsets})
    picked = data.draw(st.lists(st.sampled_from(keys), max_size=3)) if keys else []
    kept = tuple(Kept(name, rtype, "weighted", "d") for name, rtype in picked[:1] if Key(name, rtype) not in one.rrsets)
    ignore = tuple(
        Ignore(relative(name, APEX).replace("[", "?").replace("*", "?"), rtype) for name, rtype in picked[1:]
    )
    unmanaged = data.draw(st.sampled_from(["delete", "keep"]))
    zone = DesiredZone(ZONE, other.rrsets, providers=("a",), nameservers=UNMANAGED, ignore=ignore, unmanaged=unmanaged)
    before = live(*one.rrsets.values(), kept=kept)
    made = planned(zone, fact(zone=before))
    matches = matcher(ignore, APEX, before.rrsets)
    for change in changes(made):
        assert not matches(change.key)
        assert change.key not in {Key(item.name, item.type) for item in kept}
        assert change.key not in {SOA.key, NS.key}
        assert change.after is not None or unmanaged == "delete"
