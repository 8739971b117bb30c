"""A zone is deleted as a step of a plan, on record; a rollback says that it creates none."""

import pytest

from tests.planning import ZONE, desired, rr
from tests.support.worlds import World
from zonesync.model.change import Change
from zonesync.model.rrset import RRset
from zonesync.model.zone import Nameservers
from zonesync.plan.plan import Plan, Step, StepKind
from zonesync.provider.conformance.kit import read
from zonesync.provider.contract import Outcome
from zonesync.provider.memory import MemoryProvider
from zonesync.provider.memory_character import Character
from zonesync.provider.memory_faults import Fault
from zonesync.run.history import last_known
from zonesync.run.reversals import reversals
from zonesync.run.runs import runs
from zonesync.run.store import MemoryStore
from zonesync.views import audit_text, run_text
from zonesync_bind import BindProvider

WWW = rr("www", "A", "192.0.2.1")
SERVERS = ["ns1.example.net.", "ns2.example.net."]


def deletion(*gone: RRset) -> Plan:
    emptied = Step(kind=StepKind.CONTENT, zone=ZONE, provider="a", changes=tuple(Change(one, None) for one in gone))
    delete = Step(kind=StepKind.DELETE_ZONE, zone=ZONE, provider="a")
    return Plan(steps=(*((emptied,) if gone else ()), delete))


def hosting(tmp_path, provider, *rrsets, **more):
    world = World(tmp_path, provider, store=MemoryStore())
    assert world.run(desired(*rrsets, **more)).is_complete
    world.live[ZONE, "a"] = provider.read(ZONE)
    return world


@pytest.mark.parametrize("character", list(Character))
def test_a_zone_is_emptied_and_deleted_and_both_are_in_the_log(tmp_path, character):
    provider = MemoryProvider("a", character, nameservers=SERVERS)
    world = hosting(tmp_path, provider, WWW)
    run = world.apply(deletion(WWW))
    assert run.is_complete, run.results
    assert provider.read(ZONE) is None
    kinds = [
        (entry["kind"], entry.get("step"), entry["outcome"])
        for entry in world.entries()
        if entry["run"] == run.id and entry["kind"] in {"change", "step"}
    ]
    assert kinds == [("change", "content", "applied"), ("step", "delete_zone", "done")]


def test_a_deletion_alone_changes_its_provider(tmp_path):
    provider = MemoryProvider("a")
    run = hosting(tmp_path, provider).apply(deletion())
    assert run.is_complete
    assert run.has_changed


def test_a_zone_with_more_than_the_plan_shows_stays(tmp_path):
    provider = MemoryProvider("a", Character.SINGLE)
    world = hosting(tmp_path, provider, WWW)
    run = world.apply(deletion())
    assert not run.is_complete
    assert not run.has_changed
    assert "`www.example.com. A`, which the plan does not show" in run.results[-1].problem
    assert WWW.key in read(provider, ZONE).rrsets


def test_what_somebody_else_adds_after_the_plan_was_read_keeps_the_zone(tmp_path):
    provider = MemoryProvider("a", Character.SINGLE)
    world = hosting(tmp_path, provider)
    (receipt,) = provider.apply(read(provider, ZONE), [Change(None, WWW)])
    assert receipt.outcome is Outcome.APPLIED
    run = world.apply(deletion())
    assert not run.has_changed
    assert "`www.example.com. A`" in run.results[-1].problem
    assert provider.read(ZONE) is not None


def test_a_deletion_whose_outcome_is_not_known_has_perhaps_changed_its_provider(tmp_path):
    provider = MemoryProvider("a")
    world = hosting(tmp_path, provider)
    for nth in (1, 2):
        provider.faults.arm(Fault.BEFORE, "delete", nth)
    run = world.apply(deletion())
    assert run.has_changed
    assert not run.is_complete
    (entry,) = [one for one in world.entries("step") if one["step"] == "delete_zone"]
    assert entry["outcome"] == "failed"


def test_where_the_last_content_is_stands_in_the_run_and_in_the_log(tmp_path):
    provider = BindProvider("a", directory=str(tmp_path / "zones"), nameservers=SERVERS, check=False)
    world = hosting(tmp_path, provider, WWW)
    run = world.apply(deletion(WWW))
    kept = tmp_path / "zones" / "example.com.zone.deleted"
    assert kept.exists()
    assert f"delete zone: the file is kept as `{kept}`" in run_text.step_line(run.results[-1], width=1000)
    entries = [one for one in world.entries() if one["run"] == run.id]
    shown = "\n".join(audit_text.run_lines(runs(world.entries())[run.id], entries, width=1000))
    assert f"delete_zone done: the file is kept as `{kept}`" in shown


@pytest.mark.parametrize("kind", ["file", "bind"])
def test_a_zone_file_goes_with_the_addresses_of_its_own_name_servers(tmp_path, kind):
    inside = ["ns1.example.com.", "ns2.example.net."]
    glue = rr("ns1", "A", "192.0.2.53")
    files = BindProvider("a", directory=str(tmp_path / "zones"), nameservers=inside)
    provider = files if kind == "bind" else MemoryProvider("a", Character.FILE, nameservers=inside)
    servers = Nameservers("list", tuple(inside), said=True)
    world = hosting(tmp_path, provider, WWW, glue, nameservers=servers)
    run = world.apply(deletion(WWW))
    assert run.is_complete, run.results
    assert provider.read(ZONE) is None


def test_the_log_tells_a_rollback_that_the_run_deleted_the_zone(tmp_path):
    provider = MemoryProvider("a")
    world = hosting(tmp_path, provider, WWW)
    run = world.apply(deletion(WWW))
    (reversal,) = reversals(list(world.log.entries()), run.id).values()
    assert reversal.deleted
    assert not reversal.created
    assert reversal.rrsets == {WWW.key: (WWW, None)}


def test_a_run_that_did_no_more_than_delete_a_zone_is_known_to_rollbacks(tmp_path):
    world = hosting(tmp_path, MemoryProvider("a"))
    run = world.apply(deletion())
    assert [(place, one.deleted) for place, one in reversals(list(world.log.entries()), run.id).items()] == [
        ((ZONE, "a"), True)
    ]


def test_the_log_knows_nothing_of_a_zone_that_was_deleted_until_it_comes_again(tmp_path):
    provider = MemoryProvider("a")
    world = hosting(tmp_path, provider, WWW)
    place = (ZONE, "a")
    assert last_known(world.log, world.store, [place])[place].snapshot is not None
    world.apply(deletion(WWW))
    assert last_known(world.log, world.store, [place]) == {}
    again = world.run(desired(WWW))
    assert last_known(world.log, world.store, [place])[place].run == again.id


def test_a_zone_of_which_nobody_knows_whether_it_was_deleted_is_still_known(tmp_path):
    provider = MemoryProvider("a")
    world = hosting(tmp_path, provider)
    for nth in (1, 2):
        provider.faults.arm(Fault.BEFORE, "delete", nth)
    world.apply(deletion())
    assert (ZONE, "a") in last_known(world.log, world.store, [(ZONE, "a")])
