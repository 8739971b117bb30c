"""Contenders whose every call of the store may come between any two of another's: at most one may write a zone."""

from itertools import groupby

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from tests.support.examples import examples
from tests.support.lockers import CONTEXT, Clock, Contender, zones
from tests.support.stage import Player, StagedLock, StagedStore
from zonesync.provider.permit import NoLeaveError
from zonesync.run.holders import break_lock
from zonesync.run.lockfiles import name_of
from zonesync.run.locks import LockedError, Locks
from zonesync.run.processes import Process
from zonesync.run.store import StoreError

NAMES = ["a.example", "b.example"]
ZONES = dict(zip(NAMES, zones(*NAMES), strict=True))
LEASES = (20.0, 30.0)
MARGIN = 0.1
MOST = 4
MACHINES = st.sampled_from(["m1", "m2"])
WHO = st.integers(0, MOST - 1)


class Actor:
    """A process that takes locks, checks them a few times, and frees them; and the thread of its heartbeat."""

    def __init__(self, stage, number, machine, wanted, timeout, lease):
        self.stage = stage
        self.run = f"r{number}"
        self.machine = machine
        self.wanted = wanted
        self.timeout = timeout
        self.lease = lease
        self.offset = 1000.0 * number
        self.is_frozen = self.was_frozen = self.is_dead = self.is_done = self.is_ending = False
        self.heart = None
        self.stopped_for_good = False
        self.locks = Locks(
            stage.store,
            self.run,
            CONTEXT,
            lease=lease,
            clock=lambda: stage.now + self.offset,
            sleep=lambda _: Player.current().pause(),
            process=Process(machine, "pid:[1]", 1, self.run),
            is_gone=lambda process: process.boot == self.machine and stage.is_dead(process.started),
            keep=self.keep,
        )
        self.locks._session._writing = StagedLock()
        self.main = Player(self.play)

    @property
    def players(self):
        return [self.main, self.heart] if self.heart else [self.main]

    def keep(self, session):
        def beat():
            while session.beat() is not None:
                Player.current().pause()

        self.heart = Player(beat)

    def play(self):
        try:
            self.locks.acquire([ZONES[name] for name in self.wanted], self.timeout)
            while not self.is_done:
                for name in self.wanted:
                    self.try_to_write(name)
        except (LockedError, StoreError):
            pass
        self.is_ending = True
        self.locks.release()

    def try_to_write(self, name):
        try:
            self.locks.check(ZONES[name])
        except NoLeaveError as problem:
            self.stopped_for_good |= "not renewed" in str(problem) and self.age() >= self.lease
        else:
            assert not self.stopped_for_good
            self.stage.passed(self, name)
        Player.current().pause()

    def age(self):
        session = self.locks._session
        return session._clock() - session._renewed


class Stage(RuleBasedStateMachine):
    def __init__(self):
        super().__init__()
        self.now = 0.0
        self.store = StagedStore()
        self.actors = []
        self.broken = set()
        self.last_pass = {}
        self.history = {name: [] for name in NAMES}

    def is_dead(self, run):
        return any(actor.is_dead for actor in self.actors if actor.run == run)

    def passed(self, actor, name):
        """Somebody may write *name* now: nobody else may for as long as a write may be on its way."""
        for other in self.actors:
            at = self.last_pass.get((other, name))
            is_excused = other.is_dead or other.is_ending or other.was_frozen or (other, name) in self.broken
            if at is not None and other is not actor and not is_excused:
                assert self.now - at >= other.lease * MARGIN, f"{other.run} and {actor.run} both write {name}"
        self.last_pass[actor, name] = self.now
        read = self.store.last[actor.main, "fetch", name_of(ZONES[name])]
        self.history[name].append((read, actor.run, actor.locks._mine[ZONES[name]].fence))

    @initialize(wanted=st.permutations(NAMES), machine=MACHINES)
    def two_want_the_same(self, wanted, machine):
        self.enter(machine, wanted[:1], 1000.0, 20)
        self.enter("m1", wanted[:2], 1000.0, 20)

    @rule(
        machine=MACHINES,
        wanted=st.lists(st.sampled_from(NAMES), min_size=1, unique=True),
        timeout=st.sampled_from([0.0, 15.0, 1000.0]),
        count=st.sampled_from([0, 5, 20]),
    )
    @precondition(lambda self: len(self.actors) < MOST)
    def enter(self, machine, wanted, timeout, count):
        self.actors.append(Actor(self, len(self.actors), machine, wanted, timeout, LEASES[len(self.actors) % 2]))
        self.act(len(self.actors) - 1, count)

    @rule(who=WHO, count=st.sampled_from([1, 2, 3, 5, 10, 20]))
    def act(self, who, count):
        for _ in range(count):
            self.actors[who % len(self.actors)].main.step()

    @rule(who=WHO, count=st.sampled_from([1, 2, 3]))
    def beat(self, who, count):
        heart = self.actors[who % len(self.actors)].heart
        for _ in range(count if heart else 0):
            heart.step()

    @rule(seconds=st.sampled_from([0.5, 1.9, 2.1, 5.0, 9.0, 17.9, 18.1, 20.0, 30.0]))
    def wait(self, seconds):
        self.now += seconds
        for actor in self.actors:
            if actor.is_frozen:
                actor.offset -= seconds

    @rule(who=WHO, how=st.sampled_from(["end", "die", "fail", "lose", "freeze", "unlock"]), is_heart=st.booleans())
    def disturb(self, who, how, is_heart):
        actor = self.actors[who % len(self.actors)]
        if how == "end":
            actor.is_done = True
        elif how == "die":
            actor.is_dead = True
            for player in actor.players:
                player.kill()
        elif how == "unlock":
            break_lock(self.store.real, ZONES[actor.wanted[0]], CONTEXT)
            self.broken |= {(one, actor.wanted[0]) for one in self.actors}
        elif how == "freeze":
            # A virtual machine stands still, and no clock of its own tells it so.
            actor.is_frozen = not actor.is_frozen
            actor.was_frozen = True
        else:
            actor.players[-1 if is_heart else 0].fault = "before" if how == "fail" else "after"

    def teardown(self):
        try:
            self.everybody_comes_to_an_end()
            self.nobody_wrote_between_anothers_writes()
            self.nothing_is_left_that_blocks()
        finally:
            for actor in self.actors:
                for player in actor.players:
                    player.kill()

    def everybody_comes_to_an_end(self):
        for turn in range(3000):
            for actor in self.actors:
                actor.is_done = actor.is_done or turn > 100
            players = [player for actor in self.actors for player in actor.players if not player.is_over]
            if not players:
                break
            for player in players:
                player.step()
            self.now += 0.5
        for actor in self.actors:
            for player in actor.players:
                assert player.is_over
                if player.problem:
                    raise player.problem

    def nobody_wrote_between_anothers_writes(self):
        for passes in self.history.values():
            holders = [(run, fence) for (run, fence), _ in groupby(sorted(passes), key=lambda one: one[1:])]
            assert len({run for run, _ in holders}) == len(holders)
            assert [fence for _, fence in holders] == sorted({fence for _, fence in holders})

    def nothing_is_left_that_blocks(self):
        clock = Clock()
        last = Contender(self.store.real, clock, "last")
        clock.meanwhile.append(last.beat)
        last.take(*NAMES, timeout=max(LEASES) + 2)
        for _ in range(40):
            clock.sleep(1)
        last.locks.release()
        assert self.store.real.names("sessions/") == []


TestStage = pytest.mark.property(Stage.TestCase)
TestStage.settings = settings(examples(100), stateful_step_count=30)
