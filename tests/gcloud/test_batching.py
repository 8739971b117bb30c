"""Changes are cut into requests within three limits at once, and names stay whole."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.examples import examples
from zonesync.model.change import Change
from zonesync.model.rrset import RRset
from zonesync_gcloud.batching import Weight, batches, weight
from zonesync_gcloud.quotas import Limits


def _rrset(name: str, rtype: str, size: int) -> RRset:
    return RRset(f"{name}.example.com.", rtype, 300, ("x" * size,))


@st.composite
def _changes(draw: st.DrawFn) -> list[Change]:
    made = []
    for name in range(draw(st.integers(0, 12))):
        for rtype in draw(st.lists(st.sampled_from(["A", "AAAA", "TXT", "MX"]), unique=True, max_size=4)):
            sizes = draw(st.tuples(*[st.none() | st.integers(1, 60)] * 2).filter(any))
            before, after = (None if size is None else _rrset(f"h{name}", rtype, size) for size in sizes)
            made.append(Change(before, after))
    return draw(st.permutations(made))


limits = st.builds(Limits, additions=st.integers(1, 6), deletions=st.integers(1, 6), rrdata=st.integers(1, 200))


def _total(changes) -> Weight:
    total = Weight()
    for change in changes:
        total = total.plus(weight(change))
    return total


@pytest.mark.property
@examples(40)
@given(_changes(), limits)
def test_every_change_is_in_one_batch(changes: list[Change], bounds: Limits):
    sent = [change for batch in batches(changes, bounds) for change in batch]
    assert sorted(map(id, sent)) == sorted(map(id, changes))


@pytest.mark.property
@examples(40)
@given(_changes(), limits)
def test_a_batch_is_over_the_limits_only_where_one_change_is(changes: list[Change], bounds: Limits):
    for batch in batches(changes, bounds):
        assert batch
        assert _total(batch).fits(bounds) or len(batch) == 1


@pytest.mark.property
@examples(40)
@given(_changes(), limits)
def test_a_name_that_fits_is_never_torn_apart(changes: list[Change], bounds: Limits):
    cut = list(batches(changes, bounds))
    for name in {change.key.name for change in changes}:
        whole = _total(change for change in changes if change.key.name == name)
        holding = [batch for batch in cut if any(change.key.name == name for change in batch)]
        assert len(holding) == 1 or not whole.fits(bounds)


@pytest.mark.property
@examples(40)
@given(_changes(), limits)
def test_deletes_come_first_at_a_name(changes: list[Change], bounds: Limits):
    sent = [change for batch in batches(changes, bounds) for change in batch]
    for name in {change.key.name for change in changes}:
        kinds = [change.after is None for change in sent if change.key.name == name]
        assert kinds == sorted(kinds, reverse=True)


def test_five_thousand_creations_are_five_requests():
    changes = [Change(None, _rrset(f"h{number}", "A", 9)) for number in range(5000)]
    assert [len(batch) for batch in batches(changes, Limits())] == [1000] * 5


def test_updates_count_as_a_deletion_and_an_addition_and_deletions_share_a_request_with_additions():
    updates = [Change(_rrset(f"u{number}", "A", 9), _rrset(f"u{number}", "A", 9)) for number in range(1000)]
    assert len(list(batches(updates, Limits()))) == 1
    apart = [Change(_rrset(f"d{number}", "A", 9), None) for number in range(1000)]
    apart += [Change(None, _rrset(f"c{number}", "A", 9)) for number in range(1000)]
    assert len(list(batches(apart, Limits()))) == 1


def test_the_octets_of_values_count_on_both_sides():
    heavy = [Change(_rrset(f"h{number}", "TXT", 30_000), _rrset(f"h{number}", "TXT", 20_000)) for number in range(3)]
    assert [len(batch) for batch in batches(heavy, Limits())] == [2, 1]
