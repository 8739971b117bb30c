import pytest

from tests.planning import desired, rr
from tests.support.policies import (
    CREATE,
    DELETE,
    MX,
    NS,
    SOA,
    UPDATE,
    WWW,
    objections,
    plan,
    rule,
    step,
    words,
)
from zonesync.findings import Place
from zonesync.model.change import Change, Computed
from zonesync.model.zone import ZoneId
from zonesync.plan.plan import Move, Plan, StepKind

DEV = Change(rr("*.dev", "CNAME", "dev.example.com."), None)
BOOKS = Change(rr("xn--bcher-kva", "A", "192.0.2.1"), None)
LOWER = Change(WWW, rr("www", "A", "192.0.2.1", ttl=60))
NEW_NS = Change(NS, rr("@", "NS", "ns1.b.example."))
RETYPED = (DELETE, Change(None, rr("www", "CNAME", "web.example.net.")))
ELSEWHERE, INTERNAL = ZoneId("example.org."), ZoneId("example.com.", "internal")


@pytest.mark.parametrize(
    ("protect", "changes", "refused"),
    [
        # actions: what is deleted or changed, unless it says otherwise
        ("{names: [www]}", [DELETE], ["`www.example.com. A` would be deleted"]),
        ("{names: [www]}", [UPDATE], ["`www.example.com. A` would change"]),
        ("{names: [www]}", [CREATE], []),
        ("{names: [www], actions: delete}", [UPDATE], []),
        ("{names: [www], actions: [delete]}", [DELETE], ["`www.example.com. A` would be deleted"]),
        ("{names: [www], actions: [create]}", [CREATE], ["`www.example.com. A` would be created"]),
        ("{names: [www], actions: [create]}", [DELETE], []),
        ("{names: [www]}", RETYPED, ["`www.example.com. A` would be deleted"]),
        ("{names: [www]}", [LOWER], ["`www.example.com. A` would change"]),
        # nothing said: everything
        ("{}", [DELETE, UPDATE], ["`www.example.com. A` would be deleted", "`www.example.com. A` would change"]),
        # names
        ("{names: [WWW]}", [DELETE], ["`www.example.com. A` would be deleted"]),
        ("{names: ['w*']}", [DELETE], ["`www.example.com. A` would be deleted"]),
        ("{names: ['w']}", [DELETE], []),
        ("{names: ['@']}", [DELETE], []),
        ("{names: ['@']}", [Change(MX, None)], ["`example.com. MX` would be deleted"]),
        ("{names: ['*']}", [Change(MX, None)], ["`example.com. MX` would be deleted"]),
        ("{names: [www.example.com.]}", [DELETE], ["`www.example.com. A` would be deleted"]),
        ("{names: [www.example.com]}", [DELETE], []),
        ("{names: ['*.example.com.']}", [DELETE], ["`www.example.com. A` would be deleted"]),
        ("{names: [www.example.org.]}", [DELETE], []),
        ("{names: ['*.dev']}", [DEV], ["`*.dev.example.com. CNAME` would be deleted"]),
        ("{names: [BÜCHER]}", [BOOKS], ["`xn--bcher-kva.example.com. A` would be deleted"]),
        ("{names: [bucher]}", [BOOKS], []),
        ("{names: [a, www, b]}", [DELETE], ["`www.example.com. A` would be deleted"]),
        # types
        ("{types: a}", [DELETE], ["`www.example.com. A` would be deleted"]),
        ("{types: [AAAA, MX]}", [DELETE], []),
        ("{types: [AAAA, mx]}", [Change(MX, None)], ["`example.com. MX` would be deleted"]),
        ("{types: TYPE15}", [Change(MX, None)], ["`example.com. MX` would be deleted"]),
        ("{types: NS}", [NEW_NS], ["`example.com. NS` would change"]),
        ("{types: NS}", [Change(None, Computed("example.com.", "NS", 3600, {"a": 2}))], []),
        ("{types: SOA}", [Change(SOA, SOA)], ["`example.com. SOA` would change"]),
        ("{names: [www], types: [MX]}", [DELETE, Change(MX, None)], []),
        # zones
        ("{zones: [example.com]}", [DELETE], ["`www.example.com. A` would be deleted"]),
        ("{zones: [example.com.]}", [DELETE], ["`www.example.com. A` would be deleted"]),
        ("{zones: ['example.*']}", [DELETE], ["`www.example.com. A` would be deleted"]),
        ("{zones: [example.org]}", [DELETE], []),
        ("{zones: [example.com@]}", [DELETE], ["`www.example.com. A` would be deleted"]),
        ("{zones: [example.com@internal]}", [DELETE], []),
        ("{zones: ['*@internal']}", [DELETE], []),
    ],
)
def test_what_is_protected_is_neither_changed_nor_deleted(protect, changes, refused):
    found = objections(f"{{protect: {protect}}}", plan(*changes))

    assert words(found) == refused
    assert all(finding.is_error and finding.rule == "policy:p" for finding in found)


