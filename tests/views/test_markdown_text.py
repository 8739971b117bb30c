"""Text of others within Markdown, to the letter; test_markdown_engines.py asks real engines."""

import pytest

from zonesync.views import markdown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("www", "`www`"),
        ("a`b", "``a`b``"),
        ("`", "`` ` ``"),
        ("`a", "`` `a ``"),
        ("a``b`", "``` a``b` ```"),
        (" a ", "`  a  `"),
        (" a", "` a`"),
        ("", ""),
        (" ", '`" "`'),
        ("a|b", "`a|b`"),
        ("a\nb\x1b[31m", "`a\\x0ab\\x1b[31m`"),
        ("\u202etxt", "`\\u202etxt`"),
        ("x ##[error]y", "`x #\\x23[error]y`"),
        ("`" * 20, f"`{chr(92) + 'x60' + (chr(92) + 'x60') * 19}`"),
        ("x" * 2001, f"`{'x' * 2000} … (1 more characters)`"),
    ],
)
def test_a_code_span_holds_anything(text, shown):
    assert markdown.code(text) == shown


def test_a_cell_spells_a_bar_as_dns_does():
    assert markdown.cell("a|b") == "`a\\124b`"


def test_html_is_spelled_out():
    assert markdown.html_code("<b>&'\"") == "<code>&lt;b&gt;&amp;&#x27;&quot;</code>"
    assert markdown.html_code("") == ""


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("12 of 30 record sets would go (40%), limit 30%", "12 of 30 record sets would go (40%), limit 30%"),
        ("`www.example.com` has no `A`", "`www.example.com` has no `A`"),
        ("write `a`, `b` or (`c`).", "write `a`, `b` or (`c`)."),
        ("see https://evil.test now", "see `https://evil.test` now"),
        ("@octocat and #1 and GH-1", "`@octocat` and `#1` and `GH-1`"),
        ("a <b> [c](d) e", "a `<b> [c](d)` e"),
        ("one ` tick", "one `'` tick"),
        ("`a``b`", "`a` `b`"),
        ("commit deadbeef or feedface", "commit `deadbeef` or `feedface`"),
        ("the x-deadbeef of it", "the `x-deadbeef` of it"),
        ("ends in www. and (www.)", "ends in `www`. and (`www`.)"),
        ("1234567 records", "`1234567` records"),
        ("zone file's own end-of-line", "zone file's own end-of-line"),
        ("a@b.example, c@d.example (e@f.example).", "`a@b.example`, `c@d.example` (`e@f.example`)."),
        ("at (2026-11-20 02:03 UTC):", "at (`2026-11-20 02:03` UTC):"),
        ("x  y ", "x  y "),
        ("a - b", "a `-` b"),
        ("(((", "((("),
        ("", ""),
    ],
)
def test_only_plain_words_stand_outside_of_code(text, shown):
    assert markdown.prose(text) == shown


@pytest.mark.parametrize(("lines", "ticks"), [([], 3), (["a"], 3), (["``"], 3), (["+ ```", "`"], 4), (["`" * 999], 40)])
def test_a_fence_is_longer_than_the_ticks_within(lines, ticks):
    assert markdown.fence_for(lines) == ticks
