"""Saved plans that are old, forged, damaged, half done, or beside what others edit."""

import gc
import json
from datetime import UTC, datetime, timedelta

import pytest

from tests.planning import Folder
from tests.workflow.test_saved_plans import AFTER, BEFORE, World
from zonesync import workflow
from zonesync.cli.session import Session
from zonesync.plan import digest
from zonesync.run.context import Context


@pytest.fixture(autouse=True)
def _collector():
    yield
    gc.enable()


@pytest.fixture
def world(tmp_path):
    return World(tmp_path).start()


def flat(text):
    return " ".join(text.split())


def refused(world, capsys, *words):
    """Apply, hold that nothing was changed, and return what was said."""
    before = world.bytes()
    capsys.readouterr()
    assert world.command("apply", "plan.json", *words) == 1
    assert world.bytes() == before
    return flat(capsys.readouterr().err)


# Age


@pytest.fixture
def at(monkeypatch):
    """Set the clock of every command from here on."""

    def set_to(days):
        moment = datetime.now(UTC) + timedelta(days=days)
        monkeypatch.setattr(Session, "context", Context("tester", now=lambda: moment))

    return set_to


@pytest.mark.parametrize(
    ("limit", "days", "said"),
    [
        (None, 29, ""),
        (None, 31, "the limit is 30d"),
        ("7d", 6, ""),
        ("7d", 8, "it was made 8 days ago, at 20"),
        ("12h", 1, "it was made 24 hours ago, at 20"),
        ("never", 9000, ""),
        ("7d", -400, ""),
    ],
)
def test_a_plan_over_the_age_that_the_configuration_sets_is_refused(world, capsys, at, limit, days, said):
    if limit:
        world.config["safety"] = {"max_plan_age": limit}
        world.write_config()
    at(days)
    if not said:
        assert world.command("apply", "plan.json") == 0
        return
    for more in ((), ("--plan-only",)):
        shown = refused(world, capsys, *more)
        assert "error[plan-too-old]" in shown
        assert said in shown
        assert "plan again, review, and apply the new plan" in shown


def test_a_plan_that_is_too_old_is_refused_before_any_lock_is_taken(world, capsys, at):
    at(31)
    refused(world, capsys)
    assert not list((world.root / ".zonesync").rglob("sessions/*"))
    assert [one for one in workflow.audit_entries(world.open()) if one["kind"] == "run_start"][1:] == []


# Damage


def _as_folder(world):
    (world.root / "plan.json").unlink()
    (world.root / "plan.json").mkdir()


def _as_loop(world):
    (world.root / "plan.json").unlink()
    (world.root / "plan.json").symlink_to("plan.json")


DAMAGED = {
    "it is missing": (lambda w: (w.root / "plan.json").unlink(), "No such file or directory"),
    "it is a folder": (_as_folder, "Is a directory"),
    "it cannot be read": (_as_loop, "Too many levels of symbolic links"),
    "it is empty": (lambda w: w.write(b""), "the file is empty"),
    "it is cut": (lambda w: w.write(w.saved[:-50]), "cut short or no JSON"),
    "it has a newer format": (lambda w: w.forge(lambda d: d.update(format=2)), "format 2, this zonesync reads 1"),
    "it is another tool's": (lambda w: w.write(b'{"format_version": "1.2"}'), "this JSON is no plan"),
    "a letter of its digest is another one": (
        lambda w: w.write(w.saved.replace(b'"digest": "sha256:', b'"digest": "sha256:0', 1)),
        "its digest does not match",
    ),
}


@pytest.mark.parametrize(("damage", "said"), DAMAGED.values(), ids=DAMAGED)
def test_a_plan_file_that_is_none_is_refused_with_what_it_is_and_what_to_do(world, capsys, damage, said):
    damage(world)
    shown = refused(world, capsys)
    assert "error[plan-unusable]" in shown
    assert said in shown
    assert "make one with `zonesync plan --out`" in shown
    assert "Traceback" not in shown


# Authority


def _changes(data):
    return [change for step in data["steps"] for change in step["changes"]]


def _named(data, name):
    return next(change for change in _changes(data) if name in (change["before"] or change["after"])["name"])


def _more(data, before=None, **after):
    rrset = {"name": "evil.example.com.", "type": "A", "ttl": 3600, "rdatas": ["192.0.2.66"], **after}
    data["steps"][0]["changes"].append({"before": before, "after": rrset, "why": ""})


def _step(data, kind, changes=()):
    data["steps"].append({**data["steps"][0], "kind": kind, "changes": list(changes)})


