"""The apex NS set: every form of `nameservers:` at every level of provider, by hand."""

import pytest

from tests.planning import APEX, NS, SOA, changes, desired, fact, live, planned, rr, rules, steps
from zonesync.findings import Severity
from zonesync.model.change import Computed
from zonesync.model.rrset import RRset
from zonesync.model.zone import Nameservers
from zonesync.plan import apex_set, offline
from zonesync.provider.contract import ApexNs, Capabilities

A4 = tuple(f"ns{n}.a.example." for n in (1, 2, 3, 4))
B4 = tuple(f"ns{n}.b.example." for n in (1, 2, 3, 4))
LISTED = Nameservers("list", hosts=("ns1.a.example.", "ns1.b.example."), said=True)
AUTO = Nameservers("auto", said=True)
UNMANAGED = Nameservers(said=True)
UNSAID = Nameservers()
NOT = "apex-ns-not-editable"
LEFT = "nameservers-leave-provider-out"


def at(level, **more):
    return Capabilities(types=None, apex_ns=level, premade_apex=True, assigns_nameservers=True, **more)


def premade(name, own, *, hosts=None, ttl=172800, exists=True, level=ApexNs.FULL):
    """A provider that assigned *own* to the zone, which serves *hosts*; or will, where it does not exist."""
    served = rr("@", "NS", *(hosts or own), ttl=ttl)
    zone = live(apex=(SOA, served), nameservers=own) if exists else None
    return fact(name, zone, at(level))


# form, level of `a`, hosts served at `a` -> errors, NS hosts wanted at `a` (None: no change)
ONE = [
    ("list", LISTED, ApexNs.FULL, A4, [], LISTED.hosts),
    ("list", LISTED, ApexNs.NON_EMPTY, A4, [], LISTED.hosts),
    ("list without its own", LISTED, ApexNs.ADD_ONLY, A4, [NOT], None),
    (
        "list with its own",
        Nameservers("list", hosts=(*A4, "ns1.b.example."), said=True),
        ApexNs.ADD_ONLY,
        A4,
        [],
        tuple(sorted((*A4, "ns1.b.example."))),
    ),
    ("list", LISTED, ApexNs.TTL_ONLY, A4, [NOT], None),
    ("list", LISTED, ApexNs.FIXED, A4, [NOT], None),
    ("list", LISTED, ApexNs.IGNORED, A4, [NOT], None),
    ("what it serves", Nameservers("list", hosts=A4, said=True), ApexNs.FIXED, A4, [], None),
    ("what it serves", Nameservers("list", hosts=A4, said=True), ApexNs.IGNORED, A4, [], None),
    ("another TTL", Nameservers("list", hosts=A4, ttl=300, said=True), ApexNs.TTL_ONLY, A4, [], A4),
    ("another TTL", Nameservers("list", hosts=A4, ttl=300, said=True), ApexNs.FIXED, A4, [NOT], None),
    ("another TTL", Nameservers("list", hosts=A4, ttl=300, said=True), ApexNs.IGNORED, A4, [NOT], None),
    ("auto", AUTO, ApexNs.FULL, A4, [], None),
    ("auto", AUTO, ApexNs.FIXED, A4, [], None),
    ("auto, of which one was taken out", AUTO, ApexNs.NON_EMPTY, A4[:3], [], A4),
    ("auto, of which one was taken out", AUTO, ApexNs.FIXED, A4[:3], [NOT], None),
    ("unmanaged", UNMANAGED, ApexNs.FIXED, A4[:1], [], None),
    ("unsaid", UNSAID, ApexNs.FULL, A4[:1], [], None),
]


@pytest.mark.parametrize(("form", "servers", "level", "served", "errors", "hosts"), ONE)
def test_one_provider(form, servers, level, served, errors, hosts):
    made = planned(desired(nameservers=servers), premade("a", A4, hosts=served, level=level))
    assert rules(made) == errors
    if not errors:
        assert [change.after.rdatas for change in changes(made)] == ([hosts] if hosts else [])
        assert all(change.before.rdatas == served for change in changes(made))


