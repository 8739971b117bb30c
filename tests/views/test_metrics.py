"""Both forms of the run summary are read back by other people's readers, whatever names are in it."""

import json
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from prometheus_client.parser import text_string_to_metric_families

from tests.support.examples import examples
from zonesync.run.summary import (
    BOUNDS,
    Asked,
    Changes,
    Drift,
    Durations,
    Findings,
    Looked,
    Phase,
    Requests,
    Summary,
)
from zonesync.views import metrics_json, metrics_prom
from zonesync.views.plain import clean

TREE = Path(__file__).resolve().parents[2]
FULL = Summary(
    command="apply",
    project="acme-dns",
    version="1.2.3",
    started=1795305784.25,
    seconds=12.5,
    exit_code=3,
    phases=(Phase("apply", 4.0), Phase("plan", 8.25)),
    zones=(Looked("aws", 3, 1),),
    planned=(Changes("example.com", "aws", "create", "planned", 2),),
    changes=(
        Changes("example.com", "aws", "create", "applied", 1),
        Changes("example.com", "aws", "create", "not-done", 1),
    ),
    drift=(Drift("example.com", "aws", "changed-outside", 4),),
    findings=(Findings("warning", "low-ttl", 2),),
    calls=(Asked("aws", 4, 1, 1, 0.5),),
    requests=(
        Requests("aws", "example.com", "List", "2xx", 3, 0.75, 10, 4200),
        Requests("aws", "", "x", "ok", 1, 0.1, 0, 0),
    ),
    durations=(Durations("aws", "List", tuple(min(number, 3) for number in range(len(BOUNDS) + 1)), 0.75),),
)
EMPTY = Summary("plan", "", "1.2.3", 0.0, 0.0, 1)


def families(summary):
    return {one.name: one for one in text_string_to_metric_families(metrics_prom.text(summary))}


def samples(summary):
    found = [one for family in families(summary).values() for one in family.samples]
    labelled = {(one.name, *sorted(one.labels.items())): one.value for one in found}
    assert len(labelled) == len(found), "no series comes twice"
    return labelled


def value(name, summary=FULL, **labels):
    own = {"command": summary.command, "project": summary.project}
    return samples(summary)[(name, *sorted((own | labels).items()))]


@pytest.mark.parametrize("summary", [FULL, EMPTY], ids=["full", "empty"])
def test_prometheus_reads_every_family_with_its_type_and_help(summary):
    found = families(summary)
    text = metrics_prom.text(summary)
    assert text.endswith("\n")
    for name, one in found.items():
        assert name.startswith("zonesync_")
        assert one.type in {"gauge", "counter", "histogram"}
        assert one.documentation.endswith(".")
        assert all(sample.labels["command"] == summary.command for sample in one.samples)
    assert text.count("# HELP") == text.count("# TYPE") == len(found)


def test_every_family_is_there_in_a_run_that_did_everything():
    names = {f"zonesync_{one.name.removesuffix('_total')}" for one in metrics_prom.FAMILIES}
    assert set(families(FULL)) == names


def test_counters_end_in_total_and_units_are_base_units():
    for one in metrics_prom.FAMILIES:
        assert one.name.endswith("_total") is (one.type == "counter"), one.name
        for unit in ("milli", "_ms", "kilo", "minutes", "octets"):
            assert unit not in one.name


def test_the_values_are_those_of_the_summary():
    assert value("zonesync_run_start_time_seconds") == 1795305784.25
    assert value("zonesync_run_exit_code") == 3
    assert value("zonesync_run_phase_duration_seconds", phase="plan") == 8.25
    assert value("zonesync_zones_unread", provider="aws") == 1
    assert value("zonesync_changes_total", zone="example.com", provider="aws", action="create", outcome="not-done") == 1
    assert value("zonesync_drift_items", zone="example.com", provider="aws", kind="changed-outside") == 4
    request = {"provider": "aws", "zone": "example.com", "operation": "List", "status": "2xx"}
    assert value("zonesync_requests_total", **request) == 3
    assert value("zonesync_request_received_bytes_total", **request) == 4200
    assert value("zonesync_request_wait_seconds_total", provider="aws") == 0.5
    assert value("zonesync_findings", severity="warning", rule="low-ttl") == 2


