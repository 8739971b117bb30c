"""What is expected of a server is what a correct one answers, for any zone; and nothing else passes for it."""

import asyncio
from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tests import strategies
from tests.run.asking.test_faults import expectations, zone_of
from tests.support.answering import Answering
from tests.support.examples import examples
from zonesync.model.alias import AliasTarget
from zonesync.model.names import octets
from zonesync.model.rrset import Key, RRset
from zonesync.model.zone import DesiredZone, Ignore, Kept, ZoneId
from zonesync.provider.contract import LiveZone
from zonesync.run.asking.expected import Shape, expect, left_alone
from zonesync.run.asking.judging import CONTENT, EQUAL, NOT_COMPARABLE, judge
from zonesync.run.asking.messages import Server

APEX = strategies.APEX
SERVER = Server("ns1.example.net.", "192.0.2.1")
NS = RRset(APEX, "NS", 300, ("ns1.example.net.", "ns2.example.net."))
SOA = RRset(APEX, "SOA", 300, (f"ns1.example.net. hostmaster.{APEX} 7 3600 900 1209600 300",))


def desired(rrsets, **options):
    own = {key: one for key, one in rrsets.items() if not (key.name == APEX and key.type in ("NS", "SOA"))}
    return DesiredZone(ZoneId(APEX), own, providers=("p",), **options)


def judged(expected, asker):
    async def go():
        return [(one, judge(one, await asker.ask(SERVER, one.question))) for one in expected.questions]

    return asyncio.run(go())


@given(strategies.zones())
@examples(60)
def test_a_correct_server_answers_everything_that_is_expected_of_it(zone):
    wanted = desired(zone.rrsets)
    expected = expect(wanted, wanted.at("p"), NS)
    asker = Answering(APEX, [SOA, NS, *wanted.rrsets.values()])
    for one, verdict in judged(expected, asker):
        assert verdict.is_equal, (one, verdict)
    told = {one.key for one in expected.questions} | {one.key for one in expected.skipped}
    assert told == {*wanted.rrsets, NS.key, SOA.key}


@given(strategies.zones(), st.data())
@examples(60)
def test_one_rrset_served_with_another_ttl_or_not_at_all_is_told_and_no_other_is(zone, data):
    wanted = desired(zone.rrsets)
    expected = expect(wanted, wanted.at("p"), NS)
    keys = [one.key for one in expected.questions if one.key in wanted.rrsets]
    assume(keys)
    key = data.draw(st.sampled_from(keys))
    ttl = wanted.rrsets[key].ttl
    assert ttl is not None
    other = {**wanted.rrsets, key: replace(wanted.rrsets[key], ttl=ttl ^ 1)}
    asker = Answering(APEX, [SOA, NS, *other.values()])
    assert {one.key for one, verdict in judged(expected, asker) if not verdict.is_equal} == {key}
    del other[key]
    asker = Answering(APEX, [SOA, NS, *other.values()])
    wrong = {one.key: verdict.rule for one, verdict in judged(expected, asker) if not verdict.is_equal}
    assert wrong[key] in CONTENT


def shapes(expected):
    return {f"{one.key.name} {one.key.type}": one.shape for one in expected.questions}


def test_each_rrset_is_asked_for_in_the_shape_that_it_is_answered_in():
    found = shapes(expectations())
    assert found["lab.test. SOA"] is Shape.SOA
    assert found["sub.lab.test. NS"] is Shape.REFERRAL
    assert found["sub.lab.test. DS"] is Shape.ANSWER
    assert found["ns.sub.lab.test. A"] is found["ns.sub.lab.test. AAAA"] is Shape.GLUE
    assert found["*.wild.lab.test. A"] is Shape.WILDCARD
    assert found["old.lab.test. DNAME"] is found["www.lab.test. A"] is Shape.ANSWER
    asked = {one.key.name: one.question.name for one in expectations().questions}
    assert asked["*.wild.lab.test."] == "zonesync-verify.wild.lab.test."
    assert asked["ns.sub.lab.test."] == "sub.lab.test."


def test_the_label_for_a_wildcard_exists_nowhere_empty_non_terminals_included():
    rrsets = {
        Key(name, "A"): RRset(name, "A", 60, ("192.0.2.1",))
        for name in ("*.example.com.", f"a.zonesync-verify.{APEX}", f"zonesync-verify1.{APEX}")
    }
    questions = [one.question.name for one in expect(desired(rrsets), rrsets).questions]
    assert f"zonesync-verify2.{APEX}" in questions


def reasons(expected):
    return {f"{one.key.name} {one.key.type}": one.why for one in expected.skipped}


