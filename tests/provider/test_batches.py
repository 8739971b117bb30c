"""Changes are cut into batches that keep a name together where it fits."""

from hypothesis import given
from hypothesis import strategies as st

from zonesync.model.change import Action, Change
from zonesync.model.rrset import RRset
from zonesync.provider.batches import batches, in_order
from zonesync.provider.compare import same, soa_serial, with_serial


def change(name: str, rtype: str, action: Action) -> Change:
    rrset = RRset(f"{name}.example.com.", rtype, 300, ("x",))
    return Change(None if action is Action.CREATE else rrset, None if action is Action.DELETE else rrset)


changes = st.lists(
    st.builds(change, st.sampled_from("abcde"), st.sampled_from(["A", "MX", "TXT"]), st.sampled_from(Action)),
    max_size=20,
)


def test_at_one_name_deletes_come_before_updates_before_creates() -> None:
    given_order = [change("b", "A", Action.CREATE), change("a", "A", Action.DELETE), change("b", "MX", Action.UPDATE)]
    given_order += [change("b", "TXT", Action.DELETE)]
    found = [(c.key.name[0], c.action) for c in in_order(given_order)]
    assert found == [("b", "-"), ("b", "~"), ("b", "+"), ("a", "-")]


@given(changes, st.integers(1, 6))
def test_every_change_is_in_one_batch_within_the_limit(given_changes: list[Change], limit: int) -> None:
    def weight(one: Change) -> int:
        return 2 if one.action is Action.UPDATE else 1

    found = list(batches(given_changes, limit, weight))
    assert sorted(id(one) for batch in found for one in batch) == sorted(map(id, given_changes))
    assert all(sum(map(weight, batch)) <= limit or len(batch) == 1 for batch in found)
    assert [one for batch in found for one in batch] == in_order(given_changes)


@given(changes, st.integers(1, 6))
def test_a_name_that_fits_is_not_torn_apart(given_changes: list[Change], limit: int) -> None:
    found = list(batches(given_changes, limit))
    for name in {one.key.name for one in given_changes}:
        holders = [batch for batch in found if any(one.key.name == name for one in batch)]
        if sum(one.key.name == name for one in given_changes) <= limit:
            assert len(holders) == 1


def test_a_serial_is_no_difference_and_everything_else_is() -> None:
    soa = RRset.of("example.com.", "SOA", 300, ["ns1.example.com. h.example.com. 7 1 2 3 4"])
    later = with_serial(soa, 4294967295)
    assert (soa_serial(soa), soa_serial(later)) == (7, 4294967295)
    assert same(soa, later)
    assert not same(soa, RRset.of("example.com.", "SOA", 301, soa.rdatas))
    assert not same(soa, RRset.of("example.com.", "SOA", 300, ["ns2.example.com. h.example.com. 7 1 2 3 4"]))
    assert same(None, None)
    assert not same(soa, None)
