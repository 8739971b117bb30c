"""The steps of a zone, and what they are bound to."""

import pytest

from tests.planning import NS, SOA, changes, desired, fact, key, live, planned, rr, rules, steps
from zonesync.findings import Finding, Severity
from zonesync.model.rrset import RRset
from zonesync.model.zone import Nameservers
from zonesync.plan import digest
from zonesync.plan.diff import applied, diff, in_order, settle
from zonesync.provider.contract import ApexNs, Capabilities

WWW, OTHER = rr("www", "A", "192.0.2.1"), rr("www", "A", "192.0.2.2")
RELOADS = Capabilities(types=None, apex_ns=ApexNs.FULL, reloads=True)
SERVERS = Nameservers("list", hosts=("ns1.x.example.",), said=True)


def test_a_zone_in_step_has_no_steps():
    assert planned(desired(WWW), fact(zone=live(WWW))).steps == ()


def test_content_comes_everywhere_before_the_apex_ns_set():
    zone = desired(OTHER, nameservers=SERVERS, providers=("a", "b"))
    made = planned(zone, fact("a", live(WWW)), fact("b", live(WWW)))
    assert steps(made) == [("content", "a"), ("content", "b"), ("barrier", ""), ("apex_ns", "a"), ("apex_ns", "b")]


def test_nobody_waits_for_one_provider_nor_for_no_content():
    assert steps(planned(desired(OTHER, nameservers=SERVERS), fact(zone=live(WWW)))) == [
        ("content", "a"),
        ("apex_ns", "a"),
    ]
    zone = desired(WWW, nameservers=SERVERS, providers=("a", "b"))
    assert steps(planned(zone, fact("a", live(WWW)), fact("b", live(WWW)))) == [("apex_ns", "a"), ("apex_ns", "b")]


@pytest.mark.parametrize(
    ("wanted", "servers", "pending", "expected"),
    [
        (WWW, Nameservers(), "", []),
        (OTHER, Nameservers(), "", ["content", "reload"]),
        (WWW, SERVERS, "", ["apex_ns", "reload"]),
        (WWW, Nameservers(), "serial 7 was written but not reloaded", ["reload"]),
    ],
)
def test_a_reload_is_due_after_a_write_or_when_one_is_pending(wanted, servers, pending, expected):
    there = live(WWW, pending=pending)
    made = planned(desired(wanted, nameservers=servers), fact(zone=there, capabilities=RELOADS))
    assert [kind for kind, _ in steps(made)] == expected
    if expected:
        assert made.steps[-1].note == pending
    assert "reload" not in [kind for kind, _ in steps(planned(desired(wanted, nameservers=servers), fact(zone=there)))]


def test_content_is_reloaded_before_the_apex_ns_set_and_that_after():
    zone = desired(OTHER, nameservers=SERVERS, providers=("a", "b"))
    made = planned(zone, fact("a", live(WWW), RELOADS), fact("b", live(WWW), RELOADS))
    assert [kind for kind, _ in steps(made)] == [
        "content",
        "content",
        "reload",
        "reload",
        "barrier",
        "apex_ns",
        "apex_ns",
        "reload",
        "reload",
    ]


def test_addresses_of_a_leaving_name_server_go_after_the_apex_ns_set():
    address = rr("ns9", "A", "192.0.2.9")
    served = rr("@", "NS", "ns1.x.example.", "ns9.example.com.", ttl=86400)
    there = live(WWW, address, apex=(SOA, served))
    made = planned(desired(OTHER, nameservers=SERVERS, providers=("a", "b")), fact("a", there), fact("b", there))
    assert [kind for kind, _ in steps(made)] == [
        "content",
        "content",
        "barrier",
        "apex_ns",
        "apex_ns",
        "content",
        "content",
    ]
    assert [change.key.name for change in made.steps[0].changes] == ["www.example.com."]
    assert [change.key for change in made.steps[-1].changes] == [address.key]


def test_what_a_write_would_meet_counts_only_where_something_is_written():
    adopt = Finding("adopt-file", Severity.ERROR, "not ours", zone="example.com", provider="a")
    there = live(WWW, findings=(adopt,))
    assert rules(planned(desired(WWW), fact(zone=there))) == []
    assert rules(planned(desired(OTHER), fact(zone=there))) == ["adopt-file"]
    assert rules(planned(desired(WWW, nameservers=SERVERS), fact(zone=there))) == ["adopt-file"]


def test_a_plan_is_bound_to_what_it_was_worked_out_from():
    (target,) = planned(desired(OTHER), fact(zone=live(WWW))).targets
    assert (target.target, target.configuration) == ("target:a", "config:a")
    assert target.live == digest.of_rrsets({one.key: one for one in (SOA, NS, WWW)})
    assert target.desired == digest.of_rrsets({OTHER.key: OTHER})
    assert (target.rrsets, target.left_alone) == (1, 0)


def test_every_change_says_where_it_comes_from():
    zone = desired(OTHER, file="zones/e.yaml", places={OTHER.key: ("zones/e.yaml", (14 << 20 | 7,))})
    made = planned(zone, fact(zone=live(WWW, rr("x", "A", "192.0.2.1"))))
    assert [change.why for change in changes(made)] == ["zones/e.yaml:14", "not in zones/e.yaml"]


def test_a_change_carries_the_whole_of_before_and_after():
    (change,) = changes(planned(desired(OTHER), fact(zone=live(WWW))))
    assert (change.before, change.after, change.action.value) == (WWW, OTHER, "~")


