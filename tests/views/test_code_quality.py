"""Findings as GitLab's code quality report."""

from hypothesis import given
from hypothesis import strategies as st

from zonesync.findings import Finding, Place, Severity
from zonesync.views import code_quality

FOUND = [
    Finding("low-ttl", Severity.WARNING, "60 s", Place("zones/a.yaml", 9, 4), "more", "a.example", name="a.example."),
    Finding("bad-value", Severity.ERROR, "no address", Place("zones/a.yaml", 12, 4)),
    Finding("no-zones", Severity.INFO, "nothing there"),
]


def test_the_report_is_to_the_letter_what_gitlab_reads():
    first, second, third = code_quality.data(FOUND, "dns/zonesync.yaml")
    assert len(first.pop("fingerprint")) == 64
    assert first == {
        "description": "60 s; help: more",
        "check_name": "low-ttl",
        "severity": "minor",
        "location": {"path": "zones/a.yaml", "lines": {"begin": 9}},
    }
    assert second["severity"] == "critical"
    assert third["severity"] == "info"
    assert third["location"] == {"path": "dns/zonesync.yaml", "lines": {"begin": 1}}


def test_nothing_found_is_an_empty_list():
    assert code_quality.data([]) == []


def fingerprints(found):
    return [entry["fingerprint"] for entry in code_quality.data(found)]


def moved(finding, lines):
    """Return *finding* as it is once *lines* have been put above it."""
    place = Place(finding.place.file, finding.place.line + lines, finding.place.column)
    return Finding(finding.rule, finding.severity, finding.message.replace("line 3", f"line {3 + lines}"), place)


def test_a_fingerprint_stays_when_lines_are_put_above_also_where_the_message_names_one():
    found = [
        Finding("twice", Severity.ERROR, f"`{value}` is given twice, first in line 3", Place("a.yaml", 5, 2))
        for value in "ab"
    ]
    assert fingerprints(found) == fingerprints([moved(one, 40) for one in found])


def test_a_fingerprint_stays_where_the_message_tells_a_place_in_a_file():
    found = [
        Finding("twice", Severity.ERROR, f"the set is given here and at zones/a.yaml:{line}:{column}")
        for line, column in ((3, 5), (40, 7))
    ]
    assert len({fingerprints([one])[0] for one in found}) == 1


def test_each_part_that_says_what_a_finding_is_about_changes_its_fingerprint():
    parts = {"rule": "r", "message": "m", "zone": "z", "provider": "p", "name": "n", "type": "A", "file": "f"}
    made = []
    for part in ("", *parts):
        given_ = {key: f"{value}2" if key == part else value for key, value in parts.items()}
        place = Place(given_.pop("file"), 1, 1)
        made.append(Finding(severity=Severity.ERROR, place=place, **given_))
    assert len(set(fingerprints(made))) == len(parts) + 1


@given(st.lists(st.builds(Place, st.just("a"), st.integers(1, 9), st.integers(1, 9)), unique=True, max_size=20))
def test_findings_that_differ_in_their_place_alone_have_fingerprints_of_their_own(places):
    made = fingerprints([Finding("r", Severity.ERROR, "m", place) for place in places])
    assert len(set(made)) == len(places)
