"""What is lost on the way is found out or left open, and nothing is overwritten, doubled or claimed."""

import random

import pytest

from tests.fakes.kit import Answer
from tests.ns1.support import APEX, CHANGES, NEW, OLD, WRITTEN, ZONE, a, apply, hosted, is_done, key, receipt
from zonesync.model.change import Change
from zonesync.model.rrset import RRset
from zonesync.provider.contract import Outcome
from zonesync.provider.errors import Denied, Throttled, Unavailable
from zonesync.provider.outcomes import FOUND_OUT

WRITES = "PUT|POST|DELETE"
WWW = "/www.example.com/A$"


def test_an_answer_that_is_lost_is_found_out_by_reading(provider, fake, live, change, method):
    fake.fail(method=method, drop="after")
    found = receipt(provider, live, change)
    assert (found.outcome, found.words) == (Outcome.APPLIED, FOUND_OUT)
    assert len(fake.requests(method, WWW)) == 1 + (method == "PUT" and change.before is not None)


def test_a_call_that_is_lost_is_sent_once_more(provider, fake, live, change, method):
    fake.log.clear()
    fake.fail(method=method, drop="before")
    assert receipt(provider, live, change).outcome is Outcome.APPLIED
    assert len(fake.requests(method, WWW)) == 2
    assert is_done(provider, change)


def test_a_call_that_is_lost_twice_is_unknown_and_not_sent_again(provider, fake, live, change, method):
    fake.log.clear()
    fake.fail(method=method, drop="before", times=5)
    assert receipt(provider, live, change).outcome is Outcome.UNKNOWN
    assert len(fake.requests(method, WWW)) == 2


def test_an_answer_that_is_lost_and_cannot_be_looked_up_is_unknown(provider, fake, live, change, method):
    fake.fail(method=method, drop="after")
    fake.fail(method="GET", skip=1 if change.before else 0, times=5, answer=Answer(500, b"{}"))
    assert receipt(provider, live, change).outcome is Outcome.UNKNOWN


@pytest.mark.parametrize("answer", [Answer(200, b""), Answer(200, b"<html>"), Answer(502, b"<html>"), Answer(500)])
def test_an_answer_that_says_nothing_is_found_out_by_reading(provider, fake, live, change, method, answer):
    fake.fail(method=method, answer_after=answer)
    assert receipt(provider, live, change).outcome is Outcome.APPLIED
    assert is_done(provider, change)


def test_after_unknown_nothing_more_is_sent(provider, fake):
    live = hosted(provider)
    fake.fail(method="PUT", skip=1, times=2, drop="before")
    fake.log.clear()
    found = list(provider.apply(live, [Change(None, a(f"h{number}")) for number in range(4)]))
    assert [one.outcome.value for one in found] == ["applied", "unknown", "rejected", "rejected"]
    assert "not tried" in found[-1].words
    assert len(fake.requests("PUT")) == 3


def test_another_edit_after_a_lost_answer_leaves_it_unknown(provider, fake):
    live = hosted(provider, OLD)
    fake.fail(method="POST", drop="before", run=lambda: fake.edit(APEX, NEW.name, "A", 300, ["192.0.2.99"]))
    assert receipt(provider, live, Change(OLD, NEW)).outcome is Outcome.UNKNOWN
    assert provider.read(ZONE).rrsets[NEW.key] == a("www", 99)


def test_a_permission_that_ends_in_the_middle_is_denied_and_names_the_rrset(provider, fake):
    live = hosted(provider)
    stream = provider.apply(live, [Change(None, a(owner)) for owner in ("first", "second", "third")])
    assert next(stream).outcome is Outcome.APPLIED
    fake.deny.add(("PUT", "record"))
    with pytest.raises(Denied, match=rf"^ns1 example\.com second\.{APEX} A: your API key has no permission") as raised:
        next(stream)
    assert "dns.manage_zones" in raised.value.hint
    assert set(provider.read(ZONE).rrsets) == {key("@", "NS"), key("@", "SOA"), key("first", "A")}


def test_too_many_calls_end_in_throttled_and_nothing_is_claimed(provider, fake, live, change, method):
    fake.fail(method=method, times=99, answer=fake.throttled())
    with pytest.raises(Throttled, match="rate limit exceeded"):
        apply(provider, live, [change])
    assert provider.read(ZONE).rrsets.get(change.key) == change.before


def test_a_storm_of_429_is_waited_out(provider, fake, live, change):
    fake.fail(times=2, answer=fake.throttled())
    assert receipt(provider, live, change).outcome is Outcome.APPLIED
    assert provider.counts.throttled == 2


