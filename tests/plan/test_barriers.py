"""Whoever wants name servers to be asked has them asked before each change of who is asked."""

from tests.planning import ZONE
from zonesync.model.zone import ZoneId
from zonesync.plan.barriers import asking
from zonesync.plan.plan import Move, Plan, Step, StepKind

OTHER = ZoneId("example.net.")


def plan(*steps, move=None):
    made = tuple(Step(kind=kind, zone=zone, provider="" if kind is StepKind.BARRIER else "a") for kind, zone in steps)
    return Plan(created="2026-01-01T00:00:00Z", version="1", commit="", targets=(), steps=made, move=move)


def kinds(made):
    return [(step.kind.value, str(step.zone), step.verify) for step in made.steps]


def test_sets_that_change_alone_wait_for_an_answer_once():
    made = asking(plan((StepKind.APEX_NS, ZONE), (StepKind.APEX_NS, ZONE), (StepKind.APEX_NS, OTHER)))
    assert kinds(made) == [
        ("barrier", "example.com", True),
        ("apex_ns", "example.com", False),
        ("apex_ns", "example.com", False),
        ("barrier", "example.net", True),
        ("apex_ns", "example.net", False),
    ]


def test_what_waits_already_or_changes_no_set_stays_as_it_is():
    made = plan((StepKind.CONTENT, ZONE), (StepKind.BARRIER, ZONE), (StepKind.APEX_NS, ZONE), (StepKind.CONTENT, OTHER))
    assert asking(made) == made


def test_a_move_has_the_barriers_that_it_needs():
    made = plan((StepKind.APEX_NS, ZONE), move=Move(kind="evacuate", provider="a"))
    assert asking(made) == made
