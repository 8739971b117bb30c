"""Saved plans against what has happened since: each is refused or applied as the design says.

Every case starts from two BIND providers that serve the zone, and a saved plan that updates `www`, creates `new` and
deletes `ftp` at both. On refusal no byte of any provider's folder changes.
"""

import gc
import json

import pytest

from tests.planning import NOW, Folder
from zonesync import workflow
from zonesync.cli.main import run
from zonesync.model.change import Change
from zonesync.model.rrset import Key, RRset
from zonesync.model.zone import ZoneId
from zonesync.plan import digest, planfile

BEFORE = {
    "@": {"A": "192.0.2.1"},
    "www": {"A": "192.0.2.1"},
    "ftp": {"A": "192.0.2.1"},
    "mail": {"A": ["192.0.2.1", "192.0.2.2"]},
    "web": {"CNAME": "www"},
}
AFTER = {**BEFORE, "www": {"A": "192.0.2.7"}, "new": {"A": "192.0.2.8"}}
del AFTER["ftp"]


@pytest.fixture(autouse=True)
def _collector():
    yield
    gc.enable()


class World(Folder):
    """The starting point of every case."""

    saved: bytes

    def start(self):
        self.zone(BEFORE)
        assert self.apply_now().is_complete
        self.want()
        assert self.command("plan", "--out", "plan.json") == 0
        self.saved = (self.root / "plan.json").read_bytes()
        return self

    def want(self, records=AFTER, **settings):
        self.zone(records, **settings)

    def save(self):
        """Save the plan anew."""
        assert self.command("plan", "--out", "plan.json") == 0

    def command(self, *words):
        return run(["--chdir", str(self.root), *words])

    def live(self, owner, *values, provider="one", ttl=3600, rtype="A", zone="example.com."):
        """Edit what a provider serves, behind our back; no values delete."""
        made = workflow.connect(self.open(), [provider])[provider]
        zone_live = made.read(ZoneId("example.com."))
        key = Key(zone if owner == "@" else f"{owner}.{zone}", rtype)
        after = RRset.of(*key, ttl, values) if values else None
        before = zone_live.rrsets.get(key)
        assert [one.outcome.value for one in made.apply(zone_live, [Change(before, after)])] == ["applied"]

    def forge(self, edit, *, seal=True):
        """Edit the saved plan; *seal* computes a digest that fits."""
        data = json.loads(self.saved)
        edit(data)
        if seal:
            data.pop("digest")
            data["digest"] = digest.of_data(data)
        (self.root / "plan.json").write_text(json.dumps(data))

    def write(self, data):
        (self.root / "plan.json").write_bytes(data)


@pytest.fixture
def world(tmp_path):
    return World(tmp_path).start()


def _text(world, provider="one"):
    return world.served(provider).read_text()


def _rewrite(world, old, new, provider="one"):
    text = _text(world, provider)
    assert old in text
    world.served(provider).write_text(text.replace(old, new, 1))


def _new_zone_there_by_now(world):
    world.zone({"www": {"A": "192.0.2.1"}}, "example.org")
    world.save()
    world.apply_now("example.org")


def _soa_field(world):
    world.want(soa={"minimum": 600})
    world.save()
    text = _text(world)
    soa = workflow.connect(world.open(), ["one"])["one"].read(ZoneId("example.com.")).rrsets["example.com.", "SOA"]
    minimum = soa.rdatas[0].rpartition(" ")[2]
    at = text.rindex(f"{minimum} ", 0, text.index(")"))
    world.served().write_text(text[:at] + "77  " + text[at + len(minimum) + 1 :])


def _serial(world):
    world.want(soa={"minimum": 600})
    world.save()
    world.live("mail", "192.0.2.99")


def _apex_ns(world):
    world.want(nameservers=["ns1.one.example.", "ns1.two.example."])
    world.save()
    world.live("@", "ns1.one.example.", rtype="NS", ttl=86400)


def _reconfigure(world, **options):
    world.providers["one"].update(options)
    world.write_config()


def _gone(world):
    world.served().rename(world.served(zone="example.net"))


def _elsewhere(world):
    (world.root / "three").mkdir()
    (world.root / "three" / "example.net.zone").write_bytes(world.served().read_bytes())
    _reconfigure(world, directory="three")


def _drop_provider(world):
    del world.config["providers"]["one"]
    world.config["defaults"] = {"providers": ["two"]}
    world.write_config()


def _steps(data, kind="content"):
    return [step for step in data["steps"] if step["kind"] == kind]


