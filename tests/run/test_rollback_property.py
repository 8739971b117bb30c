"""Whatever a run did, taking it back gives exactly the zone that was there before: at every kind of provider."""

import random
from dataclasses import replace

import pytest

from tests.planning import ZONE
from tests.support.examples import STRESS, large
from tests.support.rolling import KINDS, Rolling, Zones, provider_of
from zonesync.model.change import Action, Change
from zonesync.provider.memory_faults import Fault
from zonesync.run.store import MemoryStore

ROUNDS = 200 if STRESS else large(25)
"""So many runs at each of four pairs of providers."""
FEW = 50 if STRESS else large(5)
FAILING = [kind for kind in KINDS if "bind" not in kind]
"""A file is written whole or not at all, so that no run at BIND fails halfway."""


@pytest.fixture(params=KINDS)
def world(tmp_path, request):
    def made(seed):
        folder = tmp_path / str(seed)
        pair = zip("ab", KINDS[request.param], strict=True)
        return Rolling(folder, *(provider_of(folder, name, kind) for name, kind in pair), store=MemoryStore())

    return made


def break_down(provider, fault, nth):
    """Let the *nth* write from now fail, and the read that would tell what became of it."""
    provider.faults.arm(fault, nth=nth)
    for call in ("read", "get"):
        provider.faults.arm(Fault.BEFORE, call)


def repair(world):
    for one in world.providers.values():
        one.faults.repair()


def test_taking_a_run_back_gives_exactly_the_former_zone_at_every_provider(world):
    actions = set()
    for seed in range(ROUNDS):
        here, zones = world(seed), Zones(seed)
        assert here.run(zones.next()).is_complete
        before = here.contents()
        run = here.run(zones.next())
        assert run.is_complete
        plan = here.back(run.id)
        actions |= {change.action for step in plan.steps for change in step.changes}
        assert not plan.refusals, (seed, plan.refusals)
        assert here.apply(plan).is_complete
        assert here.contents() == before, seed
        assert here.back(run.id).is_empty
    assert actions == set(Action)


def test_several_runs_are_taken_back_one_by_one_the_last_first(world):
    for seed in range(FEW):
        here, zones = world(seed), Zones(1000 + seed)
        assert here.run(zones.next()).is_complete
        states, ids = [here.contents()], []
        for _ in range(3):
            run = here.run(zones.next())
            assert run.is_complete
            ids.append(run.id)
            states.append(here.contents())
        for run, state in zip(reversed(ids), reversed(states[:-1]), strict=True):
            assert here.roll_back(run).is_complete
            assert here.contents() == state, seed


def test_a_rollback_can_be_taken_back_itself(world):
    for seed in range(FEW):
        here, zones = world(seed), Zones(2000 + seed)
        assert here.run(zones.next()).is_complete
        run = here.run(zones.next())
        after = here.contents()
        back = here.roll_back(run.id)
        assert here.roll_back(back.id).is_complete
        assert here.contents() == after, seed


def test_what_was_changed_since_is_refused_by_name_and_comes_back_once_it_is_named(world):
    for seed in range(FEW):
        here, zones, chance = world(seed), Zones(5000 + seed, apex_changes=False), random.Random(seed)
        assert here.run(zones.next()).is_complete
        before = here.contents()
        run = here.run(zones.next())
        there = [
            (step.provider, change)
            for step in here.back(run.id).steps
            for change in step.changes
            if change.before is not None and change.key.type != "SOA"
        ]
        name, change = chance.choice(there)
        provider = here.providers[name]
        edited = replace(change.before, ttl=77)
        assert [one.outcome for one in provider.apply(provider.read(ZONE), [Change(change.before, edited)])] == [
            "applied"
        ]
        refused = here.back(run.id).refusals
        assert [(one.rule, one.provider, (one.name, one.type)) for one in refused] == [
            ("rollback-changed-since", name, change.key)
        ]
        assert here.roll_back(run.id, overwrites=[change.key]).is_complete
        assert here.contents() == before, seed


@pytest.mark.parametrize("world", FAILING, indirect=True)
def test_a_run_that_failed_halfway_is_taken_back_as_far_as_it_came(world):
    incomplete = 0
    for seed in range(ROUNDS):
        here, zones, chance = world(seed), Zones(3000 + seed), random.Random(seed)
        assert here.run(zones.next()).is_complete
        before = here.contents()
        plan = here.plan(zones.next())
        for one in here.providers.values():
            break_down(one, chance.choice([Fault.BEFORE, Fault.AFTER]), chance.randrange(1, 4))
        run = here.apply(plan)
        incomplete += not run.is_complete
        repair(here)
        assert here.roll_back(run.id).is_complete
        assert here.contents() == before, seed
    assert incomplete > ROUNDS // 3


@pytest.mark.parametrize("world", FAILING, indirect=True)
def test_a_rollback_that_failed_halfway_is_finished_by_another_one(world):
    halfway = 0
    for seed in range(FEW):
        here, zones, chance = world(seed), Zones(4000 + seed), random.Random(seed)
        assert here.run(zones.next()).is_complete
        before = here.contents()
        run = here.run(zones.next())
        plan = here.back(run.id)
        break_down(here.providers[chance.choice("ab")], Fault.BEFORE, chance.randrange(1, 3))
        halfway += not here.apply(plan).is_complete
        repair(here)
        assert here.roll_back(run.id).is_complete
        assert here.contents() == before, seed
    assert halfway
