"""Findings as SARIF, held against the schema of the standard."""

import json
from functools import cache

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.hostile_texts import TEXTS
from tests.support.missing import missing
from tests.support.node import PACKAGES
from zonesync.findings import Finding, Place, Severity
from zonesync.lint import RULES
from zonesync.views import sarif

SCHEMA = PACKAGES / "@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json"


@cache
def checker():
    """Return what holds a log against the schema, which a package for node has."""
    if not SCHEMA.is_file():
        missing("the schema of SARIF is not there; `make node` installs it")
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    return jsonschema.Draft7Validator(schema, format_checker=jsonschema.Draft7Validator.FORMAT_CHECKER)


def run_of(*found):
    (run,) = sarif.data(found)["runs"]
    return run


def finding(message="`x` is bad", file="zones/a.yaml", **more):
    return Finding("low-ttl", Severity.WARNING, message, Place(file, 9, 4), **more)


def test_a_result_names_its_rule_line_column_zone_and_subject():
    (result,) = run_of(finding(zone="a.example", provider="aws", name="www.a.example.", type="A", help="do"))["results"]
    assert len(result.pop("partialFingerprints")["zonesync/v1"]) == 64
    assert result == {
        "ruleId": "low-ttl",
        "ruleIndex": 0,
        "level": "warning",
        "message": {"text": "`x` is bad\nhelp: do"},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": "zones/a.yaml", "uriBaseId": "%SRCROOT%"},
                    "region": {"startLine": 9, "startColumn": 4},
                },
                "logicalLocations": [{"fullyQualifiedName": "a.example", "kind": "module"}],
            }
        ],
        "properties": {"zone": "a.example", "provider": "aws", "name": "www.a.example.", "type": "A"},
    }


def test_columns_are_counted_as_the_loader_counts_them():
    assert run_of()["columnKind"] == "unicodeCodePoints"


@pytest.mark.source
def test_every_lint_rule_brings_its_page_and_the_schema_takes_it():
    found = [Finding(rule.id, rule.severity, "bad", Place("a.yaml", 1, 1)) for rule in RULES.values()]
    log = sarif.data([*found, *found])
    rules = log["runs"][0]["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == list(RULES)
    for rule, known in zip(rules, RULES.values(), strict=True):
        assert rule["shortDescription"]["text"] == known.title
        for text in (known.why, known.bad, known.good, known.fix, known.reference):
            assert text in rule["help"]["markdown"]
    checker().validate(log)


def test_a_rule_that_is_no_lint_rule_is_described_by_its_name():
    (rule,) = run_of(Finding("policy:no-friday", Severity.INFO, "not on a Friday"))["tool"]["driver"]["rules"]
    assert rule["shortDescription"] == {"text": "policy: no friday"}
    assert rule["defaultConfiguration"] == {"level": "note"}


def test_results_point_at_their_rules():
    run = run_of(*(Finding(rule, Severity.ERROR, f"{n}") for n, rule in enumerate(["b", "a", "b", "c"])))
    rules = run["tool"]["driver"]["rules"]
    assert [rules[result["ruleIndex"]]["id"] for result in run["results"]] == ["b", "a", "b", "c"]


@pytest.mark.parametrize(
    ("file", "location"),
    [
        ("zones/a b#c?.yaml", {"uri": "zones/a%20b%23c%3F.yaml", "uriBaseId": "%SRCROOT%"}),
        ("zones/é.yaml", {"uri": "zones/%C3%A9.yaml", "uriBaseId": "%SRCROOT%"}),
        ("zones/\udce9.yaml", {"uri": "zones/%E9.yaml", "uriBaseId": "%SRCROOT%"}),
        ("javascript:x", {"uri": "javascript%3Ax", "uriBaseId": "%SRCROOT%"}),
        ("/etc/zones/a.yaml", {"uri": "file:///etc/zones/a.yaml"}),
    ],
)
def test_a_file_is_named_as_a_uri(file, location):
    (result,) = run_of(finding(file=file))["results"]
    assert result["locations"][0]["physicalLocation"]["artifactLocation"] == location


def test_a_finding_without_a_place_is_shown_on_the_configuration():
    log = sarif.data([Finding("no-zones", Severity.ERROR, "nothing there")], "dns/zonesync.yaml")
    (location,) = log["runs"][0]["results"][0]["locations"]
    assert location["physicalLocation"]["artifactLocation"]["uri"] == "dns/zonesync.yaml"
    assert location["physicalLocation"]["region"]["startLine"] == 1


@pytest.mark.parametrize(
    ("message", "shown"),
    [
        ("see [x](https://evil.test)", "see \\[x\\](https://evil.test)"),
        ("a \\[x](1)", "a \\\\\\[x\\](1)"),
        ("`MX: [10 mail]`", "`MX: [10 mail]`"),
        ("a\x1b[31mb\u202ec", "a\\x1b[31mb\\u202ec"),
    ],
)
def test_a_message_holds_no_link_and_steers_no_terminal(message, shown):
    (result,) = run_of(finding(message))["results"]
    assert result["message"] == {"text": shown}


@pytest.mark.source
def test_nothing_found_is_a_log_of_one_run():
    log = sarif.data([])
    assert log["runs"][0]["results"] == []
    checker().validate(log)


texts = st.text(st.characters(codec=None), max_size=20) | st.sampled_from(TEXTS)
findings = st.builds(
    Finding,
    rule=st.sampled_from(["low-ttl", "bad-value", "policy:x"]),
    severity=st.sampled_from(Severity),
    message=texts,
    place=st.none() | st.builds(Place, texts.filter(bool), st.integers(1, 10**6), st.integers(1, 10**6)),
    help=texts,
    zone=texts,
    name=texts,
)


@pytest.mark.source
@given(st.lists(findings, max_size=5))
def test_the_schema_takes_whatever_is_found(found):
    log = sarif.data(found)
    checker().validate(json.loads(json.dumps(log)))
    assert len(log["runs"][0]["results"]) == len(set(found))