FORGED = {
    "a change more": (_more, "plan-unasked", "`evil.example.com. A`"),
    "a change of another zone's name": (lambda d: _more(d, name="evil.example.net."), "plan-unasked", "`evil.example."),
    "the apex NS set": (
        lambda d: _more(d, name="example.com.", type="NS", rdatas=["ns1.evil.example."]),
        "plan-stale",
        "`example.com. NS`",
    ),
    "a delete more": (
        lambda d: d["steps"][0]["changes"].append(
            {
                "before": {"name": "mail.example.com.", "type": "A", "ttl": 3600, "rdatas": ["192.0.2.1", "192.0.2.2"]},
                "after": None,
                "why": "",
            }
        ),
        "plan-unasked",
        "`mail.example.com. A`",
    ),
    "another value": (
        lambda d: _named(d, "www")["after"].update(rdatas=["192.0.2.66"]),
        "plan-unasked",
        "`www.example.com. A`",
    ),
    "another TTL": (lambda d: _named(d, "www")["after"].update(ttl=60), "plan-unasked", "`www.example.com. A`"),
    "a delete for an update": (lambda d: _named(d, "www").update(after=None), "plan-unasked", "`www.example.com. A`"),
    "another before": (
        lambda d: _named(d, "www")["before"].update(rdatas=["192.0.2.66"]),
        "plan-stale",
        "`www.example.com. A`",
    ),
    "a step more": (lambda d: _step(d, "delete_zone"), "plan-unasked", "`delete_zone`"),
    "a zone more": (lambda d: _step(d, "create_zone"), "plan-stale", "it creates the zone"),
    "a step by hand": (lambda d: _step(d, "manual"), "plan-unasked", "`manual`"),
    "another target": (lambda d: d["targets"][0].update(target="file:evil"), "plan-foreign", "`file:evil`"),
    "an allowance that there is not": (
        lambda d: d["allowances"].append({"rule": "plan-unasked", "zone": "example.com"}),
        "plan-unusable",
        "`plan-unasked`",
    ),
}


@pytest.mark.parametrize(("edit", "rule", "named"), FORGED.values(), ids=FORGED)
def test_what_was_put_into_an_artefact_with_a_digest_that_fits_is_refused_by_its_name(world, capsys, edit, rule, named):
    world.forge(edit)
    data = json.loads((world.root / "plan.json").read_text())
    assert data.pop("digest") == digest.of_data(data)
    shown = refused(world, capsys)
    assert f"error[{rule}]" in shown
    assert named in shown


def test_a_change_that_is_there_already_is_no_way_to_bring_another_one_in(world, capsys):
    """What is done is not held against the files where they ask for nothing, and it is not carried out either."""
    rrset = {"name": "mail.example.com.", "type": "A", "ttl": 3600, "rdatas": ["192.0.2.1", "192.0.2.2"]}
    world.forge(lambda data: data["steps"][0]["changes"].append({"before": None, "after": rrset, "why": ""}))
    assert world.command("apply", "plan.json") == 0
    assert world.plan().plan.is_empty


@pytest.mark.parametrize("is_ci", [False, True])
def test_an_allowance_that_lifts_a_limit_is_told_loudly_when_it_is_applied(world, capsys, monkeypatch, is_ci):
    """It cannot be told from one that somebody gave: the files ask for the changes, and the limit alone is lifted."""
    if is_ci:
        monkeypatch.setenv("CI", "true")
        world.config["state"] = {"url": ".zonesync", "durable": True}
        world.write_config()
    world.want({"@": {"TXT": "x"}})
    assert world.command("plan", "--out", "plan.json") == 1
    assert "error[plan-refused]" in refused(world, capsys)
    world.saved = (world.root / "plan.json").read_bytes()
    rules = ["max-deletes", "max-changes", "empty-zone"]
    world.forge(lambda d: d["allowances"].extend({"rule": rule, "zone": "example.com"} for rule in rules))
    capsys.readouterr()
    assert world.command("--quiet", "apply", "plan.json") == 0
    out = flat(capsys.readouterr().out)
    assert "ALLOWED by the plan file: max-deletes@example.com: 5 of 5 RRsets would go" in out
    assert "(at one)" in out
    assert "(at two)" in out
    assert "ALLOWED by the plan file: empty-zone@example.com, which refuses nothing now" in out
    starts = [entry for entry in workflow.audit_entries(world.open()) if entry["kind"] == "run_start"]
    assert starts[-1]["allowances"] == [f"{rule}@example.com" for rule in rules]


def test_a_plan_without_allowances_tells_of_none(world, capsys):
    capsys.readouterr()
    assert world.command("apply", "plan.json") == 0
    assert "ALLOWED" not in capsys.readouterr().out


# Others