@pytest.mark.parametrize(
    ("before", "after", "same"),
    [
        (rr("t", "TXT", '"ab"'), rr("t", "TXT", '"a" "b"'), False),
        (rr("t", "TXT", '"a" "b"'), rr("t", "TXT", '"ab"'), True),
        (rr("t", "SPF", '"a" "b"'), rr("t", "SPF", '"ab"'), True),
        (rr("t", "TXT", '"a" "b"'), rr("t", "TXT", '"a" "b"'), True),
        (rr("t", "TXT", '"a" "b"'), rr("t", "TXT", '"ab"', ttl=60), False),
        (rr("t", "TXT", '"a" "b"', '"c"'), rr("t", "TXT", '"ab"', '"c"'), True),
        (rr("t", "TXT", '"a" "b"', '"ab"'), rr("t", "TXT", '"ab"'), False),
        (rr("t", "TXT", '"a" "bc"', '"ab" "c"'), rr("t", "TXT", '"abc"'), False),
        (rr("t", "HINFO", '"a" "b"'), rr("t", "HINFO", '"ab" ""'), False),
    ],
    ids=str,
)
def test_a_text_keeps_the_splitting_that_is_live(before, after, same):
    assert (settle(before, after) is None) is same


def test_only_the_texts_that_changed_change_their_splitting():
    before = rr("t", "TXT", '"a" "b"', '"old"')
    after = settle(before, rr("t", "TXT", '"ab"', '"new"'))
    assert after.rdatas == tuple(sorted(('"a" "b"', '"new"')))


def test_a_zone_is_compared_as_its_provider_spells_it():
    def upper(rrset):
        return RRset(rrset.name, rrset.type, rrset.ttl, tuple(text.upper() for text in rrset.rdatas))

    one, other = rr("a", "CNAME", "x.example."), rr("b", "CNAME", "y.example.")
    made = planned(desired(one, other), fact(zone=live(upper(one)), normalise=upper))
    assert [change.after.rdatas for change in changes(made)] == [("Y.EXAMPLE.",)]
    assert diff({}, {one.key: one})[0].after == one


def test_a_live_spelling_of_another_time_is_no_change():
    def lower(rrset):
        return RRset(rrset.name, rrset.type, rrset.ttl, tuple(text.lower() for text in rrset.rdatas))

    wanted = rr("a", "CNAME", "x.example.")
    before = RRset(wanted.name, "CNAME", wanted.ttl, ("X.EXAMPLE.",))
    assert planned(desired(wanted), fact(zone=live(before), normalise=lower)).steps == ()
    assert settle(before, wanted) == wanted


def test_each_live_splitting_stands_for_one_text():
    before = rr("t", "TXT", '"a" "b"')
    both = rr("t", "TXT", '"a" "b"', '"ab"')
    assert settle(before, both) == both


def test_deletes_come_first_at_a_name_and_names_in_canonical_order():
    before = {one.key: one for one in (rr("b", "A", "192.0.2.1"), rr("b", "TXT", '"x"'), rr("z.a", "A", "192.0.2.1"))}
    after = {one.key: one for one in (rr("b", "CNAME", "x."), rr("b.a", "A", "192.0.2.1"), rr("@", "A", "192.0.2.1"))}
    made = diff(before, after)
    assert [(change.action.value, change.key.name, change.key.type) for change in made] == [
        ("+", "example.com.", "A"),
        ("+", "b.a.example.com.", "A"),
        ("-", "z.a.example.com.", "A"),
        ("-", "b.example.com.", "A"),
        ("-", "b.example.com.", "TXT"),
        ("+", "b.example.com.", "CNAME"),
    ]
    assert in_order(made[::-1]) == made


def test_an_update_stands_between_delete_and_create():
    before = {one.key: one for one in (rr("b", "MX", "1 x."), rr("b", "A", "192.0.2.1"))}
    after = {one.key: one for one in (rr("b", "MX", "2 x."), rr("b", "AAAA", "2001:db8::1"))}
    assert [change.action.value for change in diff(before, after)] == ["-", "~", "+"]


def test_a_skipped_key_is_left_alone_on_both_sides():
    before, after = {WWW.key: WWW}, {key("new", "A"): rr("new", "A", "192.0.2.1")}
    assert diff(before, {}, skip=[WWW.key]) == []
    assert diff({}, after, skip=list(after)) == []
    assert diff(before, {WWW.key: OTHER}, skip=[WWW.key]) == []
    assert [change.key for change in diff(before, after, skip=list(after))] == [WWW.key]


def test_a_ttl_alone_is_a_change():
    slow = rr("www", "A", "192.0.2.1", ttl=60)
    (change,) = diff({WWW.key: WWW}, {slow.key: slow})
    assert (change.before, change.after) == (WWW, slow)
    assert applied({WWW.key: WWW}, [change]) == {slow.key: slow}


def test_a_view_has_steps_of_its_own():
    zone = desired(WWW)
    inside = type(zone)(type(zone.id)("example.com.", "inside"), zone.rrsets, providers=("a",))
    made = planned(inside, fact())
    assert {str(step.zone) for step in made.steps} == {"example.com@inside"}
    assert str(made.targets[0].zone) == "example.com@inside"


def test_a_new_zone_is_created_with_all_its_content():
    made = planned(desired(WWW, nameservers=SERVERS), fact())
    assert steps(made) == [("create_zone", "a"), ("content", "a")]
    assert [change.action.value for change in changes(made)] == ["+", "+", "+"]
    assert made.targets[0].live is None
