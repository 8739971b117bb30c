"""`policy:` in the configuration: what is read, and what is wrong with it, each at its place."""

import json
import warnings
from datetime import date, datetime

import pytest
import yaml

from zonesync.findings import Place
from zonesync.load import load_config, schema
from zonesync.load.policy import WeekTime

WHOLE = """\
policy:
  - id: mail-hosts
    message: mail is the mail team's
    allow: yes
    protect: {names: ["@", "*._domainkey"], types: [mx, TXT], zones: example.com, actions: delete}
  - id: owners
    message: ask who owns it
    owners:
      teams: {dns: [Alice, "@bob"], "@acme/mail": carol@example.com}
      entries:
        - {paths: [zones/**], by: dns}
        - {names: ["@"], types: MX, by: ["@acme/mail"]}
  - {id: xmas, message: nobody is there, freeze: {from: 2026-12-19, until: 2027-01-03T12:00, zones: "*.com"}}
  - {id: weekend, message: go home, freeze: {from: fri 16:00, until: mon 08:00, time_zone: Europe/Amsterdam}}
  - {id: slow, message: lower its TTL, max_ttl_before_change: {ttl: 5m, types: [A, AAAA]}}
  - {id: clean, message: two and tidy, require: {lint: clean, providers: 2}}
"""
ONE = "policy: [{{id: p, message: m, {}}}]"
MARKED = "policy: [»{{id: p, message: m, {}}}]"


def load(tmp_path, text):
    (tmp_path / "zonesync.yaml").write_text(text)
    return load_config(tmp_path / "zonesync.yaml")


def test_a_policy_is_read_as_it_is_written(tmp_path):
    config, findings = load(tmp_path, WHOLE)

    assert findings == []
    protect, owners, xmas, weekend, slow, clean = config.policy
    assert [rule.allow for rule in config.policy] == [True, False, False, False, False, False]
    assert protect.message == "mail is the mail team's"
    assert (protect.protect.names, protect.protect.types) == (("@", "*._domainkey"), ("MX", "TXT"))
    assert (protect.protect.zones, protect.protect.actions) == (("example.com",), ("delete",))
    assert owners.owners.members() == {"dns": ("alice", "bob"), "acme/mail": ("carol@example.com",)}
    assert [entry.by for entry in owners.owners.entries] == [("dns",), ("acme/mail",)]
    assert owners.owners.entries[0].paths == ("zones/**",)
    assert (xmas.freeze.begin, xmas.freeze.until) == (date(2026, 12, 19), datetime.fromisoformat("2027-01-03T12:00"))
    assert (weekend.freeze.begin, weekend.freeze.until) == (WeekTime(4, 960), WeekTime(0, 480))
    assert weekend.freeze.time_zone.key == "Europe/Amsterdam"
    assert (slow.max_ttl_before_change.ttl, slow.max_ttl_before_change.types) == (300, ("A", "AAAA"))
    assert (clean.require.lint, clean.require.providers) == ("clean", 2)
    assert config.policy_places["xmas"] == Place("zonesync.yaml", 13, 10)


def test_without_one_there_is_none(tmp_path):
    config, findings = load(tmp_path, "providers: {a: {type: bind}}")
    assert (config.policy, findings) == ((), [])