def test_a_service_that_cannot_be_read_is_unavailable_and_nothing_is_claimed(provider, fake):
    live = hosted(provider, OLD)
    fake.fail(method="GET", times=99, answer=Answer(503, b"<html>"))
    with pytest.raises(Unavailable):
        apply(provider, live, [Change(OLD, NEW)])
    fake.faults.clear()
    assert provider.read(ZONE).rrsets[OLD.key] == OLD


@pytest.mark.parametrize("seed", range(20))
def test_faults_lose_and_double_nothing(provider, fake, seed):
    chance = random.Random(seed)
    old = [a(f"h{number}") for number in range(12)]
    live = hosted(provider, *old)
    wanted = {one.key: RRset(one.name, "A", 300, ("198.51.100.1",)) for one in old[4:]}
    wanted |= {one.key: one for one in (a(f"n{number}") for number in range(6))}
    for _ in range(chance.randint(1, 6)):
        what = chance.choice(
            [{"drop": "before"}, {"drop": "after"}, {"answer": Answer(503)}, {"answer_after": Answer(500)}]
        )
        fake.fail(method=chance.choice(["GET", WRITES]), skip=chance.randint(0, 20), times=chance.randint(1, 3), **what)
    for _ in range(20):
        left = difference(live, wanted)
        if not left:
            break
        try:
            found = list(provider.apply(live, left))
        except (Unavailable, Throttled):
            found = []
        after = read_through(provider)
        for one in found:
            for made in one.changes:
                if one.outcome is Outcome.APPLIED:
                    assert after.rrsets.get(made.key) == made.after
                elif one.outcome is Outcome.REJECTED:
                    assert after.rrsets.get(made.key) == made.before
        live = after
    assert not difference(live, wanted)
    # Nothing was refused for being there already, or for being gone: no write took effect twice.
    assert not [entry for entry in fake.log if entry.status in {400, 409}]


def read_through(provider):
    """Read, whatever faults are left."""
    for _ in range(10):
        try:
            return provider.read(ZONE)
        except Unavailable:
            continue
    raise AssertionError("ten reads failed")


def difference(live, wanted):
    apex = {key("@", "NS"), key("@", "SOA")}
    keys = sorted((live.rrsets.keys() | wanted.keys()) - apex)
    pairs = [(live.rrsets.get(one), wanted.get(one)) for one in keys]
    return [Change(before, after) for before, after in pairs if before != after]


@pytest.mark.parametrize("seed", range(100))
def test_an_edit_by_somebody_else_before_a_change_is_never_overwritten(provider, fake, seed):
    chance = random.Random(seed)
    old = [a(f"h{number}") for number in range(4)]
    live = hosted(provider, *old)
    theirs = chance.choice([*old, a("h9")])
    values = chance.choice([["192.0.2.200"], None]) if theirs in old else ["192.0.2.200"]
    changes = [Change(old[0], None), Change(old[1], a("h1", 77)), Change(None, a("h9", 77))]
    position = chance.randint(0, 3)
    edited = False
    done = {}
    stream = provider.apply(live, changes)
    for step in range(4):
        if step == position:
            there = theirs.key in {key(one["domain"].split(".")[0], one["type"]) for one in fake.dump(APEX)}
            if values or there:
                fake.edit(APEX, theirs.name, "A", 300, values)
            edited = True
        one = next(stream, None)
        if one:
            done[one.changes[0].key] = (one.outcome, edited)
    after = provider.read(ZONE).rrsets.get(theirs.key)
    outcome, was_edited = done.get(theirs.key, (None, True))
    expected = RRset(theirs.name, "A", 300, tuple(values)) if values else None
    assert after == expected
    assert outcome is (None if outcome is None else Outcome.CONFLICT if was_edited else Outcome.APPLIED)


@pytest.mark.parametrize("kind", ["update", "create"])
def test_a_refused_change_that_is_no_conflict_has_the_services_words(provider, fake, kind):
    change, method = CHANGES[kind], WRITTEN[kind]
    live = hosted(provider, *([change.before] if change.before else []))
    fake.fail(method=method, answer=Answer.of({"message": "invalid A answer"}, 400))
    if kind == "create":
        fake.fail(method="GET", answer=Answer(403, b"{}"))
    found = receipt(provider, live, change)
    assert (found.outcome, found.words) == (Outcome.REJECTED, "invalid A answer")


def test_a_link_that_came_while_an_answer_was_lost_leaves_it_unknown(provider, fake):
    live = hosted(provider, OLD, a("source"))
    linked = {"domain": "www.example.com", "type": "A", "answers": [], "link": "source.example.com"}
    fake.fail(method="DELETE", drop="before", run=lambda: fake.add_native(APEX, linked))
    found = receipt(provider, live, Change(OLD, None))
    assert found.outcome is Outcome.UNKNOWN
    assert "linked to source.example.com" in found.words
