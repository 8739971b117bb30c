"""What a client sees while a zone's providers change: nothing in the right order, wrong answers in the opposite one.

The right order of all of them, by the commands, is one test of `make test` (test_life.py).
"""

import threading
import time

import pytest

from tests.lab.orders import DWELL, backwards, carry_out
from tests.lab.traffic import Traffic
from tests.lab.tries import EMPTY
from zonesync import workflow
from zonesync.model.zone import ZoneId
from zonesync.plan.plan import Handover, Move, Step, StepKind
from zonesync.run.context import from_environment
from zonesync.workflow.moving import plan_move

pytestmark = pytest.mark.server

ORDERS = {"in order": tuple, "back to front": backwards}
NEW = "203.0.113.2"


@pytest.fixture(params=ORDERS)
def order(request):
    return ORDERS[request.param]


@pytest.fixture
def context(tmp_path):
    return from_environment(tmp_path, {})


@pytest.fixture
def zone(lab, tmp_path, run):
    """The zone at `named` and `nsd`, delegated to both, and a client that asks for it."""
    project = lab.project(tmp_path, "named", "nsd")
    outcome = run("apply", "--yes")
    assert outcome.code == 0, outcome.out + outcome.err
    lab.delegate(lab.provider_hosts("named", "nsd"))
    lab.resolver.forget()
    return project


def planned(project, context, kind, provider):
    return plan_move(project.open(), Move(kind=kind, provider=provider, asks=True), ["child.lab"], context)


def seen(client, lab, project, planning, steps, context):
    start = time.monotonic()
    result = carry_out(lab, project.open(), planning, steps, context)
    client.rest(DWELL)
    return result, client.since(start, time.monotonic())


@pytest.mark.parametrize("order", ["back to front", pytest.param("in order", marks=pytest.mark.stress)], indirect=True)
def test_a_provider_joins(lab, zone, order, context):
    lab.serve("knot", EMPTY)  # as an API makes it: SOA and NS, and nothing else
    zone.write("named", "nsd", "knot")
    planning = planned(zone, context, "join", "knot")
    with Traffic() as traffic, lab.client() as client:
        client.rest(0.5)
        result, tally = seen(client, lab, zone, planning, order(planning.plan.steps), context)
    assert all(step.is_done for step in result.results), result
    assert asked(traffic, lab, "knot")
    judge(order, tally)


@pytest.mark.stress
def test_one_provider_takes_the_place_of_another(lab, zone, order, context):
    lab.serve("knot", EMPTY)
    zone.write("named", "knot")
    project = zone.open()
    planning = workflow.make_plan(project, workflow.load(project, ["child.lab"], context), context)
    handover = Step(
        kind=StepKind.MANUAL,
        zone=ZoneId("child.lab."),
        provider="",
        handover=Handover(after=lab.provider_hosts("named", "knot")),
    )
    with Traffic() as traffic, lab.client() as client:
        client.rest(0.5)
        result, tally = seen(client, lab, zone, planning, order((*planning.plan.steps, handover)), context)
    assert all(step.is_done for step in result.results), result
    assert asked(traffic, lab, "knot")
    assert not asked(traffic, lab, "nsd")
    judge(order, tally)


@pytest.mark.stress
def test_a_provider_leaves(lab, zone, order, context):
    planning = planned(zone, context, "leave", "nsd")
    gone = next(step for step in planning.plan.steps if step.kind is StepKind.CONTENT)
    reload = Step(kind=StepKind.RELOAD, zone=gone.zone, provider=gone.provider)
    steps = list(planning.plan.steps)
    # At an API content goes at once: here its server has to be told. The zone itself is for another test.
    steps.insert(steps.index(gone) + 1, reload)
    steps = [step for step in steps if step.kind is not StepKind.DELETE_ZONE]
    with Traffic() as traffic, lab.client() as client:
        client.rest(0.5)
        result, tally = seen(client, lab, zone, planning, order(steps), context)
    assert all(step.is_done for step in result.results), result
    assert not asked(traffic, lab, "nsd")
    judge(order, tally)


@pytest.mark.stress
def test_a_provider_that_missed_a_change_is_restored(lab, zone, order, context):
    out = planned(zone, context, "evacuate", "nsd")
    carry_out(lab, zone.open(), out, out.plan.steps, context, between=lambda: None)
    lab.kill("nsd")
    zone.write("named", "nsd", fresh=NEW)
    project = zone.open()
    change = workflow.make_plan(project, workflow.load(project, ["child.lab"], context), context)
    carry_out(lab, project, change, change.plan.steps, context)
    lab.start("nsd")
    planning = planned(zone, context, "restore", "nsd")
    with Traffic() as traffic, lab.client(NEW) as client:
        client.rest(0.5)
        result, tally = seen(client, lab, zone, planning, order(planning.plan.steps), context)
    assert all(step.is_done for step in result.results), result
    assert asked(traffic, lab, "nsd")
    judge(order, tally)


@pytest.mark.stress
def test_a_dead_provider_is_evacuated_unless_that_waits_for_it(lab, zone, order, context):
    with Traffic() as traffic, lab.client() as client:
        client.rest(0.5)
        lab.kill("nsd")
        planning = planned(zone, context, "evacuate", "nsd")
        steps = list(planning.plan.steps)
        if order is backwards:
            first = next(step for step in steps if step.kind is StepKind.APEX_NS)
            steps.insert(0, first.model_copy(update={"provider": "nsd"}))
        result = carry_out(lab, zone.open(), planning, steps, context, between=lambda: None)
        client.rest(DWELL)
        client.settle()  # what met the outage is asked again and again, until it is answered
        lab.resolver.forget()  # many more resolvers ask than this one, and they have learnt nothing of the outage
        start = time.monotonic()
        client.rest(1.0)
        tally = client.since(start)
        dead = sum(traffic.count(lab.addresses("nsd"), start).values())
    if order is backwards:
        assert not result.results[0].is_done
        assert dead
        assert tally.late
    else:
        assert all(step.is_done for step in result.results), result
        assert not dead
        assert not tally.bad, str(tally)


def asked(traffic, lab, provider):
    """Tell whether anybody asked *provider* in the last second."""
    return sum(traffic.count(lab.addresses(provider), time.monotonic() - 1.0).values()) > 0


def judge(order, tally):
    print(tally)  # noqa: T201 -- figures for the documentation: `pytest -rP` shows them
    if order is backwards:
        assert tally.bad, f"nobody could tell: {tally}"
    else:
        assert not tally.bad, str(tally)


@pytest.mark.stress
@pytest.mark.parametrize("moment", [0.0, 0.25, 0.5, 0.75])
def test_nobody_is_sent_to_a_provider_any_more_when_its_zone_goes(lab, zone, run, moment):
    with Traffic() as traffic, lab.client() as client:
        client.rest(1.0 + moment)
        zone.write("nsd")
        assert run("provider", "leave", "child.lab", "named", "--yes").code == 3
        lab.delegate(lab.provider_hosts("nsd"))
        gone = []
        watch = threading.Thread(target=lambda: gone.append(_moment_of_going(lab.providers["named"].file)))
        watch.start()
        assert run("provider", "leave", "child.lab", "named", "--yes", "--wait").code == 0
        watch.join()
        client.rest(1.5)
    assert not traffic.count(lab.addresses("named"), gone[0])


def _moment_of_going(file):
    deadline = time.monotonic() + 30
    while file.exists() and time.monotonic() < deadline:
        time.sleep(0.005)
    return time.monotonic()