# form, level of `b` beside a full `a` -> errors, NS hosts wanted at both (None: no change)
TWO_EACH = tuple(sorted((*A4[:2], *B4[:2])))
TWO = [
    ("unsaid", UNSAID, ApexNs.FULL, ["nameservers-unsaid"], None),
    ("unmanaged", UNMANAGED, ApexNs.FIXED, [NOT], None),
    ("list", LISTED, ApexNs.FULL, [], LISTED.hosts),
    ("list", LISTED, ApexNs.NON_EMPTY, [], LISTED.hosts),
    ("list", LISTED, ApexNs.ADD_ONLY, [NOT], None),
    ("list", LISTED, ApexNs.TTL_ONLY, [NOT], None),
    ("list", LISTED, ApexNs.FIXED, [NOT], None),
    ("list", LISTED, ApexNs.IGNORED, [NOT], None),
    ("auto", AUTO, ApexNs.FULL, [], TWO_EACH),
    ("auto", AUTO, ApexNs.NON_EMPTY, [], TWO_EACH),
    ("auto", AUTO, ApexNs.ADD_ONLY, [NOT], None),
    ("auto", AUTO, ApexNs.TTL_ONLY, [NOT], None),
    ("auto", AUTO, ApexNs.FIXED, [NOT], None),
    ("auto", AUTO, ApexNs.IGNORED, [NOT], None),
    ("counts", Nameservers("auto", auto={"a": 1, "b": 3}, said=True), ApexNs.FULL, [], (*A4[:1], *B4[:3])),
    ("all of one", Nameservers("auto", auto={"a": 1, "b": 0}, said=True), ApexNs.ADD_ONLY, [], (*A4[:1], *B4)),
    ("none of one", Nameservers("auto", auto={"a": 2}, said=True), ApexNs.FULL, [LEFT], None),
]


@pytest.mark.parametrize(("form", "servers", "level", "errors", "hosts"), TWO)
def test_two_providers(form, servers, level, errors, hosts):
    zone = desired(nameservers=servers, providers=("a", "b"))
    made = planned(zone, premade("a", A4), premade("b", B4, level=level))
    assert sorted(set(rules(made))) == errors
    if not errors:
        assert [change.after.rdatas for change in changes(made)] == ([hosts, hosts] if hosts else [])
        assert steps(made) == ([("apex_ns", "a"), ("apex_ns", "b")] if hosts else [])


@pytest.mark.parametrize(("form", "servers", "level", "errors", "hosts"), TWO)
def test_what_needs_no_reading_is_said_offline(form, servers, level, errors, hosts):
    zone = desired(nameservers=servers, providers=("a", "b"))
    found = sorted(
        set(rules(offline.check(zone, [fact("a", capabilities=at(ApexNs.FULL)), fact("b", capabilities=at(level))])))
    )
    assert found == ([] if level is ApexNs.ADD_ONLY else errors)


def test_a_rejection_names_the_provider_the_reason_and_the_way_out():
    zone = desired(nameservers=LISTED, providers=("a", "b"), file="zones/example.com.yaml")
    capability = at(ApexNs.FIXED, documentation="https://vendor.example/ns")
    (finding,) = offline.check(zone, [fact("a", capabilities=at(ApexNs.FULL)), fact("b", capabilities=capability)])
    assert finding.provider == "b"
    assert "`fixed`" in finding.message
    assert "https://vendor.example/ns" in finding.message
    assert "`b`" in finding.help
    assert "unmanaged" in finding.help
    assert finding.place.file == "zones/example.com.yaml"