def test_what_no_answer_can_be_compared_with_is_named_with_the_reason():
    target = AliasTarget(target="d.cloudfront.net.").to_text()
    rrsets = [
        RRset(APEX, "ALIAS", 60, ("target.example.net.",)),
        RRset(f"cdn.{APEX}", "A", None, (target,)),
        RRset(f"*.{APEX}", "NS", 60, ("ns.example.net.",)),
        RRset(f"*.{APEX}", "TXT", 60, ('"x"',)),
        RRset(f"sub.{APEX}", "NS", 60, ("ns.example.net.",)),
        RRset(f"sub.{APEX}", "TXT", 60, ('"x"',)),
        RRset(f"a.b.sub.{APEX}", "A", 60, ("192.0.2.1",)),
        RRset(f"deeper.sub.{APEX}", "NS", 60, (f"ns.deeper.sub.{APEX}",)),
        RRset(f"ns.deeper.sub.{APEX}", "A", 60, ("192.0.2.1",)),
        RRset(f"d.{APEX}", "DNAME", 60, ("example.net.",)),
        RRset(f"x.d.{APEX}", "A", 60, ("192.0.2.1",)),
    ]
    table = {one.key: one for one in rrsets}
    found = reasons(expect(desired(table), table, NS))
    assert {name: why.partition(":")[0] for name, why in found.items()} == {
        f"{APEX} ALIAS": "ALIAS",
        f"cdn.{APEX} A": "a provider's alias",
        f"*.{APEX} NS": "NS at a wildcard",
        f"sub.{APEX} TXT": "occluded",
        f"a.b.sub.{APEX} A": "occluded",
        f"deeper.sub.{APEX} NS": "occluded",
        f"ns.deeper.sub.{APEX} A": "occluded",
        f"x.d.{APEX} A": "occluded",
        f"*.{APEX} TXT": "occluded",
    }


def test_what_the_file_leaves_alone_is_not_asked_for_and_named():
    rrsets = {Key(f"{name}.{APEX}", "A"): RRset(f"{name}.{APEX}", "A", 60, ("192.0.2.1",)) for name in "abcde"}
    a, b, c, d, e = rrsets
    zone = desired({a: rrsets[a], b: rrsets[b]}, unmanaged="keep", ignore=(Ignore(name="c"), Ignore(name="e")))
    live = LiveZone(
        zone.id,
        "id",
        {key: rrsets[key] for key in (b, c, d)},
        kept=(Kept(a.name, "A", "weighted, 2 of 2", "digest"),),
        extras={b: "a filter"},
    )
    why = left_alone(zone, zone.rrsets, live)
    assert set(why) == {a, b, c, d}
    assert "kept as it is: weighted" in why[a]
    assert "a filter" in why[b]
    assert "ignore" in why[c]
    assert "unmanaged" in why[d]
    expected = expect(zone, zone.rrsets, NS, why)
    assert {one.key for one in expected.questions} == {NS.key, SOA.key}
    assert {one.key for one in expected.skipped} == set(why)
    assert left_alone(zone, {**zone.rrsets, e: rrsets[e]}, None) == {e: "an `ignore:` rule leaves it alone"}


def test_a_server_that_has_the_delegated_zone_too_is_no_fault_and_not_compared():
    zone, nameservers = zone_of()
    expected = expect(zone, zone.at("p"), nameservers)
    referred = [one for one in expected.questions if one.shape in (Shape.REFERRAL, Shape.GLUE)]
    child = "sub.lab.test."
    asker = Answering(child, [RRset(child, "SOA", 60, ("a. b. 1 1 1 1 1",)), RRset(child, "NS", 60, ("other.",))])
    for one in referred:
        verdict = judge(one, asyncio.run(asker.ask(SERVER, one.question)))
        assert verdict.rule == NOT_COMPARABLE


@pytest.mark.parametrize("served", ['"one" "two"', '"onetwo"'])
def test_a_text_with_boundaries_of_its_own_equals_itself_alone(served):
    key = Key(f"t.{APEX}", "TXT")
    (one,) = [one for one in expect(desired({}), {key: RRset(*key, 60, ('"one" "two"',))}).questions if one.key == key]
    asker = Answering(APEX, [SOA, NS, RRset(*key, 60, (served,))])
    verdict = judge(one, asyncio.run(asker.ask(SERVER, one.question)))
    assert (verdict.rule == EQUAL) == (served == '"one" "two"')


@pytest.mark.parametrize("room", [0, 1, 13, 14, 15, 40])
@pytest.mark.parametrize("taken", [(), ("zonesync-verify", "a")])
def test_a_wildcard_is_asked_for_by_a_name_that_fits_into_255_octets(room, taken):
    long = "x" * 63
    rest = 255 - len(f"*.{long}.{long}.{long}.{APEX}") - 2 - room
    below = f"{'y' * rest}.{long}.{long}.{long}.{APEX}"
    names = [f"*.{below}", *(f"{label}.{below}" for label in taken if octets(f"{label}.{below}") <= 255)]
    rrsets = {Key(name, "A"): RRset(name, "A", 300, ("192.0.2.1",)) for name in names}
    asked = next(one.question.name for one in expect(desired(rrsets), rrsets).questions if one.shape is Shape.WILDCARD)
    assert octets(asked) <= 255
    assert asked.partition(".")[2] == below
    assert asked not in names
