"""The laws of the diff, and of what is written and read back."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.strategies import APEX, RDATA_TYPES, rdatas, rrsets, ttls, zones
from zonesync.model import rdata
from zonesync.model.change import Action, Change
from zonesync.model.rrset import RRset
from zonesync.plan import safety, soa
from zonesync.plan.diff import applied, diff, in_order, settle
from zonesync.provider.memory_spelling import joined_txt

pytestmark = pytest.mark.property

_NO_TEXT = tuple(rtype for rtype in RDATA_TYPES if rtype not in {"TXT", "SPF"})
_ORDER = {Action.DELETE: 0, Action.UPDATE: 1, Action.CREATE: 2}


@st.composite
def pairs(draw, types=RDATA_TYPES):
    """Two zones that share most of their RRsets, as a live and a desired zone do."""
    before, after = (draw(zones(types=types, max_size=6)).rrsets for _ in "ab")
    shared = {key: rrset for key, rrset in before.items() if draw(st.booleans())}
    altered = {
        key: RRset(rrset.name, rrset.type, draw(ttls), (draw(rdatas(rrset.type)),))
        for key, rrset in shared.items()
        if draw(st.booleans())
    }
    return before, {**after, **shared, **altered}


@given(zones())
def test_a_zone_does_not_differ_from_itself(zone):
    assert diff(zone.rrsets, dict(zone.rrsets)) == []


@given(pairs(_NO_TEXT))
def test_carrying_out_the_diff_gives_the_desired_zone(pair):
    before, after = pair
    assert applied(before, diff(before, after)) == after


@given(pairs())
def test_nothing_is_left_to_do_once_the_diff_is_carried_out(pair):
    before, after = pair
    result = applied(before, diff(before, after))
    assert diff(result, after) == []
    assert {key: joined_txt(rrset) for key, rrset in result.items()} == {
        key: joined_txt(rrset) for key, rrset in after.items()
    }


@given(pairs())
def test_every_change_shows_what_is_live_and_changes_something(pair):
    before, after = pair
    made = diff(before, after)
    assert len({change.key for change in made}) == len(made)
    for change in made:
        assert change.before == before.get(change.key)
        assert change.before != change.after
        assert (change.after is None) == (change.key not in after)


@given(pairs(), st.randoms(use_true_random=False))
def test_the_diff_does_not_depend_on_the_order_of_its_inputs(pair, random):
    before, after = (list(one.items()) for one in pair)
    expected = diff(dict(before), dict(after))
    random.shuffle(before)
    random.shuffle(after)
    assert diff(dict(before), dict(after)) == expected


@given(pairs())
def test_at_one_name_deletes_come_first_and_creates_last(pair):
    made = diff(*pair)
    seen = {}
    names = []
    for change in made:
        order = _ORDER[change.action]
        assert seen.setdefault(change.key.name, order) <= order
        seen[change.key.name] = order
        if change.key.name not in names[-1:]:
            names.append(change.key.name)
    assert len(names) == len(set(names)), "a name's changes stand together"


@given(pairs(), st.data())
def test_skipped_keys_are_in_no_change(pair, data):
    before, after = pair
    keys = sorted({*before, *after})
    skip = data.draw(st.sets(st.sampled_from(keys))) if keys else set()
    made = diff(before, after, skip=skip)
    assert made == [change for change in diff(before, after) if change.key not in skip]


@given(pairs())
def test_a_spelling_that_both_sides_share_is_no_change(pair):
    before, after = pair
    made = diff(before, after, normalise=joined_txt)
    for change in made:
        if change.action is Action.UPDATE:
            assert joined_txt(change.before) != joined_txt(change.after)
    assert diff(applied(before, made), after, normalise=joined_txt) == []


def _split(data, at):
    cuts = sorted({0, len(data), *(point for point in at if point < len(data))})
    parts = [data[start:end] for start, end in pairwise(cuts)] or [b""]
    return [part[start : start + 255] for part in parts for start in range(0, max(1, len(part)), 255)]


splittings = st.tuples(st.binary(max_size=600), st.lists(st.integers(0, 600), max_size=4)).map(
    lambda drawn: (drawn[0], rdata.txt_from_strings(_split(*drawn)))
)


@given(splittings, ttls)
def test_a_text_without_boundaries_equals_any_live_splitting(drawn, ttl):
    data, text = drawn
    live = RRset(APEX, "TXT", ttl, (text,))
    plain = RRset(APEX, "TXT", ttl, (rdata.txt_text(data),))
    assert settle(live, plain) is None
    other = settle(live, RRset(APEX, "TXT", ttl ^ 1, plain.rdatas))
    assert other == RRset(APEX, "TXT", ttl ^ 1, live.rdatas), "a new TTL leaves the splitting alone"


@given(splittings, splittings, ttls)
def test_explicit_boundaries_equal_only_themselves(one, other, ttl):
    (data, live_text), (_, text) = one, other
    explicit = rdata.txt_from_strings([b"k=1", *(_split(data, [1, 2, 3]))])
    live, want = RRset(APEX, "TXT", ttl, (live_text,)), RRset(APEX, "TXT", ttl, (explicit,))
    assert (settle(live, want) is None) == (live_text == explicit)
    assert settle(want, want) is None
    assert (settle(live, RRset(APEX, "TXT", ttl, (text,))) is None) == (
        text == live_text
        or (rdata.txt_strings(text) == rdata.txt_strings(rdata.txt_text(other[0])) and data == other[0])
    )


@given(rdatas("SOA"), st.integers(0, 2**32 - 1), ttls)
def test_the_serial_of_an_soa_never_matters(text, serial, ttl):
    one = RRset(APEX, "SOA", ttl, (text,))
    other = soa.with_fields(one, {}, serial=str(serial))
    assert soa.same(one, other)
    assert soa.fields_of(other)["serial"] == str(serial)
    assert soa.with_fields(other, {}, serial=soa.fields_of(one)["serial"]) == one


@given(rrsets())
def test_canonical_form_is_a_fixed_point(rrset):
    assert tuple(rdata.canonical(rrset.type, text) for text in rrset.rdatas) == rrset.rdatas
    assert RRset.of(rrset.name, rrset.type, rrset.ttl, rrset.rdatas) == rrset


@given(
    st.lists(rrsets(), max_size=30, unique_by=lambda rrset: rrset.key),
    st.integers(0, 100),
    st.integers(0, 100),
    st.integers(0, 5),
)
def test_creates_are_never_refused(created, base, percent, always):
    limits = safety.Limits(safety.Limit(percent), safety.Limit(0, percent=False), always)
    assert list(safety.check(None, "a", [Change(None, rrset) for rrset in created], base, limits)) == []


@given(pairs())
def test_ordering_is_stable_whatever_came_first(pair):
    made = diff(*pair)
    assert in_order(made[::-1]) == made
