"""Requests stay within the service's limits, names stay whole, and targets come before their aliases."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.route53.conftest import ZONE, apply, host, read, rrset, told
from tests.support.examples import examples
from zonesync.model.change import Change
from zonesync.model.rdata import txt_text
from zonesync.model.rrset import RRset
from zonesync.provider.contract import Outcome
from zonesync_route53.batching import MAX_CHARACTERS, MAX_RECORDS, Cost, batches, cost
from zonesync_route53.convert import spell
from zonesync_route53.ordering import deletes_first, groups, targets_first

OWN = "Z0OWN"


def alias(owner, target, rtype="A"):
    return RRset(f"{owner}.{ZONE.name}", rtype, None, (f"alias {target}.{ZONE.name} - false",))


def cost_of(change):
    sides = [spell(side, OWN) for side in (change.before, change.after) if isinstance(side, RRset)]
    return sum(map(cost, sides), Cost())


def texts(count, octets):
    return [txt_text(f"{number:04}".ljust(octets, "x").encode()) for number in range(count)]


changed = st.builds(
    lambda owner, rtype, count, octets, before, after: _change(
        owner, rtype, count, octets, before, after or not before
    ),
    st.sampled_from(["a", "b", "c", "d", "e"]),
    st.sampled_from(["TXT", "SPF"]),
    st.integers(1, 400),
    st.integers(4, 900),
    st.booleans(),
    st.booleans(),
)


def _change(owner, rtype, count, octets, before, after):
    count = min(count, 32000 // (octets + 12))
    old = rrset(owner, rtype, *texts(max(1, count), octets)) if before else None
    new = rrset(owner, rtype, *texts(max(1, count // 2), octets), ttl=60) if after else None
    return Change(old, new)


@pytest.mark.property
@given(st.lists(changed, max_size=10, unique_by=lambda change: change.key))
@examples(60)
def test_every_batch_is_within_the_limits_and_nothing_is_lost(changes):
    cut = list(batches(groups(changes), cost_of))
    assert sorted(map(id, (change for batch in cut for change in batch))) == sorted(map(id, changes))
    for batch in cut:
        used = sum(map(cost_of, batch), Cost())
        assert used.fits or len(batch) == 1
        assert used.records <= 2 * MAX_RECORDS
    for name in {change.key.name for change in changes}:
        mine = [change for change in changes if change.key.name == name]
        whole = sum(map(cost_of, mine), Cost())
        assert not whole.fits or sum(any(change.key.name == name for change in batch) for batch in cut) == 1


def test_batches_are_filled_to_the_last_record():
    changes = [Change(None, rrset(f"h{number}", "A", "192.0.2.1")) for number in range(5000)]
    assert [len(batch) for batch in batches(groups(changes), cost_of)] == [MAX_RECORDS] * 5


def test_characters_cut_a_batch_as_records_do():
    changes = [Change(None, rrset(f"h{number}", "TXT", txt_text(b"x" * 998))) for number in range(65)]
    # 998 octets in four strings are 1,009 characters.
    assert [len(batch) for batch in batches(groups(changes), cost_of)] == [31, 31, 3]
    assert 31 * 1009 <= MAX_CHARACTERS < 32 * 1009


def test_a_name_too_heavy_for_one_request_is_cut_with_its_deletes_first():
    old = rrset("big", "TXT", *texts(30, 900))
    new = rrset("big", "SPF", *texts(30, 900))
    cut = list(batches(groups([Change(None, new), Change(old, None)]), cost_of))
    assert [[change.action.value for change in batch] for batch in cut] == [["-"], ["+"]]


def test_an_alias_costs_one_record():
    assert cost(spell(alias("www", "web"), OWN)) == Cost(1, 0)


def test_new_aliases_come_after_their_targets_across_names():
    changes = [
        Change(None, alias("a", "b")),
        Change(None, alias("b", "c")),
        Change(None, rrset("c", "A", "192.0.2.1")),
    ]
    assert [group[0].key.name[0] for group in groups(changes)] == ["c", "b", "a"]
    assert [change.key.name[0] for change in targets_first(changes)] == ["c", "b", "a"]


def test_old_aliases_go_before_their_targets():
    changes = [
        Change(rrset("c", "A", "192.0.2.1"), None),
        Change(alias("b", "c"), None),
        Change(alias("a", "b"), None),
    ]
    assert [group[0].key.name[0] for group in groups(changes)] == ["a", "b", "c"]
    assert [change.key.name[0] for change in deletes_first(changes)] == ["a", "b", "c"]


def test_names_that_need_each_other_are_one_group():
    changes = [
        Change(alias("a", "b", "A"), None),
        Change(None, alias("a", "b", "AAAA")),
        Change(rrset("b", "A", "192.0.2.1"), None),
        Change(None, rrset("b", "AAAA", "2001:db8::1")),
        Change(None, rrset("z", "A", "192.0.2.1")),
    ]
    found = [{change.key.name for change in group} for group in groups(changes)]
    assert {"a.example.com.", "b.example.com."} in found
    assert {"z.example.com."} in found


def test_aliases_that_go_in_a_circle_are_still_sent():
    changes = [Change(None, alias("a", "b")), Change(None, alias("b", "a"))]
    assert {change.key for group in groups(changes) for change in group} == {change.key for change in changes}
    assert len(targets_first(changes)) == 2


def test_the_service_takes_chains_of_aliases_in_any_order_of_changes(provider):
    made = [alias("a", "b"), alias("b", "c"), rrset("c", "A", "192.0.2.1")]
    live = host(provider, *made)
    receipts = apply(provider, live, *(Change(one, None) for one in reversed(made)))
    assert set(told(receipts).values()) == {Outcome.APPLIED}
    assert len(read(provider).rrsets) == 2


def test_aliases_in_a_later_request_find_their_targets(provider, fake):
    plain = [rrset(f"t{number}", "A", "192.0.2.1") for number in range(1100)]
    pointing = [alias(f"a{number}", f"t{1099 - number}") for number in range(1100)]
    live = provider.create(ZONE)
    receipts = apply(provider, live, *(Change(None, one) for one in (*pointing, *plain)))
    assert set(told(receipts).values()) == {Outcome.APPLIED}
    assert len(fake.requests("POST", "/rrset")) == 3


def test_a_target_is_replaced_below_its_alias(provider):
    target = rrset("web", "A", "192.0.2.1")
    live = host(provider, target, alias("www", "web"))
    new = rrset("web", "A", "192.0.2.2")
    assert told(apply(provider, live, Change(target, new))) == {new.key: Outcome.APPLIED}
