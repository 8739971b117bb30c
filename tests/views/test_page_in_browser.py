"""The page in a real browser: it shows what the plan holds, asks for nothing, and runs nothing of what it shows."""

import json
import re
from collections import Counter
from contextlib import contextmanager
from itertools import pairwise

import pytest

from tests.support.big_plans import HOSTILE, big, hostile, reviewed
from tests.support.browser import chromium, opened
from zonesync.model.change import Action
from zonesync.views.plain import clean
from zonesync.views.plan_html import html

pytestmark = pytest.mark.server

COUNT = 20_000
PLAN = big(COUNT)
ZONES = {target.zone for target in PLAN.targets}
SHOWN = """() => [...document.querySelectorAll("#list .row, #list .group")]
    .map((node) => node.getBoundingClientRect()).map((box) => [Math.round(box.top), Math.round(box.bottom)])"""
ROWS = "#list .row"


@pytest.fixture(scope="module")
def browser():
    with chromium() as started:
        yield started


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The pages, made once."""
    path = tmp_path_factory.mktemp("pages")
    for name, plan in (("big", PLAN), ("reviewed", reviewed()), ("hostile", hostile())):
        (path / f"{name}.html").write_text(html(plan), encoding="utf-8")
    return path


@contextmanager
def page_of(browser, folder, name, **more):
    """Open a page, and see at the end that nothing went wrong and nothing was asked for."""
    watched = opened(browser, folder / f"{name}.html", **more)
    try:
        yield watched.page
        assert watched.errors == []
        assert watched.requests == []
    finally:
        watched.page.context.close()


@pytest.fixture(scope="module")
def large(browser, folder):
    watched = opened(browser, folder / "big.html")
    yield watched
    watched.page.context.close()


@pytest.fixture
def page(large):
    """The large page, opened once and as it was at first."""
    large.page.evaluate("location.hash = ''")
    large.page.locator("#list").focus()
    large.page.keyboard.press("Escape")
    large.page.keyboard.press("Escape")
    assert count(large.page) == COUNT + len(ZONES)
    yield large.page
    assert large.errors == []
    assert large.requests == []


def count(page):
    return int(re.match(r"[\d,]+", page.text_content("#count"))[0].replace(",", ""))


def settled(page):
    """Wait until what was asked for is drawn."""
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")


def test_twenty_thousand_changes_are_a_long_list_of_which_few_rows_are_made(page):
    assert count(page) == COUNT + len(ZONES)
    assert page.locator(ROWS).count() < 100
    assert page.evaluate("document.documentElement.scrollHeight") > COUNT * 30


def test_wherever_one_scrolls_the_window_is_full_without_gaps(page):
    page.keyboard.press("o")
    for part in (0.5, 0.1, 0.97, 0.3, 0.31, 1, 0.6):
        page.evaluate("(part) => window.scrollTo(0, document.documentElement.scrollHeight * part)", part)
        settled(page)
        boxes = page.evaluate(SHOWN)
        assert all(abs(one[1] - other[0]) <= 1 for one, other in pairwise(boxes))
        assert boxes[0][0] <= 100
        assert boxes[-1][1] >= 850 or part > 0.9
    page.keyboard.press("Shift+G")
    settled(page)
    assert page.evaluate("document.activeElement.textContent").startswith("warning")


@pytest.mark.parametrize(
    ("select", "value", "holds"),
    [
        ("#zone", "zone007.example", lambda zone, _provider, _change: str(zone) == "zone007.example"),
        ("#provider", "ns1", lambda _zone, provider, _change: provider == "ns1"),
        ("#type", "MX", lambda _zone, _provider, change: change.key.type == "MX"),
    ],
)
def test_a_filter_shows_what_it_names_and_no_more(page, select, value, holds):
    wanted = {
        (step.zone, change.key, change.action)
        for step in PLAN.steps
        for change in step.changes
        if holds(step.zone, step.provider, change)
    }
    page.select_option(select, value)
    for action in ("create", "update", "delete"):
        page.click(f"#chips button[value={action}]")

    assert count(page) == len(wanted)


def test_an_action_is_shown_alone_or_with_another(page):
    actions = Counter(c.action for s in PLAN.steps if s.provider == "route53" for c in s.changes)
    page.click("#chips button[value=delete]")
    assert count(page) == actions[Action.DELETE]
    assert set(page.locator(f"{ROWS} .sign").all_text_contents()) == {"\u2212"}
    page.click("#chips button[value=update]")
    assert count(page) == actions[Action.DELETE] + actions[Action.UPDATE]
    page.keyboard.press("Escape")
    assert count(page) == COUNT + len(ZONES)


def test_a_search_finds_names_values_and_the_line_of_a_file(page):
    step = PLAN.steps[20]
    change = step.changes[100]
    rrset = change.after or change.before
    for words in (change.key.name, f"{rrset.rdatas[0]} {change.key.name.partition('.')[0]}.", change.why):
        page.fill("#search", words)
        found = page.locator(ROWS).all_text_contents()

        assert any(text.lstrip("+~\u2212").startswith(f"{change.key.name.partition('.')[0]} ") for text in found)
        assert 1 <= count(page) <= 20


def test_a_search_without_a_find_says_so_and_offers_the_way_back(page):
    page.fill("#search", "no such thing")
    assert page.locator("#none").is_visible()
    page.click("#again")
    assert count(page) == COUNT + len(ZONES)


def test_the_address_keeps_what_is_shown(page):
    page.fill("#search", "mail7 & more")
    page.fill("#search", "mail7")
    page.select_option("#zone", "zone007.example")
    page.click("#chips button[value=create]")
    before, address = count(page), page.evaluate("location.hash")
    assert address == "#q=mail7&zone=zone007.example&show=create"
    page.evaluate("location.hash = ''")
    page.wait_for_function("document.getElementById('search').value === ''")
    page.evaluate("(address) => { location.hash = address; }", address)
    page.wait_for_function("document.getElementById('search').value === 'mail7'")
    assert 0 < before == count(page)


def test_a_keyboard_is_enough(browser, folder):
    with page_of(browser, folder, "reviewed") as page:
        focused = "document.activeElement.querySelector('.subject')?.textContent"
        page.focus("#keys")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "head"
        page.click("#chips button[value=create]")
        page.keyboard.press("j")
        assert page.evaluate(focused) == "s1._domainkey TXT"
        page.keyboard.press("j")
        assert page.evaluate(focused) == "api A"
        page.keyboard.press("k")
        assert page.evaluate(focused) == "s1._domainkey TXT"
        assert page.evaluate("document.activeElement.getAttribute('aria-expanded')") == "true"
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.getAttribute('aria-expanded')") == "false"
        page.keyboard.press("/")
        assert page.evaluate("document.activeElement.id") == "search"
        page.keyboard.type("api?")
        assert page.input_value("#search") == "api?"
        page.keyboard.press("Backspace")
        page.keyboard.press("Enter")
        assert page.evaluate(focused) == "api A"
        page.keyboard.press("?")
        assert page.locator("#help").is_visible()
        page.keyboard.press("Escape")
        assert not page.locator("#help").is_visible()
        assert page.input_value("#search") == "api"
        page.keyboard.press("Escape")
        assert page.input_value("#search") == ""
        assert count(page) == 18


def test_a_screen_reader_counts_the_rows_and_not_the_headings(browser, folder):
    with page_of(browser, folder, "reviewed") as page:
        told = page.evaluate(
            "[...document.querySelectorAll('#list .row')].map((row) => [row.ariaPosInSet, row.ariaSetSize])"
        )
        assert told == [[str(number), "18"] for number in range(1, len(told) + 1)]
        page.click("#chips button[value=create]")
        assert page.locator(ROWS).last.get_attribute("aria-posinset") == str(count(page))
        assert page.locator(ROWS).last.get_attribute("aria-setsize") == str(count(page))


def test_the_words_that_differ_within_a_value_are_marked(browser, folder):
    with page_of(browser, folder, "reviewed") as page:
        marked = page.locator(ROWS, has_text="v=spf1").locator("mark").all_text_contents()

        assert marked == ["a:old.example.com", "a:new.example.com mx"]


def test_what_was_found_is_shown_with_its_place_and_line(browser, folder):
    with page_of(browser, folder, "reviewed") as page:
        row = page.locator(f"{ROWS}.finding", has_text="mx-to-cname")

        assert row.locator(".place").text_content() == "zones/example.com.yaml:9:10"
        assert row.locator(".excerpt mark").text_content() == "10"
        assert "name its target instead" in row.text_content()


def test_nothing_that_a_record_holds_is_run_or_fetched(browser, folder):
    with page_of(browser, folder, "hostile") as page:
        page.keyboard.press("o")
        text = ""
        for _ in range(40):
            settled(page)
            text += page.inner_text("#list")
            page.mouse.wheel(0, 600)

        assert page.evaluate("[window.ran, document.images.length, document.scripts.length]") == [None, 0, 2]
        assert page.evaluate("document.querySelectorAll('a, iframe, object, form:not([method=dialog])').length") == 0
        for one in HOSTILE:
            assert clean(one).strip() in text


def test_a_script_that_got_into_the_page_would_not_run(browser, folder, tmp_path):
    page = (folder / "reviewed.html").read_text(encoding="utf-8")
    assert "<main" in page
    bad = page.replace("<main", "<script>window.ran = 1</script><img src=x onerror='window.ran = 1'><main", 1)
    (tmp_path / "bad.html").write_text(bad, encoding="utf-8")

    watched = opened(browser, tmp_path / "bad.html")

    assert watched.page.evaluate("window.ran") is None
    assert sum("Content Security Policy" in words for words in watched.errors) >= 2
    watched.page.context.close()


@pytest.mark.parametrize("name", ["reviewed", "hostile", "big"])
def test_a_telephone_shows_it_without_scrolling_sideways(browser, folder, name):
    with page_of(browser, folder, name, width=375, height=812) as page:
        page.keyboard.press("o")
        settled(page)

        assert page.evaluate("document.documentElement.scrollWidth") == 375


def test_it_is_dark_where_the_reader_has_it_so_and_light_when_asked(browser, folder):
    ground = "getComputedStyle(document.body).backgroundColor"
    with page_of(browser, folder, "reviewed", color_scheme="dark") as page:
        dark = page.evaluate(ground)
        page.click("#theme")
        light = page.evaluate(ground)
    with page_of(browser, folder, "reviewed", color_scheme="light") as page:
        assert page.evaluate(ground) == light != dark


def test_what_is_printed_is_all_of_it_open(browser, folder):
    with page_of(browser, folder, "reviewed", height=300) as page:
        made = page.locator(ROWS).count()
        page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
        assert made < page.locator(ROWS).count() == 18
        assert page.locator(f"{ROWS} .head[aria-expanded=false]").count() == 0
        page.evaluate("window.dispatchEvent(new Event('afterprint'))")
        assert page.locator(ROWS).count() == made


def test_what_is_too_long_to_print_says_so(page):
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert (
        page.locator("#cut").text_content()
        == f"{COUNT + 2 * len(ZONES) + 1 - 1500:,} rows more: show fewer, and print again."
    )
    assert page.locator("#list > div").count() == 1500 + 2
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert not page.locator("#cut").is_visible()


def test_a_browser_without_scripts_still_says_what_matters(browser, folder):
    with page_of(browser, folder, "reviewed", java_script_enabled=False) as page:
        assert page.locator(".status").first.text_content() == "Refused: 2 errors"
        assert "needs JavaScript" in page.inner_text("header")


def test_the_data_of_the_page_can_be_read_by_a_program(folder):
    page = (folder / "reviewed.html").read_text(encoding="utf-8")
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', page)

    assert found is not None
    assert len(json.loads(found[1])["rows"]) == 18 + 4
