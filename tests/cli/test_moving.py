"""join, leave, evacuate and restore through the command line, at BIND providers whose name servers nobody asks."""

import json

import pytest

from zonesync.workflow.moving import plan_move  # noqa: F401 -- what takes time to import is not timed within a test

CONFIG = """\
defaults: {providers: [a, b]}
providers:
  a: {type: bind, directory: a, nameservers: [ns1.a.example., ns2.a.example.], check: false}
  b: {type: bind, directory: b, nameservers: [ns1.b.example., ns2.b.example.], check: false}
  c: {type: bind, directory: c, nameservers: [ns1.c.example., ns2.c.example.], check: false}
"""
ZONE = """\
providers: [a, b]
nameservers: {ttl: 1h, auto: {a: 2, b: 2}}
records:
  "@": {A: 203.0.113.1}
  www: {A: 203.0.113.2}
lint: {ignore: [documentation-address]}
"""
ASIDE = "--no-verify"


class Folder:
    """A project with one zone, or several, at two providers; a third one is configured."""

    def __init__(self, root, run):
        self.root = root
        self.run = run
        (root / "zones").mkdir()
        (root / "zonesync.yaml").write_text(CONFIG)
        self.zone()

    def zone(self, text=ZONE, name="example.com"):
        (self.root / "zones" / f"{name}.yaml").write_text(text)

    def done(self, *arguments, code=0):
        found = self.run(*arguments)
        assert found.code == code, (found.out, found.err)
        return found

    def servers(self, provider, zone="example.com"):
        """The hosts of the apex NS set at a provider; None without the zone."""
        file = self.root / provider / f"{zone}.zone"
        if not file.exists():
            return None
        data = json.loads(self.done("export", zone, "--from", provider, "--format", "json").out)
        (apex,) = [one for one in data["rrsets"] if (one["type"], one["name"]) == ("NS", f"{zone}.")]
        return sorted((host.removesuffix(".example.") for host in apex["rdatas"]), key=lambda host: host[::-1])

    def standings(self):
        data = json.loads((self.root / ".zonesync/rotation.json").read_text())
        return {(zone, name): one["standing"] for zone, those in data["zones"].items() for name, one in those.items()}

    def rewrite(self, **more):
        """Put other values into what is on record of `b` and example.com, and return what there was."""
        record = self.root / ".zonesync/rotation.json"
        data = json.loads(record.read_text())
        before = dict(data["zones"]["example.com"]["b"])
        data["zones"]["example.com"]["b"].update(more)
        record.write_text(json.dumps(data))
        return before

    def entries(self):
        folder = self.root / ".zonesync/audit"
        return [entry for file in sorted(folder.glob("*.json")) for entry in json.loads(file.read_text())["entries"]]


LISTS = "nameservers: {ttl: 1h, auto: {a: 2, b: 2}}"
A, B, C = ["ns1.a", "ns2.a"], ["ns1.b", "ns2.b"], ["ns1.c", "ns2.c"]