def _extra(name="evil", value="192.0.2.66"):
    rrset = {"name": f"{name}.example.com.", "type": "A", "ttl": 3600, "rdatas": [value]}
    return {"before": None, "after": rrset, "why": ""}


def _first(data):
    return _steps(data)[0]["changes"]


def _tighten(world):
    world.config["safety"] = {"max_deletes": 0, "max_changes": 0, "always_allow": 0}
    world.write_config()


def _duplicate_key(world):
    world.write(world.saved.replace(b'"format": 1,', b'"format": 1,\n "format": 1,', 1))


def _doubled_step(data):
    data["steps"].append(_steps(data)[0])


def _doubled_change(data):
    _first(data).append(_first(data)[0])


def _other_kind(data):
    _steps(data)[-1]["kind"] = "apex_ns"


def _delete_zone(data):
    data["steps"].append({**_steps(data)[0], "kind": "delete_zone", "changes": []})


def _barrier(data):
    _steps(data)[-1].update(kind="barrier")


def _reload(data):
    _steps(data)[-1].update(kind="reload")


def _reversed(world):
    world.want(nameservers=["ns1.one.example.", "ns1.two.example."])
    world.save()
    world.saved = (world.root / "plan.json").read_bytes()
    world.forge(lambda data: data["steps"].reverse())


def _other_zone(data):
    data["steps"].append({**_steps(data)[0], "zone": "example.net"})


def _no_target(data):
    data["targets"] = [target for target in data["targets"] if target["provider"] != "one"]


def _other_after(data):
    _first(data)[0]["after"] = _extra()["after"] | {"name": _first(data)[0]["before"]["name"]}