def test_a_histogram_ends_with_all_of_its_requests():
    of = {"provider": "aws", "operation": "List"}
    assert value("zonesync_request_duration_seconds_bucket", **of, le="+Inf") == 3
    assert value("zonesync_request_duration_seconds_count", **of) == 3
    assert value("zonesync_request_duration_seconds_sum", **of) == 0.75
    assert value("zonesync_request_duration_seconds_bucket", **of, le="0.005") == 0


def test_files_of_several_commands_and_projects_have_no_series_in_common():
    """The collector reads all of a folder, and refuses what comes twice."""
    found = [
        set(samples(replace(FULL, command=command, project=project)))
        for command in ("plan", "apply")
        for project in ("acme", "other")
    ]
    assert len(set.union(*found)) == sum(map(len, found))


ODD = st.text(st.characters(codec=None), max_size=12) | st.sampled_from(
    ['a"b', "a\\", "a\nb", "\\n", '"} 1\nzonesync_evil{x="', "\x1b[31m", "\x00", "\r\n", "\u202e", "ü", "\ud800", ""]
)


@settings(examples(200))
@given(zone=ODD, rule=ODD, provider=ODD, operation=ODD, project=ODD)
def test_hostile_names_stay_in_their_labels(zone, rule, provider, operation, project):
    summary = replace(
        FULL,
        project=project,
        planned=(Changes(zone, provider, "create", "planned", 7),),
        findings=(Findings("error", rule, 5),),
        requests=(Requests(provider, zone, operation, "2xx", 9, 0.1, 0, 0),),
    )
    text = metrics_prom.text(summary)
    assert text.count("\n") == metrics_prom.text(FULL).count("\n") - 3
    assert all(char == "\n" or char.isprintable() for char in text)
    text.encode()
    found = {one.name: one.samples for one in text_string_to_metric_families(text)}
    labels = found["zonesync_planned_changes"][0].labels
    assert (labels["zone"], labels["provider"], labels["project"]) == (clean(zone), clean(provider), clean(project))
    assert found["zonesync_findings"][0].labels["rule"] == clean(rule)
    assert found["zonesync_requests"][0].labels["operation"] == clean(operation)
    assert found["zonesync_requests"][0].value == 9


@settings(examples(60))
@given(name=ODD)
def test_hostile_names_in_json_come_back_as_they_were(name):
    text = metrics_json.text(replace(FULL, project=name, findings=(Findings("error", name, 1),)))
    assert text.isascii()
    assert all(char == "\n" or char.isprintable() for char in text)
    data = json.loads(text)
    assert (data["project"], data["findings"][0]["rule"]) == (name, name)
    jsonschema.validate(data, metrics_json.schema())


@pytest.mark.parametrize("summary", [FULL, EMPTY], ids=["full", "empty"])
def test_the_json_is_as_its_schema_says_and_the_schema_says_everything(summary):
    data = json.loads(metrics_json.text(summary))
    schema = metrics_json.schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(data, schema, format_checker=jsonschema.FormatChecker())
    assert set(data) == set(schema["required"]) == set(schema["properties"])
    for name, part in schema["properties"].items():
        for row in data[name] if part.get("type") == "array" else ():
            assert set(row) == set(part["items"]["properties"]), name


def test_the_json_has_buckets_that_do_not_overlap():
    (one,) = json.loads(metrics_json.text(FULL))["durations"]
    assert sum(bucket["count"] for bucket in one["buckets"]) == one["count"] == 3
    assert [bucket["up_to"] for bucket in one["buckets"]] == [*BOUNDS, None]


def test_the_page_tells_every_metric_and_every_key():
    page = (TREE / "docs/metrics.md").read_text(encoding="utf-8")
    for family in metrics_prom.FAMILIES:
        assert f"`zonesync_{family.name}`" in page, family.name
    for key in metrics_json.schema()["required"]:
        assert f"`{key}`" in page, key
