"""Findings as text, to the letter."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zonesync.findings import Finding, Place, Severity
from zonesync.views import findings
from zonesync.views.plain import clean, coloured, columns, wrapped


def finding(message="`x` is bad", excerpt="", column=1, line=9, **more):
    return Finding("rule", Severity.ERROR, message, Place("zones/a.yaml", line, column), excerpt=excerpt, **more)


@pytest.mark.parametrize(
    ("excerpt", "column", "shown", "caret"),
    [
        ("    MX: [10 mail.example.net]", 13, "    MX: [10 mail.example.net]", "            ^"),
        ("a: b", 1, "a: b", "^"),
        ("\t\tA: x", 6, "  A: x", "     ^"),
        ("a: b\r\n", 4, "a: b", "   ^"),
        ("a: \x1b[31mx", 9, "a: \\x1b[31mx", "           ^"),
        ("Zürich: x", 9, "Zürich: x", "        ^"),
        ("東京: x", 5, "東京: x", "      ^"),
        ("o\u0308: x", 5, "o\u0308: x", "   ^"),
        ("short", 40, "short", "     ^"),
        ("x" * 60 + " target: " + "y" * 100, 70, "x" * 27 + " target: " + "y" * 36, " " * 36 + "^"),
    ],
)
def test_the_caret_stands_under_the_value(excerpt, column, shown, caret):
    lines = findings.text([finding(excerpt=excerpt, column=column)]).splitlines()
    assert lines[1] == f"  --> zones/a.yaml:9:{column}"
    assert lines[2:] == [f" 9 | {shown}", f"   | {caret}"]


def test_a_finding_is_written_in_the_manner_of_a_compiler():
    one = finding("`mail` has no dot", "    MX: [10 mail]", 13, 120, help="write `mail.`")
    assert findings.text([one]) == (
        "error[rule]: `mail` has no dot\n"
        "  --> zones/a.yaml:120:13\n"
        " 120 |     MX: [10 mail]\n"
        "     |             ^\n"
        "  = help: write `mail.`\n"
    )


def test_a_finding_without_a_place_names_its_zone_and_provider():
    one = Finding("r", Severity.WARNING, "bad", zone="xn--bcher-kva.example", provider="aws", help="do it")
    assert findings.text([one]) == "warning[r]: bad (bücher.example at aws)\n  = help: do it\n"


def test_long_messages_are_cut_at_spaces_within_80_columns():
    one = finding("word " * 60, help="advice " * 30)
    lines = findings.text([one]).splitlines()
    assert max(map(len, lines)) <= 80
    assert " ".join(lines).count("word") == 60
    assert " ".join(lines).count("advice") == 30


@pytest.mark.parametrize("width", [20, 80, 120])
def test_a_word_without_spaces_is_cut_and_not_lost(width):
    lines = wrapped("x" * 500, width, 4)
    assert max(map(len, lines)) <= max(width, 24)
    assert sum(line.count("x") for line in lines) == 500


@pytest.mark.parametrize("width", range(20, 60))
@pytest.mark.parametrize("text", ["word " * 7 + "::set-output name=a::b " * 9, "x" * 30 + "::error::" * 20])
def test_no_line_that_is_cut_off_begins_with_a_command_to_a_runner(text, width):
    lines = wrapped(text, width, 4)
    assert not any(line.lstrip().startswith("::") for line in lines)
    assert "".join(lines).replace(" ", "").replace("\\x3a", ":") == text.replace(" ", "")


def test_a_line_that_is_short_enough_begins_with_no_command_either():
    assert wrapped("::error::x.example  (aws)", 80, 4) == ["\\x3a:error::x.example  (aws)"]
    assert wrapped("  ::add-mask::x", 80, 4) == ["  \\x3a:add-mask::x"]
    assert wrapped("      ::1", 80, 4) == ["      ::1"]
    assert wrapped("", 80, 4) == [""]


def test_a_command_that_a_runner_obeys_anywhere_is_spelled_out():
    assert clean("x ##[error]y ##[group]") == "x #\\x23[error]y #\\x23[group]"
    assert clean("ü##[error]") == "ü#\\x23[error]"
    assert clean("## [x] #[y] ::1") == "## [x] #[y] ::1"


def test_colour_marks_the_head_and_the_caret_alone():
    shown = findings.text([finding(excerpt="a: b", column=4)], coloured)
    assert shown.startswith("\x1b[31merror[rule]\x1b[0m: `x` is bad\n")
    assert "\x1b[31m^\x1b[0m" in shown
    assert shown.count("\x1b[") == 4


def test_findings_are_counted_by_severity():
    several = [
        Finding("r", severity, "m") for severity in (Severity.ERROR, Severity.ERROR, Severity.WARNING, Severity.INFO)
    ]
    assert findings.summary(several) == "2 errors, 1 warning, 1 note"
    assert findings.summary([]) == ""


def test_a_finding_as_data_leaves_out_nothing():
    assert json.loads(json.dumps(findings.data(finding(zone="a.example", provider="p", name="x.", type="A")))) == {
        "rule": "rule",
        "severity": "error",
        "message": "`x` is bad",
        "file": "zones/a.yaml",
        "line": 9,
        "column": 1,
        "help": None,
        "zone": "a.example",
        "provider": "p",
        "name": "x.",
        "type": "A",
    }


@pytest.mark.property
@given(st.text())
def test_clean_text_holds_nothing_but_printable_characters(text):
    assert all(char.isprintable() for char in clean(text))
    assert clean(clean(text)) == clean(text)
    assert columns(clean(text)) >= 0


@pytest.mark.parametrize(
    ("char", "spelled"),
    [
        ("\x1b", "\\x1b"),
        ("\x7f", "\\x7f"),
        ("\x9b", "\\x9b"),
        ("\u202e", "\\u202e"),
        ("\u2066", "\\u2066"),
        ("\ufeff", "\\ufeff"),
        ("\U000e0001", "\\U000e0001"),
        ("\n", "\\x0a"),
        ("\ud800", "\\ud800"),
        ("\u2028", "\\u2028"),
        ("é", "é"),
        ("e\u0301", "e\u0301"),
        ("\u00a0", "\\xa0"),
        ("\u034f", "\\u034f"),
        ("\u115f", "\\u115f"),
        ("\u180b", "\\u180b"),
        ("\u2800", "\\u2800"),
        ("\u3164", "\\u3164"),
        ("\ufe0f", "\\ufe0f"),
        ("\uffa0", "\\uffa0"),
        ("\U000e0100", "\\U000e0100"),
    ],
)
def test_what_could_steer_a_terminal_is_spelled_out(char, spelled):
    assert clean(f"a{char}b") == f"a{spelled}b"


@pytest.mark.property
@given(st.text(), st.text(), st.text(), st.integers(1, 400), st.integers(20, 120))
def test_no_finding_whatever_breaks_the_screen(message, excerpt, advice, column, width):
    shown = findings.text([finding(message, excerpt.replace("\n", ""), column, help=advice)], width=width)
    assert all(char == "\n" or char.isprintable() for char in shown)


def test_of_many_notes_alike_some_are_told_and_the_rest_counted():
    notes = [Finding("one-provider", Severity.INFO, f"note {number}", zone=f"z{number}.example") for number in range(9)]
    text = findings.text(notes)
    assert text.count("info[one-provider]: note") == findings.ALIKE
    assert "info[one-provider]: 4 more notes like these; `zonesync validate --format" in text
    assert "more note" not in findings.text(notes[: findings.ALIKE])
    assert "1 more note like" in findings.text(notes[: findings.ALIKE + 1]).replace("\n  ", " ")


def test_what_matters_is_told_each_time_however_many_there_are():
    notes = [Finding("both", Severity.INFO, f"note {number}") for number in range(9)]
    warned = [
        Finding("both", severity, f"{severity} {number}")
        for severity in (Severity.ERROR, Severity.WARNING)
        for number in range(20)
    ]
    text = findings.text([*notes, *warned, *notes])
    assert all(f"]: {one.message}\n" in text for one in warned)
