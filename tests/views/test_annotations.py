"""Findings as commands to GitHub's runner."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.hostile_texts import TEXTS
from zonesync.findings import Finding, Place, Severity
from zonesync.views import annotations
from zonesync.views.plain import clean

COMMAND = re.compile(r"::(error|warning|notice) ((?:[a-z]+=[^,:\r\n]*,)*[a-z]+=[^,:\r\n]*)::([^\r\n]*)")
"""What the runner takes for a command; it splits properties at commas, and each at its first equals sign."""


def finding(message="`x` is bad", severity=Severity.ERROR, **more):
    return Finding("low-ttl", severity, message, Place("zones/a.yaml", 9, 4), **more)


def obeyed(line):
    """Return the level, the properties and the message that GitHub's runner reads in *line*."""
    command = COMMAND.fullmatch(line)
    assert command, line
    level, listed, message = command.groups()
    properties = dict(one.split("=", 1) for one in listed.split(","))
    codes = {"%3A": ":", "%2C": ",", "%0D": "\r", "%0A": "\n", "%25": "%"}
    read = {key: unescaped(value, codes) for key, value in properties.items()}
    return level, read, unescaped(message, {code: codes[code] for code in ("%0D", "%0A", "%25")})


def unescaped(value, codes):
    for code, char in codes.items():
        value = value.replace(code, char)
    return value


def test_a_finding_is_shown_beside_its_line_with_rule_zone_and_help():
    one = finding("`mail` has 50% of: a, b", zone="example.com", help="write `mail.`")
    assert annotations.text([one]) == (
        "::error file=zones/a.yaml,line=9,col=4,title=low-ttl (example.com)"
        "::`mail` has 50%25 of: a, b%0Ahelp: write `mail.`"
    )


def test_a_finding_without_a_place_is_shown_for_the_whole_run():
    one = Finding("no-zones", Severity.INFO, "nothing there")
    assert annotations.text([one]) == "::notice title=no-zones::nothing there"


def test_a_file_name_cannot_end_its_property():
    one = Finding("r", Severity.WARNING, "bad", Place("zones/50%,line=1::x\n.yaml", 1, 1))
    level, properties, message = obeyed(annotations.text([one]))
    assert (level, message) == ("warning", "bad")
    assert properties == {"file": "zones/50%,line=1::x\\x0a.yaml", "line": "1", "col": "1", "title": "r"}


@pytest.mark.parametrize("count", [0, 1, 9, 10])
def test_as_many_of_a_level_as_github_shows_are_all_given(count):
    found = [finding(f"`x{number}` is bad") for number in range(count)]
    assert [obeyed(line)[2] for line in annotations.text(found).splitlines()] == [one.message for one in found]


@pytest.mark.parametrize(
    ("count", "words"), [(11, "of 11 warnings, there are 2 more in the log"), (500, "there are 491 more")]
)
def test_the_last_that_github_shows_counts_the_rest(count, words):
    found = [finding(f"`x{number}` is bad", Severity.WARNING) for number in range(count)]
    lines = annotations.text([*found, finding()]).splitlines()
    assert [obeyed(line)[0] for line in lines] == ["error", *["warning"] * annotations.LIMIT]
    assert words in obeyed(lines[-1])[2]


def test_what_is_most_severe_comes_first_and_nothing_twice():
    found = [finding(severity=severity) for severity in (Severity.INFO, Severity.ERROR, Severity.WARNING)]
    lines = annotations.text([*found, *found]).splitlines()
    assert [obeyed(line)[0] for line in lines] == ["error", "warning", "notice"]


texts = (
    st.text() | st.sampled_from(TEXTS) | st.sampled_from(["::set-output name=x::y", "##[add-mask]x", "%0A::error::"])
)


@given(texts, texts, texts, texts)
def test_no_content_makes_a_command_or_a_property_of_its_own(message, file, zone, advice):
    one = Finding("r", Severity.ERROR, message, Place(file, 7, 3), advice, zone)
    shown = annotations.text([one])
    assert "##[" not in shown
    level, properties, said = obeyed(shown)
    assert level == "error"
    assert properties == {"file": clean(file), "line": "7", "col": "3", "title": clean(f"r ({zone})" if zone else "r")}
    assert said == clean(message) + (f"\nhelp: {clean(advice)}" if advice else "")