def test_a_set_that_leaves_a_providers_servers_out_is_an_error():
    zone = desired(nameservers=Nameservers("list", hosts=A4, said=True), providers=("a", "b"))
    made = planned(zone, premade("a", A4), premade("b", B4))
    (finding,) = made.findings
    assert (finding.rule, finding.severity, finding.provider) == (LEFT, Severity.ERROR, "b")


# A zone that is new
def test_a_zone_new_everywhere_computes_its_set_after_a_barrier():
    zone = desired(rr("www", "A", "192.0.2.1"), nameservers=AUTO, providers=("a", "b"))
    made = planned(zone, premade("a", A4, exists=False), premade("b", B4, exists=False))
    assert steps(made) == [
        ("create_zone", "a"),
        ("create_zone", "b"),
        ("content", "a"),
        ("content", "b"),
        ("barrier", ""),
        ("apex_ns", "a"),
        ("apex_ns", "b"),
    ]
    assert made.steps[-1].changes[0].after == Computed(APEX, "NS", 86400, {"a": 2, "b": 2})
    assert rules(made) == []


def test_at_one_provider_all_its_names_are_taken_and_nobody_waits():
    made = planned(desired(nameservers=AUTO), premade("a", A4, exists=False))
    assert steps(made) == [("create_zone", "a"), ("apex_ns", "a")]
    assert made.steps[-1].changes[0].after == Computed(APEX, "NS", 86400, {"a": 0})


def test_joining_a_provider_never_computes():
    zone = desired(rr("www", "A", "192.0.2.1"), nameservers=AUTO, providers=("a", "b"))
    made = planned(zone, premade("a", A4), premade("b", B4, exists=False))
    assert steps(made) == [("create_zone", "b"), ("content", "a"), ("content", "b")]
    assert rules(made) == []
    infos = [one for one in made.findings if one.rule == "nameservers-later"]
    assert {one.provider for one in infos} == {"a", "b"}
    assert all(one.severity is Severity.INFO and "plan again" in one.help for one in infos)


def test_creating_at_some_of_its_providers_never_computes():
    zone = desired(rr("www", "A", "192.0.2.1"), nameservers=AUTO, providers=("a", "b"))
    a, b = premade("a", A4, exists=False), premade("b", B4, exists=False)
    assert steps(planned(zone, a, served=(a, b))) == [("create_zone", "a"), ("content", "a")]


def test_nobody_is_sent_to_a_provider_that_does_not_serve_the_zone_yet():
    zone = desired(rr("www", "A", "192.0.2.1"), nameservers=AUTO, providers=("a", "b"))
    a, b = fact("a", live(rr("www", "A", "192.0.2.1")), nameservers=A4), fact("b", nameservers=B4)
    made = planned(zone, a, served=(a, b))
    assert made.steps == ()
    assert [one.rule for one in made.findings] == ["nameservers-later"]


def test_a_zone_created_at_one_of_its_providers_has_that_ones_names_at_first():
    zone = desired(rr("www", "A", "192.0.2.1"), nameservers=AUTO, providers=("a", "b"))
    a, b = fact("a", nameservers=A4), fact("b", nameservers=B4)
    (servers,) = (change.after for change in changes(planned(zone, a, served=(a, b))) if change.key.type == "NS")
    assert set(servers.rdatas) == set(A4)


@pytest.mark.parametrize(("records", "expected"), [((), ["ns-without-address"]), ((rr("ns1", "A", "192.0.2.53"),), [])])
def test_a_name_server_within_the_zone_needs_its_address(records, expected):
    zone = desired(*records, nameservers=AUTO)
    assert rules(planned(zone, fact(nameservers=("ns1.example.com.", "ns2.example.net.")))) == expected


