"""A run under locks: whether its record lasts, what others have done meanwhile, and what killed runs left behind."""

from dataclasses import replace

import pytest

from tests.planning import NOW, ZONE, Folder
from zonesync import workflow
from zonesync.model.zone import ZoneId
from zonesync.provider.permit import NoLeaveError
from zonesync.run import sessions
from zonesync.run.audit import AuditLog, Head
from zonesync.run.holders import break_lock
from zonesync.run.journal import Journal
from zonesync.run.recovery import left_behind
from zonesync.run.store import open_store
from zonesync.workflow.project import RefusedError

CI = replace(NOW, is_ci=True)
OTHER = ZoneId("example.org.")
DEAD = "20261122T020304Z-dead00"
WWW = {"www": {"A": "192.0.2.1"}}


@pytest.fixture
def folder(tmp_path):
    return Folder(tmp_path)


def store_of(folder):
    project = folder.open()
    return open_store(project.config.state, project.root)


def leave_journal(folder):
    """Leave what a run that has begun, and not ended, has in its journal."""
    journal = Journal.of(store_of(folder), DEAD)
    journal.begin({"run": DEAD})
    folder.zone(WWW)
    step = folder.plan().plan.steps[0]
    journal.intend(0, step, step.changes)


# The record
@pytest.mark.parametrize(
    ("state", "context", "allowed", "refused"),
    [
        (".zonesync", CI, (), True),
        (".zonesync", NOW, (), False),
        (".zonesync", CI, ("ephemeral-state",), False),
        (".zonesync", CI, ("something-else",), True),
        ({"url": "/srv/state", "durable": True}, CI, (), False),
        ("s3://bucket/prefix", CI, (), False),
    ],
    ids=["a folder in CI", "a folder elsewhere", "allowed", "another allowance", "a folder that lasts", "a bucket"],
)
def test_a_record_that_would_end_with_its_ci_job_is_refused(tmp_path, state, context, allowed, refused):
    project = Folder(tmp_path, config={"state": state}).open()
    if not refused:
        workflow.require_durable(project, context, allowed)
        return
    with pytest.raises(RefusedError) as problem:
        workflow.require_durable(project, context, allowed)
    assert [finding.rule for finding in problem.value.findings] == ["ephemeral-state"]


@pytest.mark.parametrize("command", ["apply", "rollback"])
def test_the_command_that_is_refused_is_the_one_to_repeat_with_an_allowance(tmp_path, command):
    project = Folder(tmp_path).open()
    with pytest.raises(RefusedError) as problem:
        workflow.require_durable(project, CI, command=command)
    assert problem.value.findings[0].help.endswith(f"say `{command} --allow ephemeral-state`")


# What others have done meanwhile
def moved(folder, head, *zones):
    with workflow.holding(folder.open(), zones, NOW) as held:
        return workflow.has_moved(held, head, zones)


def test_what_another_run_has_written_since_is_seen_and_only_then(folder):
    folder.zone(WWW)
    before = AuditLog(store_of(folder)).head()
    assert not moved(folder, before, ZONE)
    assert folder.apply_now().is_complete
    assert moved(folder, before, ZONE)
    assert not moved(folder, before, OTHER)
    assert moved(folder, before, OTHER, ZONE)
    assert not moved(folder, AuditLog(store_of(folder)).head(), ZONE)


@pytest.mark.parametrize("entry", [{"kind": "run_start", "zones": ["example.com"]}, {"zone": "example.com"}])
def test_one_entry_about_a_zone_is_enough(folder, entry):
    log = AuditLog(store_of(folder))
    first = log.append([entry])
    log.append([{"kind": "run_start", "zones": ["example.org"]}])
    assert moved(folder, Head(0, "sha256:" + "0" * 64), ZONE)
    assert not moved(folder, first, ZONE)


# What killed runs left behind
def test_a_killed_run_is_recorded_by_whoever_comes_next(folder):
    leave_journal(folder)
    with workflow.holding(folder.open(), [OTHER], NOW) as held:
        assert held.recovered == (DEAD,)
        assert [entry["kind"] for entry in held.log.entries()][-1] == "run_end"
        assert left_behind(held.store) == []


def test_a_run_that_is_under_way_is_not_recorded_by_another(folder):
    leave_journal(folder)
    store = store_of(folder)
    store.replace(sessions.name_of(DEAD), b'{"format":1,"process":{},"lease":60}', None)
    with workflow.holding(folder.open(), [OTHER], NOW) as held:
        assert held.recovered == ()
        assert left_behind(held.store) == [DEAD]
        assert list(held.log.entries()) == []


def test_a_run_whose_lock_was_broken_writes_nothing(folder):
    folder.zone(WWW)
    planning = folder.plan()
    with workflow.holding(folder.open(), [ZONE], NOW) as held:
        break_lock(held.store, ZONE, NOW)
        with pytest.raises(NoLeaveError):
            held.locks.check(ZONE)
        run = workflow.apply(folder.open(), planning.plan, planning, NOW, held)
    assert not run.is_complete
    assert not run.has_changed
    assert "was broken by" in run.results[0].problem
    assert not folder.bytes()