def test_what_others_edited_beside_the_plan_is_named_and_left_alone(world, capsys):
    world.live("mail", "192.0.2.99")
    world.live("other", "192.0.2.99")
    capsys.readouterr()
    assert world.command("apply", "plan.json") == 0
    shown = flat(capsys.readouterr().err)
    assert "info[plan-other-edits]: changed since the plan was made, and left alone: `mail.example.com. A`" in shown
    assert "`other.example.com. A` (example.com at one)" in shown
    assert "(example.com at two)" not in shown
    made = world.plan().plan
    assert {change.key.name for step in made.steps for change in step.changes} == {
        "mail.example.com.",
        "other.example.com.",
    }


def test_edits_of_others_do_not_count_against_the_limits_of_the_plan(world, capsys):
    """The files would undo them, and a plan made now would be refused for that; the saved one does not."""
    for number in range(9):
        world.live(f"other{number}", "192.0.2.99")
    assert {one.rule for one in world.plan().plan.refusals} == {"max-deletes", "max-changes"}
    assert world.command("apply", "plan.json") == 0


def test_a_plan_that_takes_too_much_of_what_others_have_left_is_refused(world, capsys):
    world.config["safety"] = {"max_deletes": "20%", "max_changes": "100%", "always_allow": 0}
    world.write_config()
    world.save()
    world.live("mail")
    world.live("web", rtype="CNAME")
    shown = refused(world, capsys)
    assert "error[plan-refused-now]" in shown
    assert "1 of 3 RRsets would go (33%), the limit is 20%" in shown


def test_a_part_of_a_plan_is_held_against_the_limits_of_the_whole(world, capsys):
    """Nobody takes a zone apart by handing in a plan that was refused in small pieces."""
    world.want({"@": {"TXT": "x"}})
    assert world.command("plan", "--out", "plan.json") == 1
    world.saved = (world.root / "plan.json").read_bytes()

    def first_alone(data):
        data["steps"] = data["steps"][:1]
        data["steps"][0]["changes"] = data["steps"][0]["changes"][:1]
        data["findings"] = []

    world.forge(first_alone)
    assert "error[plan-refused-now]" in refused(world, capsys)


def test_nothing_is_said_of_edits_where_there_are_none(world, capsys):
    capsys.readouterr()
    assert world.command("apply", "plan.json") == 0
    assert "plan-other-edits" not in capsys.readouterr().err


# Half done


def test_a_plan_of_which_one_provider_has_all_is_carried_out_at_the_other(world, capsys):
    assert world.command("plan", "--out", "two.json", "--provider", "two") == 0
    assert world.command("apply", "two.json") == 0
    there = world.served("two").read_bytes()
    capsys.readouterr()
    assert world.command("apply", "plan.json") == 0
    shown = capsys.readouterr()
    assert "3 of 6 changes are done already." in shown.out
    assert "plan-other-edits" not in shown.err
    assert world.served("two").read_bytes() == there
    assert world.plan().plan.is_empty
    ends = [entry for entry in workflow.audit_entries(world.open()) if entry["kind"] == "change"]
    assert [entry["provider"] for entry in ends[-3:]] == ["one"] * 3


def test_a_reload_that_failed_is_all_that_is_left_of_the_same_plan(tmp_path, capsys):
    world = World(tmp_path)
    for options in world.providers.values():
        options["reload"] = ["false"]
    world.write_config()
    world.zone(BEFORE)
    world.save()
    assert world.command("apply", "plan.json") == 3
    there = world.bytes()
    capsys.readouterr()
    assert world.command("apply", "plan.json") == 1, "the reload fails again, and nothing else is done"
    assert {path: data for path, data in world.bytes().items() if path.endswith(".zone")} == {
        path: data for path, data in there.items() if path.endswith(".zone")
    }
    out = capsys.readouterr().out
    assert "done already" in out
    assert "content" not in out


def test_a_plan_whose_end_the_files_no_longer_want_is_refused_though_all_of_it_is_done(world, capsys):
    assert world.command("apply", "plan.json") == 0
    world.want(BEFORE)
    assert "error[plan-unasked]" in refused(world, capsys)
    world.want({**AFTER, "more": {"A": "192.0.2.9"}})
    assert world.command("apply", "plan.json") == 0


def test_a_new_zone_whose_file_somebody_else_wrote_meanwhile_is_not_taken_over(tmp_path, capsys):
    folder = Folder(tmp_path)
    folder.zone(BEFORE)
    world = World.__new__(World)
    world.__dict__.update(folder.__dict__)
    world.save()
    other = "$TTL 300\n@ SOA a.example. b.example. 1 2 3 4 5\n@ NS ns1.other.example.\nwww A 192.0.2.77\n"
    (tmp_path / "one").mkdir()
    (tmp_path / "one" / "example.com.zone").write_text(other)
    assert "it creates the zone, which exists by now" in refused(world, capsys)
