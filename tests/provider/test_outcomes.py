"""What became of a write is told as it is, and one bad change costs no other name its turn."""

from collections import Counter
from dataclasses import replace
from math import ceil, log2

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zonesync.model.change import Change
from zonesync.model.rrset import Key, RRset
from zonesync.provider.contract import Outcome, Receipt
from zonesync.provider.errors import Conflict, Denied, ProviderError, Rejected, Throttled, Unavailable
from zonesync.provider.outcomes import FOUND_OUT, NOT_TRIED, certain, found_out, isolated

VALUES = [None, "192.0.2.1", "192.0.2.2", "192.0.2.3"]


def rrset(name: str, value: str | None, ttl: int = 300) -> RRset | None:
    return RRset(f"{name}.example.com.", "A", ttl, (value,)) if value else None


def change(name: str, before: str | None = None, after: str | None = "192.0.2.2") -> Change:
    return Change(rrset(name, before), rrset(name, after))


def live(*pairs: tuple[str, str | None]) -> dict[Key, RRset]:
    return {found.key: found for found in (rrset(*pair) for pair in pairs) if found}


def as_it_is(one: RRset) -> RRset:
    return one


steps = st.tuples(st.sampled_from(VALUES), st.sampled_from(VALUES)).filter(any)


Case = tuple[tuple[str | None, str | None], str | None]
"""What a name was and was to become, and what it is."""


def told(cases: dict[str, Case]) -> bool | None:
    changes = [change(name, before, after) for name, ((before, after), _) in cases.items()]
    return found_out(changes, live(*((name, found) for name, (_, found) in cases.items())), as_it_is)


@given(st.dictionaries(st.sampled_from("abcd"), st.tuples(steps, st.sampled_from(VALUES)), min_size=1))
def test_a_write_took_effect_where_something_shows_it_and_nothing_the_contrary(cases: dict[str, Case]) -> None:
    signs = {
        "done" if found == after else "undone" if found == before else "theirs"
        for (before, after), found in cases.values()
        if not before == after == found
    }
    expected = {
        frozenset(): True,
        frozenset({"done"}): True,
        frozenset({"undone"}): False,
        frozenset({"done", "theirs"}): True,
        frozenset({"undone", "theirs"}): False,
    }
    assert told(cases) is expected.get(frozenset(signs))


@given(st.dictionaries(st.sampled_from("abcd"), steps, min_size=1), st.booleans(), st.sets(st.sampled_from("abcd")))
def test_what_became_of_a_write_is_told_in_spite_of_later_edits_of_some_of_it(
    written: dict[str, tuple[str | None, str | None]], took_effect: bool, edited: set[str]
) -> None:
    cases = {name: (pair, "192.0.2.99" if name in edited else pair[took_effect]) for name, pair in written.items()}
    is_sign_left = any(before != after and name not in edited for name, (before, after) in written.items())
    if is_sign_left:
        assert told(cases) is took_effect