CASES = {
    # stale: what it touches is no longer as it shows
    "the updated RRset was edited": (lambda w: w.live("www", "192.0.2.50"), "plan-stale"),
    "it was edited to what the plan makes of it": (lambda w: w.live("www", "192.0.2.7"), ""),
    "a value was added to it": (lambda w: w.live("www", "192.0.2.1", "192.0.2.2"), "plan-stale"),
    "it was deleted": (lambda w: w.live("www"), "plan-stale"),
    "its TTL was changed": (lambda w: w.live("www", "192.0.2.1", ttl=60), "plan-stale"),
    "the deleted RRset was edited": (lambda w: w.live("ftp", "192.0.2.50"), "plan-stale"),
    "the deleted RRset has gone": (lambda w: w.live("ftp"), ""),
    "the created RRset is there already": (lambda w: w.live("new", "192.0.2.8"), ""),
    "the created RRset is there with another value": (lambda w: w.live("new", "192.0.2.9"), "plan-stale"),
    "it was edited at the second provider alone": (lambda w: w.live("www", "192.0.2.50", provider="two"), "plan-stale"),
    "the zone has gone": (_gone, "plan-stale"),
    "the folder is empty": (lambda w: w.served().unlink(), "plan-unreadable-now"),
    "the zone to create is there by now": (_new_zone_there_by_now, "plan-stale"),
    "the SOA field it sets was edited": (_soa_field, "plan-stale"),
    "the apex NS set it changes was edited": (_apex_ns, "plan-stale"),
    "the zone cannot be read": (lambda w: w.served().write_text("\x00garbage ("), "plan-unreadable-now"),
    "the serial went on": (_serial, ""),
    "an untouched RRset was edited": (lambda w: w.live("mail", "192.0.2.99"), ""),
    "an untouched RRset was deleted": (lambda w: w.live("mail"), ""),
    "an RRset nobody declared came": (lambda w: w.live("other", "192.0.2.99"), ""),
    "a comment came into the file": (lambda w: _rewrite(w, "\n$ORIGIN", "\n; by hand\n$ORIGIN"), ""),
    # foreign: another target
    "the provider writes elsewhere": (_elsewhere, "plan-foreign"),
    "the provider's names are others": (lambda w: _reconfigure(w, nameservers=["ns9.example.net."]), "plan-foreign"),
    "an option of the provider came": (lambda w: _reconfigure(w, serial="unix"), "plan-foreign"),
    "the provider is of an unknown type": (lambda w: _reconfigure(w, type="bynd"), "provider-unusable"),
    "the configuration lacks the provider": (_drop_provider, "plan-foreign"),
    "the zone's file has gone": (lambda w: w.remove("example.com"), "plan-foreign"),
    "the zone is no longer at the provider": (lambda w: w.want(providers=["two"]), "plan-foreign"),
    "the zone has a view now": (lambda w: w.want(view="inside"), "plan-foreign"),
    "the zone's file is broken": (lambda w: w.want({**AFTER, "x": {"A": "192.0.2.256"}}), "plan-foreign"),
    "its target was edited": (lambda w: w.forge(lambda d: d["targets"][0].update(target="file:x")), "plan-foreign"),
    "its configuration digest was edited": (
        lambda w: w.forge(lambda d: d["targets"][0].update(configuration="sha256:0")),
        "plan-foreign",
    ),
    "a target was taken out": (lambda w: w.forge(_no_target), "plan-foreign"),
    "a step of another zone was added": (lambda w: w.forge(_other_zone), "plan-foreign"),
    # altered: not what was written
    "a value was edited": (lambda w: w.forge(_other_after, seal=False), "plan-unusable"),
    "a `before` was edited": (
        lambda w: w.forge(lambda d: _first(d)[0]["before"].update(ttl=1), seal=False),
        "plan-unusable",
    ),
    "a change was taken out": (lambda w: w.forge(lambda d: _first(d).pop(), seal=False), "plan-unusable"),
    "a change was added": (lambda w: w.forge(lambda d: _first(d).append(_extra()), seal=False), "plan-unusable"),
    "a step was added": (lambda w: w.forge(_delete_zone, seal=False), "plan-unusable"),
    "a target was edited": (
        lambda w: w.forge(lambda d: d["targets"][0].update(target="x"), seal=False),
        "plan-unusable",
    ),
    "an allowance was added": (
        lambda w: w.forge(lambda d: d["allowances"].append({"rule": "empty-zone", "zone": "example.com"}), seal=False),
        "plan-unusable",
    ),
    "a note was edited": (lambda w: w.forge(lambda d: d["steps"][0].update(note="fine"), seal=False), "plan-unusable"),
    "the time was edited": (lambda w: w.forge(lambda d: d.update(created="2020"), seal=False), "plan-unusable"),
    "the digest is missing": (lambda w: w.forge(lambda d: d.pop("digest"), seal=False), "plan-unusable"),
    "it is cut short": (lambda w: w.write(w.saved[:-200]), "plan-unusable"),
    "it is of a newer format": (lambda w: w.forge(lambda d: d.update(format=2)), "plan-unusable"),
    "a key stands twice": (_duplicate_key, "plan-unusable"),
    "a key was added, and the digest fits": (lambda w: w.forge(lambda d: d.update(force=True)), "plan-unusable"),
    "a change of nothing was added": (
        lambda w: w.forge(lambda d: _first(d).append({"before": None, "after": None, "why": ""})),
        "plan-unusable",
    ),
    "it is no JSON": (lambda w: w.write(b"plan: yes"), "plan-unusable"),
    "it is JSON of something else": (lambda w: w.write(b"[]"), "plan-unusable"),
    "it is empty": (lambda w: w.write(b""), "plan-unusable"),
    "it is binary": (lambda w: w.write(bytes(range(256))), "plan-unusable"),
    "white space alone was edited": (lambda w: w.write(json.dumps(json.loads(w.saved), indent=7).encode()), ""),
    "its keys were sorted": (lambda w: w.write(json.dumps(json.loads(w.saved), sort_keys=True).encode()), ""),
    # no longer asked for: the files say something else
    "the file was changed back": (lambda w: w.want(BEFORE), "plan-unasked"),
    "the file wants another value": (lambda w: w.want({**AFTER, "www": {"A": "192.0.2.70"}}), "plan-unasked"),
    "the file wants another TTL": (
        lambda w: w.want({**AFTER, "new": {"A": {"ttl": 60, "values": "192.0.2.8"}}}),
        "plan-unasked",
    ),
    "the file lacks what was to be created": (lambda w: w.want({**AFTER, "new": {"TXT": "x"}}), "plan-unasked"),
    "the file has what was to be deleted": (lambda w: w.want({**AFTER, "ftp": BEFORE["ftp"]}), "plan-unasked"),
    "the file ignores it now": (lambda w: w.want(ignore=[{"name": "ftp"}]), "plan-unasked"),
    "a change was added, and the digest fits": (
        lambda w: w.forge(lambda d: _first(d).append(_extra())),
        "plan-unasked",
    ),
    "a value was edited, and the digest fits": (lambda w: w.forge(_other_after), "plan-unasked"),
    "a step was added, and the digest fits": (lambda w: w.forge(_delete_zone), "plan-unasked"),
    "a step became one of another kind": (lambda w: w.forge(_other_kind), "plan-unasked"),
    "a step stands twice": (lambda w: w.forge(_doubled_step), "plan-twice"),
    "a change stands twice": (lambda w: w.forge(_doubled_change), "plan-twice"),
    "changes became a wait": (lambda w: w.forge(_barrier), "plan-unusable"),
    "changes became a reload": (lambda w: w.forge(_reload), "plan-unusable"),
    "a wait of a provider was added": (
        lambda w: w.forge(lambda d: d["steps"].append({**_steps(d)[0], "kind": "barrier", "changes": []})),
        "plan-unasked",
    ),
    "its steps stand in another order": (_reversed, "plan-disordered"),
    "planned now it would be refused": (_tighten, "plan-refused-now"),
    "the file asks for one change more": (lambda w: w.want({**AFTER, "more": {"A": "192.0.2.9"}}), ""),
    "a change was taken out, and the digest fits": (lambda w: w.forge(lambda d: _first(d).pop(0)), ""),
}


