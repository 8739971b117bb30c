"""The policy of a configuration through the command line: plan, apply, rollback, drift, and providers that move."""

import json
import re

import pytest

from tests.cli.test_moving import CONFIG, ZONE
from zonesync.plan import digest

PROTECT = "{id: web, message: the web is the shop's, protect: {names: www, types: A}}"
WAIVABLE = PROTECT.replace("message:", "allow: true, message:")
FROZEN = "{id: frozen, message: nobody is there, freeze: {from: 2026-01-01, until: 9998-12-31}}"
OWNERS = "{id: owners, message: ask, owners: {entries: [{names: www, by: alice}]}}"


class Shop:
    """A zone at two providers, applied, and then edited: `www` has another address, `new` is new."""

    def __init__(self, root, run):
        self.root, self.run = root, run
        (root / "zones").mkdir()
        self.policy()
        self.zone(ZONE)
        self.done("apply", "--yes")
        self.zone(ZONE.replace("203.0.113.2", "203.0.113.3").replace("lint:", "  new: {A: 203.0.113.4}\nlint:"))

    def policy(self, *rules):
        (self.root / "zonesync.yaml").write_text(f"{CONFIG}policy: [{', '.join(rules)}]\n")

    def zone(self, text):
        (self.root / "zones/example.com.yaml").write_text(text)

    def done(self, *arguments, code=0):
        found = self.run(*arguments)
        assert found.code == code, found.out + found.err
        return found

    def save(self, *arguments, code=0):
        return self.done("plan", "--out", "plan.json", *arguments, code=code)

    def saved(self):
        return json.loads((self.root / "plan.json").read_text())

    def served(self):
        return {
            str(path): path.read_bytes() for name in "ab" for path in (self.root / name).glob("*") if path.is_file()
        }

    def refuses(self, *arguments):
        """Carry out what is refused, and return what is said of it; nothing has changed then."""
        before = self.served()
        found = self.done(*arguments, code=1)
        assert self.served() == before
        return " ".join((found.out + found.err).split())


