import pytest

from tests.planning import desired
from tests.support.policies import UPDATE, WWW, objections, plan, words
from zonesync.findings import Finding, Severity
from zonesync.plan.plan import Move, StepKind

LOW_TTL = Finding("low-ttl", Severity.WARNING, "low", zone="example.com")
CASE = Finding("duplicate-value", Severity.WARNING, "twice", zone="example.com")
OTHER = Finding("low-ttl", Severity.WARNING, "low", zone="example.org")
AT_PROVIDER = Finding("absent-unread", Severity.WARNING, "out", zone="example.com", provider="a")
NOTE = Finding("note", Severity.INFO, "by the way", zone="example.com")
TWO = desired(WWW, providers=("a", "b"))


@pytest.mark.parametrize(
    ("findings", "refused"),
    [
        ([], []),
        ([LOW_TTL], ["`example.com` has 1 warning: low-ttl"]),
        ([LOW_TTL, CASE, LOW_TTL], ["`example.com` has 3 warnings: low-ttl, duplicate-value"]),
        ([OTHER], []),
        ([AT_PROVIDER], []),
        ([NOTE], []),
    ],
)
def test_lint_is_clean_before_a_zone_is_changed(findings, refused):
    made = plan(UPDATE, findings=tuple(findings))

    assert words(objections("{require: {lint: clean}}", made)) == refused
    assert objections("{require: {providers: 1}}", made) == []
    assert objections("{require: {lint: clean, zones: '*.org'}}", made) == []
    assert objections("{require: {lint: clean}}", made.model_copy(update={"steps": ()})) == []


def test_many_warnings_are_named_by_the_first():
    findings = tuple(Finding(f"rule-{number}", Severity.WARNING, "m", zone="example.com") for number in range(9))
    [said] = words(objections("{require: {lint: clean}}", plan(UPDATE, findings=findings)))
    assert said == "`example.com` has 9 warnings: rule-0, rule-1, rule-2, rule-3, rule-4 and 4 more"


@pytest.mark.parametrize(
    ("zone", "most", "move", "refused"),
    [
        (desired(WWW), 2, None, ["`example.com` is at 1 provider, at least 2 are wanted"]),
        (TWO, 2, None, []),
        (TWO, 3, None, ["`example.com` is at 2 providers, at least 3 are wanted"]),
        (TWO, 2, "leave", ["`example.com` is at 1 provider, at least 2 are wanted"]),
        (TWO, 2, "join", []),
        (TWO, 1, "leave", []),
    ],
)
def test_a_zone_is_at_as_many_providers_as_are_wanted(zone, most, move, refused):
    made = plan(UPDATE, move=Move(kind=move, provider="b") if move else None)

    assert words(objections(f"{{require: {{providers: {most}}}}}", made, zones=[zone])) == refused
    assert words(objections(f"{{require: {{providers: {most}}}}}", plan(kind=StepKind.RELOAD), zones=[zone])) == []


def test_both_are_told_and_of_a_zone_without_a_file_nothing_is_known():
    made = plan(UPDATE, findings=(LOW_TTL,))
    assert words(objections("{require: {lint: clean, providers: 2}}", made)) == [
        "`example.com` has 1 warning: low-ttl",
        "`example.com` is at 1 provider, at least 2 are wanted",
    ]
    assert words(objections("{require: {lint: clean, providers: 2}}", made, zones=[])) == [
        "`example.com` has 1 warning: low-ttl"
    ]