def test_a_new_zone_whose_names_are_configured_has_them_at_once():
    zone = desired(rr("www", "A", "192.0.2.1"), nameservers=AUTO, providers=("a", "b"))
    made = planned(zone, fact("a", nameservers=A4), fact("b", nameservers=B4))
    assert steps(made) == [("create_zone", "a"), ("create_zone", "b"), ("content", "a"), ("content", "b")]
    for step in made.steps[2:]:
        assert [change.key.type for change in step.changes] == ["SOA", "NS", "A"]
        assert step.changes[1].after == RRset(APEX, "NS", 86400, TWO_EACH)
        assert (
            step.changes[0].after.rdatas[0].startswith("ns1.a.example. hostmaster.example.com. 0 3600 900 1209600 300")
        )


def test_a_provider_that_needs_names_to_create_is_given_them_once_the_others_have_assigned_theirs():
    zone = desired(nameservers=AUTO, providers=("a", "b"))
    made = planned(zone, fact("a", nameservers=A4), premade("b", B4, exists=False))
    assert rules(made) == []
    assert steps(made)[:2] == [("create_zone", "a"), ("create_zone", "b")]
    (first,) = [step for step in made.steps if step.kind == "content" and step.provider == "a"]
    assert [(change.key.type, type(change.after)) for change in first.changes] == [("SOA", RRset), ("NS", Computed)]


def test_a_provider_that_needs_names_to_create_has_its_own_while_another_joins_too():
    zone = desired(nameservers=AUTO, providers=("a", "b", "c"))
    made = planned(zone, fact("a", nameservers=A4), premade("b", B4, exists=False), premade("c", B4))
    (first,) = [step for step in made.steps if step.kind == "content" and step.provider == "a"]
    assert first.changes[1].after.rdatas == A4
    assert "nameservers-later" in [finding.rule for finding in made.findings]


def test_an_unmanaged_set_is_made_once_where_the_provider_makes_none():
    made = planned(desired(nameservers=UNMANAGED), fact("a", nameservers=A4))
    assert [change.key.type for change in changes(made)] == ["SOA", "NS"]
    assert changes(made)[1].after.rdatas == A4
    assert rules(planned(desired(nameservers=UNMANAGED), fact("a"))) == ["apex-ns-missing"]
    assert changes(planned(desired(nameservers=UNMANAGED), fact("a", live(), nameservers=A4))) == []


@pytest.mark.parametrize(("count", "errors"), [({}, [NOT]), ({"a": 2, "b": 2}, [NOT]), ({"a": 2, "b": 0}, [])])
def test_a_computed_set_must_have_all_names_of_a_provider_whose_names_are_fixed(count, errors):
    zone = desired(nameservers=Nameservers("auto", auto=count, said=True), providers=("a", "b"))
    made = planned(zone, premade("a", A4, exists=False), premade("b", B4, exists=False, level=ApexNs.ADD_ONLY))
    assert rules(made) == errors


# A read that cannot be
@pytest.mark.parametrize(("there", "rule"), [((SOA,), "apex-ns-unread"), ((NS,), "soa-unread")])
def test_a_zone_without_its_apex_is_not_trusted(there, rule):
    zone = desired(nameservers=LISTED, soa={"minimum": 60})
    made = planned(zone, fact(zone=live(apex=there), capabilities=at(ApexNs.FULL)))
    assert rules(made) == [rule]


def test_a_zone_file_without_ns_gets_them():
    made = planned(desired(nameservers=LISTED), fact(zone=live(apex=(SOA,))))
    assert [(change.action.value, change.after.rdatas) for change in changes(made)] == [("+", LISTED.hosts)]


# Which names, and which TTL
def test_names_served_now_are_taken_first_then_in_name_order():
    names = {"a": A4}
    assert apex_set.chosen({"a": 2}, names, frozenset()) == list(A4[:2])
    assert apex_set.chosen({"a": 2}, names, frozenset({A4[3]})) == [A4[3], A4[0]]
    assert apex_set.chosen({"a": 0}, names, frozenset()) == list(A4)
    assert apex_set.chosen({"a": 9}, names, frozenset()) == list(A4)
    tens = ("ns9.a.example.", "ns10.a.example.")
    assert apex_set.chosen({"a": 1}, {"a": ("b.example.", *tens)}, frozenset()) == ["ns10.a.example."]