def test_there_are_cases_enough():
    assert len(CASES) >= 40
    assert sum(rule == "" for _, rule in CASES.values()) >= 5


def _expected_after(world, provider, saved):
    """What the plan makes of what is served now."""
    made = workflow.connect(world.open(), [provider])[provider]
    rrsets = dict(made.read(ZoneId("example.com.")).rrsets)
    for step in saved.steps:
        for change in step.changes if step.provider == provider else ():
            if change.after is None:
                rrsets.pop(change.key, None)
            else:
                rrsets[change.key] = change.after
    return rrsets


@pytest.mark.parametrize(("event", "rule"), CASES.values(), ids=CASES)
def test_a_saved_plan_is_applied_exactly_or_refused_whole(world, capsys, event, rule):
    event(world)
    before = world.bytes()
    capsys.readouterr()
    if rule:
        assert world.command("apply", "plan.json") == 1
        assert f"error[{rule}]" in capsys.readouterr().err
        assert world.bytes() == before
        return
    saved = planfile.loads((world.root / "plan.json").read_bytes())
    expected = {name: _expected_after(world, name, saved) for name in ("one", "two")}
    assert world.command("apply", "plan.json") == 0, capsys.readouterr()
    assert world.bytes() != before
    for name, rrsets in expected.items():
        there = workflow.connect(world.open(), [name])[name].read(ZoneId("example.com.")).rrsets
        assert there.keys() == rrsets.keys()
        assert all(one == rrsets[key] for key, one in there.items() if key.type != "SOA")
        soas = [found["example.com.", "SOA"].rdatas[0].split(" ") for found in (there, rrsets)]
        assert [field for at, field in enumerate(soas[0]) if at != 2] == [f for at, f in enumerate(soas[1]) if at != 2]


@pytest.mark.parametrize("name", [name for name, (_, rule) in CASES.items() if rule == "plan-unasked"])
def test_plan_only_skips_the_check_against_the_files_and_no_other(world, name):
    CASES[name][0](world)
    saved = planfile.loads((world.root / "plan.json").read_bytes())
    now = workflow.replan(world.open(), saved, NOW)
    assert workflow.refusals(saved, now)
    assert workflow.refusals(saved, now, plan_only=True) == []


@pytest.mark.parametrize("name", [name for name, (_, rule) in CASES.items() if rule == "plan-refused-now"])
def test_plan_only_does_not_apply_what_would_be_refused_now(world, name):
    CASES[name][0](world)
    saved = planfile.loads((world.root / "plan.json").read_bytes())
    now = workflow.replan(world.open(), saved, NOW)
    assert {one.rule for one in workflow.refusals(saved, now, plan_only=True)} == {"plan-refused-now"}


@pytest.mark.parametrize(
    "name",
    [name for name, (_, rule) in CASES.items() if rule in {"plan-stale", "plan-foreign", "plan-twice"}],
)
def test_plan_only_still_refuses_what_is_stale_or_foreign(world, name):
    CASES[name][0](world)
    saved = planfile.loads((world.root / "plan.json").read_bytes())
    now = workflow.replan(world.open(), saved, NOW)
    assert workflow.refusals(saved, now, plan_only=True)


def test_plan_only_is_refused_in_ci(world, capsys, monkeypatch):
    monkeypatch.setenv("CI", "true")
    world.config["state"] = {"url": ".zonesync", "durable": True}
    world.write_config()
    before = world.bytes()
    assert world.command("apply", "plan.json", "--plan-only") == 1
    assert "plan-only-in-ci" in capsys.readouterr().err
    assert world.bytes() == before


