"""A line of the machine's log is one JSON object, whatever is in it; a request is one line of text."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.examples import examples
from zonesync.findings import Finding, Place, Severity
from zonesync.provider.observing import Request
from zonesync.views import log_json, request_text

NOW = datetime(2026, 11, 22, 2, 3, 4, 56789, tzinfo=UTC)
ODD = st.text(st.characters(codec=None), max_size=20)
REQUEST = Request("aws", "example.com", "ListResourceRecordSets", "example.com", "200", 0.1321, 0, 4200)


@settings(examples(100))
@given(message=ODD, field=ODD)
def test_a_line_is_one_line_of_printable_ascii_that_says_it_all(message, field):
    line = log_json.line(NOW, "info", "message", message, field=field, nothing=None)
    assert line.isascii()
    assert line.isprintable()
    assert json.loads(line) == {
        "time": "2026-11-22T02:03:04.056Z",
        "level": "info",
        "event": "message",
        "message": message,
        "field": field,
    }


def test_a_finding_has_the_fields_that_are_known_of_it():
    finding = Finding("low-ttl", Severity.WARNING, "too low", Place("zones/a.yaml", 3, 7), zone="example.com")
    assert json.loads(log_json.of_finding(NOW, finding)) == {
        "time": "2026-11-22T02:03:04.056Z",
        "level": "warning",
        "event": "finding",
        "message": "too low",
        "rule": "low-ttl",
        "file": "zones/a.yaml",
        "line": 3,
        "column": 7,
        "zone": "example.com",
    }


def test_a_request_is_told_with_numbers():
    data = json.loads(log_json.of_request(NOW, REQUEST))
    assert data["message"] == "aws ListResourceRecordSets example.com 200 0.132s 0B>4.2kB"
    assert {key: data[key] for key in ("provider", "zone", "operation", "status", "seconds", "sent", "received")} == {
        "provider": "aws",
        "zone": "example.com",
        "operation": "ListResourceRecordSets",
        "status": "200",
        "seconds": 0.1321,
        "sent": 0,
        "received": 4200,
    }
    assert "problem" not in data


def test_a_request_without_an_answer_says_what_went_wrong():
    lost = Request("", "", "rndc", "", "", 2.0, problem="exit 1")
    assert request_text.line(lost) == "- rndc - - 2.000s 0B>0B exit 1"


@settings(examples(60))
@given(target=ODD, provider=ODD)
def test_a_request_is_one_line_whatever_it_is_about(target, provider):
    assert request_text.line(Request(provider, "", "op", target, "200", 0.1)).isprintable()


@pytest.mark.parametrize(
    ("octets", "shown"),
    [
        (0, "0B"),
        (999, "999B"),
        (1000, "1.0kB"),
        (4249, "4.2kB"),
        (12_345, "12kB"),
        (999_499, "999kB"),
        (999_600, "1.0MB"),
        (5_000_000_000, "5.0GB"),
    ],
)
def test_octets_are_spelled_short(octets, shown):
    assert request_text.size(octets) == shown