def test_a_write_is_known_by_its_spelling_at_the_provider() -> None:
    def rounded(one: RRset) -> RRset:
        return replace(one, ttl=(one.ttl or 0) // 60 * 60)

    made = Change(None, rrset("a", "192.0.2.1", 330))
    assert found_out([made], live(("a", "192.0.2.1")), rounded) is True
    assert found_out([made], live(("a", "192.0.2.1")), as_it_is) is None


def test_the_serial_of_an_soa_tells_nothing() -> None:
    old, new = (
        RRset("example.com.", "SOA", 300, (f"a. b. {serial} 1 2 3 {last}",)) for serial, last in ((7, 4), (7, 5))
    )
    now = RRset("example.com.", "SOA", 300, ("a. b. 99 1 2 3 5",))
    assert found_out([Change(old, new)], {now.key: now}, as_it_is) is True


# -- a lost answer


CHANGES = (change("a"), change("b", "192.0.2.1"))
DONE, UNDONE, NEITHER = (
    live(("a", "192.0.2.2"), ("b", "192.0.2.2")),
    live(("b", "192.0.2.1")),
    live(("a", "192.0.2.2"), ("b", "192.0.2.1")),
)


def lost(words: str = "cut") -> Unavailable:
    return Unavailable(words)


def unsent() -> Unavailable:
    problem = Unavailable("refused")
    problem.sent = False
    return problem


def receipt(outcome: Outcome, words: str = "") -> Receipt:
    return Receipt(CHANGES, outcome, words=words)


APPLIED, CONFLICT, REJECTED = receipt(Outcome.APPLIED), receipt(Outcome.CONFLICT), receipt(Outcome.REJECTED)
UNREAD = Unavailable("no answer")
Step = Receipt | ProviderError | dict[Key, RRset]


class World:
    """Answers to sends and to reads, in the order in which they are to be asked for."""

    def __init__(self, sends: list[Step], reads: list[Step]) -> None:
        self.sends, self.reads = sends, reads
        self.asked = ""

    def send(self) -> Receipt:
        self.asked += "s"
        step = self.sends.pop(0)
        if isinstance(step, ProviderError):
            raise step
        assert isinstance(step, Receipt)
        return step

    def read(self) -> dict[Key, RRset]:
        self.asked += "r"
        step = self.reads.pop(0)
        if isinstance(step, ProviderError):
            raise step
        assert isinstance(step, dict)
        return step

    def certain(self) -> Receipt:
        return certain(CHANGES, self.send, self.read, as_it_is)


@pytest.mark.parametrize(
    ("sends", "reads", "outcome", "words"),
    [
        ([APPLIED], [], Outcome.APPLIED, ""),
        ([CONFLICT], [], Outcome.CONFLICT, ""),
        ([REJECTED], [], Outcome.REJECTED, ""),
        ([lost()], [DONE], Outcome.APPLIED, FOUND_OUT),
        ([lost()], [NEITHER], Outcome.UNKNOWN, "cut"),
        ([lost()], [UNREAD], Outcome.UNKNOWN, "cut; and what became of it is unread: no answer"),
        ([lost(), APPLIED], [UNDONE], Outcome.APPLIED, ""),
        ([lost(), REJECTED], [UNDONE, UNDONE], Outcome.REJECTED, ""),
        ([lost(), CONFLICT], [UNDONE, UNDONE], Outcome.CONFLICT, ""),
        # The first one arrived late, so that the second one met it.
        ([lost(), CONFLICT], [UNDONE, DONE], Outcome.APPLIED, FOUND_OUT),
        ([lost(), CONFLICT], [UNDONE, NEITHER], Outcome.UNKNOWN, ""),
        ([lost(), lost("cut again")], [UNDONE, UNDONE], Outcome.UNKNOWN, "cut again"),
        ([lost(), lost("cut again")], [UNDONE, DONE], Outcome.APPLIED, FOUND_OUT),
        ([lost(), Throttled("slow")], [UNDONE, DONE], Outcome.APPLIED, FOUND_OUT),
        ([lost(), unsent()], [UNDONE, NEITHER], Outcome.UNKNOWN, "refused"),
        # The first one may still arrive.
        ([lost(), unsent()], [UNDONE, UNDONE], Outcome.UNKNOWN, "cut; then refused"),
        ([lost(), Throttled("slow")], [UNDONE, UNDONE], Outcome.UNKNOWN, "cut; then slow"),
        ([lost(), Denied("no")], [UNDONE, UNDONE], Outcome.UNKNOWN, "cut; then no"),
    ],
)
def test_a_lost_answer_is_followed_by_a_look_and_by_one_more_try_at_most(
    sends: list[Step], reads: list[Step], outcome: Outcome, words: str
) -> None:
    world = World(list(sends), list(reads))
    found = world.certain()
    assert (found.changes, found.outcome, found.words) == (CHANGES, outcome, words)
    assert (world.sends, world.reads) == ([], [])
    assert world.asked in {"s", "sr", "srs", "srsr"}


@pytest.mark.parametrize(
    ("problem", "after"),
    [
        *((problem, []) for problem in (unsent(), Denied("no"), Throttled("slow"), Conflict("other"), Rejected("bad"))),
        *((problem, [lost()]) for problem in (Conflict("other"), Rejected("bad"))),
    ],
)
def test_what_certainly_changed_nothing_is_raised(problem: ProviderError, after: list[Step]) -> None:
    world = World([*after, problem], [UNDONE, UNDONE])
    with pytest.raises(type(problem)) as raised:
        world.certain()
    assert raised.value is problem


# -- one bad change among many


class Service:
    """Takes a batch whole or not at all; names some of what it dislikes, where it is *talkative*."""

    def __init__(self, bad: set[str], talkative: int = 0, lose: int = 0) -> None:
        self.bad, self.talkative, self.lose = bad, talkative, lose
        self.sent: list[tuple[Change, ...]] = []
        self.applied: list[Change] = []

    def send(self, part: tuple[Change, ...]) -> Receipt:
        self.sent.append(part)
        if len(self.sent) == self.lose:
            return Receipt(part, Outcome.UNKNOWN, words="lost")
        culprits = sorted({one.key.name for one in part} & self.bad)
        if culprits:
            return Receipt(part, Outcome.REJECTED, words=" ".join(culprits[: self.talkative]))
        self.applied += part
        return Receipt(part, Outcome.APPLIED)

    @staticmethod
    def named(refusal: Receipt) -> list[str]:
        return refusal.words.split()


names = st.integers(1, 60).flatmap(
    lambda count: st.tuples(
        st.just([f"h{number}" for number in range(count)]), st.sets(st.integers(0, count - 1), max_size=8)
    )
)


def batch_of(owners: list[str]) -> list[Change]:
    """Return two changes at every second name, and one at the others."""
    return [
        Change(None, RRset(f"{owner}.example.com.", rtype, 300, ("x",)))
        for index, owner in enumerate(owners)
        for rtype in (("A", "MX") if index % 2 else ("A",))
    ]


@given(names, st.integers(0, 3))
def test_every_good_name_is_applied_and_every_bad_one_is_not(drawn: tuple[list[str], set[int]], talkative: int) -> None:
    owners, places = drawn
    batch, bad = batch_of(owners), {f"{owners[place]}.example.com." for place in places}
    service = Service(bad, talkative)
    receipts = list(isolated(batch, service.send, service.named))
    covered = [one for made in receipts for one in made.changes]
    assert sorted(map(id, covered)) == sorted(map(id, batch))
    assert {id(one) for one in service.applied} == {id(one) for one in batch if one.key.name not in bad}
    assert len(service.applied) == len(set(map(id, service.applied)))
    for made in receipts:
        assert {one.key.name in bad for one in made.changes} == {made.outcome is not Outcome.APPLIED}


@given(names, st.integers(0, 3))
def test_all_changes_of_a_name_go_together_in_their_order(drawn: tuple[list[str], set[int]], talkative: int) -> None:
    owners, places = drawn
    batch = batch_of(owners)
    service = Service({f"{owners[place]}.example.com." for place in places}, talkative)
    whole = Counter(one.key.name for one in batch)
    list(isolated(batch, service.send, service.named))
    for part in service.sent:
        assert all(count == whole[name] for name, count in Counter(one.key.name for one in part).items())
        assert list(part) == [one for one in batch if one in part]


@given(names)
def test_the_culprits_are_found_in_few_sends(drawn: tuple[list[str], set[int]]) -> None:
    owners, places = drawn
    bad = {f"{owners[place]}.example.com." for place in places}
    service = Service(bad)
    list(isolated(batch_of(owners), service.send))
    assert len(service.sent) <= 1 + 2 * len(bad) * ceil(log2(max(2, len(owners))))


@given(names, st.integers(1, 3))
def test_culprits_that_the_service_names_are_found_in_two_sends_each(
    drawn: tuple[list[str], set[int]], talkative: int
) -> None:
    owners, places = drawn
    bad = {f"{owners[place]}.example.com." for place in places}
    service = Service(bad, talkative)
    list(isolated(batch_of(owners), service.send, service.named))
    # Where every name that is left is blamed, they are halved: each send then has fewer names.
    assert len(service.sent) <= 1 + 2 * len(bad)


def test_names_that_are_not_in_the_batch_are_not_believed() -> None:
    service = Service({"h3.example.com."})
    list(isolated(batch_of(["h1", "h2", "h3"]), service.send, lambda _: ["elsewhere.example.net."]))
    assert {one.key.name for one in service.applied} == {"h1.example.com.", "h2.example.com."}


@given(names, st.integers(0, 3), st.integers(1, 30))
def test_after_an_outcome_that_is_not_known_nothing_more_is_sent(
    drawn: tuple[list[str], set[int]], talkative: int, lose: int
) -> None:
    owners, places = drawn
    batch = batch_of(owners)
    service = Service({f"{owners[place]}.example.com." for place in places}, talkative, lose)
    receipts = list(isolated(batch, service.send, service.named))
    assert sorted(id(one) for made in receipts for one in made.changes) == sorted(map(id, batch))
    outcomes = [made.outcome for made in receipts]
    if len(service.sent) < lose:
        assert Outcome.UNKNOWN not in outcomes
        return
    assert len(service.sent) == lose
    at = outcomes.index(Outcome.UNKNOWN)
    assert outcomes[at + 1 :] == [Outcome.REJECTED] * (len(outcomes) - at - 1)
    assert {made.words for made in receipts[at + 1 :]} <= {f"{NOT_TRIED}lost"}


def test_a_receipt_is_handed_out_before_the_next_part_is_sent() -> None:
    service = Service({"h1.example.com."})
    receipts = isolated(batch_of(["h1", "h2", "h3"]), service.send)
    next(receipts)
    sent = len(service.sent)
    next(receipts)
    assert len(service.sent) > sent


def test_what_a_send_raises_ends_the_batch() -> None:
    def raising(part: tuple[Change, ...]) -> Receipt:
        raise Denied("no")

    with pytest.raises(Denied):
        list(isolated(batch_of(["h1"]), raising))


def test_no_changes_are_sent_in_vain() -> None:
    service = Service(set())
    assert list(isolated([], service.send)) == []
    assert service.sent == []