def served(root, monkeypatch, run):
    """A project in the folder *root* that was applied."""
    root.mkdir()
    monkeypatch.chdir(root)
    for name in ("CI", "NO_COLOR", "GITHUB_ACTIONS", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    made = Folder(root, run)
    made.done("apply", "--yes")
    assert made.servers("a") == [*A, *B]
    return made


@pytest.fixture
def folder(tmp_path, monkeypatch, run):
    return served(tmp_path / "moving", monkeypatch, run)


def test_who_is_evacuated_is_in_no_set_and_no_plan_puts_it_back(folder):
    found = folder.done("evacuate", "b", ASIDE, "--yes")
    assert folder.servers("a") == folder.servers("b") == A
    assert folder.standings() == {("example.com", "b"): "out"}
    assert "let its registrar delegate it to ns1.a.example., ns2.a.example." in " ".join(found.out.split())
    plan = folder.done("plan", "--exit-code")
    assert "No changes" in plan.out
    assert "warning[out-of-rotation]" in plan.err
    assert "zonesync restore b example.com" in plan.err
    assert folder.done("drift").out.startswith("drift: none")
    folder.done("restore", "b", ASIDE, "--yes")
    assert folder.servers("a") == folder.servers("b") == [*A, *B]
    assert folder.standings() == {}


def test_content_of_who_is_out_is_kept_in_step(folder):
    folder.done("evacuate", "b", ASIDE, "--yes")
    folder.zone(ZONE.replace("203.0.113.2", "203.0.113.9"))
    folder.done("apply", "--yes")
    assert "203.0.113.9" in (folder.root / "b/example.com.zone").read_text()
    assert folder.servers("b") == A


def test_one_that_is_down_is_evacuated_all_the_same(folder):
    file = folder.root / "b/example.com.zone"
    before = file.read_bytes()
    file.write_text("@ IN SOA broken")
    found = folder.done("evacuate", "b", ASIDE, "--yes")
    assert "warning[absent-unread]" in found.err
    assert folder.servers("a") == A
    file.write_bytes(before)
    folder.zone(ZONE.replace("203.0.113.2", "203.0.113.9"))
    file.write_text("@ IN SOA broken")
    plan = folder.done("apply", "--yes")
    assert "warning[absent-unread]" in plan.err, "the others go on without it"
    assert "203.0.113.9" in (folder.root / "a/example.com.zone").read_text()
    file.write_bytes(before)
    folder.done("restore", "b", ASIDE, "--yes")
    assert folder.servers("a") == folder.servers("b") == [*A, *B]
    assert "203.0.113.9" in file.read_text()


def test_all_zones_of_a_provider_are_evacuated_and_a_broken_one_keeps_none_back(folder):
    folder.zone(name="example.net")
    folder.zone(ZONE.replace("[a, b]", "[a, c]").replace("b: 2", "c: 2"), name="example.org")
    folder.zone(
        ZONE.replace(LISTS, "nameservers: unmanaged\nallow: [{rule: nameservers-differ, reason: drill}]"),
        "unmanaged.example",
    )
    folder.done("apply", "--yes")
    folder.zone("nonsense: true\n", name="broken.example")
    found = folder.done("evacuate", "b", ASIDE, "--yes", code=3)
    assert folder.servers("a") == folder.servers("a", "example.net") == A
    assert folder.servers("a", "example.org") == [*A, *C]
    assert folder.standings() == {("example.com", "b"): "out", ("example.net", "b"): "out"}
    assert "broken.example" in found.err
    assert "unmanaged.example" in found.err


def test_a_set_that_is_listed_loses_the_names_of_who_is_evacuated(folder):
    listed = "nameservers: [ns1.a.example., ns1.b.example.]"
    folder.zone(ZONE.replace(LISTS, listed))
    folder.done("apply", "--yes")
    folder.done("evacuate", "b", ASIDE, "--yes")
    assert folder.servers("a") == ["ns1.a"]


def test_the_last_provider_is_not_evacuated(folder):
    folder.done("evacuate", "b", ASIDE, "--yes")
    found = folder.done("evacuate", "a", ASIDE, "--yes", code=1)
    assert "without `a`, `b` no name server would be left" in found.err.replace("\n  ", " ")
    assert folder.servers("a") == A


def test_evacuating_twice_is_nothing_to_do_but_by_hand(folder):
    folder.done("evacuate", "b", ASIDE, "--yes")
    head = folder.entries()
    found = folder.done("evacuate", "b", ASIDE)
    assert "by hand" in found.err
    assert folder.entries() == head


def test_joining_brings_the_content_first_and_the_name_servers_last(folder):
    folder.zone(ZONE.replace("[a, b]", "[a, b, c]").replace("b: 2}", "b: 2, c: 2}"))
    found = folder.done("provider", "join", "example.com", "c", ASIDE, "--yes")
    kinds = [line.split(": ")[1] for line in found.out.splitlines() if line.startswith("done ")]
    assert kinds == ["create zone", "content", "every provider has its content", "apex ns", "apex ns"]
    assert folder.servers("a") == folder.servers("c") == [*A, *B, *C]
    assert folder.done("plan", "--exit-code").out.startswith("No changes")


def test_who_is_not_in_the_file_does_not_join(folder):
    found = folder.done("provider", "join", "example.com", "c", ASIDE, "--yes", code=1)
    assert "error[not-listed]" in found.err
    assert "write `providers: [a, b, c]` there" in found.err
    assert folder.servers("c") is None


@pytest.mark.parametrize(
    ("ds", "code"), [(frozenset({b"\x30\x39\x0d\x02" + bytes(32)}), 1), (frozenset(), 0), (None, 0)]
)
def test_who_does_not_sign_joins_no_zone_with_a_ds(folder, monkeypatch, ds, code):
    from zonesync.run.asking import barrier
    from zonesync.run.asking.found import Delegated
    from zonesync.workflow import moving

    parent = Delegated("example.com.", "com.", hosts=("ns1.a.example.",), ttl=300, ds=ds)
    monkeypatch.setattr(moving, "delegated", lambda *_: parent)
    monkeypatch.setattr(barrier, "unserved", lambda *_: [])
    folder.zone(ZONE.replace("[a, b]", "[a, b, c]").replace("b: 2}", "b: 2, c: 2}"))
    found = folder.done("provider", "join", "example.com", "c", "--yes", code=code)
    assert ("error[unsigned-provider]" in found.err) is bool(code)
    assert ("RFC 8901" in found.err) is bool(code)
    assert (folder.servers("c") is None) is bool(code)


def test_nobody_is_sent_to_name_servers_that_do_not_answer(folder, monkeypatch):
    from zonesync.run.asking import barrier
    from zonesync.run.asking.found import Delegated
    from zonesync.workflow import moving

    folder.done("evacuate", "b", ASIDE, "--yes")
    monkeypatch.setattr(moving, "delegated", lambda *_: Delegated("example.com.", "com.", hosts=("ns1.a.example.",)))
    asked = []
    monkeypatch.setattr(barrier, "unserved", lambda *one: asked.append(one) or ["b: ns1.b.example. is silent"])
    found = folder.done("restore", "b", "--yes", "--verify-timeout", "0", code=1)
    assert "its name servers do not answer with its content: b: ns1.b.example. is silent" in " ".join(found.out.split())
    assert folder.servers("a") == A
    assert folder.standings() == {("example.com", "b"): "out"}
    (zone, expected, hosts, _) = asked[0]
    assert (str(zone.id), list(expected), hosts) == ("example.com", ["b"], {"b": ("ns1.b.example.", "ns2.b.example.")})
    monkeypatch.setattr(barrier, "unserved", lambda *_: [])
    folder.done("restore", "b", "--yes", "--verify-timeout", "0")
    assert folder.servers("a") == [*A, *B]


def leave(folder, *more, code):
    return folder.done("provider", "leave", "example.com", "b", ASIDE, "--yes", *more, code=code)


def test_leaving_takes_the_name_servers_waits_and_takes_the_zone_last(folder, monkeypatch):
    from zonesync.workflow import gating

    monkeypatch.setattr(gating.Keeper, "_require_handed_over", lambda *_: None)
    found = leave(folder, code=3)
    assert "WAITING" in found.out
    assert "zonesync provider leave example.com b" in " ".join(found.out.split())
    assert folder.servers("a") == folder.servers("b") == A
    assert folder.standings() == {("example.com", "b"): "leaving"}
    plan = folder.done("plan", "--exit-code")
    assert "warning[provider-left]" in plan.err
    assert leave(folder, code=1).out.count("WAITING") == 1, "two days have not passed"
    folder.rewrite(cleared="2026-01-01T00:00:00Z")
    leave(folder, code=0)
    assert folder.servers("b") is None
    assert folder.standings() == {("example.com", "b"): "left"}
    assert folder.done("plan", "--exit-code").out.startswith("No changes")
    assert "Nothing to do" in leave(folder, code=0).out
    folder.zone(ZONE.replace("[a, b]", "[a]").replace(", b: 2", ""))
    plan = folder.done("plan", "--exit-code")
    assert "provider-left" not in plan.err
    folder.zone()
    folder.done("provider", "join", "example.com", "b", ASIDE, "--yes")
    assert folder.servers("a") == folder.servers("b") == [*A, *B]
    assert folder.standings() == {}


def test_a_delegation_that_nobody_can_see_keeps_the_content(folder, monkeypatch):
    from zonesync.run.asking import barrier

    asked = []
    monkeypatch.setattr(barrier, "delegated", lambda zone, _: asked.append(zone) or UNREACHABLE)
    found = leave(folder, code=3)
    assert asked == ["example.com."]
    assert "--delegation-done" in found.out
    assert folder.servers("b") == A
    again = leave(folder, "--delegation-done", code=1)
    assert asked == ["example.com."]
    assert "until" in again.out


def test_a_parent_that_still_names_who_leaves_keeps_the_content(folder, monkeypatch):
    from zonesync.run.asking import barrier
    from zonesync.run.asking.found import Delegated

    still = Delegated("example.com.", "com.", hosts=("ns1.a.example.", "ns1.b.example."))
    monkeypatch.setattr(barrier, "delegated", lambda *_: still)
    found = leave(folder, code=3)
    assert "the parent still delegates example.com to ns1.b.example." in " ".join(found.out.split())
    assert (
        json.loads((folder.root / ".zonesync/rotation.json").read_text())["zones"]["example.com"]["b"]["cleared"] == ""
    )


def test_a_saved_move_does_what_it_shows_and_no_more(folder):
    folder.done("evacuate", "b", ASIDE, "--out", "plan.json")
    assert folder.servers("a") == [*A, *B]
    folder.done("apply", "plan.json")
    assert folder.servers("a") == A
    assert "done already" in folder.done("apply", "plan.json").out
    start = [entry for entry in folder.entries() if entry["kind"] == "run_start"][-1]
    assert start["move"] == "evacuate b"


def test_a_saved_move_with_one_more_change_is_refused(folder):
    from zonesync.plan import planfile
    from zonesync.plan.plan import Plan

    folder.done("evacuate", "b", ASIDE, "--out", "plan.json")
    file = folder.root / "plan.json"
    plan = planfile.loads(file.read_bytes())
    (rotation,) = [step for step in plan.steps if step.kind == "rotation"]
    more = rotation.model_copy(update={"provider": "a", "hosts": ("ns1.a.example.",)})
    forged = Plan.model_validate({**plan.model_dump(), "steps": [*plan.steps, more]})
    file.write_text(planfile.dumps(planfile.sealed(forged)))
    found = folder.done("apply", "plan.json", code=1)
    assert "plan-unasked" in found.err
    assert folder.servers("a") == [*A, *B]


def test_in_ci_no_saved_plan_moves_a_provider(folder, monkeypatch):
    folder.done("evacuate", "b", ASIDE, "--out", "plan.json")
    monkeypatch.setenv("CI", "true")
    (folder.root / "zonesync.yaml").write_text(CONFIG + "state: {durable: true}\n")
    found = folder.done("apply", "plan.json", code=1)
    assert "error[move-in-ci]" in found.err


def test_a_move_is_taken_back_by_its_own_command(folder):
    folder.done("evacuate", "b", ASIDE, "--yes")
    run = [entry["run"] for entry in folder.entries() if entry["kind"] == "run_start"][-1]
    assert "to evacuate b" in folder.done("audit", "show", run).out
    assert ", to evacuate b" in " ".join(folder.done("audit", "log").out.split())
    found = folder.done("rollback", run, "--yes", code=1)
    assert "error[rollback-of-move]" in found.err
    assert "`zonesync restore b`" in " ".join(found.err.split())
    assert folder.servers("a") == A


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("evacuate", "d"), "no provider `d`"),
        (("evacuate", "c", "example.com"), "does not put `example.com` at `c`"),
        (("evacuate", "b", "example.invalid"), "no file describes the zone"),
        (("restore", "b", "--verify-timeout", "soon"), "is no time"),
        (("provider", "join", "example.com", "c", "--root-hints", "nowhere"), "root hints"),
    ],
)
def test_what_cannot_be_meant_is_refused_in_words(folder, arguments, words):
    found = folder.run(*arguments, *([] if "--root-hints" in arguments else [ASIDE]), "--yes")
    assert found.code in {1, 64}
    assert words in " ".join(found.err.split())


def test_nobody_is_evacuated_where_the_record_cannot_be_read(folder):
    (folder.root / ".zonesync/rotation.json").write_text("{")
    found = folder.done("evacuate", "b", ASIDE, "--yes", code=1)
    assert "rotation.json" in found.err
    plan = folder.run("plan")
    assert "warning[rotation-unread]" in plan.err


class _Unreachable:
    rule, problem, hosts, parent, ttl, ds = "parent-unreachable", "no answer", (), "", None, None


UNREACHABLE = _Unreachable()