def test_the_choice_stays_with_what_is_served():
    zone = desired(nameservers=AUTO, providers=("a", "b"))
    served = (*A4[2:], *B4[1:3])
    made = planned(zone, premade("a", A4, hosts=served), premade("b", B4, hosts=served))
    assert changes(made) == []


@pytest.mark.parametrize(
    ("ttls", "said", "expected"),
    [((300, 300), None, 300), ((300, 600), None, 86400), ((300, 300), 60, 60), ((0, 0), None, 0), ((300, 300), 0, 0)],
)
def test_the_ttl_is_the_said_one_then_the_live_one_then_a_day(ttls, said, expected):
    zone = desired(nameservers=Nameservers("list", hosts=A4, ttl=said, said=True), providers=("a", "b"))
    facts = [premade("a", A4, ttl=ttls[0]), premade("b", B4, ttl=ttls[1])]
    assert apex_set.wanted(zone, facts).ttl == expected


def test_a_list_has_each_host_once_in_order():
    servers = Nameservers("list", hosts=("b.example.", "a.example.", "b.example."), said=True)
    assert apex_set.wanted(desired(nameservers=servers), [fact()]) == RRset(
        APEX, "NS", 86400, ("a.example.", "b.example.")
    )


# The SOA
@pytest.mark.parametrize(
    ("soa", "expected"),
    [
        ({}, None),
        ({"minimum": 300}, None),
        ({"minimum": 60}, "7 3600 900 1209600 60"),
        ({"rname": "ops.example.com."}, "ops.example.com. 7"),
        ({"mname": "x.example."}, "x.example. hostmaster"),
        ({"refresh": 1, "retry": 2, "expire": 3, "minimum": 4}, "7 1 2 3 4"),
        ({"ttl": 900}, None),
    ],
)
def test_only_the_soa_fields_that_the_file_names_are_managed(soa, expected):
    made = planned(desired(soa=soa), fact(zone=live()))
    if expected is None:
        assert changes(made) == []
    else:
        (change,) = changes(made)
        assert change.before == SOA
        assert change.after.ttl == SOA.ttl
        assert expected in change.after.rdatas[0]
        assert sum(
            one != other for one, other in zip(change.after.rdatas[0].split(), SOA.rdatas[0].split(), strict=True)
        ) == len(soa)


def test_the_ttl_of_the_soa_is_managed_where_said():
    (change,) = changes(planned(desired(soa={"ttl": 60}), fact(zone=live())))
    assert (change.after.ttl, change.after.rdatas) == (60, SOA.rdatas)


def test_the_soa_of_a_new_zone_is_computed_where_the_provider_makes_it():
    made = planned(desired(soa={"minimum": 60}), premade("a", A4, exists=False))
    assert changes(made)[0].after == Computed(APEX, "SOA", None, {"minimum": 60})
    assert changes(planned(desired(), premade("a", A4, exists=False))) == []


def test_the_first_soa_takes_its_mname_from_the_file_then_from_the_set():
    facts = fact(nameservers=A4)
    assert changes(planned(desired(), facts))[0].after.rdatas[0].startswith("ns1.a.example. ")
    assert changes(planned(desired(soa={"mname": "x.example."}), facts))[0].after.rdatas[0].startswith("x.example. ")
    listed = planned(desired(nameservers=LISTED, soa={"minimum": 5}, ttl=77), fact())
    assert changes(listed)[0].after == RRset(
        APEX, "SOA", 77, ("ns1.a.example. hostmaster.example.com. 0 3600 900 1209600 5",)
    )


def test_the_soa_leads_its_step():
    made = planned(desired(rr("aaa", "A", "192.0.2.1"), soa={"minimum": 60}), fact(zone=live()))
    assert [change.key.type for change in changes(made)] == ["SOA", "A"]
    assert steps(made) == [("content", "a")]
