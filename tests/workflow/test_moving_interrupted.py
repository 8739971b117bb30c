"""A move that ends between any two steps is finished by the same command, and nothing else undoes it."""

import json
import threading

import pytest

from tests.planning import NOW, Folder
from zonesync import workflow
from zonesync.model.zone import ZoneId
from zonesync.plan.plan import Move, StepKind
from zonesync.run import rotation
from zonesync.run.context import Context
from zonesync.run.store import open_store
from zonesync.workflow import gating
from zonesync.workflow.moving import plan_move

ZONE = ZoneId("example.com.")
RECORDS = {"@": {"A": ["203.0.113.1"]}, "www": {"A": ["203.0.113.2"]}}
STEPS = {"evacuate": 4, "leave": 8, "restore": 5, "join": 6}
MOST = 6


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr(gating.Keeper, "_require_handed_over", lambda *_: None)
    made = Folder(tmp_path)
    made.zone(RECORDS)
    assert made.apply_now().is_complete
    return made


def planned(folder, kind):
    move = Move(kind=kind, provider="two", asks=False)
    planning = plan_move(folder.open(), move, ["example.com"], NOW)
    assert not planning.plan.refusals, planning.plan.refusals
    return planning


def carry_out(folder, planning, steps=None):
    """Carry out the first *steps* of a plan, as of a run that somebody ended there."""
    project = folder.open()
    plan = planning.plan if steps is None else planning.plan.model_copy(update={"steps": planning.plan.steps[:steps]})
    if not plan.steps:
        return
    with workflow.holding(project, [ZONE], NOW) as held:
        workflow.apply(project, plan, planning, NOW, held)


def finish(folder, kind):
    """Give the command until it has nothing left to do; what it waits for passes."""
    for _ in range(MOST):
        planning = planned(folder, kind)
        if all(step.kind is StepKind.MANUAL for step in planning.plan.steps):
            return
        carry_out(folder, planning)
        time_passes(folder)
    raise AssertionError(f"{kind} never ends")


def time_passes(folder):
    file = folder.root / ".zonesync" / rotation.NAME
    data = json.loads(file.read_text())
    for one in data["zones"].get("example.com", {}).values():
        one["cleared"] = one["cleared"] and "2020-01-01T00:00:00Z"
    file.write_text(json.dumps(data))


def state(folder):
    """What is there in the end: each provider's apex NS set and content, and who is out."""
    project = folder.open()
    found = {}
    for name in ("one", "two"):
        file = folder.served(name)
        text = file.read_text() if file.exists() else None
        found[name] = text and sorted(line for line in text.splitlines() if "SOA" not in line and line[:1] not in "; $")
    out = rotation.read(open_store(project.config.state, project.root))
    return found, {where: one.standing for where, one in out.items()}


@pytest.mark.parametrize(
    ("kind", "steps"), [(kind, steps) for kind, most in STEPS.items() for steps in range(most + 1)]
)
def test_a_move_that_ends_anywhere_is_finished_by_the_same_command(folder, kind, steps):
    before = {"restore": "evacuate", "join": "leave"}.get(kind)
    if before:
        finish(folder, before)
    planning = planned(folder, kind)
    assert len(planning.plan.steps) == STEPS[kind]
    carry_out(folder, planning, steps)
    if steps > 1 and kind in {"evacuate", "leave"}:
        folder.apply_now()
    finish(folder, kind)
    ended = state(folder)
    assert workflow.verify_log(folder.open(), None).fault is None
    sets = {name: text and [line for line in text if " NS " in line] for name, text in ended[0].items()}
    if kind in {"restore", "join"}:
        assert ended[1] == {}
        assert sets["one"] == sets["two"]
        assert "ns1.two.example." in str(sets)
    else:
        assert list(ended[1]) == [(ZONE, "two")]
        assert "two.example." not in str(sets)
        assert (ended[0]["two"] is None) is (kind == "leave")


def test_who_waits_is_stopped_at_once(folder):
    finish(folder, "evacuate")
    project = folder.open()
    planning = planned(folder, "leave")
    stop = threading.Event()
    stop.set()
    patience = workflow.Patience(sits_out=True)
    keeper = gating.Keeper(
        patience,
        open_store(project.config.state, project.root),
        Context(now=NOW.now),
        "run",
        planning.plan,
        planning.grounds,
        planning.zones,
        stop,
    )
    for step in planning.plan.steps:
        if step.kind is StepKind.ROTATION:
            keeper.rotate(ZONE, step)
        elif step.kind is StepKind.WAIT:
            with pytest.raises(gating.GateError, match="stopped"):
                keeper.wait(ZONE, step)
            return
    raise AssertionError("nothing was waited for")