def test_a_stale_refusal_shows_then_and_now(world, capsys):
    world.live("www", "192.0.2.50")
    assert world.command("apply", "plan.json") == 1
    text = " ".join(capsys.readouterr().err.split())
    assert "then `3600 192.0.2.1`, now `3600 192.0.2.50`" in text


def test_a_refused_plan_writes_no_audit_entry(world):
    before = list(workflow.audit_entries(world.open()))
    world.live("www", "192.0.2.50")
    assert world.command("apply", "plan.json") == 1
    assert list(workflow.audit_entries(world.open())) == before


def test_a_saved_plan_that_was_applied_has_nothing_left_to_do(world, capsys):
    assert world.command("apply", "plan.json") == 0
    after, entries = world.bytes(), list(workflow.audit_entries(world.open()))
    capsys.readouterr()
    assert world.command("apply", "plan.json") == 0
    assert capsys.readouterr().out == "Nothing to do: everything in the plan is done already.\n"
    assert (world.bytes(), list(workflow.audit_entries(world.open()))) == (after, entries)
    assert world.plan().plan.is_empty


def test_a_plan_that_was_refused_when_made_is_refused_when_applied(world, capsys):
    world.want({"@": {"TXT": "x"}})
    assert world.command("plan", "--out", "plan.json") == 1
    before = world.bytes()
    assert world.command("apply", "plan.json") == 1
    assert "error[plan-refused]" in capsys.readouterr().err
    assert world.bytes() == before


def test_an_allowance_is_written_into_plan_and_audit_log(world):
    world.want({"@": {"TXT": "x"}})
    allow = [word for rule in ("max-deletes", "max-changes") for word in ("--allow", f"{rule}@example.com")]
    assert world.command("plan", "--out", "plan.json", *allow) == 0
    assert world.command("apply", "plan.json") == 0
    starts = [entry for entry in workflow.audit_entries(world.open()) if entry["kind"] == "run_start"]
    assert starts[-1]["allowances"] == ["max-deletes@example.com", "max-changes@example.com"]
    assert starts[-1]["plan"] == json.loads((world.root / "plan.json").read_text())["digest"]


@pytest.mark.parametrize("rule", ["x\ud800", "plan-stale", "", "bad-value"])
def test_a_forged_allowance_of_what_nobody_can_allow_is_refused(world, capsys, rule):
    world.forge(lambda data: data["allowances"].append({"rule": rule, "zone": "example.com"}))
    before = world.bytes()
    assert world.command("apply", "plan.json") == 1
    assert "error[plan-unusable]" in capsys.readouterr().err
    assert world.bytes() == before


@pytest.mark.parametrize("allowance", ["max-deletes@example.org", "max-delete@example.com", "bad-value@example.com"])
def test_an_allowance_that_could_waive_nothing_is_a_wrong_command_line(world, allowance):
    assert world.command("plan", "--out", "plan.json", "--allow", allowance) == 64


def test_a_plan_of_one_provider_leaves_the_other_alone(world):
    assert world.command("plan", "--out", "plan.json", "--provider", "two") == 0
    before = world.bytes()
    assert world.command("apply", "plan.json") == 0
    after = world.bytes()
    changed = {path for path in after if after[path] != before.get(path) and path.endswith(".zone")}
    assert changed == {str(world.served("two"))}


def test_a_saved_plan_with_reloads_and_another_apex_ns_set_is_applied(tmp_path):
    world = World(tmp_path)
    for options in world.providers.values():
        options["reload"] = ["true"]
    world.write_config()
    world.start()
    world.want(nameservers=["ns1.one.example.", "ns1.two.example."])
    world.save()
    assert world.command("apply", "plan.json") == 0
    assert world.plan().plan.is_empty


def test_a_reload_that_fails_after_writing_is_exit_code_3_and_is_due_again(tmp_path):
    world = World(tmp_path)
    for options in world.providers.values():
        options["reload"] = ["false"]
    world.write_config()
    world.zone(BEFORE)
    assert world.command("apply", "--yes") == 3
    made = world.plan().plan
    assert {step.kind.value for step in made.steps} == {"reload"}
    assert world.command("apply", "--yes") == 1, "nothing was changed this time"
    for options in world.providers.values():
        options["reload"] = ["true"]
    world.write_config()
    assert world.command("apply", "--yes") == 0
    assert world.plan().plan.is_empty
