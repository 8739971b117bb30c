"""Every rule's own examples: the bad one has the problem at the marked value, the good one has none."""

from collections.abc import Callable

import pytest

from zonesync.findings import Finding
from zonesync.lint import CHAPTERS, RULES, Rule

Findings = Callable[..., list[Finding]]

MARK = "# reported here"


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.id)
def test_the_bad_example_is_reported_once_at_the_marked_value(rule: Rule, findings_of: Findings) -> None:
    ignore = () if rule.id == "documentation-address" else ("documentation-address",)
    findings = findings_of(rule.bad, ignore=ignore)

    own = [finding for finding in findings if finding.rule == rule.id]
    marked = [
        number + (not line.split(MARK)[0].strip())  # a mark on a line of its own speaks of the next
        for number, line in enumerate(rule.bad.splitlines(), 1)
        if MARK in line
    ]

    assert {finding.rule for finding in findings} == {rule.id}
    assert [finding.place.line if finding.place else 0 for finding in own] == (marked or [1])
    assert own[0].severity is rule.severity


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.id)
def test_the_good_example_is_not_reported_at_all(rule: Rule, findings_of: Findings) -> None:
    ignore = () if rule.id == "documentation-address" else ("documentation-address",)
    assert findings_of(rule.good, ignore=ignore) == []


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.id)
def test_messages_and_help_read_as_the_house_says(rule: Rule, findings_of: Findings) -> None:
    for finding in findings_of(rule.bad, ignore=()):
        first = finding.message.split()[0]
        assert first == first.lower() or first in (
            "ALIAS",
            "CAA",
            "CNAME",
            "DKIM",
            "DMARC",
            "MTA-STS",
            "SOA",
            "SPF",
            "TLS",
            "TTL",
        )
        assert not finding.message.endswith(".")
        assert finding.message.count("`") % 2 == 0
        assert finding.help


def test_every_rule_is_in_a_chapter_of_the_page() -> None:
    modules = {module.__name__ for module in CHAPTERS.values()}
    assert {rule.check.__module__ for rule in RULES.values()} == modules
