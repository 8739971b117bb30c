"""Changes at NS1 go one by one, in an order in which the zone is served well between any two."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zonesync.model.change import Action, Change
from zonesync.model.rrset import Key, RRset
from zonesync_ns1.order import ordered

APEX = "example.com."
VALUES = {
    "A": ("192.0.2.1", "192.0.2.2"),
    "CNAME": ("a.example.net.", "b.example.net."),
    "DNAME": ("a.example.net.", "b.example.net."),
    "NS": ("a.example.net.", "b.example.net."),
    "TXT": ('"a"', '"b"'),
}


def change(owner, rtype, action):
    name = APEX if owner == "@" else f"{owner}.{APEX}"
    old, new = (RRset(name, rtype, 300, (value,)) for value in VALUES[rtype])
    before, after = {"+": (None, new), "-": (old, None), "~": (old, new)}[action]
    return Change(before, after)


changes = st.lists(
    st.tuples(st.sampled_from(["@", "a", "b", "x.a", "c"]), st.sampled_from(sorted(VALUES)), st.sampled_from("+-~")),
    unique_by=lambda one: one[:2],
    max_size=12,
).map(lambda drawn: [change(*one) for one in drawn])


def keys(found):
    return [(one.key.name.removesuffix(f".{APEX}"), one.key.type) for one in found]


@pytest.mark.property
@given(changes)
def test_each_change_is_in_the_order_once(given_changes):
    assert sorted(map(id, ordered(given_changes, APEX))) == sorted(map(id, given_changes))


@pytest.mark.property
@given(changes)
def test_at_one_name_deletes_come_before_creates(given_changes):
    last = {}
    for one in ordered(given_changes, APEX):
        if one.key == Key(APEX, "NS"):
            continue
        if one.action is Action.DELETE:
            assert last.get(one.key.name) in {None, Action.DELETE}
        last[one.key.name] = one.action


@pytest.mark.property
@given(changes)
def test_the_apex_ns_rrset_is_last(given_changes):
    found = [one.key for one in ordered(given_changes, APEX)]
    assert Key(APEX, "NS") not in found[:-1]


@pytest.mark.property
@given(changes)
def test_the_changes_at_one_name_stand_together(given_changes):
    found = [one.key.name for one in ordered(given_changes, APEX) if one.key != Key(APEX, "NS")]
    assert len([name for at, name in enumerate(found) if found[at - 1 : at] != [name]]) == len(set(found))


def test_what_comes_is_before_what_changes_and_that_before_what_goes():
    given_changes = [change("goes", "A", "-"), change("www", "CNAME", "~"), change("comes", "A", "+")]
    assert keys(ordered(given_changes, APEX)) == [("comes", "A"), ("www", "CNAME"), ("goes", "A")]


def test_a_dname_goes_before_and_comes_after_what_is_below_it():
    given_changes = [
        change("x.new", "A", "-"),
        change("new", "DNAME", "+"),
        change("x.old", "A", "+"),
        change("old", "DNAME", "-"),
    ]
    assert keys(ordered(given_changes, APEX)) == [("old", "DNAME"), ("x.old", "A"), ("x.new", "A"), ("new", "DNAME")]
