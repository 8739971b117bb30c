"""The page of all rules is the one that the rules make."""

from pathlib import Path

from zonesync.lint import RULES
from zonesync.lint.docs import page

PAGE = Path(__file__).resolve().parents[2] / "docs/lint.md"


def test_the_page_of_rules_is_current() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "write zonesync.lint.docs.page() to docs/lint.md"


def test_every_rule_has_a_section_with_what_a_reader_needs() -> None:
    text = page()
    for rule in RULES.values():
        section = text.partition(f"\n### {rule.id}\n")[2].partition("\n### ")[0]
        for part in ("Bad:", "Good:", "How to fix it:", "Reference:", str(rule.severity)):
            assert part in section, (rule.id, part)