@pytest.mark.parametrize(
    ("zones", "zone", "is_refused"),
    [
        ("[example.com]", INTERNAL, True),
        ("[example.com@internal]", INTERNAL, True),
        ("[example.com@]", INTERNAL, False),
        ("['*@internal']", INTERNAL, True),
        ("['*@int*']", INTERNAL, True),
        ("['*@Internal']", INTERNAL, False),
        ("[example.com]", ELSEWHERE, False),
        ("['*.org']", ELSEWHERE, True),
        ("['.']", ELSEWHERE, False),
        ("['.']", ZoneId("."), True),
    ],
)
def test_a_zone_without_an_at_sign_is_every_view_of_it(zones, zone, is_refused):
    assert bool(objections(f"{{protect: {{zones: {zones}}}}}", plan(DELETE, zone=zone))) is is_refused


@pytest.mark.parametrize(
    ("protect", "kind", "refused"),
    [
        ("{zones: example.com}", StepKind.DELETE_ZONE, ["`example.com` would be deleted"]),
        ("{zones: example.com, names: ['@', www]}", StepKind.DELETE_ZONE, ["`example.com` would be deleted"]),
        ("{zones: example.com, names: [www]}", StepKind.DELETE_ZONE, []),
        ("{zones: example.com, types: [MX]}", StepKind.DELETE_ZONE, []),
        ("{zones: example.com, actions: update}", StepKind.DELETE_ZONE, []),
        ("{zones: example.org}", StepKind.DELETE_ZONE, []),
        ("{}", StepKind.METADATA, ["`example.com` would change"]),
        ("{}", StepKind.CREATE_ZONE, []),
        ("{actions: create}", StepKind.CREATE_ZONE, ["`example.com` would be created"]),
        ("{actions: [create, update, delete]}", StepKind.RELOAD, []),
        ("{actions: [create, update, delete]}", StepKind.ROTATION, []),
        ("{actions: [create, update, delete]}", StepKind.MANUAL, []),
    ],
)
def test_a_zone_as_a_whole_is_protected_by_what_protects_its_apex(protect, kind, refused):
    assert words(objections(f"{{protect: {protect}}}", plan(kind=kind))) == refused


def test_what_is_protected_stays_at_every_provider_and_is_told_once():
    here, there = step(DELETE, provider="a"), step(DELETE, provider="b")

    [found] = objections("{protect: {types: A}}", Plan(steps=(here, there)))
    assert (found.zone, found.provider, found.name, found.type) == ("example.com", "", "www.example.com.", "A")
    [found] = objections("{protect: {types: A}}", Plan(steps=(there,)))
    assert found.provider == "b"


def test_of_many_protected_rrsets_the_first_are_named_and_the_rest_counted():
    changes = [Change(rr(f"h{number}", "A", "192.0.2.1"), None) for number in range(50)]

    found = objections("{protect: {types: A}}", plan(*changes))
    assert words(found)[0] == "`h0.example.com. A` would be deleted"
    assert words(found)[20:] == ["and 30 more in `example.com`"]
    assert len(objections("{protect: {types: A}}", plan(*changes[:20]))) == 20


def test_the_apex_ns_set_of_an_evacuation_is_no_change_that_anybody_asks_for():
    made = plan(NEW_NS, kind=StepKind.APEX_NS)
    for kind, is_refused in (("join", True), ("leave", True), ("evacuate", False), ("restore", False)):
        move = Move(kind=kind, provider="a")
        assert bool(objections("{protect: {types: NS}}", made.model_copy(update={"move": move}))) is is_refused

    move = Move(kind="evacuate", provider="a")
    hidden = plan(UPDATE, NEW_NS, kind=StepKind.APEX_NS, move=move)
    assert words(objections("{protect: {}}", hidden)) == ["`www.example.com. A` would change"]
    move = Move(kind="restore", provider="a")
    assert words(objections("{protect: {types: A}}", plan(UPDATE, move=move))) == ["`www.example.com. A` would change"]


def test_a_refusal_says_where_the_file_asks_for_it_and_whether_anybody_may_waive_it():
    zone = desired(WWW, places={WWW.key: ("zones/example.com.yaml", (7 << 20 | 8,))})
    [found] = objections("{protect: {names: www}}", plan(UPDATE), zones=[zone])
    assert found.place == Place("zones/example.com.yaml", 7, 8)
    assert found.help == "the policy `p` lets nobody waive it"

    [found] = objections(rule("{protect: {names: www}}", allow=True), plan(UPDATE), zones=[zone])
    assert found.help == "if that is meant, say `plan --allow policy:p@example.com`"


def test_every_rule_is_held_against_the_plan_in_their_order():
    rules = [rule("{protect: {types: A}}", id="b"), rule("{protect: {names: www}}", id="a", message="stop")]
    found = objections(rules, plan(DELETE))
    assert [finding.rule for finding in found] == ["policy:b", "policy:a"]
    assert found[1].message == "stop: `www.example.com. A` would be deleted"
    assert objections([], plan(DELETE)) == []
    assert objections(rules, Plan()) == []