@pytest.mark.parametrize(
    ("text", "message", "advice"),
    [
        (ONE.format("»x: 1"), "`x` is no key of `policy`", ""),
        (ONE.format("»protct: {}"), "`protct` is no key of `policy`", "did you mean `protect`?"),
        (MARKED.format("allow: no"), "the policy `p` says nothing", "give it one of `protect`, `owners`, `freeze`"),
        (MARKED.format("protect: {}, require: {lint: clean}"), "the policy `p` has `protect` and `require`", "give"),
        (ONE.format("allow: »maybe, protect: {}"), "`maybe` is neither `true` nor `false`", ""),
        ("policy: [{id: »No, message: m, protect: {}}]", "`id` is `No`", ""),
        ("policy: [{id: »a@b, message: m, protect: {}}]", "`id` is `a@b`", ""),
        ("policy: [»{id: p, protect: {}}]", "`message` is missing", "add `message:`"),
        ("policy: [»{message: m, protect: {}}]", "`id` is missing", "add `id:`"),
        ("policy: »{id: p}", "`policy` is a list", "write `policy: [...]`"),
        (
            "policy:\n- {id: p, message: m, protect: {}}\n- {id: »p, message: n, protect: {}}",
            "the policy `p` is there twice",
            "give one another id",
        ),
        (ONE.format("protect: {types: [A, »BOGUS]}"), "`BOGUS` is no record type", ""),
        (ONE.format("protect: {types: »'A, MX'}"), "`A, MX` is no record type", ""),
        (ONE.format("protect: {names: [»'a b']}"), "`a b` is no name", ""),
        (ONE.format("protect: {names: [»'']}"), "`` is no name", ""),
        (ONE.format("protect: {names: [»'bü*']}"), "`bü*` is part of a U-label", ""),
        (ONE.format("protect: {»action: delete}"), "`action` is no key of `protect`", "did you mean `actions`?"),
        (ONE.format("protect: {actions: »remove}"), "`actions` is `remove`", ""),
        (ONE.format("owners: {entries: »[]}"), "`entries` is empty", ""),
        (ONE.format("owners: {entries: [»{zones: a}]}"), "`by` is missing", "add `by:`"),
        (ONE.format("owners: {entries: [{by: [»'@']}]}"), "`@` is nobody", ""),
        (ONE.format("owners: {entries: [{by: »acme/dns}]}"), "`acme/dns` is no team of this rule", "list who is in it"),
        (ONE.format("owners: {entries: [{paths: »../x, by: a}]}"), "`../x` is no path", ""),
        (
            ONE.format("owners: {entries: [{paths: »./zones/a.yaml, by: a}]}"),
            "`./zones/a.yaml` is no path",
            "",
        ),
        (
            ONE.format("owners: {entries: [{paths: »zones//a.yaml, by: a}]}"),
            "`zones//a.yaml` is no path",
            "",
        ),
        (
            ONE.format("owners: {entries: [{paths: »'!zones/a.yaml', by: a}]}"),
            "`!zones/a.yaml` is no path",
            "",
        ),
        (
            ONE.format("owners: {teams: {dns: [a], »DNS: [b]}, entries: [{by: dns}]}"),
            "the team `dns` is there twice",
            "put everybody into one",
        ),
        (ONE.format("freeze: »{from: 2026-12-19}"), "`until` is missing", "add `until:`"),
        (ONE.format("freeze: {»form: 2026-12-19, until: 2026-12-20}"), "`form` is no key", "did you mean `from`?"),
        (ONE.format("freeze: »{from: 2026-12-19, until: 2026-12-18}"), "`until` comes before `from`", ""),
        (ONE.format("freeze: {from: »2026-02-30, until: 2026-12-18}"), "`2026-02-30` is no time", ""),
        (ONE.format("freeze: {from: »fri, until: mon 08:00}"), "`fri` is no time", ""),
        (ONE.format("freeze: {from: »fri 25:00, until: mon 08:00}"), "`fri 25:00` is no time", ""),
        (ONE.format("freeze: {from: »fri 24:30, until: mon 08:00}"), "`fri 24:30` is no time", ""),
        (ONE.format("freeze: {from: »20261219, until: 2026-12-20}"), "`20261219` is no time", ""),
        (ONE.format("freeze: {from: »2026-W51, until: 2026-12-20}"), "`2026-W51` is no time", ""),
        (ONE.format("freeze: {from: »monthly 16:00, until: tue 16:00}"), "`monthly 16:00` is no time", ""),
        (ONE.format("freeze: {from: 2026-12-19, until: »9999-12-31}"), "`9999-12-31` is no time", ""),
        (ONE.format("freeze: {from: »0001-01-01, until: 2026-12-20}"), "`0001-01-01` is no time", ""),
        (ONE.format("freeze: »{from: fri 16:00, until: 2026-12-18}"), "`from` and `until` are of one form", ""),
        (ONE.format("freeze: »{from: fri 16:00, until: fri 16:00}"), "a week from `fri 16:00` to itself", ""),
        (ONE.format("freeze: {from: fri 1:00, until: mon 8:00, time_zone: »X/Y}"), "`X/Y` is no time zone", ""),
        (ONE.format("freeze: {from: fri 1:00, until: mon 8:00, time_zone: »Europe}"), "`Europe` is no time zone", ""),
        (ONE.format("freeze: {from: fri 1:00, until: mon 8:00, time_zone: »../a}"), "`../a` is no time zone", ""),
        (ONE.format("max_ttl_before_change: »{types: A}"), "`ttl` is missing", "add `ttl:`"),
        (ONE.format("max_ttl_before_change: {ttl: »soon}"), "`soon` is no TTL", ""),
        (ONE.format("require: »{}"), "the policy `p` requires nothing", "write `lint: clean`"),
        (ONE.format("require: {lint: »dirty}"), "`lint` is `dirty`", ""),
        (ONE.format("require: {providers: »0}"), "`providers` is `0`", ""),
    ],
)
def test_what_is_wrong_is_told_at_its_place_and_refuses_the_configuration(tmp_path, text, message, advice):
    before = text.partition("»")[0]
    config, findings = load(tmp_path, text.replace("»", ""))

    assert config is None
    found = next(finding for finding in findings if message in finding.message)
    assert found.place == Place("zonesync.yaml", before.count("\n") + 1, len(before.rpartition("\n")[2]) + 1)
    assert advice in found.help


@pytest.mark.parametrize(
    "text", [ONE.format("protect: {actions: remove}"), ONE.format("owners: {entries: [{by: alice, path: a}]}")]
)
def test_a_list_of_which_an_item_is_wrong_is_not_said_to_be_empty(tmp_path, text):
    _, findings = load(tmp_path, text)
    assert len(findings) == 1


@pytest.mark.parametrize(
    ("written", "day"), [("fri 16:00", 4), ("Friday 16:00", 4), ("tues 16:00", 1), ("THURS 16:00", 3), ("sun 16:00", 6)]
)
def test_a_weekday_is_written_short_or_whole(tmp_path, written, day):
    config, findings = load(tmp_path, ONE.format(f"freeze: {{from: {written}, until: mon 8:00}}").replace("{{", "{"))
    assert findings == []
    assert config.policy[0].freeze.begin == WeekTime(day, 960)


def test_the_schema_agrees_with_the_loader(tmp_path):
    jsonschema = pytest.importorskip("jsonschema")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        made = schema("config")
    jsonschema.Draft202012Validator.check_schema(made)
    validator = jsonschema.Draft202012Validator(made)

    def is_valid(text):
        # an editor's YAML 1.2 knows no dates
        return validator.is_valid(json.loads(json.dumps(yaml.safe_load(text), default=str)))

    assert is_valid(WHOLE)
    assert "from" in made["$defs"]["FreezeShape"]["properties"]
    for wrong in ("x: 1", "protect: {name: a}", "require: {lint: dirty}", "freeze: {begin: fri 1:00, until: fri 2:00}"):
        assert not is_valid(ONE.format(wrong))
        assert load(tmp_path, ONE.format(wrong))[0] is None