@pytest.fixture
def shop(tmp_path, monkeypatch, run):
    for name in ("CI", "GITHUB_ACTOR", "GITLAB_USER_LOGIN", "NO_COLOR", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    return Shop(tmp_path, run)


def test_what_is_protected_refuses_the_plan_and_what_it_was_saved_as(shop):
    shop.policy(PROTECT)

    said = shop.save(code=1).err
    assert "error[policy:web]: the web is the shop's: `www.example.com. A` would change" in said
    assert "zones/example.com.yaml:5:" in said
    assert "the policy `web` lets nobody waive it" in said
    assert said.count("policy:web") == 1
    assert "plan-refused" in shop.refuses("apply", "plan.json")
    assert "policy:web" in shop.refuses("apply", "--yes")


def test_a_policy_is_waived_only_where_it_says_so(shop):
    shop.policy(PROTECT)
    waiver = ("--allow", "policy:web@example.com")
    assert "the policy does not say `allow: true`" in shop.done("plan", *waiver, code=64).err
    assert "did you mean `policy:web`?" in shop.done("plan", "--allow", "policy:wbe@example.com", code=64).err

    shop.policy(WAIVABLE)
    assert "if that is meant, say `plan --allow policy:web@example.com`" in shop.done("plan", code=1).err
    assert "allowed[policy:web]" in shop.save(*waiver).err
    assert shop.saved()["allowances"] == [{"rule": "policy:web", "zone": "example.com"}]
    done = shop.done("apply", "plan.json")
    assert "ALLOWED by the plan file: policy:web@example.com" in done.out
    assert b"203.0.113.3" in (shop.root / "a/example.com.zone").read_bytes()


def test_a_waiver_that_is_none_any_more_waives_nothing(shop):
    shop.policy(WAIVABLE)
    shop.save("--allow", "policy:web@example.com")

    shop.policy(PROTECT)
    said = shop.refuses("apply", "plan.json")
    assert "error[plan-refused-now]: planned now, it is refused by `policy:web`: the web is the shop's" in said


def test_an_allowance_written_into_a_plan_file_waives_nothing(shop):
    shop.save()
    data = shop.saved()
    data["allowances"] = [{"rule": "policy:web", "zone": "example.com"}]
    data.pop("digest")
    data["digest"] = digest.of_data(data)
    (shop.root / "plan.json").write_text(json.dumps(data))

    shop.policy(PROTECT)
    assert "refused by `policy:web`" in shop.refuses("apply", "plan.json")
    assert "refused by `policy:web`" in shop.refuses("apply", "plan.json", "--plan-only")


def test_only_limits_and_policies_are_allowed_at_all(shop):
    said = shop.done("plan", "--allow", "nobody-left@example.com", code=64).err
    assert "`nobody-left` cannot be allowed on the command line" in said


def test_a_rollback_that_somebody_has_added_to_is_held_against_the_policy_as_it_is(shop):
    run = re.search(r"^run (\S+)$", shop.done("apply", "--yes").out, re.MULTILINE)[1]
    shop.done("rollback", run, "--out", "plan.json")
    data = shop.saved()
    step = next(step for step in data["steps"] if step["changes"])
    before = {"name": "example.com.", "type": "A", "ttl": 3600, "rdatas": ["203.0.113.1"]}
    step["changes"].append({"before": before, "after": None, "why": ""})
    data.pop("digest")
    data["digest"] = digest.of_data(data)
    (shop.root / "plan.json").write_text(json.dumps(data))

    shop.policy(PROTECT.replace("names: www", "names: '@'"))
    assert "`example.com. A` would be deleted" in shop.refuses("apply", "plan.json", "--plan-only")


def test_a_saved_plan_is_refused_once_the_policy_refuses(shop):
    shop.save()

    for rules in ((FROZEN,), (PROTECT, FROZEN)):
        shop.policy(*rules)
        said = shop.refuses("apply", "plan.json")
        assert said.count("error[plan-refused-now]") == len(rules)
    shop.policy()
    shop.done("apply", "plan.json")
    shop.policy(FROZEN)
    assert "Nothing to do: everything in the plan is done already." in shop.done("apply", "plan.json").out


def test_what_others_have_edited_since_is_none_of_the_plan(shop):
    shop.zone(ZONE.replace("lint:", "  new: {A: 203.0.113.4}\nlint:"))
    shop.policy(PROTECT)
    shop.save()
    for name in "ab":
        file = shop.root / name / "example.com.zone"
        file.write_text(file.read_text().replace("203.0.113.2", "203.0.113.66"))

    assert "policy:web" in shop.done("plan", code=1).err
    shop.done("apply", "plan.json")
    assert b"203.0.113.66" in (shop.root / "a/example.com.zone").read_bytes()


def test_who_applies_is_to_be_an_owner_too(shop, monkeypatch):
    shop.policy(OWNERS)
    monkeypatch.setenv("GITHUB_ACTOR", "Alice")
    shop.save()

    monkeypatch.setenv("GITHUB_ACTOR", "mallory")
    assert "`www.example.com. A` belongs to `alice`, and not to `mallory`" in shop.refuses("apply", "plan.json")
    monkeypatch.delenv("GITHUB_ACTOR")
    monkeypatch.setenv("GITLAB_USER_LOGIN", "alice")
    shop.done("apply", "plan.json")


def test_a_zone_file_waives_no_policy(shop):
    shop.policy(PROTECT)
    text = (
        (shop.root / "zones/example.com.yaml").read_text().replace("lint: {ignore: [", "lint: {ignore: ['policy:web', ")
    )
    shop.zone(f"{text}allow: [{{rule: 'policy:web', reason: me}}]\n")

    assert "error[policy:web]" in shop.done("plan", code=1).err


def test_drift_is_drift_in_a_freeze(shop):
    shop.policy(FROZEN, PROTECT)

    found = shop.done("drift", code=2)
    assert "policy:" not in found.out + found.err
    assert "cannot be applied" not in found.err


def test_a_rollback_is_held_against_the_policy(shop):
    run = re.search(r"^run (\S+)$", shop.done("apply", "--yes").out, re.MULTILINE)[1]

    shop.policy(WAIVABLE, FROZEN.replace("message:", "allow: yes, message:"))
    said = shop.refuses("rollback", run, "--yes")
    assert "say `rollback --allow policy:web@example.com`" in said
    waivers = [word for rule in ("web", "frozen") for word in ("--allow", f"policy:{rule}@example.com")]
    assert "does not say `allow: true`" not in shop.done("rollback", run, "--out", "back.json", *waivers).err
    shop.policy(PROTECT, FROZEN)
    assert shop.refuses("apply", "back.json").count("error[plan-refused-now]") == 2
    assert "nobody waives it" in shop.done("rollback", run, "--yes", *waivers, code=64).err


def test_an_outage_does_not_wait_for_the_end_of_a_freeze(shop):
    shop.zone(ZONE)
    shop.policy(FROZEN, "{id: ns, message: no, protect: {types: NS}}")

    shop.done("evacuate", "a", "--no-verify", "--yes")
    shop.done("restore", "a", "--no-verify", "--yes")
    shop.zone(ZONE.replace("[a, b]", "[a, b, c]").replace("b: 2}", "b: 2, c: 2}"))
    said = shop.refuses("provider", "join", "example.com", "c", "--no-verify", "--yes")
    assert "error[policy:frozen]: nobody is there: `example.com` is frozen until 9999-01-01 00:00 UTC" in said

    shop.policy()
    shop.done("provider", "join", "example.com", "c", "--no-verify", "--out", "join.json")
    shop.policy(FROZEN.replace("message:", "allow: yes, message:"))
    assert "refused by `policy:frozen`" in shop.refuses("apply", "join.json")
    waiver = ("--allow", "policy:frozen@example.com")
    shop.done("provider", "join", "example.com", "c", "--no-verify", "--yes", *waiver)
    assert (shop.root / "c/example.com.zone").exists()


def test_a_ttl_is_lowered_by_a_plan_of_its_own(shop):
    shop.policy("{id: slow, message: too soon, max_ttl_before_change: {ttl: 5m, types: A}}")
    assert "too soon: `www.example.com. A` has a TTL of 1h, the limit is 5m" in shop.refuses("apply", "--yes")

    low = ZONE.replace("www: {A: 203.0.113.2}", "www: {A: {ttl: 5m, values: 203.0.113.2}}")
    shop.zone(low)
    shop.done("apply", "--yes")
    shop.zone(low.replace("203.0.113.2}", "203.0.113.3}"))
    shop.done("apply", "--yes")


def test_what_a_policy_and_its_actor_say_is_disarmed(shop, monkeypatch):
    monkeypatch.setenv("GITHUB_ACTOR", "eve\x1b[2J\u202e\n::set-output name=x::y")
    shop.policy(OWNERS.replace("message: ask", 'message: "\\e[31mred"'))
    found = shop.done("plan", code=1)

    assert "red: `www.example.com. A` belongs to `alice`" in " ".join(found.err.split())
    assert "\x1b" not in found.out + found.err
    assert "\u202e" not in found.out + found.err
    assert not re.search(r"^\s*::", found.out + found.err, re.MULTILINE)


def test_a_rule_that_matches_nothing_is_told(shop):
    shop.policy(
        "{id: a, message: m, protect: {zones: [exmaple.com, '*.net', '*.com'], names: [www.example.com, www]}}",
        "{id: b, message: m, freeze: {from: fri 16:00, until: fri 16:01, zones: example.com@inside}}",
    )
    said = shop.done("validate").out
    said = " ".join(said.split())

    assert said.count("warning[policy-without-effect]") == 4
    assert "the policy `a` is about `exmaple.com`, and no file describes such a zone --> zonesync.yaml:6:15" in said
    assert "did you mean `example.com`?" in said
    assert "the policy `a` is about `*.net`" in said
    assert "`www.example.com` in the policy `a` matches no names but those like `www.example.com.example.com.`" in said
    assert "the policy `b` is about `example.com@inside`" in said


def test_a_path_that_no_zone_is_read_from_is_told(shop):
    paths = "[zone/, zones/exmaple.com.yaml, zones/, '*.yaml', zones/example.com.yaml]"
    shop.policy(f"{{id: a, message: m, owners: {{entries: [{{paths: {paths}, by: [kim]}}]}}}}")
    said = " ".join(shop.done("validate").out.split())
    assert said.count("warning[policy-without-effect]") == 2
    assert "the policy `a` is about `zone/`, and no zone is read from there" in said
    assert "did you mean `zones/example.com.yaml`?" in said
    (shop.root / "zones/broken.com.yaml").write_text("include: [parts/mail.yaml]\nrecords: [")
    assert "no zone is read from there" not in " ".join(shop.done("validate", code=1).out.split())
