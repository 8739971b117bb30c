"""Somebody edits between plan and apply: the saved plan is refused or applied as a whole, and no edit is overwritten.

Each case is generated from its number: a few edits of the RRsets that the plan touches, and of others, or of the zone.
What is to come of it is worked out here from the edits alone.
"""

import random
from dataclasses import dataclass, field

import pytest

from tests.hosted.hands import AtFiles, AtService, Hands
from tests.hosted.services import KINDS, address, clear_words, flat, records
from tests.support.examples import BRIEF, STRESS

CASES = range(100 if STRESS else 4 if BRIEF else 8)
STANDING = {"a": address(1), "b": address(2), "c": address(3), "e": address(5), "f": address(6)}
WANTED = {"a": address(11), "b": address(2, ttl=900), "d": address(4), "e": address(5), "f": address(6)}
BEFORE, AFTER = records(STANDING), records(WANTED)
TOUCHED = ("a", "b", "c", "d")
UNTOUCHED = ("e", "f", "g")


@dataclass(frozen=True)
class Case:
    """What somebody does."""

    zone: str = ""
    """``removed`` or ``anew``, where it happens to the zone."""
    edits: dict[str, tuple[int, tuple[str, ...]] | None] = field(default_factory=dict)
    """TTL and addresses by owner, None for a delete."""
    twice: tuple[str, ...] = ()
    """Owners that are deleted before they are set."""


def case(number):
    chance = random.Random(number)
    if number % 8 == 7:
        return Case(zone=chance.choice(["removed", "anew"]))
    # Every other case leaves what is touched alone, so that as many are applied as are refused.
    victims = chance.sample(UNTOUCHED if number % 2 else TOUCHED + UNTOUCHED, chance.randint(1, 3))
    edits, twice = {}, []
    if number % 4 == 1:
        victims.append(chance.choice(TOUCHED))
        edits[victims[-1]] = chance.choice([BEFORE.get(victims[-1]), AFTER.get(victims[-1])])
        twice.append(victims[-1])
    for owner in victims:
        ttl, values = BEFORE.get(owner, (300, ()))
        ways = {
            "edited": (ttl, ("203.0.113.9",)),
            "added to": (ttl, tuple(sorted((*values, "203.0.113.10")))),
            "another TTL": (77, values or ("203.0.113.11",)),
            "deleted": None,
            "deleted and made again": BEFORE.get(owner),
        }
        how = chance.choice(list(ways))
        if owner not in edits:
            edits[owner] = ways[how]
            twice += [owner] if how.endswith("again") else []
    return Case(edits=edits, twice=tuple(twice))


def test_the_cases_are_of_every_kind():
    cases = [case(number) for number in range(100)]
    assert {one.zone for one in cases} == {"", "removed", "anew"}
    stale = [
        any(there(one).get(owner) not in (BEFORE.get(owner), AFTER.get(owner)) for owner in TOUCHED) for one in cases
    ]
    assert 25 <= sum(stale) <= 75
    assert {owner for one in cases for owner in one.edits} == {*TOUCHED, *UNTOUCHED}
    assert any(one.edits.get(owner, 0) == AFTER.get(owner) for one in cases for owner in TOUCHED)


def there(one):
    """What is live after the edits of a case."""
    if one.zone:
        return {}
    found = {owner: one.edits.get(owner, value) for owner, value in BEFORE.items()}
    return {owner: value for owner, value in (found | one.edits).items() if value}


def play(hands: Hands, one: Case) -> None:
    if one.zone:
        hands.remove() if one.zone == "removed" else hands.make_anew()
        return
    for owner, value in one.edits.items():
        live = hands.live().get(owner)
        if live and (value is None or owner in one.twice):
            hands.edit(owner, live[0], None)
        if value:
            hands.edit(owner, *value)
    assert hands.live() == there(one)


@pytest.fixture
def hands(request, begin, folder):
    """The hands at a provider whose zone stands, and of which a plan of four changes was saved."""
    kind = request.param
    found = AtFiles(folder.root) if kind == "bind" else AtService(begin(kind), folder.root)
    folder.configure({kind: found.settings}, safety={"max_deletes": "100%", "max_changes": "100%"})
    folder.zone(STANDING, nameservers="unmanaged")
    folder.run("apply", "--yes", code=0)
    assert found.live() == BEFORE
    folder.zone(WANTED, nameservers="unmanaged")
    folder.run("plan", "--out", "plan.json", code=0)
    return found


@pytest.mark.parametrize("number", CASES)
@pytest.mark.parametrize("hands", [*KINDS, "bind"], indirect=True)
def test_a_saved_plan_is_applied_around_what_others_edited_or_refused(hands: Hands, folder, number):
    one = case(number)
    play(hands, one)
    edited, live = hands.dump(), there(one)
    stale = [owner for owner in TOUCHED if live.get(owner) not in (BEFORE.get(owner), AFTER.get(owner))]
    outcome = folder.run("apply", "plan.json")
    clear_words(outcome)
    said = flat(outcome.err)
    if one.zone or stale:
        assert outcome.code == 1, outcome
        assert "Refused: nothing was changed." in outcome.out
        assert hands.dump() == edited
        assert hands.exists() is (one.zone != "removed")
        for owner in () if one.zone else TOUCHED:
            assert (f"`{owner}.example.com. A` is no longer as it shows" in said) is (owner in stale)
        return
    assert outcome.code == 0, outcome
    wanted = {owner: AFTER.get(owner) if owner in TOUCHED else live.get(owner) for owner in {*TOUCHED, *live}}
    assert hands.live() == {owner: value for owner, value in wanted.items() if value}
    others = [owner for owner in UNTOUCHED if live.get(owner) != AFTER.get(owner)]
    assert ("info[plan-other-edits]" in said) is bool(others)
    for owner in UNTOUCHED:
        assert (f"`{owner}.example.com. A`" in said) is (owner in others)
    done = sum(live.get(owner) == AFTER.get(owner) for owner in TOUCHED)
    assert ("done already" in outcome.out) is bool(done)


@pytest.mark.parametrize("hands", [*KINDS, "bind"], indirect=True)
def test_an_apply_that_was_carried_out_is_not_carried_out_again(hands: Hands, folder):
    folder.run("apply", "plan.json", code=0)
    whole = hands.dump()
    assert folder.run("apply", "plan.json", code=0).out == "Nothing to do: everything in the plan is done already.\n"
    assert hands.dump() == whole
